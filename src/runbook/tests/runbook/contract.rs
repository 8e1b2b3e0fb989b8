//! The linter holds what a step says against the operation contract, and says where it is wrong and what to do.

use watchdeck_runbook::{Complaint, LAMBDA_ROLLBACK, parse, sound};

/// A runbook with one step that calls the API by its own name.
fn calling(risk: &str, step: &str) -> String {
    let head = LAMBDA_ROLLBACK.split("# What is done.").next().unwrap();
    let (_, tail) = LAMBDA_ROLLBACK.split_once("# What must be seen afterwards.").unwrap();
    let head = head.replace("risk = \"R2\"", &format!("risk = \"{risk}\""));
    format!(
        "{head}[params.why]\ntype = \"text\"\nhelp = \"why\"\n\n[[step]]\nid = \"s\"\ntitle = \"do it: {{why|plain}}\"\nirreversible = \"it is\"\n{step}\n#{tail}"
    )
}

fn complaints(text: &str) -> Vec<Complaint> {
    parse(text).unwrap_or_else(|error| panic!("{error}: {}\n{text}", error.hint)).lint()
}

/// Looks for a complaint about a step, and that it has a place and a hint.
fn check(risk: &str, step: &str, wanted: &str) {
    let text = calling(risk, step);
    let found = complaints(&text);
    let all: Vec<_> = found.iter().map(ToString::to_string).collect();
    let Some(it) = found.iter().find(|complaint| complaint.what.contains(wanted)) else {
        panic!("wanted `{wanted}`, got {all:#?}");
    };
    assert!(it.line > 1 && it.column >= 1 && !it.hint.is_empty(), "{it:?}");
}

/// No complaint of a step but that this build has no change for it.
fn good(risk: &str, step: &str) {
    let found = complaints(&calling(risk, step));
    let others: Vec<_> =
        found.iter().filter(|it| !it.what.contains("this build cannot make the call")).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(!found.is_empty(), "what cannot be carried out is said");
}

#[test]
fn the_class_must_be_one_that_the_api_has() {
    let step = |class: &str| {
        format!(
            "action = \"lambda:PutFunctionConcurrency\"\nclass = \"{class}\"\nwith = {{ FunctionName = \"{{function}}\", ReservedConcurrentExecutions = 0 }}"
        )
    };
    good("R3", &step("absolute"));
    check("R3", &step("cas"), "is not of class Cas but Absolute");
    check("R3", &step("token"), "is not of class Token but Absolute");
    check("R2", &step("absolute"), "is at least R3");
}

#[test]
fn a_lock_a_token_a_name_and_a_target_must_be_there() {
    let ip_set = "action = \"wafv2:UpdateIPSet\"\nclass = \"cas\"\nwith = { Name = \"blocked\", Scope = \"REGIONAL\", Id = \"a1b2c3d4-5678-90ab-cdef-1234567890ab\", Addresses = [] }";
    check("R2", ip_set, "needs its lock `LockToken`");
    good("R2", &ip_set.replace("Addresses", "LockToken = \"as-read\", Addresses"));
    let rotate = "action = \"secretsmanager:RotateSecret\"\nclass = \"token\"\nwith = { SecretId = \"orders\" }";
    check("R3", rotate, "needs its token `ClientRequestToken`");
    good("R3", &rotate.replace("SecretId", "ClientRequestToken = \"of-the-run\", SecretId"));
    let restore = "action = \"rds:RestoreDBInstanceToPointInTime\"\nclass = \"named\"\nwith = { TargetDBInstanceIdentifier = \"copy\", UseLatestRestorableTime = true }";
    check("R3", restore, "must hold {run}");
    good("R3", &restore.replace("\"copy\"", "\"rpt-{run}\""));
    let failover = "action = \"rds:FailoverDBCluster\"\nclass = \"trigger\"\nwith = { DBClusterIdentifier = \"orders\" }";
    check("R3", failover, "a trigger without a target or a probe");
    let aimed = failover.replace("= { DB", "= { TargetDBInstanceIdentifier = \"orders-2\", DB");
    good("R3", &aimed);
}

#[test]
fn what_aws_would_refuse_is_refused_before() {
    let stop = |more: &str| {
        format!(
            "action = \"codepipeline:DisableStageTransition\"\nclass = \"absolute\"\nwith = {{ pipelineName = \"orders\", stageName = \"Deploy\", {more} }}"
        )
    };
    good("R2", &stop("transitionType = \"Inbound\", reason = \"{why|plain}\""));
    check("R2", &stop("transitionType = \"Inbound\""), "needs the member `reason`");
    check("R2", &stop("transitionType = \"In\", reason = \"x\""), "`In` is none of");
    check("R2", &stop("transitionType = \"Inbound\", reason = \"a/b\""), "is not like");
    check("R2", &stop("transitionType = 1, reason = \"x\""), "must be a text");
    check(
        "R2",
        &stop("transitionType = \"Inbound\", reason = \"x\", note = 1"),
        "no member `note`",
    );
    check(
        "R2",
        "action = \"lambda:Frobnicate\"\nclass = \"cas\"\nwith = {}",
        "nothing is known of",
    );
    check("R2", "action = \"point\"\nclass = \"cas\"\nwith = {}", "there is no action `point`");
    let long = format!("transitionType = \"Inbound\", reason = \"{}\"", "x".repeat(301));
    check("R2", &stop(&long), "more than the 300");
}

#[test]
fn cf30_a_free_text_does_not_reach_codepipeline_as_it_is() {
    let step = "action = \"codepipeline:DisableStageTransition\"\nclass = \"absolute\"\nwith = { pipelineName = \"orders\", stageName = \"Deploy\", transitionType = \"Inbound\", reason = \"{why}\" }";
    check("R2", step, "the free text `why` reaches `reason`");
}

#[test]
fn cf23_a_failover_without_its_flag_is_a_switchover() {
    let step = |more: &str| {
        format!(
            "action = \"rds:FailoverGlobalCluster\"\nclass = \"trigger\"\nwith = {{ GlobalClusterIdentifier = \"orders\", TargetDbClusterIdentifier = \"orders-west\"{more} }}"
        )
    };
    check("R4", &step(""), "this is a switchover");
    check("R4", &step(", AllowDataLoss = false"), "this is a switchover");
    let found = complaints(&calling("R4", &step(", AllowDataLoss = true")));
    assert!(!found.iter().any(|it| it.what.contains("switchover")), "{found:#?}");
    assert!(found.iter().any(|it| it.what.contains("second person")), "{found:#?}");
}

#[test]
fn pw08_and_pw09_times_and_flags_that_exclude_each_other_are_found() {
    let restore = |more: &str| {
        format!(
            "action = \"rds:RestoreDBInstanceToPointInTime\"\nclass = \"named\"\nwith = {{ TargetDBInstanceIdentifier = \"rpt-{{run}}\"{more} }}"
        )
    };
    check("R3", &restore(""), "either a time or");
    check(
        "R3",
        &restore(", UseLatestRestorableTime = true, RestoreTime = \"2026-11-22T03:00:00Z\""),
        "either a time or",
    );
    good("R3", &restore(", RestoreTime = \"2026-11-22T03:00:00Z\""));
    let clone = "action = \"rds:RestoreDBClusterToPointInTime\"\nclass = \"named\"\nwith = { DBClusterIdentifier = \"rpt-{run}\", SourceDBClusterIdentifier = \"orders\", RestoreType = \"copy-on-write\", RestoreToTime = \"2026-11-22T03:00:00Z\" }";
    check("R3", clone, "a copy-on-write clone is of now");
}

#[test]
fn cf40_a_mute_without_an_end_is_found() {
    let mute = "action = \"cloudwatch:PutAlarmMuteRule\"\nclass = \"absolute\"\nwith = { Name = \"quiet\", Rule = {} }";
    check("R2", mute, "a mute without an end");
}

#[test]
fn a_secret_stays_out_of_phrases_names_and_tags() {
    let secret = "[params.token]\ntype = \"secret\"\nhelp = \"it\"\n\n[params.version]";
    let with = |from: &str, to: &str, wanted: &str| {
        let text = LAMBDA_ROLLBACK.replacen("[params.version]", secret, 1).replacen(from, to, 1);
        let found = complaints(&text);
        assert!(found.iter().any(|it| it.what.contains(wanted)), "{wanted}: {found:#?}");
    };
    with("in ..{account}", "in ..{account} {token}", "the secret {token}");
    with(
        "title = \"point {alias}",
        "title = \"{token} {alias}",
        "the secret `token` would be shown",
    );
    with("deed = \"rolled back\"", "deed = \"{token}\"", "the secret `token` would be shown");
    with(
        "holds = \"params.proven\"",
        "holds = \"params.proven && params.token != ''\"",
        "kept with the evidence",
    );
    // Where the step says so, the deed may hold it; a text about it still may not.
    let said = LAMBDA_ROLLBACK
        .replacen("[params.version]", secret, 1)
        .replacen("deed = \"rolled back\"", "deed = \"{token}\"", 1)
        .replacen("undo = \"restore\"", "undo = \"restore\"\nsensitive = [\"deed\"]", 1);
    assert_eq!(complaints(&said), []);
    let wrong = said.replacen("[\"deed\"]", "[\"deed\", \"dead\"]", 1);
    assert!(complaints(&wrong).iter().any(|it| it.what.contains("no member `dead`")));
    let known = said.replacen("help = \"it\"", "help = \"it\"\ndefault = \"hunter2hunter2\"", 1);
    assert!(complaints(&known).iter().any(|it| it.what.contains("a secret in a file is none")));
    let sets = "action = \"rds:ModifyDBInstance\"\nclass = \"absolute\"\nwith = { DBInstanceIdentifier = \"orders\", MasterUserPassword = \"{why}\" }";
    let sets = calling("R3", sets).replacen(
        "[params.why]\ntype = \"text\"",
        "[params.why]\ntype = \"secret\"",
        1,
    );
    let sets = sets.replacen("do it: {why|plain}", "do it", 1);
    assert!(!complaints(&sets).iter().any(|it| it.what.contains("would be shown")));
    let tags = "action = \"rds:AddTagsToResource\"\nclass = \"absolute\"\nwith = { ResourceName = \"x\", Tags = [{ Key = \"k\", Value = \"AKIAIOSFODNN7EXAMPLE\" }] }";
    check("R2", tags, "looks like a secret");
}

#[test]
fn an_undo_can_be_undone_and_the_point_of_no_return_is_said() {
    let undone = |undo: &str| {
        calling("R3", &format!("action = \"lambda:PutFunctionConcurrency\"\nclass = \"absolute\"\nwith = {{ FunctionName = \"{{function}}\", ReservedConcurrentExecutions = 0 }}\n{undo}")).replace("irreversible = \"it is\"\n", "")
    };
    let back = "[step.undo]\naction = \"lambda:DeleteFunctionConcurrency\"\nclass = \"absolute\"\nwith = { FunctionName = \"{function}\" }\n";
    let found = complaints(&undone(back));
    assert!(!found.iter().any(|it| it.what.contains("taken back")), "{found:#?}");
    let found = complaints(&undone(&format!("{back}irreversible = \"no\"")));
    assert!(found.iter().any(|it| it.what.contains("the undo cannot itself")), "{found:#?}");
    let gone = back.replace("lambda:DeleteFunctionConcurrency", "sqs:PurgeQueue");
    let found = complaints(&undone(&gone));
    assert!(found.iter().any(|it| it.what.contains("the undo cannot itself")), "{found:#?}");

    let first = "[[step]]\nid = \"first\"\ntitle = \"first\"\naction = \"point-alias\"\nclass = \"cas\"\nirreversible = \"because\"\nwith = { function = \"{function}\", alias = \"{alias}\", version = \"{version}\", deed = \"x\", revision = \"as-read\" }\n\n[[step]]\nid = \"point-alias\"";
    let text = LAMBDA_ROLLBACK.replacen("[[step]]\nid = \"point-alias\"", first, 1);
    let found = complaints(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].what.contains("`first` before it could not"));
    let said = text.replacen(
        "irreversible = \"because\"",
        "irreversible = \"because\"\npoint_of_no_return = true",
        1,
    );
    assert_eq!(complaints(&said), []);
}

#[test]
fn what_this_build_cannot_do_is_an_error_that_says_so() {
    let with = |from: &str, to: &str, wanted: &str| {
        let text = LAMBDA_ROLLBACK.replacen(from, to, 1);
        let found = complaints(&text);
        assert!(
            found
                .iter()
                .any(|it| it.what.contains("this build cannot") && it.what.contains(wanted)),
            "{wanted}: {found:#?}"
        );
    };
    with(
        "undo = \"restore\"",
        "undo = { action = \"lambda:DeleteFunctionConcurrency\", class = \"absolute\", with = { FunctionName = \"{function}\" } }",
        "make the call `lambda:DeleteFunctionConcurrency`",
    );
    for can in [
        "timeout_s = 60",
        "on_error = { do = \"stop\" }",
        "on_error = { do = \"undo\" }",
        "on_error = { do = \"continue\" }",
    ] {
        assert_eq!(complaints(&LAMBDA_ROLLBACK.replacen("settle_s = 30", can, 1)), [], "{can}");
    }
}

/// Complaints about a runbook of a user's own with something said otherwise: each with its line.
fn own(file: usize, from: &str, to: &str, wanted: &str) {
    let (_, text) = crate::catalogue::OWN[file];
    assert!(text.contains(from), "no `{from}`");
    let changed = text.replacen(from, to, 1);
    let found = complaints(&changed);
    let Some(it) = found.iter().find(|it| it.what.contains(wanted)) else {
        panic!("wanted `{wanted}`: {found:#?}");
    };
    let line = changed.lines().nth(it.line - 1).unwrap_or_default();
    assert!(!line.is_empty() && !it.hint.is_empty(), "{it:?}");
}

#[test]
fn an_undo_of_ones_own_is_held_against_the_contract_like_a_step() {
    let before = "reserved = \"{before}\"";
    own(0, before, "reserved = -1", "less than");
    own(0, before, "reserved = 1, also = 2", "no member `also`");
    own(0, &format!(", {before}"), "", "needs the member `reserved`");
    own(0, before, "reserved = \"{nothing}\"", "`nothing`");
    own(0, "reserved = \"{limit}\"", "reserved = \"{before}\"", "`before`");
    own(0, "\"{before.version}\", deed", "\"{before.version}\", dead", "no member `dead`");
    own(
        0,
        "by a call of its own\", revision = \"as-read\"",
        "by a call of its own\", revision = \"as-left\"",
        "an undo is a run of its own",
    );
    own(0, "services = [\"lambda\"]", "services = [\"sqs\"]", "not among the services");
    let undo = "[step.undo]\naction = \"reserve-concurrency\"\nclass = ";
    own(0, &format!("{undo}\"absolute\""), &format!("{undo}\"token\""), "is not of class Token");
    own(0, undo, &undo.replace("reserve-", "preserve-"), "nothing is known of");
}

#[test]
fn several_steps_of_r4_draw_their_point_and_ask_before_what_cannot_be_taken_back() {
    let point = "point_of_no_return = true\n";
    own(2, point, "", "3 steps are more than risk R4 may have (1)");
    own(2, "pause = \"does {queue}", "# pause = \"does {queue}", "nobody is asked before it");
    own(2, "undo = \"restore\"", "irreversible = \"no\"", "stands before the point of no return");
    own(
        2,
        "pause = \"is {version} ready to take the traffic?\"",
        "pause = \" \"",
        "it asks nothing",
    );
    own(2, "is {version} ready", "is {vision} ready", "`vision`");
    let first = "undo = \"restore\"\nwith = { function";
    own(2, first, &format!("pause = \"now?\"\n{first}"), "nothing comes before it");
    let last = "undo = \"restore\"\npause";
    own(
        2,
        last,
        &format!("irreversible = \"no\"\n{point}pause"),
        "there is one point of no return",
    );
}

#[test]
fn a_probe_reads_tells_yes_from_no_and_is_there_for_what_nothing_else_tells() {
    own(1, "task.started >= since_ms)\"", "tusk ==\"", "is not an expression");
    own(1, "\"tasks.exists(task", "\"tusks.exists(task", "`tusks`, which nothing reads");
    let absent = "absent = \"tasks.all(task, task.started < since_ms)\"";
    let same = "absent = \"tasks.exists(task, task.started >= since_ms)\"";
    own(1, absent, same, "cannot tell that it was not");
    own(
        1,
        "[[step.probe.fact]]\nname = \"tasks\"\nread = \"move-tasks\"",
        "[[step.probe.fact]]\nname = \"tasks\"\nread = \"moves\"",
        "cannot be read by `moves`",
    );
    let probe = "[step.probe]\nmade = \"alias.version == '41'\"\nabsent = \"false\"\n\n[[step.probe.fact]]\nname = \"alias\"\nread = \"alias-of\"\nwith = { function = \"{function}\", alias = \"{alias}\" }\n\n[[verify]]";
    own(0, "[[verify]]", probe, "its lock tells whether it was made");
    let failover = "action = \"rds:FailoverDBCluster\"\nclass = \"trigger\"\nwith = { DBClusterIdentifier = \"orders\" }\n[step.probe]\nmade = \"a == null\"\nabsent = \"a != null\"\n[[step.probe.fact]]\nname = \"a\"\nread = \"deployments\"\n";
    good("R3", failover);
}

#[test]
fn a_stage_has_a_step_after_it_and_a_lock_that_is_left_one_before_it() {
    let with = |from: &str, to: &str, wanted: &str| {
        let found = complaints(&LAMBDA_ROLLBACK.replacen(from, to, 1));
        assert!(found.iter().any(|it| it.what.contains(wanted)), "{wanted}: {found:#?}");
    };
    with("every_s = 10", "every_s = 10\nafter = \"point-alias\"", "no step comes after");
    with("every_s = 10", "every_s = 10\nafter = \"nothing\"", "no step comes after");
    with("revision = \"as-read\"", "revision = \"as-left\"", "no step before leaves a lock");
    with("settle_s = 30", "timeout_s = 0", "comes to rest within");
    let first = "[[step]]\nid = \"first\"\ntitle = \"first\"\naction = \"point-alias\"\nclass = \"cas\"\nundo = \"restore\"\non_error = { do = \"continue\" }\nwith = { function = \"{function}\", alias = \"{alias}\", version = \"{version}\", deed = \"x\", revision = \"as-read\" }\n\n[[step]]\nid = \"point-alias\"";
    let text = LAMBDA_ROLLBACK.replacen("revision = \"as-read\"", "revision = \"as-left\"", 1);
    let found = complaints(&text.replacen("[[step]]\nid = \"point-alias\"", first, 1));
    assert!(found.iter().any(|it| it.what.contains("waits for the lock")), "{found:#?}");
}

#[test]
fn what_may_be_undefined_is_asked_for_first() {
    let with = |from: &str, to: &str, wanted: &str| {
        let text = LAMBDA_ROLLBACK.replacen(from, to, 1);
        let found = complaints(&text);
        assert!(found.iter().any(|it| it.what.contains(wanted)), "{wanted}: {found:#?}");
    };
    with(
        "reserved == null || reserved > 0",
        "reserved > 0",
        "`reserved` is null where there is none",
    );
    with("provisioned == null", "provisioned.requested == 0", "`provisioned` is null");
    with(
        "traffic.through.sum > 0.0 ||",
        "traffic.through.max > 0.0 ||",
        "null where nothing was measured",
    );
    let asked = LAMBDA_ROLLBACK.replacen(
        "traffic.through.sum > 0.0 ||",
        "(traffic.through.points > 0 && traffic.through.max > 0.0) ||",
        1,
    );
    assert_eq!(complaints(&asked), []);
}

#[test]
fn a_scope_holds_services_and_permissions() {
    let with = |scope: &str| {
        complaints(&LAMBDA_ROLLBACK.replacen("[gates]", &format!("[scope]\n{scope}\n\n[gates]"), 1))
    };
    assert_eq!(
        with("services = [\"lambda\"]\niam = [\"lambda:UpdateAlias\"]\nmax_resources = 1"),
        []
    );
    assert!(with("services = [\"rds\"]")[0].what.contains("`lambda` is not among the services"));
    assert!(with("iam = [\"lambda:GetAlias\"]")[0].what.contains("it needs `lambda:UpdateAlias`"));
    assert!(with("max_resources = 0")[0].what.contains("may touch nothing"));
}

#[test]
fn waits_have_an_end_and_words_that_mean_one_thing() {
    let wait = |more: &str| {
        let text = format!(
            "[[wait]]\nid = \"w\"\ntitle = \"w\"\nevery_s = 10\ntimeout_s = 60\n{more}\n\n[[wait.fact]]\nname = \"a\"\nread = \"alias-of\"\nwith = {{ function = \"{{function}}\", alias = \"{{alias}}\" }}\n\n[[note]]"
        );
        LAMBDA_ROLLBACK.replacen("[[note]]", &text, 1)
    };
    let status =
        "status = { of = \"a.version\", good = [\"41\"], bad = [\"x\"], going_on = [\"42\"] }";
    assert_eq!(complaints(&wait(status)), []);
    assert_eq!(complaints(&wait("until = \"size(a.weights) == 0\"")), []);
    let check = |text: &str, wanted: &str| {
        let found = complaints(text);
        assert!(found.iter().any(|it| it.what.contains(wanted)), "{wanted}: {found:#?}");
    };
    check(&wait(""), "a wait ends by");
    check(&wait(&status.replace("\"42\"", "\"41\"")), "one word means two things");
    check(&wait(&status.replace("good = [\"41\"]", "good = []")), "no word ends it");
    check(&wait(status).replace("timeout_s = 60", "timeout_s = 86400"), "nobody watches");
    let endless = wait(status).replace("timeout_s = 60\n", "");
    let errors = sound(&endless).unwrap_err();
    assert!(
        errors[0].what.contains("missing field `timeout_s`") && errors[0].line > 1,
        "{errors:?}"
    );
}

#[test]
fn a_mutation_without_a_class_is_no_runbook() {
    let errors = sound(&LAMBDA_ROLLBACK.replacen("class = \"cas\"\n", "", 1)).unwrap_err();
    assert!(errors[0].what.contains("missing field `class`"), "{errors:?}");
}

#[test]
fn a_complaint_points_at_its_line_and_column() {
    let text = LAMBDA_ROLLBACK.replacen(
        "version = \"{version}\"\nweights",
        "version = \"{verzion}\"\nweights",
        1,
    );
    let found = complaints(&text);
    let lines: Vec<&str> = text.lines().collect();
    let it = found.iter().find(|it| it.what.contains("verzion")).unwrap();
    assert_eq!((lines[it.line - 1], it.column), ("version = \"{verzion}\"", 1), "{it:?}");
    let text = LAMBDA_ROLLBACK.replacen("holds = \"params.proven\"", "holds = \"params.poven\"", 1);
    let it = &complaints(&text).into_iter().find(|it| it.what.contains("poven")).unwrap();
    assert_eq!(text.lines().nth(it.line - 1), Some("holds = \"params.poven\""));
    assert_eq!(it.at, "check proven");
}

#[test]
fn parameters_say_only_what_their_type_has() {
    let with = |param: &str, wanted: &str| {
        let text = LAMBDA_ROLLBACK
            .replacen(
                "[params.proven]",
                &format!("[params.odd]\nhelp = \"\"\n{param}\n\n[params.proven]"),
                1,
            )
            .replacen("deed = \"rolled back\"", "deed = \"rolled back {odd}\"", 1);
        let found = complaints(&text);
        match wanted {
            "" => assert_eq!(found, []),
            wanted => {
                assert!(found.iter().any(|it| it.what.contains(wanted)), "{wanted}: {found:#?}");
            }
        }
    };
    with("type = \"enum\"\nvalues = [\"a\"]", "");
    with("type = \"time.instant\"", "");
    with("type = \"text\"\nmax_length = 100", "");
    with("type = \"enum\"", "nothing to choose");
    with("type = \"flag\"\npattern = \"x\"", "has no `pattern`");
    with("type = \"text\"\npattern = \"(\"", "no regular expression");
    with("type = \"text\"\nmin = 1", "has no `min`");
    with("type = \"text\"\nmax_length = 999", "AWS takes fewer");
}

#[test]
fn a_persons_answer_is_a_parameter_and_a_check() {
    let human = "[[human]]\nid = \"schema_is_old\"\nquestion = \"can {version} read what {current} wrote?\"\nmessage = \"ask the owners\"\n\n[[step]]";
    let text = LAMBDA_ROLLBACK.replacen("[[step]]", human, 1);
    let runbook = sound(&text).unwrap();
    assert!(runbook.all_params().contains_key("schema_is_old"));
    let taken = text.replace("id = \"schema_is_old\"", "id = \"alias\"");
    assert!(complaints(&taken).iter().any(|it| it.what.contains("a parameter `alias` already")));
}
