//! Selections: what each asks of the fields of a record.

use std::net::IpAddr;
use std::sync::Arc;

use regex::RegexBuilder;

use super::Tree;
use super::document::{Value, Yaml};
use super::field::{FieldTest, Part, Relation, Wanted, net, wildcards};
use crate::condition::dotted;

/// What is wrong with a selection: the line, what, and what to do.
pub(super) type Fault = (usize, String, &'static str);

/// What a selection asks: the members of a map all, the elements of a list one of them.
pub(super) fn selection(yaml: &Yaml) -> Result<Tree, Fault> {
    match &yaml.value {
        Value::Map(fields) => {
            let asked: Result<Vec<_>, _> =
                fields.iter().map(|(name, value)| field(name, value)).collect();
            let asked = asked?;
            if asked.is_empty() {
                return Err((yaml.line, "the selection asks nothing".into(), "name a field"));
            }
            Ok(Tree::All(asked))
        }
        Value::List(elements) => {
            let asked: Result<Vec<_>, _> = elements.iter().map(selection).collect();
            let asked = asked?;
            if asked.is_empty() {
                return Err((yaml.line, "the selection asks nothing".into(), "name a field"));
            }
            Ok(Tree::Any(asked))
        }
        Value::Text(_) | Value::Number(..) | Value::Bool(_) => {
            // a word anywhere in the record
            Ok(field_of(&[], vec![wanted(yaml, Modifiers::anywhere())?], false, None))
        }
        Value::Null => Err((yaml.line, "the selection is empty".into(), "name a field")),
    }
}

/// How the values of a field are meant.
#[derive(Clone, Copy, Debug)]
struct Modifiers {
    part: Part,
    all: bool,
    cased: bool,
    meant: Meant,
    /// Flags of an expression.
    flags: Flags,
}

#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    ignore_case: bool,
    many_lines: bool,
    dot_all: bool,
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    Text,
    Expression,
    Net,
    Exists,
    Other,
    Order(Relation),
}

impl Modifiers {
    fn anywhere() -> Self {
        let flags = Flags::default();
        Self { part: Part::Somewhere, all: false, cased: false, meant: Meant::Text, flags }
    }

    fn read<'m>(words: impl Iterator<Item = &'m str>, line: usize) -> Result<Self, Fault> {
        let mut read = Self { part: Part::Whole, ..Self::anywhere() };
        for word in words {
            match word {
                "contains" => read.part = Part::Somewhere,
                "startswith" => read.part = Part::Beginning,
                "endswith" => read.part = Part::End,
                "all" => read.all = true,
                "cased" => read.cased = true,
                "re" => read.meant = Meant::Expression,
                "i" => read.flags.ignore_case = true,
                "m" => read.flags.many_lines = true,
                "s" => read.flags.dot_all = true,
                "cidr" => read.meant = Meant::Net,
                "exists" => read.meant = Meant::Exists,
                "fieldref" => read.meant = Meant::Other,
                "lt" => read.meant = Meant::Order(Relation::Less),
                "lte" => read.meant = Meant::Order(Relation::LessOrEqual),
                "gt" => read.meant = Meant::Order(Relation::Greater),
                "gte" => read.meant = Meant::Order(Relation::GreaterOrEqual),
                other => {
                    return Err((line, format!("the modifier `{other}` is not supported"), KNOWN));
                }
            }
        }
        Ok(read)
    }
}

const KNOWN: &str = "there are contains, startswith, endswith, all, cased, re, i, m, s, cidr, exists, fieldref, lt, lte, gt and gte";

fn field(name: &str, value: &Yaml) -> Result<Tree, Fault> {
    let mut words = name.split('|');
    let field = words.next().unwrap_or_default();
    let modifiers = Modifiers::read(words, value.line)?;
    let path = if field.is_empty() { Vec::new() } else { dotted(field) };
    let values = match &value.value {
        Value::List(elements) => elements.as_slice(),
        Value::Null | Value::Bool(_) | Value::Number(..) | Value::Text(_) | Value::Map(_) => {
            std::slice::from_ref(value)
        }
    };
    if values.is_empty() {
        return Err((value.line, format!("`{field}` is compared with nothing"), "name a value"));
    }
    if modifiers.meant == Meant::Other {
        // each names a field of its own
        let mut asked = Vec::new();
        for value in values {
            let Value::Text(other) = &value.value else {
                return Err((value.line, "`fieldref` takes the name of a field".into(), ""));
            };
            let wanted = vec![Wanted::Other(modifiers.part)];
            asked.push(field_of(&path, wanted, false, Some(other)));
        }
        return Ok(if modifiers.all { Tree::All(asked) } else { Tree::Any(asked) });
    }
    let wanted: Result<Vec<_>, _> = values.iter().map(|it| wanted(it, modifiers)).collect();
    Ok(field_of(&path, wanted?, modifiers.all, None))
}

fn field_of(
    path: &[watchdeck_pattern::Segment],
    wanted: Vec<Wanted>,
    all: bool,
    other: Option<&str>,
) -> Tree {
    let test = Arc::new(FieldTest { wanted, all, other: other.map(dotted) });
    Tree::Field { path: path.to_vec(), test }
}

fn wanted(value: &Yaml, modifiers: Modifiers) -> Result<Wanted, Fault> {
    let fault = |what: &str| (value.line, what.to_owned(), "");
    let text = match &value.value {
        Value::Null => return Ok(Wanted::Null),
        Value::Bool(wanted) if modifiers.meant == Meant::Exists => {
            return Ok(Wanted::Exists(*wanted));
        }
        Value::Bool(value) => value.to_string(),
        Value::Number(_, text) | Value::Text(text) => text.clone(),
        Value::List(_) | Value::Map(_) => return Err(fault("a value is a text, a number or null")),
    };
    match modifiers.meant {
        Meant::Text | Meant::Other => wildcards(&text, modifiers.part, modifiers.cased)
            .map_err(|error| (value.line, format!("the value is too long: {error}"), "")),
        Meant::Expression => RegexBuilder::new(&text)
            .case_insensitive(modifiers.flags.ignore_case)
            .multi_line(modifiers.flags.many_lines)
            .dot_matches_new_line(modifiers.flags.dot_all)
            .size_limit(1 << 20)
            .build()
            .map(Wanted::Matches)
            .map_err(|error| (value.line, last_line(&error), "lookarounds are not supported")),
        Meant::Net => net(&text)
            .or_else(|| text.parse::<IpAddr>().ok().map(|it| Wanted::Net(it, 128)))
            .ok_or_else(|| (value.line, format!("`{text}` is no net"), "such as 10.0.0.0/8")),
        Meant::Exists => Err(fault("`exists` takes true or false")),
        Meant::Order(relation) => match &value.value {
            Value::Number(number, _) => Ok(Wanted::Order(relation, *number)),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                Err(fault("only numbers can be ordered"))
            }
        },
    }
}

fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or("no regular expression").trim_start_matches("error: ").to_owned()
}
