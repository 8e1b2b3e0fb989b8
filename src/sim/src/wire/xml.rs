//! XML: request bodies as typed values, typed values as answers.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::doc::Malformed;
use super::time;
use super::value::Value;
use crate::model::{Kind, Location, Member, Service, ShapeId, Structure, TimeFormat};

/// An element: its name without prefix, its text, its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// Reads a document. Nothing is resolved beyond the five entities of XML and character references.
    pub(crate) fn parse(body: &str) -> Result<Self, Malformed> {
        let broken = |error: &dyn std::fmt::Display| {
            Malformed(format!("The XML you provided was not well-formed: {error}"))
        };
        let mut reader = Reader::from_str(body);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| broken(&error))?;
            match event {
                Event::Start(start) => open.push(Self::named(start.local_name().into_inner())),
                Event::Empty(start) => {
                    let node = Self::named(start.local_name().into_inner());
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(node);
                    }
                }
                Event::End(_) => {
                    let node = open.pop().unwrap_or_default();
                    match open.last_mut() {
                        Some(parent) => parent.children.push(node),
                        None => return Err(broken(&"an element ends that never began")),
                    }
                }
                Event::Text(text) => {
                    if let Some(node) = open.last_mut() {
                        node.text.push_str(&text.xml10_content());
                    }
                }
                Event::CData(text) => {
                    if let Some(node) = open.last_mut() {
                        node.text.push_str(&text.xml10_content());
                    }
                }
                Event::GeneralRef(reference) => {
                    let resolved =
                        match reference.resolve_char_ref().map_err(|error| broken(&error))? {
                            Some(c) => c,
                            None => match reference.xml10_content().as_ref() {
                                "amp" => '&',
                                "lt" => '<',
                                "gt" => '>',
                                "quot" => '"',
                                "apos" => '\'',
                                name => return Err(broken(&format!("unknown entity `{name}`"))),
                            },
                        };
                    if let Some(node) = open.last_mut() {
                        node.text.push(resolved);
                    }
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        match (open.pop(), open.is_empty()) {
            (Some(mut root), true) if root.children.len() == 1 => Ok(root.children.remove(0)),
            _ => Err(broken(&"one element must hold the document")),
        }
    }

    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The value this element holds, taken as a shape of the model.
    pub(crate) fn typed(&self, service: &Service, id: ShapeId) -> Result<Value, Malformed> {
        match &service.shape(id).kind {
            Kind::Structure(structure) => {
                let members = structure.members.iter().filter(|m| m.location == Location::Body);
                let mut value = BTreeMap::new();
                for member in members {
                    if let Some(found) = self.member(service, member)? {
                        value.insert(member.name.clone(), found);
                    }
                }
                Ok(Value::Map(value))
            }
            Kind::List { item, item_name, .. } => {
                let name = item_name.as_deref().unwrap_or("member");
                Ok(Value::List(
                    self.all(name)
                        .map(|child| child.typed(service, *item))
                        .collect::<Result<_, _>>()?,
                ))
            }
            Kind::Map { value, key_name, value_name, .. } => {
                self.entries(self.all("entry"), service, *value, key_name, value_name)
            }
            kind @ (Kind::Text { .. }
            | Kind::Integer
            | Kind::Float
            | Kind::Boolean
            | Kind::Blob
            | Kind::Timestamp(_)) => scalar(kind, &self.text),
        }
    }

    fn member(&self, service: &Service, member: &Member) -> Result<Option<Value>, Malformed> {
        match &service.shape(member.shape).kind {
            Kind::List { item, item_name, flattened } if *flattened || member.flattened => {
                let name = item_name.as_deref().unwrap_or(member.wire_name());
                let items: Vec<Value> = self
                    .all(name)
                    .map(|child| child.typed(service, *item))
                    .collect::<Result<_, _>>()?;
                Ok((!items.is_empty()).then_some(Value::List(items)))
            }
            Kind::Map { value, key_name, value_name, flattened, .. }
                if *flattened || member.flattened =>
            {
                let mut children = self.all(member.wire_name()).peekable();
                match children.peek() {
                    Some(_) => {
                        self.entries(children, service, *value, key_name, value_name).map(Some)
                    }
                    None => Ok(None),
                }
            }
            Kind::Structure(_)
            | Kind::List { .. }
            | Kind::Map { .. }
            | Kind::Text { .. }
            | Kind::Integer
            | Kind::Float
            | Kind::Boolean
            | Kind::Blob
            | Kind::Timestamp(_) => match self.all(member.wire_name()).next() {
                Some(child) => child.typed(service, member.shape).map(Some),
                None => Ok(None),
            },
        }
    }

    fn entries<'a>(
        &self,
        entries: impl Iterator<Item = &'a Self>,
        service: &Service,
        value: ShapeId,
        key_name: &str,
        value_name: &str,
    ) -> Result<Value, Malformed> {
        let mut map = BTreeMap::new();
        for entry in entries {
            let (key, item) = (entry.all(key_name).next(), entry.all(value_name).next());
            let (Some(key), Some(item)) = (key, item) else {
                return Err(Malformed(format!(
                    "an entry of `{}` lacks its key or value",
                    self.name
                )));
            };
            map.insert(key.text.clone(), item.typed(service, value)?);
        }
        Ok(Value::Map(map))
    }
}

/// Reads text as a scalar of the model: XML, query parameters, headers.
pub(crate) fn scalar(kind: &Kind, text: &str) -> Result<Value, Malformed> {
    let bad = |what: &str| Malformed(format!("`{text}` is no {what}"));
    match kind {
        Kind::Text { .. } => Ok(Value::Text(text.to_owned())),
        Kind::Integer => text.trim().parse().map(Value::Int).map_err(|_| bad("integer")),
        Kind::Float => text.trim().parse().map(Value::Float).map_err(|_| bad("number")),
        Kind::Boolean => match text.trim() {
            "true" | "True" | "1" => Ok(Value::Bool(true)),
            "false" | "False" | "0" => Ok(Value::Bool(false)),
            _ => Err(bad("boolean")),
        },
        Kind::Blob => STANDARD
            .decode(text.trim())
            .map(|bytes| Value::Blob(bytes.into()))
            .map_err(|_| bad("base64 blob")),
        Kind::Timestamp(_) => time::read(text).map(Value::Time).ok_or_else(|| bad("timestamp")),
        Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. } => Err(bad("structure")),
    }
}

/// Writes a scalar as text: XML, headers.
pub(crate) fn text_of(
    kind: &Kind,
    value: &Value,
    format: Option<TimeFormat>,
    default: TimeFormat,
) -> String {
    match (kind, value) {
        (Kind::Timestamp(own), Value::Time(ms) | Value::Int(ms)) => {
            time::write(*ms, format.or(*own).unwrap_or(default))
        }
        (Kind::Blob, Value::Text(text)) => STANDARD.encode(text),
        (_, Value::Bool(b)) => b.to_string(),
        (_, Value::Int(n)) => n.to_string(),
        (_, Value::Float(x)) => x.to_string(),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Blob(bytes)) => STANDARD.encode(bytes),
        (_, Value::Time(ms)) => time::write(*ms, default),
        (_, Value::List(_) | Value::Map(_)) => String::new(),
    }
}

/// XML text under construction.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    pub(crate) out: String,
    /// ec2Query names its lists' items `item`.
    pub(crate) item: &'static str,
}

impl Xml {
    pub(crate) fn new(item: &'static str) -> Self {
        Self { out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), item }
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    pub(crate) fn open_in(&mut self, name: &str, namespace: &str) {
        if namespace.is_empty() {
            return self.open(name);
        }
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(" xmlns=\"");
        self.out.push_str(namespace);
        self.out.push_str("\">");
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        self.text(text);
        self.close(name);
    }

    /// Writes text; what XML cannot carry becomes U+FFFD.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\r' => self.out.push_str("&#xD;"),
                '\n' | '\t' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => {
                    self.out.push(c);
                }
                _ => self.out.push('\u{FFFD}'),
            }
        }
    }

    /// The body members of a structure, one after the other.
    pub(crate) fn members(&mut self, service: &Service, structure: &Structure, value: &Value) {
        for member in structure.members.iter().filter(|m| m.location == Location::Body) {
            if let Some(value) = value.get(&member.name) {
                self.member(service, member, value);
            }
        }
    }

    fn member(&mut self, service: &Service, member: &Member, value: &Value) {
        match (&service.shape(member.shape).kind, value) {
            (Kind::List { item, item_name, flattened }, Value::List(items))
                if *flattened || member.flattened =>
            {
                let name = item_name.as_deref().unwrap_or(member.wire_name());
                for value in items {
                    self.element(name, service, *item, value, None);
                }
            }
            (
                Kind::Map { value: item, key_name, value_name, flattened, .. },
                Value::Map(entries),
            ) if *flattened || member.flattened => {
                for (key, value) in entries {
                    self.open(member.wire_name());
                    self.leaf(key_name, key);
                    self.element(value_name, service, *item, value, None);
                    self.close(member.wire_name());
                }
            }
            _ => self.element(member.wire_name(), service, member.shape, value, member.time_format),
        }
    }

    /// One element with a value inside.
    pub(crate) fn element(
        &mut self,
        name: &str,
        service: &Service,
        id: ShapeId,
        value: &Value,
        format: Option<TimeFormat>,
    ) {
        self.open(name);
        match (&service.shape(id).kind, value) {
            (Kind::Structure(structure), value) => self.members(service, structure, value),
            (Kind::List { item, item_name, .. }, Value::List(items)) => {
                let name = item_name.as_deref().unwrap_or(self.item);
                for value in items {
                    self.element(name, service, *item, value, None);
                }
            }
            (Kind::Map { value: item, key_name, value_name, .. }, Value::Map(entries)) => {
                for (key, value) in entries {
                    self.open("entry");
                    self.leaf(key_name, key);
                    self.element(value_name, service, *item, value, None);
                    self.close("entry");
                }
            }
            (kind, value) => self.text(&text_of(kind, value, format, TimeFormat::Iso8601)),
        }
        self.close(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let node =
            Node::parse("<?xml version='1.0'?><a x='1'><b>1 &lt; 2 &#65;</b><n:c/><!-- no --></a>")
                .unwrap();
        assert_eq!(node.name, "a");
        assert_eq!(node.children[0].text, "1 < 2 A");
        assert_eq!(node.children[1].name, "c");
        for broken in ["", "<a>", "<a></b>", "<a/><b/>", "text", "<a>&nope;</a>"] {
            assert!(Node::parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn text_is_escaped() {
        let mut xml = Xml::default();
        xml.leaf("a", "<&>\u{1}\r");
        assert_eq!(xml.out, "<a>&lt;&amp;&gt;\u{FFFD}&#xD;</a>");
    }
}
