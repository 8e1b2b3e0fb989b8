//! What varies in a line, by its looks: words with a digit in them, and the short texts of JSON members.

use memchr::memchr2;

/// What stands in a place that varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Letters and digits, at least one digit among them; times and ids with what joins them.
    Word,
    /// The text of a JSON member, between its quotation marks.
    Member,
}

/// The longest text of a member that varies as a whole.
const MEMBER: usize = 80;

/// The next place of a line that varies, from one on that stands behind another or begins the line.
pub(super) fn next(line: &[u8], from: usize) -> Option<(Slot, usize, usize)> {
    let json = line.first() == Some(&b'{');
    let mut at = from;
    loop {
        let byte = *line.get(at)?;
        if json && byte == b'"' && line.get(at..at + 3) == Some(b"\":\"") {
            at += 3;
            if let Some(end) = member_end(line, at) {
                return Some((Slot::Member, at, end));
            }
            continue;
        }
        if class(byte) & WORD == 0 {
            at += 1;
            continue;
        }
        let (end, digits) = word_end(line, at);
        if digits {
            return Some((Slot::Word, at, end));
        }
        at = end;
    }
}

/// Where a slot that begins at a place ends; nothing if none does begin there.
pub(super) fn end(slot: Slot, line: &[u8], at: usize) -> Option<usize> {
    match slot {
        Slot::Word => {
            let (end, digits) = word_end(line, at);
            (digits && end > at).then_some(end)
        }
        Slot::Member => member_end(line, at),
    }
}

fn member_end(line: &[u8], at: usize) -> Option<usize> {
    let near = line.get(at..line.len().min(at + MEMBER))?;
    let len = memchr2(b'"', b'\\', near).filter(|len| *len > 0)?;
    let text = near.get(..len)?;
    // what may not stand in a string of JSON is left to be read as it is; the least of many is found at once
    let least = text.iter().fold(u8::MAX, |least, byte| least.min(*byte));
    (near.get(len) == Some(&b'"') && least > b' ').then_some(at + len)
}

/// Whether a word is a number as JSON writes it, without a sign or an exponent.
pub(super) fn is_number(word: &[u8]) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let point = word.iter().position(|byte| *byte == b'.').unwrap_or(word.len());
    let (whole, fraction) = word.split_at(point);
    // what is out of the range of numbers is no JSON to some
    word.len() < 40
        && digits(whole)
        && (whole.len() == 1 || whole.first() != Some(&b'0'))
        && (fraction.is_empty() || fraction.get(1..).is_some_and(digits))
}

/// Where the word that begins at a place ends, and whether there is a digit in it.
fn word_end(line: &[u8], from: usize) -> (usize, bool) {
    let (mut at, mut all) = (from, 0);
    loop {
        let class_here = line.get(at).map_or(0, |byte| class(*byte));
        if class_here & WORD != 0 {
            all |= class_here;
            at += 1;
            continue;
        }
        let joins = class_here & (JOINS_HEX | JOINS_DIGITS);
        let sides = if joins == JOINS_HEX { HEX } else { DIGIT };
        if joins == 0 || at == from || !is_of(line, at - 1, sides) || !is_of(line, at + 1, sides) {
            return (at, all & DIGIT != 0);
        }
        at += 1;
    }
}

const WORD: u8 = 1;
const DIGIT: u8 = 2;
const HEX: u8 = 4;
const JOINS_HEX: u8 = 8;
const JOINS_DIGITS: u8 = 16;

fn is_of(line: &[u8], at: usize, wanted: u8) -> bool {
    line.get(at).is_some_and(|byte| class(*byte) & wanted != 0)
}

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let mut class = 0;
        if byte.is_ascii_alphanumeric() {
            class |= WORD;
        }
        if byte.is_ascii_digit() {
            class |= DIGIT;
        }
        if byte.is_ascii_hexdigit() {
            class |= HEX;
        }
        if byte == b'-' {
            class |= JOINS_HEX;
        }
        if byte == b':' || byte == b'.' {
            class |= JOINS_DIGITS;
        }
        #[expect(clippy::indexing_slicing, reason = "a byte below 128 is within 256")]
        {
            classes[byte as usize] = class;
        }
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_told_by_its_looks() {
        let check = |line: &str, wanted: &[&str]| {
            let (mut at, mut found) = (0, Vec::new());
            while let Some((slot, from, to)) = next(line.as_bytes(), at) {
                assert_eq!(end(slot, line.as_bytes(), from), Some(to), "{line}");
                found.push(line.get(from..to).unwrap());
                at = to;
            }
            assert_eq!(found, wanted, "{line}");
        };
        check("order 12 took 3.5s, or 7ms.", &["12", "3.5s", "7ms"]);
        check(
            "2026-11-22T03:00:07.123Z REPORT RequestId: 5f-a1\tof orders-writer",
            &["2026-11-22T03:00:07.123Z", "5f-a1"],
        );
        check(
            r#"{"level":"INFO","n":-12,"m":"took 5 ms","e":"\n","id":"é-7"}"#,
            &["INFO", "12", "5", "é-7"],
        );
        check("-1- .2. :3:", &["1", "2", "3"]);
        check("é1é", &["1"]);
        check("", &[]);
    }
}
