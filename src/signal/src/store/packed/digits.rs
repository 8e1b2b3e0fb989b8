//! Texts of one length that differ in digits only, such as times and request ids: two digits a byte.

use std::ops::Range;

use memchr::memmem;
use watchdeck_pattern::{Reach, State};

use super::column::{Bytes, Part};
use super::reaches::over;
use super::strides::{Kind, Strides};

/// The longest text that is kept so.
const LONGEST: usize = 64;
/// Rows of so many bytes and fewer are compared as one number.
const WIDE: usize = size_of::<u128>();

/// Hexadecimal digits, decimal ones among them, within a stencil that all rows share.
#[derive(Clone, Debug)]
pub(super) struct Digits {
    stencil: Box<[u8]>,
    /// Where in the stencil the digits stand.
    runs: Box<[Range<u8>]>,
    upper: bool,
    /// The bytes of a row.
    width: usize,
    /// The rows, and room behind them.
    bytes: Box<[u8]>,
}

impl Digits {
    /// The texts, if they are such.
    pub(super) fn of(values: &[&[u8]]) -> Option<Self> {
        let stencil = *values.first()?;
        if stencil.len() > LONGEST || values.iter().any(|value| value.len() != stencil.len()) {
            return None;
        }
        let (runs, upper) = match runs(stencil, values, is_lower) {
            Some(runs) => (runs, false),
            None => (runs(stencil, values, is_upper)?, true),
        };
        let digits: usize = runs.iter().map(ExactSizeIterator::len).sum();
        let width = digits.div_ceil(2);
        let mut bytes = Vec::with_capacity(values.len() * width + WIDE);
        let (mut worths, mut row) = ([0_u8; LONGEST], [0_u8; LONGEST + 1]);
        for value in values {
            // of all bytes at once, those between the digits too
            for (worth, byte) in worths.iter_mut().zip(value.iter()) {
                *worth = (byte & 15) + 9 * (byte >> 6);
            }
            let mut at = 0;
            for run in &runs {
                let worths = worths.get(usize::from(run.start)..usize::from(run.end))?;
                row.get_mut(at..at + worths.len())?.copy_from_slice(worths);
                at += worths.len();
            }
            if let Some(last) = row.get_mut(at) {
                *last = 0;
            }
            let pairs = row.as_chunks::<2>().0.iter().take(width);
            bytes.extend(pairs.map(|[high, low]| high << 4 | low));
        }
        bytes.resize(bytes.len() + WIDE, 0);
        let (stencil, runs, bytes) = (stencil.into(), runs.into(), bytes.into());
        Some(Self { stencil, runs, upper, width, bytes })
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.len() + self.stencil.len() + size_of_val(&*self.runs)
    }

    /// The bytes that may stand in it.
    pub(super) fn bytes_of(&self) -> Bytes {
        let digits: &[u8] = if self.upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        Bytes::of(&[digits, &self.stencil].concat())
    }

    /// The bytes that may stand in it where all digits are decimal.
    pub(super) fn decimals(&self) -> Bytes {
        Bytes::of(&[b"0123456789", &*self.stencil].concat())
    }

    /// Whether all digits are decimal.
    pub(super) fn is_decimal(&self) -> bool {
        let greatest = |(high, low): (u8, u8), byte: &u8| (high.max(byte >> 4), low.max(byte & 15));
        self.bytes.chunks(1 << 10).all(|some| {
            let (high, low) = some.iter().fold((0, 0), greatest);
            high.max(low) < 10
        })
    }

    /// Takes the state of each row over its value.
    pub(super) fn follow(&self, reach: &mut Reach, strides: &mut Strides, each: &mut [State]) {
        let (texts, behind) = self.texts();
        let mut states = over(each, |state| state);
        for (nth, two) in texts.chunks(2).enumerate() {
            let [before, rest @ ..] = two else { break };
            let (between, half) = (rest.first().copied().unwrap_or_default(), rest.is_empty());
            let kind = Kind { before, between, half, upper: self.upper };
            let column = self.bytes.get(nth..).unwrap_or_default().iter().step_by(self.width);
            states = strides.take(kind, reach, states, each.iter_mut().zip(column));
        }
        if !behind.is_empty() {
            over(each, |state| reach.text(state, behind));
        }
    }

    /// The texts of the stencil before each digit, and behind the last.
    fn texts(&self) -> (Vec<&[u8]>, &[u8]) {
        let (mut texts, mut end) = (Vec::with_capacity(self.stencil.len()), 0);
        for run in &self.runs {
            let start = usize::from(run.start);
            texts.push(self.stencil.get(end..start).unwrap_or_default());
            texts.extend((1..run.len()).map(|_| &[][..]));
            end = usize::from(run.end);
        }
        (texts, self.stencil.get(end..).unwrap_or_default())
    }

    /// Adds the text of a row.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(&self.stencil);
        let mut digits = [0_u8; LONGEST + 8];
        let bytes = self.bytes.get(row * self.width..).unwrap_or_default();
        let many = self.width.div_ceil(4);
        let fours = bytes.as_chunks::<4>().0.iter().take(many);
        for (eight, four) in digits.as_chunks_mut::<8>().0.iter_mut().zip(fours) {
            *eight = written(u32::from_be_bytes(*four), self.upper);
        }
        let Some(text) = out.get_mut(begin..) else { return };
        let mut rest = &digits[..];
        for run in &self.runs {
            let place = text.get_mut(usize::from(run.start)..usize::from(run.end));
            let (Some(place), Some((digits, behind))) = (place, rest.split_at_checked(run.len()))
            else {
                return;
            };
            place.copy_from_slice(digits);
            rest = behind;
        }
    }

    /// Marks the rows that may hold a part of a text; whether they hold it for sure.
    pub(super) fn mark(&self, part: &Part<'_>, marks: &mut [bool]) -> bool {
        let Some(spare) = self.stencil.len().checked_sub(part.text.len()) else { return true };
        let is_digit = if self.upper { is_upper } else { is_lower };
        if part.text.iter().any(|byte| !is_digit(*byte) && !self.stencil.contains(byte)) {
            return true;
        }
        let fits = |start: &usize| {
            (!part.start || *start == 0)
                && (!part.end || *start == spare)
                && self.mask(*start, part.text).is_some()
        };
        let starts: Vec<usize> = (0..=spare).filter(fits).collect();
        if starts.is_empty() {
            return true;
        }
        let in_a_run = |start: &usize| {
            let end = start + part.text.len();
            let within =
                |run: &Range<u8>| usize::from(run.start) <= *start && end <= usize::from(run.end);
            self.runs.iter().any(within)
        };
        if starts.len() > 2
            && starts.iter().all(in_a_run)
            && let Some(pairs) = pairs(part.text)
        {
            for pair in pairs.iter().filter(|pair| !pair.is_empty()) {
                let within = self.bytes.len() - WIDE;
                for at in memmem::find_iter(self.bytes.get(..within).unwrap_or_default(), pair) {
                    if let Some(mark) = marks.get_mut(at / self.width) {
                        *mark = true;
                    }
                }
            }
            return false;
        }
        if self.width > WIDE {
            marks.fill(true);
            return false;
        }
        let sought: Vec<_> = starts.iter().filter_map(|at| self.mask(*at, part.text)).collect();
        for (row, mark) in marks.iter_mut().enumerate() {
            let bytes = self.bytes.get(row * self.width..).unwrap_or_default();
            let Some(bytes) = bytes.first_chunk::<WIDE>() else { break };
            let worth = u128::from_be_bytes(*bytes);
            *mark |= sought.iter().any(|(mask, wanted)| worth & mask == *wanted);
        }
        true
    }

    /// Which of the first bits of a row, and how they stand, if a text begins at a place; nothing if none does there.
    fn mask(&self, start: usize, text: &[u8]) -> Option<(u128, u128)> {
        let is_digit = if self.upper { is_upper } else { is_lower };
        let (mut mask, mut wanted, mut before, mut known) = (0, 0, 0, 0);
        for run in &self.runs {
            let places = usize::from(run.start)..usize::from(run.end);
            for (nth, place) in places.clone().enumerate() {
                let Some(digit) = place.checked_sub(start).and_then(|at| text.get(at)) else {
                    continue;
                };
                if !is_digit(*digit) {
                    return None;
                }
                known += 1;
                if let Some(shift) = (WIDE * 8 - 4).checked_sub(4 * (before + nth)) {
                    mask |= 15_u128 << shift;
                    wanted |= u128::from((digit & 15) + 9 * (digit >> 6)) << shift;
                }
            }
            before += places.len();
        }
        let fixed = self.stencil.get(start..start + text.len())?.iter().zip(text).enumerate();
        let varies = |at: usize| {
            let within = |run: &Range<u8>| u8::try_from(at).is_ok_and(|at| run.contains(&at));
            self.runs.iter().any(within)
        };
        let same = fixed.filter(|(at, (ours, theirs))| ours == theirs && !varies(start + at));
        (known + same.count() == text.len()).then_some((mask, wanted))
    }
}

/// The bytes that a row holds which holds a text in a run, at either end of a byte; nothing if that tells little.
fn pairs(text: &[u8]) -> Option<[Vec<u8>; 2]> {
    if text.len() < 5 || !text.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let worth: Vec<u8> = text.iter().map(|digit| (digit & 15) + 9 * (digit >> 6)).collect();
    let packed = |digits: &[u8]| -> Vec<u8> {
        digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect()
    };
    Some([packed(&worth), packed(worth.get(1..)?)])
}

/// Where the digits stand in which the texts differ; nothing if they differ in anything else.
fn runs(stencil: &[u8], values: &[&[u8]], is_digit: impl Fn(u8) -> bool) -> Option<Vec<Range<u8>>> {
    let mut differs = [0_u8; LONGEST];
    let mut other = [0_u8; LONGEST];
    for value in values {
        let known = differs.iter_mut().zip(&mut other);
        for ((differs, other), (ours, first)) in known.zip(value.iter().zip(stencil)) {
            *differs |= ours ^ first;
            *other |= u8::from(!is_digit(*ours));
        }
    }
    let mut runs: Vec<Range<u8>> = Vec::new();
    let places = differs.iter().zip(&other).enumerate().take(stencil.len());
    let mut digits_since = true;
    for (at, (differs, other)) in places {
        if *differs == 0 {
            digits_since &= *other == 0;
            continue;
        }
        if *other != 0 {
            return None;
        }
        let at = u8::try_from(at).ok()?;
        match runs.last_mut() {
            // a digit or two between that do not differ cost less than another run
            Some(run) if digits_since && at - run.end <= 2 => run.end = at + 1,
            Some(_) | None => runs.push(at..at + 1),
        }
        digits_since = true;
    }
    Some(runs)
}

fn is_lower(byte: u8) -> bool {
    (byte.wrapping_sub(b'0') < 10) | (byte.wrapping_sub(b'a') < 6)
}

fn is_upper(byte: u8) -> bool {
    (byte.wrapping_sub(b'0') < 10) | (byte.wrapping_sub(b'A') < 6)
}

/// Eight digits, from the highest.
fn written(digits: u32, upper: bool) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut spread = u64::from(digits);
    spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff;
    spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff;
    spread = (spread | spread << 4) & (15 * ONES);
    let letters = (spread + 6 * ONES) >> 4 & ONES;
    (spread + 0x30 * ONES + letters * if upper { 7 } else { 39 }).to_be_bytes()
}
