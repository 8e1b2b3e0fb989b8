//! `lambda.rollback` through the guard's own check: each trap is seen, and stops or warns as it should.

use std::collections::BTreeMap;

use serde_json::json;
use watchdeck_domain::change::PointAlias;
use watchdeck_domain::delivery::Deployment;
use watchdeck_domain::function::{Caller, EventSource, ProvisionedConcurrency, VersionState};
use watchdeck_domain::{Change, Reversal};
use watchdeck_guard::Standing::{self, Stopped, Warned};
use watchdeck_guard::{Draft, Judge, Plan, Question, Refusal, Sim, Verdict, Why};
use watchdeck_runbook::{Cel, LAMBDA_ROLLBACK, lambda_rollback, propose_rollback};

use crate::shop::{Shop, now, place, rollback};

/// What is asked where nobody is hurt.
pub(crate) fn ceremony() -> std::sync::Arc<watchdeck_guard::Ceremony> {
    let sandbox = watchdeck_domain::Environment::Sandbox;
    std::sync::Arc::new(watchdeck_guard::Ceremony::bare(sandbox))
}

async fn draft(shop: &Shop) -> Draft {
    propose_rollback(shop, rollback(Some("41")), &place()).await.unwrap()
}

async fn check(shop: &Shop) -> Result<Question, Box<Refusal>> {
    let plan = Plan::<_, Sim>::propose(draft(shop).await);
    let checked = plan.check(shop, &Cel, &ceremony(), now()).await?;
    Ok(checked.challenge().question().clone())
}

fn point(draft: &Draft) -> &PointAlias {
    let Change::PointAlias(point) = &draft.first.change else { panic!("it points an alias") };
    point
}

#[tokio::test]
async fn a_sound_account_gives_a_plan_without_a_warning() {
    let shop = Shop::new();
    let question = check(&shop).await.unwrap();
    for evidence in &question.evidence {
        assert_eq!(evidence.standing, Standing::Passed, "{evidence:#?}");
    }
    assert_eq!(question.phrase, "rollback live@orders-writer to 41 in ..4021");
    assert_eq!(question.title, "roll live@orders-writer back from 42 to 41");
    assert!(question.notes.iter().any(|n| n.lines.iter().any(|l| l.contains("Terraform"))));
    assert!(
        question
            .fingerprints
            .iter()
            .any(|f| f.fact == "alias" && f.field == "/revision" && f.value == "revision-9")
    );
}

#[tokio::test]
async fn lr05_the_call_always_empties_the_weights_and_names_the_run_and_the_revision() {
    let mut shop = Shop::new();
    // The good version is the weighted secondary already: AWS would refuse it, were the weights not emptied.
    shop.alias.weights = BTreeMap::from([("41".into(), 0.25)]);
    let draft = draft(&shop).await;
    let change = point(&draft);
    assert!(change.weights.is_empty());
    assert_eq!(change.revision.as_str(), "revision-9");
    assert_eq!(change.description, format!("rolled back by {}; was: production", draft.id.run()));
    let Reversal::By(back) = &draft.first.reversal else { panic!("it can be undone") };
    let Change::PointAlias(back) = back.as_ref() else { panic!("it points an alias back") };
    assert_eq!((back.version.as_str(), &back.weights), ("42", &shop.alias.weights));
    let question = check(&shop).await.unwrap();
    let params = &question.calls[0].params;
    assert_eq!(params["RoutingConfig"], json!({"AdditionalVersionWeights": {}}));
    assert!(
        question
            .differences
            .iter()
            .any(|d| d.field.ends_with("weights") && d.before == "25 % 41" && d.after == "none")
    );
}

#[tokio::test]
async fn the_draft_carries_the_whole_text_of_its_runbook() {
    let draft = draft(&Shop::new()).await;
    assert_eq!(draft.runbook.text, LAMBDA_ROLLBACK);
    assert_eq!(draft.runbook.sha256, watchdeck_guard::sha256(LAMBDA_ROLLBACK.as_bytes()));
}

/// Spoils the shop, and says what becomes of one check.
async fn trap(id: &str, spoil: impl Fn(&mut Shop), wanted: Standing) {
    let mut shop = Shop::new();
    spoil(&mut shop);
    let (evidence, refused) = match check(&shop).await {
        Ok(question) => (question.evidence, false),
        Err(refusal) => {
            assert_eq!(refusal.why, Why::Check, "{id}: {refusal:?}");
            (refusal.evidence, true)
        }
    };
    let found = evidence.iter().find(|e| e.id == id).unwrap_or_else(|| panic!("no check {id}"));
    assert_eq!(found.standing, wanted, "{found:#?}");
    assert_eq!(refused, wanted == Standing::Stopped, "{id}");
    assert!(!found.message.is_empty() && !found.message.contains('{'), "{found:#?}");
}

fn state(state: VersionState) -> impl Fn(&mut Shop) {
    move |shop| shop.versions.get_mut(&41).unwrap().state = state.clone()
}

fn provisioned(status: &'static str) -> impl Fn(&mut Shop) {
    move |shop| {
        let status = status.into();
        shop.provisioned = Some(ProvisionedConcurrency { status, requested: 5, available: 5 });
    }
}

fn deploying(application: &'static str) -> impl Fn(&mut Shop) {
    move |shop| {
        shop.deployments.push(Deployment {
            id: "d-1".into(),
            application: application.into(),
            status: "InProgress".into(),
        });
    }
}

fn source(arn: &'static str) -> impl Fn(&mut Shop) {
    move |shop| {
        shop.event_sources.push(EventSource {
            uuid: "u".into(),
            source_arn: "arn:aws:sqs:eu-central-1:123456784021:orders-queue".into(),
            function_arn: arn.into(),
            state: "Enabled".into(),
            modified: None,
        });
    }
}

fn denied(operation: &'static str) -> impl Fn(&mut Shop) {
    move |shop| shop.denied.push(operation)
}

#[tokio::test]
async fn lr07_another_role_is_warned_of() {
    let other = |s: &mut Shop| s.versions.get_mut(&41).unwrap().role = "other".into();
    trap("same-role", other, Warned).await;
}

#[tokio::test]
async fn lr08_another_dead_letter_target_is_warned_of() {
    let other = |s: &mut Shop| s.versions.get_mut(&41).unwrap().dead_letter = "arn".into();
    trap("same-dead-letter", other, Warned).await;
}

#[tokio::test]
async fn lr09_a_version_that_cannot_be_invoked_stops_the_plan() {
    for not_active in [
        VersionState::Inactive,
        VersionState::Pending,
        VersionState::Failed,
        VersionState::Other("Deleting".into()),
    ] {
        trap("target-active", state(not_active), Stopped).await;
    }
    trap("target-state-known", state(VersionState::Unsaid), Warned).await;
    // Why it failed does not make it better.
    let gone = |s: &mut Shop| {
        let version = s.versions.get_mut(&41).unwrap();
        (version.state, version.state_reason) = (VersionState::Failed, "ImageDeleted".into());
    };
    trap("target-active", gone, Stopped).await;
}

#[tokio::test]
async fn lr06_a_version_that_is_gone_stops_the_plan() {
    trap("target-active", |s| drop(s.versions.remove(&41)), Stopped).await;
}

#[tokio::test]
async fn lr10_lr11_provisioned_concurrency_is_warned_of_in_whatever_state_it_is() {
    trap("not-provisioned", provisioned("READY"), Warned).await;
    trap("not-provisioned", provisioned("FAILED"), Warned).await;
    trap("not-provisioned", denied("lambda:GetProvisionedConcurrencyConfig"), Warned).await;
}

#[tokio::test]
async fn lr12_a_deployment_in_flight_stops_the_plan() {
    trap("no-deployment", deploying("orders"), Stopped).await;
    trap("no-deployment", denied("codedeploy:ListDeployments"), Warned).await;
}

#[tokio::test]
async fn lr13_an_alias_that_nobody_calls_stops_the_plan_and_calls_past_it_are_warned_of() {
    trap("used", |s| s.traffic = (900.0, 0.0), Stopped).await;
    trap("used", denied("cloudwatch:GetMetricData"), Warned).await;
    trap("not-bypassed", |s| s.traffic = (900.0, 450.0), Warned).await;
    let unqualified = "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer";
    trap("event-sources", source(unqualified), Warned).await;
    let caller = |s: &mut Shop| {
        s.callers.push(Caller {
            statement: "api".into(),
            principal: "apigateway.amazonaws.com".into(),
            source_arn: String::new(),
            resource: unqualified.into(),
        });
    };
    trap("permissions", caller, Warned).await;
}

#[tokio::test]
async fn lr16_the_same_code_is_warned_of_unless_its_configuration_differs() {
    let same = |s: &mut Shop| s.versions.get_mut(&41).unwrap().code_sha256 = "code-42".into();
    trap("other-code", same, Warned).await;
    let mut shop = Shop::new();
    same(&mut shop);
    shop.versions.get_mut(&41).unwrap().config_sha256 = Some("another".into());
    let question = check(&shop).await.unwrap();
    let code = question.evidence.iter().find(|evidence| evidence.id == "other-code").unwrap();
    assert_eq!(code.standing, Standing::Passed);
}

#[tokio::test]
async fn every_other_trap_is_seen() {
    let runtime = |s: &mut Shop| s.versions.get_mut(&41).unwrap().runtime = "nodejs18.x".into();
    trap("same-runtime", runtime, Warned).await;
    trap("not-stopped", |s| s.reserved = Some(0), Stopped).await;
    trap("not-stopped", denied("lambda:GetFunctionConcurrency"), Warned).await;
    trap("whole", |s| s.alias.weights.extend([("40".into(), 0.1)]), Warned).await;
    trap("proven", |s| s.history.clear(), Warned).await;
    // And what is as it should be raises nothing.
    let mut shop = Shop::new();
    source("arn:aws:lambda:eu-central-1:123456784021:function:orders-writer:live")(&mut shop);
    shop.reserved = Some(10);
    shop.traffic = (0.0, 0.0);
    let question = check(&shop).await.unwrap();
    let passed = question.evidence.iter().all(|e| e.standing == Standing::Passed);
    assert!(passed, "{:#?}", question.evidence);
}

#[tokio::test]
async fn lr18_an_alias_of_digits_is_refused() {
    for name in ["42", "0", "007"] {
        let given = [("function", "orders-writer"), ("alias", name), ("version", "41")];
        let given = given.into_iter().chain([("current", "42")]);
        let params = given.map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let runbook = lambda_rollback().unwrap();
        let error = runbook.compile(params, &place(), &Shop::new()).await.unwrap_err();
        assert!(error.what.contains("all digits"), "{error}");
    }
}

#[tokio::test]
async fn a_deployment_of_something_else_can_be_set_aside_by_hand() {
    let mut shop = Shop::new();
    shop.deployments.push(Deployment {
        id: "d-1".into(),
        application: "other".into(),
        status: "InProgress".into(),
    });
    let mut wish = rollback(Some("41"));
    wish.more.insert("ignore_deployments".into(), json!(true));
    let draft = propose_rollback(&shop, wish, &place()).await.unwrap();
    assert!(Plan::<_, Sim>::propose(draft).check(&shop, &Cel, &ceremony(), now()).await.is_ok());
}

#[tokio::test]
async fn rolling_back_to_where_it_is_is_refused() {
    let shop = Shop::new();
    let draft = propose_rollback(&shop, rollback(Some("42")), &place()).await.unwrap();
    let refusal =
        Plan::<_, Sim>::propose(draft).check(&shop, &Cel, &ceremony(), now()).await.unwrap_err();
    assert!(refusal.what.contains("already points at 42"), "{refusal}");
}

#[tokio::test]
async fn parameters_are_parsed_at_the_border() {
    let runbook = lambda_rollback().unwrap();
    let given = |name: &str, value: serde_json::Value| {
        let mut params = BTreeMap::from([
            ("function".to_owned(), json!("orders-writer")),
            ("alias".to_owned(), json!("live")),
            ("version".to_owned(), json!("41")),
            ("current".to_owned(), json!("42")),
        ]);
        params.insert(name.into(), value);
        params
    };
    let bad = [
        ("alias", json!("42"), "all digits"),
        ("version", json!("$LATEST"), "not a published version"),
        ("version", json!(41), "not a text"),
        ("function", json!("a b"), "not allowed"),
        ("min_calls", json!("many"), "not a number"),
        ("proven", json!("yes"), "neither true nor false"),
        ("reason", json!("x"), "has no parameter"),
    ];
    for (name, value, wanted) in bad {
        let error = runbook.compile(given(name, value), &place(), &Shop::new()).await.unwrap_err();
        assert!(error.what.contains(wanted), "{error}");
    }
    let error = runbook.compile(BTreeMap::new(), &place(), &Shop::new()).await.unwrap_err();
    assert!(error.what.contains("needs the parameter"), "{error}");
}

/// What the verification says of calls, errors and throttles of the version.
fn verified(draft: &Draft, calls: (f64, f64, f64)) -> (Verdict, Verdict, Verdict) {
    let facts = json!({
        "params": draft.params,
        "calls": {
            "invocations": {"sum": calls.0}, "errors": {"sum": calls.1}, "throttles": {"sum": calls.2},
        },
    });
    let verification = &draft.verifications[0];
    let judge = |text: &str| Cel.judge(text, &facts).unwrap();
    (
        judge(&verification.pass),
        judge(verification.fail.as_ref().unwrap()),
        judge(&verification.unknown),
    )
}

#[tokio::test]
async fn lr14_lr15_no_calls_prove_nothing_and_throttles_are_no_success() {
    use Verdict::{False, True};
    let draft = draft(&Shop::new()).await;
    for (calls, wanted) in [
        ((400.0, 1.0, 0.0), (True, False, False)),
        ((0.0, 0.0, 0.0), (False, False, True)),
        ((10.0, 0.0, 0.0), (False, False, True)),
        ((400.0, 140.0, 0.0), (False, True, False)),
        ((30.0, 2.0, 0.0), (False, False, False)),
        ((400.0, 0.0, 900.0), (False, True, False)),
        ((400.0, 0.0, 5.0), (False, False, False)),
    ] {
        assert_eq!(verified(&draft, calls), wanted, "{calls:?}");
    }
}
