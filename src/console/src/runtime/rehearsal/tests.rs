//! The least that a role must be allowed: with it a runbook runs, and with anything of it missing the plan says so.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use watchdeck_aws::Eyes;
use watchdeck_domain::reading::EventSources;
use watchdeck_domain::{FunctionName, Permission, ask};
use watchdeck_guard::{Gate, Passage, Plan, Way};
use watchdeck_runbook::Given;
use watchdeck_sim::wire::call::{Call, Caller};
use watchdeck_sim::wire::value::Value;

use super::*;

/// The built-in runbooks, with what each is given.
fn runbooks() -> Vec<(&'static str, BTreeMap<String, Json>)> {
    let with = |params: Json| serde_json::from_value(params).unwrap();
    vec![
        ("lambda.rollback", with(json!({"function": "orders-writer", "alias": "live"}))),
        ("lambda.esm-pause", with(json!({"function": "orders-worker"}))),
        ("lambda.concurrency-cap", with(json!({"function": "orders-writer", "limit": 600}))),
        ("lambda.kill-switch", with(json!({"function": "orders-worker"}))),
        (
            "lambda.pc-restore",
            with(json!({"function": "orders-writer", "alias": "live", "amount": 3})),
        ),
    ]
}

async fn account() -> Rehearsed {
    let given = json!({"story": "bad-deploy", "after_s": 420});
    let given: Given = serde_json::from_value(given).unwrap();
    rehearse(&given, Timestamp::parse(BEGINNING).unwrap()).await.unwrap()
}

/// What a console reads, whatever it is about to do.
fn looking() -> Json {
    let actions =
        ["*:Get*", "*:List*", "*:Describe*", "*:Lookup*", "iam:Simulate*", "logs:Filter*"];
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

/// Lets the operator's role do this, and look, and nothing else.
fn allow(account: &Rehearsed, permissions: &[Permission]) {
    let mut statements = vec![looking()];
    statements.extend(permissions.iter().map(|permission| {
        json!({"Effect": "Allow", "Action": permission.actions, "Resource": permission.resources})
    }));
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    account.account().peek(|world| {
        let call = Call {
            service: "iam".into(),
            operation: "PutRolePolicy".into(),
            input: Value::empty()
                .with("RoleName", "oncall-write")
                .with("PolicyName", "operate")
                .with("PolicyDocument", document),
            // Somebody whom the account has no key of: the operator's own role is being narrowed.
            caller: Caller {
                access_key: "AKIASIMADMINISTRATOR".into(),
                arn: "arn:aws:iam::123456784021:user/administrator".into(),
                user_id: "AIDASIMADMINISTRATOR".into(),
                account: "123456784021".into(),
            },
            region: "eu-central-1".into(),
            request_id: "least".into(),
            user_agent: "least".into(),
        };
        world.perform(&call).unwrap().unwrap();
    });
}

async fn draft(account: &Rehearsed, id: &str, params: &BTreeMap<String, Json>) -> Draft {
    let place = Place { scope: account.connection.scope(), now: account.clock.now() };
    let source = account.connection.source();
    let mut params = params.clone();
    if params["function"] == "orders-worker" {
        let function = FunctionName::parse("orders-worker").unwrap();
        let feeding = ask(&*source, EventSources { function }).await.unwrap().remove(0);
        let queue = feeding.source_arn.rsplit(':').next().unwrap();
        params.insert("queue".into(), json!(queue));
        params.insert("source".into(), json!(feeding.uuid));
    }
    let drafted = Catalogue::new(vec![]).propose(id, params, &place, &*source).await;
    drafted.unwrap_or_else(|error| panic!("{id}: {}", error.what))
}

/// How the trial stands in a plan for production.
async fn tried(account: &Rehearsed, draft: Draft) -> Passage {
    let Eyes::Sim(reader) = account.connection.eyes() else { panic!("not in process") };
    let ceremony = Arc::new(Ceremony::bare(Environment::Production));
    let plan = Plan::propose(draft).check(&*reader, &Cel, &ceremony, account.clock.now()).await;
    let passages = plan.unwrap().challenge().passages();
    passages.into_iter().find(|one| one.gate == Gate::Preflight).unwrap()
}

fn needs(draft: &Draft) -> Vec<Permission> {
    draft.steps().map(|step| step.change.permission(&draft.scope)).collect()
}

#[tokio::test]
async fn t14_with_exactly_what_it_needs_a_runbook_runs() {
    for (id, params) in runbooks() {
        let account = account().await;
        let draft = draft(&account, id, &params).await;
        let needs = needs(&draft);
        allow(&account, &needs);
        let passage = tried(&account, draft.clone()).await;
        assert_eq!(passage.way, Way::Passed, "{id}: {passage:?}");
        let operations: Vec<_> = needs.iter().flat_map(|need| need.actions.clone()).collect();
        let mut sitting = Sitting::open(&account, "operator").unwrap();
        let question = sitting.propose(draft).await.unwrap();
        let (plan, reason) = (question.plan.clone(), "INC-7".to_owned());
        sitting.send(Request::GiveReason { plan, reason });
        let outcome = sitting.carry_out(&question).await.unwrap();
        assert_ne!(outcome.ended, Ended::Rejected, "{id}: {}", outcome.why);
        let made = account.changes(&operations);
        assert_eq!(made as usize, operations.len(), "{id}: {:?} {}", outcome.ended, outcome.why);
    }
}

#[tokio::test]
async fn t14_with_any_one_action_missing_the_plan_says_which_and_nothing_is_sent() {
    let mut narrowed = 0;
    for (id, params) in runbooks() {
        let account = account().await;
        let draft = draft(&account, id, &params).await;
        let needs = needs(&draft);
        for (at, need) in needs.iter().enumerate() {
            for action in &need.actions {
                let mut least = needs.clone();
                least[at].actions.retain(|kept| kept != action);
                least.retain(|need| !need.actions.is_empty());
                allow(&account, &least);
                let passage = tried(&account, draft.clone()).await;
                assert_eq!(passage.way, Way::Closed, "{id} without {action}: {passage:?}");
                let named = format!("{action} on {}: no policy allows it", need.resources[0]);
                assert!(passage.why.contains(&named), "{id}: {passage:?}");
                assert_eq!(account.changes(std::slice::from_ref(action)), 0);
                narrowed += 1;
            }
        }
    }
    assert!(narrowed >= 5, "{narrowed}");
}

#[tokio::test]
async fn t14_who_may_not_ask_beforehand_is_told_that_it_cannot_be_told() {
    let (id, params) = runbooks().remove(0);
    let account = account().await;
    let draft = draft(&account, id, &params).await;
    allow(&account, &needs(&draft));
    account.account().faults().arm("SimulatePrincipalPolicy:deny".parse().unwrap());
    let passage = tried(&account, draft).await;
    assert_eq!(passage.way, Way::Unable, "{passage:?}");
    assert!(passage.why.contains("iam:SimulatePrincipalPolicy: access denied"), "{passage:?}");
}
