//! `parse`: what stands at the stars of a glob, or in the named groups of a regular expression.

use std::borrow::Cow;

use super::evaluate::Scope;
use crate::grammar::{Extraction, Parse};
use crate::value::Value;

/// Puts what is found into the row; where the text does not match, nothing.
pub(super) fn extract(parse: &Parse, slots: &mut [Value<'_>], now: i64) {
    let found: Vec<Option<String>> = {
        let from = parse.from.evaluate(&Scope::of(slots, now));
        let text = from.text();
        match &parse.how {
            Extraction::Glob(literals) => {
                let found = starred(literals, &text).unwrap_or_default();
                (0..parse.slots.len())
                    .map(|at| found.get(at).map(|&part| part.to_owned()))
                    .collect()
            }
            Extraction::Regex(regex, names) => {
                let found = regex.captures(&text);
                let group = |name: &String| {
                    found.as_ref().and_then(|found| found.name(name)).map(|m| m.as_str().to_owned())
                };
                names.iter().map(group).collect()
            }
        }
    };
    for (slot, part) in parse.slots.iter().zip(found) {
        if let Some(place) = slots.get_mut(*slot) {
            *place = part.map_or(Value::Null, |part| Value::Text(Cow::Owned(part)));
        }
    }
}

/// What stands at the stars: each takes as little as it can, the last takes the rest if nothing follows it.
fn starred<'t>(literals: &[String], text: &'t str) -> Option<Vec<&'t str>> {
    let (first, rest) = literals.split_first()?;
    let begin = memchr::memmem::find(text.as_bytes(), first.as_bytes())? + first.len();
    let mut left = text.get(begin..)?;
    let mut found = Vec::with_capacity(rest.len());
    for (at, literal) in rest.iter().enumerate() {
        if literal.is_empty() {
            // Two stars side by side: the first takes nothing; at the end, everything.
            let last = at + 1 == rest.len();
            found.push(if last { left } else { "" });
            continue;
        }
        let end = memchr::memmem::find(left.as_bytes(), literal.as_bytes())?;
        found.push(left.get(..end)?);
        left = left.get(end + literal.len()..)?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(glob: &str, text: &str, wanted: Option<&[&str]>) {
        let literals: Vec<String> = glob.split('*').map(str::to_owned).collect();
        assert_eq!(starred(&literals, text).as_deref(), wanted, "{glob} on {text}");
    }

    #[test]
    fn stars_take_as_little_as_they_can() {
        check(
            "user=*, method:*, latency := *",
            "at 9 user=ann, method:GET, latency := 12 ms",
            Some(&["ann", "GET", "12 ms"]),
        );
        check("[*] *", "[ERROR] it broke [twice]", Some(&["ERROR", "it broke [twice]"]));
        check("*: *", "a: b: c", Some(&["a", "b: c"]));
        check("a*b", "xaxb-b", Some(&["x"]));
        check("a*b", "no", None);
        check("**", "all", Some(&["", "all"]));
    }
}
