//! Where in the text a thing stands: the way to it through tables and lists, and the line and column at its end.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::parse::place;

/// The way to a thing, and its name for people.
#[derive(Clone, Debug)]
pub(super) struct At {
    /// `step point-alias`.
    pub(super) label: String,
    way: Vec<Key>,
}

#[derive(Clone, Debug)]
enum Key {
    Name(String),
    Index(usize),
}

impl At {
    /// The whole file, by this name.
    pub(super) fn of(label: impl Into<String>) -> Self {
        Self { label: label.into(), way: Vec::new() }
    }

    /// An element of a list of tables.
    pub(super) fn element(table: &str, index: usize, name: &str) -> Self {
        Self::of(format!("{table} {name}")).name(table).index(index)
    }

    /// What stands there under a name.
    pub(super) fn name(&self, name: &str) -> Self {
        self.on(Key::Name(name.to_owned()))
    }

    /// What stands there at an index.
    pub(super) fn index(&self, index: usize) -> Self {
        self.on(Key::Index(index))
    }

    fn on(&self, key: Key) -> Self {
        let mut way = self.way.clone();
        way.push(key);
        Self { label: self.label.clone(), way }
    }

    /// The same place by another name.
    pub(super) fn called(&self, label: impl Into<String>) -> Self {
        Self { label: label.into(), way: self.way.clone() }
    }
}

/// A text, and its tables with their places.
pub(super) struct Text<'a> {
    text: &'a str,
    tables: Option<Spanned<DeTable<'a>>>,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, tables: DeTable::parse(text).ok() }
    }

    /// Line and column, from 1, of the last thing on the way that is there.
    pub(super) fn find(&self, at: &At) -> (usize, usize) {
        place(self.text, self.offset(&at.way).unwrap_or(0))
    }

    fn offset(&self, way: &[Key]) -> Option<usize> {
        let table = self.tables.as_ref()?.get_ref();
        let (first, rest) = way.split_first()?;
        let Key::Name(name) = first else { return None };
        let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == name)?;
        let mut offset = key.span().start;
        let mut value: &Spanned<DeValue<'a>> = value;
        for key in rest {
            let next = match (key, value.get_ref()) {
                (Key::Name(name), DeValue::Table(table)) => table
                    .iter()
                    .find(|(key, _)| key.get_ref().as_ref() == name)
                    .map(|(key, value)| (key.span().start, value)),
                (Key::Index(index), DeValue::Array(items)) => {
                    items.get(*index).map(|item| (item.span().start, item))
                }
                _ => None,
            };
            let Some(next) = next else { break };
            (offset, value) = next;
        }
        Some(offset)
    }
}
