//! Whole numbers without leading zeros, such as counts and durations: as many bytes as the widest needs.

use watchdeck_pattern::{Reach, State};

use super::column::Part;

/// Numbers of one column, each as its distance from the least.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    least: u64,
    /// The bytes of a row.
    width: usize,
    /// The rows, and room behind them.
    bytes: Box<[u8]>,
}

impl Numbers {
    /// The texts, if they are such.
    pub(super) fn of(values: &[&[u8]]) -> Option<Self> {
        let mut worths = Vec::with_capacity(values.len());
        let (mut least, mut most) = (u64::MAX, 0);
        for value in values {
            let worth = worth(value)?;
            (least, most) = (least.min(worth), most.max(worth));
            worths.push(worth);
        }
        let bits = u64::BITS - most.checked_sub(least)?.leading_zeros();
        let width = bits.div_ceil(8).max(1) as usize;
        let mut bytes = Vec::with_capacity(worths.len() * width + 8);
        for worth in worths {
            let distance = (worth - least).to_le_bytes();
            bytes.extend_from_slice(distance.get(..width)?);
        }
        bytes.resize(bytes.len() + 8, 0);
        Some(Self { least, width, bytes: bytes.into() })
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Adds the text of a row.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) {
        let mut room = [0; 20];
        out.extend_from_slice(written(self.worth(row), &mut room));
    }

    /// Marks the rows that hold a part of a text.
    pub(super) fn mark(&self, part: &Part<'_>, marks: &mut [bool]) {
        if !part.text.iter().all(u8::is_ascii_digit) {
            return;
        }
        if part.start && part.end {
            let Some(wanted) = worth(part.text) else { return };
            let rows = marks.iter_mut().enumerate();
            rows.for_each(|(row, mark)| *mark |= self.worth(row) == wanted);
            return;
        }
        let mut room = [0; 20];
        for (row, mark) in marks.iter_mut().enumerate() {
            *mark |= part.is_in(written(self.worth(row), &mut room));
        }
    }

    /// Takes the state of each row over its value.
    pub(super) fn follow(&self, reach: &mut Reach, each: &mut [State]) {
        let mut room = [0; 20];
        for (row, state) in each.iter_mut().enumerate().filter(|(_, state)| !state.is_settled()) {
            *state = reach.text(*state, written(self.worth(row), &mut room));
        }
    }

    /// Whether a row takes one byte.
    pub(super) fn is_narrow(&self) -> bool {
        self.width == 1
    }

    /// The number of a row.
    pub(super) fn worth(&self, row: usize) -> u64 {
        let bytes = self.bytes.get(row * self.width..).and_then(|bytes| bytes.first_chunk::<8>());
        let distance = u64::from_le_bytes(bytes.copied().unwrap_or_default());
        self.least + (distance & (u64::MAX >> (64 - 8 * self.width)))
    }
}

/// The number that a text says, if it is written as numbers are here.
fn worth(text: &[u8]) -> Option<u64> {
    let short = (1..19).contains(&text.len()) && (text.len() == 1 || text.first() != Some(&b'0'));
    if !short {
        return None;
    }
    text.iter().try_fold(0_u64, |worth, digit| {
        digit.is_ascii_digit().then(|| worth * 10 + u64::from(digit - b'0'))
    })
}

fn written(mut worth: u64, room: &mut [u8; 20]) -> &[u8] {
    let mut at = room.len();
    for digit in room.iter_mut().rev() {
        *digit = b'0' + u8::try_from(worth % 10).unwrap_or_default();
        worth /= 10;
        at -= 1;
        if worth == 0 {
            break;
        }
    }
    room.get(at..).unwrap_or_default()
}
