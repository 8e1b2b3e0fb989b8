//! Right sides of comparisons: quoted text, bare text and numbers, regular expressions.

use super::cursor::Cursor;
use crate::error::PatternError;
use crate::glob::Glob;
use crate::grammar::{Order, Test, Value};

/// Takes an operator and its right side. `ends` tells where a bare value ends.
pub(super) fn comparison(
    cursor: &mut Cursor<'_>,
    ends: impl Fn(char) -> bool,
) -> Result<Test, PatternError> {
    let operator = cursor.at();
    let order = if cursor.take("!=") {
        return right(cursor, ends).map(Test::Unequal);
    } else if cursor.take("==") {
        return Err(cursor.error(operator, "`==` is not an operator", "equality is written `=`"));
    } else if cursor.take("=") {
        return right(cursor, ends).map(Test::Equal);
    } else if cursor.take("<=") {
        Order::LessOrEqual
    } else if cursor.take("<") {
        Order::Less
    } else if cursor.take(">=") {
        Order::GreaterOrEqual
    } else if cursor.take(">") {
        Order::Greater
    } else {
        return Err(cursor.error_here(
            format!("expected an operator, found {}", cursor.found()),
            "one of = != < <= > >=",
        ));
    };
    cursor.skip_blanks();
    let start = cursor.at();
    let text = bare(cursor, ends);
    number(&text).map(|number| Test::Order(order, number)).ok_or_else(|| {
        cursor.error(
            start,
            "only numbers can be ordered",
            "write a number such as 400 or 1e-3, without quotes",
        )
    })
}

fn right(cursor: &mut Cursor<'_>, ends: impl Fn(char) -> bool) -> Result<Value, PatternError> {
    cursor.skip_blanks();
    match cursor.peek() {
        Some('"') => Ok(Value::Text { glob: Glob::new(quoted_runs(cursor)?), number: None }),
        Some('%') => cursor.take_regex().map(Value::Regex),
        Some(_) | None => {
            let start = cursor.at();
            let text = bare(cursor, ends);
            if text.is_empty() {
                return Err(cursor.error(
                    start,
                    format!("expected a value, found {}", cursor.found()),
                    "quote it if it holds blanks or other special characters",
                ));
            }
            let number = number(&text);
            Ok(Value::Text { glob: Glob::new(text.split('*').map(String::from).collect()), number })
        }
    }
}

/// Takes bare text up to a blank, `&&`, `||`, a quote, or where `ends` says.
fn bare(cursor: &mut Cursor<'_>, ends: impl Fn(char) -> bool) -> String {
    let mut text = String::new();
    while let Some(c) = cursor.peek() {
        let stops = c.is_whitespace() || matches!(c, '"' | '%') || ends(c);
        if stops || cursor.looks_at("&&") || cursor.looks_at("||") {
            break;
        }
        text.push(c);
        cursor.next();
    }
    text
}

/// The worth of a number with sign and exponent; words such as `inf` are none.
pub(crate) fn number(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if plain { text.parse().ok() } else { None }
}

/// Takes quoted text; a star inside is a star.
pub(super) fn quoted(cursor: &mut Cursor<'_>) -> Result<Vec<String>, PatternError> {
    let runs = quoted_runs(cursor)?;
    Ok(vec![runs.join("*")])
}

/// Takes quoted text and splits it at the stars that are not escaped. `\"`, `\\` and `\*` are escapes; any
/// other backslash stands for itself.
fn quoted_runs(cursor: &mut Cursor<'_>) -> Result<Vec<String>, PatternError> {
    let open = cursor.at();
    cursor.next();
    let mut runs = Vec::new();
    let mut run = String::new();
    loop {
        match cursor.next() {
            Some('"') => {
                runs.push(run);
                return Ok(runs);
            }
            Some('\\') => match cursor.peek() {
                Some(c @ ('"' | '\\' | '*')) => {
                    cursor.next();
                    run.push(c);
                }
                Some(_) | None => run.push('\\'),
            },
            Some('*') => runs.push(std::mem::take(&mut run)),
            Some(c) => run.push(c),
            None => {
                return Err(cursor.error(
                    open,
                    "the quote is never closed",
                    "close it with `\"`; a quote inside is written `\\\"`",
                ));
            }
        }
    }
}
