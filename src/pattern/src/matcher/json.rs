//! Conditions on the members of a JSON object.

use serde_json::{Number, Value as Node};

use super::{equals, holds, some};
use crate::asked::Scalar;
use crate::grammar::{Json, Path, Segment, Test};

pub(super) fn matches(json: &Json, message: &str) -> bool {
    let bytes = message.as_bytes();
    if !message.trim_start().starts_with('{') {
        return false;
    }
    if !json.needles.is_empty()
        && json.needles.iter().all(|needle| needle.find(bytes).is_none())
        && memchr::memchr(b'\\', bytes).is_none()
    {
        return false;
    }
    // where not all is well the whole is read, which knows best
    let some = json.names.as_ref().and_then(|names| some::members(message, names));
    let whole = || serde_json::from_str(message).ok();
    let Some(root @ Node::Object(_)) = some.or_else(whole) else { return false };
    holds(&json.condition, &mut |path, test| judge(&root, path, test))
}

fn judge(root: &Node, path: &Path, test: &Test) -> bool {
    let mut present = false;
    let found = visit(root, &path.0, &mut |node| {
        present = true;
        satisfies(node, test)
    });
    found || (!present && matches!(test, Test::Absent | Test::Unequal(_)))
}

/// Shows the selected nodes to `judge` until one satisfies it.
fn visit(node: &Node, path: &[Segment], judge: &mut dyn FnMut(&Node) -> bool) -> bool {
    let Some((segment, rest)) = path.split_first() else { return judge(node) };
    match (segment, node) {
        (Segment::Member(name), Node::Object(members)) => {
            members.get(name).is_some_and(|child| visit(child, rest, judge))
        }
        (Segment::Index(index), Node::Array(elements)) => {
            elements.get(*index).is_some_and(|child| visit(child, rest, judge))
        }
        (Segment::Every, Node::Object(members)) => {
            members.values().any(|child| visit(child, rest, judge))
        }
        (Segment::Every, Node::Array(elements)) => {
            elements.iter().any(|child| visit(child, rest, judge))
        }
        (Segment::Member(_) | Segment::Index(_) | Segment::Every, _) => false,
    }
}

/// Whether one selected node satisfies the test. Arrays and objects satisfy none.
fn satisfies(node: &Node, test: &Test) -> bool {
    match node {
        Node::Null => of_scalar(test, Scalar::Null),
        Node::Bool(value) => of_scalar(test, Scalar::Bool(*value)),
        Node::String(written) => of_scalar(test, Scalar::Text(written)),
        Node::Number(number) => of_number(test, number),
        Node::Array(_) | Node::Object(_) => false,
    }
}

/// Whether a value satisfies the test.
pub(crate) fn of_scalar(test: &Test, value: Scalar<'_>) -> bool {
    let written = match value {
        Scalar::Whole => return false,
        Scalar::Number(digits) => {
            return digits.parse().is_ok_and(|number| of_number(test, &number));
        }
        Scalar::Text(written) => Some(written),
        Scalar::Bool(true) => Some("true"),
        Scalar::Bool(false) => Some("false"),
        Scalar::Null => None,
    };
    let same = |wanted| written.is_some_and(|written| equals(wanted, written, || None));
    match test {
        Test::Absent | Test::Order(..) => false,
        Test::IsNull => value == Scalar::Null,
        Test::IsBool(wanted) => value == Scalar::Bool(*wanted),
        Test::Equal(wanted) => same(wanted),
        Test::Unequal(wanted) => !same(wanted),
    }
}

fn of_number(test: &Test, number: &Number) -> bool {
    let same = |wanted| equals(wanted, &number.to_string(), || number.as_f64());
    match test {
        Test::Absent | Test::IsNull | Test::IsBool(_) => false,
        Test::Order(order, bound) => number.as_f64().is_some_and(|it| order.holds(it, *bound)),
        Test::Equal(wanted) => same(wanted),
        Test::Unequal(wanted) => !same(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_members_are_read_as_they_are_among_all() {
        let deep =
            |depth: usize| format!("{{\"a\":1,\"b\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let messages = [
            r#"{"a":1,"b":2}"#,
            r#"{"b":{"a":1},"c":[1,"x",null,true,-2.5e3],"a":{"a":"\u00e9"}}"#,
            r#"{"a":1,"a":2,"\u0061":"3"}"#,
            r#" {"b":1e999,"a":1}"#,
            r#"{"b":"\ud800","a":1}"#,
            r#"{"b":"	","a":1}"#,
            r#"{"a":1} x"#,
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"$serde_json::private::RawValue":"{\"a\":1}"}"#,
            r#"{"b":{"$serde_json::private::RawValue":7},"a":1}"#,
            r#"{"a":{"\u0024serde_json::private::RawValue":"[1]"}}"#,
            r#"{"b":{"x":1,"$serde_json::private::RawValue":7},"a":1}"#,
            r#"{"b":184467440737095516150,"a":0.1}"#,
            "{",
            "{}",
            &deep(126),
            &deep(127),
            &deep(500),
        ];
        let names = ["a".to_owned()];
        for message in messages {
            let mut whole: Option<Node> = serde_json::from_str(message).ok();
            if let Some(Node::Object(members)) = &mut whole {
                members.retain(|name, _| name == "a");
            }
            match some::members(message, &names) {
                Some(some) => assert_eq!(Some(some), whole, "{message}"),
                // then the whole is asked
                None => assert!(whole.is_none() || message.contains("serde_json"), "{message}"),
            }
        }
    }
}
