//! Logs Insights: StartQuery, GetQueryResults, StopQuery, DescribeQueries, and the record behind a `@ptr`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use watchdeck_query::json::{End, Members};
use watchdeck_query::{Outcome, Query, QueryError, Record};

use super::{bad_token, fingerprint, group_name, invalid, no_group, token, untoken};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::logs::inquiry::{Inquiry, Status};
use crate::world::logs::{Entry, Group, Logs};
use crate::world::measure::{count, float, length, timestamp};
use crate::world::names::ACCOUNT;

/// Log groups in one query, at most.
const GROUPS: usize = 50;
/// Queries of an account at once.
const AT_ONCE: usize = 100;
/// Rows of a query that asks for no other number, and of one page of results.
const ROWS: i64 = 10_000;

pub(super) fn start(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let names = named(call)?;
    let (from, to) = (input.int("startTime").unwrap_or(0), input.int("endTime").unwrap_or(0));
    if from > to {
        return Err(invalid("End time should not be less than start time."));
    }
    let text = input.text("queryString").unwrap_or_default();
    let language = input.text("queryLanguage").unwrap_or("CWLI");
    if language != "CWLI" {
        let why = format!("the simulated account does not run {language}, only CWLI");
        return Err(malformed(why, 0, text.chars().count()));
    }
    let query = Query::parse_pointing(text).map_err(|error| refusal(&error))?;
    let (now, id) = (world.now(), world.fresh_id());
    let logs = &mut world.region(&call.region).logs;
    let mut groups = Vec::new();
    for name in &names {
        groups.push(logs.group(name).ok_or_else(no_group)?);
    }
    let span = (from.saturating_mul(1000), to.saturating_mul(1000).saturating_add(999));
    if groups.iter().all(|group| span.1 < begins(group, now)) {
        return Err(malformed(
            "Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings",
            0,
            0,
        ));
    }
    if logs.inquiries.under_way(now) >= AT_ONCE {
        return Err(ApiError::new(
            "LimitExceededException",
            format!("The account has reached its limit of {AT_ONCE} concurrent queries."),
        ));
    }
    let mut outcome = run(&query, &groups, span, now);
    outcome.rows.truncate(length(input.int("limit").unwrap_or(i64::MAX)));
    let (by, text) = (call.caller.arn.clone(), text.to_owned());
    let answer = Value::empty().with("queryId", &id);
    let inquiry = Inquiry { id, text, groups: names, by, asked_ms: now, stopped_ms: None, outcome };
    logs.inquiries.add(inquiry, now);
    Ok(answer.into())
}

pub(super) fn results(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let most = length(call.input.int("maxItems").filter(|most| *most > 0).unwrap_or(ROWS));
    let inquiry = asked(&mut world.region(&call.region).logs, call)?;
    let bound = fingerprint(&[&inquiry.id]);
    let from = match call.input.text("nextToken") {
        Some(text) => untoken(text, "rows", bound).ok_or_else(bad_token)?[0],
        None => 0,
    };
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let status = inquiry.status(now);
    let rows = if status == Status::Complete { inquiry.outcome.rows.as_slice() } else { &[] };
    let columns = &inquiry.outcome.columns;
    let shown: Vec<Value> = rows
        .iter()
        .skip(from)
        .take(most)
        .map(|row| {
            let cells = columns.iter().zip(row).filter(|(_, cell)| !cell.is_null());
            Value::list(cells.map(|(name, cell)| {
                Value::empty().with("field", name).with("value", cell.text().into_owned())
            }))
        })
        .collect();
    let end = from.saturating_add(most);
    let next = (rows.len() > end).then(|| token("rows", bound, [end as u64, 0]));
    let seen = inquiry.statistics(now);
    let number = |n: u64| float(i64::try_from(n).unwrap_or(i64::MAX));
    let statistics = Value::empty()
        .with("recordsMatched", number(seen.matched))
        .with("recordsScanned", number(seen.scanned))
        .with("bytesScanned", number(seen.bytes))
        .with("estimatedRecordsSkipped", 0.0)
        .with("estimatedBytesSkipped", 0.0)
        .with("logGroupsScanned", float(count(inquiry.groups.len())));
    Ok(Value::empty()
        .with("queryLanguage", "CWLI")
        .with("results", shown)
        .with("statistics", statistics)
        .with("status", status.name())
        .with_some("nextToken", next)
        .into())
}

pub(super) fn stop(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let inquiry = asked(&mut world.region(&call.region).logs, call)?;
    if !inquiry.status(now).is_under_way() {
        return Err(invalid(format!("Query {} is not running.", inquiry.id)));
    }
    inquiry.stopped_ms = Some(now);
    Ok(Value::empty().with("success", true).into())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, input) = (world.now(), &call.input);
    let other = input.text("queryLanguage").is_some_and(|language| language != "CWLI");
    let logs = &world.region(&call.region).logs;
    let all: Vec<Value> = logs
        .inquiries
        .newest_first()
        .filter(|inquiry| {
            let group = input.text("logGroupName");
            let status = inquiry.status(now).name();
            !other
                && group.is_none_or(|group| inquiry.groups.iter().any(|name| name == group))
                && input.text("status").is_none_or(|wanted| wanted == status)
        })
        .map(|inquiry| show(inquiry, now))
        .collect();
    let most = length(input.int("maxResults").unwrap_or(1000));
    let from = match input.text("nextToken") {
        Some(text) => untoken(text, "queries", 0).ok_or_else(bad_token)?[0],
        None => 0,
    };
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let end = from.saturating_add(most);
    let next = (all.len() > end).then(|| token("queries", 0, [end as u64, 0]));
    let queries: Vec<Value> = all.into_iter().skip(from).take(most).collect();
    Ok(Value::empty().with("queries", queries).with_some("nextToken", next).into())
}

/// The record that a `@ptr` names: its fields, and the members of its JSON.
pub(super) fn record(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let pointer = call.input.text("logRecordPointer").unwrap_or_default();
    let unknown = || invalid("The specified logRecordPointer is invalid.");
    let (name, at, seq) = place(pointer).ok_or_else(unknown)?;
    let group = world.region(&call.region).logs.group(&name).ok_or_else(no_group)?;
    let entry = group.entries().get(group.first_at(at, seq)).filter(|found| found.seq == seq);
    let entry = entry.ok_or_else(|| {
        ApiError::new("ResourceNotFoundException", "The specified log record does not exist.")
    })?;
    let message = entry.message();
    let mut fields = Value::empty();
    let mut members = Members::within(&message);
    while let Some(value) = members.advance() {
        let path = members.path().to_owned();
        fields = fields.with(&path, value.text());
    }
    if members.end() == Some(End::Broken) {
        fields = Value::empty();
    }
    let stamp = |ms| timestamp(ms, "%Y-%m-%d %H:%M:%S%.3f");
    fields = fields
        .with("@timestamp", stamp(entry.at))
        .with("@ingestionTime", stamp(entry.ingested))
        .with("@logStream", group.stream_name(entry.stream))
        .with("@log", log(group))
        .with("@ptr", pointer)
        .with("@message", message);
    Ok(Value::empty().with("logRecord", fields).into())
}

/// The groups that a query is about, by name.
fn named(call: &Call) -> Result<Vec<String>, ApiError> {
    let input = &call.input;
    let texts = |member: &str| -> Vec<String> {
        input
            .items(member)
            .iter()
            .filter_map(Value::as_text)
            .map(|name| group_name(name).to_owned())
            .collect()
    };
    let one: Vec<String> = input.text("logGroupName").map(str::to_owned).into_iter().collect();
    let ways = [one, texts("logGroupNames"), texts("logGroupIdentifiers")];
    let mut given = ways.into_iter().filter(|names| !names.is_empty());
    let (Some(mut names), None) = (given.next(), given.next()) else {
        return Err(invalid(
            "Exactly one of logGroupName, logGroupNames, or logGroupIdentifiers must be specified.",
        ));
    };
    if names.len() > GROUPS {
        return Err(invalid(format!("A query can include at most {GROUPS} log groups.")));
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// Runs a query over what lies in a span of these groups.
fn run(query: &Query, groups: &[&Group], span: (i64, i64), now: i64) -> Outcome {
    let mut run = query.begin(now);
    for group in groups {
        let log = log(group);
        let from = group.first_at(span.0, 0);
        for entry in group.entries().iter().skip(from).take_while(|entry| entry.at <= span.1) {
            run.feed(&Record {
                message: &entry.message(),
                time: entry.at,
                ingested: entry.ingested,
                stream: group.stream_name(entry.stream),
                group: &log,
                pointer: &pointer(group, entry),
            });
        }
    }
    run.finish()
}

/// How `@log` names a group.
fn log(group: &Group) -> String {
    format!("{ACCOUNT}:{}", group.name)
}

fn pointer(group: &Group, entry: &Entry) -> String {
    STANDARD_NO_PAD.encode(format!("{}:{}:{}", entry.at, entry.seq, group.name))
}

fn place(pointer: &str) -> Option<(String, i64, u64)> {
    let plain = String::from_utf8(STANDARD_NO_PAD.decode(pointer).ok()?).ok()?;
    let mut parts = plain.splitn(3, ':');
    let (at, seq) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((parts.next()?.to_owned(), at, seq))
}

/// The oldest instant of which a group may hold something.
fn begins(group: &Group, now: i64) -> i64 {
    let kept = group.retention_days.map_or(i64::MIN, |days| now - days * 86_400_000);
    let first = group.entries().front().map_or(group.created_ms, |entry| entry.at);
    kept.max(group.created_ms.min(first))
}

fn asked<'a>(logs: &'a mut Logs, call: &Call) -> Result<&'a mut Inquiry, ApiError> {
    let id = call.input.text("queryId").unwrap_or_default();
    logs.inquiries.find(id).ok_or_else(|| {
        ApiError::new("ResourceNotFoundException", format!("Query {id} does not exist."))
    })
}

fn show(inquiry: &Inquiry, now: i64) -> Value {
    Value::empty()
        .with("queryId", &inquiry.id)
        .with("queryLanguage", "CWLI")
        .with("queryString", &inquiry.text)
        .with("status", inquiry.status(now).name())
        .with("createTime", inquiry.asked_ms)
        .with_some("logGroupName", inquiry.groups.first())
        .with("bytesScanned", float(i64::try_from(inquiry.statistics(now).bytes).unwrap_or(0)))
        .with("queryDuration", inquiry.ran_ms(now))
        .with("userIdentity", &inquiry.by)
}

/// An error of our language, in AWS's form.
fn refusal(error: &QueryError) -> ApiError {
    let mut why = error.message.clone();
    if !error.hint.is_empty() {
        why = format!("{why}: {}", error.hint);
    }
    malformed(why, error.at, error.at + 1)
}

fn malformed(why: impl Into<String>, from: usize, to: usize) -> ApiError {
    let why = why.into();
    let location =
        Value::empty().with("startCharOffset", count(from)).with("endCharOffset", count(to));
    let error = Value::empty().with("location", location).with("message", &why);
    ApiError::new("MalformedQueryException", why).with("queryCompileError", error)
}
