//! CEL as the judge: total, without side effects, and never sure without a reason.

use cel::objects::Map;
use cel::{Context, Env, ExecutionError, Program, Value};
use std::collections::HashMap;
use std::sync::Arc;
use watchdeck_guard::{Judge, JudgeError, Verdict};

/// Judges CEL expressions. A missing member, a wrong type and a result that is no truth value are unknown, not false.
#[derive(Clone, Debug, Default)]
pub struct Cel;

/// No honest expression is longer.
const LONGEST: usize = 4_096;

impl Judge for Cel {
    fn judge(&self, expression: &str, facts: &serde_json::Value) -> Result<Verdict, JudgeError> {
        let program = compile(expression)?;
        let mut context = Context::with_env(Arc::new(Env::stdlib()));
        if let serde_json::Value::Object(members) = facts {
            for (name, value) in members {
                context.add_variable_from_value(name.as_str(), value_of(value));
            }
        }
        Ok(match program.execute(&context) {
            Ok(Value::Bool(true)) => Verdict::True,
            Ok(Value::Bool(false)) => Verdict::False,
            Ok(other) => {
                Verdict::Unknown(format!("it comes to {other:?}, which is neither true nor false"))
            }
            Err(error) => Verdict::Unknown(explain(&error)),
        })
    }
}

/// Parses an expression.
pub(crate) fn compile(expression: &str) -> Result<Program, JudgeError> {
    let fail = |message: String| JudgeError { expression: expression.into(), message };
    if expression.len() > LONGEST {
        return Err(fail(format!("it is longer than {LONGEST} characters")));
    }
    Program::compile(expression).map_err(|errors| {
        let errors = errors.to_string();
        fail(errors.lines().next().unwrap_or("it cannot be parsed").trim().to_owned())
    })
}

fn explain(error: &ExecutionError) -> String {
    if let ExecutionError::NoSuchKey(name) = error {
        format!("there is no `{name}`")
    } else if let ExecutionError::UndeclaredReference(name) = error {
        format!("nothing is called `{name}`")
    } else {
        error.to_string()
    }
}

/// JSON as CEL sees it. Whole numbers are `int`, the others `double`: what a type is must not depend on a sign.
fn value_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(real)) => Value::Float(real),
            (None, None) => Value::Null,
        },
        serde_json::Value::String(text) => Value::String(Arc::new(text.clone())),
        serde_json::Value::Array(items) => {
            Value::List(Arc::new(items.iter().map(value_of).collect()))
        }
        serde_json::Value::Object(members) => {
            let members: HashMap<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), value_of(value))).collect();
            Value::Map(Map::from(members))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(expression: &str, wanted: &str) {
        let facts = json!({
            "alias": {"version": "42", "weights": {}},
            "calls": {"sum": 12.0, "zero": 0.0},
            "reserved": null,
            "list": [{"arn": "a:live"}, {"arn": "b:live"}],
            "count": 3,
        });
        let verdict = Cel.judge(expression, &facts).unwrap();
        let got = match &verdict {
            Verdict::True => "true",
            Verdict::False => "false",
            Verdict::Unknown(_) => "unknown",
        };
        assert_eq!(got, wanted, "{expression}: {verdict}");
    }

    #[test]
    fn what_holds_holds_and_what_does_not_does_not() {
        check(r#"alias.version == "42""#, "true");
        check(r#"alias.version == "41""#, "false");
        check("alias.weights.size() == 0", "true");
        check("size(alias.weights) == 0", "true");
        check("calls.sum >= 10", "true");
        check("calls.sum >= 10.0 && calls.zero <= calls.sum * 0.02", "true");
        check("reserved == null || reserved > 0", "true");
        check(r#"list.all(s, s.arn.endsWith(":live"))"#, "true");
        check("count > 2 && count < 3.5", "true");
        check("calls.sum >= double(count)", "true");
    }

    #[test]
    fn what_cannot_be_told_is_unknown_and_never_a_pass() {
        check("alias.nothing == 1", "unknown");
        check("nobody > 1", "unknown");
        check("reserved.arn == 'x'", "unknown");
        check("alias.version", "unknown");
        check("1 / 0 == 1", "unknown");
        check("alias.version > 5", "unknown");
        check("alias.version.nosuch()", "unknown");
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for text in ["alias.version ==", "((", "", "if (true) {}"] {
            assert!(Cel.judge(text, &json!({})).is_err(), "{text}");
        }
        assert!(Cel.judge(&"1+".repeat(4_000), &json!({})).is_err());
    }
}
