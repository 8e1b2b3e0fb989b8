//! How lines come into their moulds: a line that fits the mould of another shares it.

use std::hash::{DefaultHasher, Hasher};

use super::column::Column;
use super::mould::Mould;
use super::tokens::{self, Slot};

/// The most moulds of one block.
const MOST: usize = 192;
/// The most places of one line that vary.
const PLACES: usize = 48;
/// A longer line has no mould.
const LONG: usize = 16 << 10;
/// A mould of fewer lines is none.
const LEAST: usize = if cfg!(test) { 2 } else { 8 };
/// The number in place of a mould's, of a line that has none.
pub(super) const NONE: u8 = u8::MAX;

/// Lines on their way into moulds.
#[derive(Debug, Default)]
pub(super) struct Press<'t> {
    drafts: Vec<Draft<'t>>,
    hashes: Vec<u64>,
    /// The draft of each line.
    which: Vec<u8>,
    /// The drafts that lines fitted last.
    recent: [usize; 4],
}

/// A mould in the making.
#[derive(Debug, Default)]
struct Draft<'t> {
    pieces: Vec<&'t [u8]>,
    slots: Vec<Slot>,
    /// The values, line by line.
    values: Vec<&'t [u8]>,
    rows: usize,
}

impl<'t> Press<'t> {
    /// Takes the next line.
    pub(super) fn take(&mut self, line: &'t [u8]) {
        let which =
            if line.len() > LONG { None } else { self.fit(line).or_else(|| self.read(line)) };
        self.which.push(which.and_then(|which| u8::try_from(which).ok()).unwrap_or(NONE));
    }

    /// The draft among the recent ones that a line fits.
    fn fit(&mut self, line: &'t [u8]) -> Option<usize> {
        for nth in 0..self.recent.len() {
            let at = *self.recent.get(nth)?;
            if self.drafts.get_mut(at)?.fit(line) {
                self.recent.get_mut(..=nth)?.rotate_right(1);
                return Some(at);
            }
        }
        None
    }

    /// The draft of a line, made if there is none.
    fn read(&mut self, line: &'t [u8]) -> Option<usize> {
        let mut draft = Draft::default();
        let mut at = 0;
        while let Some((slot, start, end)) = tokens::next(line, at) {
            draft.pieces.push(line.get(at..start)?);
            draft.slots.push(slot);
            draft.values.push(line.get(start..end)?);
            at = end;
            if draft.slots.len() > PLACES {
                return None;
            }
        }
        draft.pieces.push(line.get(at..)?);
        draft.rows = 1;
        let mut hasher = DefaultHasher::new();
        draft.pieces.iter().for_each(|piece| hasher.write(piece));
        let hash = hasher.finish();
        let alike = |(_, known): &(usize, &u64)| **known == hash;
        let mut alike = self.hashes.iter().enumerate().filter(alike).map(|(at, _)| at);
        let same = |at: &usize| {
            self.drafts.get(*at).is_some_and(|d| d.pieces == draft.pieces && d.slots == draft.slots)
        };
        let known = alike.find(same);
        let at = match known {
            Some(at) => {
                let known = self.drafts.get_mut(at)?;
                known.values.append(&mut draft.values);
                known.rows += 1;
                at
            }
            None if self.drafts.len() < MOST => {
                self.drafts.push(draft);
                self.hashes.push(hash);
                self.drafts.len() - 1
            }
            None => return None,
        };
        self.recent.rotate_right(1);
        if let Some(first) = self.recent.first_mut() {
            *first = at;
        }
        Some(at)
    }

    /// The moulds, and which of them each line has.
    pub(super) fn finish(mut self) -> (Vec<Mould>, Vec<u8>) {
        let mut moulds = Vec::new();
        let numbers: Vec<u8> = self
            .drafts
            .into_iter()
            .map(|draft| {
                if draft.rows < LEAST {
                    return NONE;
                }
                moulds.push(draft.finish());
                u8::try_from(moulds.len() - 1).unwrap_or(NONE)
            })
            .collect();
        for which in &mut self.which {
            *which = numbers.get(usize::from(*which)).copied().unwrap_or(NONE);
        }
        (moulds, self.which)
    }
}

impl<'t> Draft<'t> {
    /// Takes a line, if it fits.
    fn fit(&mut self, line: &'t [u8]) -> bool {
        let known = self.values.len();
        let fits = self.values_of(line).is_some();
        if fits {
            self.rows += 1;
        } else {
            self.values.truncate(known);
        }
        fits
    }

    fn values_of(&mut self, line: &'t [u8]) -> Option<()> {
        let mut at = 0;
        let mut slots = self.slots.iter();
        for piece in &self.pieces {
            let rest = line.get(at..)?;
            let Some(slot) = slots.next() else { return (rest == *piece).then_some(()) };
            if !rest.starts_with(piece) {
                return None;
            }
            at += piece.len();
            let end = tokens::end(*slot, line, at)?;
            self.values.push(line.get(at..end)?);
            at = end;
        }
        None
    }

    /// The mould: places in which all lines are the same become part of the pieces around them.
    fn finish(self) -> Mould {
        let (mut pieces, mut ends, mut columns) = (Vec::new(), Vec::new(), Vec::new());
        let mut values = Vec::with_capacity(self.rows);
        let places = self.slots.len();
        for (nth, piece) in self.pieces.iter().enumerate() {
            pieces.extend_from_slice(piece);
            if nth == places {
                break;
            }
            values.clear();
            values.extend(self.values.iter().skip(nth).step_by(places).copied());
            match values.first() {
                Some(first) if values.iter().all(|value| value == first) => {
                    pieces.extend_from_slice(first);
                }
                Some(_) | None => {
                    ends.push(u32::try_from(pieces.len()).unwrap_or_default());
                    let column = Column::of(&values);
                    let numbers = matches!(column, Column::Numbers(_))
                        || values.iter().all(|value| tokens::is_number(value));
                    columns.push((column, numbers));
                }
            }
        }
        ends.push(u32::try_from(pieces.len()).unwrap_or_default());
        Mould::new(pieces, ends, columns, self.rows)
    }
}
