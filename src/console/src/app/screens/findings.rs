//! Security findings: the worst first.

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_domain::finding::Finding;

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::filter;
use crate::app::loaded::Loaded;

/// The findings that still stand.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// All of them.
    pub list: Loaded<Vec<Finding>>,
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The filter, as typed.
    pub filter: String,
}

impl Findings {
    /// Those that pass the filter.
    pub fn shown(&self) -> Vec<&Finding> {
        let rows = self.list.rows().iter();
        rows.filter(|finding| {
            filter::passes(
                &self.filter,
                &format!(
                    "{} {} {} {}",
                    finding.title, finding.severity, finding.product, finding.control
                ),
            )
        })
        .collect()
    }

    /// The one under the cursor.
    pub fn chosen(&self) -> Option<&Finding> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
    }
}

impl List for Findings {
    fn len(&self) -> usize {
        self.shown().len()
    }

    fn cursor(&mut self) -> &mut Cursor {
        &mut self.cursor
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn filter_mut(&mut self) -> &mut String {
        &mut self.filter
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|finding| Printable::new(finding.id.clone()))
    }

    fn subject(&self) -> Option<String> {
        let id = &self.chosen()?.resources.first()?.id;
        id.rsplit([':', '/']).next().map(str::to_owned)
    }

    fn record(&self) -> Option<Record> {
        let finding = self.chosen()?;
        Some(Record::parse(finding.title.clone(), &finding.record))
    }
}
