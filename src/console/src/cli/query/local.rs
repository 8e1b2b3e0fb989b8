//! A query over the lines of files, run here: nothing is asked of anybody.

use std::io::Read;
use std::path::Path;

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{Clock as _, Timestamp};
use watchdeck_query::{Query, Record, Run, Value};
use watchdeck_signal::transcript::Transcript;

use super::super::failure::{Failure, FailureKind};
use super::super::reading::QueryArguments;
use super::complain;
use super::table::Rows;
use crate::app::bill::amount;
use crate::runtime::clock::MachineClock;
use crate::runtime::files::named;

/// Bytes read at once.
const PORTION: usize = 256 << 10;

/// Runs it, and prints what came of it.
pub(super) fn run(query: &Query, asked: &QueryArguments) -> Result<(), Failure> {
    let mut run = query.begin(MachineClock.now().as_millis());
    let (files, problems) = named::look(&asked.files);
    // What is missing would be missing in the answer.
    if !problems.is_empty() {
        return Err(Failure::all(&problems));
    }
    for file in &files {
        let opened = file.read().map_err(|error| unreadable(&file.path, &error))?;
        feed(&mut run, &file.name, opened, asked)?;
    }
    let outcome = run.finish();
    let cell = |cell: &Value<'_>| (!cell.is_null()).then(|| cell.text().into_owned());
    let rows = outcome.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let rows = Rows::aligned(outcome.columns, rows);
    rows.print(asked.format)?;
    let seen = outcome.statistics;
    let (matched, scanned, bytes) = (seen.matched, seen.scanned, amount(seen.bytes));
    complain(&format!("{}, {matched} of {scanned} lines matched, {bytes} read", rows.counted()));
    for (cut, what) in [
        (seen.rows_cut, "rows are missing: too many waited to be sorted"),
        (seen.groups_cut, "groups are missing: there were too many"),
        (seen.approximate, "percentiles or distinct counts are near, and not exact"),
        (seen.too_deep > 0, "parts of some lines lay too deep to be looked at"),
    ] {
        if cut {
            complain(what);
        }
    }
    Ok(())
}

/// Feeds the lines of one file.
fn feed(
    run: &mut Run,
    name: &str,
    mut from: impl Read,
    asked: &QueryArguments,
) -> Result<(), Failure> {
    let (mut transcript, mut events) = (Transcript::new(name), Vec::new());
    let mut bytes = vec![0; PORTION];
    loop {
        let read = from.read(&mut bytes).map_err(|error| unreadable(Path::new(name), &error))?;
        match bytes.get(..read) {
            Some(read) if !read.is_empty() => transcript.feed(read, &mut events),
            _ => transcript.end(&mut events),
        }
        events.drain(..).for_each(|event| look(run, &event, (asked.start, asked.end)));
        if read == 0 {
            return Ok(());
        }
    }
}

fn look(run: &mut Run, event: &LogEvent, (start, end): (Option<Timestamp>, Option<Timestamp>)) {
    let at = event.timestamp;
    if start.is_some_and(|start| at < start) || end.is_some_and(|end| at > end) {
        return;
    }
    let file = event.group.as_str();
    run.feed(&Record {
        message: &event.message,
        time: at.as_millis(),
        ingested: event.ingested.as_millis(),
        stream: if event.stream.is_empty() { file } else { &event.stream },
        group: file,
        ..Record::default()
    });
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let what = format!("`{}` cannot be read: {error}", file.display());
    Failure::new(FailureKind::Failed, what, "")
}
