//! Column patterns: `[a, b = 4*, ..., c]`.

use super::cursor::Cursor;
use super::{condition, value};
use crate::error::PatternError;
use crate::grammar::{Column, Columns, Test};

const HINT: &str = "columns are written `[ip, user, status = 4*, ...]`";

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Columns, PatternError> {
    cursor.next();
    let mut columns = Columns { head: Vec::new(), tail: None };
    loop {
        cursor.skip_blanks();
        let start = cursor.at();
        if cursor.take("...") {
            if columns.tail.is_some() {
                return Err(cursor.error(
                    start,
                    "there is more than one ellipsis",
                    "an ellipsis already stands for any number of columns",
                ));
            }
            columns.tail = Some(Vec::new());
        } else {
            let column = column(cursor)?;
            columns.tail.as_mut().unwrap_or(&mut columns.head).push(column);
        }
        cursor.skip_blanks();
        if cursor.take("]") {
            break;
        }
        if !cursor.take(",") {
            return Err(
                cursor.error_here(format!("expected `,` or `]`, found {}", cursor.found()), HINT)
            );
        }
    }
    cursor.skip_blanks();
    if cursor.peek().is_none() {
        return Ok(columns);
    }
    Err(cursor.error_here(
        format!("{} follows the closing bracket", cursor.found()),
        "a column pattern stands alone; quote the term if `[` is meant",
    ))
}

fn column(cursor: &mut Cursor<'_>) -> Result<Column, PatternError> {
    // a bracketed condition names its column inside: `[(w1 = A || w1 = B), w2]`
    let start = cursor.at();
    if cursor.peek() != Some('(') {
        name(cursor)?;
        cursor.skip_blanks();
        if matches!(cursor.peek(), Some(',' | ']')) {
            return Ok(Column { condition: None });
        }
    }
    cursor.rewind(start);
    let seen = std::cell::RefCell::new(None::<String>);
    let leaf = |cursor: &mut Cursor<'_>| -> Result<((), Test), PatternError> {
        let at = cursor.at();
        let name = name(cursor)?;
        let first = seen.borrow_mut().get_or_insert_with(|| name.clone()).clone();
        if first != name {
            return Err(cursor.error(
                at,
                format!("the condition on column `{first}` speaks of `{name}`"),
                "put each column's conditions beside its own name",
            ));
        }
        cursor.skip_blanks();
        let test = value::comparison(cursor, |c| matches!(c, ',' | ']' | ')'))?;
        Ok(((), test))
    };
    let condition = condition::parse(cursor, &leaf, 0)?;
    Ok(Column { condition: Some(condition) })
}

fn name(cursor: &mut Cursor<'_>) -> Result<String, PatternError> {
    let name = cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.'));
    if name.is_empty() {
        return Err(
            cursor.error_here(format!("expected a column's name, found {}", cursor.found()), HINT)
        );
    }
    Ok(name)
}
