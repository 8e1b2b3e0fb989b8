//! A position in the text of a query. Blanks and comments are nothing.

use crate::error::QueryError;

/// Reads characters one after the other.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    source: &'a str,
    chars: Vec<char>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, chars: source.chars().collect(), at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rewind(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Passes over blanks, and comments from `#` to the end of the line.
    pub(super) fn skip(&mut self) {
        while let Some(c) = self.peek() {
            if c == '#' {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
            } else if c.is_whitespace() {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Takes `symbol` if it stands here, after blanks.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        self.skip();
        let mut rest = self.chars.iter().skip(self.at);
        let here = symbol.chars().all(|c| rest.next() == Some(&c));
        if here {
            self.at += symbol.chars().count();
        }
        here
    }

    /// The word that stands here after blanks, without taking it.
    pub(super) fn word(&mut self) -> String {
        self.skip();
        let rest = self.chars.iter().skip(self.at);
        rest.take_while(|c| c.is_alphanumeric() || **c == '_').collect()
    }

    /// Takes `word` if it stands here as a whole word, in any case.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let here = self.word().eq_ignore_ascii_case(word);
        if here {
            self.at += word.chars().count();
        }
        here
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

    /// Takes what stands between this character and the next of its kind. A backslash keeps the quote; every
    /// other escape stays as it is, since regular expressions have their own.
    pub(super) fn quoted(&mut self) -> Result<String, QueryError> {
        let open = self.at;
        let quote = self.next().unwrap_or('"');
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == quote => return Ok(text),
                '\\' => match self.next() {
                    Some(c) if c == quote => text.push(c),
                    Some('\\') if quote != '/' => text.push('\\'),
                    Some(c) => text.extend(['\\', c]),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err(self.error(
            open,
            format!(
                "the {} is never closed",
                if quote == '/' { "regular expression" } else { "text" }
            ),
            format!("close it with `{quote}`; inside it is written `\\{quote}`"),
        ))
    }

    /// What was written from there to here.
    pub(super) fn written(&self, from: usize) -> String {
        let text: String = self.chars.iter().take(self.at).skip(from).collect();
        text.trim().to_owned()
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
    ) -> QueryError {
        QueryError::new(self.source, at, message, hint)
    }

    pub(super) fn error_here(
        &self,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> QueryError {
        self.error(self.at, message, hint)
    }
}
