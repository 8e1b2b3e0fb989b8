//! `tail` and `query` without a screen: every line once, exit codes, pipes that close, and the page about them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value as Json;
use watchdeck_domain::Timestamp;
use watchdeck_sim::wire::value::Value;
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Setup, serve};
use watchdeck_tests::home::{Home, binary};

use super::account::Shop;

const WRITER: &str = "/aws/lambda/orders-writer";
const DRILL: &str = "/drill/lines";

/// The program on this account, without a terminal.
fn program(shop: &Shop, words: &[&str]) -> (Home, Command) {
    let home = shop.home();
    let mut command = home.command(words).unwrap();
    command.args(["--endpoint-url", &shop.url()]);
    (home, command)
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn run(shop: &Shop, words: &[&str]) -> (i32, String, String) {
    let (_home, mut command) = program(shop, words);
    told(&command.output().unwrap())
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// A group of its own, with nothing in it.
fn drill(shop: &Shop) {
    shop.call("logs", "CreateLogGroup", Value::record([("logGroupName", DRILL.into())]));
    let stream = [("logGroupName", DRILL.into()), ("logStreamName", "one".into())];
    shop.call("logs", "CreateLogStream", Value::record(stream));
}

/// Writes lines into it, so many seconds ago.
fn put(shop: &Shop, lines: &[String], ago_s: i64) {
    let at = shop.account.now_ms() - ago_s * 1000;
    let event = |line: &String| {
        Value::record([("timestamp", Value::Int(at)), ("message", line.as_str().into())])
    };
    let put = Value::record([("logGroupName", DRILL.into()), ("logStreamName", "one".into())]);
    let events = lines.iter().map(event).collect::<Vec<_>>();
    shop.call("logs", "PutLogEvents", put.with("logEvents", events));
}

fn counted(lines: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in lines {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

#[test]
fn every_line_is_printed_once_however_late_it_comes() {
    let shop = Shop::after_the_bad_deploy();
    drill(&shop);
    let mut written: Vec<String> = (0..40).map(|n| format!("early {n}")).collect();
    // Two equal lines are two lines.
    written.extend(["twice".to_owned(), "twice".to_owned()]);
    put(&shop, &written, 0);
    let words = ["tail", DRILL, "--follow", "--since", "10m", "--format", "json"];
    let (_home, mut command) = program(&shop, &words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed: Vec<Json> = Vec::new();
    let mut read = |printed: &mut Vec<Json>, count: usize| {
        while printed.len() < count {
            printed.push(serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap());
        }
    };
    read(&mut printed, written.len());
    for round in 0..6 {
        let late: Vec<String> = (0..5).map(|n| format!("late {round} {n}")).collect();
        let now: Vec<String> = (0..5).map(|n| format!("now {round} {n}")).collect();
        put(&shop, &late, 45 + 20 * round);
        put(&shop, &now, 0);
        written.extend(late);
        written.extend(now);
        read(&mut printed, written.len());
    }
    interrupt(&child);
    for line in &mut lines {
        printed.push(serde_json::from_str(&line.unwrap()).unwrap());
    }
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.trim_end().lines().last().unwrap().contains("complete up to "), "{said}");
    let text = |line: &Json| line["message"].as_str().unwrap().to_owned();
    assert_eq!(counted(printed.iter().map(text)), counted(written));
    for line in printed {
        assert_eq!(line["group"], DRILL);
        assert_eq!(line["late"], text(&line).starts_with("late"), "{line}");
    }
}

#[test]
fn a_span_is_printed_whole_though_replies_are_lost() {
    let shop = Shop::after_the_bad_deploy();
    drill(&shop);
    let written: Vec<String> = (0..300).map(|n| format!("line {n}")).collect();
    put(&shop, &written, 60);
    for fault in ["FilterLogEvents:lost-reply:2", "FilterLogEvents:throttle:2"] {
        shop.account.faults().arm(fault.parse().unwrap());
    }
    let (code, out, err) = run(&shop, &["tail", DRILL, "--format", "raw"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(counted(out.lines().map(str::to_owned)), counted(written), "{err}");
    assert!(err.contains("watchdeck: complete up to "), "{err}");
    assert!(shop.account.served_of("StartLiveTail").is_empty(), "a live tail was paid for");
    let (code, out, err) = run(&shop, &["tail", DRILL, "--filter", "\"line 7\"", "--quiet"]);
    assert_eq!((code, out.lines().count(), err.as_str()), (0, 11, ""), "{out}");
}

#[test]
fn a_group_that_cannot_be_read_is_named_and_the_others_are_printed() {
    let shop = Shop::after_the_bad_deploy();
    drill(&shop);
    put(&shop, &["here".to_owned()], 60);
    let (code, out, err) = run(&shop, &["tail", DRILL, "/nobody/has/this"]);
    assert_eq!(code, 3, "{err}");
    assert!(out.contains(" /drill/lines here\n"), "{out}");
    assert!(err.contains("/nobody/has/this cannot be read"), "{err}");
    assert!(err.contains("1 of 2 log groups could not be read"), "{err}");
    // Both groups are asked about at once; whichever call arrives first is refused.
    shop.account.faults().arm("FilterLogEvents:deny:1".parse().unwrap());
    let (code, out, err) = run(&shop, &["tail", DRILL, WRITER]);
    assert_eq!(code, 3, "{err}");
    let lost = |group: &str| err.contains(&format!("{group} cannot be read: "));
    assert!(lost(WRITER) != lost(DRILL) && err.contains("  hint: the role lacks"), "{err}");
    for group in [WRITER, DRILL] {
        assert_eq!(out.contains(&format!(" {group} ")), !lost(group), "{err}{out}");
    }
    shop.account.faults().arm("FilterLogEvents:deny:always".parse().unwrap());
    let (code, out, err) = run(&shop, &["tail", DRILL, WRITER]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("none of the log groups can be read"), "{err}");
}

#[test]
fn groups_of_two_regions_are_one_stream_in_which_each_line_tells_its_place() {
    let shop = Shop::after_the_bad_deploy();
    let (here, there) = ("/aws/lambda/orders-reader", "/aws/lambda/orders-reader@eu-west-1");
    let (code, out, err) = run(&shop, &["tail", here, there, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let lines: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for region in ["eu-central-1", "eu-west-1"] {
        let of_region = lines.iter().filter(|line| line["region"] == region);
        assert!(of_region.count() > 10, "few lines of {region}: {err}");
    }
    assert!(lines.iter().all(|line| line["account"] == "123456784021" && line["group"] == here));
    // The newest may come as they are found; all before stand in the order of time, whichever region they are of.
    let times = lines.iter().map(|line| Timestamp::parse(line["time"].as_str().unwrap()).unwrap());
    let times: Vec<Timestamp> = times.collect();
    let settled = *times.iter().max().unwrap() - Duration::from_mins(1);
    let past: Vec<&Timestamp> = times.iter().filter(|time| **time < settled).collect();
    assert!(past.len() > 100 && past.is_sorted(), "{} lines", past.len());
    let (code, out, err) = run(&shop, &["tail", there, "--quiet"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("order read"), "{out}");
    let (code, _, err) = run(&shop, &["tail", "/g@atlantis"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("`atlantis` is neither a region nor a context"), "{err}");
}

#[test]
fn a_reader_that_goes_away_ends_the_tail_without_a_word() {
    let shop = Shop::after_the_bad_deploy();
    let words = ["tail", WRITER, "--since", "1h", "--format", "raw", "--quiet"];
    let (_home, mut command) = program(&shop, &words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(!first.is_empty());
    assert_eq!(told(&output), (141, String::new(), String::new()));
}

#[test]
fn a_pattern_or_query_that_is_none_is_pointed_at_before_anything_is_asked() {
    let shop = Shop::after_the_bad_deploy();
    let (code, _, err) = run(&shop, &["tail", WRITER, "--filter", "{ $.a = "]);
    assert_eq!(code, 2);
    assert!(err.contains("^\n"), "{err}");
    let (code, _, err) = run(&shop, &["query", "fields a | filtr b = 1"]);
    assert_eq!(code, 2);
    let wanted = "watchdeck: `filtr` is not a command at character 12\n  fields a | filtr b = 1\n             ^\n";
    assert!(err.starts_with(wanted), "{err}");
    assert!(shop.account.served().is_empty(), "something was asked");
    // What only AWS can run is sent, and the account says what it thinks of it.
    let (code, _, err) = run(&shop, &["query", "--group", WRITER, "pattern @message"]);
    assert_eq!(code, 2);
    assert!(err.contains("`pattern` cannot be run here"), "{err}");
}

#[test]
fn a_query_gives_the_same_rows_in_every_format() {
    let shop = Shop::after_the_bad_deploy();
    drill(&shop);
    let lines = [r#"{"level":"ERROR","n":1}"#, r#"{"level":"ERROR","n":2}"#, r#"{"level":"INFO"}"#];
    put(&shop, &lines.map(str::to_owned), 30);
    let query = "stats count(*) as lines, max(n) as most by level";
    let ask = |format: &str| run(&shop, &["query", "-g", DRILL, "--format", format, query]);
    let (code, out, err) = ask("table");
    assert_eq!((code, out.as_str()), (0, "level  lines  most\nERROR      2     2\nINFO       1\n"));
    assert!(err.contains("2 rows, 3 of 3 records matched"), "{err}");
    let (_, out, _) = ask("csv");
    assert_eq!(out, "level,lines,most\nERROR,2,2\nINFO,1,\n");
    let (_, out, _) = ask("json");
    let first: Json = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(first, serde_json::json!({"level": "ERROR", "lines": "2", "most": "2"}));
    let (code, out, _) = run(&shop, &["query", "--explain", "-g", DRILL, "-g", WRITER, query]);
    assert_eq!(code, 0);
    assert!(out.starts_with("aws logs start-query --log-group-names /aws/lambda/orders-writer /drill/lines --start-time "), "{out}");
    assert!(out.contains(" would be scanned, for less than $0.0001"), "{out}");
    assert_eq!(shop.account.served_of("StartQuery").len(), 3);
}

#[test]
fn an_interrupted_query_is_stopped_where_it_runs() {
    // Nobody lets its time pass, so that the query waits for ever.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let start = watchdeck_sim::clock::WallClock::system().now_ms();
    let account = Account::open(Setup::new(Story::named("quiet-day").unwrap(), 7, start));
    let server = runtime.block_on(serve(account.clone(), 0)).unwrap();
    let mut home = Home::new().unwrap();
    for (name, value) in watchdeck_sim::serve::environment(&account, &server, "eu-central-1") {
        home.set(name, &value);
    }
    let mut command = home.command(&["query", "-g", WRITER, "fields a"]).unwrap();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..1500 {
        if !account.served_of("GetQueryResults").is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    interrupt(&child);
    let (code, out, err) = told(&child.wait_with_output().unwrap());
    assert_eq!((code, out.as_str()), (130, ""), "{err}");
    assert!(err.contains("the query was stopped"), "{err}");
    assert_eq!(account.served_of("StopQuery").len(), 1);
    runtime.block_on(server.stop());
}

#[test]
fn a_query_runs_over_files_and_stdin_and_asks_nobody() {
    let home = Home::new().unwrap();
    let file = home.path().join("app.log");
    std::fs::write(&file, "2026-11-22T03:00:00Z ERROR no stock\n  at orders.js:1\nbad \u{fffd}\n")
        .unwrap();
    let query = "filter @message like 'orders' | fields @timestamp, @message";
    let words = ["query", "--format", "csv", "--file", "app.log", query];
    let (code, out, err) = told(&home.command(&words).unwrap().output().unwrap());
    assert_eq!(code, 0, "{err}");
    let wanted = "@timestamp,@message\n2026-11-22 03:00:00.000,  at orders.js:1\n";
    assert_eq!(out, wanted);
    let words = ["query", "--format", "csv", "--file", "-", "stats sum(n) as n"];
    let mut command = home.command(&words).unwrap();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{\"n\":1}\n{\"n\":41}").unwrap();
    let (code, out, err) = told(&child.wait_with_output().unwrap());
    assert_eq!((code, out.as_str()), (0, "n\n42\n"), "{err}");
    let (code, _, err) =
        told(&home.command(&["query", "--file", "none", "fields a"]).unwrap().output().unwrap());
    assert_eq!(code, 1);
    assert!(err.contains("`none` cannot be read"), "{err}");
}

#[test]
fn the_examples_of_the_page_run_as_they_stand() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/headless.md");
    let page = std::fs::read_to_string(page).unwrap();
    let lines = page.lines().filter_map(|line| line.strip_prefix("    "));
    let examples: Vec<&str> = lines.filter(|line| line.contains("watchdeck ")).collect();
    assert!(examples.len() >= 5, "{examples:?}");
    let folder = binary().unwrap().parent().unwrap().display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let home = Home::new().unwrap().with("PATH", &path);
    std::fs::write(home.path().join("app.log"), "2026-11-22T03:00:00Z ERROR no stock\n").unwrap();
    for example in examples {
        let mut command = Command::new("sh");
        command.args(["-c", example]).env_clear().envs(home.environment());
        let output = command.current_dir(home.path()).stdin(Stdio::null()).output().unwrap();
        let (code, out, err) = told(&output);
        assert_eq!(code, 0, "{example}: {err}");
        assert!(!out.is_empty(), "{example}: {err}");
    }
}
