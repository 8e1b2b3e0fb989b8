//! A small account, a clock that jumps, and a desk driven by hand. No runtime, no sleeping, no network.

pub(crate) mod account;
pub(crate) mod bench;
pub(crate) mod clock;
pub(crate) mod deliveries;
pub(crate) mod edge;
pub(crate) mod hands;
mod identities;
pub(crate) mod lender;
pub(crate) mod memory;
pub(crate) mod recovery;
pub(crate) mod reports;
pub(crate) mod settings; // what AWS makes without comparing
pub(crate) mod snapshots;
pub(crate) mod stores;
pub(crate) mod traffic;

use std::collections::BTreeMap;

use serde_json::json;
use watchdeck_domain::change::{
    Invalidate, LimitRate, ListAddress, MoveCurrent, PointAlias, PurgeQueue, RateRule,
    RedriveMessages, RetryStage, RollBackStage, RotateSecret, StopDeployment, TakeSnapshot,
};
use watchdeck_domain::firewall::Rate;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::{AliasOf, Metrics, VersionOf};
use watchdeck_domain::{
    AccountId, AliasName, Arn, Change, DatabaseName, DistributionId, FunctionName, OwnCall,
    PrincipalName, Question, QueueName, Region, Reversal, Scope, SecretName, Task, Timestamp,
    Version,
};
use watchdeck_guard::{
    Check, Draft, Fact, Ground, Judge, JudgeError, Maker, OnError, OnFail, Origin, Pin, PlanId,
    Refusal, Risk, Step, Verdict, Verification, Why, Window, mark,
};

use account::Account;
pub(crate) use settings::{Absolute, absolute, setting};

pub(crate) fn function() -> FunctionName {
    FunctionName::parse("orders-writer").unwrap()
}

pub(crate) fn alias() -> AliasName {
    AliasName::parse("live").unwrap()
}

pub(crate) fn version(number: &str) -> Version {
    Version::parse(number).unwrap()
}

pub(crate) fn scope() -> Scope {
    Scope {
        account: AccountId::parse("123456784021").unwrap(),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

/// The mapping through which the queue calls the function.
pub(crate) const SOURCE: &str = "5f7a2c1e-8d34-4b0a-9c55-1f2e3d4c5b6a";

/// A user, and a role that is not ours.
pub(crate) fn user() -> PrincipalName {
    PrincipalName::parse("user/ci-deploy").unwrap()
}

pub(crate) fn role() -> PrincipalName {
    PrincipalName::parse("role/oncall-read").unwrap()
}

pub(crate) fn holder(of: &PrincipalName) -> Arn {
    Arn::parse(format!("arn:aws:iam::123456784021:{of}")).unwrap()
}

pub(crate) const PHRASE: &str = "rollback live@orders-writer to 41 in ..4021";

/// A rollback of the account's alias to version 41, as it stands now.
pub(crate) fn rollback(account: &Account, now: Timestamp) -> Draft {
    let id = PlanId::draw(now);
    let there = account.alias();
    let point = |version: Version, description: String| PointAlias {
        function: function(),
        alias: alias(),
        version,
        weights: BTreeMap::new(),
        description,
        revision: there.revision.clone(),
    };
    let change =
        Change::PointAlias(point(version("41"), mark("rolled back", id.run(), &there.description)));
    let back = Change::PointAlias(PointAlias {
        weights: there.weights.clone(),
        ..point(there.version.clone(), there.description.clone())
    });
    let series = |id: &str, metric: &str| MetricQuery {
        id: id.into(),
        namespace: "AWS/Lambda".into(),
        metric: metric.into(),
        dimensions: vec![("ExecutedVersion".into(), "41".into())],
        statistic: "Sum".into(),
    };
    Draft {
        title: "roll live@orders-writer back to 41".into(),
        runbook: Origin {
            id: "test".into(),
            version: 1,
            sha256: "00".repeat(32),
            text: "a text".into(),
        },
        params: BTreeMap::from([("version".into(), json!("41"))]),
        scope: scope(),
        first: Step {
            id: "point-alias".into(),
            title: "point live at 41".into(),
            change,
            reversal: Reversal::By(Box::new(back)),
            settle_ms: 5_000,
            rest_s: None,
            on_error: OnError::Stop,
            probe: None,
            pause: None,
            no_return: false,
        },
        rest: vec![],
        facts: vec![
            Fact {
                name: "alias".into(),
                query: AliasOf { function: function(), alias: alias() }.into_query(),
                window: None,
            },
            Fact {
                name: "target".into(),
                query: VersionOf { function: function(), version: version("41") }.into_query(),
                window: None,
            },
        ],
        pins: ["/revision", "/version", "/weights"]
            .iter()
            .map(|field| Pin { fact: "alias".into(), field: (*field).into() })
            .chain([Pin { fact: "target".into(), field: "/code_sha256".into() }])
            .collect(),
        checks: vec![check("active", "target.state == Active", OnFail::Stop)],
        waits: vec![],
        verifications: vec![Verification {
            id: "errors".into(),
            title: "few calls of 41 fail".into(),
            after: None,
            facts: vec![Fact {
                name: "calls".into(),
                query: Metrics {
                    series: vec![series("invocations", "Invocations"), series("errors", "Errors")],
                    start: Timestamp::default(),
                    end: Timestamp::default(),
                    period_s: 60,
                }
                .into_query(),
                window: Some(Window::SinceChange),
            }],
            pass: "calls.invocations.sum >= 10 && calls.errors.sum <= 1".into(),
            fail: Some("calls.errors.sum >= 20".into()),
            unknown: "calls.invocations.sum <= 9".into(),
            every_s: 10,
            timeout_s: 300,
        }],
        risk: Risk::R2,
        ttl_s: 600,
        phrase: "rollback {target} to {to} in ..{account}".into(),
        notes: vec![],
        others: None,
        undoes: None,
        id,
    }
}

pub(crate) fn queue() -> QueueName {
    QueueName::parse("orders-dlq").unwrap()
}

pub(crate) fn secret_name() -> SecretName {
    SecretName::parse("orders/db").unwrap()
}

pub(crate) const SECRET_ARN: &str =
    "arn:aws:secretsmanager:eu-central-1:123456784021:secret:orders/db-Ab3dEf";

/// A rotation of the account's secret, under the token of its run.
pub(crate) fn rotation(account: &Account, now: Timestamp) -> Draft {
    let mut draft = rollback(account, now);
    let (token, current) =
        (RotateSecret::token_of(draft.id.run()), account.state().stores.current.clone());
    let (secret, arn) = (secret_name(), SECRET_ARN.to_owned());
    let back = MoveCurrent {
        secret: secret.clone(),
        arn: arn.clone(),
        to: current.clone(),
        from: token.clone(),
    };
    let function = "arn:aws:lambda:eu-central-1:123456784021:function:rotation".to_owned();
    let change = RotateSecret { secret, arn, function, token, before: current };
    make_plain(&mut draft, change.into(), Reversal::By(Box::new(back.into())));
    draft
}

/// A draft that takes a page out of caches, under the reference of its run.
pub(crate) fn invalidation(account: &Account, now: Timestamp) -> Draft {
    let mut draft = rollback(account, now);
    let change = Invalidate {
        distribution: DistributionId::parse("E2SHOPEDGE4021").unwrap(),
        arn: "arn:aws:cloudfront::123456784021:distribution/E2SHOPEDGE4021".into(),
        name: "shop.example".into(),
        paths: vec!["/index.html".into()],
        reference: Invalidate::reference_of(draft.id.run()),
        since: Timestamp::default(),
    };
    let never = Reversal::Never("the origin fills them again".into());
    make_plain(&mut draft, change.into(), never);
    draft
}

/// A draft that takes a snapshot of the account's database, under a name of its run.
pub(crate) fn snapshotting(account: &Account, now: Timestamp) -> Draft {
    let mut draft = rollback(account, now);
    let run = draft.id.run().to_string();
    let tail = run.get(run.len() - 6..).unwrap_or_default();
    let change = TakeSnapshot {
        instance: DatabaseName::parse("ledger-db").unwrap(),
        snapshot: DatabaseName::parse(format!("pre-ledger-db-{tail}")).unwrap(),
        run: run.clone(),
        standby: true,
    };
    make_plain(&mut draft, change.into(), Reversal::Never("nothing deletes it here".into()));
    draft
}

/// A draft that lists an address in the account's IP set.
pub(crate) fn listing(range: &str, account: &Account, now: Timestamp) -> Draft {
    let there = account.state().stores.ip_set.clone();
    let change = ListAddress::on(&there, range, true);
    let back = ListAddress::on(&there, range, false);
    plainly(change.into(), Reversal::By(Box::new(back.into())), account, now)
}

/// A change that nothing takes back, and of which only the effect can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Redrive,
    Purge,
    Retry,
    RollBack,
    Stop,
    FailOver,
    Switch,
    Lose,
    Standby,
    Promote,
    Master,
}

/// A draft of such a change. Nothing is verified but that it has begun.
pub(crate) fn trigger(kind: Trigger, account: &Account, now: Timestamp) -> Draft {
    let state = account.state();
    let change = match kind {
        Trigger::Redrive => Change::RedriveMessages(RedriveMessages {
            queue: queue(),
            rate: 50,
            seen: state.stores.tasks.iter().map(|task| task.started).max(),
        }),
        Trigger::Purge => {
            let held = stores::dead_letters(state.stores.holds);
            let holds = held.holds();
            Change::PurgeQueue(PurgeQueue { queue: held.name, url: held.url, holds })
        }
        Trigger::Retry => {
            let (execution, _, changed) = state.deliveries.inside.clone();
            Change::RetryStage(RetryStage {
                pipeline: deliveries::pipeline(),
                stage: deliveries::failing(),
                execution,
                all: false,
                seen: Some(changed),
            })
        }
        Trigger::RollBack => Change::RollBackStage(roll_back(&state)),
        Trigger::Stop => Change::StopDeployment(StopDeployment {
            deployment: deliveries::deployment(),
            group: "orders/orders-writer".into(),
            shifts: String::new(),
        }),
        Trigger::FailOver => state.databases.fail_over().into(),
        Trigger::Switch => state.databases.move_primary(None).into(),
        Trigger::Lose => state.databases.move_primary(Some(recovery::loss())).into(),
        Trigger::Standby => state.databases.to_standby().into(),
        Trigger::Promote => state.databases.promote().into(),
        Trigger::Master => state.snapshots.rotate().into(),
    };
    drop(state);
    plainly(change, Reversal::Never("what is gone is gone".into()), account, now)
}

/// A draft that puts a rule into the account's web ACL which holds addresses to a limit.
pub(crate) fn limiting(account: &Account, now: Timestamp) -> Draft {
    let there = account.state().stores.acl.clone();
    let mut draft = rollback(account, now);
    let name = format!("ops-rate-{}", draft.id.run());
    let rule = RateRule { name, rate: Rate { limit: 100, window_s: 60 }, blocks: true };
    let back = LimitRate::on(&there, &rule, false);
    let change = LimitRate::on(&there, &rule, true);
    make_plain(&mut draft, change.into(), Reversal::By(Box::new(back.into())));
    draft
}

/// A draft that has the account's health check count the other way round.
pub(crate) fn inverting(account: &Account, now: Timestamp) -> Draft {
    let (change, back) = account.state().leading.inverted();
    plainly(change, Reversal::By(Box::new(back)), account, now)
}

/// A rollback of the stage to the first execution, from the second.
fn roll_back(state: &account::State) -> RollBackStage {
    RollBackStage {
        pipeline: deliveries::pipeline(),
        stage: deliveries::stage(),
        target: deliveries::execution(1),
        before: Some(deliveries::execution(2)),
        seen: state.deliveries.runs.iter().filter_map(|run| run.started).max(),
    }
}

/// The same, with its way back.
pub(crate) fn rollback_of_stage(account: &Account, now: Timestamp) -> Draft {
    let change = roll_back(&account.state());
    let back = RollBackStage {
        target: deliveries::execution(2),
        before: Some(deliveries::execution(1)),
        ..change.clone()
    };
    plainly(change.into(), Reversal::By(Box::new(back.into())), account, now)
}

/// A draft of one change that verifies nothing.
fn plainly(change: Change, reversal: Reversal, account: &Account, now: Timestamp) -> Draft {
    let mut draft = rollback(account, now);
    make_plain(&mut draft, change, reversal);
    draft
}

fn make_plain(draft: &mut Draft, change: Change, reversal: Reversal) {
    draft.first = Step {
        id: "set".into(),
        title: format!("{change}"),
        change,
        reversal,
        settle_ms: 5_000,
        rest_s: None,
        on_error: OnError::Stop,
        probe: None,
        pause: None,
        no_return: false,
    };
    draft.title = draft.first.title.clone();
    draft.facts.clear();
    draft.pins.clear();
    draft.checks.clear();
    draft.verifications.clear();
    draft.phrase = "set {target} to {to} in ..{account}".into();
}

pub(crate) fn check(id: &str, expression: &str, on_fail: OnFail) -> Check {
    Check {
        id: id.into(),
        title: id.into(),
        expression: expression.into(),
        on_fail,
        on_unknown: on_fail,
        message: format!("{id} does not hold"),
    }
}

impl Maker for Tiny {
    fn make<'a>(
        &'a self,
        call: &'a OwnCall,
        _: Ground<'a>,
    ) -> Task<'a, Result<(Change, Change), Box<Refusal>>> {
        let what = format!("there is no action `{}`", call.action);
        Box::pin(async { Err(Box::new(Refusal::new(Why::Draft, what, "the runbooks have some"))) })
    }
}

/// Judges `path op word`, joined by `&&`. Enough to try the guard without a language.
pub(crate) struct Tiny;

impl Judge for Tiny {
    fn judge(&self, expression: &str, facts: &serde_json::Value) -> Result<Verdict, JudgeError> {
        for clause in expression.split(" && ") {
            let words: Vec<_> = clause.split(' ').collect();
            let [path, op, wanted] = words[..] else {
                return Err(JudgeError {
                    expression: expression.into(),
                    message: "three words".into(),
                });
            };
            let Some(value) =
                facts.pointer(&format!("/{}", path.replace('.', "/"))).filter(|v| !v.is_null())
            else {
                return Ok(Verdict::Unknown(format!("there is no {path}")));
            };
            let holds = match (op, value.as_f64(), wanted.parse::<f64>()) {
                (">=", Some(a), Ok(b)) => a >= b,
                ("<=", Some(a), Ok(b)) => a <= b,
                ("==", _, _) => value.as_str() == Some(wanted),
                _ => {
                    return Ok(Verdict::Unknown(format!(
                        "{path} {op} {wanted} cannot be compared"
                    )));
                }
            };
            if !holds {
                return Ok(Verdict::False);
            }
        }
        Ok(Verdict::True)
    }
}
