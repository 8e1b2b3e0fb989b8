//! A walk over the text of a record: values are passed over or told by where they stand, and nothing is made of them.
//!
//! What is passed over is not read as strictly as a parser would: its brackets must close and its texts must end, so that
//! nothing in it can be taken for a member of something else. That is all a rule's answer depends on.

use std::borrow::Cow;

use memchr::memchr2;

/// How deep a record may nest; what nests deeper is no record.
const MAX_DEPTH: u32 = 64;

/// How many bytes of a text are looked at one word after the other.
const NEAR: usize = 48;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    /// A text that stands in the record as it is.
    Text,
    /// A text with escapes.
    Escaped,
    Object,
    Array,
}

/// A value by its place: that of a text is without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// What stands there.
    pub(crate) fn raw<'r>(&self, record: &'r str) -> &'r str {
        record.get(self.start..self.end).unwrap_or_default()
    }

    /// The text that it is, without escapes; of anything else what stands there.
    pub(crate) fn text<'r>(&self, record: &'r str) -> Cow<'r, str> {
        let raw = self.raw(record);
        if self.kind != Kind::Escaped {
            return Cow::Borrowed(raw);
        }
        let quoted = record.get(self.start.saturating_sub(1)..self.end + 1).unwrap_or_default();
        serde_json::from_str::<String>(quoted).map_or(Cow::Borrowed(raw), Cow::Owned)
    }
}

/// A place in a record.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'r> {
    text: &'r str,
    record: &'r [u8],
    at: usize,
}

impl<'r> Walk<'r> {
    pub(crate) fn new(record: &'r str, at: usize) -> Self {
        Self { text: record, record: record.as_bytes(), at }
    }

    /// The whole record.
    pub(crate) fn record(&self) -> &'r str {
        self.text
    }

    /// Where it stands.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no blank.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.record.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Passes this sign; nothing where another stands.
    pub(crate) fn pass(&mut self, sign: u8) -> Option<()> {
        (self.peek()? == sign).then(|| self.at += 1)
    }

    /// The name of the next member of an object that was entered, up to its value; `Ok(None)` behind the last.
    pub(crate) fn member(&mut self, first: bool) -> Result<Option<Span>, Odd> {
        let next = self.peek().ok_or(Odd)?;
        if next == b'}' {
            self.at += 1;
            return Ok(None);
        }
        if !first {
            self.pass(b',').ok_or(Odd)?;
        }
        self.pass(b'"').ok_or(Odd)?;
        let name = self.text().ok_or(Odd)?;
        self.pass(b':').ok_or(Odd)?;
        Ok(Some(name))
    }

    /// Whether another element follows in an array that was entered.
    pub(crate) fn element(&mut self, first: bool) -> Result<bool, Odd> {
        if self.peek().ok_or(Odd)? == b']' {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            self.pass(b',').ok_or(Odd)?;
        }
        Ok(true)
    }

    /// Passes the next value and tells where it stands.
    pub(crate) fn value(&mut self) -> Option<Span> {
        let byte = self.peek()?;
        let start = self.at;
        let kind = match byte {
            b'"' => {
                self.at += 1;
                return self.text();
            }
            b'{' => {
                self.nested()?;
                Kind::Object
            }
            b'[' => {
                self.nested()?;
                Kind::Array
            }
            b't' => self.word(b"true", Kind::True)?,
            b'f' => self.word(b"false", Kind::False)?,
            b'n' => self.word(b"null", Kind::Null)?,
            b'-' | b'0'..=b'9' => {
                let rest = self.record.get(start..)?;
                let part =
                    |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                self.at += rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
                Kind::Number
            }
            _ => return None,
        };
        Some(Span { kind, start, end: self.at })
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Option<Kind> {
        let here = self.record.get(self.at..self.at + word.len())?;
        (here == word).then(|| {
            self.at += word.len();
            kind
        })
    }

    /// The text whose opening quote was passed.
    fn text(&mut self) -> Option<Span> {
        let start = self.at;
        let mut kind = Kind::Text;
        loop {
            let end = self.at + sign(self.record.get(self.at..)?)?;
            if self.record.get(end) == Some(&b'"') {
                self.at = end + 1;
                return Some(Span { kind, start, end });
            }
            kind = Kind::Escaped;
            self.at = end + 2;
        }
    }

    /// Passes an object or an array, whose brackets must close as they were opened.
    fn nested(&mut self) -> Option<()> {
        // one bit a level: whether it is an object
        let (mut open, mut depth) = (0_u64, 0_u32);
        loop {
            let byte = *self.record.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => {
                    self.text()?;
                }
                b'{' | b'[' => {
                    if depth >= MAX_DEPTH {
                        return None;
                    }
                    open = (open << 1) | u64::from(byte == b'{');
                    depth += 1;
                }
                b'}' | b']' => {
                    if (open & 1 == 1) != (byte == b'}') {
                        return None;
                    }
                    open >>= 1;
                    depth -= 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
                _ => {}
            }
        }
    }
}

/// Where the next quote or backslash stands. Most texts are short, so the first bytes are looked at here, eight at a time.
fn sign(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let mut at = 0;
    while at < NEAR {
        let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) else { break };
        let word = u64::from_le_bytes(*eight);
        let found = zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr2(b'"', b'\\', text.get(at..)?).map(|found| at + found)
}

/// The text is not what a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Odd;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_passed_and_told_by_its_place() {
        let check = |record: &str, wanted: Option<(Kind, &str)>| {
            let span = Walk::new(record, 0).value();
            assert_eq!(span.map(|span| (span.kind, span.raw(record))), wanted, "{record}");
        };
        check(" null,", Some((Kind::Null, "null")));
        check("-1.5e3]", Some((Kind::Number, "-1.5e3")));
        check(r#""a":1"#, Some((Kind::Text, "a")));
        check(r#""a\"b\\" "#, Some((Kind::Escaped, r#"a\"b\\"#)));
        check(r#"{"a":"}","b":[{}]} x"#, Some((Kind::Object, r#"{"a":"}","b":[{}]}"#)));
        check("[1,[2]]", Some((Kind::Array, "[1,[2]]")));
        check("nul", None);
        check("[1}", None);
        check(r#"{"a":"#, None);
        check(r#""a\"#, None);
        check(&"[".repeat(5_000), None);
        check("", None);
    }

    #[test]
    fn the_end_of_a_text_is_found_wherever_it_is() {
        for length in 0..120 {
            for quoted in ["", "\\\"", "\u{e9}", "!#[]"] {
                let text = format!("{}{quoted}", "a".repeat(length));
                let record = format!("\"{text}\",\"{}", "b".repeat(60));
                let span = Walk::new(&record, 0).value().unwrap();
                assert_eq!(span.raw(&record), text);
            }
        }
    }

    #[test]
    fn a_text_loses_its_escapes_only_where_it_is_asked() {
        let record = r#""\u0041\n""#;
        let span = Walk::new(record, 0).value().unwrap();
        assert_eq!(span.text(record), "A\n");
        let odd = r#""\q""#;
        assert_eq!(Walk::new(odd, 0).value().unwrap().text(odd), r"\q");
    }
}
