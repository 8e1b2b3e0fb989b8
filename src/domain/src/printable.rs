//! Remote text, made safe to show: log lines, names and error messages are attacker-controlled.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text that cannot drive a terminal, a clipboard or a file viewer.
///
/// Control characters (C0, C1, DEL), bidirectional overrides, zero-width and other invisible format
/// characters are written out as `\u{..}`; tabs become a single space. One line: line breaks become `⏎`.
/// Widgets, copies and exports take only this.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(from = "String", into = "String")]
pub struct Printable(String);

impl Printable {
    /// Makes any text printable. Text that already is comes through unchanged and uncopied.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !text.chars().any(is_hostile) {
            return Self(text);
        }
        let mut out = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            match c {
                '\t' => out.push(' '),
                '\n' => out.push('⏎'),
                '\r' => {}
                c if is_hostile(c) => out.extend(c.escape_unicode()),
                c => out.push(c),
            }
        }
        Self(out)
    }

    /// Makes bytes printable; what is not UTF-8 becomes `\xNN`.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                use fmt::Write as _;
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
        Self::new(text)
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character may not reach a terminal as it is.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// JSON in which whatever could drive a terminal is an escape of JSON, which reads back as it was.
pub fn printable_json(json: String) -> String {
    if !json.chars().any(is_hostile) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hostile(c) {
            use fmt::Write as _;
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

impl From<String> for Printable {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Printable {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<Printable> for String {
    fn from(text: Printable) -> String {
        text.0
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_text_is_written_out() {
        let check = |given: &str, wanted: &str| assert_eq!(Printable::new(given).as_str(), wanted);
        check("plain", "plain");
        check("größe ✓ 日本", "größe ✓ 日本");
        check("\u{1b}]52;c;aGk=\u{7}", "\\u{1b}]52;c;aGk=\\u{7}");
        check("a\tb\r\nc", "a b⏎c");
        check("safe\u{202e}fdp.exe", "safe\\u{202e}fdp.exe");
        check("\u{9b}31m", "\\u{9b}31m");
    }

    #[test]
    fn bytes_that_are_not_text_are_written_out() {
        assert_eq!(
            Printable::from_bytes(b"ok \xff\xfe \x1b[0m").as_str(),
            "ok \\xff\\xfe \\u{1b}[0m"
        );
    }

    proptest! {
        #[test]
        fn nothing_hostile_survives(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = Printable::from_bytes(&bytes);
            prop_assert!(!text.as_str().chars().any(is_hostile));
            prop_assert_eq!(Printable::new(text.as_str()), text.clone());
        }
    }
}
