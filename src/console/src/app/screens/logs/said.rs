//! What a line says, for people: read once, when it first comes in sight, and kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use watchdeck_domain::{Printable, Timestamp};
use watchdeck_signal::reading::{Reading, Verdict};
use watchdeck_signal::store::{Histogram, LineId, LineRef, Span};

use crate::app::shell::Tone;

/// Characters of a line that are looked at: more never fit.
const LONGEST: usize = 4_000;
/// The most lines kept: some pages.
const MOST: usize = 1_000;

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its message.
    pub main: String,
    /// What else stands in it.
    pub rest: String,
    /// How a line without a level is meant: bad for a failed request, plain for what the platform itself writes.
    pub tone: Option<Tone>,
    /// What it says about the health of things.
    pub verdict: Option<(&'static str, Tone)>,
}

/// What the lines in sight said, and their cells in the table. It changes nothing that is told: a line says the same
/// each time.
#[derive(Debug, Default)]
pub(super) struct Memory {
    said: Mutex<HashMap<LineId, Arc<Said>>>,
    cells: Mutex<HashMap<LineId, Arc<Vec<Printable>>>>,
    histogram: Mutex<Option<(Drawn, Arc<Histogram>)>>,
}

/// What a histogram was drawn from: as long as nothing of it is another, neither is the histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    /// The version of the store.
    pub(super) version: u64,
    /// How many lines each view admits: a view of one filter over one version only gains some.
    pub(super) lines: [usize; 3],
    /// Which time.
    pub(super) span: Span,
    /// Up to when.
    pub(super) newest: Option<Timestamp>,
    /// The most bars.
    pub(super) room: usize,
}

impl Clone for Memory {
    /// A copy begins without what is only kept to be quick.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memory {
    /// What a line says.
    pub(super) fn said(&self, line: &LineRef<'_>) -> Arc<Said> {
        recall(&self.said, line.id, || Said::of(line))
    }

    /// The cells of a line.
    pub(super) fn cells(
        &self,
        line: &LineRef<'_>,
        read: impl FnOnce() -> Vec<Printable>,
    ) -> Arc<Vec<Printable>> {
        recall(&self.cells, line.id, read)
    }

    /// The histogram drawn from this, made anew where it is not the last one.
    pub(super) fn histogram(
        &self,
        from: Drawn,
        draw: impl FnOnce() -> Histogram,
    ) -> Arc<Histogram> {
        let Ok(mut kept) = self.histogram.lock() else { return Arc::new(draw()) };
        match &*kept {
            Some((of, histogram)) if *of == from => Arc::clone(histogram),
            Some(_) | None => {
                let histogram = Arc::new(draw());
                *kept = Some((from, Arc::clone(&histogram)));
                histogram
            }
        }
    }

    /// Another filter is in force.
    pub(super) fn forget_histogram(&mut self) {
        self.histogram = Mutex::default();
    }

    /// Other columns are wanted.
    pub(super) fn forget_cells(&mut self) {
        self.cells = Mutex::default();
    }
}

fn recall<T>(
    kept: &Mutex<HashMap<LineId, Arc<T>>>,
    id: LineId,
    read: impl FnOnce() -> T,
) -> Arc<T> {
    let Ok(mut kept) = kept.lock() else { return Arc::new(read()) };
    if kept.len() >= MOST && !kept.contains_key(&id) {
        kept.clear();
    }
    Arc::clone(kept.entry(id).or_insert_with(|| Arc::new(read())))
}

impl Said {
    /// Reads a line.
    fn of(line: &LineRef<'_>) -> Self {
        let text = line.printable(LONGEST);
        let reading = Reading::of(line.message, &line.stream.stream);
        Self { verdict: reading.verdicts.first().map(mark), ..readable(text.as_str()) }
    }
}

/// A verdict as a mark in a row.
fn mark(verdict: &Verdict) -> (&'static str, Tone) {
    match verdict {
        Verdict::ColdStart { .. } => ("cold start", Tone::Plain),
        Verdict::Timeout { .. } => ("timeout", Tone::Bad),
        Verdict::OutOfMemory { .. } => ("out of memory", Tone::Bad),
        Verdict::Crash { .. } => ("crash", Tone::Bad),
        Verdict::BadPackage => ("bad package", Tone::Bad),
        Verdict::InitTimeout => ("start timeout", Tone::Bad),
        Verdict::InitFailed => ("start failed", Tone::Bad),
        Verdict::LostLogs { .. } => ("lost logs", Tone::Bad),
        Verdict::Blocked { .. } => ("blocked", Tone::Plain),
        Verdict::Unanswered => ("no answer", Tone::Bad),
        Verdict::Rejected => ("rejected", Tone::Plain),
    }
}

/// Members of an access record that say most, and so come first.
const FIRST: [&str; 7] =
    ["status", "httpMethod", "method", "resourcePath", "path", "action", "elb_status_code"];

/// A line for people: a JSON record's message first, its other members after it. Other lines are as they are.
fn readable(message: &str) -> Said {
    let Some(Value::Object(members)) =
        message.starts_with('{').then(|| serde_json::from_str(message).ok()).flatten()
    else {
        let platform = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"];
        let tone = platform.iter().any(|lead| message.starts_with(lead)).then_some(Tone::Plain);
        return Said { main: message.to_owned(), tone, ..Said::default() };
    };
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let spoken = ["message", "msg", "errorMessage"].into_iter().find(|name| text(name).is_some());
    let said = |name: &str| {
        Some(name) == spoken || (spoken.is_some() && ["level", "timestamp", "time"].contains(&name))
    };
    let mut rest: Vec<_> = members.iter().filter(|(name, _)| !said(name)).collect();
    rest.sort_by_key(|(name, _)| {
        FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len())
    });
    let rest = rest.into_iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            format!("{name}={value}")
        }
    });
    // Unescaping JSON brings hostile characters back.
    let safe = |text: String| String::from(Printable::new(text));
    let rest = safe(rest.collect::<Vec<_>>().join(" "));
    let status = members.get("status");
    let status =
        status.and_then(|status| status.as_u64().or_else(|| status.as_str()?.parse().ok()));
    let tone = status.is_some_and(|status| (500..600).contains(&status)).then_some(Tone::Bad);
    match spoken.and_then(text) {
        Some(main) => Said { main: safe(main.to_owned()), rest, tone, verdict: None },
        None => Said { main: rest, rest: String::new(), tone, verdict: None },
    }
}
