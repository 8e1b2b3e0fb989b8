//! The least that a role must be allowed: with it a runbook runs, and with anything of it missing the plan says so.

use serde_json::{Value as Json, json};
use watchdeck_aws::Eyes;
use watchdeck_domain::Permission;
use watchdeck_guard::{Gate, Passage, Plan, Risk, Way};
use watchdeck_sim::wire::call::{Call, Caller};
use watchdeck_sim::wire::value::Value;

use super::*;

/// The built-in runbooks, each with the scenario in which all goes well.
fn runbooks() -> Vec<(String, Scenario)> {
    let sound = Catalogue::new(vec![]).sound.into_iter().map(|entry| entry.runbook);
    // What may be done below that risk is not tried beforehand.
    sound
        .filter(|runbook| runbook.risk >= Risk::R2)
        .map(|runbook| {
            let well = |one: &&Scenario| one.expect.ended == Ending::Succeeded;
            let scenario = runbook.scenarios.iter().find(well).unwrap().clone();
            (runbook.id, scenario)
        })
        .collect()
}

async fn account(scenario: &Scenario) -> Rehearsed {
    rehearse(&scenario.given, Timestamp::parse(BEGINNING).unwrap()).await.unwrap()
}

/// How the operations begin by which a console looks, whatever it is about to do.
const LOOKING: [&str; 7] = ["Get", "List", "Describe", "Lookup", "Simulate", "Filter", "TestDNS"];

fn looking() -> Json {
    let actions = LOOKING.map(|begins| format!("*:{begins}*"));
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

fn is_looking(action: &str) -> bool {
    let operation = action.split_once(':').map_or(action, |(_, operation)| operation);
    LOOKING.iter().any(|begins| operation.starts_with(begins))
}

/// Lets the operator's role do this, and look, and nothing else.
async fn allow(account: &Rehearsed, permissions: &[Permission]) {
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
    // It counts once it has spread.
    account.clock.sleep(Duration::from_secs(10)).await;
}

async fn draft(account: &Rehearsed, id: &str, scenario: &Scenario) -> Draft {
    let place = Place { scope: account.connection.scope(), now: account.clock.now() };
    let source = account.connection.source();
    let catalogue = Catalogue::new(vec![]);
    let drafted = catalogue.propose(id, scenario.params.clone(), &place, &*source).await;
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

/// What tells a run from others, at the end of what is named after it.
fn tail(draft: &Draft) -> &str {
    let run = draft.id.run().as_str();
    run.get(run.len() - 6..).unwrap()
}

/// What the changes of a plan need, each once; what is named after a run, whatever run that is.
fn needs(draft: &Draft) -> Vec<Permission> {
    let parts = draft.steps().flat_map(|step| step.change.permission(&draft.scope).by_service());
    let mut needs: Vec<_> = parts.collect();
    for resource in needs.iter_mut().flat_map(|need| &mut need.resources) {
        *resource = resource.replace(tail(draft), "*");
    }
    needs.sort();
    needs.dedup();
    needs
}

#[tokio::test]
async fn t14_with_exactly_what_it_needs_a_runbook_runs() {
    for (id, scenario) in runbooks() {
        let account = account(&scenario).await;
        let draft = draft(&account, &id, &scenario).await;
        let needs = needs(&draft);
        allow(&account, &needs).await;
        let passage = tried(&account, draft).await;
        assert_eq!(passage.way, Way::Passed, "{id}: {passage:?}");
        // Another, since CloudTrail answers two calls a second, and both have been made.
        let account = self::account(&scenario).await;
        allow(&account, &needs).await;
        let (catalogue, mut operations) = (Catalogue::new(vec![]), vec![]);
        let (ended, why) = carried_out(&catalogue, &id, &scenario, &account, &mut operations).await;
        assert_eq!(ended, Ending::Succeeded, "{id}: {why}");
    }
}

#[tokio::test]
async fn t14_with_any_one_action_missing_the_plan_says_which_and_nothing_is_sent() {
    let mut narrowed = 0;
    for (id, scenario) in runbooks() {
        let account = account(&scenario).await;
        let draft = draft(&account, &id, &scenario).await;
        let needs = needs(&draft);
        for (at, need) in needs.iter().enumerate() {
            // What a change looks at cannot be missing where a console may look at all.
            for action in need.actions.iter().filter(|action| !is_looking(action)) {
                let mut least = needs.clone();
                least[at].actions.retain(|kept| kept != action);
                least.retain(|need| !need.actions.is_empty());
                allow(&account, &least).await;
                let passage = tried(&account, draft.clone()).await;
                assert_eq!(passage.way, Way::Closed, "{id} without {action}: {passage:?}");
                let named = format!("{action} on {}: no policy allows it", need.resources[0]);
                let why = passage.why.replace(tail(&draft), "*");
                assert!(why.contains(&named), "{id} without {action}: {passage:?}");
                assert_eq!(account.changes(std::slice::from_ref(action)), 0);
                narrowed += 1;
            }
        }
    }
    println!("{narrowed} actions were missing, one after the other");
    assert!(narrowed >= 10, "{narrowed}");
}

#[tokio::test]
async fn t14_who_may_not_ask_beforehand_is_told_that_it_cannot_be_told() {
    let (id, scenario) = runbooks().remove(0);
    let account = account(&scenario).await;
    let draft = draft(&account, &id, &scenario).await;
    account.account().faults().arm("SimulatePrincipalPolicy:deny".parse().unwrap());
    let passage = tried(&account, draft).await;
    assert_eq!(passage.way, Way::Unable, "{passage:?}");
    assert!(passage.why.contains("iam:SimulatePrincipalPolicy: access denied"), "{passage:?}");
}
