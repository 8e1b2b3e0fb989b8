//! Findings and limits against moto: findings read by their ids, a web ACL sent back whole with a rule more, and without it.

use serde_json::json;
use watchdeck_domain::change::LimitRate;
use watchdeck_domain::reading::{DetectorAdministrator, TriageOf, WebAclOf};
use watchdeck_domain::{Arn, Change, ask};
use watchdeck_tests::servers::{Kind, Server};

use super::connected;
use super::drill::{carried_out, drafted, params};

/// Three findings, and a detector. Prints nothing.
const FINDINGS: &str = "
hub = client('securityhub')
hub.enable_security_hub()
def finding(n):
    return {'SchemaVersion': '2018-10-08', 'Id': f'finding/{n}', 'ProductArn': 'arn:product', 'GeneratorId': 'g',
        'AwsAccountId': '123456789012', 'Types': ['x'], 'CreatedAt': '2026-11-01T00:00:00Z', 'UpdatedAt': '2026-11-01T00:00:00Z',
        'Severity': {'Label': 'LOW'}, 'Title': f'finding {n}', 'Description': 'd', 'RecordState': 'ACTIVE',
        'Workflow': {'Status': 'NEW'}, 'Resources': [{'Type': 'Other', 'Id': 'r'}]}
hub.batch_import_findings(Findings=[finding(n) for n in range(3)])
client('guardduty').create_detector(Enable=True)
";

/// A web ACL with a rule. Prints its ARN.
const FIREWALL: &str = "
seen = lambda name: {'SampledRequestsEnabled': True, 'CloudWatchMetricsEnabled': True, 'MetricName': name}
rule = {'Name': 'germany', 'Priority': 3, 'Action': {'Block': {}}, 'VisibilityConfig': seen('germany'),
    'Statement': {'GeoMatchStatement': {'CountryCodes': ['DE']}}}
acl = client('wafv2').create_web_acl(Name='shop-edge', Scope='REGIONAL', DefaultAction={'Allow': {}}, Rules=[rule],
    VisibilityConfig=seen('shop-edge'), TokenDomains=['shop.example'])
print(acl['Summary']['ARN'])
";

#[tokio::test]
async fn findings_are_read_by_their_ids_on_moto() {
    let Some(server) = Server::start(Kind::Moto) else { return };
    server.boto3(FINDINGS).unwrap();
    let source = connected(&server).await.source();
    let ids = ["finding/2", "finding/0", "finding/7"].map(|id| id.parse().unwrap()).to_vec();
    let found = ask(&*source, TriageOf { findings: ids }).await.unwrap();
    let found: Vec<_> =
        found.findings.iter().map(|one| (one.id.as_str(), one.workflow.as_str())).collect();
    assert_eq!(found, [("finding/2", "NEW"), ("finding/0", "NEW")]);
    assert_eq!(ask(&*source, DetectorAdministrator {}).await.unwrap(), "");
}

#[tokio::test]
async fn a_limit_is_put_into_a_web_acl_and_taken_out_again_on_moto() {
    let Some(server) = Server::start(Kind::Moto) else { return };
    let arn = Arn::parse(server.boto3(FIREWALL).unwrap().trim()).unwrap();
    let connection = connected(&server).await;
    let given = [
        ("acl", json!(arn)),
        ("acl_name", json!("shop-edge")),
        ("limit", json!(100)),
        ("window", json!(60)),
    ];
    let read =
        || async { ask(&*connection.source(), WebAclOf { acl: arn.clone() }).await.unwrap() };
    let before = read().await;
    let mut draft = drafted(&connection, "waf.rate-rule", params(&given)).await;
    let Change::LimitRate(limit) = draft.first.change.clone() else { panic!("another change") };
    carried_out(&connection, draft.clone()).await;
    let with = read().await;
    assert!(limit.is_whole_in(&with), "{:#?}", with.rules);
    assert_eq!((with.rules.len(), &with.rules[0]), (2, &before.rules[0]));
    assert_eq!(with.whole["TokenDomains"], before.whole["TokenDomains"]);
    draft = drafted(&connection, "waf.rate-rule", params(&given)).await;
    let back = LimitRate::on(&with, &limit.rule, false);
    draft.first.change = back.into();
    let again = LimitRate::on(&with, &limit.rule, true);
    draft.first.reversal = watchdeck_domain::Reversal::By(Box::new(again.into()));
    carried_out(&connection, draft).await;
    assert_eq!(read().await.rules, before.rules);
}
