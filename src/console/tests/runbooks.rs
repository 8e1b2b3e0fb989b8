//! `watchdeck runbook`: what there is, what a file gets wrong, a plan that changes nothing, and scenarios.
#![cfg(test)]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use watchdeck_runbook::LAMBDA_ROLLBACK;

/// The exit code, stdout and stderr of the binary in this home.
fn told(home: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchdeck"));
    command.arg("runbook").args(arguments).env_clear().env("HOME", home);
    command.env("AWS_EC2_METADATA_DISABLED", "true").stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A home with these runbooks of its own.
fn home(files: &[(&str, String)]) -> TempDir {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/watchdeck/runbooks");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    home
}

fn own(id: &str) -> String {
    LAMBDA_ROLLBACK.replacen("lambda.rollback", id, 1)
}

#[test]
fn the_list_tells_where_each_runbook_comes_from() {
    let wrong = own("wrong").replacen("settle_s = 30", "settle_s = 0", 1);
    let home = home(&[
        ("a.toml", own("shop.rollback")),
        ("b.toml", own("lambda.rollback")),
        ("c.toml", wrong),
    ]);
    let (code, out, err) = told(home.path(), &["list"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let line = |word: &str| {
        out.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{word}: {out}"))
    };
    assert!(line("lambda.rollback").contains("b.toml, in place of the built-in one"), "{out}");
    assert!(line("shop.rollback").contains("a.toml"), "{out}");
    assert!(line("c.toml is left out").contains("settle_s"), "{out}");
    let (_, out, _) = told(home.path(), &["list", "--json"]);
    let rows: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = |wanted: &str| rows.iter().find(|row| row["id"] == wanted).unwrap();
    assert_eq!(row("lambda.rollback")["shadows_built_in"], true);
    assert_eq!(row("lambda.kill-switch")["file"], Value::Null);
    assert!(rows.last().unwrap()["complaints"][0]["line"].as_u64().unwrap() > 1);
}

#[test]
fn a_runbook_is_shown_with_its_command_and_its_policy() {
    let home = home(&[]);
    let (code, out, err) = told(home.path(), &["show", "lambda.rollback"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for word in
        ["aws lambda update-alias", "\"lambda:UpdateAlias\"", "REVERSAL", "420 s at most", "USD"]
    {
        assert!(out.contains(word), "{word}: {out}");
    }
    let (_, out, _) = told(home.path(), &["show", "lambda.rollback", "--json"]);
    let whole: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(whole["sketch"]["policy"]["Version"], "2012-10-17");
    let (code, _, err) = told(home.path(), &["show", "nothing"]);
    assert_eq!(code, 2);
    assert!(err.contains("the runbooks are: ") && err.contains(", lambda.canary-back, "), "{err}");
}

#[test]
fn mistakes_are_told_by_line_and_column_and_by_the_exit_code() {
    let home = home(&[]);
    let path = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = path("good.toml", LAMBDA_ROLLBACK);
    let bad =
        path("bad.toml", &own("bad").replacen("undo = \"restore\"", "undo = \"restored\"", 1));
    let odd = path("odd.toml", &own("odd").replacen("class = \"cas\"", "class = \"trigger\"", 1));
    let (code, out, err) = told(home.path(), &["lint", &good]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.ends_with("good.toml: sound\n"), "{out}");
    let (code, out, err) = told(home.path(), &["lint", &good, &bad, &odd]);
    assert_eq!(code, 1, "{out}{err}");
    let lines: Vec<&str> = LAMBDA_ROLLBACK.lines().collect();
    let place = lines.iter().position(|line| *line == "class = \"cas\"").unwrap() + 1;
    assert!(out.contains(&format!("odd.toml:{place}:1: step point-alias: ")), "{out}");
    assert!(out.contains("  hint: "), "{out}");
    let (code, out, _) = told(home.path(), &["lint", "--json", &odd]);
    assert_eq!(code, 1);
    let row: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&row["sound"], &row["complaints"][0]["line"]),
        (&Value::Bool(false), &place.into())
    );
    assert_eq!(told(home.path(), &["lint", "nowhere.toml"]).0, 2);
    assert_eq!(told(home.path(), &["lint"]).0, 2);
}

#[test]
fn a_plan_goes_up_to_the_question_and_no_further() {
    let home = home(&[]);
    let plan = |version: &str, more: &[&str]| {
        let version = format!("version={version}");
        let mut all = vec![
            "plan",
            "lambda.rollback",
            "-p",
            "function=orders-writer",
            "-p",
            "alias=live",
            "-p",
            &version,
        ];
        all.extend_from_slice(more);
        told(home.path(), &all)
    };
    let (code, out, err) = plan("40", &[]);
    assert_eq!(code, 0, "{err}");
    for word in [
        "live@orders-writer version: 41 -> 40",
        "FINGERPRINTS",
        "Nothing was changed",
        "aws lambda update-alias",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
    assert!(err.contains("simulated account"), "{err}");
    let (code, out, _) = plan("40", &["--json"]);
    let question: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &question["calls"][0]["operation"]), (0, &Value::from("UpdateAlias")));
    let (code, _, err) = plan("41", &[]);
    assert_eq!(code, 1);
    assert!(err.contains("already points at 41"), "{err}");
    let (code, _, err) = plan("40", &["-p", "nothing=1"]);
    assert_eq!(code, 1);
    assert!(err.contains("no parameter `nothing`"), "{err}");
    assert!(!home.path().join(".local/state").exists(), "a plan keeps no journal");
}

#[test]
fn the_scenarios_of_the_built_in_runbooks_come_out_as_they_say() {
    let home = home(&[]);
    let (code, out, err) = told(home.path(), &["test", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let rows: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.iter().all(|row| row["good"] == true), "{out}");
    for kind in ["happy", "conflict", "unknown-outcome", "undo"] {
        assert!(rows.iter().any(|row| row["scenario"] == kind), "{kind}: {out}");
    }
}

#[test]
fn a_scenario_that_ends_otherwise_is_told_and_is_a_failure() {
    let text = own("lambda.rollback").replacen(
        "ended = \"succeeded\", changes = 1",
        "ended = \"failed\", changes = 2",
        1,
    );
    let home = home(&[("shop.toml", text)]);
    let (code, out, err) = told(home.path(), &["test", "lambda.rollback"]);
    assert_eq!(code, 1, "{out}");
    assert!(err.contains("1 of 7 scenarios"), "{err}");
    assert!(out.contains("wanted failed, 2 changes"), "{out}");
}
