//! What Lambda answers, and how it refuses.

use crate::services::testing::{START, ask, refused, world};
use crate::wire::value::Value;
use crate::world::World;

const WRITER: &str = "orders-writer";

fn writer() -> Value {
    Value::empty().with("FunctionName", WRITER)
}

fn live() -> Value {
    writer().with("Name", "live")
}

fn weights(pairs: &[(&str, f64)]) -> Value {
    let weights = Value::record(pairs.iter().map(|(label, weight)| (*label, Value::from(*weight))));
    Value::empty().with("AdditionalVersionWeights", weights)
}

fn alias(world: &mut World) -> Value {
    ask(world, "lambda", "GetAlias", live())
}

#[test]
fn an_alias_moves_only_against_the_revision_one_has_seen() {
    let mut world = world("quiet-day");
    let before = alias(&mut world);
    assert_eq!(before.text("FunctionVersion"), Some("41"));
    let revision = before.text("RevisionId").unwrap();
    let request = live().with("FunctionVersion", "40").with("RevisionId", revision);
    let after = ask(&mut world, "lambda", "UpdateAlias", request.clone());
    assert_eq!(after.text("FunctionVersion"), Some("40"));
    assert_ne!(after.text("RevisionId"), Some(revision));
    let error = refused(&mut world, "lambda", "UpdateAlias", request);
    assert_eq!(error.code, "PreconditionFailedException");
    assert_eq!(alias(&mut world), after);
}

#[test]
fn the_rules_of_weights_are_those_of_aws() {
    let mut world = world("quiet-day");
    ask(
        &mut world,
        "lambda",
        "UpdateAlias",
        live().with("RoutingConfig", weights(&[("40", 0.25)])),
    );
    let shown = alias(&mut world);
    let routing = shown.get("RoutingConfig").unwrap().get("AdditionalVersionWeights").unwrap();
    assert_eq!(routing.float("40"), Some(0.25));
    // The trap of a rollback that leaves the routing out.
    for (request, code, part) in [
        (
            live().with("FunctionVersion", "40"),
            "InvalidParameterValueException",
            "Function version 40 is already included in routing configuration",
        ),
        (
            live().with("RoutingConfig", weights(&[("40", 0.2), ("39", 0.1)])),
            "InvalidParameterValueException",
            "cannot be greater than 1",
        ),
        (
            live().with("RoutingConfig", weights(&[("$LATEST", 0.2)])),
            "InvalidParameterValueException",
            "$LATEST is not supported",
        ),
        (live().with("FunctionVersion", "99"), "ResourceNotFoundException", "orders-writer:99"),
        (
            live().with("RoutingConfig", weights(&[("40", 1.5)])),
            "InvalidParameterValueException",
            "between 0.0 and 1.0",
        ),
    ] {
        let error = refused(&mut world, "lambda", "UpdateAlias", request);
        assert_eq!(error.code, code);
        assert!(error.message.contains(part), "{}", error.message);
    }
    let rollback = live().with("FunctionVersion", "40").with("RoutingConfig", weights(&[]));
    let after = ask(&mut world, "lambda", "UpdateAlias", rollback);
    assert_eq!((after.text("FunctionVersion"), after.get("RoutingConfig")), (Some("40"), None));
}

#[test]
fn versions_that_differ_in_role_cannot_share_an_alias() {
    let mut world = world("quiet-day");
    let role = "arn:aws:iam::123456784021:role/other";
    ask(&mut world, "lambda", "UpdateFunctionConfiguration", writer().with("Role", role));
    let busy = refused(&mut world, "lambda", "PublishVersion", writer());
    assert_eq!(busy.code, "ResourceConflictException");
    world.advance_to(START + 3_000);
    let published = ask(&mut world, "lambda", "PublishVersion", writer());
    assert_eq!((published.text("Version"), published.text("State")), (Some("42"), Some("Pending")));
    let request = live().with("RoutingConfig", weights(&[("42", 0.1)]));
    let error = refused(&mut world, "lambda", "UpdateAlias", request);
    assert!(error.message.contains("same execution role"), "{}", error.message);
    world.advance_to(START + 6_000);
    let again = ask(&mut world, "lambda", "PublishVersion", writer());
    assert_eq!((again.text("Version"), again.text("State")), (Some("42"), Some("Active")));
}

#[test]
fn an_alias_named_like_a_version_is_refused_and_one_that_exists_too() {
    let mut world = world("quiet-day");
    let create = |name: &str| writer().with("Name", name).with("FunctionVersion", "41");
    let error = refused(&mut world, "lambda", "CreateAlias", create("42"));
    assert!(error.message.contains("failed to satisfy constraint"), "{}", error.message);
    let error = refused(&mut world, "lambda", "CreateAlias", create("live"));
    assert_eq!(error.code, "ResourceConflictException");
    ask(&mut world, "lambda", "CreateAlias", create("canary"));
    let aliases = ask(&mut world, "lambda", "ListAliases", writer().with("FunctionVersion", "41"));
    assert_eq!(aliases.items("Aliases").len(), 2);
}

#[test]
fn while_provisioned_concurrency_moves_the_alias_shows_weights_nobody_set() {
    let mut world = world("quiet-day");
    let provision =
        writer().with("Qualifier", "live").with("ProvisionedConcurrentExecutions", 4_i64);
    ask(&mut world, "lambda", "PutProvisionedConcurrencyConfig", provision);
    world.advance_to(START + 200_000);
    let qualified = writer().with("Qualifier", "live");
    let ready = ask(&mut world, "lambda", "GetProvisionedConcurrencyConfig", qualified.clone());
    assert_eq!(ready.text("Status"), Some("READY"));
    let moved = ask(&mut world, "lambda", "UpdateAlias", live().with("FunctionVersion", "40"));
    assert!(moved.get("RoutingConfig").is_some());
    let moving = ask(&mut world, "lambda", "GetProvisionedConcurrencyConfig", qualified);
    assert_eq!(moving.text("Status"), Some("IN_PROGRESS"));
    world.advance_to(START + 400_000);
    let settled = alias(&mut world);
    assert!(settled.get("RoutingConfig").is_none());
    assert_ne!(settled.text("RevisionId"), moved.text("RevisionId"));
}

#[test]
fn pages_and_qualifiers_lead_to_every_version() {
    let mut world = world("quiet-day");
    let (mut marker, mut labels) = (None::<String>, Vec::new());
    loop {
        let request = writer().with("MaxItems", 3_i64).with_some("Marker", marker.take());
        let answer = ask(&mut world, "lambda", "ListVersionsByFunction", request);
        for version in answer.items("Versions") {
            labels.push(version.text("Version").unwrap().to_owned());
        }
        marker = answer.text("NextMarker").map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(labels, ["$LATEST", "36", "37", "38", "39", "40", "41"]);
    let arn = "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer:live";
    let shown = ask(
        &mut world,
        "lambda",
        "GetFunctionConfiguration",
        Value::empty().with("FunctionName", arn),
    );
    assert_eq!((shown.text("Version"), shown.text("FunctionArn")), (Some("41"), Some(arn)));
    let error = refused(
        &mut world,
        "lambda",
        "GetFunctionConfiguration",
        writer().with("Qualifier", "gone"),
    );
    assert!(error.message.ends_with("function:orders-writer:gone"), "{}", error.message);
    let policy = ask(&mut world, "lambda", "GetPolicy", writer().with("Qualifier", "live"));
    assert!(policy.text("Policy").unwrap().contains("apigateway.amazonaws.com"));
}

#[test]
fn a_function_is_found_by_its_names_in_its_own_account_and_region_only() {
    let mut world = world("quiet-day");
    let point =
        |function: &str| live().with("FunctionName", function).with("FunctionVersion", "40");
    for own in [
        WRITER,
        "123456784021:function:orders-writer",
        "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer",
    ] {
        let shown = ask(&mut world, "lambda", "UpdateAlias", point(own));
        assert_eq!(shown.text("FunctionVersion"), Some("40"), "{own}");
    }
    for (foreign, code) in [
        ("123456784020:function:orders-writer", "AccessDeniedException"),
        (
            "arn:aws:lambda:eu-central-1:123456784020:function:orders-writer",
            "AccessDeniedException",
        ),
        (
            "arn:aws:lambda:eu-west-1:123456784021:function:orders-writer",
            "ResourceNotFoundException",
        ),
    ] {
        assert_eq!(
            refused(&mut world, "lambda", "UpdateAlias", point(foreign)).code,
            code,
            "{foreign}"
        );
    }
}

#[test]
fn no_reserved_concurrency_means_throttles_and_no_log_lines() {
    let mut world = world("quiet-day");
    let zero = writer().with("ReservedConcurrentExecutions", 0_i64);
    ask(&mut world, "lambda", "PutFunctionConcurrency", zero);
    let error = refused(&mut world, "lambda", "Invoke", writer());
    assert_eq!(error.code, "TooManyRequestsException");
    let dry = ask(&mut world, "lambda", "Invoke", writer().with("InvocationType", "DryRun"));
    assert_eq!(dry.int("StatusCode"), Some(204));
    world.advance_to(START + 120_000);
    let region = world.region("eu-central-1");
    let late = START + 5_000;
    let group = region.logs.group("/aws/lambda/orders-writer").unwrap();
    assert!(group.entries().iter().all(|entry| entry.at < late));
    let sum = |name: &str| -> f64 {
        let key = crate::world::metrics::Key::new("AWS/Lambda", name, [("FunctionName", WRITER)]);
        let minute = (START / 60_000 + 1) * 60_000;
        let series = region.metrics.find(&key).unwrap();
        series
            .points(minute, minute + 60_000, 60_000, crate::world::metrics::Stat::Sum)
            .first()
            .map_or(0.0, |(_, value)| *value)
    };
    assert!(sum("Throttles") > 20.0 && sum("Invocations") < 0.5);
}

#[test]
fn a_disabled_event_source_lets_the_queue_grow() {
    let mut world = world("quiet-day");
    let mapping = ask(
        &mut world,
        "lambda",
        "ListEventSourceMappings",
        Value::empty().with("FunctionName", "orders-worker"),
    );
    let uuid = mapping.items("EventSourceMappings")[0].text("UUID").unwrap().to_owned();
    let off = Value::empty().with("UUID", &uuid).with("Enabled", false);
    let answer = ask(&mut world, "lambda", "UpdateEventSourceMapping", off.clone());
    assert_eq!(answer.text("State"), Some("Disabling"));
    let error = refused(&mut world, "lambda", "UpdateEventSourceMapping", off);
    assert_eq!(error.code, "ResourceInUseException");
    world.advance_to(START + 180_000);
    let key = crate::world::metrics::Key::new(
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        [("QueueName", "orders-queue")],
    );
    let series = world.region("eu-central-1").metrics.find(&key).unwrap();
    let points =
        series.points(START, START + 180_000, 60_000, crate::world::metrics::Stat::Maximum);
    assert!(points.last().unwrap().1 > 30.0, "{points:?}");
}

#[test]
fn an_alias_with_weights_gets_no_provisioned_concurrency() {
    let mut world = world("quiet-day");
    let weights = Value::empty()
        .with("AdditionalVersionWeights", Value::record([("40".to_owned(), Value::from(0.5))]));
    let weigh = writer().with("Name", "live").with("RoutingConfig", weights);
    ask(&mut world, "lambda", "UpdateAlias", weigh);
    let provision =
        writer().with("Qualifier", "live").with("ProvisionedConcurrentExecutions", 4_i64);
    let error = refused(&mut world, "lambda", "PutProvisionedConcurrencyConfig", provision);
    assert_eq!(error.code, "InvalidParameterValueException");
    assert!(error.message.contains("Alias with weights"), "{}", error.message);
}
