//! Every built-in runbook with parameters for the guard's small account, and drafts and verdicts that are made once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use watchdeck_domain::Clock as _;
use watchdeck_domain::change::RotateSecret;
use watchdeck_guard::{Draft, Event, Judge, JudgeError, PlanId, Question, Request, Risk, Verdict};
use watchdeck_runbook::{Actions, Catalogue, Cel, CompileError, Params, Place};

use crate::support::SOURCE;
use crate::support::bench::{Bench, Session, waits};
use crate::support::clock::run;
use crate::support::deliveries::{deployment, execution, failing, pipeline, stage};
use crate::support::hands::Hands;
use crate::support::reports::{FREE, OLD};
use crate::support::stores::{finding_ids, threat_ids};
use crate::support::traffic::{BALANCER, CHECK};

/// Runbooks of a user's own: what a file can say and no built-in one does.
pub(crate) const OWN: &[(&str, &str)] = &[
    ("own-quiet.toml", include_str!("../own/own-quiet.toml")),
    ("own-redrive.toml", include_str!("../own/own-redrive.toml")),
    ("own-failover.toml", include_str!("../own/own-failover.toml")),
];

/// A runbook of the catalogue, carried out on the small account.
pub(crate) struct Case {
    pub(crate) id: &'static str,
    pub(crate) params: Params,
    /// How many calls it sends.
    pub(crate) steps: u32,
    /// How many calls take it back; none where nothing does.
    pub(crate) back: usize,
    /// The step after which nothing is taken back any more, where steps before it could be.
    pub(crate) point: Option<u32>,
}

fn case(id: &'static str, steps: u32, back: usize, params: &[(&str, Value)]) -> Case {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    Case { id, params: params.collect(), steps, back, point: None }
}

/// Those of what stands before and behind the code.
fn at_the_edge() -> Vec<Case> {
    let (api, prod) = (("api", json!("orders-write")), ("stage", json!("prod")));
    let throttle = [api.clone(), prod.clone(), ("rate", json!(20)), ("burst", json!(40))];
    let serve = [api, prod, ("deployment", json!("d3p8wr"))];
    let disable = [("rule", json!("order-stored")), ("loss_is_accepted", json!(true))];
    let roll = [
        ("cluster", json!("shop")),
        ("service", json!("shop-web")),
        ("definition", json!("shop-web:117")),
        ("data_is_compatible", json!(true)),
    ];
    vec![
        case("apigw.throttle-stage", 1, 1, &throttle),
        case("apigw.stage-rollback", 1, 1, &serve),
        case("eventbridge.disable-rule", 1, 1, &disable),
        case("ecs.rollback", 1, 1, &roll),
    ]
}

/// Those that deliver, and make less noise.
fn delivering() -> Vec<Case> {
    let (function, alias) = (("function", json!("orders-writer")), ("alias", json!("live")));
    let (pipeline, deploy) = (("pipeline", json!(pipeline())), ("stage", json!(stage())));
    let retry = [
        pipeline.clone(),
        ("stage", json!(failing())),
        ("execution", json!(execution(2))),
        ("cause_is_mended", json!(true)),
    ];
    let roll_back = [
        pipeline.clone(),
        deploy.clone(),
        ("execution", json!(execution(1))),
        ("old_one_still_fits", json!(true)),
    ];
    let stop = [("deployment", json!(deployment())), function, alias];
    let invalidate = [
        ("distribution", json!("E2SHOPEDGE4021")),
        ("paths", json!("/index.html")),
        ("origin_is_right", json!(true)),
    ];
    let mute = [("alarm", json!("orders-writer-errors")), ("lasts", json!("30m"))];
    vec![
        case("cp.freeze", 1, 1, &[pipeline.clone(), deploy.clone(), ("reason", json!("INC-7"))]),
        case("cp.retry-stage", 1, 0, &retry),
        case("cp.rollback-stage", 1, 1, &roll_back),
        case("cd.stop", 1, 0, &stop),
        case("cf.invalidate", 1, 0, &invalidate),
        case("cw.mute-alarms", 1, 1, &mute),
    ]
}

/// Those of copies that people report from.
fn reporting() -> Vec<Case> {
    let make = [
        ("source", json!("ledger-db")),
        ("latest", json!(true)),
        ("owner", json!("finance")),
        ("security_group", json!("sg-0dd5b2c3d4e5f6077")),
        ("group_is_closed", json!(true)),
    ];
    let of = |copy: &str| [("copy", json!(copy))];
    vec![
        case("rds.pitr-report", 2, 0, &make),
        case("rds.report-extend", 1, 1, &of(OLD)),
        case("rds.report-release", 1, 1, &of(OLD)),
        case("rds.report-teardown", 1, 0, &of(FREE)),
    ]
}

/// Those that lead traffic elsewhere.
fn leading() -> Vec<Case> {
    let zone = ("zone", json!("Z04SHOPEXAMPLE1"));
    let weigh = [
        zone.clone(),
        ("name", json!("pay.shop.example")),
        ("kind", json!("CNAME")),
        ("weights", json!("home=0,west=100")),
    ];
    let shift = [
        ("resource", json!(BALANCER)),
        ("away", json!("euc1-az2")),
        ("others_can_carry_it", json!(true)),
    ];
    vec![
        case("r53.weight-shift", 1, 1, &weigh),
        case("r53.healthcheck-flip", 1, 1, &[zone, ("check", json!(CHECK))]),
        case("arc.zonal-shift", 1, 1, &shift),
    ]
}

/// Those of who writes to databases.
fn recovering() -> Vec<Case> {
    let over = [("cluster", json!("orders-db")), ("instance", json!("orders-db-2"))];
    let (ready, set) = (("target_is_ready", json!(true)), ("target_is_set_up", json!(true)));
    let switch =
        [("global", json!("orders-global")), ("cluster", json!("orders-db-west")), ready, set];
    let stopped = ("writers_are_stopped", json!(true));
    let lose = [
        ("global", json!("stock-global")),
        ("cluster", json!("stock-db")),
        ("primary_is_lost", json!(true)),
        stopped.clone(),
    ];
    let promote = [("instance", json!("ledger-db-copy")), stopped];
    vec![
        case("aurora.failover-az", 1, 1, &over),
        case("aurora.switchover-global", 1, 0, &switch),
        case("aurora.failover-global", 1, 0, &lose),
        case("rds.failover-az", 1, 1, &[("instance", json!("ledger-db"))]),
        case("rds.promote-replica", 1, 0, &promote),
    ]
}

/// Those of snapshots and passwords of databases.
fn keeping() -> Vec<Case> {
    let yes = |name: &'static str| (name, json!(true));
    let unshare = [("snapshot", json!("ledger-db-audit")), yes("nobody_needs_it")];
    let rotate = [("instance", json!("ledger-db")), yes("readers_read_anew")];
    vec![
        case("rds.snapshot-unshare", 1, 1, &unshare),
        case("rds.snapshot-before", 1, 0, &[("instance", json!("ledger-db"))]),
        case("rds.rotate-master", 1, 0, &rotate),
    ]
}

/// Those that move everything to another region, each part after the other.
fn moving() -> Vec<Case> {
    let yes = |name: &'static str| (name, json!(true));
    let traffic = [
        ("zone", json!("Z04SHOPEXAMPLE1")),
        ("name", json!("pay.shop.example")),
        ("kind", json!("CNAME")),
        ("weights", json!("home=0,west=100")),
    ];
    let lost = [
        ("left", json!("eu-west-1")),
        ("pipeline", json!(pipeline())),
        ("stage", json!(stage())),
        ("writer", json!("orders-writer")),
        ("global", json!("stock-global")),
        ("cluster", json!("stock-db")),
        yes("commander_says_so"),
        yes("two_signals"),
        yes("writers_are_stopped"),
    ];
    let planned = [
        ("pipeline", json!(pipeline())),
        ("stage", json!(stage())),
        ("global", json!("orders-global")),
        ("cluster", json!("orders-db-west")),
        yes("target_is_ready"),
        yes("target_is_set_up"),
    ];
    let with = |more: &[(&'static str, Value)]| [more, &traffic].concat();
    let drill = [&planned[..], &[yes("drill_is_announced")]].concat();
    let back = [&planned[..], &[yes("old_region_is_well"), yes("hour_is_quiet")]].concat();
    vec![
        Case { point: Some(0), ..case("dr.full-failover", 2, 0, &with(&lost)) },
        Case { point: Some(1), ..case("dr.drill", 3, 0, &with(&drill)) },
        Case { point: Some(1), ..case("dr.failback", 3, 0, &with(&back)) },
    ]
}

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let function = ("function", json!("orders-writer"));
    let (alias, version) = (("alias", json!("live")), ("version", json!("41")));
    let source = [function.clone(), ("source", json!(SOURCE)), ("queue", json!("orders-queue"))];
    let canary = [function.clone(), alias.clone(), version.clone(), ("current", json!("42"))];
    let dead = json!("orders-dlq");
    let redrive = [
        ("dead_letters", dead.clone()),
        ("queue", json!("orders-queue")),
        ("consumer", json!("orders-writer")),
        ("cause_is_mended", json!(true)),
    ];
    let rotate = [
        ("secret", json!("orders/db")),
        ("rotator", json!("rotation")),
        ("readers_read_anew", json!(true)),
    ];
    let block = [
        ("range", json!("203.0.113.7/32")),
        ("set", json!("blocked")),
        ("ours", json!("office")),
        ("acl", json!("arn:aws:wafv2:eu-central-1:123456784021:regional/webacl/shop/1")),
        ("acl_name", json!("shop")),
        ("rule", json!("blocked")),
    ];
    let key = [
        ("user", json!("ci-deploy")),
        ("key", json!("AKIASIMCIDEPLOY00001")),
        ("not_break_glass", json!(true)),
    ];
    let sessions = [("role", json!("oncall-read")), ("trust_reviewed", json!(true))];
    let resolve = [
        ("findings", json!(finding_ids())),
        ("status", json!("RESOLVED")),
        ("note", json!("INC-12: mended")),
    ];
    let limit = [
        ("acl", json!("arn:aws:wafv2:eu-central-1:123456784021:regional/webacl/shop/1")),
        ("acl_name", json!("shop")),
        ("limit", json!(100)),
        ("window", json!(60)),
    ];
    let mut cases = vec![
        case("lambda.rollback", 1, 1, &[function.clone(), alias.clone(), version]),
        case("lambda.canary-back", 3, 1, &canary),
        case("lambda.esm-pause", 1, 1, &source),
        case("lambda.concurrency-cap", 1, 1, &[function.clone(), ("limit", json!(20))]),
        case("lambda.kill-switch", 2, 2, &source),
        case("lambda.pc-restore", 1, 1, &[function, alias, ("amount", json!(5))]),
        case("sqs.redrive", 1, 0, &redrive),
        case("sqs.purge", 1, 0, &[("queue", dead), ("a_sample_was_read", json!(true))]),
        case("secrets.rotate", 1, 1, &rotate),
        case(
            "s3.block-public",
            1,
            1,
            &[("bucket", json!("shop-assets")), ("no_website", json!(true))],
        ),
        case("waf.block-ip", 1, 1, &block),
        case("iam.key-deactivate", 1, 1, &key),
        case("iam.deny-all", 1, 1, &[("kind", json!("user")), ("name", json!("ci-deploy"))]),
        case("iam.revoke-sessions", 1, 1, &sessions),
        case("cloudtrail.reenable", 1, 0, &[("trail", json!("shop-trail"))]),
        case("sh.workflow", 1, 1, &resolve),
        case("gd.archive", 1, 1, &[("findings", json!(threat_ids()))]),
        case("waf.rate-rule", 1, 1, &limit),
    ];
    let quiet = [
        ("function", json!("orders-writer")),
        ("limit", json!(20)),
        ("alias", json!("live")),
        ("version", json!("41")),
    ];
    cases.push(case("own.quiet", 2, 2, &quiet));
    let failover = [
        ("function", json!("orders-writer")),
        ("queue", json!("orders-dlq")),
        ("alias", json!("live")),
        ("version", json!("41")),
    ];
    cases.push(Case { point: Some(1), ..case("own.failover", 3, 0, &failover) });
    cases.push(case("own.redrive", 1, 0, &[("dead_letters", json!("orders-dlq"))]));
    cases.extend(delivering());
    cases.extend(at_the_edge());
    cases.extend(reporting());
    cases.extend(leading());
    cases.extend(recovering());
    cases.extend(keeping());
    cases.extend(moving());
    let ids: Vec<_> = cases.iter().map(|case| case.id.to_owned()).collect();
    let known = catalogue().ids();
    assert!(known.iter().all(|id| ids.contains(id)), "a case for each of {known:?}");
    cases
}

/// Passes the gates that a person passes, and answers.
pub(crate) fn answer<'a>(session: &'a mut Session, question: &Question) -> &'a [Event] {
    let (plan, reason) = (question.plan.clone(), "INC-7".to_owned());
    session.ask_until(Request::GiveReason { plan: plan.clone(), reason: reason.clone() }, |_| true);
    if question.risk == Risk::R4 {
        session.ask_until(Request::BreakGlass { plan: plan.clone(), reason }, |_| true);
    }
    let from = session.events.len();
    let word = |events: &[Event]| waits(events).map(|it| (it.run.clone(), it.phrase.clone()));
    let mut waiting = word(session.answer(&plan, &question.phrase));
    // Whatever it waits for on its way, somebody says that it goes on.
    while let Some((run, typed)) = waiting {
        waiting = word(session.go_on(&run, &typed));
    }
    &session.events[from..]
}

pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let own = OWN.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        let catalogue = Catalogue::new(own.collect());
        assert!(catalogue.unsound.is_empty(), "{:#?}", catalogue.unsound);
        catalogue
    })
}

/// A small account that is judged by CEL.
pub(crate) fn bench() -> Bench {
    // A key is watched for half an hour before it counts as silent.
    let patience = Duration::from_mins(90);
    Bench { judge: Arc::new(Remembering), maker: Arc::new(Actions), patience, ..Bench::new() }
}

impl Case {
    /// The draft on the account as it stands. One that was made before on the same is the same, but for its run.
    pub(crate) fn draft(&self, bench: &Bench) -> Result<Draft, CompileError> {
        static DRAFTS: Mutex<BTreeMap<String, (PlanId, String)>> = Mutex::new(BTreeMap::new());
        let stands = {
            let state = bench.account.state();
            let settings = (&state.alias, &state.source, state.reserved, state.provisioned);
            let settings = (settings, state.key, &state.policies, state.still);
            let (stores, tasks) = (&state.stores, state.stores.tasks.len());
            let kept = (&stores.current, stores.holds, &stores.block, &stores.ip_set, tasks);
            let kept = (
                kept,
                &stores.workflows,
                &stores.archived,
                &stores.acl,
                &state.edge,
                &state.leading,
            );
            let of = &state.deliveries;
            let brought = (&of.closed, &of.inside, &of.runs, of.deployment, &of.mutes);
            let minute = bench.clock.now().floor(Duration::from_mins(1));
            let databases = (&state.databases, &state.snapshots);
            let at = (minute, of.invalidations.len(), &state.reports, databases);
            format!("{} {:?} {settings:?} {kept:?} {brought:?} {at:?}", self.id, self.params)
        };
        let made = DRAFTS.lock().unwrap_or_else(PoisonError::into_inner).get(&stands).cloned();
        let (id, text) = if let Some(made) = made {
            made
        } else {
            let (hands, now) = (Hands(bench.account.clone()), bench.clock.now());
            let scope = bench.account.state().scope.clone();
            let (params, place) = (self.params.clone(), Place { scope, now });
            let proposed = catalogue().propose(self.id, params, &place, &hands);
            let draft = run(&bench.clock, proposed)?;
            let made = (draft.id.clone(), serde_json::to_string(&draft).unwrap());
            let mut drafts = DRAFTS.lock().unwrap_or_else(PoisonError::into_inner);
            drafts.insert(stands, made.clone());
            made
        };
        let digits = |id: &PlanId| id.run().as_str().trim_start_matches("r-").to_owned();
        let fresh = PlanId::draw(bench.clock.now());
        let token = |id: &PlanId| RotateSecret::token_of(id.run());
        let text = text.replace(&digits(&id), &digits(&fresh)).replace(&token(&id), &token(&fresh));
        // A name that is derived from the run ends in its last digits.
        let tail = |id: &PlanId| digits(id).get(26..).unwrap_or_default().to_owned();
        let text = text.replace(&tail(&id), &tail(&fresh));
        Ok(serde_json::from_str(&text).unwrap())
    }
}

/// CEL, which judges the same expression over the same facts once.
pub(crate) struct Remembering;

impl Judge for Remembering {
    fn judge(&self, expression: &str, facts: &Value) -> Result<Verdict, JudgeError> {
        type Known = Mutex<HashMap<String, Result<Verdict, JudgeError>>>;
        static KNOWN: OnceLock<Known> = OnceLock::new();
        let known = KNOWN.get_or_init(Mutex::default);
        let mut key = expression.to_owned();
        let mut words: Vec<_> =
            expression.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            if let Some(fact) = facts.get(word) {
                key.extend(["\n", word, " ", &fact.to_string()]);
            }
        }
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = lock().get(&key).cloned();
        before.unwrap_or_else(|| {
            let verdict = Cel.judge(expression, facts);
            lock().insert(key, verdict.clone());
            verdict
        })
    }
}
