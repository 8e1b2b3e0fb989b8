//! Leases in DynamoDB tables that nobody here wrote, and policies that somebody else evaluates.

use std::sync::Arc;

use watchdeck_aws::{Armed, Connection, Hands};
use watchdeck_domain::reading::{Foresee, ReadFailure};
use watchdeck_domain::{
    Arn, Clock as _, Environment, Foresight, LeaseTable, Permission, Ruling, ask,
};
use watchdeck_guard::run::Verified;
use watchdeck_guard::{
    Ceremony, Gate, LEASE_STANDS, Leases, Live, Operator, Passage, Plan, Run, Way,
};
use watchdeck_runbook::{Cel, Params, Place, Rollback, propose_rollback};
use watchdeck_tests::hurried::Hurried;
use watchdeck_tests::servers::{Kind, Server};

use super::{alias, connected, function, shop};

const TABLE: &str = "
client('dynamodb').create_table(
    TableName='watchdeck-leases', BillingMode='PAY_PER_REQUEST',
    AttributeDefinitions=[{'AttributeName': 'target', 'AttributeType': 'S'}],
    KeySchema=[{'AttributeName': 'target', 'KeyType': 'HASH'}])
";

/// Somebody's lease that ended long ago.
const OLD: &str = "
client('dynamodb').put_item(TableName='watchdeck-leases', Item={
    'target': {'S': '000000000000/eu-central-1/live@orders-writer'}, 'holder': {'S': 'bob as oncall/bob'},
    'run': {'S': 'r-' + 32 * '0'}, 'nonce': {'S': 'old'}, 'since': {'N': '1'}, 'expires': {'N': '300'}})
";

const STEAL: &str = "
client('dynamodb').update_item(TableName='watchdeck-leases',
    Key={'target': {'S': '000000000000/eu-central-1/live@orders-writer'}},
    UpdateExpression='SET nonce = :n, holder = :h',
    ExpressionAttributeValues={':n': {'S': 'theirs'}, ':h': {'S': 'bob as oncall/bob'}})
";

const ROLE: &str = "
role = client('iam').create_role(RoleName='oncall', AssumeRolePolicyDocument=json.dumps(
    {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': '*'}, 'Action': 'sts:AssumeRole'}]}))
client('iam').put_role_policy(RoleName='oncall', PolicyName='p', PolicyDocument=json.dumps(
    {'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Action': 'lambda:UpdateAlias', 'Resource': 'arn:aws:lambda:eu-central-1:000000000000:function:orders-writer'},
        {'Effect': 'Deny', 'Action': 'lambda:Delete*', 'Resource': '*'}]}))
print(role['Role']['Arn'])
";

fn table() -> LeaseTable {
    LeaseTable::built_in()
}

/// Production, where a rollback asks for a lease as advice, and leases are kept in the table.
fn ceremony(connection: &Connection, clock: &Arc<Hurried>) -> Arc<Ceremony> {
    let lender = connection.lender(&table(), clock.clone(), true);
    let leases = Some(Leases { lender, span: LEASE_STANDS });
    Arc::new(Ceremony { leases, ..Ceremony::bare(Environment::Production) })
}

/// A plan to roll back, the reason given: how its lease stands, and the run once it is verified.
async fn verified(
    connection: &Connection,
    clock: &Arc<Hurried>,
    name: &str,
) -> (Passage, Run<Verified, Live>) {
    let Armed::Live(Hands { reader, .. }) = connection.arm() else { panic!("not live") };
    let rollback = Rollback {
        function: function(),
        alias: alias(),
        version: Some("1".parse().unwrap()),
        more: Params::new(),
    };
    let place = Place { scope: connection.scope(), now: clock.now() };
    let draft = propose_rollback(&*connection.source(), rollback, &place).await.unwrap();
    let ceremony = ceremony(connection, clock);
    let plan = Plan::propose(draft).check(&*reader, &Cel, &ceremony, clock.now()).await.unwrap();
    let mut challenge = plan.challenge();
    challenge.give_reason("INC-7");
    let lease =
        |passages: Vec<Passage>| passages.into_iter().find(|one| one.gate == Gate::Lease).unwrap();
    let passage = lease(challenge.passages());
    let phrase = challenge.question().phrase.clone();
    let by = Operator { name: name.into() };
    let plan = challenge.answer(&phrase, &by, clock.now()).map_err(|(_, why)| why).unwrap();
    let run = Run::open(plan).verify(&*reader, &Cel, clock.now()).await;
    (passage, run.map_err(|(_, why)| why).unwrap())
}

async fn leases_are_kept(kind: Kind) {
    let Some(server) = shop(kind) else { return };
    server.boto3(TABLE).unwrap();
    let connection = connected(&server).await;
    let account = connection.scope().account;
    let of_account = |script: &str| script.replace("000000000000", account.as_str());
    server.boto3(&of_account(OLD)).unwrap();
    let clock = Arc::new(Hurried::start());
    let lender = connection.lender(&table(), clock.clone(), true);
    let target = format!("{account}/eu-central-1/live@orders-writer");
    assert_eq!(lender.look(&target).await, Ok(None), "it ran out");

    let (passage, _alice) = verified(&connection, &clock, "alice").await;
    assert_eq!(passage.way, Way::Passed, "{passage:?}");
    let held = lender.look(&target).await.unwrap().expect("nobody holds it");
    assert!(held.holder.starts_with("alice as "), "{held:?}");
    let span = held.until.since(held.since).as_secs();
    assert!((299..=301).contains(&span), "{held:?}");

    // Whoever comes second sees who holds it; as advice it does not stop them, and takes nothing away.
    let (passage, _bob) = verified(&connection, &clock, "bob").await;
    assert!(passage.way == Way::Closed && passage.why.starts_with("alice as "), "{passage:?}");
    assert_eq!(lender.look(&target).await.unwrap().as_ref(), Some(&held));
    server.boto3(&of_account(STEAL)).unwrap();
    let stolen = lender.look(&target).await.unwrap().unwrap();
    assert_eq!((stolen.holder.as_str(), &stolen.run), ("bob as oncall/bob", &held.run));
}

#[tokio::test]
async fn leases_are_taken_told_and_left_alone_on_moto() {
    leases_are_kept(Kind::Moto).await;
}

#[tokio::test]
async fn leases_are_taken_told_and_left_alone_on_ministack() {
    leases_are_kept(Kind::Ministack).await;
}

#[tokio::test]
async fn a_table_that_is_not_there_cannot_tell() {
    let Some(server) = shop(Kind::Moto) else { return };
    let connection = connected(&server).await;
    let clock = Arc::new(Hurried::start());
    let (passage, _run) = verified(&connection, &clock, "alice").await;
    assert_eq!(passage.way, Way::Unable);
    assert!(passage.why.contains("cannot tell who holds it: dynamodb:GetItem"), "{passage:?}");
}

async fn foreseen(server: &Server, principal: &str) -> Result<Foresight, ReadFailure> {
    let connection = connected(server).await;
    let function = "arn:aws:lambda:eu-central-1:000000000000:function:orders-writer";
    let actions = ["lambda:UpdateAlias", "lambda:DeleteAlias", "lambda:PutFunctionConcurrency"];
    let needs = vec![Permission {
        actions: actions.map(str::to_owned).to_vec(),
        resources: vec![function.into()],
    }];
    let region = connection.scope().region;
    let asked = Foresee { principal: Arn::parse(principal).unwrap(), needs, region };
    ask(&*connection.source(), asked).await.map_err(|error| error.failure)
}

#[tokio::test]
async fn ministack_says_what_the_role_of_a_session_may() {
    let Some(server) = Server::start(Kind::Ministack) else { return };
    let arn = server.boto3(ROLE).unwrap().trim().to_owned();
    let session = "arn:aws:sts::000000000000:assumed-role/oncall/alice";
    let told = foreseen(&server, session).await.unwrap();
    assert_eq!(told.principal.as_str(), arn);
    let rulings: Vec<_> = told.foreseen.into_iter().map(|one| one.ruling).collect();
    assert_eq!(rulings, [Ruling::Allowed, Ruling::Denied, Ruling::Unallowed]);
}

#[tokio::test]
async fn moto_lacks_the_simulator_and_that_is_told_as_not_known() {
    let Some(server) = shop(Kind::Moto) else { return };
    let role = "arn:aws:iam::123456789012:role/orders-lambda";
    let failure = foreseen(&server, role).await.unwrap_err();
    assert!(matches!(failure, ReadFailure::Unsupported | ReadFailure::Fault), "{failure:?}");
}
