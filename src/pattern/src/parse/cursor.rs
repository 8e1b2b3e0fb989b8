//! A position in the text of a pattern, and the limits counted so far.

use crate::error::PatternError;
use crate::grammar::Rex;
use crate::pattern::{MAX_REGEXES, MAX_WILDCARDS};
use crate::regexp;

/// Reads characters one after the other.
pub(super) struct Cursor<'a> {
    source: &'a str,
    chars: Vec<char>,
    at: usize,
    regexes: usize,
    wildcards: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, chars: source.chars().collect(), at: 0, regexes: 0, wildcards: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to where we were.
    pub(super) fn rewind(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn peek_second(&self) -> Option<char> {
        self.chars.get(self.at + 1).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    pub(super) fn last_visible(&self) -> Option<char> {
        self.chars.iter().rev().copied().find(|c| !c.is_whitespace())
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Whether `text` stands here.
    pub(super) fn looks_at(&self, text: &str) -> bool {
        let mut rest = self.chars.iter().skip(self.at);
        text.chars().all(|c| rest.next() == Some(&c))
    }

    /// Takes `text` if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let here = self.looks_at(text);
        if here {
            self.at += text.chars().count();
        }
        here
    }

    /// Takes `word` if it stands here as a whole word.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let ends = self
            .chars
            .get(self.at + word.chars().count())
            .is_none_or(|c| !(c.is_alphanumeric() || *c == '_'));
        ends && self.take(word)
    }

    /// Takes characters as long as they please.
    pub(super) fn take_while(&mut self, mut pleases: impl FnMut(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.peek().filter(|c| pleases(*c)) {
            taken.push(c);
            self.at += 1;
        }
        taken
    }

    /// What stands here, for a message.
    pub(super) fn found(&self) -> String {
        match self.peek() {
            Some(c) => format!("`{}`", c.escape_debug()),
            None => "the end".into(),
        }
    }

    pub(super) fn error(
        &self,
        at: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> PatternError {
        PatternError::new(self.source, at, message, hint)
    }

    pub(super) fn error_here(
        &self,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> PatternError {
        self.error(self.at, message, hint)
    }

    /// Counts one more `*` selector.
    pub(super) fn count_wildcard(&mut self, at: usize) -> Result<(), PatternError> {
        self.wildcards += 1;
        if self.wildcards <= MAX_WILDCARDS {
            return Ok(());
        }
        Err(self.error(
            at,
            format!("a pattern has at most {MAX_WILDCARDS} `*` selectors"),
            "name the member or the index instead",
        ))
    }

    /// Takes `%..%`.
    pub(super) fn take_regex(&mut self) -> Result<Rex, PatternError> {
        let open = self.at;
        self.at += 1;
        let body = self.take_while(|c| c != '%');
        if self.next().is_none() {
            return Err(self.error(
                open,
                "the regular expression is never closed",
                "close it with `%`; a percent sign inside is written `\\x25`",
            ));
        }
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            return Err(self.error(
                open,
                format!("a pattern has at most {MAX_REGEXES} regular expressions"),
                "join them with `|`, or use `*` wildcards",
            ));
        }
        regexp::compile(&body)
            .map_err(|fault| self.error(open + 1 + fault.at, fault.message, fault.hint))
    }
}
