//! Containment against moto: a key made inactive and active again, a denial put and taken away, a trail started.

use serde_json::json;
use watchdeck_aws::Connection;
use watchdeck_domain::reading::{AccessKeyOf, InlinePolicyOf, TrailOf};
use watchdeck_domain::{AccessKeyId, PrincipalName, TrailName, UserName, ask};
use watchdeck_tests::servers::{Kind, Server};

use super::connected;
use super::drill::{back, carried_out, drafted, params};

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
