//! The matcher: one file a form.

mod columns;
pub(crate) mod json;
mod some; // members of an object, the others passed over
mod terms;

use crate::grammar::{Condition, Form, Test, Value};

/// Whether a message matches.
pub(crate) fn matches(form: &Form, message: &str) -> bool {
    match form {
        Form::Terms(terms) => terms::matches(terms, message),
        Form::Json(json) => json::matches(json, message),
        Form::Columns(columns) => columns::matches(columns, message),
    }
}

/// Whether a condition holds, given a judge of single comparisons.
fn holds<S>(condition: &Condition<S>, judge: &mut dyn FnMut(&S, &Test) -> bool) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().all(|part| holds(part, judge)),
        Condition::Or(parts) => parts.iter().any(|part| holds(part, judge)),
        Condition::Test(selector, test) => judge(selector, test),
    }
}

/// Whether text equals the right side; `number` is the text's own worth, if it has one.
fn equals(value: &Value, text: &str, number: impl FnOnce() -> Option<f64>) -> bool {
    match value {
        Value::Regex(rex) => rex.regex.is_match(text),
        Value::Text { glob, number: wanted } => {
            glob.matches(text)
                || wanted.is_some_and(|wanted| number().is_some_and(|n| same(n, wanted)))
        }
    }
}

#[expect(
    clippy::float_cmp,
    reason = "a filter asks for equality of what was written, not of measurements"
)]
fn same(left: f64, right: f64) -> bool {
    // beyond 2^53 two ids may share one float; there only the text counts
    left == right && left.abs() < 9_007_199_254_740_992.0
}
