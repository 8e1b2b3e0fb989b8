//! Conditions: comparisons joined by `&&` and `||`, grouped by parentheses. `&&` binds closer.

use std::sync::Arc;

use super::cursor::Cursor;
use crate::error::PatternError;
use crate::grammar::{Condition, Test};

/// How deep parentheses may nest. AWS states no limit; ours keeps the parser's stack small.
const MAX_DEPTH: usize = 64;

/// Takes one comparison.
pub(super) type Leaf<'f, S> =
    &'f dyn for<'c, 's> Fn(&'c mut Cursor<'s>) -> Result<(S, Test), PatternError>;

/// Takes a condition, as far as it goes.
pub(super) fn parse<S>(
    cursor: &mut Cursor<'_>,
    leaf: Leaf<'_, S>,
    depth: usize,
) -> Result<Condition<S>, PatternError> {
    let mut alternatives = vec![conjunction(cursor, leaf, depth)?];
    while cursor.take("||") {
        alternatives.push(conjunction(cursor, leaf, depth)?);
    }
    Ok(only(alternatives, Condition::Or))
}

fn conjunction<S>(
    cursor: &mut Cursor<'_>,
    leaf: Leaf<'_, S>,
    depth: usize,
) -> Result<Condition<S>, PatternError> {
    let mut parts = vec![unit(cursor, leaf, depth)?];
    while cursor.take("&&") {
        parts.push(unit(cursor, leaf, depth)?);
    }
    Ok(only(parts, Condition::And))
}

fn unit<S>(
    cursor: &mut Cursor<'_>,
    leaf: Leaf<'_, S>,
    depth: usize,
) -> Result<Condition<S>, PatternError> {
    cursor.skip_blanks();
    let open = cursor.at();
    let condition = if cursor.take("(") {
        if depth >= MAX_DEPTH {
            return Err(cursor.error(
                open,
                format!("parentheses nest deeper than {MAX_DEPTH}"),
                "`&&` binds closer than `||`; most parentheses can go",
            ));
        }
        let inner = parse(cursor, leaf, depth + 1)?;
        if !cursor.take(")") {
            return Err(cursor.error_here(
                format!("expected `)`, found {}", cursor.found()),
                format!("the parenthesis opened at character {} is not closed", open + 1),
            ));
        }
        inner
    } else {
        let (left, test) = leaf(cursor)?;
        Condition::Test(left, Arc::new(test))
    };
    cursor.skip_blanks();
    Ok(condition)
}

fn only<S>(
    mut parts: Vec<Condition<S>>,
    join: impl FnOnce(Vec<Condition<S>>) -> Condition<S>,
) -> Condition<S> {
    if parts.len() > 1 {
        return join(parts);
    }
    parts.pop().unwrap_or_else(|| join(Vec::new()))
}
