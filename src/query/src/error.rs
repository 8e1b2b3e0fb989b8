//! What is wrong with a query, and where.

use std::fmt;

/// A query that cannot be run here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    /// What is wrong: lower case, no final period.
    pub message: String,
    /// Where, in characters from the start of the text.
    pub at: usize,
    /// What to do about it; may be empty.
    pub hint: String,
    /// Whether AWS itself can run it.
    pub runs_on_aws: bool,
    source_text: Box<str>,
}

/// Something that is run as it stands, but hardly means what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What is odd, and what to write instead.
    pub message: String,
    /// Where, in characters from the start of the text.
    pub at: usize,
}

impl QueryError {
    pub(crate) fn new(
        source: &str,
        at: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            message: message.into(),
            at,
            hint: hint.into(),
            runs_on_aws: false,
            source_text: source.into(),
        }
    }

    /// The same, as an error about what AWS itself can run.
    pub(crate) fn for_aws_alone(self) -> Self {
        Self { runs_on_aws: true, ..self }
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
        let shown = self.source_text.chars().skip(first).take(2 * AROUND);
        line.extend(shown.map(|c| if c.is_control() { ' ' } else { c }));
        if first + 2 * AROUND < length {
            line.push('…');
        }
        format!("{line}\n{}^", " ".repeat(lead))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.message, self.at + 1)?;
        if !self.hint.is_empty() {
            write!(f, ": {}", self.hint)?;
        }
        Ok(())
    }
}
