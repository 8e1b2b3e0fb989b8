//! Conditions on the space-delimited fields of a line.

use super::{equals, holds};
use crate::grammar::{Column, Columns, Test};
use crate::parse::number;

pub(super) fn matches(columns: &Columns, message: &str) -> bool {
    let Some(tail) = &columns.tail else {
        let mut fields = Fields::new(message);
        return columns
            .head
            .iter()
            .all(|column| fields.next().is_some_and(|field| column_holds(column, field)));
    };
    let fields: Vec<&str> = Fields::new(message).collect();
    let Some(spare) = fields.len().checked_sub(columns.head.len() + tail.len()) else {
        return false;
    };
    let behind = fields.iter().skip(columns.head.len() + spare);
    columns.head.iter().zip(&fields).all(|(column, field)| column_holds(column, field))
        && tail.iter().zip(behind).all(|(column, field)| column_holds(column, field))
}

fn column_holds(column: &Column, field: &str) -> bool {
    let Some(condition) = &column.condition else { return true };
    holds(condition, &mut |(), test| match test {
        Test::Equal(value) => equals(value, field, || number(field)),
        Test::Unequal(value) => !equals(value, field, || number(field)),
        Test::Order(order, right) => number(field).is_some_and(|left| order.holds(left, *right)),
        // the grammar of columns has none of these
        Test::IsNull | Test::IsBool(_) | Test::Absent => false,
    })
}

/// The fields of a line: words between blanks; `[..]` and `".."` are one field, without their marks.
struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Fields<'a> {
    fn new(line: &'a str) -> Self {
        Self { rest: line }
    }

    /// The text up to a closing mark that a blank or the end follows, if there is one.
    fn enclosed(&mut self, close: char) -> Option<&'a str> {
        let body = self.rest.get(1..)?;
        let mut escaped = false;
        for (at, c) in body.char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' && close == '"' {
                escaped = true;
            } else if c == close {
                let after = body.get(at + 1..)?;
                if after.chars().next().is_none_or(char::is_whitespace) {
                    self.rest = after;
                    return body.get(..at);
                }
                if close == ']' {
                    continue;
                }
                return None;
            }
        }
        None
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let enclosed = match self.rest.chars().next()? {
            '[' => self.enclosed(']'),
            '"' => self.enclosed('"'),
            _ => None,
        };
        if enclosed.is_some() {
            return enclosed;
        }
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_quotes_make_one_field() {
        let check = |line: &str, wanted: &[&str]| {
            assert_eq!(Fields::new(line).collect::<Vec<_>>(), wanted, "{line}");
        };
        check(
            r#"127.0.0.1 - [10/Oct/2000:13:25:15 -0700] "GET / HTTP/1.0" 404"#,
            &["127.0.0.1", "-", "10/Oct/2000:13:25:15 -0700", "GET / HTTP/1.0", "404"],
        );
        check("  a\tb \n", &["a", "b"]);
        check(r#"[open "quote a"b"#, &["[open", "\"quote", "a\"b"]);
        check(r#""say \"hi\" now" x"#, &[r#"say \"hi\" now"#, "x"]);
        check("", &[]);
    }
}
