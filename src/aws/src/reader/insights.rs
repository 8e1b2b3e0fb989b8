//! Logs Insights: queries that the account runs.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::start_query::StartQueryError;
use watchdeck_domain::ReadError;
use watchdeck_domain::insights::{InsightsAnswer, InsightsId, InsightsStatus, Scanned};
use watchdeck_domain::reading::{InsightsResults, InsightsStart, InsightsStop};

use super::{Pages, plain, said};
use crate::rejection::{malformed, read_error};

pub(super) async fn start(client: &Client, ask: InsightsStart) -> Result<InsightsId, ReadError> {
    const CALL: &str = "logs:StartQuery";
    let names = ask.groups.iter().map(|group| group.as_str().to_owned()).collect();
    let seconds = |at: watchdeck_domain::Timestamp| at.as_millis().div_euclid(1000);
    let answer = client
        .start_query()
        .set_log_group_names(Some(names))
        .start_time(seconds(ask.start))
        .end_time(seconds(ask.end))
        .query_string(ask.query)
        .set_limit(ask.limit.and_then(|limit| i32::try_from(limit).ok()))
        .send()
        .await
        .map_err(|e| pointed(read_error(CALL, &e), e.as_service_error()))?;
    let id = said(answer.query_id()).ok_or_else(|| malformed(CALL, "the query has no id"))?;
    Ok(InsightsId(id))
}

/// The error with its place in the query, where AWS says it beside the message.
fn pointed(mut read: ReadError, error: Option<&StartQueryError>) -> ReadError {
    if let Some(StartQueryError::MalformedQueryException(malformed)) = error
        && let Some(place) = malformed.query_compile_error().and_then(|error| error.location())
        && let Some(at) = place.start_char_offset()
        && !read.message.contains("position")
    {
        read.message = format!("{} at character {}", read.message, at.saturating_add(1));
    }
    read
}

pub(super) async fn results(
    client: &Client,
    ask: InsightsResults,
) -> Result<InsightsAnswer, ReadError> {
    const CALL: &str = "logs:GetQueryResults";
    let mut rows = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .get_query_results()
            .query_id(&ask.id.0)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        rows.extend(page.results().iter().map(|row| {
            row.iter().map(|cell| (plain(cell.field()), plain(cell.value()))).collect()
        }));
        if pages.turn(CALL, page.next_token())? {
            continue;
        }
        let status = page.status().map_or("Unknown", |status| status.as_str());
        let scanned = page.statistics().map_or_else(Scanned::default, |seen| Scanned {
            matched: whole(seen.records_matched()),
            records: whole(seen.records_scanned()),
            bytes: whole(seen.bytes_scanned()),
        });
        return Ok(InsightsAnswer { status: InsightsStatus::of(status), rows, scanned });
    }
}

pub(super) async fn stop(client: &Client, ask: InsightsStop) -> Result<bool, ReadError> {
    let answer = client.stop_query().query_id(ask.id.0).send().await;
    Ok(answer.map_err(|e| read_error("logs:StopQuery", &e))?.success())
}

/// AWS counts in floating point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted of a count"
)]
fn whole(count: f64) -> u64 {
    count.max(0.0) as u64
}
