//! CloudTrail: who called what.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use watchdeck_domain::reading::{Trail, TrailAnswer};
use watchdeck_domain::trail::{TrailEvent, TrailFilter};
use watchdeck_domain::{ReadError, Timestamp};

use super::{Pages, plain};
use crate::rejection::{malformed, read_error};

const CALL: &str = "cloudtrail:LookupEvents";

pub(super) async fn page(client: &Client, ask: Trail) -> Result<TrailAnswer, ReadError> {
    let attribute = ask
        .filter
        .map(attribute)
        .transpose()
        .map_err(|e| malformed(CALL, format!("the filter cannot be sent: {e}")))?;
    let page = client
        .lookup_events()
        .set_lookup_attributes(attribute.map(|attribute| vec![attribute]))
        .start_time(DateTime::from_millis(ask.start.as_millis()))
        .end_time(DateTime::from_millis(ask.end.as_millis()))
        .max_results(50)
        .set_next_token(ask.next.clone())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let events = page.events().iter().map(event).collect::<Result<_, _>>()?;
    let mut pages = Pages { token: ask.next };
    pages.turn(CALL, page.next_token())?;
    Ok(TrailAnswer { events, next: pages.token })
}

fn attribute(
    filter: TrailFilter,
) -> Result<LookupAttribute, aws_sdk_cloudtrail::error::BuildError> {
    let (key, value) = match filter {
        TrailFilter::EventName(name) => (LookupAttributeKey::EventName, name),
        TrailFilter::ResourceName(name) => (LookupAttributeKey::ResourceName, name),
        TrailFilter::EventId(id) => (LookupAttributeKey::EventId, id),
        TrailFilter::Username(name) => (LookupAttributeKey::Username, name),
        TrailFilter::WritesOnly => (LookupAttributeKey::ReadOnly, "false".into()),
    };
    LookupAttribute::builder().attribute_key(key).attribute_value(value).build()
}

fn event(event: &aws_sdk_cloudtrail::types::Event) -> Result<TrailEvent, ReadError> {
    let id = plain(event.event_id());
    let at = event
        .event_time()
        .and_then(|at| at.to_millis().ok())
        .ok_or_else(|| malformed(CALL, format!("event {id} has no time")))?;
    let record = plain(event.cloud_trail_event());
    // The record is JSON in a string; what is not, has no error code and no request id to be found by.
    let inner: serde_json::Value = serde_json::from_str(&record).unwrap_or_default();
    let member = |name: &str| {
        inner.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    Ok(TrailEvent {
        id,
        at: Timestamp::from_millis(at),
        name: plain(event.event_name()),
        source: plain(event.event_source()),
        user: plain(event.username()),
        error: member("errorCode"),
        read_only: event.read_only().is_some_and(|text| text.eq_ignore_ascii_case("true")),
        request_id: member("requestID"),
        record,
    })
}
