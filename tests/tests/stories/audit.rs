//! Proofs handed on, and the journal held against what AWS saw.

use std::process::{Command, Output};

use watchdeck_sim::wire::value::Value;
use watchdeck_tests::home::Home;

use super::account::Shop;

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn run(home: &Home, words: &[&str]) -> (i32, String, String) {
    told(&home.command(words).unwrap().output().unwrap())
}

/// A rollback that has landed, and its journal.
fn rolled_back(shop: &Shop) -> Home {
    let home = shop.home();
    let phrase = "rollback live@orders-writer to 41 in ..4021";
    let what = ["-p", "function=orders-writer", "-p", "alias=live", "-p", "version=41"];
    let where_to = ["--phrase", phrase, "--endpoint-url", &shop.url()];
    let (code, out, err) =
        run(&home, &[&["run", "lambda.rollback"][..], &what, &where_to].concat());
    assert_eq!(code, 0, "{out}{err}");
    home
}

#[test]
fn a_proof_is_checked_where_no_journal_is() {
    let shop = Shop::after_the_bad_deploy();
    let home = rolled_back(&shop);
    let elsewhere = Home::new().unwrap();
    let check = |text: &str, more: &[&str]| {
        std::fs::write(elsewhere.path().join("proof.json"), text).unwrap();
        run(&elsewhere, &[&["audit", "verify", "--proof", "proof.json"][..], more].concat())
    };
    let (code, proof, err) = run(&home, &["audit", "prove", "3"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, err) = check(&proof, &[]);
    assert!(code == 0 && out.starts_with("proved: row 3 of watchdeck-"), "{out}{err}");
    let key = out.split_once("signed by ").unwrap().1.get(..64).unwrap().to_owned();
    assert_eq!(check(&proof, &["--key", &key]).0, 0);
    let (code, out, _) = check(&proof, &["--key", &"0".repeat(64)]);
    assert!(code == 3 && out.contains("signed by another key"), "{out}");
    let (code, out, _) = check(&proof.replace("\\\"seq\\\":3", "\\\"seq\\\":4"), &[]);
    assert!(code == 3 && out.contains("WRONG line 1: row 3 is not under the root"), "{out}");
    assert_eq!(check("not a proof", &[]).0, 3);

    let (code, grown, err) = run(&home, &["audit", "prove", "--grown-from", "2"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, _) = check(&grown, &[]);
    assert!(code == 0 && out.contains("has only grown, from 2 rows"), "{out}");
    let (code, _, err) = run(&home, &["audit", "prove", "--grown-from", "1"]);
    assert!(code == 2 && err.contains("there are checkpoints of 2, "), "{err}");
    assert_eq!(run(&home, &["audit", "prove", "9999"]).0, 2);

    let (code, all, err) = run(&home, &["audit", "export"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, _) = check(&all, &[]);
    let rows = all.lines().count();
    assert!(code == 0 && out.starts_with(&format!("{rows} proved")), "{rows}: {out}");
    let mut lines: Vec<&str> = all.lines().collect();
    let cut = lines[4].replacen("\"path\":[\"", "\"path\":[\"00", 1);
    lines[4] = &cut;
    assert_eq!(check(&lines.join("\n"), &[]).0, 3);
}

fn compared(home: &Home, shop: &Shop, more: &[&str]) -> (i32, String, String) {
    // CloudTrail is late: it tells of a call minutes afterwards.
    shop.account.advance_to(shop.account.now_ms() + 40 * 60_000);
    let words = ["audit", "verify", "--cloudtrail", "--since", "3h", "--endpoint-url", &shop.url()];
    run(home, &[&words[..], more].concat())
}

#[test]
fn what_was_written_down_is_what_cloudtrail_saw() {
    let shop = Shop::after_the_bad_deploy();
    let home = rolled_back(&shop);
    let (code, out, err) = compared(&home, &shop, &[]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("1 intents that both tell of"), "{out}");
    let (_, out, _) = compared(&home, &shop, &["--json"]);
    let told: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!((&told["sound"], &told["comparison"]["witnessed"]), (&true.into(), &1.into()));
}

#[test]
fn au06_a_change_that_nobody_wrote_down_is_reported() {
    let shop = Shop::after_the_bad_deploy();
    let home = rolled_back(&shop);
    let to = [("FunctionName", "orders-writer"), ("Name", "live"), ("FunctionVersion", "40")];
    let to = to.map(|(name, value)| (name, Value::from(value)));
    shop.call("lambda", "UpdateAlias", Value::record(to));
    let (code, out, err) = compared(&home, &shop, &[]);
    assert!(code == 3 && err.contains("1 changes without an intent"), "{out}{err}");
    let by_our_role = |line: &&str| line.contains("NO INTENT") && line.contains("(our role)");
    assert_eq!(out.lines().filter(by_our_role).count(), 1, "{out}");
    // Where the journal is gone, CloudTrail still tells whose deed it was.
    let gone = Command::new("rm").arg("-r").arg(home.path().join("state")).status().unwrap();
    assert!(gone.success());
    let (code, out, err) = compared(&home, &shop, &[]);
    assert!(code == 3 && out.contains("(says it is watchdeck)"), "{out}{err}");
}

#[test]
fn au07_a_change_that_cloudtrail_did_not_see_is_reported_after_half_an_hour() {
    let home = rolled_back(&Shop::after_the_bad_deploy());
    // Another account of that number, which knows nothing of it.
    let shop = Shop::after_the_bad_deploy();
    let words = ["audit", "verify", "--cloudtrail", "--endpoint-url", &shop.url()];
    let (_, out, _) = run(&home, &words);
    assert!(out.contains("1 intents so young that CloudTrail may still tell"), "{out}");
    let (code, out, err) = compared(&home, &shop, &[]);
    assert!(code == 3 && out.contains("NO EVENT") && out.contains("UpdateAlias"), "{out}{err}");
    let (code, _, err) = run(&Home::new().unwrap(), &["audit", "verify", "--cloudtrail"]);
    assert!(code == 2 && err.contains("begins anew each time"), "{err}");
}
