//! The words of a message as numbers: a word that holds a digit is a variable, any other is its hash.

/// The most words of a message that are told apart; what follows them is one variable.
pub(super) const MOST: usize = 64;
/// The number of a variable.
pub(super) const VARIABLE: u64 = 0;

/// The words of one message. Made once and filled anew for each line, so that a line costs no allocation.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    hashes: Vec<u64>,
    /// Where the words begin and end, in the part with the number.
    spans: Vec<(u8, usize, usize)>,
}

impl Words {
    /// Reads the parts of a message, one after the other.
    pub(super) fn read(&mut self, parts: &[&str]) {
        self.hashes.clear();
        self.spans.clear();
        for (nth, part) in (0..).zip(parts) {
            let mut rest = 0;
            while let Some((start, end, digits)) = next(part.as_bytes(), rest) {
                rest = end;
                if self.hashes.len() == MOST {
                    // INVARIANT: a message costs what its words cost, and those are bounded.
                    self.set_last_variable();
                    return;
                }
                let text = part.as_bytes().get(start..end).unwrap_or_default();
                self.hashes.push(if digits { VARIABLE } else { hash(text) });
                self.spans.push((nth, start, end));
            }
        }
    }

    fn set_last_variable(&mut self) {
        if let Some(last) = self.hashes.last_mut() {
            *last = VARIABLE;
        }
    }

    /// A number for each word; [`VARIABLE`] for those that hold a digit.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// One number for the message with its variables left out.
    pub(super) fn masked(&self, frame: u64) -> u64 {
        self.hashes.iter().fold(frame ^ self.hashes.len() as u64, |all, word| mix(all, *word))
    }

    /// The text of each word, or nothing for a variable.
    pub(super) fn texts<'t>(&self, parts: &[&'t str]) -> Vec<Option<&'t str>> {
        let text = |&(nth, start, end): &(u8, usize, usize)| {
            parts.get(usize::from(nth)).and_then(|part| part.get(start..end))
        };
        let known = |hash: &u64| *hash != VARIABLE;
        self.hashes.iter().zip(&self.spans).map(|(h, s)| text(s).filter(|_| known(h))).collect()
    }
}

/// The next word from a byte on, and whether it holds a digit. Words end at ASCII white space, so they end between
/// characters.
fn next(bytes: &[u8], from: usize) -> Option<(usize, usize, bool)> {
    let start = from + bytes.get(from..)?.iter().position(|b| *b > b' ')?;
    let mut digits = false;
    let mut end = start;
    for byte in bytes.get(start..)? {
        if *byte <= b' ' {
            break;
        }
        digits |= byte.is_ascii_digit();
        end += 1;
    }
    Some((start, end, digits))
}

/// A number for a text: the same in every session, so that what is saved can be told again.
pub(super) fn hash(text: &[u8]) -> u64 {
    let (chunks, rest) = text.as_chunks::<8>();
    let mut all = text.len() as u64;
    for chunk in chunks {
        all = mix(all, u64::from_le_bytes(*chunk));
    }
    let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte));
    mix(all, last).max(VARIABLE + 1)
}

/// Two numbers made one, by a multiplication folded onto itself.
pub(super) fn mix(left: u64, right: u64) -> u64 {
    let product =
        u128::from(left ^ 0x9e37_79b9_7f4a_7c15) * u128::from(right ^ 0xd1b5_4a32_d192_ed03);
    let [low, high] = [product, product >> 64]
        .map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default());
    low ^ high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&str]) -> Vec<Option<String>> {
        let mut words = Words::default();
        words.read(parts);
        words.texts(parts).into_iter().map(|word| word.map(str::to_owned)).collect()
    }

    #[test]
    fn a_word_that_holds_a_digit_is_a_variable() {
        let wanted =
            ["order", "", "of", "é", "", "written"].map(|w| (!w.is_empty()).then(|| w.into()));
        assert_eq!(read(&["order 7 of é", "\tid=9x written \n"]), wanted);
        assert_eq!(read(&["", " "]), []);
    }

    #[test]
    fn a_message_of_many_words_ends_in_a_variable() {
        let long = "w ".repeat(MOST + 1);
        let words = read(&[&long]);
        assert_eq!((words.len(), words.last()), (MOST, Some(&None)));
        assert_eq!(read(&[&"w ".repeat(MOST)]).last(), Some(&Some("w".into())));
    }

    #[test]
    fn numbers_are_the_same_in_every_session() {
        assert_eq!(hash(b"timeout"), 2_332_403_396_599_571_841);
        assert_eq!(hash(b"no such table: orders"), 4_990_146_642_800_774_503);
        assert_ne!(hash(b"ab"), hash(b"ab\0"));
        assert_ne!(hash(b""), VARIABLE);
    }
}
