//! Terms: `word`, `"a phrase"`, `%regex%`, each with `?` or `-` before it or nothing.

use super::Words;
use super::cursor::Cursor;
use crate::error::PatternError;
use crate::grammar::{Term, Terms};

pub(super) fn parse(cursor: &mut Cursor<'_>, words: Words) -> Result<Terms, PatternError> {
    let mut terms = Terms::default();
    loop {
        cursor.skip_blanks();
        let start = cursor.at();
        let Some(first) = cursor.peek() else { return Ok(terms) };
        let prefixed = cursor.peek_second().is_some_and(|c| !c.is_whitespace());
        match first {
            '?' if prefixed => {
                cursor.next();
                let term = one(cursor, words)?;
                terms.optional.push(term);
            }
            '-' if prefixed => {
                cursor.next();
                let term = one(cursor, words)?;
                terms.excluded.push(term);
            }
            '?' | '-' if words == Words::Strict => {
                return Err(cursor.error(
                    start,
                    format!("`{first}` needs a term after it"),
                    "write the term without a space between, or quote the character",
                ));
            }
            _ => {
                let term = one(cursor, words)?;
                terms.required.push(term);
            }
        }
    }
}

fn one(cursor: &mut Cursor<'_>, words: Words) -> Result<Term, PatternError> {
    let term = match cursor.peek() {
        Some('"') => phrase(cursor)?,
        Some('%') => Term::Regex(cursor.take_regex()?),
        Some(_) | None => return word(cursor, words),
    };
    if cursor.peek().is_none_or(char::is_whitespace) {
        return Ok(term);
    }
    Err(cursor.error_here(
        format!("{} follows a term without a space", cursor.found()),
        "put a space between two terms; a quote inside a phrase is written `\\\"`",
    ))
}

fn phrase(cursor: &mut Cursor<'_>) -> Result<Term, PatternError> {
    let text = super::value::quoted(cursor)?.concat();
    Ok(if text.trim().is_empty() { Term::Blank } else { Term::text(&text) })
}

fn word(cursor: &mut Cursor<'_>, words: Words) -> Result<Term, PatternError> {
    let start = cursor.at();
    let word = cursor.take_while(|c| !c.is_whitespace());
    let fits = |c: char| c.is_alphanumeric() || c == '_';
    if words == Words::Strict
        && let Some(offset) = word.chars().position(|c| !fits(c))
    {
        let c = word.chars().nth(offset).unwrap_or_default();
        return Err(cursor.error(
            start + offset,
            format!("`{}` cannot stand in a term without quotes", c.escape_debug()),
            format!("quote the term: {word:?}"),
        ));
    }
    Ok(Term::text(&word))
}

impl Terms {
    /// The terms as AWS wants them written: whatever is not a plain word is quoted.
    pub(crate) fn to_source(&self) -> String {
        let groups = [("", &self.required), ("?", &self.optional), ("-", &self.excluded)];
        let mut out = String::new();
        for (prefix, terms) in groups {
            for term in terms {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(prefix);
                match term {
                    Term::Blank => out.push_str("\" \""),
                    Term::Regex(rex) => {
                        out.push('%');
                        out.push_str(&rex.source);
                        out.push('%');
                    }
                    Term::Text(finder) => {
                        let text = String::from_utf8_lossy(finder.needle());
                        if text.chars().all(|c| c.is_alphanumeric() || c == '_') {
                            out.push_str(&text);
                        } else {
                            out.push('"');
                            out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
                            out.push('"');
                        }
                    }
                }
            }
        }
        out
    }
}
