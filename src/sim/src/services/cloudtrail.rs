//! CloudTrail: who did what, looked up slowly; and the trail itself.

use super::Behaviour;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::ids::mix_text;
use crate::world::measure::{iso_seconds, length};
use crate::world::names::{ACCOUNT, HOME_REGION, TRAIL, arn};
use crate::world::trail::TrailEvent;

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("DescribeTrails", describe_trails),
    ("GetEventSelectors", get_event_selectors),
    ("GetTrailStatus", get_trail_status),
    ("LookupEvents", lookup_events),
    ("PutEventSelectors", put_event_selectors),
    ("StartLogging", start_logging),
    ("StopLogging", stop_logging),
    ("UpdateTrail", update_trail),
];

/// Lookups a second, in each region.
const LOOKUPS: u32 = 2;
const DAY: i64 = 86_400_000;

fn lookup_events(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, input) = (world.now(), &call.input);
    let second = now.div_euclid(1000);
    let lookups = world.trail.lookups.entry(call.region.clone()).or_insert((second, 0));
    if lookups.0 != second {
        *lookups = (second, 0);
    }
    lookups.1 += 1;
    if lookups.1 > LOOKUPS {
        return Err(ApiError::new("ThrottlingException", "Rate exceeded"));
    }
    let attributes = input.items("LookupAttributes");
    if attributes.len() > 1 {
        return Err(ApiError::new(
            "InvalidLookupAttributesException",
            "You can specify only one lookup attribute in the request.",
        ));
    }
    let start = input.time("StartTime").unwrap_or(0).max(now - 90 * DAY);
    let end = input.time("EndTime").unwrap_or(i64::MAX);
    if start > end {
        return Err(ApiError::new(
            "InvalidTimeRangeException",
            "Start time cannot be after end time.",
        ));
    }
    let attribute = attributes.first().map(|attribute| {
        (
            attribute.text("AttributeKey").unwrap_or_default(),
            attribute.text("AttributeValue").unwrap_or_default(),
        )
    });
    let bound = format!("{attribute:?} {:?} {:?}", input.get("StartTime"), input.get("EndTime"));
    let bound = mix_text(1, &bound);
    let after = match input.text("NextToken") {
        Some(token) => Some(untoken(token, bound).ok_or_else(|| {
            ApiError::new(
                "InvalidNextTokenException",
                "Invalid token: it does not belong to this lookup.",
            )
        })?),
        None => None,
    };
    let insight = input.text("EventCategory").is_some();
    let limit = length(input.int("MaxResults").unwrap_or(50));
    let mut found = world.trail.newest_first().filter(|event| {
        !insight
            && event.region == call.region
            && (start..=end).contains(&event.at)
            && attribute.is_none_or(|(key, value)| matches(event, key, value))
    });
    if let Some(after) = after {
        found.by_ref().find(|event| event.id == after);
    }
    let page: Vec<&TrailEvent> = found.by_ref().take(limit).collect();
    let next = match (found.next(), page.last()) {
        (Some(_), Some(last)) => Some(token(&last.id, bound)),
        _ => None,
    };
    let events: Vec<Value> = page.into_iter().map(show).collect();
    Ok(Value::empty().with("Events", events).with_some("NextToken", next).into())
}

fn matches(event: &TrailEvent, key: &str, value: &str) -> bool {
    match key {
        "EventId" => event.id == value,
        "EventName" => event.name == value,
        "EventSource" => event.source == value,
        "ReadOnly" => event.read_only.to_string() == value,
        "Username" => event.username == value,
        "AccessKeyId" => event.access_key == value,
        "ResourceType" => event.resources.iter().any(|(kind, _)| kind == value),
        "ResourceName" => event.resources.iter().any(|(_, name)| name == value),
        _ => false,
    }
}

fn show(event: &TrailEvent) -> Value {
    let resources: Vec<Value> = event
        .resources
        .iter()
        .map(|(kind, name)| Value::empty().with("ResourceType", kind).with("ResourceName", name))
        .collect();
    Value::empty()
        .with("EventId", &event.id)
        .with("EventName", &event.name)
        .with("ReadOnly", event.read_only.to_string())
        .with("AccessKeyId", &event.access_key)
        .with("EventTime", Value::Time(event.at.div_euclid(1000) * 1000))
        .with("EventSource", &event.source)
        .with("Username", &event.username)
        .with("Resources", resources)
        .with("CloudTrailEvent", &event.record)
}

fn token(id: &str, bound: u64) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("{bound:x}/{id}"))
}

fn untoken(token: &str, bound: u64) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(token).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix(&format!("{bound:x}/")).map(str::to_owned)
}

/// Refuses a name or ARN that is not the account's trail.
fn check(call: &Call, member: &str) -> Result<(), ApiError> {
    let name = call.input.text(member).unwrap_or_default();
    if name == TRAIL || name == trail_arn() {
        return Ok(());
    }
    Err(ApiError::new(
        "TrailNotFoundException",
        format!("Unknown trail: {name} for the user: {ACCOUNT}"),
    ))
}

/// Refuses a change from another region than the trail's own.
fn at_home(call: &Call) -> Result<(), ApiError> {
    if call.region == HOME_REGION {
        return Ok(());
    }
    Err(ApiError::new(
        "InvalidHomeRegionException",
        format!("The trail {TRAIL} can be changed only in its home region {HOME_REGION}."),
    ))
}

fn trail_arn() -> String {
    arn("cloudtrail", HOME_REGION, &format!("trail/{TRAIL}"))
}

fn trail(world: &World) -> Value {
    let group = arn("logs", HOME_REGION, "log-group:aws-cloudtrail-logs:*");
    let base = Value::empty()
        .with("Name", TRAIL)
        .with("TrailARN", trail_arn())
        .with("S3BucketName", format!("shop-logs-{ACCOUNT}"))
        .with("IncludeGlobalServiceEvents", true)
        .with("IsMultiRegionTrail", true)
        .with("IsOrganizationTrail", false)
        .with("LogFileValidationEnabled", true)
        .with("CloudWatchLogsLogGroupArn", group)
        .with("CloudWatchLogsRoleArn", format!("arn:aws:iam::{ACCOUNT}:role/cloudtrail-logs"));
    world.trail.settings.iter().fold(base, |trail, (name, value)| trail.with(name, value.clone()))
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every behaviour")]
fn describe_trails(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let names: Vec<&str> =
        call.input.items("trailNameList").iter().filter_map(Value::as_text).collect();
    let arn = trail_arn();
    let meant = names.is_empty() || names.iter().any(|name| *name == TRAIL || *name == arn);
    let shadow = call.region != HOME_REGION;
    let hidden = shadow && call.input.bool("includeShadowTrails") == Some(false);
    let trails: Vec<Value> = (meant && !hidden)
        .then(|| {
            trail(world)
                .with("HomeRegion", HOME_REGION)
                .with("HasCustomEventSelectors", false)
                .with("HasInsightSelectors", false)
        })
        .into_iter()
        .collect();
    Ok(Value::empty().with("trailList", trails).into())
}

fn get_trail_status(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    check(call, "Name")?;
    let trail = &world.trail;
    let delivered = trail.delivered_ms.map(Value::Time);
    Ok(Value::empty()
        .with("IsLogging", trail.logging)
        .with_some("LatestDeliveryTime", delivered.clone())
        .with_some("LatestCloudWatchLogsDeliveryTime", delivered)
        .with("StartLoggingTime", Value::Time(trail.logging_since_ms))
        .with_some("StopLoggingTime", trail.stopped_ms.map(Value::Time))
        .with("TimeLoggingStarted", iso_seconds(trail.logging_since_ms))
        .with("TimeLoggingStopped", trail.stopped_ms.map(iso_seconds).unwrap_or_default())
        .with(
            "LatestDeliveryAttemptSucceeded",
            trail.delivered_ms.map(iso_seconds).unwrap_or_default(),
        )
        .with("LatestDeliveryAttemptTime", trail.delivered_ms.map(iso_seconds).unwrap_or_default())
        .into())
}

fn start_logging(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    check(call, "Name")?;
    at_home(call)?;
    let now = world.now();
    if !world.trail.logging {
        world.trail.logging = true;
        world.trail.logging_since_ms = now;
    }
    Ok(Value::empty().into())
}

fn stop_logging(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    check(call, "Name")?;
    at_home(call)?;
    let now = world.now();
    if world.trail.logging {
        world.trail.logging = false;
        world.trail.stopped_ms = Some(now);
    }
    Ok(Value::empty().into())
}

fn get_event_selectors(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    check(call, "TrailName")?;
    Ok(selectors(world).into())
}

fn put_event_selectors(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    check(call, "TrailName")?;
    at_home(call)?;
    let (basic, advanced) =
        (call.input.items("EventSelectors"), call.input.items("AdvancedEventSelectors"));
    if basic.is_empty() == advanced.is_empty() || basic.len() > 5 {
        return Err(ApiError::new(
            "InvalidEventSelectorsException",
            "Give either up to five event selectors or advanced event selectors, but not both.",
        ));
    }
    let chosen = if basic.is_empty() { advanced } else { basic };
    world.trail.selectors = chosen.to_vec();
    Ok(selectors(world).into())
}

fn selectors(world: &World) -> Value {
    let chosen = world.trail.selectors.clone();
    let advanced = chosen.iter().any(|selector| selector.get("FieldSelectors").is_some());
    let member = if advanced { "AdvancedEventSelectors" } else { "EventSelectors" };
    Value::empty().with("TrailARN", trail_arn()).with(member, chosen)
}

fn update_trail(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    check(call, "Name")?;
    at_home(call)?;
    for (given, shown) in [
        ("S3BucketName", "S3BucketName"),
        ("S3KeyPrefix", "S3KeyPrefix"),
        ("SnsTopicName", "SnsTopicName"),
        ("IncludeGlobalServiceEvents", "IncludeGlobalServiceEvents"),
        ("IsMultiRegionTrail", "IsMultiRegionTrail"),
        ("IsOrganizationTrail", "IsOrganizationTrail"),
        ("EnableLogFileValidation", "LogFileValidationEnabled"),
        ("CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn"),
        ("CloudWatchLogsRoleArn", "CloudWatchLogsRoleArn"),
        ("KmsKeyId", "KmsKeyId"),
    ] {
        if let Some(value) = call.input.get(given) {
            world.trail.settings.insert(shown.to_owned(), value.clone());
        }
    }
    Ok(trail(world).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{START, ask, call_as, refused, world};
    use crate::world::principal::READER_KEY;

    fn by(key: &str, value: &str) -> Value {
        let attribute = Value::empty().with("AttributeKey", key).with("AttributeValue", value);
        Value::empty().with("LookupAttributes", vec![attribute])
    }

    fn update() -> Value {
        let function = Value::empty().with("FunctionName", "orders-writer");
        function.with("Name", "live").with("FunctionVersion", "40")
    }

    #[test]
    fn a_change_appears_after_its_delay_with_its_full_record() {
        let mut world = world("quiet-day");
        ask(&mut world, "lambda", "UpdateAlias", update());
        let name = by("Username", "operator");
        assert!(
            ask(&mut world, "cloudtrail", "LookupEvents", name.clone()).items("Events").is_empty()
        );
        world.advance_to(START + 125_000);
        let answer =
            ask(&mut world, "cloudtrail", "LookupEvents", by("EventName", "UpdateAlias20150331"));
        let event = &answer.items("Events")[0];
        assert_eq!(event.text("ReadOnly"), Some("false"));
        let record: serde_json::Value =
            serde_json::from_str(event.text("CloudTrailEvent").unwrap()).unwrap();
        assert_eq!(record["requestParameters"]["functionVersion"], "40");
        assert_eq!(record["responseElements"]["functionVersion"], "40");
        assert_eq!(
            record["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"],
            "oncall-write"
        );
        assert_eq!(record["eventID"].as_str(), event.text("EventId"));
        assert_eq!(record["userAgent"], "watchdeck-test");
        let delivered = world.region(HOME_REGION).logs.group("aws-cloudtrail-logs").unwrap();
        assert!(
            delivered.entries().iter().any(|entry| entry.message().contains("UpdateAlias20150331"))
        );
    }

    #[test]
    fn a_refused_change_leaves_its_error() {
        let mut world = world("quiet-day");
        let error = call_as(&mut world, READER_KEY, "lambda", "UpdateAlias", update()).unwrap_err();
        assert_eq!(error.code, "AccessDeniedException");
        assert!(
            error
                .message
                .ends_with("because no identity-based policy allows the lambda:UpdateAlias action"),
            "{}",
            error.message
        );
        world.advance_to(START + 125_000);
        let answer = ask(&mut world, "cloudtrail", "LookupEvents", by("AccessKeyId", READER_KEY));
        let record = answer.items("Events")[0].text("CloudTrailEvent").unwrap().to_owned();
        assert!(record.contains(r#""errorCode":"AccessDeniedException""#), "{record}");
    }

    #[test]
    fn the_alias_history_pages_newest_first_without_repeats() {
        let mut world = world("quiet-day");
        let (mut token, mut times, mut ids) = (None::<String>, Vec::new(), Vec::new());
        for second in 1.. {
            let request = by("EventName", "UpdateAlias20150331")
                .with("MaxResults", 4_i64)
                .with_some("NextToken", token.take());
            let answer = ask(&mut world, "cloudtrail", "LookupEvents", request);
            for event in answer.items("Events") {
                times.push(event.time("EventTime").unwrap());
                ids.push(event.text("EventId").unwrap().to_owned());
            }
            token = answer.text("NextToken").map(str::to_owned);
            if token.is_none() {
                break;
            }
            world.advance_to(START + second * 1000);
        }
        assert_eq!(ids.len(), 18); // one less than the versions kept, for each of six functions
        assert!(times.is_sorted_by(|newer, older| newer >= older));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 18);
    }

    #[test]
    fn the_third_lookup_of_a_second_is_throttled_and_two_attributes_are_refused() {
        let mut world = world("quiet-day");
        let both = by("EventName", "a").items("LookupAttributes")[0].clone();
        let both = Value::empty().with("LookupAttributes", vec![both.clone(), both]);
        let error = refused(&mut world, "cloudtrail", "LookupEvents", both);
        assert_eq!(error.code, "InvalidLookupAttributesException");
        ask(&mut world, "cloudtrail", "LookupEvents", Value::empty());
        let error = refused(&mut world, "cloudtrail", "LookupEvents", Value::empty());
        assert_eq!(error.code, "ThrottlingException");
        world.advance_to(START + 1_000);
        ask(&mut world, "cloudtrail", "LookupEvents", Value::empty());
    }

    #[test]
    fn a_stopped_trail_says_so_and_can_be_started_again() {
        let mut world = world("quiet-day");
        let name = Value::empty().with("Name", TRAIL);
        ask(&mut world, "cloudtrail", "StopLogging", name.clone());
        let status = ask(&mut world, "cloudtrail", "GetTrailStatus", name.clone());
        assert_eq!(status.bool("IsLogging"), Some(false));
        ask(&mut world, "cloudtrail", "StartLogging", name);
        let error = refused(
            &mut world,
            "cloudtrail",
            "GetTrailStatus",
            Value::empty().with("Name", "x-trail"),
        );
        assert_eq!(error.code, "TrailNotFoundException");
        let trails = ask(&mut world, "cloudtrail", "DescribeTrails", Value::empty());
        assert_eq!(trails.items("trailList").len(), 1);
    }
}
