//! The runbooks of weights, health checks and zones, through the guard's own check: what they propose, and every trap.

use serde_json::{Value, json};
use watchdeck_domain::Change;
use watchdeck_domain::dns::ALL_ZERO;
use watchdeck_guard::{Ended, Sim, Standing};
use watchdeck_runbook::{Params, built_in};

use crate::catalogue::{answer, bench, cases};
use crate::setting::{check, draft, sound, trap_on};
use crate::shop::Shop;
use crate::support::bench::ended;
use crate::support::memory::{Death, Point};
use crate::support::traffic::{BALANCER, CHECK, availability_zone};

fn params(pairs: &[(&str, Value)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn weighed(weights: &str) -> Params {
    params(&[
        ("zone", json!("Z04SHOPEXAMPLE1")),
        ("name", json!("pay.shop.example")),
        ("kind", json!("CNAME")),
        ("weights", json!(weights)),
    ])
}

fn flipped() -> Params {
    params(&[("zone", json!("Z04SHOPEXAMPLE1")), ("check", json!(CHECK))])
}

fn shifted(away: &str) -> Params {
    params(&[
        ("resource", json!(BALANCER)),
        ("away", json!(away)),
        ("others_can_carry_it", json!(true)),
    ])
}

#[tokio::test]
async fn weights_are_shifted_by_whole_records_and_put_back() {
    let question = sound("r53.weight-shift", weighed("home=0,west=100"), &Shop::new()).await;
    assert_eq!(question.phrase, "weigh pay.shop.example/CNAME as home=0,west=100 in ..4021");
    let call = &question.calls[0];
    assert_eq!(
        (call.service.as_str(), call.operation.as_str()),
        ("Route 53", "ChangeResourceRecordSets")
    );
    let sets = call.params["ChangeBatch"]["Changes"].as_array().unwrap();
    assert_eq!(sets.len(), 2);
    assert_eq!(
        sets[1]["ResourceRecordSet"],
        json!({
            "Name": "pay.shop.example.", "Type": "CNAME", "SetIdentifier": "west", "Weight": 100, "TTL": 60,
            "ResourceRecords": [{ "Value": "west.example" }],
        })
    );
    assert_eq!(question.permissions[0].resources, ["arn:aws:route53:::hostedzone/Z04SHOPEXAMPLE1"]);
    let [difference] = &question.differences[..] else { panic!("{:?}", question.differences) };
    assert_eq!(
        (difference.before.as_str(), difference.after.as_str()),
        ("home=100,west=0", "home=0,west=100")
    );
    assert!(question.reversals[0].contains("home=100,west=0"), "{question:?}");
    // A record that is not named keeps its weight, and is not sent.
    let one = draft("r53.weight-shift", weighed("west=100"), &Shop::new()).await.unwrap();
    let Change::ShiftWeights(shift) = &one.first.change else { panic!("another change") };
    assert_eq!(shift.records.iter().map(|record| record.weight).collect::<Vec<_>>(), [100, 100]);
    assert_eq!(shift.sent().len(), 1);
}

#[tokio::test]
async fn cf19_weights_that_would_all_be_0_make_no_plan() {
    let error = draft("r53.weight-shift", weighed("home=0,west=0"), &Shop::new()).await;
    assert_eq!(error.unwrap_err().what, ALL_ZERO);
    let mut shop = Shop::new();
    shop.leading.records[1].weight = 50;
    let mut made = draft("r53.weight-shift", weighed("home=1"), &shop).await.unwrap();
    let Change::ShiftWeights(shift) = &mut made.first.change else { panic!("another change") };
    for record in &mut shift.records {
        record.weight = 0;
    }
    let refusal = crate::setting::checked(made, &shop).await.unwrap_err();
    assert!(refusal.what.contains("all weights would be 0"), "{refusal:?}");
}

#[test]
fn cf19_the_linter_refuses_weights_that_are_all_0() {
    let runbook = built_in().map(Result::unwrap).find(|it| it.id == "r53.weight-shift").unwrap();
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../runbooks/r53-weight-shift.toml"
    ));
    assert_eq!(runbook.lint(), []);
    let zero = text.unwrap().replace("weights = \"{weights}\"", "weights = \"home=0,west=0\"");
    let complaints = watchdeck_runbook::sound(&zero).unwrap_err();
    assert!(complaints.iter().any(|it| it.what == ALL_ZERO), "{complaints:#?}");
}

#[tokio::test]
async fn cf20_a_time_to_live_of_a_day_is_told_with_the_plan() {
    let mut shop = Shop::new();
    for record in &mut shop.leading.records {
        record.ttl = Some(86_400);
    }
    let question = check("r53.weight-shift", weighed("home=0,west=100"), &shop).await.unwrap();
    let told = question.blast_radius.iter().any(|line| line.contains("86400 s (1 day)"));
    assert!(told, "{:?}", question.blast_radius);
    let short = question.evidence.iter().find(|it| it.id == "short-lived").unwrap();
    assert_eq!(short.standing, Standing::Warned);
}

#[tokio::test]
async fn every_trap_of_weights_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "r53.weight-shift";
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, weighed("home=0,west=100"), spoil, check, is).await;
    };
    let ill = |s: &mut Shop| {
        s.leading.records[1].health_check = Some("h-1".into());
        s.leading.health.insert("h-1".into(), false);
    };
    trap(ill, "well", Stopped).await;
    trap(|s| s.leading.records[1].health_check = Some("h-2".into()), "well", Warned).await;
    trap(|s| s.denied.push("route53:TestDNSAnswer"), "answered", Warned).await;
    let mut kept = Shop::new();
    kept.leading.records[1].policy = "policy-1".into();
    let refusal = check(id, weighed("home=0,west=100"), &kept).await.unwrap_err();
    assert!(refusal.what.contains("traffic policy"), "{refusal:?}");
    let odd = draft(id, weighed("home=0,east=100"), &Shop::new()).await.unwrap_err();
    assert!(odd.what.contains("no record `east`"), "{odd:?}");
    let mut none = Shop::new();
    none.leading.records.clear();
    let none = draft(id, weighed("home=0,west=100"), &none).await.unwrap_err();
    assert!(none.what.contains("has no weighted records"), "{none:?}");
    let refusal = check(id, weighed("home=100,west=0"), &Shop::new()).await.unwrap_err();
    assert!(refusal.what.contains("is home=100,west=0 already"), "{refusal:?}");
}

#[tokio::test]
async fn every_trap_of_a_health_check_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "r53.healthcheck-flip";
    let question = sound(id, flipped(), &Shop::new()).await;
    assert_eq!(question.phrase, format!("set healthcheck:{CHECK} to inverted in ..4021"));
    assert_eq!(
        question.calls[0].params,
        json!({ "HealthCheckId": CHECK, "HealthCheckVersion": 3, "Inverted": true })
    );
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, flipped(), spoil, check, is).await;
    };
    trap(|s| s.leading.check.disabled = true, "enabled", Stopped).await;
    trap(|s| s.leading.followers.clear(), "followed", Stopped).await;
    trap(|s| s.leading.followers[0].others.clear(), "otherwise", Stopped).await;
    trap(|s| s.leading.check.checkers = None, "known", Warned).await;
    trap(|s| s.leading.check.checkers.as_mut().unwrap().healthy = 0, "not-yet", Warned).await;
    let mut shop = Shop::new();
    shop.leading.check.inverted = true;
    let refusal = check(id, flipped(), &shop).await.unwrap_err();
    assert!(refusal.what.contains("is inverted already"), "{refusal:?}");
}

#[tokio::test]
async fn every_trap_of_a_zone_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "arc.zonal-shift";
    let question = sound(id, shifted("euc1-az2"), &Shop::new()).await;
    assert_eq!(question.phrase, "shift zones:shop-web away-from-euc1-az2 in ..4021");
    let call = &question.calls[0].params;
    assert_eq!((&call["expiresIn"], &call["awayFrom"]), (&json!("120m"), &json!("euc1-az2")));
    let comment = call["comment"].as_str().unwrap();
    assert!(comment.starts_with("zone ails watchdeck-r-") && comment.len() <= 128, "{comment}");
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, shifted("euc1-az2"), spoil, check, is).await;
    };
    trap(|s| s.leading.by_aws = true, "not-by-aws", Stopped).await;
    let two = |s: &mut Shop| s.leading.weights.retain(|zone, _| *zone != availability_zone(3));
    trap(two, "room", Warned).await;
    let none = |s: &mut Shop| {
        s.leading.weights.values_mut().for_each(|weight| *weight = 0.0);
    };
    trap(none, "others", Stopped).await;
    let odd = draft(id, shifted("euc1-az9"), &Shop::new()).await.unwrap_err();
    assert!(odd.what.contains("does not stand in euc1-az9"), "{odd:?}");
}

#[tokio::test]
async fn cf39_beside_a_shift_that_goes_on_there_is_no_other() {
    let mut shop = Shop::new();
    shop.leading.shift = Some(watchdeck_domain::zonal::ZonalShift {
        id: "theirs".into(),
        away: availability_zone(3),
        comment: "theirs".into(),
        expires: None,
    });
    let error = draft("arc.zonal-shift", shifted("euc1-az2"), &shop).await.unwrap_err();
    assert!(error.what.contains("led away from euc1-az3 already"), "{error:?}");
}

#[test]
fn a_process_that_comes_back_asks_for_the_change_that_the_call_was_answered_with() {
    for id in ["r53.weight-shift", "dr.full-failover"] {
        let case = cases().into_iter().find(|case| case.id == id).unwrap();
        let bench = bench();
        let last = Death::Around(Point::AfterOutcome, case.steps);
        let mut session = bench.session_of::<Sim>(last).unwrap();
        let question = session.propose(case.draft(&bench).unwrap()).unwrap();
        answer(&mut session, &question);
        assert!(!session.lives(), "{id}");
        let mut session = bench.session();
        let events = session.resume(question.plan.run()).to_vec();
        assert_eq!(ended(&events), Some(Ended::Succeeded), "{id}: {events:#?}");
    }
}
