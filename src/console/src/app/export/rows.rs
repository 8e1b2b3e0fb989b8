//! Rows of a query on their way into a file.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::json;
use watchdeck_domain::{LogGroupName, Printable};
use watchdeck_query::Value;

use super::{Facts, Form};
use crate::app::Model;
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::app::screens::query::Answer;

/// Rows as they stood when their export was asked for.
pub(super) struct Table {
    columns: Arc<[String]>,
    rows: Vec<Answer>,
    facts: Facts,
}

impl Table {
    /// The rows that the query screen shows, in their order.
    pub(super) fn of(model: &Model, mut facts: Facts) -> Self {
        let history = &model.history;
        facts.push(("query", history.text.clone()));
        match &history.inquiry {
            Some(inquiry) => {
                let groups: Vec<&str> = inquiry.groups.iter().map(LogGroupName::as_str).collect();
                let (from, to) = inquiry.span;
                facts.push(("run by", "Logs Insights".to_owned()));
                facts.push(("groups", groups.join(" ")));
                facts.push(("span", format!("{from} to {to}")));
            }
            None => facts.push(("run by", "watchdeck, over the lines held".to_owned())),
        }
        if history.left_out > 0 {
            facts.push(("left out", format!("{} rows", history.left_out)));
        }
        let shown = history.window(0..history.listing().len());
        let rows = shown.into_iter().map(|(_, row)| row.clone()).collect();
        Self { columns: history.columns().into(), rows, facts }
    }

    /// Goes through all that is to be written, until `take` breaks it off: texts, with whether each is a row.
    pub(super) fn each(
        &self,
        form: Form,
        mut take: impl FnMut(String, bool) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match form {
            // A file of values alone: what is known about them would be taken for some.
            Form::Csv => take(csv(self.columns.iter().cloned()), false)?,
            Form::Text => {
                for text in super::head(&self.facts, form) {
                    take(text, false)?;
                }
                take(tabbed(self.columns.iter().map(String::as_str)), false)?;
            }
            Form::Jsonl => {
                for text in super::head(&self.facts, form) {
                    take(text, false)?;
                }
            }
        }
        for row in &self.rows {
            let cells = row.cells.iter().map(Value::text);
            let text = match form {
                Form::Csv => csv(cells.map(String::from)),
                Form::Text => tabbed(cells),
                Form::Jsonl => json!({"record": "row", "values": row.json()}).to_string(),
            };
            take(text, true)?;
        }
        ControlFlow::Continue(())
    }
}

/// Cells for eyes, parted by tabs.
fn tabbed<T: Into<String>>(cells: impl Iterator<Item = T>) -> String {
    let cells: Vec<String> = cells.map(|cell| Printable::new(cell).into()).collect();
    cells.join("\t")
}

/// Cells as a line of comma-separated values.
pub fn csv(cells: impl IntoIterator<Item = String>) -> String {
    let quoted = |text: String| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    cells.into_iter().map(quoted).collect::<Vec<_>>().join(",")
}
