//! What is wrong with a pattern, and where.

use std::fmt;

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PatternError {
    /// What is wrong: lower case, no final period.
    pub message: String,
    /// Where, in characters from the start of the text.
    pub at: usize,
    /// What to do about it; may be empty.
    pub hint: String,
    source_text: Box<str>,
}

impl PatternError {
    pub(crate) fn new(
        source: &str,
        at: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { message: message.into(), at, hint: hint.into(), source_text: source.into() }
    }

    /// The text that was to be parsed.
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// Two lines: the text around the fault, and a caret under it. Control characters are blanked, so that
    /// the lines can be shown as they are.
    pub fn caret(&self) -> String {
        const AROUND: usize = 36;
        let length = self.source_text.chars().count();
        let first = self.at.saturating_sub(AROUND);
        let mut line: String = if first > 0 { "…".into() } else { String::new() };
        let lead = line.chars().count() + self.at.min(length) - first.min(length);
        line.extend(
            self.source_text
                .chars()
                .skip(first)
                .take(2 * AROUND)
                .map(|c| if c.is_control() { ' ' } else { c }),
        );
        if first + 2 * AROUND < length {
            line.push('…');
        }
        format!("{line}\n{}^", " ".repeat(lead))
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.message, self.at + 1)?;
        if !self.hint.is_empty() {
            write!(f, ": {}", self.hint)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::Pattern;

    #[test]
    fn the_caret_stands_under_the_fault() {
        let error = Pattern::parse("{ $.a IS NOT NULL }").unwrap_err();
        assert_eq!(error.caret(), "{ $.a IS NOT NULL }\n      ^");
        assert_eq!(
            error.to_string(),
            "`IS NOT` is not supported at character 7: use `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`, or `!=`"
        );
    }

    #[test]
    fn the_caret_shows_a_window_of_a_long_pattern() {
        let error =
            Pattern::parse(&format!("{}% {}", "a".repeat(300), "b".repeat(300))).unwrap_err();
        let caret = error.caret();
        let (line, under) = caret.split_once('\n').unwrap();
        assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
        assert_eq!(line.chars().nth(under.chars().count() - 1), Some('%'));
    }
}
