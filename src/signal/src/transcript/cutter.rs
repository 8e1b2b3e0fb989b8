//! Bytes cut into what is one event each: lines, or the elements of a JSON document.

use std::mem;

use memchr::memchr_iter;

use super::elements::{Elements, Shape, shape};

/// The longest piece; what is longer goes on as another.
pub(super) const LONGEST: usize = 1 << 20;

/// What some programs write before UTF-8, and is no part of the text.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes that were not cut yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Cutter {
    rest: Vec<u8>,
    way: Way,
}

/// How it is cut.
#[derive(Clone, Debug, Default)]
enum Way {
    /// It has not said yet what it is.
    #[default]
    Unknown,
    Lines,
    Elements(Elements),
}

impl Cutter {
    /// Takes bytes in, and gives each piece that ends in them.
    pub(super) fn cut(&mut self, bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        match &mut self.way {
            Way::Lines => self.lines(bytes, each),
            Way::Elements(elements) => {
                if elements.cut(bytes, each) {
                    self.way = Way::Lines;
                }
            }
            Way::Unknown => {
                self.rest.extend_from_slice(bytes);
                if self.rest.len() < BOM.len() && BOM.starts_with(&self.rest) {
                    return;
                }
                let head = self.rest.strip_prefix(BOM).unwrap_or(&self.rest);
                if let Some(shape) = shape(head) {
                    let head = head.to_vec();
                    self.begin(shape, &head, each);
                }
            }
        }
    }

    /// Gives the rest: nothing comes behind it.
    pub(super) fn end(&mut self, each: &mut impl FnMut(&[u8])) {
        let rest = mem::take(&mut self.rest);
        match &mut self.way {
            Way::Unknown => {
                self.begin(Shape::Lines, rest.strip_prefix(BOM).unwrap_or(&rest), each);
                let rest = mem::take(&mut self.rest);
                emit(&rest, each);
            }
            Way::Lines => emit(&rest, each),
            Way::Elements(elements) => elements.end(each),
        }
    }

    fn begin(&mut self, shape: Shape, head: &[u8], each: &mut impl FnMut(&[u8])) {
        self.rest = Vec::new();
        self.way = match shape {
            Shape::Lines => Way::Lines,
            Shape::Elements { floor } => Way::Elements(Elements::new(floor)),
        };
        self.cut(head, each);
    }

    fn lines(&mut self, bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        let mut start = 0;
        for end in memchr_iter(b'\n', bytes) {
            let line = bytes.get(start..end).unwrap_or_default();
            start = end + 1;
            if self.rest.is_empty() {
                each(line);
            } else {
                self.rest.extend_from_slice(line);
                pieces(&mut self.rest, each);
                each(&self.rest);
                self.rest.clear();
            }
        }
        self.rest.extend_from_slice(bytes.get(start..).unwrap_or_default());
        pieces(&mut self.rest, each);
    }
}

fn emit(rest: &[u8], each: &mut impl FnMut(&[u8])) {
    if !rest.is_empty() {
        each(rest);
    }
}

/// Gives what is longer than a piece may be, piece by piece, and leaves the last. No character is torn.
pub(super) fn pieces(rest: &mut Vec<u8>, each: &mut impl FnMut(&[u8])) {
    while rest.len() > LONGEST {
        let follows = |at: &usize| rest.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let torn = (LONGEST - 3..=LONGEST).rev().take_while(follows).count();
        let end = if torn > 3 { LONGEST } else { LONGEST - torn };
        each(rest.get(..end).unwrap_or_default());
        rest.drain(..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &[u8], step: usize) -> Vec<String> {
        let (mut cutter, mut found) = (Cutter::default(), Vec::new());
        let mut each = |piece: &[u8]| found.push(String::from_utf8_lossy(piece).into_owned());
        for bytes in text.chunks(step) {
            cutter.cut(bytes, &mut each);
        }
        cutter.end(&mut each);
        found
    }

    /// The same pieces, whatever portions the bytes come in.
    fn check(text: &str, wanted: &[&str]) {
        for step in [1, 2, 3, 7, 64, 100_000] {
            assert_eq!(cut(text.as_bytes(), step), wanted, "{step} {text}");
        }
    }

    #[test]
    fn lines_are_lines_however_the_bytes_come() {
        check("a\nb\n\nc", &["a", "b", "", "c"]);
        check("\u{feff}a\nb\n", &["a", "b"]);
        check("{\"a\":1}\n{\"a\":2}\n", &["{\"a\":1}", "{\"a\":2}"]);
        check("[INFO] a\n[1,2]\n", &["[INFO] a", "[1,2]"]);
        check("{", &["{"]);
        check("", &[]);
    }

    #[test]
    fn documents_are_their_elements() {
        let wanted =
            ["{\"eventTime\":\"x\",\"a\":[{\"b\":\"} ]\\\" \"}]}", "{\"eventTime\":\"y\"}"];
        check(
            "{\"Records\":[{\"eventTime\":\"x\",\"a\":[{\"b\":\"} ]\\\" \"}]},{\"eventTime\":\"y\"}]}",
            &wanted,
        );
        check(
            "{\n  \"Records\": [\n    {\"eventTime\": \"x\", \"a\": [ { \"b\": \"} ]\\\" \" } ] },\n    {\"eventTime\": \"y\"} ] }\n",
            &wanted,
        );
        check("[ {\"a\": 1},\n {\"a\": 2} ]\n", &["{\"a\":1}", "{\"a\":2}"]);
        check(
            "{\n  \"a\": 1\n}\nplain {text}\n{\n \"a\": {\"b\": 2}\n}",
            &["{\"a\":1}", "plain {text}", "{\"a\":{\"b\":2}}"],
        );
        let page = "{\"events\":[{\"logStreamName\":\"s\",\"message\":\"m\"}],\"searchedLogStreams\":[{\"x\":1}]}";
        let looked_up = "{\n \"Events\": [\n {\"EventId\": \"1\"},\n {\"EventId\": \"2\"}\n ]\n}";
        check(looked_up, &["{\"EventId\":\"1\"}", "{\"EventId\":\"2\"}"]);
        check(&format!("{page}\n{page}"), &["{\"logStreamName\":\"s\",\"message\":\"m\"}"; 2]);
        check("{\"events\":[1],\"level\":\"x\"}\n", &["{\"events\":[1],\"level\":\"x\"}"]);
    }

    #[test]
    fn no_piece_is_longer_than_the_longest_and_none_is_lost() {
        for text in [
            "é".repeat(LONGEST),
            format!("{{\n{}", "[".repeat(2 * LONGEST)),
            "\u{80}".repeat(LONGEST),
        ] {
            let found = cut(text.as_bytes(), 300_000);
            assert!(found.len() >= 2 && found.iter().all(|piece| piece.len() <= LONGEST + 3));
            let whole: usize = found.iter().map(String::len).sum();
            assert!(whole + 2 >= text.len(), "{whole}");
            assert!(found.iter().all(|piece| !piece.contains('\u{fffd}')));
        }
        assert_eq!(cut(&vec![0x80; LONGEST + 5], 1 << 20).len(), 2);
    }
}
