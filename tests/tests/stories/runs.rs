//! `watchdeck run`: runbooks without a screen, through every gate, and what is left when it is interrupted.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value as Json;
use watchdeck_sim::wire::value::Value;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Program, Stuck};

use super::account::Shop;

pub(super) const ROLLBACK: [&str; 8] = [
    "run",
    "lambda.rollback",
    "-p",
    "function=orders-writer",
    "-p",
    "alias=live",
    "-p",
    "version=41",
];
pub(super) const PHRASE: &str = "rollback live@orders-writer to 41 in ..4021";

/// The program in this home, on this account, without a terminal.
fn program(shop: &Shop, home: &Home, words: &[&str]) -> Command {
    let mut command = home.command(words).unwrap();
    command.args(["--endpoint-url", &shop.url()]);
    command
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn run(shop: &Shop, home: &Home, words: &[&str]) -> (i32, String, String) {
    told(&program(shop, home, words).output().unwrap())
}

fn rollback(shop: &Shop, home: &Home, more: &[&str]) -> (i32, String, String) {
    run(shop, home, &[&ROLLBACK[..], more].concat())
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// How often the change was sent over the wire.
fn sent(shop: &Shop) -> usize {
    shop.account.served_of("UpdateAlias").len()
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Reads stderr until a line holds this, then lets the rest be read to the end.
fn until(child: &mut Child, wanted: &str) -> BufReader<std::process::ChildStderr> {
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let (mut all, mut line) = (String::new(), String::new());
    while !line.contains(wanted) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "`{wanted}` did not come:\n{all}");
        all.push_str(&line);
    }
    lines
}

fn sound(home: &Home) -> String {
    let (code, out, err) = told(&home.command(&["audit", "verify"]).unwrap().output().unwrap());
    assert!(code == 0 && out.contains(": sound"), "{out}{err}");
    out
}

#[test]
fn a_plan_is_printed_and_nothing_is_sent() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let (code, out, err) = rollback(&shop, &home, &["--plan", "--json"]);
    assert_eq!(code, 0, "{err}");
    let plan = json(&out);
    assert_eq!((&plan["schema"], &plan["phrase"]), (&"plan/1".into(), &PHRASE.into()));
    let command = plan["commands"][0].as_str().unwrap();
    assert!(command.starts_with("aws lambda update-alias --description 'rolled back by r-"));
    assert!(command.ends_with(" --region eu-central-1"), "{command}");
    assert_eq!(plan["at_most_s"], 1320);
    let content = plan["content"].as_str().unwrap();
    let (code, out, err) = rollback(&shop, &home, &["--plan"]);
    assert_eq!(code, 0, "{err}");
    for wanted in [PHRASE, content, command.split(" --desc").next().unwrap(), "REVERSAL", "GATES"] {
        assert!(out.contains(wanted), "{wanted}:\n{out}");
    }
    assert_eq!(sent(&shop), 0);
    assert!(!home.path().join("state").exists(), "a plan keeps no journal");
    let (code, _, err) = rollback(&shop, &home, &["--plan", "--expect-hash", &"0".repeat(64)]);
    assert!(code == 7 && err.contains("the plan is another one now"), "{err}");
    let (code, out, err) =
        run(&shop, &home, &["run", "lambda.rollback", "--plan", "-p", "function=none", "--json"]);
    assert!(code != 0 && !out.contains("plan/1"), "{out}{err}");
}

#[test]
fn a_run_with_its_phrase_is_carried_out_verified_and_taken_back() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let (_, out, _) = rollback(&shop, &home, &["--plan", "--json"]);
    let content = json(&out)["content"].as_str().unwrap().to_owned();
    let more = ["--phrase", PHRASE, "--expect-hash", &content, "--reason", "INC-7", "--json"];
    let (code, out, err) = rollback(&shop, &home, &more);
    assert_eq!(code, 0, "{err}");
    let done = json(&out);
    assert_eq!((&done["schema"], &done["ended"]), (&"run/1".into(), &"succeeded".into()));
    assert_eq!(done["steps"][0]["state"], "landed");
    assert!(err.contains("the intent is on disk; sending") && err.contains(": holds"), "{err}");
    let run_id = done["run"].as_str().unwrap();
    let undo = done["undo"].as_str().unwrap();
    assert!(undo.starts_with(&format!("watchdeck run --undo {run_id} --endpoint-url ")), "{undo}");

    // Its phrase is another one, and has to be given as well.
    let (code, _, err) = run(&shop, &home, &["run", "--undo", run_id, "--phrase", PHRASE]);
    assert_eq!((code, sent(&shop)), (6, 1), "{err}");
    let phrase = "undo live@orders-writer to 42 in ..4021";
    let (code, out, err) = run(&shop, &home, &["run", "--undo", run_id, "--phrase", phrase]);
    assert_eq!((code, sent(&shop)), (0, 2), "{err}");
    assert!(out.contains("done and verified") && out.contains("taken back by: "), "{out}");
    let (_, out, _) = told(&home.command(&["run", "--list"]).unwrap().output().unwrap());
    assert_eq!(out, "every run has ended\n");
    assert!(!sound(&home).contains("without an outcome"));
}

#[test]
fn no_gate_is_skipped_for_a_script() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let (code, out, err) = rollback(&shop, &home, &["--json"]);
    assert_eq!((code, json(&out)["ended"].as_str()), (6, Some("refused")), "{err}");
    assert!(err.contains("no phrase was given") && err.contains(PHRASE), "{err}");
    for near in ["yes", "", "Rollback live@orders-writer to 41 in ..4021"] {
        let (code, _, err) = rollback(&shop, &home, &["--phrase", near]);
        assert!(code == 6 && err.contains("the phrase is not the one"), "{err}");
    }
    let (code, out, err) =
        rollback(&shop, &home, &["--phrase", PHRASE, "--expect-hash", &"0".repeat(64), "--json"]);
    assert_eq!((code, json(&out)["ended"].as_str()), (7, Some("drifted")), "{err}");
    std::fs::write(home.path().join("state/watchdeck/STOP"), "carol\n").unwrap();
    let (code, _, err) = rollback(&shop, &home, &["--phrase", PHRASE]);
    assert!(code == 6 && err.contains("kill switch") && err.contains("by carol"), "{err}");
    assert_eq!(sent(&shop), 0);
    sound(&home);
}

/// A home with one context, in production, in which rollbacks are permitted and nothing else is.
fn production(shop: &Shop, more: &str) -> Home {
    let home = shop.home();
    let folder = home.path().join("config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    let (url, context) = (shop.url(), "[[context]]\nname = \"shop\"\nenvironment = \"production\"");
    let contexts = format!("{context}\nendpoint_url = \"{url}\"\n{more}");
    std::fs::write(folder.join("contexts.toml"), contexts).unwrap();
    let policy = "schema = \"policy/1\"\n[[permit]]\nid = \"all\"\n[second_person]\napprovers = \"approvers.toml\"\n";
    std::fs::write(folder.join("policy.toml"), policy).unwrap();
    home
}

fn in_context(home: &Home, words: &[&str]) -> (i32, String, String) {
    let mut command = home.command(words).unwrap();
    told(&command.args(["--context", "shop"]).output().unwrap())
}

#[test]
fn in_production_a_reason_is_asked_and_a_context_can_forbid_all() {
    let shop = Shop::after_the_bad_deploy();
    let home = production(&shop, "");
    let words = [&ROLLBACK[..], &["--phrase", PHRASE]].concat();
    let (code, _, err) = in_context(&home, &words);
    assert!(code == 6 && err.contains("reason: open") && err.contains("--reason"), "{err}");
    assert_eq!(sent(&shop), 0);
    let (code, _, err) = in_context(&home, &[&words[..], &["--reason", "INC-7"]].concat());
    assert_eq!((code, sent(&shop)), (0, 1), "{err}");
    let home = production(&shop, "read_only = true\n");
    let (code, _, err) = in_context(&home, &words);
    assert!(code == 6 && err.contains("the context shop forbids changes"), "{err}");
}

const CAP: [&str; 6] =
    ["run", "lambda.concurrency-cap", "-p", "function=orders-reader", "-p", "limit=400"];

/// What is answered in production, and whether this build can ask all that is asked there.
fn cap_in_production(home: &Home) -> (Vec<String>, bool) {
    let (code, out, err) = in_context(home, &[&CAP[..], &["--plan", "--json"]].concat());
    assert_eq!(code, 0, "{err}");
    let plan = json(&out);
    assert!(plan["handover"].as_str().unwrap().starts_with("watchdeck-ask."));
    let unable = |gate: &Json| gate["way"] == "unable" && gate["demand"] == "passage";
    let can = !plan["passages"].as_array().unwrap().iter().any(unable);
    let phrase = plan["phrase"].as_str().unwrap();
    let words =
        [&CAP[..], &["--phrase", phrase, "--reason", "INC-7", "--context", "shop"]].concat();
    (words.into_iter().map(str::to_owned).collect(), can)
}

#[test]
fn where_a_second_person_is_asked_for_nobody_goes_on_alone() {
    let shop = Shop::after_the_bad_deploy();
    let home = production(&shop, "");
    let (words, _) = cap_in_production(&home);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (code, _, err) = told(&home.command(&words).unwrap().output().unwrap());
    assert!(code == 6 && err.contains("second person: open"), "{err}");
    let line = [&words[..], &["--countersign", "-"]].concat();
    let (code, _, err) = told(&home.command(&line).unwrap().output().unwrap());
    assert!(code == 6 && err.contains("second person: open"), "stdin is at its end: {err}");
    assert!(shop.account.served_of("PutFunctionConcurrency").is_empty());
    sound(&home);
}

#[test]
fn what_a_second_person_hands_back_is_taken_in_as_it_comes() {
    let shop = Shop::after_the_bad_deploy();
    let home = production(&shop, "");
    let (made, entry, _) =
        told(&home.command(&["approve", "--make-key", "carol.key"]).unwrap().output().unwrap());
    assert_eq!(made, 0);
    let entry =
        entry.replace("name = \"\"", "name = \"carol\"").replace("team = \"\"", "team = \"sre\"");
    std::fs::write(home.path().join("config/watchdeck/approvers.toml"), entry).unwrap();
    let (words, can) = cap_in_production(&home);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = home.command(&[&words[..], &["--countersign", "-"]].concat()).unwrap();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    if !can {
        // Nobody is asked to approve what could not be done with it.
        let (code, _, err) = told(&child.wait_with_output().unwrap());
        assert!(code == 6 && !err.contains("this line is for them"), "{err}");
        return;
    }
    let mut rest = until(&mut child, "this line is for them");
    let mut asked = String::new();
    rest.read_line(&mut asked).unwrap();
    let sign = ["approve", asked.trim(), "--key", "carol.key", "--yes"];
    let (code, back, err) = told(&home.command(&sign).unwrap().output().unwrap());
    assert_eq!(code, 0, "{err}");
    let mut hands = child.stdin.take().unwrap();
    writeln!(hands, "watchdeck-yes.nonsense\n{}", back.trim()).unwrap();
    let mut err = String::new();
    rest.read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{err}");
    assert!(err.contains("the approval does not count"), "{err}");
    assert_eq!(shop.account.served_of("PutFunctionConcurrency").len(), 1);
    sound(&home);
}

#[test]
fn interrupted_in_a_wait_it_sends_nothing_more_and_is_gone_on_with() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let mut command =
        program(&shop, &home, &[&ROLLBACK[..], &["--phrase", PHRASE, "--json"]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut rest = until(&mut child, "looked at until");
    signal(&child, "-INT");
    let (mut err, mut out) = (String::new(), String::new());
    rest.read_to_string(&mut err).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{err}");
    let left = json(&out);
    assert_eq!(left["ended"], "interrupted");
    let resume = left["resume"].as_str().unwrap();
    assert!(err.contains(resume), "{err}");
    let run_id = left["run"].as_str().unwrap();
    let (_, listed, _) = told(&home.command(&["run", "--list"]).unwrap().output().unwrap());
    assert!(listed.starts_with(run_id) && listed.contains("not seen to its end"), "{listed}");
    let (code, out, err) = run(&shop, &home, &["run", "--resume", run_id]);
    assert_eq!((code, sent(&shop)), (0, 1), "{err}");
    assert!(out.contains("done and verified"), "{out}");
    let (code, _, err) = run(&shop, &home, &["run", "--resume", run_id]);
    assert!(code == 1 && err.contains("has ended"), "{err}");
}

#[test]
fn ended_while_a_call_is_on_its_way_its_answer_is_awaited_and_written_down() {
    let shop = Shop::after_the_bad_deploy();
    shop.account.faults().arm("UpdateAlias:stall=4".parse().unwrap());
    let home = shop.home();
    let mut command = program(&shop, &home, &[&ROLLBACK[..], &["--phrase", PHRASE]].concat());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut rest = until(&mut child, "the intent is on disk");
    shop.wait_for_calls("UpdateAlias", 1);
    signal(&child, "-TERM");
    let mut err = String::new();
    rest.read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143), "{err}");
    assert!(err.contains("its answer is awaited") && err.contains("done, request"), "{err}");
    assert!(err.contains("watchdeck run --resume r-"), "{err}");
    assert!(!sound(&home).contains("without an outcome"));
    assert_eq!(sent(&shop), 1);
}

#[test]
fn readers_that_go_away_do_not_stop_what_has_begun() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let mut command = program(&shop, &home, &[&ROLLBACK[..], &["--phrase", PHRASE]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(sent(&shop), 1);
    let (_, out, _) = told(&home.command(&["run", "--list"]).unwrap().output().unwrap());
    assert_eq!(out, "every run has ended\n");
}

/// Somebody else points the alias elsewhere.
fn meddle(shop: &Shop) {
    let to = [("FunctionName", "orders-writer"), ("Name", "live"), ("FunctionVersion", "40")];
    let to = to.map(|(name, value)| (name, Value::from(value)));
    shop.call("lambda", "UpdateAlias", Value::record(to));
}

/// Waits until the phrase is asked for, below all that is told of the plan.
fn asked(program: &mut Program) -> Result<(), Stuck> {
    program.wait_until("the prompt", |screen| screen.trim_end().ends_with("\nphrase:"))?;
    Ok(())
}

fn at_a_terminal(shop: &Shop, home: &Home) -> Result<Program, Stuck> {
    let url = shop.url();
    let words = [&ROLLBACK[..], &["--endpoint-url", &url]].concat();
    Program::start(home, &words)
}

fn typed_by_hand(shop: &Shop, home: &Home) -> Result<u32, Stuck> {
    let mut program = at_a_terminal(shop, home)?;
    // Before the question: it answers nothing.
    program.type_text(PHRASE)?;
    program.press("enter")?;
    asked(&mut program)?;
    program.type_text(&format!("\u{1b}[200~{PHRASE}\u{1b}[201~"))?;
    program.wait_until("the question again", |screen| {
        let after = screen.split_once("a paste is refused");
        after.is_some_and(|(_, after)| after.contains("phrase: "))
    })?;
    program.type_text("rollbakc")?;
    program.press("enter")?;
    program.wait_until("the question once more", |screen| {
        let after = screen.split_once("the answer differs from character 7 on");
        after.is_some_and(|(_, after)| after.contains("phrase: "))
    })?;
    assert_eq!(sent(shop), 0);
    program.type_text(&format!("{PHRASE}x"))?;
    program.press("backspace")?;
    program.press("enter")?;
    program.wait_for("done and verified")?;
    assert!(program.terminal_is_restored() && program.echoes(), "{program:?}");
    program.wait_for_end()
}

#[test]
fn at_a_terminal_the_phrase_is_asked_for_and_typed_by_hand() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    assert_eq!(typed_by_hand(&shop, &home).unwrap(), 0);
    assert_eq!(sent(&shop), 1);
}

fn drifted(shop: &Shop, home: &Home) -> Result<u32, Stuck> {
    let mut program = at_a_terminal(shop, home)?;
    asked(&mut program)?;
    meddle(shop);
    program.type_text(PHRASE)?;
    program.press("enter")?;
    program.wait_for_end()
}

#[test]
fn an_account_that_moved_since_the_question_is_left_alone() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    assert_eq!(drifted(&shop, &home).unwrap(), 7);
    assert_eq!(sent(&shop), 0);
}

fn given_up(shop: &Shop, home: &Home) -> Result<u32, Stuck> {
    let mut program = at_a_terminal(shop, home)?;
    asked(&mut program)?;
    program.press("ctrl-c")?;
    program.wait_for("nothing was sent")?;
    assert!(program.terminal_is_restored() && program.echoes(), "{program:?}");
    program.wait_for_end()
}

#[test]
fn ctrl_c_at_the_question_sends_nothing() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    assert_eq!(given_up(&shop, &home).unwrap(), 130);
    assert_eq!(sent(&shop), 0);
    sound(&home);
}
