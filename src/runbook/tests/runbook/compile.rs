//! What the format asks for beyond checks and changes becomes part of the draft, or there is none.

use serde_json::json;
use watchdeck_guard::{Draft, OnFail};
use watchdeck_runbook::{CompileError, LAMBDA_ROLLBACK, Params, sound};

use crate::shop::{Shop, place};

/// The built-in runbook with a change, compiled for the shop.
async fn draft(
    from: &str,
    to: &str,
    more: &[(&str, serde_json::Value)],
) -> Result<Draft, CompileError> {
    assert!(LAMBDA_ROLLBACK.contains(from), "{from}");
    let runbook = sound(&LAMBDA_ROLLBACK.replacen(from, to, 1)).unwrap();
    let mut params = Params::from([
        ("function".to_owned(), json!("orders-writer")),
        ("alias".to_owned(), json!("live")),
        ("version".to_owned(), json!("41")),
        ("current".to_owned(), json!("42")),
    ]);
    params.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    runbook.compile(params, &place(), &Shop::new()).await
}

#[tokio::test]
async fn a_runbook_is_for_its_regions_and_for_so_many_resources() {
    let scoped = |scope: &str| format!("[scope]\n{scope}\n\n[gates]");
    assert!(draft("[gates]", &scoped("regions = [\"eu-central-1\"]"), &[]).await.is_ok());
    let error = draft("[gates]", &scoped("regions = [\"us-east-1\"]"), &[]).await.unwrap_err();
    assert!(error.what.contains("not for eu-central-1"), "{error:?}");
    let other = |step: &str| {
        format!(
            "[scope]\nmax_resources = 1\n\n[[step]]\nid = \"other\"\ntitle = \"other\"\nundo = \"restore\"\n{step}\n\n[gates]"
        )
    };
    let warm = "action = \"provision-concurrency\"\nclass = \"absolute\"\nwith = { function = \"{function}\", alias = \"{alias}\", provisioned = 1 }";
    let error = draft("[gates]", &other(warm), &[]).await.unwrap_err();
    assert!(error.what.contains("would change 2 resources"), "{error:?}");
    // Two steps on one alias change one resource.
    let again = "action = \"point-alias\"\nclass = \"cas\"\nwith = { function = \"{function}\", alias = \"{alias}\", version = \"{version}\", deed = \"x\", revision = \"as-read\" }";
    assert!(draft("[gates]", &other(again), &[]).await.is_ok());
}

#[tokio::test]
async fn a_step_is_left_out_by_its_when() {
    let when = |text: &str| format!("settle_s = 30\nwhen = \"{text}\"");
    assert!(draft("settle_s = 30", &when("params.min_calls > 5.0"), &[]).await.is_ok());
    let error = draft("settle_s = 30", &when("params.proven"), &[]).await.unwrap_err();
    assert!(error.what.contains("leaves out every step"), "{error:?}");
    let error = draft("settle_s = 30", &when("params.min_calls"), &[]).await.unwrap_err();
    assert!(error.what.contains("cannot be told"), "{error:?}");
}

#[tokio::test]
async fn what_only_a_person_can_tell_is_asked_for_and_checked() {
    let human = "[[human]]\nid = \"schema_is_old\"\nquestion = \"can {version} read it?\"\nmessage = \"ask the owners\"\n\n[[step]]";
    let error = draft("[[step]]", human, &[]).await.unwrap_err();
    assert!(error.what.contains("needs the parameter `schema_is_old`"), "{error:?}");
    let draft = draft("[[step]]", human, &[("schema_is_old", json!(true))]).await.unwrap();
    let check = draft.checks.iter().find(|check| check.id == "schema_is_old").unwrap();
    assert_eq!((check.title.as_str(), check.on_unknown), ("can 41 read it?", OnFail::Stop));
    assert_eq!(check.expression, "params.schema_is_old");
}

#[tokio::test]
async fn a_check_that_offers_a_runbook_stops_and_names_it() {
    let draft =
        draft("on_fail = \"stop\"", "on_fail = \"offer:lambda.rollback\"", &[]).await.unwrap();
    assert_eq!(draft.checks[0].on_fail, OnFail::Stop);
    assert!(draft.checks[0].message.ends_with("the runbook `lambda.rollback` may help"));
}

#[tokio::test]
async fn a_wait_by_the_words_of_a_status_ends_well_and_badly() {
    let wait = "[[wait]]\nid = \"w\"\ntitle = \"w\"\nevery_s = 10\ntimeout_s = 60\nstatus = { of = \"a.version\", good = [\"41\"], bad = [\"x\", \"y\"] }\n\n[[wait.fact]]\nname = \"a\"\nread = \"alias-of\"\nwith = { function = \"{function}\", alias = \"{alias}\" }\n\n[[note]]";
    let draft = draft("[[note]]", wait, &[]).await.unwrap();
    assert_eq!(draft.waits[0].until, r#"(a.version) in ["41"]"#);
    assert_eq!(draft.waits[0].fail.as_deref(), Some(r#"(a.version) in ["x","y"]"#));
}

#[tokio::test]
async fn settle_goes_by_the_class_unless_said() {
    let settle = |draft: Draft| draft.first.settle_ms;
    assert_eq!(settle(draft("settle_s = 30\n", "", &[]).await.unwrap()), 30_000);
    assert_eq!(settle(draft("settle_s = 30", "settle_s = 7", &[]).await.unwrap()), 7_000);
}

#[tokio::test]
async fn instants_and_lengths_become_what_they_stand_for() {
    let params = "[params.at]\ntype = \"time.instant\"\nhelp = \"when\"\n\n[params.span]\ntype = \"duration\"\nhelp = \"how long\"\ndefault = \"5m\"\n\n[params.proven]";
    let with = |at: &str| {
        let at = json!(at);
        async move {
            let text = LAMBDA_ROLLBACK
                .replacen("deed = \"rolled back\"", "deed = \"rolled back, {at} {span}\"", 1)
                .replacen("[params.proven]", params, 1);
            let runbook = sound(&text).unwrap();
            let params = Params::from([
                ("function".to_owned(), json!("orders-writer")),
                ("alias".to_owned(), json!("live")),
                ("version".to_owned(), json!("41")),
                ("current".to_owned(), json!("42")),
                ("at".to_owned(), at),
            ]);
            runbook.compile(params, &place(), &Shop::new()).await
        }
    };
    let draft = with("last midnight Europe/Berlin").await.unwrap();
    assert_eq!(draft.params["at"], json!("2026-11-21T23:00:00.000Z"));
    assert_eq!(draft.params["span"], json!(300));
    let error = with("2026-10-25 02:30 Europe/Berlin").await.unwrap_err();
    assert!(
        error.hint.contains("2026-10-25T00:30:00.000Z or 2026-10-25T01:30:00.000Z"),
        "{error:?}"
    );
}
