//! What a JSON pattern asks, for a reader that has the members of a record already: each test with the way to its member.

use std::fmt;
use std::sync::Arc;

use crate::grammar::{Condition, Form, Path, Segment, Test, Value};
use crate::matcher;
use crate::pattern::Pattern;

/// A condition as a tree; its tests are asked one by one.
#[derive(Clone, Debug)]
pub enum Asked {
    /// All hold. At least two.
    All(Vec<Asked>),
    /// One holds. At least two.
    Any(Vec<Asked>),
    /// One comparison.
    Member {
        /// The way to what is compared, from the top of the record.
        path: Vec<Segment>,
        /// What is asked of it.
        test: MemberTest,
    },
}

/// What is asked of a member.
#[derive(Clone)]
pub struct MemberTest(Arc<Test>);

/// A value that a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(&'a str),
    /// A text, without its escapes.
    Text(&'a str),
    /// An array or an object: no test holds of it.
    Whole,
}

impl Pattern {
    /// What it asks of the members of a record; nothing where it is no JSON pattern.
    pub fn asked(&self) -> Option<Asked> {
        match self.form() {
            Form::Json(json) => Some(tree(&json.condition)),
            Form::Terms(_) | Form::Columns(_) => None,
        }
    }
}

fn tree(condition: &Condition<Path>) -> Asked {
    match condition {
        Condition::And(parts) => Asked::All(parts.iter().map(tree).collect()),
        Condition::Or(parts) => Asked::Any(parts.iter().map(tree).collect()),
        Condition::Test(path, test) => {
            Asked::Member { path: path.0.clone(), test: MemberTest(Arc::clone(test)) }
        }
    }
}

impl MemberTest {
    /// Whether it holds of a value that was selected.
    pub fn holds(&self, value: Scalar<'_>) -> bool {
        matcher::json::of_scalar(&self.0, value)
    }

    /// Whether it holds where nothing was selected.
    pub fn holds_of_nothing(&self) -> bool {
        matches!(*self.0, Test::Absent | Test::Unequal(_))
    }

    /// A text that stands in every value of which it holds, where one is known: as written, or with escapes.
    pub fn needle(&self) -> Option<&str> {
        match &*self.0 {
            Test::Equal(Value::Text { glob, number: None }) => {
                Some(glob.longest_run()).filter(|run| !run.is_empty())
            }
            Test::Equal(_)
            | Test::Unequal(_)
            | Test::Order(..)
            | Test::IsNull
            | Test::IsBool(_)
            | Test::Absent => None,
        }
    }
}

impl fmt::Debug for MemberTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberTest").field("needle", &self.needle()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_holds_of_a_value_as_the_pattern_holds_of_its_record() {
        let check = |test: &str, written: &str, value: Scalar<'_>| {
            let pattern = Pattern::parse(&format!("{{ $.a {test} }}")).unwrap();
            let Some(Asked::Member { path, test: asked }) = pattern.asked() else {
                panic!("{test}")
            };
            assert_eq!(path, [Segment::Member("a".into())]);
            let whole = pattern.matches(&format!("{{\"a\":{written}}}"));
            assert_eq!(asked.holds(value), whole, "{test} of {written}");
            assert_eq!(asked.holds_of_nothing(), pattern.matches("{\"b\":1}"), "{test}");
        };
        let tests = [
            "= x",
            "= \"x*\"",
            "!= x",
            "= 1000",
            "= 1e3",
            "!= 1000",
            "> 10",
            "<= 10",
            "IS NULL",
            "IS TRUE",
            "IS FALSE",
            "NOT EXISTS",
            "= true",
            "= %^x%",
            "= *",
        ];
        for test in tests {
            check(test, "\"x\"", Scalar::Text("x"));
            check(test, "\"1000\"", Scalar::Text("1000"));
            check(test, "1e3", Scalar::Number("1e3"));
            check(test, "1000", Scalar::Number("1000"));
            check(test, "-7", Scalar::Number("-7"));
            check(test, "true", Scalar::Bool(true));
            check(test, "false", Scalar::Bool(false));
            check(test, "null", Scalar::Null);
            check(test, "[1000]", Scalar::Whole);
            check(test, "{}", Scalar::Whole);
        }
    }
}
