//! Containment against moto: a key made inactive and active again, a denial put and taken away, a trail started.

use std::sync::Arc;

use serde_json::{Value, json};
use watchdeck_aws::{Armed, Connection};
use watchdeck_domain::reading::{AccessKeyOf, InlinePolicyOf, TrailOf};
use watchdeck_domain::{
    AccessKeyId, Clock as _, Environment, PrincipalName, Reversal, TrailName, UserName, ask,
};
use watchdeck_guard::{Ceremony, Draft, Journal, Live, Next, Operator, Plan, Run};
use watchdeck_runbook::{Catalogue, Cel, Params, Place};
use watchdeck_tests::hurried::Hurried;
use watchdeck_tests::servers::{Kind, Server};

use super::connected;

/// A user with a key, a role, and a trail that does not write yet. Prints the key.
const SUSPECTS: &str = "
import json
iam = client('iam')
iam.create_user(UserName='ci-deploy', Path='/teams/')
print(iam.create_access_key(UserName='ci-deploy')['AccessKey']['AccessKeyId'])
iam.create_role(RoleName='oncall-read', AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': {'AWS': '*'}, 'Action': 'sts:AssumeRole'}]}))
client('s3').create_bucket(Bucket='shop-logs', CreateBucketConfiguration={'LocationConstraint': 'eu-central-1'})
client('cloudtrail').create_trail(Name='shop-trail', S3BucketName='shop-logs')
";

pub(super) fn params(pairs: &[(&str, Value)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

pub(super) async fn drafted(connection: &Connection, id: &str, params: Params) -> Draft {
    let place = Place { scope: connection.scope(), now: Hurried::start().now() };
    let catalogue = Catalogue::new(Vec::new());
    catalogue.propose(id, params, &place, &*connection.source()).await.unwrap()
}

/// Walks the whole road with a draft of one step, up to what the server makes of the call.
pub(super) async fn carried_out(connection: &Connection, draft: Draft) {
    let Armed::Live(hands) = connection.arm() else { panic!("a URL is never the simulated realm") };
    let clock = Hurried::start();
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal"), clock.now()).unwrap();
    let ceremony = Arc::new(Ceremony::bare(Environment::Sandbox));
    let plan = Plan::<_, Live>::propose(draft).check(&*hands.reader, &Cel, &ceremony, clock.now());
    let mut challenge = plan.await.unwrap().challenge();
    challenge.give_reason("a drill");
    challenge.break_glass("a drill");
    let phrase = challenge.question().phrase.clone();
    let operator = Operator { name: "tester".into() };
    let plan = challenge.answer(&phrase, &operator, clock.now()).map_err(|(_, why)| why).unwrap();
    let run = Run::open(plan).verify(&*hands.reader, &Cel, clock.now()).await;
    let run = run.map_err(|(_, why)| why).unwrap();
    let run = run.record(&mut journal, clock.now()).map_err(|(_, why)| why).unwrap();
    let next = run.act(&*hands.writer, &mut journal, &clock).await.unwrap();
    assert!(matches!(next, Next::Settled(_)), "{next:?}");
}

/// The same draft, turned round: what led back is done, and what was done leads back.
fn back(draft: &Draft) -> Draft {
    let Reversal::By(back) = &draft.first.reversal else { panic!("nothing leads back") };
    let mut turned = draft.clone();
    turned.first.reversal = Reversal::By(Box::new(draft.first.change.clone()));
    turned.first.change = (**back).clone();
    (turned.facts, turned.pins, turned.checks) = (Vec::new(), Vec::new(), Vec::new());
    turned
}

async fn suspects() -> Option<(Server, Connection, AccessKeyId)> {
    let server = Server::start(Kind::Moto)?;
    let key = server.boto3(SUSPECTS).unwrap();
    let connection = connected(&server).await;
    Some((server, connection, AccessKeyId::parse(key.trim()).unwrap()))
}

#[tokio::test]
async fn a_key_is_made_inactive_and_active_again_on_moto() {
    let Some((_server, connection, key)) = suspects().await else { return };
    let of = || AccessKeyOf { user: UserName::parse("ci-deploy").unwrap(), key: key.clone() };
    let given =
        [("user", json!("ci-deploy")), ("key", json!(key)), ("not_break_glass", json!(true))];
    let draft = drafted(&connection, "iam.key-deactivate", params(&given)).await;
    let allowed = draft.first.change.permission(&connection.scope());
    assert!(allowed.resources[0].ends_with(":user/teams/ci-deploy"), "{allowed:?}");
    carried_out(&connection, draft.clone()).await;
    assert_eq!(ask(&*connection.source(), of()).await.unwrap().status, "Inactive");
    carried_out(&connection, back(&draft)).await;
    assert_eq!(ask(&*connection.source(), of()).await.unwrap().status, "Active");
}

#[tokio::test]
async fn denials_are_put_and_taken_away_on_moto() {
    let Some((_server, connection, _)) = suspects().await else { return };
    for (id, given, holder, denies) in [
        (
            "iam.deny-all",
            [("kind", json!("user")), ("name", json!("ci-deploy"))],
            "user/ci-deploy",
            "Resource",
        ),
        (
            "iam.deny-all",
            [("kind", json!("role")), ("name", json!("oncall-read"))],
            "role/oncall-read",
            "Resource",
        ),
        (
            "iam.revoke-sessions",
            [("role", json!("oncall-read")), ("trust_reviewed", json!(true))],
            "role/oncall-read",
            "aws:TokenIssueTime",
        ),
    ] {
        let draft = drafted(&connection, id, params(&given)).await;
        let watchdeck_domain::Change::PutDenial(put) = &draft.first.change else { panic!("{id}") };
        let of = || InlinePolicyOf {
            principal: PrincipalName::parse(holder).unwrap(),
            policy: put.policy.clone(),
        };
        carried_out(&connection, draft.clone()).await;
        let there = ask(&*connection.source(), of()).await.unwrap();
        assert!(there.is_some_and(|document| document.contains(denies)), "{id} {holder}");
        carried_out(&connection, back(&draft)).await;
        assert_eq!(ask(&*connection.source(), of()).await.unwrap(), None, "{id} {holder}");
    }
}

#[tokio::test]
async fn a_trail_is_started_on_moto() {
    let Some((_server, connection, _)) = suspects().await else { return };
    let of = || TrailOf { trail: TrailName::parse("shop-trail").unwrap() };
    assert!(!ask(&*connection.source(), of()).await.unwrap().logging);
    let given = [("trail", json!("shop-trail"))];
    let draft = drafted(&connection, "cloudtrail.reenable", params(&given)).await;
    carried_out(&connection, draft).await;
    assert!(ask(&*connection.source(), of()).await.unwrap().logging);
}
