//! Details: one thing, told in lines that can be read; what lies over a list when one opens a row.

mod alarm;
mod database;
mod event;
mod finding;
mod report;
mod runbook;

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::Printable;
use watchdeck_domain::component::{ComponentId, Kind};

use super::Model;
use super::screens::list::{Item as _, Record, Rows as _};
use super::screens::overview::concerns;
use super::statement::name_of;

/// What is told about: by its key, so that newer answers show in what is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Subject {
    /// An event of CloudTrail, by its id.
    Event(String),
    /// A finding, by its id.
    Finding(String),
    /// An alarm, by its name.
    Alarm(String),
    /// A global database, a cluster or an instance, by its key of the tree.
    Database(String),
    /// A reporting copy of a database, by its identifier.
    Report(String),
    /// A runbook, by its id.
    Runbook(String),
}

/// A thing, told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// What it is.
    pub title: Printable,
    /// What there is to know of it.
    pub rows: Vec<Row>,
}

/// One line of a detail, before it is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// What the rows below are about.
    Heading(&'static str),
    /// A named value.
    Field(&'static str, Printable, Look),
    /// Running text.
    Text(Printable, Look),
    /// A line of data, indented as it is.
    Data(Printable),
    /// Nothing.
    Blank,
}

/// How a value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// For information.
    Plain,
    /// What matters less.
    Dim,
    /// As it should be.
    Good,
    /// Worth a look.
    Warn,
    /// Not as it should be.
    Bad,
}

impl Detail {
    /// What is known of a subject now; nothing once it is gone.
    pub fn of(model: &Model, subject: &Subject) -> Option<Self> {
        match subject {
            Subject::Event(id) => model.trail.get(id).map(|entry| event::told(model, entry)),
            Subject::Finding(id) => {
                model.findings.get(id).map(|finding| finding::told(model, finding))
            }
            Subject::Alarm(name) => model.alarms.get(name).map(|alarm| alarm::told(model, alarm)),
            Subject::Database(key) => {
                model.databases.get(key).map(|node| database::told(model, &node))
            }
            Subject::Report(id) => model.reports.get(id).map(|copy| report::told(model, copy)),
            Subject::Runbook(id) => model.runbooks.get(id).map(|found| runbook::told(model, found)),
        }
    }

    fn new(title: impl Into<String>) -> Self {
        Self { title: Printable::new(title), rows: Vec::new() }
    }

    /// Begins a part; a blank row sets it off from what is above.
    fn heading(&mut self, text: &'static str) {
        if !self.rows.is_empty() {
            self.rows.push(Row::Blank);
        }
        self.rows.push(Row::Heading(text));
    }

    /// A named value; nothing where it is empty.
    fn field(&mut self, name: &'static str, value: impl Into<String>) {
        self.marked(name, value, Look::Plain);
    }

    /// The same, with a meaning.
    fn marked(&mut self, name: &'static str, value: impl Into<String>, look: Look) {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push(Row::Field(name, Printable::new(value), look));
        }
    }

    /// Running text; written line breaks are breaks here.
    fn text(&mut self, text: &str, look: Look) {
        let lines = text.lines().map(|line| Row::Text(Printable::new(line), look));
        self.rows.extend(lines);
    }

    /// A value as lines of JSON; nothing for null.
    fn data(&mut self, heading: &'static str, value: &Value) {
        if value.is_null() {
            return;
        }
        self.heading(heading);
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.rows.extend(text.lines().map(|line| Row::Data(Printable::new(line))));
    }

    /// All of it as lines, for copying.
    pub fn lines(&self) -> Vec<Printable> {
        let line = |row: &Row| match row {
            Row::Heading(text) => Printable::new(*text),
            Row::Field(name, value, _) => Printable::new(format!("{name}: {value}")),
            Row::Text(text, _) | Row::Data(text) => text.clone(),
            Row::Blank => Printable::default(),
        };
        std::iter::once(self.title.clone()).chain(self.rows.iter().map(line)).collect()
    }
}

/// The name by which log groups and CloudTrail know a subject.
pub fn name(model: &Model, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Event(id) => {
            let entry = model.trail.get(id)?;
            (!entry.resource.is_empty()).then(|| entry.resource.clone())
        }
        Subject::Finding(id) => {
            let resource = model.findings.get(id)?.resources.first()?;
            Some(name_of(&resource.id).to_owned())
        }
        Subject::Alarm(_) => component(model, subject).map(|id| id.short().to_owned()),
        Subject::Database(key) => Some(model.databases.get(key)?.name().to_owned()),
        Subject::Report(id) => Some(id.clone()),
        Subject::Runbook(_) => None,
    }
}

/// The component that a subject is about, where it is one of the map.
pub fn component(model: &Model, subject: &Subject) -> Option<ComponentId> {
    let mut known = model.overview.components().iter();
    match subject {
        Subject::Alarm(name) => Kind::of(model.alarms.get(name)?.metric.as_ref()?),
        Subject::Finding(id) => {
            let finding = model.findings.get(id)?;
            known.find(|id| concerns(finding, id)).cloned()
        }
        Subject::Event(_) | Subject::Database(_) => {
            let name = name(model, subject)?;
            known.find(|id| id.short() == name).cloned()
        }
        Subject::Report(_) | Subject::Runbook(_) => None,
    }
}

/// A subject as data.
pub fn record(model: &Model, subject: &Subject) -> Option<Record> {
    match subject {
        Subject::Event(id) => model.trail.get(id)?.record(),
        Subject::Finding(id) => model.findings.get(id)?.record(),
        Subject::Alarm(name) => model.alarms.get(name)?.record(),
        Subject::Database(key) => model.databases.get(key)?.record(),
        Subject::Report(id) => model.reports.get(id)?.record(),
        Subject::Runbook(id) => model.runbooks.get(id)?.record(),
    }
}
