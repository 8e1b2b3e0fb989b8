//! The members of a JSON object, found without reading their values.

/// Keys and values of an object as they are written, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Members<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Members<'t> {
    /// Reads the members of the object that a text begins with. Nothing when it is none; values are taken as they stand.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let mut cursor = Cursor { text, at: 0 };
        cursor.take(b'{')?;
        let mut members = Vec::with_capacity(12);
        if cursor.take(b'}').is_some() {
            return Some(Self(members));
        }
        loop {
            let key = cursor.string()?;
            cursor.take(b':')?;
            let value = cursor.value()?;
            members.push((key, value));
            if cursor.take(b'}').is_some() {
                return Some(Self(members));
            }
            cursor.take(b',')?;
        }
    }

    /// The members in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.0.iter().copied()
    }

    /// The value of a member, as it is written.
    pub(super) fn get(&self, name: &str) -> Option<&'t str> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    /// What a string member holds, with its escapes.
    pub(super) fn text(&self, name: &str) -> Option<&'t str> {
        self.get(name)?.strip_prefix('"')?.strip_suffix('"')
    }
}

/// The first strings of a value that is a string or an array of them.
pub(super) fn strings(value: &str) -> Vec<&str> {
    let mut cursor = Cursor { text: value, at: 0 };
    let mut found = Vec::new();
    let many = cursor.take(b'[').is_some();
    while found.len() < 4
        && let Some(text) = cursor.string()
    {
        found.push(text);
        if !many || cursor.take(b',').is_none() {
            break;
        }
    }
    found
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blank = rest.iter().position(|b| !b.is_ascii_whitespace())?;
        self.at += blank;
        rest.get(blank).copied()
    }

    fn take(&mut self, mark: u8) -> Option<()> {
        (self.peek()? == mark).then(|| self.at += 1)
    }

    /// A string without its quotes.
    fn string(&mut self) -> Option<&'t str> {
        self.take(b'"')?;
        let start = self.at;
        self.close()?;
        self.text.get(start..self.at - 1)
    }

    /// Goes behind the quote that ends the string it stands in.
    fn close(&mut self) -> Option<()> {
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let end = memchr::memchr2(b'"', b'\\', rest)?;
            self.at += end + 1;
            if rest.get(end) == Some(&b'"') {
                return Some(());
            }
            self.at += 1;
        }
    }

    /// A value as it is written.
    fn value(&mut self) -> Option<&'t str> {
        let first = self.peek()?;
        let start = self.at;
        let mut depth = 0_usize;
        match first {
            b'"' => {
                self.at += 1;
                self.close()?;
            }
            b'{' | b'[' => loop {
                let rest = self.text.as_bytes().get(self.at..)?;
                let found =
                    rest.iter().position(|b| matches!(b, b'"' | b'{' | b'}' | b'[' | b']'))?;
                self.at += found + 1;
                match rest.get(found)? {
                    b'"' => self.close()?,
                    b'{' | b'[' => depth += 1,
                    _ => depth -= 1,
                }
                if depth == 0 {
                    break;
                }
            },
            _ => {
                let rest = self.text.as_bytes().get(self.at..)?;
                self.at += rest.iter().position(|b| matches!(b, b',' | b'}'))?;
            }
        }
        self.text.get(start..self.at).map(str::trim_ascii_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_as_they_are_written() {
        let text = r#"{"a": 1 , "b":{"c":["}",{}]},"d\"":"x\\", "e" : null } behind"#;
        let members: Vec<_> = Members::read(text).unwrap().iter().collect();
        let wanted =
            [("a", "1"), ("b", r#"{"c":["}",{}]}"#), (r#"d\""#, r#""x\\""#), ("e", "null")];
        assert_eq!(members, wanted);
        assert_eq!(Members::read(text).unwrap().text(r#"d\""#), Some(r"x\\"));
        assert_eq!(Members::read("{ }").unwrap().iter().count(), 0);
    }

    #[test]
    fn strings_of_an_array_and_a_string_alone_are_read() {
        assert_eq!(strings(r#"["a", "b\"c",1]"#), ["a", r#"b\"c"#]);
        assert_eq!(strings(r#""a""#), ["a"]);
        assert!(strings("[1]").is_empty() && strings("null").is_empty());
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in [
            "",
            "[1]",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":\"",
            "{a:1}",
            "{\"a\":[}",
            "{\"a\":{\"b\\",
        ] {
            assert!(Members::read(text).is_none(), "{text}");
        }
    }
}
