//! JSON patterns over the lines of a mould: decided by the members they look at.

use std::collections::HashMap;

use watchdeck_pattern::Search;

use super::column::{Column, Texts};
use super::members::Piece;
use super::mould::{Form, Holders, Mould};

/// The most values whose judgement is kept.
const MEMO: usize = 64;
/// The most pairs of few texts that are all judged.
const PAIRS: usize = 128;
/// The most judgements that are kept from block to block.
const VERDICTS: usize = 1024;
/// The most forms of moulds that are kept from block to block.
const FORMS: usize = 32;

/// What was learnt of moulds and of values. It belongs to one search.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Plans {
    /// For moulds of a form, the line with the members looked at only.
    known: Vec<(Form, Option<Vec<Piece>>)>,
    /// How lines with these members only were judged.
    verdicts: HashMap<Vec<u8>, bool>,
    /// How the pairs of the last block were judged: those of the next are most often the same.
    last: Option<Judged>,
}

/// Pairs of few texts in moulds of a form, and how each was judged.
#[derive(Clone, Debug)]
struct Judged {
    /// The form, by its number among those known.
    form: usize,
    one: Texts,
    other: Option<Texts>,
    verdicts: Vec<bool>,
}

impl Plans {
    /// Which of the lines that may match do, where that can be told by some members; else those that may.
    pub(super) fn judged(
        &mut self,
        mould: &Mould,
        search: &Search,
        names: &[&str],
        holders: impl FnOnce() -> Holders,
    ) -> Holders {
        let Self { known, verdicts, last } = self;
        let at = known.iter().position(|(form, _)| form == mould.form()).unwrap_or_else(|| {
            if known.len() >= FORMS {
                known.remove(0);
                *last = None;
            }
            known.push((mould.form().clone(), mould.members(names)));
            known.len() - 1
        });
        let Some((_, Some(pieces))) = known.get(at) else {
            return match holders() {
                Holders::None => Holders::None,
                Holders::All => mould.open(),
                Holders::Marked { marks, .. } => Holders::Marked { marks, sure: false },
            };
        };
        let columns: Vec<&Column> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(_) => None,
                Piece::Value(nth) => mould.columns().get(*nth),
            })
            .collect();
        let mut judge = Judge { search, pieces, verdicts, text: Vec::new() };
        if columns.is_empty() {
            return if judge.remembered(|_, _| {}) { Holders::All } else { Holders::None };
        }
        if let Some(pairs) = Pairs::of(&columns, mould.rows()) {
            let same = last.take().filter(|last| last.form == at && pairs.are_of(last));
            let judged = last.insert(same.unwrap_or_else(|| pairs.judged(at, &mut judge)));
            return pairs.holders(mould.rows(), &judged.verdicts);
        }
        let mut marks = match holders() {
            Holders::None => return Holders::None,
            Holders::Marked { marks, .. } => marks,
            Holders::All => vec![true; mould.rows()],
        };
        by_key(&columns, &mut marks, &mut judge);
        if marks.contains(&true) { Holders::Marked { marks, sure: true } } else { Holders::None }
    }
}

/// Judges lines by the members looked at.
struct Judge<'j> {
    search: &'j Search,
    pieces: &'j [Piece],
    verdicts: &'j mut HashMap<Vec<u8>, bool>,
    text: Vec<u8>,
}

impl Judge<'_> {
    /// Whether a line matches whose values are written by a function: it is told the how-manieth of them is wanted.
    fn told(&mut self, write: impl Fn(usize, &mut Vec<u8>)) -> bool {
        self.write(write);
        self.judge()
    }

    /// The same, of values that come again in other blocks.
    fn remembered(&mut self, write: impl Fn(usize, &mut Vec<u8>)) -> bool {
        self.write(write);
        if let Some(verdict) = self.verdicts.get(&self.text) {
            return *verdict;
        }
        let verdict = self.judge();
        if self.verdicts.len() < VERDICTS {
            self.verdicts.insert(self.text.clone(), verdict);
        }
        verdict
    }

    fn write(&mut self, write: impl Fn(usize, &mut Vec<u8>)) {
        self.text.clear();
        let mut values = 0;
        for piece in self.pieces {
            match piece {
                Piece::Text(piece) => self.text.extend_from_slice(piece),
                Piece::Value(_) => {
                    write(values, &mut self.text);
                    values += 1;
                }
            }
        }
    }

    fn judge(&self) -> bool {
        let text = std::str::from_utf8(&self.text);
        text.is_ok_and(|text| self.search.matches(text)) != self.search.is_inverse()
    }
}

/// One or two columns of few texts, of which few pairs can stand side by side.
struct Pairs<'c> {
    one: (&'c Texts, &'c [u8]),
    other: Option<(&'c Texts, &'c [u8])>,
}

impl<'c> Pairs<'c> {
    fn of(columns: &[&'c Column], rows: usize) -> Option<Self> {
        let pairs = match columns {
            [one] => Self { one: one.few()?, other: None },
            [one, other] => Self { one: one.few()?, other: Some(other.few()?) },
            _ => return None,
        };
        (pairs.one.0.len() * pairs.others() <= PAIRS.min(rows)).then_some(pairs)
    }

    fn others(&self) -> usize {
        self.other.map_or(1, |(texts, _)| texts.len())
    }

    /// Whether they are of the texts that were judged before.
    fn are_of(&self, judged: &Judged) -> bool {
        *self.one.0 == judged.one && self.other.map(|(texts, _)| texts) == judged.other.as_ref()
    }

    /// Each pair is judged once.
    fn judged(&self, form: usize, judge: &mut Judge<'_>) -> Judged {
        let texts = self.one.0;
        let verdicts = (0..texts.len() * self.others()).map(|nth| {
            let (code, other) = (nth / self.others(), nth % self.others());
            judge.remembered(|value, out| {
                let text = match (value, self.other) {
                    (0, _) | (_, None) => texts.get(code),
                    (_, Some((others, _))) => others.get(other),
                };
                out.extend_from_slice(text);
            })
        });
        let verdicts = verdicts.collect();
        let other = self.other.map(|(texts, _)| texts.clone());
        Judged { form, one: texts.clone(), other, verdicts }
    }

    /// The rows of the pairs that match, marked in a pass over the codes.
    fn holders(&self, rows: usize, verdicts: &[bool]) -> Holders {
        if verdicts.iter().all(|matches| *matches) {
            return Holders::All;
        }
        let codes = self.one.1;
        let mut marks: Option<Vec<bool>> = None;
        for (nth, _) in verdicts.iter().enumerate().filter(|(_, matches)| **matches) {
            let (code, other) = (nth / self.others(), nth % self.others());
            let (Ok(code), Ok(other)) = (u8::try_from(code), u8::try_from(other)) else { break };
            let marks = marks.get_or_insert_with(|| vec![false; rows]).iter_mut().zip(codes);
            match self.other {
                None => marks.for_each(|(mark, is)| *mark |= *is == code),
                Some((_, others)) => marks.zip(others).for_each(|((mark, is), other_is)| {
                    *mark |= (*is ^ code) | (*other_is ^ other) == 0;
                }),
            }
        }
        match marks {
            Some(marks) if marks.contains(&true) => Holders::Marked { marks, sure: true },
            Some(_) | None => Holders::None,
        }
    }
}

/// Keeps the marks of the rows that match, where any values may stand side by side.
fn by_key(columns: &[&Column], marks: &mut [bool], judge: &mut Judge<'_>) {
    let mut judge = |row: usize| {
        judge.told(|value, out| columns.get(value).into_iter().for_each(|c| c.write(row, out)))
    };
    let mut known: HashMap<u128, bool> = HashMap::new();
    let mut last = None;
    for (row, mark) in marks.iter_mut().enumerate().filter(|(_, mark)| **mark) {
        let Some(key) = key(columns, row) else {
            *mark = judge(row);
            continue;
        };
        *mark = match (last, known.len() < MEMO) {
            (Some((same, matches)), _) if same == key => matches,
            (_, true) => *known.entry(key).or_insert_with(|| judge(row)),
            // where hardly a value comes twice it is no use to look for them
            (_, false) => judge(row),
        };
        last = Some((key, *mark));
    }
}

/// What tells the values of a row from those of others, if that is short.
fn key(columns: &[&Column], row: usize) -> Option<u128> {
    match columns {
        [one] => one.key(row).map(u128::from),
        [one, other] => Some(u128::from(one.key(row)?) << 64 | u128::from(other.key(row)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::super::press::Press;
    use super::*;

    /// Lines of every kind of JSON, some broken, some with escapes, some with names that vary.
    fn line(rng: &mut Rng, form: usize) -> String {
        let number = ["7", "0.5", "12", "05", "1e3", "-3", "200", "500"][rng.usize(..8)];
        let word = ["INFO", "ERROR", "a\tb", "x1", "é", "\\u00e9"][rng.usize(..6)];
        let whole = rng.u8(..9);
        match form {
            0 => format!(r#"{{"level":"{word}","n":{whole},"id":"{:08x}"}}"#, rng.u32(..)),
            1 => format!(r#"{{"n":{number},"level":"{word}"}}"#),
            2 => format!(r#"{{"n{whole}":1,"n":{whole},"d":{number}}}"#),
            3 => format!(r#"{{"a":{{"n":{whole},"level":["{word}",{whole}]}},"n":"{whole}"}}"#),
            4 => format!(r#"{{"n":{whole},"n":{number},"level":"{word}"}} "#),
            5 => format!(r#"{{ "level" : "{word}", "n" : -{whole} , "d" : {number}.{whole} }}"#),
            6 => format!(r#"{{"level":"{word}","n":{whole}}} {whole}"#),
            _ => format!(r#"{{"n":{whole}x,"m":"{whole} of {whole}, {word}"}}"#),
        }
    }

    #[test]
    fn lines_are_judged_by_their_members_as_they_are_judged_whole() {
        let mut rng = Rng::with_seed(11);
        let searches = [
            "{ $.level = \"ERROR\" && $.n > 3 }",
            "{ $.n = 7 || $.d = 0.5 }",
            "{ $.a.n = 3 }",
            "{ $.level NOT EXISTS }",
            "!{ $.n = 7 }",
            "{ $.n != 7 }",
            "{ $.n IS NULL }",
        ]
        .map(|text| Search::parse(text).unwrap());
        let mut told = 0;
        // what was learnt in one block serves in the others
        let mut plans = searches.each_ref().map(|_| Plans::default());
        for round in 0..2_000 {
            let lines: Vec<String> = (0..12).map(|_| line(&mut rng, round % 8)).collect();
            let mut press = Press::default();
            for line in &lines {
                press.take(line.as_bytes());
            }
            let (moulds, which) = press.finish();
            for (search, plans) in searches.iter().zip(&mut plans) {
                let names = search.members().unwrap();
                for (at, mould) in moulds.iter().enumerate() {
                    let of: Vec<&String> = lines
                        .iter()
                        .zip(&which)
                        .filter(|(_, which)| usize::from(**which) == at)
                        .map(|(line, _)| line)
                        .collect();
                    let matches = |line: &String| search.matches(line) != search.is_inverse();
                    let judged = plans.judged(mould, search, &names, || mould.open());
                    for (row, line) in of.iter().enumerate() {
                        let marked = match &judged {
                            Holders::None => false,
                            Holders::All => true,
                            Holders::Marked { sure: false, .. } => continue,
                            Holders::Marked { marks, sure: true } => marks[row],
                        };
                        told += 1;
                        assert_eq!(marked, matches(line), "{search} on {line} of {of:?}");
                    }
                }
            }
        }
        assert!(told > 10_000, "{told}");
    }
}
