//! Java-style patterns as Rust regexes, compiled when first needed.

use std::sync::OnceLock;

use regex::Regex;

/// The `pattern` of a shape.
#[derive(Debug)]
pub struct Pattern {
    /// As the model writes it.
    pub source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern of a model.
    pub fn new(source: String) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// Whether the text keeps to it. A pattern that Rust cannot read (look-around) lets everything pass.
    pub fn allows(&self, text: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(text))
    }

    /// Whether Rust can read it.
    pub fn is_readable(&self) -> bool {
        self.regex().is_some()
    }

    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| compile(&self.source)).as_ref()
    }
}

/// AWS matches the whole text, except where the pattern anchors itself.
fn compile(source: &str) -> Option<Regex> {
    let translated = translate(source);
    let anchored = source.starts_with('^') || source.ends_with('$');
    let whole =
        if anchored { format!("(?s){translated}") } else { format!("(?s)^(?:{translated})$") };
    Regex::new(&whole).ok()
}

/// `\u0020` to `\u{0020}`, surrogates to the planes they stand for, Java's class names to Rust's.
fn translate(source: &str) -> String {
    let source = source
        .replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\x{10000}-\x{10FFFF}")
        .replace(r"\ud800\udc00-\udbff\udfff", r"\x{10000}-\x{10FFFF}")
        .replace(r"\p{IsLetter}", r"\p{L}")
        .replace(r"\p{Graph}", r"!-~")
        .replace(r"\p{Print}", r" -~")
        .replace(r"\p{ASCII}", r"\x00-\x7F");
    let mut out = String::with_capacity(source.len() + 8);
    let mut rest = source.chars().peekable();
    let mut in_class = 0_u32;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let Some(escaped) = rest.next() else { break };
                // Java's classes are those of ASCII.
                let ascii = match escaped {
                    'd' => Some("0-9"),
                    'w' => Some("a-zA-Z0-9_"),
                    _ => None,
                };
                let width = match escaped {
                    'u' => 4,
                    'x' if rest.peek() != Some(&'{') => 2,
                    _ => 0,
                };
                match ascii {
                    Some(class) if in_class > 0 => out.push_str(class),
                    Some(class) => {
                        out.push('[');
                        out.push_str(class);
                        out.push(']');
                    }
                    None if width == 0 => {
                        out.push('\\');
                        out.push(escaped);
                    }
                    None => {
                        let digits: String = rest.by_ref().take(width).collect();
                        out.push_str(r"\x{");
                        out.push_str(&digits);
                        out.push('}');
                    }
                }
            }
            // A bracket inside a class is a plain character to Java only when escaped; Rust nests as Java does.
            '[' => {
                in_class += 1;
                out.push(c);
            }
            ']' => {
                in_class = in_class.saturating_sub(1);
                out.push(c);
            }
            // `&&`, `--` and `~~` are set operations to Rust inside a class.
            '&' | '~' if in_class > 0 => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_the_whole_text_unless_they_anchor_themselves() {
        let check = |source: &str, text: &str, want: bool| {
            assert_eq!(Pattern::new(source.to_owned()).allows(text), want, "{source} on {text}");
        };
        check(r"[\.\-_/#A-Za-z0-9]+", "/aws/lambda/orders", true);
        check(r"[\.\-_/#A-Za-z0-9]+", "has space", false);
        check(r"[\u0020-\u00FF]+", "caf\u{e9}", true);
        check(r"[\u0020-\u00FF]+", "\u{4e00}", false);
        check(r"^[a-z]+", "abc1", true);
        check(r"\d{2}[\w-]", "12_", true);
        check(r"\d", "\u{0664}", false);
        check(r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)", "123", true);
        check(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a b:c", true);
    }
}
