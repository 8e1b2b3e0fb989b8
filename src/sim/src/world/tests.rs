//! One seed, one history; and what the stories do to it.

use super::story::Story;
use super::*;

const START: i64 = 1_763_800_000_000;

fn world(story: &str, seed: u64) -> World {
    let mut opening = Opening::new(Story::named(story).unwrap(), seed, START);
    opening.history_minutes = 3;
    World::open_with(&opening)
}

fn dump(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    let west = &world.elsewhere[names::SECOND_REGION];
    for group in world.home.logs.groups().chain(west.logs.groups()) {
        for entry in group.entries() {
            all.push(format!("{} {} {}", group.name, entry.id(), entry.message()));
        }
    }
    for series in world.home.metrics.all() {
        let points =
            series.points(START - 3_600_000, START + 3_600_000, MINUTE, metrics::Stat::Sum);
        all.push(format!("{:?} {points:?}", series.key));
    }
    all.extend(world.trail.newest_first().map(|event| event.record.clone()));
    all
}

#[test]
fn one_seed_is_one_history_at_any_speed() {
    let (mut quick, mut slow) = (world("bad-deploy", 7), world("bad-deploy", 7));
    quick.advance_to(START + 200_000);
    for step in 1..=800 {
        slow.advance_to(START + step * 250);
    }
    assert_eq!(dump(&quick), dump(&slow));
    assert_ne!(dump(&quick), dump(&world("bad-deploy", 8)));
}

#[test]
fn the_second_region_writes_its_own_lines_into_a_group_of_a_name_that_home_has_too() {
    let mut world = world("quiet-day", 3);
    world.advance_to(START + 60_000);
    let reader = "/aws/lambda/orders-reader";
    let west = world.region(names::SECOND_REGION).logs.group(reader).unwrap().entries().len();
    let said = |region: &str, world: &mut World| -> Vec<String> {
        let group = world.region(region).logs.group(reader).unwrap();
        group.entries().iter().map(logs::Entry::message).collect()
    };
    assert!(west > 50, "{west}");
    let home = said(names::HOME_REGION, &mut world);
    assert!(said(names::SECOND_REGION, &mut world).iter().all(|line| !home.contains(line)));
    assert_eq!(world.region("ap-south-1").logs.groups().count(), 0);
}

#[test]
fn the_history_before_the_start_is_whole_and_bounded() {
    let world = World::open(&Story::named("quiet-day").unwrap(), 1, START);
    let writer = world.home.logs.group("/aws/lambda/orders-writer").unwrap();
    let first = writer.entries().front().unwrap().at;
    assert!((START - 3_600_000..START - 3_500_000).contains(&first), "{first}");
    assert!(writer.entries().len() < 60_000);
    let key = metrics::Key::new("AWS/Lambda", "Invocations", [("FunctionName", "orders-writer")]);
    let series = world.home.metrics.find(&key).unwrap();
    let points = series.points(START - 10_800_000, START, MINUTE, metrics::Stat::Sum);
    assert!(points.len() >= 179, "{}", points.len());
}

/// Errors and invocations of a version of orders-writer between two moments.
fn served(world: &World, version: &str, from: i64, to: i64) -> (f64, f64) {
    let dimensions = [
        ("FunctionName", "orders-writer"),
        ("Resource", "orders-writer:live"),
        ("ExecutedVersion", version),
    ];
    let sum = |name: &str| {
        let series = world.home.metrics.find(&metrics::Key::new("AWS/Lambda", name, dimensions));
        let points = series.map(|series| series.points(from, to, MINUTE, metrics::Stat::Sum));
        points.unwrap_or_default().iter().map(|(_, value)| value).sum::<f64>()
    };
    (sum("Errors"), sum("Invocations"))
}

#[test]
fn a_bad_deploy_breaks_orders_and_the_rollback_heals_them() {
    let mut world = world("bad-deploy", 3);
    let state = |world: &World| world.home.alarms.map["orders-writer-errors"].state;
    assert_eq!(state(&world), "OK");
    world.advance_to(START + 300_000);
    let (errors, calls) = served(&world, "42", START, START + 300_000);
    assert!(calls > 100.0 && (0.2..0.5).contains(&(errors / calls)), "{errors} of {calls}");
    assert_eq!(state(&world), "ALARM");
    let said = |world: &World, group: &str, text: &str| {
        let group = world.home.logs.group(group).unwrap();
        group.entries().iter().filter(|entry| entry.message().contains(text)).count()
    };
    let error = "TypeError: Cannot read properties of undefined (reading 'total')";
    assert!(said(&world, "/aws/lambda/orders-writer", error) > 50);
    assert!(said(&world, "/aws/apigateway/orders-write", r#""status":502"#) > 50);

    let input = crate::wire::value::Value::empty()
        .with("FunctionName", "orders-writer")
        .with("Name", "live")
        .with("FunctionVersion", "41");
    crate::services::testing::ask(&mut world, "lambda", "UpdateAlias", input);
    let healed = START + 360_000;
    world.advance_to(START + 660_000);
    assert!(served(&world, "42", healed, START + 660_000).1 < 0.5);
    let (errors, calls) = served(&world, "41", healed, START + 660_000);
    assert!(calls > 200.0 && errors / calls < 0.03, "{errors} of {calls}");
    assert_eq!(state(&world), "OK");
    let changes = world.home.alarms.history.iter().filter(|item| item.kind == "StateUpdate");
    assert_eq!(changes.filter(|item| item.of == "orders-writer-errors").count(), 2);
}

#[test]
fn one_request_is_found_by_its_trace_id_everywhere_it_passed() {
    let world = world("quiet-day", 5);
    let lines = |group: &str| -> Vec<String> {
        world.home.logs.group(group).unwrap().entries().iter().map(logs::Entry::message).collect()
    };
    let gateway = lines("/aws/apigateway/orders-write");
    let access: Json = serde_json::from_str(&gateway[gateway.len() / 2]).unwrap();
    let trace = access["xrayTraceId"].as_str().unwrap();
    let invocation = access["integration"]["requestId"].as_str().unwrap();
    let writer = lines("/aws/lambda/orders-writer");
    let own: Vec<_> = writer.iter().filter(|line| line.contains(invocation)).collect();
    assert!(own.len() >= 5, "{own:#?}");
    assert!(own.iter().any(|line| line.contains(trace)));
    let firewall = lines("aws-waf-logs-shop-edge");
    assert_eq!(firewall.iter().filter(|line| line.contains(trace)).count(), 1);
    for line in &firewall {
        assert!(serde_json::from_str::<Json>(line).is_ok(), "{line}");
    }
    // The balancer's line has the fields of its format, and its trace id is the firewall's request id.
    let page = &lines("/aws/alb/shop-web")[3];
    let root = page.split("\"Root=").nth(1).unwrap().split('"').next().unwrap();
    assert!(firewall.iter().any(|line| line.contains(&format!(r#""requestId":"{root}""#))));
}

#[test]
fn the_burst_is_blocked_counted_and_over() {
    let mut world = world("waf-burst", 11);
    world.advance_to(START + 600_000);
    let rule = [("WebACL", "shop-edge"), ("Region", "eu-central-1"), ("Rule", "ALL")];
    let key = metrics::Key::new("AWS/WAFV2", "BlockedRequests", rule);
    let points = world.home.metrics.find(&key).unwrap().points(
        START,
        START + 600_000,
        MINUTE,
        metrics::Stat::Sum,
    );
    let most = points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    assert!(most > 400.0, "{points:?}");
    assert!(points.last().unwrap().0 < START + 540_000, "{points:?}");
    let history = &world.home.alarms.history;
    assert!(
        history.iter().any(|item| item.of == "shop-edge-blocked" && item.kind == "StateUpdate")
    );
}

#[test]
fn the_leaked_key_shows_in_the_trail_from_abroad() {
    let mut world = world("leaked-key", 2);
    world.advance_to(START + 300_000);
    let foreign: Vec<Json> = world
        .trail
        .newest_first()
        .filter(|event| event.record.contains("192.0.2.201"))
        .map(|event| serde_json::from_str(&event.record).unwrap())
        .collect();
    assert_eq!(foreign.len(), 9);
    assert!(foreign.iter().all(|record| record["userIdentity"]["userName"] == "ci-deploy"));
    assert!(foreign.iter().any(|record| record["errorCode"] == "AccessDenied"));
}

#[test]
fn sessions_are_narrowed_by_their_policy() {
    use crate::services::testing::{ask, call_as};
    use crate::wire::value::Value;
    let mut world = world("quiet-day", 1);
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:UpdateAlias",
        "Resource":"arn:aws:lambda:eu-central-1:123456784021:function:orders-writer"}}"#;
    let request = Value::empty()
        .with("RoleArn", "arn:aws:iam::123456784021:role/oncall-write")
        .with("RoleSessionName", "run-7")
        .with("Policy", policy);
    let answer = ask(&mut world, "sts", "AssumeRole", request);
    let key = answer.get("Credentials").unwrap().text("AccessKeyId").unwrap().to_owned();
    let session = world.secret_of(&key).unwrap();
    assert_eq!(session.expires_ms, Some(START + 3_600_000));
    assert!(session.session_token.is_some());
    let update = |function: &str| {
        let input = Value::empty().with("FunctionName", function);
        input.with("Name", "live").with("Description", "rolled back by run-7")
    };
    assert!(call_as(&mut world, &key, "lambda", "UpdateAlias", update("orders-writer")).is_ok());
    let error =
        call_as(&mut world, &key, "lambda", "UpdateAlias", update("orders-reader")).unwrap_err();
    assert!(
        error.message.ends_with("because no session policy allows the lambda:UpdateAlias action")
    );
    assert!(call_as(&mut world, &key, "sts", "GetCallerIdentity", Value::empty()).is_ok());
}

#[test]
fn a_story_of_one_s_own_moves_aliases_and_swells_the_traffic() {
    let story = Story::parse(
        r#"
        name = "sale"
        about = "A sale doubles and redoubles the traffic while an old reader serves it."
        [[event]]
        kind = "load"
        when = { after_s = 60 }
        lasts_s = 120
        factor = 4.0
        [[event]]
        kind = "move-alias"
        when = { after_s = 30 }
        principal = "operator"
        function = "orders-reader"
        alias = "live"
        version = 57
        "#,
    )
    .unwrap();
    let mut opening = Opening::new(story, 9, START / 60_000 * 60_000);
    opening.history_minutes = 2;
    let start = opening.start_ms;
    let mut world = World::open_with(&opening);
    world.advance_to(start + 240_000);
    assert_eq!(world.home.lambda.get("orders-reader").unwrap().aliases["live"].version, "57");
    let key = metrics::Key::new("AWS/Lambda", "Invocations", [("FunctionName", "orders-reader")]);
    let series = world.home.metrics.find(&key).unwrap();
    let calls: Vec<f64> = series
        .points(start, start + 240_000, MINUTE, metrics::Stat::Sum)
        .into_iter()
        .map(|(_, value)| value)
        .collect();
    assert!(calls[1] > 2.5 * calls[0] && calls[2] > 2.5 * calls[3], "{calls:?}");
}

#[test]
fn some_events_arrive_late_and_none_before_its_time() {
    let world = world("quiet-day", 4);
    let group = world.home.logs.group("/aws/lambda/orders-reader").unwrap();
    let lags: Vec<i64> = group.entries().iter().map(|entry| entry.ingested - entry.at).collect();
    assert!(lags.iter().all(|lag| *lag > 0));
    assert!(lags.iter().any(|lag| *lag > 2_000));
    assert!(group.entries().iter().all(|entry| entry.ingested <= START));
}

#[test]
fn what_fails_before_the_code_shows_at_the_edge_and_in_no_function_and_is_healed_by_going_back() {
    let count = |world: &World, group: &str, text: &str| {
        let group = world.home.logs.group(group).unwrap();
        group.entries().iter().filter(|entry| entry.message().contains(text)).count()
    };
    let empty = crate::wire::value::Value::empty;
    for (story, group, service, call, input) in [
        (
            "bad-stage",
            "/aws/apigateway/orders-write",
            "apigateway",
            "UpdateStage",
            empty().with("restApiId", "wr1te5m8qz").with("stageName", "prod").with(
                "patchOperations",
                crate::wire::value::Value::list([empty()
                    .with("op", "replace")
                    .with("path", "/deploymentId")
                    .with("value", "d3p9wr")]),
            ),
        ),
        (
            "bad-rollout",
            "/aws/alb/shop-web",
            "ecs",
            "UpdateService",
            empty()
                .with("cluster", "shop")
                .with("service", "shop-web")
                .with("taskDefinition", "shop-web:118"),
        ),
    ] {
        let failed = if story == "bad-stage" { r#""status":500"# } else { " 500 500 " };
        let mut world = world(story, 7);
        world.advance_to(START + 50_000);
        let before = count(&world, group, failed);
        world.advance_to(START + 360_000);
        let during = count(&world, group, failed) - before;
        assert!(before <= 2 && during > 40, "{story}: {before} {during}");
        crate::services::testing::ask(&mut world, service, call, input);
        world.advance_to(START + 440_000);
        let healed = count(&world, group, failed);
        world.advance_to(START + 740_000);
        let after = count(&world, group, failed) - healed;
        assert!(after <= 3, "{story}: {after} since it was healed");
    }
}
