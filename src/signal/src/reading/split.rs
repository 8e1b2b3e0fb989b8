//! Lines taken apart: words with quotes and brackets, and pairs of names and values.

use std::borrow::Cow;

use watchdeck_query::json::Scalar;

use super::sheet::scalar;

/// Words of a line that are looked at.
const MAX_WORDS: usize = 64;
/// The longest name of a pair, in bytes.
const MAX_NAME: usize = 128;
/// Pairs of a line that are looked at.
const MAX_PAIRS: usize = 256;

/// The first bytes of a text, to a whole character. Whoever looks for a short word looks no further.
pub(super) fn prefix(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// Words parted by spaces; what stands in quotes or brackets is one, without them.
pub(super) fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line;
    while words.len() < MAX_WORDS {
        rest = rest.trim_start_matches(' ');
        let (open, close) = match rest.bytes().next() {
            None => return words,
            Some(b'"') => (1, "\""),
            Some(b'[') => (1, "]"),
            Some(_) => (0, " "),
        };
        let body = rest.get(open..).unwrap_or_default();
        let Some((word, after)) = split(body, close) else {
            words.push(body);
            return words;
        };
        words.push(word);
        rest = after;
    }
    words
}

/// What stands before the end of a word, and after it. A quote after a backslash ends nothing.
fn split<'a>(body: &'a str, close: &str) -> Option<(&'a str, &'a str)> {
    let mut from = 0;
    loop {
        let at = from + body.get(from..)?.find(close)?;
        let escaped = close == "\"" && body.get(..at).is_some_and(|before| before.ends_with('\\'));
        if !escaped {
            return Some((body.get(..at)?, body.get(at + close.len()..)?));
        }
        from = at + close.len();
    }
}

/// The pairs `name=value` at the beginning of a line; a value with blanks stands in quotes.
pub(super) fn pairs(line: &str) -> Vec<(Cow<'_, str>, Scalar<'_>)> {
    let mut pairs = Vec::new();
    let mut rest = line;
    while pairs.len() < MAX_PAIRS {
        rest = rest.trim_start_matches([' ', ',']);
        let near = prefix(rest, MAX_NAME);
        let end = near.find(|c: char| !is_name(c)).unwrap_or(near.len());
        let (Some(name), Some(after)) = (rest.get(..end), rest.get(end..)) else { break };
        let Some(after) = after.strip_prefix('=') else { break };
        if name.is_empty() {
            break;
        }
        let (value, after) = if let Some(body) = after.strip_prefix('"') {
            split(body, "\"").unwrap_or((body, ""))
        } else {
            let end = after.find([' ', ',']).unwrap_or(after.len());
            after.split_at_checked(end).unwrap_or((after, ""))
        };
        let value = if value.contains("\\\"") {
            Scalar::Text(Cow::Owned(value.replace("\\\"", "\"")))
        } else {
            scalar(value)
        };
        pairs.push((Cow::Borrowed(name), value));
        rest = after;
    }
    pairs
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@' | '/' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_stands_in_quotes() {
        assert_eq!(
            words(r#"a "b c" [d e] - "f \"g\"" "open"#),
            ["a", "b c", "d e", "-", r#"f \"g\""#, "open"]
        );
        assert_eq!(words("   "), Vec::<&str>::new());
        assert_eq!(words(&"a ".repeat(1000)).len(), MAX_WORDS);
    }

    #[test]
    fn pairs_end_where_no_pair_stands() {
        let told = |line: &str| {
            let pairs = pairs(line);
            pairs
                .iter()
                .map(|(name, value)| format!("{name}:{}", value.text()))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            told(r#"level=info msg="a \"b\" c" took=12ms rest of it x=1"#),
            r#"level:info msg:a "b" c took:12ms"#
        );
        assert_eq!(told("a=1,b=2"), "a:1 b:2");
        assert_eq!(told("no pairs"), "");
        assert_eq!(told("a="), "a:");
    }
}
