//! The console's search: a pattern, or one of three shorthands.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use crate::error::PatternError;
use crate::grammar::Form;
use crate::pattern::Pattern;
use crate::{parse, regexp};

/// What an operator types to narrow lines: a full [`Pattern`], plain words, `/regex/`, and a leading `!` for
/// the lines that do *not* match.
///
/// Plain words mean what they mean to AWS, each present somewhere and case-sensitive, but need no quotes:
/// `orders-writer timeout` is the pattern `"orders-writer" timeout`. Between slashes stands a regular
/// expression with the full syntax of the `regex` crate, such as `/(?i)timed? ?out/`.
#[derive(Clone)]
pub struct Search {
    source: Arc<str>,
    pub(crate) inverse: bool,
    pub(crate) what: What,
}

#[derive(Clone)]
pub(crate) enum What {
    Pattern(Pattern),
    Regex(Regex, Arc<str>),
}

impl Search {
    /// Parses what was typed. Empty text, and a lone `!`, match everything.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let trimmed = text.trim();
        let (inverse, body) = match trimmed.strip_prefix('!') {
            Some(rest) if !rest.trim().is_empty() => (true, rest.trim_start()),
            Some(rest) => (false, rest),
            None => (false, trimmed),
        };
        // positions are told in what was typed, not in the part that was parsed
        let offset = text.chars().count() - text.trim_start().chars().count()
            + trimmed.chars().count()
            - body.chars().count();
        let what = Self::what(body)
            .map_err(|e| PatternError::new(text, e.at + offset, e.message, e.hint))?;
        Ok(Self { source: text.into(), inverse, what })
    }

    fn what(body: &str) -> Result<What, PatternError> {
        let expression = body.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        if let Some(expression) = expression.filter(|text| !text.is_empty()) {
            let regex = RegexBuilder::new(expression)
                .size_limit(1 << 20)
                .dfa_size_limit(1 << 20)
                .nest_limit(64)
                .build()
                .map_err(|error| {
                    let hint = "escape special characters with `\\`, or leave the slashes away for plain text";
                    PatternError::new(body, 1, regexp::reason(&error), hint)
                })?;
            return Ok(What::Regex(regex, expression.into()));
        }
        let form = parse::form(body, parse::Words::Lenient)?;
        Ok(What::Pattern(Pattern::from_form(body, form)))
    }

    /// Whether a message is one of those looked for.
    pub fn matches(&self, message: &str) -> bool {
        let found = match &self.what {
            What::Pattern(pattern) => pattern.matches(message),
            What::Regex(regex, _) => regex.is_match(message),
        };
        found != self.inverse
    }

    /// Whether every message is looked for.
    pub fn is_all(&self) -> bool {
        match &self.what {
            What::Pattern(pattern) => !self.inverse && pattern.is_all(),
            What::Regex(..) => false,
        }
    }

    /// What was typed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The same search as AWS's filter pattern, to be sent or copied; nothing when AWS's language cannot say it
    /// (an inverse search, a regular expression beyond AWS's subset).
    pub fn to_pattern(&self) -> Option<Pattern> {
        if self.inverse {
            return None;
        }
        let text = match &self.what {
            What::Regex(_, expression) => format!("%{expression}%"),
            What::Pattern(pattern) => match pattern.form() {
                Form::Terms(terms) => terms.to_source(),
                Form::Json(_) | Form::Columns(_) => return Some(pattern.clone()),
            },
        };
        Pattern::parse(&text).ok()
    }
}

impl FromStr for Search {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl From<Pattern> for Search {
    fn from(pattern: Pattern) -> Self {
        Self { source: pattern.source().into(), inverse: false, what: What::Pattern(pattern) }
    }
}

impl PartialEq for Search {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Search {}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Search").field(&self.source).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(search: &str, message: &str, wanted: bool) {
        assert_eq!(
            Search::parse(search).unwrap().matches(message),
            wanted,
            "{search} on {message}"
        );
    }

    #[test]
    fn plain_words_need_no_quotes() {
        check("orders-writer timeout", "a timeout in orders-writer", true);
        check("orders-writer timeout", "orders-reader timeout", false);
        check("/aws/lambda", "in /aws/lambda/x", true);
        check("100%", "100% done", true);
        check("a - b", "a - b", true);
        check("", "anything", true);
        check("ERROR -ARGUMENTS", "ERROR ARGUMENTS", false);
    }

    #[test]
    fn an_exclamation_mark_inverts() {
        check("!timeout", "a timeout", false);
        check("! timeout", "fine", true);
        check("!{ $.a = 1 }", r#"{"a":2}"#, true);
        check("!", "anything", true);
    }

    #[test]
    fn slashes_hold_a_regular_expression() {
        check("/(?i)timed? ?out/", "Timed out", true);
        check("!/^a/", "ba", true);
        assert!(Search::parse("/(/").is_err());
    }

    #[test]
    fn a_search_is_told_in_the_language_of_aws_where_it_can_be() {
        let check = |search: &str, wanted: Option<&str>| {
            let pattern = Search::parse(search).unwrap().to_pattern();
            assert_eq!(pattern.as_ref().map(Pattern::source), wanted, "{search}");
        };
        check("orders-writer timeout", Some(r#""orders-writer" timeout"#));
        check(r#"say"hi" -a.b"#, Some(r#""say\"hi\"" -"a.b""#));
        check("/colou?r/", Some("%colou?r%"));
        check("/(?i)x/", None);
        check("!x", None);
        check("{ $.a = 1 }", Some("{ $.a = 1 }"));
        check("", Some(""));
    }

    #[test]
    fn the_fault_is_pointed_at_in_what_was_typed() {
        let error = Search::parse(" !{ $.a EXISTS }").unwrap_err();
        assert_eq!(error.caret(), " !{ $.a EXISTS }\n        ^");
    }
}
