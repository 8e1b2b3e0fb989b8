//! A query over the lines of files, run here: nothing is asked of anybody.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, stdin};
use std::path::Path;

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{Clock as _, Timestamp};
use watchdeck_query::{Query, Record, Run, Value};
use watchdeck_signal::transcript::Transcript;

use super::super::failure::{Failure, FailureKind};
use super::super::reading::QueryArguments;
use super::table::Rows;
use super::{amount, complain};
use crate::runtime::clock::MachineClock;

/// The longest line; what is longer goes on as another.
const LONGEST: u64 = 1 << 20;

/// Runs it, and prints what came of it.
pub(super) fn run(query: &Query, asked: &QueryArguments) -> Result<(), Failure> {
    let mut run = query.begin(MachineClock.now().as_millis());
    for file in &asked.files {
        if file.as_os_str() == "-" {
            feed(&mut run, "stdin", stdin().lock(), asked)?;
        } else {
            let name =
                file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
            let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
            feed(&mut run, &name, BufReader::new(opened), asked)?;
        }
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
    mut from: impl BufRead,
    asked: &QueryArguments,
) -> Result<(), Failure> {
    let mut transcript = Transcript::new(name);
    let (mut line, mut events) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        let read = from.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|error| unreadable(Path::new(name), &error))? == 0 {
            transcript.end(&mut events);
            events.drain(..).for_each(|event| look(run, &event, (asked.start, asked.end)));
            return Ok(());
        }
        transcript.line(line.strip_suffix(b"\n").unwrap_or(&line), &mut events);
        events.drain(..).for_each(|event| look(run, &event, (asked.start, asked.end)));
    }
}

fn look(run: &mut Run, event: &LogEvent, (start, end): (Option<Timestamp>, Option<Timestamp>)) {
    let at = event.timestamp;
    if start.is_some_and(|start| at < start) || end.is_some_and(|end| at > end) {
        return;
    }
    run.feed(&Record {
        message: &event.message,
        time: at.as_millis(),
        ingested: event.ingested.as_millis(),
        stream: &event.stream,
        group: event.group.as_str(),
        ..Record::default()
    });
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let what = format!("`{}` cannot be read: {error}", file.display());
    Failure::new(FailureKind::Failed, what, "")
}
