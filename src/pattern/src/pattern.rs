//! A parsed filter pattern.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::PatternError;
use crate::grammar::Form;
use crate::{matcher, parse};

/// The most characters in one pattern.
pub const MAX_CHARS: usize = 1024;
/// The most regular expressions in one pattern.
pub const MAX_REGEXES: usize = 2;
/// The most `*` selectors in one pattern; a single selector may hold one.
pub const MAX_WILDCARDS: usize = 3;

/// A filter pattern of CloudWatch Logs, parsed once and shared cheaply.
#[derive(Clone)]
pub struct Pattern(Arc<Parsed>);

struct Parsed {
    source: Box<str>,
    form: Form,
}

impl Pattern {
    /// Parses a pattern. Empty or blank text is the pattern that matches everything.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let form = parse::form(text, parse::Words::Strict)?;
        Ok(Self::from_form(text, form))
    }

    /// Whether a message of a log event matches.
    pub fn matches(&self, message: &str) -> bool {
        matcher::matches(&self.0.form, message)
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether it matches every message.
    pub fn is_all(&self) -> bool {
        match &self.0.form {
            Form::Terms(terms) => terms.is_all(),
            Form::Json(_) | Form::Columns(_) => false,
        }
    }

    pub(crate) fn from_form(text: &str, form: Form) -> Self {
        Self(Arc::new(Parsed { source: text.into(), form }))
    }

    pub(crate) fn form(&self) -> &Form {
        &self.0.form
    }
}

impl FromStr for Pattern {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.source()).finish()
    }
}
