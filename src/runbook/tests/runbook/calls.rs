//! Runbooks that call others: put together, carried out part by part, taken back, and everything that can be wrong with a call.

use serde_json::json;
use watchdeck_domain::{Clock as _, Query, Reversal};
use watchdeck_guard::{Draft, Ended, OnError, Others, Standing};
use watchdeck_runbook::{Catalogue, Params, Place};

use crate::catalogue::{answer, bench};
use crate::support::bench::{Bench, ended, outcome};
use crate::support::clock::run;
use crate::support::hands::Hands;

const KEY: &str = "AKIASIMCIDEPLOY00001";

const CONTAIN: &str = r#"
schema = "runbook/1"
id = "contain.user"
version = 1
title = "contain {user}"
summary = "Makes a key of a user inactive, and denies everything to the user."
risk = "R3"

[gates]
confirm = "typed"
phrase = "contain {target} {to} in ..{account}"
plan_ttl_s = 600

[params.user]
type = "iam.user"
help = "the user"

[params.key]
type = "iam.access-key"
help = "the key"

[[call]]
id = "off"
runbook = "iam.key-deactivate"
with = { user = "{user}", key = "{key}", not_break_glass = true }

[[call]]
id = "deny"
runbook = "iam.deny-all"
with = { kind = "user", name = "{user}" }
"#;

/// Calls the one above, under a name of its own for the user.
const WIDER: &str = r#"
schema = "runbook/1"
id = "contain.wider"
version = 1
title = "contain {who}"
summary = "The same, called."
risk = "R3"

[gates]
confirm = "typed"
phrase = "contain {target} {to} in ..{account}"
plan_ttl_s = 600

[params.who]
type = "iam.user"
help = "the user"

[params.which]
type = "iam.access-key"
help = "the key"

[[call]]
id = "inner"
runbook = "contain.user"
with = { user = "{who}", key = "{which}" }
"#;

fn with(texts: &[&str]) -> Catalogue {
    let files = texts.iter().enumerate().map(|(n, text)| (format!("{n}.toml"), (*text).to_owned()));
    Catalogue::new(files.collect())
}

fn params() -> Params {
    [("user".to_owned(), json!("ci-deploy")), ("key".to_owned(), json!(KEY))].into()
}

fn drawn(catalogue: &Catalogue, id: &str, params: Params, bench: &Bench) -> Draft {
    let (hands, now) = (Hands(bench.account.clone()), bench.clock.now());
    let place = Place { scope: bench.account.state().scope.clone(), now };
    run(&bench.clock, catalogue.propose(id, params, &place, &hands)).unwrap()
}

/// What is wrong with the last of these files, which all the others are not.
fn wrong(texts: &[&str]) -> String {
    let catalogue = with(texts);
    let [unsound] = &catalogue.unsound[..] else { panic!("{:?}", catalogue.unsound) };
    let told = unsound.complaints.iter().map(ToString::to_string);
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_part_is_done_and_seen_before_the_next_and_all_are_taken_back_in_reverse() {
    let bench = bench();
    let draft = drawn(&with(&[CONTAIN]), "contain.user", params(), &bench);
    let steps: Vec<_> = draft.steps().map(|step| step.id.as_str()).collect();
    assert_eq!(steps, ["off/deactivate", "deny/deny-user"]);
    let seen: Vec<_> =
        draft.verifications.iter().map(|it| (&*it.id, it.after.as_deref())).collect();
    assert_eq!(seen, [("off/silent", Some("off/deactivate")), ("deny/denied", None)]);
    assert!(draft.runbook.text.contains("# off calls iam.key-deactivate v1:"));
    let mut session = bench.session();
    let question = session.propose(draft).unwrap();
    assert!(question.evidence.iter().all(|it| it.standing == Standing::Passed), "{question:#?}");
    answer(&mut session, &question);
    assert_eq!(ended(&session.events), Some(Ended::Succeeded), "{:#?}", outcome(&session.events));
    let state = |bench: &Bench| {
        let state = bench.account.state();
        (state.key, state.policies.len(), state.served)
    };
    assert_eq!(state(&bench), ("Inactive", 1, 2));
    let back = session.take_back(question.plan.run()).unwrap();
    let calls: Vec<_> = back.calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(calls, ["DeleteUserPolicy", "UpdateAccessKey"]);
    answer(&mut session, &back);
    assert_eq!(state(&bench), ("Active", 0, 4));
}

#[test]
fn the_second_part_is_not_begun_while_the_first_is_not_as_it_should_be() {
    let bench = bench();
    let draft = drawn(&with(&[CONTAIN]), "contain.user", params(), &bench);
    let mut session = bench.session();
    let question = session.propose(draft).unwrap();
    bench.account.state().other = crate::support::account::Other::AfterCall;
    answer(&mut session, &question);
    assert!(matches!(ended(&session.events), Some(Ended::Conflict | Ended::Moved | Ended::Failed)));
    assert_eq!(bench.account.state().served, 1, "the policy was not put");
}

#[test]
fn what_is_called_within_a_call_sees_its_own_parameters_and_facts() {
    let bench = bench();
    let catalogue = with(&[CONTAIN, WIDER]);
    assert_eq!(catalogue.unsound, []);
    let who: Params =
        [("who".to_owned(), json!("ci-deploy")), ("which".to_owned(), json!(KEY))].into();
    let draft = drawn(&catalogue, "contain.wider", who, &bench);
    assert_eq!(draft.first.id, "inner/off/deactivate");
    assert_eq!(draft.params["inner"]["off"]["user"], json!("ci-deploy"));
    assert_eq!(draft.params["inner"]["deny"]["kind"], json!("user"));
    let mut session = bench.session();
    let question = session.propose(draft).unwrap();
    // Nothing that could not be told would have passed.
    assert!(question.evidence.iter().all(|it| it.standing == Standing::Passed), "{question:#?}");
    let ids: Vec<_> = question.evidence.iter().map(|it| it.id.as_str()).collect();
    assert!(ids.contains(&"inner/off/unused") && ids.contains(&"inner/deny/first"), "{ids:?}");
    let sketch = catalogue.find("contain.wider").unwrap().runbook.sketch();
    assert_eq!(sketch.calls.len(), 3, "{:?}", sketch.calls);
    assert!(sketch.policy.to_string().contains("iam:PutUserPolicy"));
    assert!(sketch.reads.contains(&"iam:GetAccessKeyLastUsed".to_owned()), "{:?}", sketch.reads);
}

#[test]
fn what_is_wrong_with_a_call_is_told_where_it_stands() {
    let changed = |from: &str, to: &str| {
        assert!(CONTAIN.contains(from), "{from}");
        CONTAIN.replacen(from, to, 1)
    };
    let key = r#"with = { user = "{user}", key = "{key}", not_break_glass = true }"#;
    for (from, to, wanted) in [
        ("iam.deny-all", "iam.deny-some", "call deny: there is no runbook `iam.deny-some`"),
        ("iam.deny-all", "contain.user", "`contain.user` would call itself"),
        (", not_break_glass = true", "", "needs the parameter `not_break_glass`"),
        (
            key,
            r#"with = { user = "{user}", key = "{key}", not_break_glass = true, x = 1 }"#,
            "`iam.key-deactivate` has no parameter `x`",
        ),
        (
            key,
            r#"with = { user = "{user}", key = "{key}", not_break_glass = "yes" }"#,
            "parameter `not_break_glass`",
        ),
        (r#""R3""#, r#""R2""#, "`iam.deny-all` is R3, and this is R2"),
        (r#"name = "{user}""#, r#"name = "{nobody}""#, "a place `nobody` that nothing fills"),
        (r#"id = "deny""#, r#"id = "a/b""#, "the name of a call is made of letters"),
        (r#"id = "deny""#, r#"id = "user""#, "a step or a parameter has this name already"),
        (r#"id = "deny""#, r#"id = "key""#, "a step or a parameter has this name already"),
        (
            r#"runbook = "iam.deny-all""#,
            "runbook = \"iam.deny-all\"\nafter = \"nothing\"",
            "there is no step `nothing`",
        ),
    ] {
        let told = wrong(&[&changed(from, to)]);
        assert!(told.contains(wanted), "{to}: {told}");
    }
    let trail = changed(
        "[[call]]\nid = \"off\"",
        "[[call]]\nid = \"trail\"\nrunbook = \"cloudtrail.reenable\"\nwith = { trail = \"shop-trail\" }\n\n[[call]]\nid = \"off\"",
    );
    let told = wrong(&[&trail]);
    assert!(
        told.contains("`off/deactivate` could be undone, but `trail/start` before it could not"),
        "{told}"
    );
    let twice = CONTAIN.replace("contain.user", "contain.twice").replace(
        "[[call]]\nid = \"off\"",
        "[[call]]\nid = \"more\"\nrunbook = \"contain.user\"\nwith = { user = \"{user}\", key = \"{key}\" }\n\n[[call]]\nid = \"off\"",
    );
    let told = wrong(&[CONTAIN, &twice]);
    assert!(told.contains("6 steps with those of its calls are more than risk R3"), "{told}");
    assert!(told.starts_with("line "), "{told}");
}

#[test]
fn who_else_must_approve_is_the_most_that_any_part_asks_for() {
    let of = |text: &str, params: Params| {
        let bench = bench();
        drawn(&with(&[text]), "contain.user", params, &bench).others
    };
    assert_eq!(of(CONTAIN, params()), None);
    let asking = |approvals: &str| {
        CONTAIN.replacen(
            "plan_ttl_s = 600",
            &format!("plan_ttl_s = 600\napprovals = {approvals}"),
            1,
        )
    };
    let two = Some(Others { count: 2, distinct_teams: true });
    assert_eq!(of(&asking("{ count = 2, distinct_teams = true }"), params()), two);
    let when = |user: &str| asking(&format!("{{ count = 1, when = 'params.user == \"{user}\"' }}"));
    let one = Some(Others { count: 1, distinct_teams: false });
    assert_eq!(of(&when("ci-deploy"), params()), one);
    assert_eq!(of(&when("alice"), params()), None);
    assert!(wrong(&[&asking("{ count = 0 }")]).contains("one to nine others"));
}

/// Stops a function of the region that is left, unless that is lost, and lets the one of this region run.
const OVER: &str = r#"
schema = "runbook/1"
id = "shop.over"
version = 1
title = "over from {left}"
summary = "Stops one function in the region that is left, and caps one in this."
risk = "R3"

[gates]
confirm = "typed"
phrase = "over {target} {to} in ..{account}"
plan_ttl_s = 600

[params.function]
type = "lambda.function"
help = "the function"

[params.left]
type = "aws.region"
help = "the region that is left"

[params.lost]
type = "flag"
default = false
help = "true where it does not answer any more"

[params.key]
type = "iam.access-key"
help = "the key"

[[call]]
id = "stop"
runbook = "lambda.concurrency-cap"
region = "{left}"
when = "!params.lost"
on_error = { do = "continue" }
with = { function = "{function}", limit = 1 }

[[call]]
id = "off"
runbook = "iam.key-deactivate"
with = { user = "ci-deploy", key = "{key}", not_break_glass = true }
"#;

#[test]
fn what_is_called_for_another_region_is_read_and_done_there_or_left_out() {
    let bench = bench();
    let catalogue = with(&[OVER]);
    assert_eq!(catalogue.unsound, []);
    let params = |left: &str, lost: bool| -> Params {
        let members = json!({
            "function": "orders-writer", "left": left, "lost": lost, "key": KEY,
        });
        members.as_object().unwrap().clone().into_iter().collect()
    };
    let draft = drawn(&catalogue, "shop.over", params("eu-west-1", false), &bench);
    let region = |change: &watchdeck_domain::Change| change.elsewhere().map(ToString::to_string);
    let west = Some("eu-west-1".to_owned());
    assert_eq!(region(&draft.first.change), west);
    let Reversal::By(back) = &draft.first.reversal else { panic!("{:?}", draft.first.reversal) };
    assert_eq!(region(back), west);
    assert_eq!(draft.first.on_error, OnError::Continue);
    assert!(draft.rest.iter().all(|step| region(&step.change).is_none()));
    let (there, here): (Vec<_>, Vec<_>) =
        draft.facts.iter().partition(|fact| fact.name.starts_with("stop/"));
    assert!(!there.is_empty() && !here.is_empty());
    assert!(there.iter().all(|fact| matches!(fact.query, Query::Elsewhere(_))));
    assert!(!here.iter().any(|fact| matches!(fact.query, Query::Elsewhere(_))));

    // Where the region is the one that one works in, nothing is elsewhere.
    let draft = drawn(&catalogue, "shop.over", params("eu-central-1", false), &bench);
    assert!(draft.steps().all(|step| region(&step.change).is_none()));

    // What is lost is neither asked nor told.
    let draft = drawn(&catalogue, "shop.over", params("eu-west-1", true), &bench);
    assert_eq!(draft.first.id, "off/deactivate");
    assert!(draft.facts.iter().all(|fact| !fact.name.starts_with("stop/")));
    assert!(draft.checks.iter().all(|check| !check.id.starts_with("stop/")));
    assert!(draft.verifications.iter().all(|it| !it.id.starts_with("stop/")));
    assert!(!draft.params.contains_key("stop"));
    let mut session = bench.session();
    let question = session.propose(draft).unwrap();
    answer(&mut session, &question);
    assert_eq!(ended(&session.events), Some(Ended::Succeeded));
}
