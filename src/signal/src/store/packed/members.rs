//! JSON patterns over the lines of a mould: decided by the members they look at, without the rest of the line.

use std::collections::HashMap;

use watchdeck_pattern::Search;

use super::column::Column;
use super::mould::{Holders, Mould};

/// The most values whose judgement is kept.
const MEMO: usize = 64;

/// A part of a line that holds the members looked at and no others.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    /// The value of a column.
    Value(usize),
}

impl Mould {
    /// Which of the lines that may match do, where that can be told by some members; else those that may.
    pub(super) fn judged(&self, search: &Search, names: &[&str], holders: Holders) -> Holders {
        if holders == Holders::None {
            return holders;
        }
        let Some(pieces) = self.members(names) else {
            return match holders {
                Holders::None => Holders::None,
                Holders::All => self.open(),
                Holders::Marked { marks, .. } => Holders::Marked { marks, sure: false },
            };
        };
        let columns: Vec<&Column> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(_) => None,
                Piece::Value(nth) => self.columns().get(*nth),
            })
            .collect();
        let mut text = Vec::new();
        let mut judge = |row: usize| {
            text.clear();
            for piece in &pieces {
                match piece {
                    Piece::Text(piece) => text.extend_from_slice(piece),
                    Piece::Value(nth) => {
                        self.columns().get(*nth).into_iter().for_each(|c| c.write(row, &mut text));
                    }
                }
            }
            let matches = std::str::from_utf8(&text).is_ok_and(|text| search.matches(text));
            matches != search.is_inverse()
        };
        if columns.is_empty() {
            return if judge(0) { Holders::All } else { Holders::None };
        }
        let mut marks = match holders {
            Holders::Marked { marks, .. } => marks,
            Holders::All | Holders::None => vec![true; self.rows()],
        };
        let mut known: HashMap<u128, bool> = HashMap::new();
        let mut last = None;
        for (row, mark) in marks.iter_mut().enumerate().filter(|(_, mark)| **mark) {
            let Some(key) = key(&columns, row) else {
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
        if marks.contains(&true) { Holders::Marked { marks, sure: true } } else { Holders::None }
    }

    /// The line with the members of some names only. Nothing if other values could make a difference: whether the line
    /// is JSON at all, or what a member is called.
    fn members(&self, names: &[&str]) -> Option<Vec<Piece>> {
        let mut line = Vec::new();
        self.write(0, &mut line);
        let escapes = self.pieces().any(|piece| piece.contains(&b'\\'));
        if escapes || serde_json::from_slice::<serde_json::Value>(&line).is_err() {
            return None;
        }
        let mut taken = Taken::default();
        for (nth, piece) in self.pieces().enumerate() {
            piece.iter().try_for_each(|byte| taken.byte(*byte, names))?;
            if nth < self.columns().len() {
                let neutral = taken.within_string || self.is_number(nth);
                taken.value(nth, neutral)?;
            }
        }
        taken.text(b"}");
        Some(taken.pieces)
    }
}

/// Valid JSON without escapes, read byte by byte for the members of the object at its top.
#[derive(Debug, Default)]
struct Taken {
    pieces: Vec<Piece>,
    depth: usize,
    within_string: bool,
    /// The name of the member at hand.
    name: Vec<u8>,
    /// Whether its value is being read.
    in_value: bool,
    /// Whether it is looked at.
    wanted: bool,
}

impl Taken {
    fn byte(&mut self, byte: u8, names: &[&str]) -> Option<()> {
        if self.within_string {
            if byte == b'"' {
                self.within_string = false;
            } else if !self.in_value {
                self.name.push(byte);
            }
            self.keep(byte);
            return Some(());
        }
        match byte {
            b'"' => self.within_string = true,
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth == 1 {
                    self.text(b"{");
                    return (byte == b'{').then_some(());
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth == 0 {
                    self.in_value = false;
                    return Some(());
                }
            }
            b':' if self.depth == 1 && !self.in_value => {
                let name = std::mem::take(&mut self.name);
                self.in_value = true;
                self.wanted = names.iter().any(|wanted| wanted.as_bytes() == name);
                if self.wanted {
                    let comma: &[u8] =
                        if self.pieces.len() == 1 && self.is_fresh() { b"" } else { b"," };
                    self.text(comma);
                    self.text(b"\"");
                    self.text(&name);
                    self.text(b"\":");
                }
                return Some(());
            }
            b',' if self.depth == 1 => {
                self.in_value = false;
                return Some(());
            }
            _ => {}
        }
        self.keep(byte);
        Some(())
    }

    /// Whether no member was taken yet.
    fn is_fresh(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Text(text)] if text == b"{")
    }

    fn keep(&mut self, byte: u8) {
        if self.in_value && self.wanted {
            self.text(&[byte]);
        }
    }

    fn text(&mut self, more: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.extend_from_slice(more),
            Some(Piece::Value(_)) | None => self.pieces.push(Piece::Text(more.to_vec())),
        }
    }

    fn value(&mut self, nth: usize, neutral: bool) -> Option<()> {
        if !self.in_value || self.depth == 0 {
            return None;
        }
        if self.wanted {
            self.pieces.push(Piece::Value(nth));
            return Some(());
        }
        neutral.then_some(())
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
        for round in 0..2_000 {
            let lines: Vec<String> = (0..12).map(|_| line(&mut rng, round % 8)).collect();
            let mut press = Press::default();
            for line in &lines {
                press.take(line.as_bytes());
            }
            let (moulds, which) = press.finish();
            for search in &searches {
                let names = search.members().unwrap();
                for (at, mould) in moulds.iter().enumerate() {
                    let of: Vec<&String> = lines
                        .iter()
                        .zip(&which)
                        .filter(|(_, which)| usize::from(**which) == at)
                        .map(|(line, _)| line)
                        .collect();
                    let matches = |line: &String| search.matches(line) != search.is_inverse();
                    for (row, line) in of.iter().enumerate() {
                        let marked = match mould.judged(search, &names, mould.open()) {
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
