//! The runbooks of what AWS sets without comparing, through the guard's own check: what they propose, and every trap.

use serde_json::{Value, json};
use watchdeck_domain::function::{EventSource, ProvisionedConcurrency};
use watchdeck_domain::{Change, Reversal, Timestamp};
use watchdeck_guard::{Draft, Plan, Question, Refusal, Sim, Standing, Why};
use watchdeck_runbook::{Cel, CompileError, Params, Runbook, built_in};

use crate::rollback::ceremony;
use crate::shop::{Shop, minutes_ago, now, place};

const SOURCE: &str = "5f7a2c1e-8d34-4b0a-9c55-1f2e3d4c5b6a";

fn runbook(id: &str) -> Runbook {
    built_in().map(Result::unwrap).find(|runbook| runbook.id == id).unwrap()
}

/// The shop, with a queue that calls its function.
fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.event_sources.push(EventSource {
        uuid: SOURCE.into(),
        source_arn: "arn:aws:sqs:eu-central-1:123456784021:orders-queue".into(),
        function_arn: "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer:live".into(),
        state: "Enabled".into(),
        modified: Some(minutes_ago(300)),
    });
    shop
}

fn params(more: &[(&str, Value)]) -> Params {
    let mut params = Params::from([("function".into(), json!("orders-writer"))]);
    params.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    params
}

fn of_source(more: &[(&str, Value)]) -> Params {
    let mut params = params(&[("source", json!(SOURCE)), ("queue", json!("orders-queue"))]);
    params.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    params
}

pub(crate) async fn draft(id: &str, params: Params, shop: &Shop) -> Result<Draft, CompileError> {
    runbook(id).compile(params, &place(), shop).await
}

pub(crate) async fn check(id: &str, params: Params, shop: &Shop) -> Result<Question, Box<Refusal>> {
    checked(draft(id, params, shop).await.unwrap(), shop).await
}

pub(crate) async fn checked(draft: Draft, shop: &Shop) -> Result<Question, Box<Refusal>> {
    let checked = Plan::<_, Sim>::propose(draft).check(shop, &Cel, &ceremony(), now()).await?;
    Ok(checked.challenge().question().clone())
}

/// A plan without a warning.
pub(crate) async fn sound(id: &str, params: Params, shop: &Shop) -> Question {
    let question = check(id, params, shop).await.unwrap();
    for evidence in &question.evidence {
        assert_eq!(evidence.standing, Standing::Passed, "{id}: {evidence:#?}");
    }
    question
}

/// What becomes of one check of a runbook on a shop that was spoiled.
async fn trap(id: &str, params: Params, spoil: impl Fn(&mut Shop), check_id: &str, is: Standing) {
    trap_on(shop(), id, params, spoil, check_id, is).await;
}

/// The same on a shop of the caller's.
pub(crate) async fn trap_on(
    mut shop: Shop,
    id: &str,
    params: Params,
    spoil: impl Fn(&mut Shop),
    check_id: &str,
    is: Standing,
) {
    spoil(&mut shop);
    let evidence = match check(id, params, &shop).await {
        Ok(question) => question.evidence,
        Err(refusal) => {
            assert_eq!(refusal.why, Why::Check, "{check_id}: {refusal:?}");
            refusal.evidence
        }
    };
    let found = evidence.iter().find(|e| e.id == check_id);
    let found = found.unwrap_or_else(|| panic!("no check {check_id}"));
    assert_eq!(found.standing, is, "{found:#?}");
    let said = !found.message.is_empty() || is == Standing::Passed;
    assert!(said && !found.message.contains('{'), "{found:#?}");
}

#[test]
fn every_built_in_runbook_is_sound() {
    for runbook in built_in().map(Result::unwrap) {
        assert_eq!(runbook.lint(), [], "{}", runbook.id);
    }
}

#[tokio::test]
async fn a_pause_switches_the_source_off_and_back_on() {
    let question = sound("lambda.esm-pause", of_source(&[]), &shop()).await;
    assert_eq!(question.phrase, "switch orders-queue>orders-writer off in ..4021");
    let call = &question.calls[0];
    assert_eq!(call.operation, "UpdateEventSourceMapping");
    assert_eq!(call.params, json!({"UUID": SOURCE, "Enabled": false}));
    let allowed = &question.permissions[0];
    assert_eq!(allowed.actions, ["lambda:UpdateEventSourceMapping"]);
    let mapping = format!("arn:aws:lambda:eu-central-1:123456784021:event-source-mapping:{SOURCE}");
    assert_eq!(allowed.resources, [mapping]);
    let [difference] = &question.differences[..] else { panic!("{:?}", question.differences) };
    assert_eq!((difference.before.as_str(), difference.after.as_str()), ("Enabled", "Disabled"));
    assert_eq!(question.reversals, ["let orders-queue call orders-writer, as a plan of its own"]);
    assert!(question.fingerprints.iter().any(|f| f.fact == "source" && f.field == "/modified"));
}

#[tokio::test]
async fn every_trap_of_a_pause_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "lambda.esm-pause";
    let quiet = |_: &mut Shop| {};
    trap(id, of_source(&[("queue", json!("queue"))]), quiet, "named", Stopped).await;
    trap(id, of_source(&[("pause_h", json!(49))]), quiet, "kept-long-enough", Stopped).await;
    let old = |s: &mut Shop| {
        s.gauges.insert("ApproximateAgeOfOldestMessage", 180_000.0);
    };
    trap(id, of_source(&[]), old, "not-old", Warned).await;
    let behind = |s: &mut Shop| {
        s.gauges.insert("IteratorAge", 9e8);
    };
    trap(id, of_source(&[("keeps_h", json!(24))]), behind, "not-old", Warned).await;
    let denied = |s: &mut Shop| s.denied.push("cloudwatch:GetMetricData");
    trap(id, of_source(&[]), denied, "not-old", Warned).await;
}

#[tokio::test]
async fn a_source_that_is_off_or_on_its_way_is_not_switched() {
    for (state, wanted) in [
        ("Disabled", "is Disabled already"),
        ("Disabling", "is Disabling already"),
        ("Enabling", "AWS refuses to change it"),
        ("Updating", "AWS refuses to change it"),
    ] {
        let mut shop = shop();
        shop.event_sources[0].state = state.into();
        let refusal = check("lambda.esm-pause", of_source(&[]), &shop).await.unwrap_err();
        assert!(refusal.what.contains(wanted), "{state}: {refusal:?}");
    }
    let mut shop = shop();
    shop.event_sources[0].function_arn = "arn:aws:lambda:r:1:function:other".into();
    let refusal = check("lambda.esm-pause", of_source(&[]), &shop).await.unwrap_err();
    assert!(refusal.what.contains("calls other by now"), "{refusal:?}");
}

#[tokio::test]
async fn a_source_switched_there_and_back_since_the_draft_is_not_what_was_drafted() {
    let mut shop = shop();
    let draft = draft("lambda.esm-pause", of_source(&[]), &shop).await.unwrap();
    shop.event_sources[0].modified = Some(now());
    let refusal =
        Plan::<_, Sim>::propose(draft).check(&shop, &Cel, &ceremony(), now()).await.unwrap_err();
    assert_eq!(refusal.why, Why::Moved, "{refusal:?}");
}

#[tokio::test]
async fn lr21_a_cap_is_undone_by_what_was_reserved_and_nothing_is_not_0() {
    for (before, operation) in
        [(None, "DeleteFunctionConcurrency"), (Some(50), "PutFunctionConcurrency")]
    {
        let mut shop = shop();
        shop.reserved = before;
        let cap = params(&[("limit", json!(20))]);
        let question = sound("lambda.concurrency-cap", cap.clone(), &shop).await;
        assert_eq!(question.phrase, "cap concurrency@orders-writer at 20 in ..4021");
        let function = "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer";
        assert_eq!(
            question.calls[0].params,
            json!({"FunctionName": function, "ReservedConcurrentExecutions": 20})
        );
        assert_eq!(question.permissions[0].actions, ["lambda:PutFunctionConcurrency"]);
        assert_eq!(question.permissions[0].resources, [function]);
        let draft = draft("lambda.concurrency-cap", cap, &shop).await.unwrap();
        let Reversal::By(back) = draft.first.reversal else { panic!("it can be undone") };
        assert_eq!(back.call().1, operation);
        let Change::ReserveConcurrency(back) = *back else { panic!("it reserves") };
        assert_eq!((back.reserved, back.before), (before, Some(20)));
    }
}

#[tokio::test]
async fn every_trap_of_a_cap_is_seen() {
    use Standing::Warned;
    let id = "lambda.concurrency-cap";
    let limit = |limit: u32| params(&[("limit", json!(limit))]);
    let quiet = |_: &mut Shop| {};
    trap(id, limit(0), quiet, "not-a-stop", Warned).await;
    trap(id, limit(10), quiet, "room", Warned).await;
    let silent = |s: &mut Shop| {
        s.gauges.remove("ConcurrentExecutions");
    };
    trap(id, limit(10), silent, "room", Warned).await;
    // What is no number of calls never becomes a draft.
    for limit in [json!(1.5), json!(-1)] {
        let cap = params(&[("limit", limit)]);
        assert!(draft(id, cap, &shop()).await.unwrap_err().what.contains("reserve-concurrency"));
    }
    let mut shop = shop();
    shop.reserved = Some(20);
    let refusal = check(id, limit(20), &shop).await.unwrap_err();
    assert!(refusal.what.contains("is 20 already"), "{refusal:?}");
    let denied = |s: &mut Shop| s.denied.push("cloudwatch:GetMetricData");
    trap(id, limit(20), denied, "room", Warned).await;
}

#[tokio::test]
async fn a_kill_switch_pauses_what_feeds_the_function_first() {
    let question = sound("lambda.kill-switch", of_source(&[]), &shop()).await;
    assert_eq!(question.phrase, "stop orders-queue>orders-writer off in ..4021");
    let calls: Vec<_> = question.calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(calls, ["UpdateEventSourceMapping", "PutFunctionConcurrency"]);
    assert_eq!(question.calls[1].params["ReservedConcurrentExecutions"], 0);
    let mut shop = shop();
    shop.reserved = Some(0);
    assert!(check("lambda.kill-switch", of_source(&[]), &shop).await.is_err());
    let other = |s: &mut Shop| {
        let other = EventSource { uuid: "other".into(), ..s.event_sources[0].clone() };
        s.event_sources.push(other);
    };
    trap("lambda.kill-switch", of_source(&[]), other, "only-source", Standing::Warned).await;
}

#[tokio::test]
async fn provisioned_concurrency_is_put_back_as_it_was() {
    let warm = |requested| {
        let status = "READY".to_owned();
        Some(ProvisionedConcurrency { status, requested, available: requested })
    };
    for (before, operation) in
        [(None, "DeleteProvisionedConcurrencyConfig"), (warm(2), "PutProvisionedConcurrencyConfig")]
    {
        let mut shop = shop();
        shop.provisioned.clone_from(&before);
        let keep = params(&[("alias", json!("live")), ("amount", json!(5))]);
        let question = sound("lambda.pc-restore", keep.clone(), &shop).await;
        assert_eq!(question.phrase, "set provisioned:live@orders-writer to 5 in ..4021");
        assert!(question.permissions[0].resources[0].ends_with(":function:orders-writer:live"));
        let draft = draft("lambda.pc-restore", keep, &shop).await.unwrap();
        let Reversal::By(back) = draft.first.reversal else { panic!("it can be undone") };
        assert_eq!(back.call().1, operation);
    }
}

#[tokio::test]
async fn every_trap_of_provisioned_concurrency_is_seen() {
    use Standing::Stopped;
    let id = "lambda.pc-restore";
    let keep = || params(&[("alias", json!("live")), ("amount", json!(5))]);
    let weighted = |s: &mut Shop| {
        s.alias.weights.insert("41".into(), 0.5);
    };
    trap(id, keep(), weighted, "one-version", Stopped).await;
    trap(id, keep(), |s| s.alias.version = crate::shop::version("$LATEST"), "published", Stopped)
        .await;
    trap(id, keep(), |s| s.reserved = Some(4), "within-reserved", Stopped).await;
    let none = params(&[("alias", json!("live")), ("amount", json!(0))]);
    let refusal = check(id, none, &shop()).await.unwrap_err();
    assert!(refusal.what.contains("AWS provisions at least 1"), "{refusal:?}");
}

#[tokio::test]
async fn a_parameter_that_is_no_mapping_is_named() {
    let odd = of_source(&[("source", json!("orders-queue"))]);
    let error = draft("lambda.esm-pause", odd, &shop()).await.unwrap_err();
    assert!(error.what.contains("`source`") && error.what.contains("UUID"), "{error:?}");
    let gone = of_source(&[("source", json!("00000000-0000-0000-0000-000000000000"))]);
    let error = draft("lambda.esm-pause", gone, &shop()).await.unwrap_err();
    assert!(error.what.contains("no such mapping"), "{error:?}");
}

#[test]
fn a_mapping_without_a_time_is_told_by_its_state_alone() {
    let source: EventSource = serde_json::from_value(json!({
        "uuid": "u", "source_arn": "arn:aws:kinesis:r:1:stream/clicks", "function_arn": "", "state": "Enabled",
    }))
    .unwrap();
    assert_eq!((source.modified, source.source()), (None::<Timestamp>, "clicks"));
}
