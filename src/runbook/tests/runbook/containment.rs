//! The runbooks of containment, through the guard's own check: what they propose, and every trap.

use serde_json::{Value, json};
use watchdeck_domain::change::Denial;
use watchdeck_domain::{Change, Reversal, Timestamp};
use watchdeck_guard::{Standing, Why};
use watchdeck_runbook::Params;

use crate::identities::{access_key, principal};
use crate::setting::{check, draft, sound, trap_on};
use crate::shop::{Shop, minutes_ago};

const KEY: &str = "AKIASIMCIDEPLOY00001";

fn params(pairs: &[(&str, Value)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn of_key() -> Params {
    params(&[("user", json!("ci-deploy")), ("key", json!(KEY)), ("not_break_glass", json!(true))])
}

fn of_name(kind: &str, name: &str) -> Params {
    params(&[("kind", json!(kind)), ("name", json!(name))])
}

fn of_role(name: &str) -> Params {
    params(&[("role", json!(name)), ("trust_reviewed", json!(true))])
}

fn shop_of(name: &str) -> Shop {
    let mut shop = Shop::new();
    shop.identities.holder = principal(name);
    shop
}

#[tokio::test]
async fn a_key_is_made_inactive_and_active_again() {
    let shop = Shop::new();
    let question = sound("iam.key-deactivate", of_key(), &shop).await;
    assert_eq!(question.phrase, format!("make {KEY}@ci-deploy Inactive in ..4021"));
    let call = &question.calls[0];
    assert_eq!(call.operation, "UpdateAccessKey");
    let wanted = json!({"UserName": "ci-deploy", "AccessKeyId": KEY, "Status": "Inactive"});
    assert_eq!(call.params, wanted);
    assert_eq!(question.permissions[0].actions, ["iam:UpdateAccessKey"]);
    assert_eq!(question.permissions[0].resources, ["arn:aws:iam::123456784021:user/ci-deploy"]);
    assert!(
        question.blast_radius.iter().any(|line| line.contains("last used") && line.contains("s3"))
    );
    assert_eq!(
        question.reversals,
        [format!("make key {KEY} of ci-deploy active, as a plan of its own")]
    );
}

#[tokio::test]
async fn every_trap_of_a_key_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "iam.key-deactivate";
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, of_key(), spoil, check, is).await;
    };
    trap(
        |s| s.identities.keys[0].used.as_mut().unwrap().service = "sts".into(),
        "not-behind-us",
        Warned,
    )
    .await;
    trap(|s| s.identities.keys.push(access_key("AKIASIMCIDEPLOY00002")), "no-other-key", Warned)
        .await;
    trap(|s| s.signed = 3, "unused", Warned).await;
    trap(|s| s.denied.push("cloudtrail:LookupEvents"), "unused", Warned).await;
    let glass = params(&[
        ("user", json!("ci-deploy")),
        ("key", json!(KEY)),
        ("not_break_glass", json!(false)),
    ]);
    trap_on(Shop::new(), id, glass, |_| {}, "not_break_glass", Stopped).await;
    let mut off = Shop::new();
    off.identities.keys[0].status = "Inactive".into();
    let refusal = check(id, of_key(), &off).await.unwrap_err();
    assert!(refusal.what.contains("is Inactive already"), "{refusal:?}");
    let mut gone = Shop::new();
    gone.identities.keys.clear();
    assert!(draft(id, of_key(), &gone).await.unwrap_err().what.contains("no such key"));
}

#[tokio::test]
async fn cf36_no_plan_takes_from_us_what_we_act_with() {
    let as_user = "arn:aws:iam::123456784021:user/ops/ci-deploy";
    let as_role = "arn:aws:sts::123456784021:assumed-role/oncall-write/operator";
    let as_federated = "arn:aws:sts::123456784021:federated-user/alice";
    for (id, params, holder, arn) in [
        ("iam.key-deactivate", of_key(), "user/ci-deploy", as_user),
        ("iam.key-deactivate", of_key(), "user/ci-deploy", as_federated),
        ("iam.deny-all", of_name("user", "ci-deploy"), "user/ci-deploy", as_user),
        ("iam.deny-all", of_name("role", "oncall-write"), "role/oncall-write", as_role),
        ("iam.deny-all", of_name("role", "OnCall-Write"), "role/OnCall-Write", as_role),
        ("iam.revoke-sessions", of_role("oncall-write"), "role/oncall-write", as_role),
    ] {
        let mut shop = shop_of(holder);
        shop.arn = arn;
        let refusal = check(id, params, &shop).await.unwrap_err();
        assert_eq!(refusal.why, Why::Identity, "{id} {arn}: {refusal:?}");
        assert!(refusal.what.contains("would cut us off"), "{refusal:?}");
    }
}

#[tokio::test]
async fn everything_is_denied_under_the_name_of_the_run() {
    for (kind, name, member) in
        [("user", "ci-deploy", "UserName"), ("role", "oncall-read", "RoleName")]
    {
        let shop = shop_of(&format!("{kind}/{name}"));
        let question = sound("iam.deny-all", of_name(kind, name), &shop).await;
        let wanted = format!("quarantine {kind}/{name} by deny-all in ..4021");
        assert!(question.phrase.starts_with(&wanted), "{}", question.phrase);
        let [call] = &question.calls[..] else { panic!("{:?}", question.calls) };
        let policy = format!("OpsQuarantine-{}", question.plan.run());
        let wanted = json!({
            member: name, "PolicyName": policy, "PolicyDocument": Denial::Everything.document(),
        });
        assert_eq!(call.params, wanted);
        let back = format!("take the policy {policy} of {kind}/{name} away, as a plan of its own");
        assert_eq!(question.reversals, [back]);
    }
}

#[tokio::test]
async fn every_trap_of_a_denial_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "iam.deny-all";
    let role = || shop_of("role/orders-lambda");
    let of = || of_name("role", "orders-lambda");
    trap_on(role(), id, of(), |s| s.identities.holder.service_linked = true, "changeable", Stopped)
        .await;
    trap_on(
        role(),
        id,
        of(),
        |s| s.identities.holder.for_service = true,
        "not-for-service",
        Stopped,
    )
    .await;
    let mut too = of();
    too.insert("service_role_too".into(), json!(true));
    trap_on(
        role(),
        id,
        too,
        |s| s.identities.holder.for_service = true,
        "not-for-service",
        Standing::Passed,
    )
    .await;
    trap_on(role(), id, of(), |s| s.identities.room = 60, "room", Stopped).await;
    let again = |s: &mut Shop| {
        s.identities.policies.insert("OpsQuarantine-r-1".into(), Denial::Everything.document());
    };
    trap_on(role(), id, of(), again, "first", Warned).await;
}

#[tokio::test]
async fn older_sessions_are_revoked_and_an_earlier_time_is_put_back() {
    let shop = shop_of("role/oncall-read");
    let question = sound("iam.revoke-sessions", of_role("oncall-read"), &shop).await;
    let wanted = "revoke sessions@role/oncall-read before-03:01:00Z in ..4021";
    assert!(question.phrase.starts_with(wanted), "{}", question.phrase);
    assert!(question.title.contains("2026-11-22T03:01:00"), "{}", question.title);
    let at = Timestamp::parse("2026-11-22T03:01:00Z").unwrap();
    let document = Denial::SessionsBefore(at).document();
    assert_eq!(question.calls[0].params["PolicyDocument"], document);
    assert_eq!(question.calls[0].params["PolicyName"], "AWSRevokeOlderSessions");
    let mut again = shop.clone();
    let earlier = Denial::SessionsBefore(minutes_ago(600));
    again.identities.policies.insert("AWSRevokeOlderSessions".into(), earlier.document());
    let draft = draft("iam.revoke-sessions", of_role("oncall-read"), &again).await.unwrap();
    let Reversal::By(back) = draft.first.reversal else { panic!("it can be undone") };
    let Change::PutDenial(back) = *back else { panic!("it denies") };
    assert_eq!((back.denial, back.before), (Some(earlier), Some(document)));
}

#[tokio::test]
async fn every_trap_of_revoking_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "iam.revoke-sessions";
    let role = || shop_of("role/oncall-read");
    let of = || of_role("oncall-read");
    trap_on(role(), id, of(), |s| s.identities.holder.service_linked = true, "changeable", Stopped)
        .await;
    trap_on(
        role(),
        id,
        of(),
        |s| s.identities.holder.trusts = vec!["AWS:*".into()],
        "closed",
        Warned,
    )
    .await;
    trap_on(role(), id, of(), |s| s.identities.room = 100, "room", Stopped).await;
    let earlier = |s: &mut Shop| {
        let earlier = Denial::SessionsBefore(minutes_ago(600)).document();
        s.identities.policies.insert("AWSRevokeOlderSessions".into(), earlier);
    };
    trap_on(role(), id, of(), earlier, "first", Warned).await;
    let mut other = role();
    let document = r#"{"Statement":[]}"#.to_owned();
    other.identities.policies.insert("AWSRevokeOlderSessions".into(), document);
    let error = draft(id, of(), &other).await.unwrap_err();
    assert!(error.what.contains("says something else"), "{error:?}");
    let mut ahead = of();
    ahead.insert("before".into(), json!("now+16m"));
    let error = draft(id, ahead, &role()).await.unwrap_err();
    assert!(error.what.contains("more than 15 minutes ahead"), "{error:?}");
}

#[tokio::test]
async fn a_trail_is_started_and_nothing_takes_that_back() {
    let of = || params(&[("trail", json!("shop-trail"))]);
    let question = sound("cloudtrail.reenable", of(), &Shop::new()).await;
    assert_eq!(question.phrase, "start shop-trail logging in ..4021");
    let arn = "arn:aws:cloudtrail:eu-central-1:123456784021:trail/shop-trail";
    assert_eq!(question.calls[0].params, json!({ "Name": arn }));
    assert_eq!(question.permissions[0].resources, [arn]);
    assert!(question.reversals[0].starts_with("cannot be taken back: "), "{question:?}");
    assert!(question.blast_radius[1].contains("since 2026-11-22T02:48:00"), "{question:?}");
}

#[tokio::test]
async fn cf33_every_trap_of_a_trail_is_seen() {
    use Standing::{Stopped, Warned};
    let of = || params(&[("trail", json!("shop-trail"))]);
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), "cloudtrail.reenable", of(), spoil, check, is).await;
    };
    trap(|s| s.trail.at_home = false, "at-home", Stopped).await;
    trap(|s| s.trail.account = "123456780001".into(), "ours", Stopped).await;
    trap(|s| s.trail.delivery_error = "AccessDenied".into(), "writable", Warned).await;
    trap(|s| s.trail.scope.management = false, "everything", Warned).await;
    trap(|s| s.trail.scope.every_region = false, "everything", Warned).await;
    trap(|s| s.trail.scope.validated = false, "validated", Warned).await;
    let mut on = Shop::new();
    on.trail.logging = true;
    let refusal = check("cloudtrail.reenable", of(), &on).await.unwrap_err();
    assert!(refusal.what.contains("is logging already"), "{refusal:?}");
}
