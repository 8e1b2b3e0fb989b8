//! Regular expressions over moulds: which lines of a mould one matches, of which nothing can be demanded.
//!
//! All lines of a mould are in one state until a column is reached whose values may come to a match, or to different states
//! that the pieces behind do not make one again. Only such a column is gone over.

use watchdeck_pattern::{Reach, Search, State, States};

use super::column::{Bytes, Column};
use super::mould::{Form, Holders, Mould};
use super::strides::Strides;

/// The most moulds of which is kept from block to block what was learnt.
const KNOWN: usize = 32;

/// What was learnt of an expression. It belongs to one search.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Reaches {
    begun: bool,
    reach: Option<Reach>,
    strides: Strides,
    known: Vec<Known>,
}

/// What was learnt of moulds of a form whose values are of the same bytes.
#[derive(Clone, Debug)]
struct Known {
    form: Form,
    bytes: Vec<Bytes>,
    passes: Vec<Pass>,
}

/// What is known of the values from a column on, whatever they are.
#[derive(Clone, Copy, Debug)]
struct Pass {
    column: usize,
    /// Whether no letter stands among the digits of the first column.
    decimal: bool,
    /// The states before it.
    before: States,
    /// The column before which all lines are in one state again, and that; nothing where some line may be told from others.
    behind: Option<(usize, State)>,
}

/// The lines of a mould on their way.
#[derive(Debug)]
struct Walk<'w> {
    mould: &'w Mould,
    reach: &'w mut Reach,
    strides: &'w mut Strides,
    bytes: &'w [Bytes],
    passes: &'w mut Vec<Pass>,
    /// What is settled of each line; empty while nothing is of any.
    marks: Vec<bool>,
    sure: bool,
}

/// Where the lines of a mould are.
#[derive(Debug)]
enum Lines {
    Same(State),
    Each(Vec<State>),
}

impl Reaches {
    /// Makes it ready for a search; says whether that can be followed.
    pub(in super::super) fn begin(&mut self, search: Option<&Search>) -> bool {
        if !self.begun {
            (self.begun, self.reach) = (true, search.and_then(Search::reach));
        }
        self.reach.is_some()
    }

    /// The lines of a mould that match, or may.
    pub(super) fn holders(&mut self, mould: &Mould) -> Holders {
        let Some(reach) = &mut self.reach else { return mould.open() };
        let bytes: Vec<Bytes> = mould.columns().iter().map(Column::bytes_of).collect();
        let same = |known: &Known| known.form == *mould.form() && known.bytes == bytes;
        let at = self.known.iter().position(same).unwrap_or_else(|| {
            if self.known.len() >= KNOWN {
                self.known.remove(0);
            }
            self.known.push(Known { form: mould.form().clone(), bytes, passes: Vec::new() });
            self.known.len() - 1
        });
        let Some(Known { bytes, passes, .. }) = self.known.get_mut(at) else { return mould.open() };
        let strides = &mut self.strides;
        let walk = Walk { mould, reach, strides, bytes, passes, marks: Vec::new(), sure: true };
        walk.holders()
    }
}

impl Walk<'_> {
    fn holders(mut self) -> Holders {
        let mould = self.mould;
        let first = mould.pieces().next().unwrap_or_default();
        let begun = self.reach.text(self.reach.begin(), first);
        let (mut lines, mut states) = (Lines::Same(begun), States::of(begun));
        let mut nth = 0;
        while let Some(column) = mould.columns().get(nth) {
            if let Lines::Same(state) = lines
                && state.is_settled()
            {
                return if state == State::MATCHES { Holders::All } else { mould.open() };
            }
            if let Some((next, state)) = self.pass(nth, column, states.open()) {
                self.settle(&lines);
                (nth, lines, states) = (next, Lines::Same(state), States::of(state));
                continue;
            }
            let mut each = match lines {
                Lines::Same(state) => vec![state; mould.rows()],
                Lines::Each(each) => each,
            };
            column.follow(self.reach, self.strides, &mut each);
            nth += 1;
            states = over(&mut each, |state| self.reach.text(state, mould.piece(nth)));
            lines = Lines::Each(each);
            if let Some(state) = states.open().only() {
                self.settle(&lines);
                (lines, states) = (Lines::Same(state), States::of(state));
            }
        }
        match lines {
            Lines::Same(state) => match self.reach.end(state) {
                State::MATCHES => return Holders::All,
                State::LOST => return mould.open(),
                _ => {}
            },
            Lines::Each(mut each) => {
                over(&mut each, |state| self.reach.end(state));
                self.settle(&Lines::Each(each));
            }
        }
        let Self { marks, sure, .. } = self;
        if marks.contains(&true) { Holders::Marked { marks, sure } } else { Holders::None }
    }

    /// Marks the lines that are settled.
    fn settle(&mut self, lines: &Lines) {
        let Lines::Each(each) = lines else { return };
        self.marks.resize(self.mould.rows(), false);
        for (mark, state) in self.marks.iter_mut().zip(each) {
            *mark |= state.is_settled();
            self.sure &= *state != State::LOST;
        }
    }

    /// Where all lines are in one state again, whatever their values from a column on.
    fn pass(&mut self, nth: usize, column: &Column, before: States) -> Option<(usize, State)> {
        let all = self.known_pass(nth, false, before);
        if all.is_none()
            && let Column::Digits(digits) = column
            && digits.is_decimal()
        {
            return self.known_pass(nth, true, before);
        }
        all
    }

    fn known_pass(
        &mut self,
        column: usize,
        decimal: bool,
        before: States,
    ) -> Option<(usize, State)> {
        let same = |pass: &&Pass| {
            pass.column == column && pass.decimal == decimal && pass.before == before
        };
        if let Some(known) = self.passes.iter().find(same) {
            return known.behind;
        }
        let behind = self.behind(column, decimal, before);
        self.passes.push(Pass { column, decimal, before, behind });
        behind
    }

    fn behind(&mut self, from: usize, decimal: bool, before: States) -> Option<(usize, State)> {
        let mut states = before;
        for (nth, column) in self.mould.columns().iter().enumerate().skip(from) {
            let mut bytes = *self.bytes.get(nth)?;
            if let Column::Digits(digits) = column
                && decimal
                && nth == from
            {
                bytes = digits.decimals();
            }
            states = self.reach.any(states, &bytes.iter());
            let piece = self.mould.piece(nth + 1);
            let texts = states.iter().map(|state| self.reach.text(state, piece));
            states = texts.fold(States::default(), |all, state| all.and(States::of(state)));
            if states.settles() {
                return None;
            }
            if let Some(state) = states.only() {
                return Some((nth + 1, state));
            }
        }
        let ends = states.iter().all(|state| !self.reach.end(state).is_settled());
        // none of them matches, so any will do
        states.iter().next().filter(|_| ends).map(|state| (self.mould.columns().len(), state))
    }
}

/// Takes each state to another; returns those that they came to.
pub(super) fn over(each: &mut [State], mut to: impl FnMut(State) -> State) -> States {
    let mut known = [None; 256];
    let mut all = States::default();
    for state in each {
        let Some(place) = known.get_mut(state.number()) else { continue };
        *state = *place.get_or_insert_with(|| {
            let next = to(*state);
            all.insert(next);
            next
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::store::packed::{Messages, Packed, Room, Verdict};

    /// A line of one of some forms, of whose places each kind of column is made.
    fn line(rng: &mut Rng, form: u8) -> String {
        let (id, n) = (rng.u128(..), rng.u16(..700));
        let upper = format!("{:010X}", id >> 88);
        let word = ["eu", "us-1", "é7", "x", "ERROR"][rng.usize(..5)];
        match form {
            0 => format!("{:08x}-{:03x}-4{:04x} at {n}", id >> 96, id >> 52 & 0xfff, id & 0xffff),
            1 => format!("2026-11-22T03:{:02}:{:02}.{n:03}Z {upper}é", n % 60, id % 60),
            2 => format!(r#"{{"id":"{id:032x}","of":"{word}","ms":{n},"who":"{:x}"}}"#, id >> 100),
            3 => format!("{n} {word}-{n} took {}.{}s", id % 9, id % 7),
            _ => format!("order {upper}{:x}\t€{n} {word}\n", id >> (64 + n % 60)),
        }
    }

    /// An expression that lines may match, or not.
    fn expression(rng: &mut Rng) -> String {
        const PIECES: [&str; 26] = [
            "[d-f]",
            "[d-f]{2}",
            "\\d",
            "\\d{2}",
            "[0-4]",
            "[A-C]",
            "[a-c0-3]",
            ".",
            ".*",
            ".?",
            "\\b",
            "\\B",
            "^",
            "$",
            "-",
            " ",
            "\"",
            "\\w",
            "\\W",
            "[^a-z]",
            "(?i:[B-D])",
            "é|e",
            "|",
            "\\s",
            "(?m:$)",
            "€?",
        ];
        (0..rng.usize(1..6)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect()
    }

    #[test]
    fn an_expression_followed_over_moulds_finds_what_it_matches() {
        let (mut found, mut read, mut asked) = (0, 0, 0);
        for seed in 0..3_000 {
            let mut rng = Rng::with_seed(seed);
            let forms = rng.usize(1..3);
            let lines: Vec<String> = (0..rng.usize(2..40))
                .map(|nth| {
                    line(&mut rng, u8::try_from(seed % 5 + nth as u64 % forms as u64).unwrap())
                })
                .collect();
            let (mut text, mut ends) = (Vec::new(), Vec::new());
            for line in &lines {
                text.extend_from_slice(line.as_bytes());
                ends.push(u32::try_from(text.len()).unwrap());
                text.push(b'\n');
            }
            let packed = Packed::of(Messages { text: &text, ends: &ends });
            let Ok(search) = Search::parse(&format!("/{}/", expression(&mut rng))) else {
                continue;
            };
            let mut reaches = Reaches::default();
            assert!(reaches.begin(Some(&search)));
            // what was learnt serves again
            for _ in 0..2 {
                let mut sifted = packed.sift_by(&mut reaches);
                let mut room = Room::default();
                for (nth, line) in lines.iter().enumerate() {
                    let matches = search.matches(line);
                    let (verdict, place) = sifted.ask(nth);
                    match verdict {
                        Verdict::Lacks => assert!(!matches, "seed {seed}: {search} {line:?}"),
                        Verdict::Holds => assert!(matches, "seed {seed}: {search} {line:?}"),
                        Verdict::Open => {
                            assert_eq!(sifted.read(place, &mut room), line.as_bytes());
                            read += 1;
                        }
                    }
                    found += usize::from(matches);
                    asked += 1;
                }
            }
        }
        assert!(found > asked / 10 && read < asked / 2, "{found} {read} of {asked}");
    }
}
