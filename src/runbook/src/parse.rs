//! Text to runbook: every complaint has a line, a column and a hint.

use crate::format::{Runbook, SCHEMA};

/// Why a text is no runbook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Parses a runbook. That it makes sense is the [linter's](Runbook::lint) matter.
///
/// # Errors
/// Says where the text is not a runbook, and what to do.
pub fn parse(text: &str) -> Result<Runbook, ParseError> {
    let mut runbook: Runbook = toml::from_str(text).map_err(|error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        let message = error.message().lines().next().unwrap_or_default();
        let message = if message.contains("untagged enum Undo") {
            "`undo` is neither the word `restore` nor a call".to_owned()
        } else {
            message.to_owned()
        };
        let hint = hint(&message);
        ParseError { line, column, message, hint: hint.into() }
    })?;
    if runbook.schema != SCHEMA {
        let (line, column) = place(text, text.find("schema").unwrap_or(0));
        return Err(ParseError {
            line,
            column,
            message: format!("the schema is `{}`", runbook.schema.escape_debug()),
            hint: format!("this build reads `{SCHEMA}`"),
        });
    }
    text.clone_into(&mut runbook.text);
    Ok(runbook)
}

fn hint(message: &str) -> &'static str {
    if message.starts_with("unknown field") {
        "take the field out, or spell it as one of those named; nothing is ignored in silence"
    } else if message.starts_with("missing field") {
        "add the field; a runbook leaves nothing to be guessed"
    } else if message.starts_with("unknown variant") {
        "write one of the values named"
    } else if message.starts_with("`undo`") {
        "write `undo = \"restore\"`, or a table `[step.undo]` with `action`, `class` and `with`"
    } else if message.starts_with("invalid type") {
        "give a value of the type that is named"
    } else {
        "see `docs/runbooks.md` for the format, and compare with a runbook that works"
    }
}

/// Line and column, from 1, of a byte offset.
pub(crate) fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..text.floor_char_boundary(offset)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |start| start.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LAMBDA_ROLLBACK;

    #[test]
    fn every_complaint_has_a_place_and_a_hint() {
        let check = |text: &str, place: (usize, usize), message: &str| {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.column), place, "{error}");
            assert!(error.message.contains(message), "{error}");
            assert!(!error.hint.is_empty());
        };
        let whole = LAMBDA_ROLLBACK;
        check("schema = ", (1, 10), "");
        check(&format!("surprise = 1\n{whole}"), (1, 1), "unknown field `surprise`");
        check(&whole.replace("runbook/1", "runbook/9"), (2, 1), "runbook/9");
        check(&whole.replacen("risk = \"R2\"", "risk = \"R9\"", 1), (7, 8), "unknown variant");
        assert!(
            parse(&whole.replacen("on_fail = \"stop\"\n", "", 1))
                .unwrap_err()
                .message
                .contains("missing field")
        );
        check("", (1, 1), "missing field");
        let undo = whole.lines().position(|line| line.starts_with("undo")).unwrap() + 1;
        check(
            &whole.replacen("undo = \"restore\"", "undo = \"restored\"", 1),
            (undo, 8),
            "`undo` is",
        );
    }

    #[test]
    fn the_text_travels_with_the_runbook() {
        assert_eq!(parse(LAMBDA_ROLLBACK).unwrap().text, LAMBDA_ROLLBACK);
    }
}
