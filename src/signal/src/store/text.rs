//! The text of a segment in blocks: open while they grow, packed once they are full.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::packed::{Messages, Packed, Room};

/// The text at which a block takes no more messages. Small under test, as segments are.
pub(super) const BLOCK: usize = if cfg!(test) { 256 } else { 256 << 10 };

/// Messages, numbered as they came; each with a line feed behind it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    blocks: Vec<Block>,
    len: usize,
    opened: Opened,
}

#[derive(Clone, Debug)]
struct Block {
    /// The number of its first message.
    first: u16,
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    Open(Open),
    /// It is unpacked when one of its messages is looked at, and stays so until [`Text::close`].
    Packed(Packed, OnceLock<Box<Open>>),
}

#[derive(Clone, Debug, Default)]
struct Open {
    text: String,
    ends: Vec<u32>,
}

/// A block of a text.
#[derive(Clone, Debug)]
pub(super) struct BlockRef<'t> {
    kept: &'t Kept,
    /// The numbers of its messages.
    pub(super) numbers: Range<usize>,
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
        let bytes = |block: &Block| match &block.kept {
            Kept::Open(open) => open.text.len() + size_of_val(open.ends.as_slice()),
            Kept::Packed(packed, _) => packed.bytes(),
        };
        self.blocks.iter().map(bytes).sum::<usize>() + size_of_val(self.blocks.as_slice())
    }

    /// Adds a message behind all others; returns its number.
    pub(super) fn push(&mut self, message: &str) -> u16 {
        let next = self.blocks.last().map_or(0, |block| block.first + block.kept.count());
        let open = match self.blocks.last().map(|block| &block.kept) {
            Some(Kept::Open(open)) => {
                // a little more than full: else each segment would end with a block of a few lines
                let after = open.text.len() + message.len();
                open.text.is_empty() || open.text.len() < BLOCK && after < BLOCK + BLOCK / 4
            }
            Some(Kept::Packed(..)) | None => false,
        };
        if !open {
            if let Some(Kept::Open(full)) = self.blocks.last_mut().map(|block| &mut block.kept) {
                full.text.shrink_to_fit();
                full.ends.shrink_to_fit();
            }
            self.blocks.push(Block { first: next, kept: Kept::Open(Open::default()) });
        }
        if let Some(Kept::Open(open)) = self.blocks.last_mut().map(|block| &mut block.kept) {
            open.text.push_str(message);
            open.ends.push(u32::try_from(open.text.len()).unwrap_or(u32::MAX));
            open.text.push('\n');
            self.len += message.len() + 1;
        }
        next
    }

    /// A message.
    pub(super) fn get(&self, number: u16) -> &str {
        let Some(block) = self.block_at(number) else { return "" };
        let open: &Open = match &block.kept {
            Kept::Open(open) => open,
            Kept::Packed(packed, unpacked) => unpacked.get_or_init(|| {
                self.opened.0.fetch_add(1, Ordering::Relaxed);
                let mut room = Room::default();
                packed.unpack(&mut room);
                Box::new(Open::of(room))
            }),
        };
        let extent = open.messages().extent(usize::from(number.saturating_sub(block.first)));
        extent.and_then(|extent| open.text.get(extent)).unwrap_or_default()
    }

    /// The block that a message stands in.
    pub(super) fn block(&self, number: u16) -> Option<BlockRef<'_>> {
        let block = self.block_at(number)?;
        let first = usize::from(block.first);
        let numbers = first..first + usize::from(block.kept.count());
        Some(BlockRef { kept: &block.kept, numbers })
    }

    /// The number of the first message of the block that a message stands in, if that is packed.
    pub(super) fn packed_from(&self, number: u16) -> Option<u16> {
        let block = self.block_at(number)?;
        matches!(block.kept, Kept::Packed(..)).then_some(block.first)
    }

    fn block_at(&self, number: u16) -> Option<&Block> {
        let at = self.blocks.partition_point(|block| block.first <= number);
        self.blocks.get(at.checked_sub(1)?)
    }

    /// Packs at most so many blocks; returns how many it packed.
    pub(super) fn pack(&mut self, most: usize) -> usize {
        let mut packed = 0;
        for block in &mut self.blocks {
            if packed == most {
                break;
            }
            if let Kept::Open(open) = &block.kept {
                block.kept = Kept::Packed(Packed::of(open.messages()), OnceLock::new());
                packed += 1;
            }
        }
        packed
    }

    /// Whether there is nothing left to pack.
    pub(super) fn is_packed(&self) -> bool {
        self.blocks.iter().all(|block| matches!(block.kept, Kept::Packed(..)))
    }

    /// Lets go what was unpacked.
    pub(super) fn close(&mut self) {
        for block in &mut self.blocks {
            if let Kept::Packed(_, unpacked) = &mut block.kept
                && unpacked.take().is_some()
            {
                let count = &self.opened.0;
                count.store(count.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
            }
        }
    }
}

impl Kept {
    fn count(&self) -> u16 {
        let count = match self {
            Self::Open(open) => open.ends.len(),
            Self::Packed(packed, _) => packed.count(),
        };
        u16::try_from(count).unwrap_or(u16::MAX)
    }
}

impl Open {
    fn of(room: Room) -> Self {
        let (text, ends) = room.into_parts();
        Self { text: String::from_utf8(text).unwrap_or_default(), ends }
    }

    fn messages(&self) -> Messages<'_> {
        Messages { text: self.text.as_bytes(), ends: &self.ends }
    }
}

impl<'t> BlockRef<'t> {
    /// The messages, in `room` if they had to be unpacked for it.
    pub(super) fn messages<'a>(&self, room: &'a mut Room) -> Messages<'a>
    where
        't: 'a,
    {
        match self.kept {
            Kept::Open(open) => open.messages(),
            Kept::Packed(packed, unpacked) => match unpacked.get() {
                Some(open) => open.messages(),
                None => packed.unpack(room),
            },
        }
    }

    /// The block as it is packed, if it is.
    pub(super) fn packed(&self) -> Option<&'t Packed> {
        match self.kept {
            Kept::Open(_) => None,
            Kept::Packed(packed, _) => Some(packed),
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
                assert_eq!(text.get(*place), message);
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
        let mut room = Room::default();
        for (place, message) in places.iter().zip(&messages) {
            let block = text.block(*place).unwrap();
            let read = block.messages(&mut room);
            let extent = read.extent(usize::from(*place) - block.numbers.start).unwrap();
            assert_eq!(&read.text[extent], message.as_bytes());
        }
        let last = text.push("more");
        assert_eq!((text.get(last), text.is_packed()), ("more", false));
    }
}
