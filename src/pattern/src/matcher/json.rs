//! Conditions on the members of a JSON object.

use serde_json::Value as Node;

use super::{equals, holds};
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
    let Ok(root @ Node::Object(_)) = serde_json::from_str(message) else { return false };
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
    if matches!(node, Node::Array(_) | Node::Object(_)) {
        return false;
    }
    match test {
        Test::Absent => false,
        Test::IsNull => node.is_null(),
        Test::IsBool(wanted) => node.as_bool() == Some(*wanted),
        Test::Order(order, right) => node.as_f64().is_some_and(|left| order.holds(left, *right)),
        Test::Equal(value) => node_equals(node, value),
        Test::Unequal(value) => !node_equals(node, value),
    }
}

fn node_equals(node: &Node, value: &crate::grammar::Value) -> bool {
    match node {
        Node::String(text) => equals(value, text, || None),
        Node::Number(number) => equals(value, &number.to_string(), || number.as_f64()),
        Node::Bool(true) => equals(value, "true", || None),
        Node::Bool(false) => equals(value, "false", || None),
        Node::Null | Node::Array(_) | Node::Object(_) => false,
    }
}
