//! The text of a segment in blocks: open while they grow, packed to a third once they are full.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::sketch::Sketch;

/// The text at which a block takes no more messages. Small under test, as segments are.
pub(super) const BLOCK: usize = if cfg!(test) { 256 } else { 64 << 10 };

/// Where a message stands: the block, and the first of its bytes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) block: u16,
    pub(super) start: u32,
}

/// Messages, each with a line feed behind it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    blocks: Vec<Block>,
    len: usize,
    opened: Opened,
}

#[derive(Clone, Debug)]
enum Block {
    Open(String),
    Packed(Packed),
}

/// A block as it is kept. It is unpacked when one of its messages is looked at, and stays so until [`Text::close`].
#[derive(Clone, Debug)]
struct Packed {
    bytes: Box<[u8]>,
    len: usize,
    sketch: Sketch,
    unpacked: OnceLock<Box<str>>,
}

/// How many packed blocks are unpacked at present, in a store and its clones together.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened(Arc<AtomicUsize>);

impl Opened {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Text {
    pub(super) fn new(opened: &Opened) -> Self {
        Self { blocks: Vec::new(), len: 0, opened: opened.clone() }
    }

    /// The bytes of all messages.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bytes it takes. What is unpacked is not counted: it is bounded by itself.
    pub(super) fn bytes(&self) -> usize {
        let bytes = |block: &Block| match block {
            Block::Open(text) => text.len(),
            Block::Packed(packed) => packed.bytes.len() + packed.sketch.bytes(),
        };
        self.blocks.iter().map(bytes).sum::<usize>() + size_of_val(self.blocks.as_slice())
    }

    /// Adds a message behind all others.
    pub(super) fn push(&mut self, message: &str) -> Place {
        let open = match self.blocks.last() {
            Some(Block::Open(text)) => text.is_empty() || text.len() + message.len() < BLOCK,
            Some(Block::Packed(_)) | None => false,
        };
        if !open {
            if let Some(Block::Open(full)) = self.blocks.last_mut() {
                full.shrink_to_fit();
            }
            self.blocks.push(Block::Open(String::new()));
        }
        let block = u16::try_from(self.blocks.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let Some(Block::Open(text)) = self.blocks.last_mut() else {
            return Place { block, start: 0 };
        };
        let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(message);
        text.push('\n');
        self.len += message.len() + 1;
        Place { block, start }
    }

    /// A message.
    pub(super) fn get(&self, place: Place, len: u32) -> &str {
        let text: &str = match self.blocks.get(usize::from(place.block)) {
            Some(Block::Open(text)) => text,
            Some(Block::Packed(packed)) => packed.unpacked.get_or_init(|| {
                self.opened.0.fetch_add(1, Ordering::Relaxed);
                packed.unpack()
            }),
            None => "",
        };
        let start = place.start as usize;
        text.get(start..start + len as usize).unwrap_or_default()
    }

    /// The bytes of a block, in `room` if they had to be unpacked for it.
    pub(super) fn block<'a>(&'a self, block: u16, room: &'a mut Vec<u8>) -> &'a [u8] {
        match self.blocks.get(usize::from(block)) {
            Some(Block::Open(text)) => text.as_bytes(),
            Some(Block::Packed(packed)) => match packed.unpacked.get() {
                Some(text) => text.as_bytes(),
                None => packed.unpack_into(room),
            },
            None => &[],
        }
    }

    /// Whether a block may hold a text.
    pub(super) fn may_hold(&self, block: u16, needle: &[u8]) -> bool {
        match self.blocks.get(usize::from(block)) {
            Some(Block::Packed(packed)) => packed.sketch.may_hold(needle),
            Some(Block::Open(_)) | None => true,
        }
    }

    /// Packs at most so many blocks; returns how many it packed.
    pub(super) fn pack(&mut self, most: usize) -> usize {
        let mut packed = 0;
        for block in &mut self.blocks {
            if packed == most {
                break;
            }
            if let Block::Open(text) = block {
                *block = Block::Packed(Packed::of(text));
                packed += 1;
            }
        }
        packed
    }

    /// Whether there is nothing left to pack.
    pub(super) fn is_packed(&self) -> bool {
        self.blocks.iter().all(|block| matches!(block, Block::Packed(_)))
    }

    /// Lets go what was unpacked.
    pub(super) fn close(&mut self) {
        for block in &mut self.blocks {
            if let Block::Packed(packed) = block
                && packed.unpacked.take().is_some()
            {
                let count = &self.opened.0;
                count.store(count.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
            }
        }
    }
}

impl Packed {
    fn of(text: &str) -> Self {
        Self {
            bytes: lz4_flex::block::compress(text.as_bytes()).into_boxed_slice(),
            len: text.len(),
            sketch: Sketch::of(text.as_bytes()),
            unpacked: OnceLock::new(),
        }
    }

    fn unpack(&self) -> Box<str> {
        let bytes = lz4_flex::block::decompress(&self.bytes, self.len).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default().into_boxed_str()
    }

    fn unpack_into<'r>(&self, room: &'r mut Vec<u8>) -> &'r [u8] {
        if room.len() < self.len {
            room.resize(self.len, 0);
        }
        let Some(bytes) = room.get_mut(..self.len) else { return &[] };
        // what was packed here unpacks; were it not to, nothing is found in it
        match lz4_flex::block::decompress_into(&self.bytes, bytes) {
            Ok(_) => bytes,
            Err(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_the_same_open_packed_and_closed_again() {
        let opened = Opened::default();
        let mut text = Text::new(&opened);
        let messages: Vec<_> =
            (0..100).map(|nth| format!("é order {nth} {}", "x".repeat(nth * 5))).collect();
        let places: Vec<_> = messages.iter().map(|message| text.push(message)).collect();
        let check = |text: &Text| {
            for (place, message) in places.iter().zip(&messages) {
                let len = u32::try_from(message.len()).unwrap();
                assert_eq!(text.get(*place, len), message);
            }
        };
        check(&text);
        let before = text.bytes();
        assert_eq!(text.pack(3), 3);
        check(&text);
        assert_eq!(opened.count(), 3);
        while text.pack(1) > 0 {}
        check(&text);
        text.close();
        assert!(text.is_packed() && opened.count() == 0 && text.bytes() < before / 2);
        let mut room = Vec::new();
        for (place, message) in places.iter().zip(&messages) {
            let bytes = text.block(place.block, &mut room);
            assert!(bytes[place.start as usize..].starts_with(message.as_bytes()));
            assert!(text.may_hold(place.block, message.as_bytes()));
        }
        let last = text.push("more");
        assert_eq!((text.get(last, 4), text.is_packed()), ("more", false));
    }
}
