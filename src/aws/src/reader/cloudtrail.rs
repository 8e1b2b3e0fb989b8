//! CloudTrail: who called what, and the trails that write it down.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::{
    AdvancedFieldSelector, LookupAttribute, LookupAttributeKey, ReadWriteType,
};
use watchdeck_domain::reading::{ReadFailure, Trail, TrailAnswer};
use watchdeck_domain::trail::{TrailEvent, TrailFilter, TrailScope, TrailStanding};
use watchdeck_domain::{Arn, ReadError, Timestamp, TrailName};

use super::{Pages, instant, plain};
use crate::rejection::{malformed, read_error};

const CALL: &str = "cloudtrail:LookupEvents";
const DESCRIBE: &str = "cloudtrail:DescribeTrails";

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

/// The trails that write this region down, whatever region they are of.
pub(super) async fn trails(client: &Client) -> Result<Vec<TrailName>, ReadError> {
    let answer = client.describe_trails().send().await.map_err(|e| read_error(DESCRIBE, &e))?;
    answer.trail_list().iter().map(|trail| name(trail.name())).collect()
}

/// A trail: how it is set up, and how it writes.
pub(super) async fn trail(client: &Client, of: &TrailName) -> Result<TrailStanding, ReadError> {
    let answer = client.describe_trails().trail_name_list(of.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(DESCRIBE, &e))?;
    let trail = answer.trail_list().first().ok_or_else(|| {
        ReadError::new(ReadFailure::Missing, DESCRIBE, format!("there is no trail {of}"))
    })?;
    let arn = Arn::parse(plain(trail.trail_arn()))
        .map_err(|error| malformed(DESCRIBE, error.to_string()))?;
    // Only its ARN leads to the trail from another region than its own.
    let status = client.get_trail_status().name(arn.as_str()).send().await;
    let status = status.map_err(|e| read_error("cloudtrail:GetTrailStatus", &e))?;
    let selectors = client.get_event_selectors().trail_name(arn.as_str()).send().await;
    let selectors = selectors.map_err(|e| read_error("cloudtrail:GetEventSelectors", &e))?;
    let home = plain(trail.home_region());
    let here = client.config().region().map(AsRef::as_ref);
    Ok(TrailStanding {
        name: name(trail.name())?,
        account: arn.account().to_owned(),
        at_home: here == Some(home.as_str()),
        home,
        scope: TrailScope {
            every_region: trail.is_multi_region_trail().unwrap_or_default(),
            management: management(&selectors),
            validated: trail.log_file_validation_enabled().unwrap_or_default(),
        },
        bucket: plain(trail.s3_bucket_name()),
        logging: status.is_logging().unwrap_or_default(),
        stopped: instant(status.stop_logging_time()),
        delivered: instant(status.latest_delivery_time()),
        delivery_error: plain(status.latest_delivery_error()),
        digest: instant(status.latest_digest_delivery_time()),
        arn,
    })
}

/// Whether all management events are written down. An advanced selector without a word on reads takes both.
fn management(of: &GetEventSelectorsOutput) -> bool {
    let basic = of.event_selectors().iter().any(|selector| {
        selector.include_management_events().unwrap_or_default()
            && selector.read_write_type() == Some(&ReadWriteType::All)
    });
    let says = |field: &AdvancedFieldSelector, name: &str| field.field() == name;
    let advanced = of.advanced_event_selectors().iter().any(|selector| {
        let fields = selector.field_selectors();
        let of_management = |field: &AdvancedFieldSelector| {
            says(field, "eventCategory") && field.equals().iter().any(|it| it == "Management")
        };
        fields.iter().any(of_management) && !fields.iter().any(|field| says(field, "readOnly"))
    });
    basic || advanced
}

fn name(name: Option<&str>) -> Result<TrailName, ReadError> {
    TrailName::parse(plain(name)).map_err(|error| malformed(DESCRIBE, error.to_string()))
}

fn attribute(
    filter: TrailFilter,
) -> Result<LookupAttribute, aws_sdk_cloudtrail::error::BuildError> {
    let (key, value) = match filter {
        TrailFilter::EventName(name) => (LookupAttributeKey::EventName, name),
        TrailFilter::ResourceName(name) => (LookupAttributeKey::ResourceName, name),
        TrailFilter::EventId(id) => (LookupAttributeKey::EventId, id),
        TrailFilter::Username(name) => (LookupAttributeKey::Username, name),
        TrailFilter::AccessKeyId(id) => (LookupAttributeKey::AccessKeyId, id),
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
