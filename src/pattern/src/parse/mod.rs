//! The parser: one file a form.

mod columns;
mod condition; // `&&`, `||` and brackets, shared by the bracketed forms
mod cursor; // where we are in the text
pub(crate) mod json;
mod terms;
mod value; // right sides

use crate::error::PatternError;
use crate::grammar::Form;
use crate::pattern::MAX_CHARS;

use cursor::Cursor;
pub(crate) use value::number;

/// What may stand in a term without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// Letters, digits and underscores, as AWS accepts them.
    Strict,
    /// Anything but blanks: the console's search quotes such words itself.
    Lenient,
}

/// Parses a whole pattern.
pub(crate) fn form(text: &str, words: Words) -> Result<Form, PatternError> {
    let mut cursor = Cursor::new(text);
    let length = cursor.len();
    if length > MAX_CHARS {
        return Err(cursor.error(
            MAX_CHARS,
            format!("a pattern has at most {MAX_CHARS} characters, this one has {length}"),
            "split it, or shorten values with `*`",
        ));
    }
    cursor.skip_blanks();
    match cursor.peek() {
        Some('{') => {
            enclosed(&cursor, '{', '}')?;
            json::parse(&mut cursor).map(Form::Json)
        }
        Some('[') => {
            enclosed(&cursor, '[', ']')?;
            columns::parse(&mut cursor).map(Form::Columns)
        }
        Some(_) | None => terms::parse(&mut cursor, words).map(Form::Terms),
    }
}

fn enclosed(cursor: &Cursor<'_>, open: char, close: char) -> Result<(), PatternError> {
    if cursor.last_visible() == Some(close) {
        return Ok(());
    }
    Err(cursor.error(
        cursor.len(),
        format!("a pattern that starts with `{open}` must end with `{close}`"),
        format!("close it, or quote the term if the character `{open}` is meant"),
    ))
}
