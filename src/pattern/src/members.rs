//! The members of an object that a JSON pattern looks at.

use crate::grammar::{Condition, Form, Path, Segment};
use crate::search::{Search, What};

impl Search {
    /// The names at the top of an object on whose members alone a JSON pattern depends; nothing if it may depend on any,
    /// or is no JSON pattern. An object that has these members and no others is judged like the whole.
    pub fn members(&self) -> Option<Vec<&str>> {
        let What::Pattern(pattern) = &self.what else { return None };
        let Form::Json(json) = pattern.form() else { return None };
        Some(json.names.as_ref()?.iter().map(String::as_str).collect())
    }

    /// Whether it is for the messages that do not match what follows the exclamation mark.
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
}

/// The names that a condition depends on.
pub(crate) fn names(condition: &Condition<Path>) -> Option<Vec<String>> {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => {
            let names: Option<Vec<_>> = parts.iter().map(names).collect();
            names.map(|names| names.concat())
        }
        Condition::Test(path, _) => match path.0.first()? {
            Segment::Member(name) => Some(vec![name.clone()]),
            Segment::Index(_) | Segment::Every => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_looked_at_are_named() {
        let check = |text: &str, wanted: Option<&[&str]>| {
            assert_eq!(Search::parse(text).unwrap().members().as_deref(), wanted, "{text}");
        };
        check(
            "{ $.a.b = 1 && ($.c[0] IS NULL || $.['d.e'] NOT EXISTS) }",
            Some(&["a", "c", "d.e"]),
        );
        check("!{ $.a != x }", Some(&["a"]));
        check("{ $.* = 1 }", None);
        check("a", None);
        check("/a/", None);
    }
}
