//! Condition expressions: comparisons, whether an attribute is there, and AND, OR, NOT over them.

use std::cmp::Ordering;

use super::invalid;
use crate::wire::call::{ApiError, Call};
use crate::wire::value::Value;

/// Whether the condition of the call holds of an item, or of none. A call without one has none that could fail.
pub(super) fn holds(call: &Call, item: Option<&Value>) -> Result<bool, ApiError> {
    let Some(text) = call.input.text("ConditionExpression") else { return Ok(true) };
    let words = words(text)?;
    let mut reading = Reading { call, item, words: &words, at: 0 };
    let verdict = reading.any()?;
    match reading.peek() {
        None => Ok(verdict),
        Some(word) => Err(unread(word)),
    }
}

/// Names with `#` or without, values with `:`, comparators, brackets and commas.
fn words(text: &str) -> Result<Vec<String>, ApiError> {
    let mut words = Vec::new();
    let mut left = text.chars().peekable();
    while let Some(first) = left.next() {
        let mut word = String::from(first);
        let part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        match first {
            ' ' | '\t' | '\n' | '\r' => continue,
            '(' | ')' | ',' | '=' => {}
            '<' | '>' => word.extend(left.next_if(|c| *c == '=' || (first == '<' && *c == '>'))),
            '#' | ':' => word.extend(std::iter::from_fn(|| left.next_if(part))),
            c if part(&c) => word.extend(std::iter::from_fn(|| left.next_if(part))),
            other => return Err(unread(&other.to_string())),
        }
        words.push(word);
    }
    Ok(words)
}

fn unread(word: &str) -> ApiError {
    invalid(format!("Invalid ConditionExpression: Syntax error; token: \"{word}\""))
}

struct Reading<'a> {
    call: &'a Call,
    item: Option<&'a Value>,
    words: &'a [String],
    at: usize,
}

impl<'a> Reading<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Result<&'a str, ApiError> {
        let word = self.peek().ok_or_else(|| unread("<EOF>"))?;
        self.at += 1;
        Ok(word)
    }

    fn takes(&mut self, wanted: &str) -> bool {
        let there = self.peek().is_some_and(|word| word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(there);
        there
    }

    fn wants(&mut self, wanted: &str) -> Result<(), ApiError> {
        let word = self.next()?;
        if word == wanted { Ok(()) } else { Err(unread(word)) }
    }

    fn any(&mut self) -> Result<bool, ApiError> {
        let mut verdict = self.all()?;
        while self.takes("OR") {
            verdict |= self.all()?;
        }
        Ok(verdict)
    }

    fn all(&mut self) -> Result<bool, ApiError> {
        let mut verdict = self.one()?;
        while self.takes("AND") {
            verdict &= self.one()?;
        }
        Ok(verdict)
    }

    fn one(&mut self) -> Result<bool, ApiError> {
        if self.takes("NOT") {
            return Ok(!self.one()?);
        }
        if self.takes("(") {
            let verdict = self.any()?;
            self.wants(")")?;
            return Ok(verdict);
        }
        for (function, wanted) in [("attribute_exists", true), ("attribute_not_exists", false)] {
            if self.takes(function) {
                self.wants("(")?;
                let there = self.operand()?.is_some();
                self.wants(")")?;
                return Ok(there == wanted);
            }
        }
        let left = self.operand()?;
        let comparator = self.next()?;
        let right = self.operand()?;
        // What is not there compares as nothing does, also as unequal.
        let order = left.zip(right).map(|(left, right)| (left == right, order(left, right)));
        Ok(match (comparator, order) {
            ("=", order) => order.is_some_and(|(same, _)| same),
            ("<>", order) => order.is_none_or(|(same, _)| !same),
            ("<", order) => order.is_some_and(|(_, order)| order == Some(Ordering::Less)),
            (">", order) => order.is_some_and(|(_, order)| order == Some(Ordering::Greater)),
            ("<=", order) => order.is_some_and(|(_, order)| order.is_some_and(Ordering::is_le)),
            (">=", order) => order.is_some_and(|(_, order)| order.is_some_and(Ordering::is_ge)),
            (other, _) => return Err(unread(other)),
        })
    }

    /// The value of an attribute of the item, if it has it, or one that came with the call.
    fn operand(&mut self) -> Result<Option<&'a Value>, ApiError> {
        let word = self.next()?;
        if word.starts_with(':') {
            let values = self.call.input.get("ExpressionAttributeValues");
            let value = values.and_then(|values| values.get(word));
            let undefined = || {
                invalid(format!(
                    "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: {word}"
                ))
            };
            return value.map(Some).ok_or_else(undefined);
        }
        let name = if word.starts_with('#') {
            let names = self.call.input.get("ExpressionAttributeNames");
            let name = names.and_then(|names| names.text(word));
            name.ok_or_else(|| {
                invalid(format!(
                    "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: {word}"
                ))
            })?
        } else if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            word
        } else {
            return Err(unread(word));
        };
        Ok(self.item.and_then(|item| item.get(name)))
    }
}

/// Numbers by their size, texts by their bytes; other kinds, and two different ones, not at all.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (left.text("N"), right.text("N")) {
        return left.parse::<f64>().ok()?.partial_cmp(&right.parse().ok()?);
    }
    Some(left.text("S")?.cmp(right.text("S")?))
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::call;
    use super::*;

    fn number(text: &str) -> Value {
        Value::empty().with("N", text)
    }

    fn check(condition: &str, item: Option<&Value>) -> Result<bool, String> {
        let input = Value::empty()
            .with("ConditionExpression", condition)
            .with("ExpressionAttributeNames", Value::empty().with("#until", "until"))
            .with(
                "ExpressionAttributeValues",
                Value::empty()
                    .with(":now", number("100"))
                    .with(":who", Value::empty().with("S", "a")),
            );
        holds(&call("dynamodb", "PutItem", input), item).map_err(|error| error.message)
    }

    #[test]
    fn conditions_hold_as_they_do_at_dynamodb() {
        let held =
            Value::empty().with("until", number("99")).with("who", Value::empty().with("S", "a"));
        for (condition, item, expected) in [
            ("attribute_not_exists(#until)", None, true),
            ("attribute_not_exists(#until)", Some(&held), false),
            ("attribute_exists(who)", Some(&held), true),
            ("#until < :now", Some(&held), true),
            ("#until > :now OR who = :who", Some(&held), true),
            ("#until > :now AND who = :who", Some(&held), false),
            ("NOT (#until > :now) AND who = :who", Some(&held), true),
            ("who < :now", Some(&held), false),
            ("who <> :who", Some(&held), false),
            ("who = :who", None, false),
            ("who <> :who", None, true),
            ("#until <= :now and #until >= :now", Some(&held), false),
        ] {
            assert_eq!(check(condition, item), Ok(expected), "{condition}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for condition in
            ["", "who", "who =", "who = :nobody", "#who = :who", "(who = :who", "who ! :who"]
        {
            assert!(check(condition, None).is_err(), "{condition}");
        }
    }
}
