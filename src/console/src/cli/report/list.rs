//! `watchdeck report-db list`: the copies by their tags, what is overdue first.

use std::fmt::Write as _;

use serde::Serialize;
use watchdeck_domain::reading::Reports;
use watchdeck_domain::report::InstanceStanding;
use watchdeck_domain::{Timestamp, ask};

use super::asked::ListArguments;
use crate::cli::arguments::{FileArguments, StoryArguments};
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::{headless, output};
use crate::runtime::accounts;

/// A copy, for scripts.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    status: &'a str,
    owner: &'a str,
    source: &'a str,
    as_of: &'a str,
    created: Option<Timestamp>,
    expires: Option<Timestamp>,
    overdue: bool,
    usd_per_hour: Option<f64>,
    endpoint: &'a str,
    secret: &'a str,
    connect: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    at: Timestamp,
    copies: Vec<Row<'a>>,
}

/// Prints them.
pub(super) async fn print(asked: &ListArguments, files: &FileArguments) -> Result<(), Failure> {
    let opened = match &asked.story {
        Some(story) => {
            let story = StoryArguments { story: story.clone(), ..StoryArguments::default() };
            accounts::demo(&story).await?
        }
        None => headless::open(&asked.source, files).await?.0,
    };
    let source = opened.connection.source();
    let mut copies = ask(source.as_ref(), Reports {})
        .await
        .map_err(|error| Failure::new(FailureKind::Failed, error.to_string(), error.hint()))?;
    let now = opened.clock.now();
    copies.sort_by_key(|copy| (!copy.is_overdue(now), copy.expires, copy.id.clone()));
    if asked.json {
        let rows = copies.iter().map(|copy| row(copy, now)).collect();
        let document = Document { schema: "report-db/1", at: now, copies: rows };
        return output::say(&format!("{}\n", output::json(&document)));
    }
    let mut text = String::new();
    for copy in &copies {
        let until = copy.expires.map_or_else(|| "no end told".to_owned(), |at| at.to_string());
        let late = if copy.is_overdue(now) { "OVERDUE" } else { "wanted" };
        let (id, status, owner, cost) = (&copy.id, &copy.status, copy.owner(), copy.cost());
        writeln!(text, "{late}  {id}  {status}  for {owner}  until {until}  {cost}")
            .unwrap_or_default();
    }
    if copies.is_empty() {
        text.push_str("there are no reporting copies\n");
    }
    output::say(&output::printable(&text))
}

fn row(copy: &InstanceStanding, now: Timestamp) -> Row<'_> {
    Row {
        id: &copy.id,
        status: &copy.status,
        owner: copy.owner(),
        source: copy.source(),
        as_of: copy.as_of(),
        created: copy.created,
        expires: copy.expires,
        overdue: copy.is_overdue(now),
        usd_per_hour: copy.cost().hourly,
        endpoint: &copy.endpoint,
        secret: &copy.secret,
        connect: copy.connect(),
    }
}
