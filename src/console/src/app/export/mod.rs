//! Lines and rows on their way into a file: what exactly, and how each is written.

mod rows; // of a query

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use watchdeck_domain::{LogGroupName, Printable, Timestamp};
use watchdeck_signal::Gap;
use watchdeck_signal::store::{LineId, LineRef, Row, Span, Store, View};

use super::problem::Problem;
use super::screens::logs::bookmarks::Bookmark;
use super::shell::Screen;
use super::ticket::Ticket;
use super::{Model, files};
use crate::look::typed::Between;
use rows::Table;
pub use rows::csv;

/// The longest line that is written as text, in characters: CloudWatch Logs takes no more than a megabyte.
const LONGEST: usize = 1 << 20;

/// How lines and rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// For people: a line each, safe to show; what is not a line begins with `#`.
    Text,
    /// For programs: a JSON object each, the message as it was written.
    Jsonl,
    /// For spreadsheets: comma-separated values below their names. Rows of a query alone are written so.
    Csv,
}

impl Form {
    /// The form of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "jsonl" | "json" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The form that the name of a file asks for; lines are not written as values.
    pub fn of_file(file: &str, screen: &Screen) -> Self {
        let extension = Path::new(file).extension().and_then(|extension| extension.to_str());
        let form = extension.and_then(Self::parse);
        form.filter(|form| form.is_of(screen)).unwrap_or(Self::Text)
    }

    /// Whether what the screen shows can be written so.
    pub fn is_of(self, screen: &Screen) -> bool {
        self != Self::Csv || *screen == Screen::Query
    }
}

/// What is to be written, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// The file, as typed.
    pub file: String,
    /// The form.
    pub form: Form,
    /// The lines. They are shared, not copied, and no part of the text of an effect.
    #[serde(skip)]
    pub lines: Snapshot,
}

/// Lines or rows as they stood when their export was asked for.
#[derive(Clone)]
pub struct Snapshot(Arc<Content>);

enum Content {
    Lines(Box<Held>),
    Rows(Table),
}

/// What is known about them as a whole.
type Facts = Vec<(&'static str, String)>;

#[derive(Default)]
struct Held {
    store: Store,
    view: View,
    span: Option<Span>,
    last: Option<LineId>,
    marks: Vec<Bookmark>,
    only_marks: bool,
    facts: Facts,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self(Arc::new(Content::Lines(Box::default())))
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match &*self.0 {
            Content::Lines(_) => "lines",
            Content::Rows(_) => "rows",
        };
        f.debug_struct("Snapshot").field("of", &of).finish_non_exhaustive()
    }
}

impl PartialEq for Snapshot {
    /// Of the same moment.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// How much is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Written {
    /// `7 lines, 700 bytes`, where each is called so.
    pub fn told(&self, one: &str) -> String {
        let many = if self.lines == 1 { "" } else { "s" };
        format!("{} {one}{many}, {} bytes", self.lines, self.bytes)
    }
}

/// How an export has come on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Came {
    /// So far.
    SoFar(Written),
    /// To its end.
    Whole(Written),
    /// To nothing; there is no file.
    Failed(Problem),
}

/// An export under way.
#[derive(Clone, Debug, Serialize)]
pub struct Exporting {
    /// Its ticket.
    pub ticket: Ticket,
    /// The file, as typed.
    pub file: Printable,
    /// What it consists of: a line, a row.
    pub one: &'static str,
    /// How much is written.
    pub written: Written,
}

impl Exporting {
    /// An export that begins, of what the screen shows.
    pub fn new(ticket: Ticket, file: &str, screen: &Screen) -> Self {
        let one = if *screen == Screen::Query { "row" } else { "line" };
        Self { ticket, file: Printable::new(file), one, written: Written::default() }
    }
}

impl Export {
    /// The rows that the query screen shows now.
    pub fn rows(model: &Model, file: &str, form: Form) -> Self {
        let table = Table::of(model, facts(model));
        Self { file: file.to_owned(), form, lines: Snapshot(Arc::new(Content::Rows(table))) }
    }

    /// What the log screen shows now, or the bookmarks alone; of a time of its own, or of the one the lines are narrowed to.
    pub fn lines(
        model: &Model,
        file: &str,
        form: Form,
        only_marks: bool,
        between: Between,
    ) -> Self {
        let logs = &model.logs;
        let (store, view, last) = logs.copied();
        let standing = &logs.standing;
        let mut facts = facts(model);
        let groups: Vec<String> = logs.watched.iter().map(|group| group.name.to_string()).collect();
        facts.push(("groups", groups.join(" ")));
        if !logs.filter.is_empty() {
            facts.push(("filter", logs.filter.clone()));
        }
        let span = if between.is_open() { logs.span() } else { Some(spanned(between)) };
        if let Some(span) = span {
            let edge = |at: Timestamp, open: i64, word: &str| {
                if at.as_millis() == open { word.to_owned() } else { at.to_string() }
            };
            let (from, to) = (
                edge(span.from, i64::MIN, "the first line"),
                edge(span.to, i64::MAX, "the last line"),
            );
            facts.push(("span", format!("{from} to {to}")));
        }
        let complete = standing.complete_to.map(|at| at.to_string());
        facts.push(("complete up to", complete.unwrap_or_else(|| "not known".to_owned())));
        for (what, count) in [("let go", store.evicted()), ("dropped", standing.dropped)] {
            if count > 0 {
                facts.push((what, format!("{count} lines")));
            }
        }
        let marks = logs.bookmarks().to_vec();
        let held = Box::new(Held { store, view, span, last, marks, only_marks, facts });
        Self { file: file.to_owned(), form, lines: Snapshot(Arc::new(Content::Lines(held))) }
    }
}

/// What is known about whatever is written.
fn facts(model: &Model) -> Facts {
    let mut facts =
        vec![("written", model.now.to_string()), ("place", model.place.context.to_string())];
    if !files::open(model) {
        facts.push(("region", model.place.region.to_string()));
    }
    if let Some(identity) = model.place.link.identity() {
        facts.push(("account", identity.account.to_string()));
    }
    facts
}

/// A time as a span that is open where nothing was said.
fn spanned(between: Between) -> Span {
    let open = Timestamp::from_millis;
    Span { from: between.from.unwrap_or(open(i64::MIN)), to: between.to.unwrap_or(open(i64::MAX)) }
}

impl Snapshot {
    /// Goes through all that is to be written, until `take` breaks it off: texts, with whether each is a line. `stopped` is
    /// asked while lines that were not judged yet are.
    pub fn each(
        &self,
        form: Form,
        stopped: impl Fn() -> bool,
        mut take: impl FnMut(String, bool) -> ControlFlow<()>,
    ) {
        let held = match &*self.0 {
            Content::Lines(held) => held,
            Content::Rows(table) => {
                // Whoever breaks it off knows why.
                return match table.each(form, take) {
                    ControlFlow::Continue(()) | ControlFlow::Break(()) => {}
                };
            }
        };
        for text in head(&held.facts, form) {
            if take(text, false).is_break() {
                return;
            }
        }
        if held.only_marks {
            let within = |mark: &&Bookmark| held.span.is_none_or(|span| span.holds(mark.at()));
            for mark in held.marks.iter().filter(within) {
                if take(held.marked(form, mark), true).is_break() {
                    return;
                }
            }
            return;
        }
        let mut view = held.view.clone();
        while !view.advance(&held.store, 100_000).done {
            if stopped() {
                return;
            }
        }
        view.rows(&held.store).within(held.span).each(|row| {
            if held.last.is_some_and(|last| row.id() > last) {
                return ControlFlow::Break(());
            }
            match row {
                Row::Line(line) => take(held.line(form, &line), true),
                Row::Gap(gap) => take(missing(form, gap), false),
            }
        });
    }
}

/// What is known about them as a whole, as it is written.
fn head(facts: &Facts, form: Form) -> Vec<String> {
    match form {
        Form::Text => facts
            .iter()
            .map(|(name, value)| format!("# {name}: {}", Printable::new(value.clone())))
            .collect(),
        Form::Jsonl => {
            let mut head = serde_json::Map::new();
            head.insert("record".into(), "export".into());
            for (name, value) in facts {
                head.insert(name.replace(' ', "_"), value.clone().into());
            }
            vec![serde_json::Value::Object(head).to_string()]
        }
        Form::Csv => Vec::new(),
    }
}

impl Held {
    fn line(&self, form: Form, line: &LineRef<'_>) -> String {
        let marks = &self.marks;
        let mark = marks.binary_search_by_key(&line.id, |mark| mark.id).ok();
        let mark = mark.and_then(|at| marks.get(at));
        let level = line.level.map(|level| format!("{level:?}").to_uppercase());
        match form {
            Form::Text | Form::Csv => {
                let text = line.printable(LONGEST);
                let row = texted(line.timestamp(), line.group(), level.as_deref(), &text);
                match mark {
                    Some(mark) => format!("# bookmark: {}\n{row}", mark.note),
                    None => row,
                }
            }
            Form::Jsonl => {
                let mut record = json!({
                    "record": "line",
                    "timestamp": line.timestamp().to_string(),
                    "ingested": line.id.ingested.to_string(),
                    "group": line.group().as_str(),
                    "stream": line.stream.stream,
                    "level": level,
                    "message": line.message,
                });
                placed(&mut record, line.group());
                if let (Some(mark), Some(record)) = (mark, record.as_object_mut()) {
                    record.insert("bookmark".into(), mark.note.as_str().into());
                }
                record.to_string()
            }
        }
    }

    fn marked(&self, form: Form, mark: &Bookmark) -> String {
        if let Some(line) = self.store.find(mark.id) {
            return self.line(form, &line);
        }
        let level = mark.level.map(|level| format!("{level:?}").to_uppercase());
        match form {
            Form::Text | Form::Csv => {
                let row = texted(mark.at(), &mark.group, level.as_deref(), &mark.text);
                format!("# bookmark: {} (the line itself was let go)\n{row}", mark.note)
            }
            Form::Jsonl => {
                let mut record = json!({
                "record": "line",
                "timestamp": mark.at().to_string(),
                "ingested": mark.id.ingested.to_string(),
                "group": mark.group.as_str(),
                "stream": mark.stream.as_str(),
                "level": level,
                "message": mark.text.as_str(),
                "bookmark": mark.note.as_str(),
                "let_go": true,
                });
                placed(&mut record, &mark.group);
                record.to_string()
            }
        }
    }
}

/// Adds the place of a group that is of another than the one in front.
fn placed(record: &mut serde_json::Value, group: &LogGroupName) {
    if let (Some(place), Some(record)) = (group.place(), record.as_object_mut()) {
        record.insert("account".into(), place.account.as_str().into());
        record.insert("region".into(), place.region.as_str().into());
    }
}

fn texted(at: Timestamp, group: &LogGroupName, level: Option<&str>, text: &Printable) -> String {
    format!("{at} {} {} {text}", Printable::new(group.to_string()), level.unwrap_or("-"))
}

fn missing(form: Form, gap: &Gap) -> String {
    match form {
        Form::Text | Form::Csv => {
            let group = Printable::new(gap.group.to_string());
            let to = gap.to.map_or_else(|| "now".to_owned(), |to| to.to_string());
            format!("# gap: {group} {} to {to}: {}; lines may be missing", gap.from, gap.cause)
        }
        Form::Jsonl => {
            let mut record = json!({
                "record": "gap",
                "group": gap.group.as_str(),
                "from": gap.from.to_string(),
                "to": gap.to.map(|to| to.to_string()),
                "cause": gap.cause.to_string(),
            });
            placed(&mut record, &gap.group);
            record.to_string()
        }
    }
}
