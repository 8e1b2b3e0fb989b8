//! `watchdeck query`: a query of Logs Insights, run by the account or here over files.

mod explain; // the command and the estimate
mod local; // over files
mod table; // rows, printed

use std::io::{IsTerminal as _, stderr};
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::insights::{InsightsAnswer, InsightsId, InsightsStatus, Scanned};
use watchdeck_domain::reading::{InsightsResults, InsightsStart, InsightsStop, ReadFailure};
use watchdeck_domain::{Clock, Printable, ReadError, Source, ask};
use watchdeck_query::{Query, QueryError};

use self::table::Rows;
use super::arguments::FileArguments;
use super::failure::{Failure, FailureKind};
use super::reading::QueryArguments;
use super::{headless, output};
use crate::app::bill::amount;
use crate::runtime::signals::Signals;

/// How long one waits before it asks again how far the query is, in real time: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));
/// So many questions in a row may fail in a way that passes.
const MOST_FAILED: u32 = 5;

/// Runs the query that was asked for.
pub(super) fn run(asked: &QueryArguments, files: &FileArguments) -> Result<(), Failure> {
    let here = !asked.files.is_empty();
    let query = match Query::parse(&asked.query) {
        Ok(query) => Some(query),
        // What only AWS can run is sent there as it is.
        Err(error) if error.runs_on_aws && !here => None,
        Err(error) => return Err(pointed(&error)),
    };
    for warning in query.iter().flat_map(Query::warnings) {
        let at = warning.at + 1;
        complain(&format!("{} at character {at}", warning.message));
    }
    match query {
        Some(query) if here => local::run(&query, asked),
        query => super::tasks()?.block_on(remote(asked, files, query.as_ref())),
    }
}

async fn remote(
    asked: &QueryArguments,
    files: &FileArguments,
    query: Option<&Query>,
) -> Result<(), Failure> {
    let mut signals = headless::signals()?;
    let opening = Box::pin(headless::open(&asked.source, files));
    let (opened, settings) = headless::unless_ended(&mut signals, opening).await?;
    let groups = headless::groups(&opened, &settings, &asked.groups);
    let groups = headless::unless_ended(&mut signals, groups).await?;
    let end = asked.end.unwrap_or_else(|| opened.clock.now());
    let start = asked.start.unwrap_or(end - asked.since);
    if start > end {
        return Err(Failure::new(FailureKind::Usage, "the query ends before it begins", ""));
    }
    let source = opened.connection.source();
    if asked.explain {
        return explain::explain(asked, source.as_ref(), &groups, (start, end)).await;
    }
    let names = groups.into_iter().map(|group| group.name).collect();
    let text = asked.query.clone();
    let begin = InsightsStart { groups: names, start, end, query: text, limit: None };
    let id = ask(source.as_ref(), begin).await.map_err(|error| refused(&error))?;
    let speed = if opened.speed.is_finite() { opened.speed.max(1.0) } else { 1.0 };
    let waiting = Waiting { source, clock: Arc::clone(&opened.clock), speed, id };
    let answer = waiting.results(&mut signals).await?;
    let scanned = told(answer.scanned);
    if answer.status != InsightsStatus::Complete {
        let what = format!("the query ended without its result: {}, {scanned}", answer.status);
        let hint = "ask about a shorter time or fewer groups, or ask again";
        return Err(Failure::new(FailureKind::Failed, what, hint));
    }
    let rows = Rows::of(query.map(Query::columns).unwrap_or_default(), answer.rows);
    rows.print(asked.format)?;
    complain(&format!("{}, {scanned}", rows.counted()));
    Ok(())
}

/// A query that the account runs.
struct Waiting {
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    speed: f64,
    id: InsightsId,
}

impl Waiting {
    /// Waits until it is over. A signal stops it at AWS too: what it scans is billed.
    async fn results(&self, signals: &mut Signals) -> Result<InsightsAnswer, Failure> {
        let shows = stderr().is_terminal();
        let mut pause = PAUSE.0;
        let mut failed = 0;
        let mut scanned = Scanned::default();
        loop {
            let asked = ask(self.source.as_ref(), InsightsResults { id: self.id.clone() });
            let answer = tokio::select! {
                answer = asked => answer,
                number = headless::ended(signals) => return Err(self.stop(number, scanned).await),
            };
            match answer {
                Ok(answer) => {
                    failed = 0;
                    scanned = answer.scanned;
                    if shows {
                        let over = answer.status.is_over();
                        let line = format!("{}: {}", answer.status, told(scanned));
                        let line = if over { String::new() } else { Printable::new(line).into() };
                        output::complain(&format!("\r\u{1b}[K{line}"));
                    }
                    if answer.status.is_over() {
                        return Ok(answer);
                    }
                }
                Err(error) if passes(error.failure) && failed < MOST_FAILED => failed += 1,
                Err(error) => return Err(refused(&error)),
            }
            tokio::select! {
                () = self.clock.sleep(pause.mul_f64(self.speed)) => {}
                number = headless::ended(signals) => return Err(self.stop(number, scanned).await),
            }
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    async fn stop(&self, number: u8, scanned: Scanned) -> Failure {
        let stopped = ask(self.source.as_ref(), InsightsStop { id: self.id.clone() }).await;
        if stderr().is_terminal() {
            output::complain("\r\u{1b}[K");
        }
        match stopped {
            Ok(_) => complain(&format!("the query was stopped, {}", told(scanned))),
            Err(error) => complain(&format!("the query may still run: {error}")),
        }
        Failure::signalled(number)
    }
}

fn pointed(error: &QueryError) -> Failure {
    headless::pointed(&error.message, error.at, &error.caret(), &error.hint)
}

/// Why a query was not taken.
fn refused(error: &ReadError) -> Failure {
    let kind = if matches!(error.failure, ReadFailure::NoCredentials | ReadFailure::Expired) {
        FailureKind::NoAccount
    } else if error.code == "MalformedQueryException" {
        FailureKind::Usage
    } else {
        FailureKind::Failed
    };
    Failure::new(kind, error.to_string(), error.hint())
}

/// Whether the same question may be answered in a moment.
fn passes(failure: ReadFailure) -> bool {
    matches!(
        failure,
        ReadFailure::Throttled
            | ReadFailure::Unreachable
            | ReadFailure::TimedOut
            | ReadFailure::Malformed
            | ReadFailure::Fault
    )
}

/// What was scanned, in words.
fn told(scanned: Scanned) -> String {
    let Scanned { matched, records, bytes } = scanned;
    format!("{matched} of {records} records matched, {} scanned", amount(bytes))
}

fn complain(text: &str) {
    output::complain(&format!("watchdeck: {}\n", Printable::new(text).as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_is_refused_for_its_words_is_misuse() {
        let mut error = ReadError::new(ReadFailure::Refused, "logs:StartQuery", "no");
        assert_eq!(refused(&error).kind, FailureKind::Failed);
        error.code = "MalformedQueryException".to_owned();
        assert_eq!(refused(&error).kind, FailureKind::Usage);
    }
}
