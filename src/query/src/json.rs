//! The scalar members of a JSON text, one after the other, named by their dotted path. No tree, no recursion.
//!
//! Log lines are hostile: ten thousand levels, members a megabyte long, numbers without an end. What is read here
//! costs time in proportion to the text and memory in proportion to nothing but [`MAX_DEPTH`] and [`MAX_PATH`].

use std::borrow::Cow;

use memchr::memchr2;

/// How deep members are named; what lies deeper is passed over, and said so.
pub const MAX_DEPTH: usize = 32;
/// The longest dotted path, in bytes; a member with a longer one is passed over, and said so.
pub const MAX_PATH: usize = 512;

/// A value that holds no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(&'a str),
    /// A text, without its escapes.
    Text(Cow<'a, str>),
}

impl Scalar<'_> {
    /// The value as text: numbers as they were written, `null` empty.
    pub fn text(&self) -> &str {
        match self {
            Self::Null => "",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) => text,
            Self::Text(text) => text,
        }
    }

    /// The value as a number: a number, or a text that looks like one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(text) => crate::number::parse(text),
            Self::Text(text) => crate::number::parse(text),
            Self::Null | Self::Bool(_) => None,
        }
    }
}

/// One member with its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The names on the way to it, joined by dots; elements of arrays are named by their number from 0.
    pub path: Cow<'a, str>,
    /// What it holds.
    pub value: Scalar<'a>,
}

/// How a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was JSON, from its first brace to the last.
    Whole,
    /// It stopped being JSON.
    Broken,
}

/// Walks over a text. As an iterator it gives owned paths where they are nested; [`Members::advance`] gives none.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    text: &'a str,
    at: usize,
    path: String,
    /// The last member's name as it stands in the text, while it is not nested.
    flat: Option<&'a str>,
    open: Vec<Frame>,
    expects: Expects,
    deep: bool,
    end: Option<End>,
}

/// What may stand next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    Start,
    MemberOrClose,
    Member,
    CommaOrClose,
}

#[derive(Clone, Debug)]
struct Frame {
    base: usize,
    /// The number of the next element; an object has none.
    element: Option<usize>,
}

enum Step<'a> {
    Member(Scalar<'a>),
    Further,
    End(End),
}

impl<'a> Members<'a> {
    /// The members of a text that is JSON, an object or an array.
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            path: String::new(),
            flat: None,
            open: Vec::new(),
            expects: Expects::Start,
            deep: false,
            end: None,
        }
    }

    /// The members of the first object in a text, wherever it begins.
    pub fn within(text: &'a str) -> Self {
        let at = memchr::memchr(b'{', text.as_bytes()).unwrap_or(text.len());
        Self { at, ..Self::of(text) }
    }

    /// The next member's value; [`Members::path`] names it.
    pub fn advance(&mut self) -> Option<Scalar<'a>> {
        while self.end.is_none() {
            match self.step() {
                Step::Member(value) => return Some(value),
                Step::Further => {}
                Step::End(end) => self.end = Some(end),
            }
        }
        None
    }

    /// The path of the member that was told last.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How the text ended, once all members were told.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Whether something was passed over because it lies too deep.
    pub fn too_deep(&self) -> bool {
        self.deep
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) -> Step<'a> {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        let Some(byte) = self.peek() else {
            let whole = self.expects != Expects::Start && self.open.is_empty();
            return Step::End(if whole { End::Whole } else { End::Broken });
        };
        let Some(frame) = self.open.last() else {
            // What follows the closing brace is none of ours.
            return match self.expects {
                Expects::Start => self.begin(byte),
                Expects::MemberOrClose | Expects::Member | Expects::CommaOrClose => {
                    Step::End(End::Whole)
                }
            };
        };
        let is_array = frame.element.is_some();
        let base = frame.base;
        if byte == if is_array { b']' } else { b'}' } {
            if self.expects == Expects::Member {
                return Step::End(End::Broken);
            }
            self.at += 1;
            self.open.pop();
            self.expects = Expects::CommaOrClose;
            return Step::Further;
        }
        if self.expects == Expects::CommaOrClose {
            if byte != b',' {
                return Step::End(End::Broken);
            }
            self.at += 1;
            self.expects = Expects::Member;
            return Step::Further;
        }
        self.path.truncate(base);
        self.flat = None;
        let named = if is_array { self.element(base) } else { self.name(base) };
        let Some(fits) = named else { return Step::End(End::Broken) };
        self.value(fits)
    }

    fn begin(&mut self, byte: u8) -> Step<'a> {
        match byte {
            b'{' => self.enter(None),
            b'[' => self.enter(Some(0)),
            _ => Step::End(End::Broken),
        }
    }

    fn enter(&mut self, element: Option<usize>) -> Step<'a> {
        self.at += 1;
        self.open.push(Frame { base: self.path.len(), element });
        self.expects = Expects::MemberOrClose;
        Step::Further
    }

    /// Names the next element of an array; says whether the path is short enough.
    fn element(&mut self, base: usize) -> Option<bool> {
        let number = self.open.last_mut()?.element.as_mut()?;
        let here = *number;
        *number += 1;
        if base > 0 {
            self.path.push('.');
        }
        self.path.push_str(&here.to_string());
        Some(self.path.len() <= MAX_PATH)
    }

    /// Reads the next member's name and its colon; says whether the path is short enough.
    fn name(&mut self, base: usize) -> Option<bool> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let raw = self.string()?;
        let fits = base + raw.len() < MAX_PATH;
        if fits {
            if base > 0 {
                self.path.push('.');
            }
            let name = unescaped(raw);
            if base == 0 && matches!(name, Cow::Borrowed(_)) {
                self.flat = Some(raw);
            }
            self.path.push_str(&name);
        }
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        if self.peek() != Some(b':') {
            return None;
        }
        self.at += 1;
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        Some(fits)
    }

    fn value(&mut self, fits: bool) -> Step<'a> {
        let deep = !fits || self.open.len() >= MAX_DEPTH;
        let scalar = match self.peek() {
            Some(b'{' | b'[') if deep => {
                self.deep = true;
                self.expects = Expects::CommaOrClose;
                return if self.pass_over() { Step::Further } else { Step::End(End::Broken) };
            }
            Some(b'{') => return self.enter(None),
            Some(b'[') => return self.enter(Some(0)),
            Some(b'"') => self.string().map(|raw| Scalar::Text(unescaped(raw))),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Scalar::Bool(true)),
            Some(b'f') => self.word("false", Scalar::Bool(false)),
            Some(b'n') => self.word("null", Scalar::Null),
            Some(_) | None => None,
        };
        self.expects = Expects::CommaOrClose;
        match scalar {
            None => Step::End(End::Broken),
            Some(_) if !fits => {
                self.deep = true;
                Step::Further
            }
            Some(scalar) => Step::Member(scalar),
        }
    }

    /// Passes over a string and gives what stands between its quotes.
    fn string(&mut self) -> Option<&'a str> {
        let from = self.at + 1;
        let mut at = from;
        loop {
            let rest = self.text.as_bytes().get(at..)?;
            at += memchr2(b'"', b'\\', rest)?;
            if self.text.as_bytes().get(at) == Some(&b'"') {
                break;
            }
            at += 2; // an escape, whatever it escapes
        }
        self.at = at + 1;
        self.text.get(from..at)
    }

    fn number(&mut self) -> Option<Scalar<'a>> {
        let from = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))
        {
            self.at += 1;
        }
        self.text.get(from..self.at).map(Scalar::Number)
    }

    fn word(&mut self, word: &str, means: Scalar<'a>) -> Option<Scalar<'a>> {
        let here = self.text.get(self.at..)?.starts_with(word);
        self.at += word.len();
        here.then_some(means)
    }

    /// Passes over an object or array, counting brackets; false if it never closes.
    fn pass_over(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    if self.string().is_none() {
                        return false;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return true;
            }
        }
        false
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;
    fn next(&mut self) -> Option<Member<'a>> {
        let value = self.advance()?;
        let path = self.flat.map_or_else(|| Cow::Owned(self.path.clone()), Cow::Borrowed);
        Some(Member { path, value })
    }
}

/// A string without its escapes; what is no escape stands for itself, half a surrogate for U+FFFD.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => out.push(code(&mut chars)),
            Some(c) => out.push(c),
            None => {}
        }
    }
    Cow::Owned(out)
}

/// The character of a `\u` escape, of which the `u` was read.
fn code(chars: &mut std::str::Chars<'_>) -> char {
    let Some(high) = hex(chars) else { return char::REPLACEMENT_CHARACTER };
    if !(0xD800..0xDC00).contains(&high) {
        return char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    let mut ahead = chars.clone();
    if ahead.next() == Some('\\')
        && ahead.next() == Some('u')
        && let Some(low) = hex(&mut ahead)
        && (0xDC00..0xE000).contains(&low)
    {
        *chars = ahead;
        let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::REPLACEMENT_CHARACTER
}

fn hex(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut code = 0;
    let mut ahead = chars.clone();
    for _ in 0..4 {
        code = code * 16 + ahead.next()?.to_digit(16)?;
    }
    *chars = ahead;
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str, end: End) {
        let mut members = Members::of(text);
        let told: Vec<String> = members
            .by_ref()
            .map(|member| format!("{}={}", member.path, member.value.text()))
            .collect();
        assert_eq!((told.join(" "), members.end()), (wanted.to_owned(), Some(end)), "{text}");
    }

    #[test]
    fn members_are_told_in_order_under_their_paths() {
        check(
            r#"{"a":1,"b":{"c":"x","d":[true,null,{"e":-1e5}]}}"#,
            "a=1 b.c=x b.d.0=true b.d.1= b.d.2.e=-1e5",
            End::Whole,
        );
        check("{}", "", End::Whole);
        check(r#"[1,{"a":2}]"#, "0=1 1.a=2", End::Whole);
        check(r#" { "a" : [ ] , "b" : { } , "c" : 1 } tail"#, "c=1", End::Whole);
        check(r#"{"a.b":1,"":2}"#, "a.b=1 =2", End::Whole);
    }

    #[test]
    fn escapes_are_taken_off() {
        let check = |raw: &str, wanted: &str| assert_eq!(unescaped(raw), wanted, "{raw}");
        check(r#"a\"b\\c\/d\n\u0041\u00e9"#, "a\"b\\c/d\nAé");
        check(r"\ud83d\ude00", "😀");
        check(r"\ud83d \uZZ", "\u{fffd} \u{fffd}ZZ");
    }

    #[test]
    fn what_stops_being_json_says_so() {
        for text in [
            "",
            "x",
            "{",
            "{\"a\"",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "[1,]",
            "{\"a\":\"",
            "{\"a\":tru}",
            "{a:1}",
            "{\"a\":\"\\",
        ] {
            let mut members = Members::of(text);
            while members.advance().is_some() {}
            assert_eq!(members.end(), Some(End::Broken), "{text}");
        }
    }

    #[test]
    fn the_first_object_of_a_text_is_found() {
        let mut members = Members::within(r#"START {"a":1} and {"b":2}"#);
        assert_eq!(members.advance(), Some(Scalar::Number("1")));
        assert_eq!(members.path(), "a");
        assert_eq!((members.advance(), members.end()), (None, Some(End::Whole)));
    }

    #[test]
    fn ten_thousand_levels_cost_one_pass_and_are_said_to_be_too_deep() {
        let text = format!("{}\"a\":1{}", "{\"a\":".repeat(9_999) + "{", "}".repeat(10_000));
        let mut members = Members::of(&text);
        assert_eq!(members.advance(), None);
        assert!(members.too_deep());
        assert_eq!(members.end(), Some(End::Whole));
        let arrays = "[".repeat(500_000);
        assert_eq!(Members::of(&arrays).count(), 0);
    }

    #[test]
    fn a_name_without_an_end_is_passed_over() {
        let name = "n".repeat(1 << 20);
        let text = format!(r#"{{"{name}":{{"a":1}},"{name}":2,"b":3}}"#);
        let mut members = Members::of(&text);
        assert_eq!(members.by_ref().count(), 1);
        assert!(members.too_deep());
    }
}
