//! Lists: a cursor over rows that pass a filter. What every such screen answers to the shell.

use serde_json::Value;
use watchdeck_domain::Printable;

use crate::app::cursor::Cursor;
use crate::app::details::Subject;

/// A screen that is a list.
pub trait List {
    /// How many rows pass the filter.
    fn len(&self) -> usize;
    /// Whether none does.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Which of them is chosen.
    fn cursor(&mut self) -> &mut Cursor;
    /// The filter, as typed.
    fn filter(&self) -> &str;
    /// Filters by another text.
    fn set_filter(&mut self, text: &str);
    /// What is copied of the chosen row.
    fn copied(&self) -> Option<Printable>;
    /// The chosen row as a record, for those who want to see all of it.
    fn record(&self) -> Option<Record> {
        None
    }
    /// What the chosen row opens to, where that is told in lines over the list.
    fn opens(&self) -> Option<Subject> {
        None
    }
    /// Whether the cursor is on the head of a section.
    fn head(&self) -> bool {
        false
    }
    /// Folds the section that the cursor is in, or unfolds it.
    fn fold(&mut self) {}
    /// What the chosen row is about, by the name CloudTrail and log groups know it by.
    fn subject(&self) -> Option<String> {
        None
    }
}

/// A thing as data, with its title.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it is.
    pub title: Printable,
    /// All of it.
    pub value: Value,
}

impl Record {
    /// A serializable thing under a title.
    pub fn of(title: impl Into<String>, value: &impl serde::Serialize) -> Option<Self> {
        let value = serde_json::to_value(value).ok()?;
        Some(Self { title: Printable::new(title), value })
    }

    /// A text of JSON under a title; as a text, where it is none.
    pub fn parse(title: impl Into<String>, text: &str) -> Self {
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        Self { title: Printable::new(title), value }
    }
}
