//! The linter finds every mistake that can be made with the built-in runbook.

use watchdeck_runbook::{LAMBDA_ROLLBACK, parse};

/// Changes the built-in runbook and looks for the complaint.
fn check(from: &str, to: &str, wanted: &str) {
    assert!(LAMBDA_ROLLBACK.contains(from), "the built-in runbook has no `{from}`");
    let complaints = parse(&LAMBDA_ROLLBACK.replacen(from, to, 1)).unwrap().lint();
    let texts: Vec<_> = complaints.iter().map(ToString::to_string).collect();
    assert!(texts.iter().any(|text| text.contains(wanted)), "wanted `{wanted}`, got {texts:#?}");
}

#[test]
fn the_built_in_runbook_is_sound() {
    assert_eq!(parse(LAMBDA_ROLLBACK).unwrap().lint(), []);
}

#[test]
fn what_a_runbook_reads_is_told() {
    let reads = parse(LAMBDA_ROLLBACK).unwrap().reads();
    for call in [
        "lambda:GetAlias",
        "lambda:GetPolicy",
        "cloudwatch:GetMetricData",
        "codedeploy:ListDeployments",
    ] {
        assert!(reads.contains(call), "{call}");
    }
}

#[test]
fn mistakes_are_found_before_anybody_needs_the_runbook() {
    check("class = \"cas\"", "class = \"absolute\"", "not of class");
    check("revision = \"as-read\"\n", "", "needs its lock");
    check("deed = \"rolled back\"\n", "", "needs the member `deed`");
    check("deed = ", "date = \"\"\ndeed = ", "has no member `date`");
    check("undo = \"restore\"\n", "", "say how it is undone");
    check("undo = \"restore\"", "undo = \"restore\"\nirreversible = \"no\"", "either `undo` or");
    check("undo = \"restore\"", "irreversible = \" \"", "says why");
    check("settle_s = 30", "settle_s = 0", "settle_s");
    check("action = \"point-alias\"", "action = \"delete-alias\"", "no action `delete-alias`");
    check("risk = \"R2\"", "risk = \"R1\"", "at least R2");
    check("risk = \"R2\"", "risk = \"R4\"", "second person");
    check("plan_ttl_s = 600", "plan_ttl_s = 86400", "1 to 600");
    check("in ..{account}", "now", "lacks {account}");
    check("in ..{account}", "in ..{account} {function}", "does not fill");
    check("{current} to {version}\"", "{curent} to {version}\"", "`curent`");
    check(
        "[params.proven]",
        "[params.reason]\ntype = \"text\"\nhelp = \"why\"\n\n[params.proven]",
        "nothing uses it",
    );
    check("holds = \"params.proven\"", "holds = \"params.poven\"", "no parameter `poven`");
    check("holds = \"params.proven\"", "holds = \"proven ==\"", "is not an expression");
    check("provisioned == null", "provision == null", "`provision`, which nothing reads");
    check("read = \"provisioned\"", "read = \"provisions\"", "cannot be read");
    check(
        "with = { function = \"{function}\", version = \"{version}\" }",
        "with = { function = \"{function}\" }",
        "missing field `version`",
    );
    check(
        "with = { function = \"{function}\", version = \"{version}\" }",
        "with = { function = \"{function}\", version = \"{version}\", name = \"x\" }",
        "no member `name`",
    );
    check("read = \"deployments\"", "read = \"deployments\"\nlast_s = 60", "no time span");
    check("last_s = 900", "since_change = true", "nothing has changed yet");
    check("pin = [\"/code_sha256\"]", "pin = [\"revision\"]", "JSON pointer");
    check("id = \"proven\"", "id = \"whole\"", "twice");
    check("timeout_s = 420", "timeout_s = 5", "before it is over");
    check("default = 20", "default = \"20\"", "not of its type");
    check("name = \"current\"", "name = \"params\"", "taken by the guard");
}

#[test]
fn a_risky_runbook_without_a_verification_is_not_sound() {
    let text = LAMBDA_ROLLBACK;
    let (before, rest) = text.split_once("[[verify]]").unwrap();
    let (_, note) = rest.split_once("[[note]]").unwrap();
    let complaints = parse(&format!("{before}[[note]]{note}")).unwrap().lint();
    assert!(complaints.iter().any(|c| c.what.contains("needs a verification")), "{complaints:?}");
}
