//! CloudWatch Logs: log groups and pages of events.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudwatchlogs::Client;
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::reading::{LogGroups, LogPage, LogPageAnswer};
use watchdeck_domain::{LogGroupName, ReadError, Timestamp};

use super::{Pages, plain, said};
use crate::rejection::read_error;

/// DescribeLogGroups gives at most 50 a page.
const GROUPS_A_PAGE: u32 = 50;

pub(super) async fn groups(client: &Client, ask: LogGroups) -> Result<Vec<LogGroup>, ReadError> {
    const CALL: &str = "logs:DescribeLogGroups";
    let wanted = usize::try_from(ask.limit).unwrap_or(usize::MAX);
    let prefix = said(Some(&ask.prefix));
    let a_page = i32::try_from(ask.limit.clamp(1, GROUPS_A_PAGE)).ok();
    let mut groups = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_log_groups()
            .set_log_group_name_prefix(prefix.clone())
            .set_limit(a_page)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        groups.extend(page.log_groups().iter().filter_map(group));
        if groups.len() >= wanted || !pages.turn(CALL, page.next_token())? {
            break;
        }
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups.truncate(wanted);
    Ok(groups)
}

fn group(group: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Option<LogGroup> {
    let name = plain(group.log_group_name());
    let Ok(name) = LogGroupName::parse(name) else {
        tracing::warn!(
            name = group.log_group_name(),
            "a log group without a usable name is left out"
        );
        return None;
    };
    // The newer member has no `:*`; older servers send only the other one.
    let arn = said(group.log_group_arn()).or_else(|| said(group.arn())).unwrap_or_default();
    let arn = arn.strip_suffix(":*").unwrap_or(&arn).to_owned();
    let stored_bytes = group.stored_bytes().and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
    Some(LogGroup { name, arn, stored_bytes })
}

pub(super) async fn page(client: &Client, ask: LogPage) -> Result<LogPageAnswer, ReadError> {
    let page = client
        .filter_log_events()
        .log_group_name(ask.group.as_str())
        .start_time(ask.start.as_millis())
        .end_time(ask.end.as_millis())
        .set_filter_pattern(ask.pattern.filter(|pattern| !pattern.is_empty()))
        .set_next_token(ask.next.clone())
        .send()
        .await
        .map_err(|e| read_error("logs:FilterLogEvents", &e))?;
    let mut pages = Pages { token: ask.next };
    pages.turn("logs:FilterLogEvents", page.next_token())?;
    // a page holds ten thousand of them: their texts are moved, not copied
    let events = page.events.unwrap_or_default().into_iter();
    let events = events
        .map(|event| {
            let timestamp = Timestamp::from_millis(event.timestamp.unwrap_or_default());
            LogEvent {
                group: ask.group.clone(),
                stream: event.log_stream_name.unwrap_or_default(),
                timestamp,
                ingested: event.ingestion_time.map_or(timestamp, Timestamp::from_millis),
                message: event.message.unwrap_or_default(),
                event_id: event.event_id.filter(|id| !id.is_empty()),
            }
        })
        .collect();
    Ok(LogPageAnswer { events, next: pages.token })
}
