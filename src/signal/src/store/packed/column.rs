//! What stands in one place of many lines, kept by what it is.

use std::collections::HashMap;

use memchr::memmem;
use watchdeck_pattern::{Reach, State};

use super::digits::Digits;
use super::numbers::Numbers;
use super::strides::Strides;

/// The most texts that are kept once each.
const FEW: usize = 256;
/// The most numbers that are kept once each.
const FEWER: usize = 16;

/// The values of one place, a row a line.
#[derive(Clone, Debug)]
pub(super) enum Column {
    /// One length, different digits.
    Digits(Digits),
    /// Whole numbers.
    Numbers(Numbers),
    /// Few texts, each kept once, and which of them a row is.
    Few(Texts, Box<[u8]>),
    /// Any texts.
    Any(Texts),
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes([u128; 2]);

impl Bytes {
    pub(super) fn of(text: &[u8]) -> Self {
        let Self([mut low, mut high]) = Self::default();
        for byte in text {
            let bit = 1 << (byte & 127);
            if *byte < 128 { low |= bit } else { high |= bit }
        }
        Self([low, high])
    }

    pub(super) fn iter(self) -> impl Iterator<Item = u8> + Clone {
        let Self([low, high]) = self;
        let holds = move |byte: &u8| {
            let half = if *byte < 128 { low } else { high };
            half >> (byte & 127) & 1 == 1
        };
        (0..=u8::MAX).filter(holds)
    }
}

/// A part of a text that is looked for: what of it would stand in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'n> {
    pub(super) text: &'n [u8],
    /// Whether it begins where the value begins.
    pub(super) start: bool,
    /// Whether it ends where the value ends.
    pub(super) end: bool,
}

impl Part<'_> {
    /// Whether a value holds it.
    pub(super) fn is_in(&self, value: &[u8]) -> bool {
        match (self.start, self.end) {
            (true, true) => value == self.text,
            (true, false) => value.starts_with(self.text),
            (false, true) => value.ends_with(self.text),
            (false, false) => memmem::find(value, self.text).is_some(),
        }
    }
}

impl Column {
    /// Values that are not all the same.
    pub(super) fn of(values: &[&[u8]]) -> Self {
        if let Some(numbers) = Numbers::of(values) {
            // a status code is one of few, whatever lies between them
            let narrow = numbers.is_narrow() || values.len() < 4 * FEWER;
            let fewer = if narrow { None } else { few(values, FEWER) };
            return fewer.unwrap_or(Self::Numbers(numbers));
        }
        if let Some(digits) = Digits::of(values) {
            return Self::Digits(digits);
        }
        few(values, FEW).unwrap_or_else(|| Self::Any(Texts::of(values)))
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Digits(digits) => digits.bytes(),
            Self::Numbers(numbers) => numbers.bytes(),
            Self::Few(texts, codes) => texts.bytes() + codes.len(),
            Self::Any(texts) => texts.bytes(),
        }
    }

    /// Adds the value of a row.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Self::Digits(digits) => digits.write(row, out),
            Self::Numbers(numbers) => numbers.write(row, out),
            Self::Few(texts, codes) => {
                let code = codes.get(row).map_or(0, |code| usize::from(*code));
                out.extend_from_slice(texts.get(code));
            }
            Self::Any(texts) => out.extend_from_slice(texts.get(row)),
        }
    }

    /// What tells the value of a row from those of others, if it is short.
    pub(super) fn key(&self, row: usize) -> Option<u64> {
        match self {
            Self::Few(_, codes) => codes.get(row).map(|code| u64::from(*code)),
            Self::Numbers(numbers) => Some(numbers.worth(row)),
            Self::Digits(_) | Self::Any(_) => None,
        }
    }

    /// The few texts that stand in it, and which of them each row holds.
    pub(super) fn few(&self) -> Option<(&Texts, &[u8])> {
        match self {
            Self::Few(texts, codes) => Some((texts, codes)),
            Self::Digits(_) | Self::Numbers(_) | Self::Any(_) => None,
        }
    }

    /// The bytes that may stand in it.
    pub(super) fn bytes_of(&self) -> Bytes {
        match self {
            Self::Digits(digits) => digits.bytes_of(),
            Self::Numbers(_) => Bytes::of(b"0123456789"),
            Self::Few(texts, _) | Self::Any(texts) => Bytes::of(&texts.text),
        }
    }

    /// Takes the state of each row over its value.
    pub(super) fn follow(&self, reach: &mut Reach, strides: &mut Strides, each: &mut [State]) {
        match self {
            Self::Digits(digits) => digits.follow(reach, strides, each),
            Self::Numbers(numbers) => numbers.follow(reach, each),
            Self::Few(texts, codes) => {
                // the same state before the same text comes to the same
                let mut known: HashMap<(usize, u8), State> = HashMap::new();
                for (state, code) in each.iter_mut().zip(codes) {
                    let behind = known
                        .entry((state.number(), *code))
                        .or_insert_with(|| reach.text(*state, texts.get(usize::from(*code))));
                    *state = *behind;
                }
            }
            Self::Any(texts) => {
                for (row, state) in each.iter_mut().enumerate() {
                    *state = reach.text(*state, texts.get(row));
                }
            }
        }
    }

    /// Marks the rows that may hold a part of a text, none left out; whether they hold it for sure.
    pub(super) fn mark(&self, part: &Part<'_>, marks: &mut [bool]) -> bool {
        match self {
            Self::Digits(digits) => return digits.mark(part, marks),
            Self::Numbers(numbers) => numbers.mark(part, marks),
            Self::Few(texts, codes) => {
                // few texts, and fewer of them hold it: a pass over the codes for each is quick
                for code in (0..texts.len()).filter(|code| part.is_in(texts.get(*code))) {
                    let Ok(wanted) = u8::try_from(code) else { break };
                    marks.iter_mut().zip(codes).for_each(|(mark, code)| *mark |= *code == wanted);
                }
            }
            Self::Any(texts) => texts.mark(part, marks),
        }
        true
    }
}

/// Texts, one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    text: Box<[u8]>,
    ends: Box<[u32]>,
}

impl Texts {
    fn of(values: &[&[u8]]) -> Self {
        let text = values.concat().into_boxed_slice();
        let mut end = 0;
        let ends = values.iter().map(|value| {
            end += u32::try_from(value.len()).unwrap_or_default();
            end
        });
        Self { ends: ends.collect(), text }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.ends)
    }

    pub(super) fn get(&self, nth: usize) -> &[u8] {
        let start = nth.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(nth).copied().unwrap_or_default();
        self.text.get(start.unwrap_or_default() as usize..end as usize).unwrap_or_default()
    }

    fn mark(&self, part: &Part<'_>, marks: &mut [bool]) {
        if part.start || part.end {
            let rows = marks.iter_mut().enumerate();
            rows.for_each(|(row, mark)| *mark |= part.is_in(self.get(row)));
            return;
        }
        let mut row = 0;
        let finder = memmem::Finder::new(part.text);
        let mut from = 0;
        while let Some(at) = self.text.get(from..).and_then(|text| finder.find(text)) {
            let (start, end) = (from + at, from + at + part.text.len());
            while self.ends.get(row).is_some_and(|end| *end as usize <= start) {
                row += 1;
            }
            let within = self.ends.get(row).is_some_and(|last| end <= *last as usize);
            if within && let Some(mark) = marks.get_mut(row) {
                *mark = true;
            }
            // what begins in one value and ends in the next is in neither
            from = start + 1;
        }
    }
}

/// The values as few texts, if they are few.
fn few(values: &[&[u8]], most: usize) -> Option<Column> {
    let most = most.min(values.len() / 4 + 1);
    let mut known: HashMap<&[u8], u8> = HashMap::new();
    let mut texts: Vec<&[u8]> = Vec::new();
    let mut codes = Vec::with_capacity(values.len());
    let mut last: Option<(&[u8], u8)> = None;
    for value in values {
        let same = last.filter(|(text, _)| text == value).map(|(_, code)| code);
        let code = match same.or_else(|| known.get(value).copied()) {
            Some(code) => code,
            None if texts.len() < most => {
                let code = u8::try_from(texts.len()).ok()?;
                texts.push(value);
                known.insert(value, code);
                code
            }
            None => return None,
        };
        last = Some((value, code));
        codes.push(code);
    }
    Some(Column::Few(Texts::of(&texts), codes.into()))
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    /// Values of every kind read as they were written, and are found by every part of them.
    #[test]
    fn a_column_reads_as_it_was_written_and_marks_every_row_that_holds_a_part() {
        let mut rng = Rng::with_seed(7);
        for round in 0..400 {
            let rows = rng.usize(2..40);
            let texts: Vec<String> = (0..rows)
                .map(|_| match round % 8 {
                    0 => format!("{:08x}-{:04x}-4", rng.u32(..), rng.u16(..)),
                    1 => format!("{:X}", rng.u128(1 << 124..)),
                    2 => rng.u64(..).to_string(),
                    3 => rng.u8(..).to_string(),
                    4 => ["ERROR", "INFO", "e"][rng.usize(..3)].to_owned(),
                    5 => format!("2026-11-22T03:{:02}:{:02}Z", rng.u8(..60), rng.u8(..60)),
                    6 => format!("{:064x}", rng.u128(..)),
                    _ => "é".repeat(rng.usize(1..4)) + &rng.u8(..).to_string(),
                })
                .collect();
            let values: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
            let column = Column::of(&values);
            let mut out = Vec::new();
            for (row, value) in values.iter().enumerate() {
                out.clear();
                column.write(row, &mut out);
                assert_eq!(out, *value, "round {round}");
            }
            for _ in 0..60 {
                let of = values[rng.usize(..rows)];
                let from = rng.usize(..of.len());
                let mut text = of[from..rng.usize(from + 1..=of.len())].to_vec();
                if rng.u8(..4) == 0 {
                    text[0] = b"07aF-x"[rng.usize(..6)];
                }
                let part = Part { text: &text, start: rng.bool(), end: rng.bool() };
                let mut marks = vec![false; rows];
                let sure = column.mark(&part, &mut marks);
                for (value, mark) in values.iter().zip(marks) {
                    let holds = part.is_in(value);
                    assert!(mark || !holds, "round {round}: {part:?} in {value:?}");
                    assert!(!sure || mark == holds, "round {round}: {part:?} in {value:?}");
                }
            }
        }
    }
}
