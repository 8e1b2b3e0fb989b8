//! A block of messages, packed: lines that are alike share a mould, what is like no other stands in lz4.
//!
//! A mould keeps what its lines have in common once, and what differs in columns. So what is looked for is asked of the
//! pieces of a mould once for all its lines, then of the columns that may hold it; hardly a line need be put together.

mod column; // what stands in one place of many lines
mod digits;
mod members; // of a line of JSON, some only
mod mould;
mod numbers;
mod plans; // JSON patterns, decided by some members
mod press; // lines on their way into moulds
mod reaches; // regular expressions, followed over what a mould holds
mod sift; // which messages hold what is demanded
mod strides; // two digits of a value at once
mod tokens; // what varies in a line

use std::ops::Range;

use mould::Mould;
pub(super) use plans::Plans;
use press::{NONE, Press};
pub(super) use reaches::Reaches;
pub(super) use sift::{Sifted, Verdict};

use super::sketch::Sketch;

/// The messages of a block as they were packed.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    /// The bytes of all messages, with the line feed behind each.
    len: usize,
    /// The mould of each message, by its number.
    which: Box<[u8]>,
    moulds: Box<[Mould]>,
    rest: Rest,
    bytes: usize,
}

/// Messages without a mould.
#[derive(Clone, Debug)]
struct Rest {
    bytes: Box<[u8]>,
    len: usize,
    ends: Box<[u32]>,
    sketch: Sketch,
}

/// Room for the messages of a block, unpacked.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    text: Vec<u8>,
    ends: Vec<u32>,
    rest: Vec<u8>,
}

/// Messages, each with a line feed behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Messages<'a> {
    pub(super) text: &'a [u8],
    /// Where each ends.
    pub(super) ends: &'a [u32],
}

impl Messages<'_> {
    /// Where a message stands.
    pub(super) fn extent(&self, nth: usize) -> Option<Range<usize>> {
        let start = match nth.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize + 1,
            None => 0,
        };
        Some(start..*self.ends.get(nth)? as usize)
    }
}

impl Room {
    /// The messages that were unpacked last.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<u32>) {
        (self.text, self.ends)
    }
}

impl Packed {
    /// Packs messages.
    pub(super) fn of(messages: Messages<'_>) -> Self {
        let mut press = Press::default();
        let extents = (0..messages.ends.len()).filter_map(|nth| messages.extent(nth));
        let texts = extents.filter_map(|extent| messages.text.get(extent));
        texts.clone().for_each(|text| press.take(text));
        let (moulds, which) = press.finish();
        let rest = Rest::of(texts.zip(&which).filter(|(_, of)| **of == NONE).map(|(text, _)| text));
        let mut packed = Self {
            len: messages.text.len(),
            which: which.into(),
            moulds: moulds.into(),
            rest,
            bytes: 0,
        };
        packed.bytes = packed.which.len()
            + packed.moulds.iter().map(Mould::bytes).sum::<usize>()
            + packed.rest.taken();
        packed
    }

    /// How many messages there are.
    pub(super) fn count(&self) -> usize {
        self.which.len()
    }

    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All messages.
    pub(super) fn unpack<'r>(&self, room: &'r mut Room) -> Messages<'r> {
        let Room { text, ends, rest } = room;
        text.clear();
        text.reserve(self.len);
        ends.clear();
        ends.reserve(self.which.len());
        self.rest.unpack(rest);
        let mut rows = vec![0; self.moulds.len()];
        let mut left = 0;
        for which in &self.which {
            let which = usize::from(*which);
            if let (Some(mould), Some(row)) = (self.moulds.get(which), rows.get_mut(which)) {
                mould.write(*row, text);
                *row += 1;
            } else {
                text.extend_from_slice(self.rest.get(left, rest));
                left += 1;
            }
            ends.push(u32::try_from(text.len()).unwrap_or_default());
            text.push(b'\n');
        }
        Messages { text, ends }
    }
}

impl Rest {
    fn of<'t>(messages: impl Iterator<Item = &'t [u8]>) -> Self {
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        for message in messages {
            text.extend_from_slice(message);
            ends.push(u32::try_from(text.len()).unwrap_or_default());
        }
        let bytes = if text.is_empty() { Vec::new() } else { lz4_flex::block::compress(&text) };
        let sketch = Sketch::of(&text);
        Self { bytes: bytes.into(), len: text.len(), ends: ends.into(), sketch }
    }

    fn taken(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ends) + self.sketch.bytes()
    }

    fn unpack(&self, room: &mut Vec<u8>) {
        room.clear();
        room.resize(self.len, 0);
        // what was packed here unpacks; were it not to, nothing is found in it
        if self.len > 0 && lz4_flex::block::decompress_into(&self.bytes, room).is_err() {
            room.clear();
        }
    }

    fn get<'r>(&self, nth: usize, room: &'r [u8]) -> &'r [u8] {
        let start = nth.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(nth).copied().unwrap_or_default();
        room.get(start.unwrap_or_default() as usize..end as usize).unwrap_or_default()
    }
}
