//! What an expression comes to for a row. What is not known stays unknown, through `and`, `or` and `not` too.

use crate::grammar::{Expression, Needle};
use crate::number;
use crate::value::{Cell, Value};

/// What an expression can see.
pub(super) struct Scope<'v> {
    slots: &'v [Value<'v>],
    /// What the aggregates of a `stats` came to.
    gathered: &'v [Cell],
    now: i64,
}

impl<'v> Scope<'v> {
    pub(super) const fn of(slots: &'v [Value<'v>], now: i64) -> Self {
        Self { slots, gathered: &[], now }
    }

    pub(super) const fn with(slots: &'v [Value<'v>], gathered: &'v [Cell], now: i64) -> Self {
        Self { slots, gathered, now }
    }
}

impl Expression {
    pub(super) fn evaluate<'v>(&'v self, scope: &Scope<'v>) -> Value<'v> {
        match self {
            Self::Name(slot) => scope.slots.get(*slot).map(borrowed).unwrap_or_default(),
            Self::Literal(cell) => borrowed(cell),
            Self::Gathered(at) => scope.gathered.get(*at).map(borrowed).unwrap_or_default(),
            Self::Minus(of) => number(of.evaluate(scope).number().map(|number| -number)),
            Self::Not(of) => truth(of.evaluate(scope).holds().map(|holds| !holds)),
            Self::All(parts) => truth(joined(parts, scope, false)),
            Self::Any(parts) => truth(joined(parts, scope, true)),
            Self::Compare(a, how, b) => truth(how.holds(&a.evaluate(scope), &b.evaluate(scope))),
            Self::Arithmetic(a, how, b) => {
                let both = a.evaluate(scope).number().zip(b.evaluate(scope).number());
                number(both.and_then(|(a, b)| how.apply(a, b)))
            }
            Self::Like(of, needle) => {
                let value = of.evaluate(scope);
                let text = (!value.is_null()).then(|| value.text());
                truth(text.map(|text| match needle {
                    Needle::Text(needle) => {
                        memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some()
                    }
                    Needle::Regex(regex) => regex.is_match(&text),
                }))
            }
            Self::In(of, list) => truth(is_in(&of.evaluate(scope), list, scope)),
            Self::IsNull(of) => Value::truth(of.evaluate(scope).is_null()),
            Self::Call(function, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|a| a.evaluate(scope)).collect();
                function.call(&arguments, scope.now)
            }
            Self::Round { of, period, up } => match of.evaluate(scope).number() {
                Some(at) => {
                    let at = number::whole(at);
                    Value::Time(if *up { period.ceil(at) } else { period.floor(at) })
                }
                None => Value::Null,
            },
        }
    }
}

fn borrowed<'v>(value: &'v Value<'_>) -> Value<'v> {
    match value {
        Value::Null => Value::Null,
        Value::Number(number) => Value::Number(*number),
        Value::Text(text) => Value::borrowed(text),
        Value::Time(millis) => Value::Time(*millis),
    }
}

fn number<'v>(number: Option<f64>) -> Value<'v> {
    number.map_or(Value::Null, Value::Number)
}

fn truth<'v>(holds: Option<bool>) -> Value<'v> {
    holds.map_or(Value::Null, Value::truth)
}

/// `or` where `decides` is true, `and` where it is false: one part that decides is enough, else one unknown
/// leaves it open.
fn joined(parts: &[Expression], scope: &Scope<'_>, decides: bool) -> Option<bool> {
    let mut known = true;
    for part in parts {
        match part.evaluate(scope).holds() {
            Some(holds) if holds == decides => return Some(decides),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decides)
}

fn is_in(value: &Value<'_>, list: &[Expression], scope: &Scope<'_>) -> Option<bool> {
    if value.is_null() {
        return None;
    }
    let equal = |part: &Expression| {
        value.compare(&part.evaluate(scope)).is_some_and(std::cmp::Ordering::is_eq)
    };
    Some(list.iter().any(equal))
}
