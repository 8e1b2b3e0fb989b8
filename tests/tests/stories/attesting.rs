//! Two consoles under two identities on one account: one asks, the other approves as who they are at AWS, and STS tells.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use watchdeck_domain::Timestamp;
use watchdeck_guard::{Handback, Handover};
use watchdeck_tests::home::Home;

use super::account::Shop;

const CAP: [&str; 12] = [
    "run",
    "lambda.concurrency-cap",
    "-p",
    "function=orders-reader",
    "-p",
    "limit=400",
    "--context",
    "shop",
    "--reason",
    "INC-7",
    "--countersign",
    "-",
];

/// Who asks: in production, where the user ci-deploy may approve, and sessions of the role that reads.
fn asker(shop: &Shop) -> Home {
    let home = shop.home();
    let folder = home.path().join("config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    let (context, url) = ("[[context]]\nname = \"shop\"\nenvironment = \"production\"", shop.url());
    write("contexts.toml", format!("{context}\nendpoint_url = \"{url}\"\n"));
    let second = "[second_person]\napprovers = \"approvers.toml\"\n";
    write("policy.toml", format!("schema = \"policy/1\"\n[[permit]]\nid = \"all\"\n{second}"));
    let one = "[[approver]]\nname = \"deploy\"\nteam = \"delivery\"\narns = [\"arn:aws:iam::123456784021:user/ci-deploy\"]\n";
    let all = "[[approver]]\nname = \"anybody\"\nteam = \"shop\"\narns = [\"arn:aws:sts::123456784021:assumed-role/*\"]\n";
    write("approvers.toml", format!("{one}{all}"));
    home
}

/// Somebody else, with the keys of this principal.
fn other(shop: &Shop, name: &str) -> Home {
    let keys = shop.account.peek(|world| world.principals.named(name).cloned()).unwrap();
    Home::new()
        .unwrap()
        .with("AWS_ACCESS_KEY_ID", &keys.access_key)
        .with("AWS_SECRET_ACCESS_KEY", &keys.secret)
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn approve(shop: &Shop, home: &Home, line: &str, more: &[&str]) -> (i32, String, String) {
    let url = shop.url();
    let words = [&["approve", line, "--sts", "--endpoint-url", &url], more].concat();
    told(&home.command(&words).unwrap().output().unwrap())
}

/// Begins the run, and gives the line that is handed over, and what is told from there on.
fn begin(home: &Home, phrase: &str) -> (Child, String, BufReader<ChildStderr>) {
    let mut command = home.command(&[&CAP[..], &["--phrase", phrase]].concat()).unwrap();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let (mut all, mut line) = (String::new(), String::new());
    while !line.starts_with("watchdeck-ask.") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "nothing was handed over:\n{all}");
        all.push_str(&line);
    }
    (child, line.trim().to_owned(), lines)
}

fn phrase(home: &Home) -> String {
    let plan = [&CAP[..8], &["--plan", "--json"]].concat();
    let (code, out, err) = told(&home.command(&plan).unwrap().output().unwrap());
    assert_eq!(code, 0, "{err}");
    let plan: serde_json::Value = serde_json::from_str(&out).unwrap();
    plan["phrase"].as_str().unwrap().to_owned()
}

fn calls(shop: &Shop) -> usize {
    shop.account.served_of("PutFunctionConcurrency").len()
}

#[test]
fn a_second_person_approves_as_who_they_are_at_aws() {
    let shop = Shop::in_real_time();
    let (home, carol) = (asker(&shop), other(&shop, "ci-deploy"));
    let phrase = phrase(&home);
    let (mut child, asked, mut rest) = begin(&home, &phrase);

    let (code, out, shown) = approve(&shop, &carol, &asked, &[]);
    assert!(code == 0 && out.is_empty() && shown.contains("Nothing was approved"), "{shown}");
    assert!(shown.contains("approved as  arn:aws:iam::123456784021:user/ci-deploy"), "{shown}");
    assert!(shown.contains("PutFunctionConcurrency"), "{shown}");
    let (code, _, shown) = approve(&shop, &home, &asked, &["--yes"]);
    assert!(code != 0 && shown.contains("nobody approves their own plan"), "{shown}");

    let (code, good, shown) = approve(&shop, &carol, &asked, &["--yes"]);
    assert_eq!(code, 0, "{shown}");
    // The reader's session has the name of the one who asks: it may be the same person.
    let (_, same, _) = approve(&shop, &other(&shop, "oncall-read"), &asked, &["--yes"]);
    // What was shown to them was another plan, made to look like this one.
    let honest = Handover::parse(&asked).unwrap();
    let lie = Handover { calls: vec!["nothing at all".into()], ..honest.clone() };
    let (_, lied, _) = approve(&shop, &carol, &lie.line(), &["--yes"]);
    let Ok(Handback::Presigned(back)) = Handback::parse(&good) else { panic!("{good}") };
    let longer = back.url.replace("X-Amz-Expires=900", "X-Amz-Expires=899");
    let longer = honest.presigned(longer).line();
    let elsewhere = honest.presigned(back.url.replace("127.0.0.1", "127.0.0.2")).line();

    let mut hands = child.stdin.take().unwrap();
    for line in [&same, &lied, &longer, &elsewhere, &good] {
        writeln!(hands, "{}", line.trim()).unwrap();
    }
    drop(hands);
    shop.wait_for_calls("PutFunctionConcurrency", 1);
    // What it waits for afterwards is not what is tried here.
    let ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(ended.success());
    let mut err = String::new();
    rest.read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), calls(&shop)), (Some(130), 1), "{err}");
    assert!(err.contains("assumed-role/oncall-read/operator asks, and cannot"), "{err}");
    assert_eq!(err.matches("STS does not say who signed it").count(), 2, "{err}");
    assert!(err.contains("it is no request to http://127.0.0.1"), "{err}");

    let journal = told(&home.command(&["audit", "verify"]).unwrap().output().unwrap()).1;
    assert!(journal.contains(": sound"), "{journal}");
}

/// How the calendar's gate of an R3 stands in production.
fn calendar(home: &Home) -> (String, String) {
    let plan = [&CAP[..8], &["--plan", "--json"]].concat();
    let (_, out, err) = told(&home.command(&plan).unwrap().output().unwrap());
    let plan: serde_json::Value = serde_json::from_str(&out).expect(&err);
    let gates = plan["passages"].as_array().unwrap();
    let gate = gates.iter().find(|gate| gate["gate"] == "calendar").unwrap();
    let text = |name: &str| gate[name].as_str().unwrap().to_owned();
    (text("way"), text("why"))
}

#[test]
fn gd05_a_change_calendar_that_is_closed_or_silent_closes_the_gate() {
    let shop = Shop::telling("change-freeze");
    let home = asker(&shop);
    let (way, why) = calendar(&home);
    assert_eq!(way, "closed");
    assert!(why.contains("`CLOSED` of the change calendar shop-changes freezes"), "{why}");
    let shop = Shop::telling("quiet-day");
    let home = asker(&shop);
    assert_eq!(calendar(&home).0, "passed");
    let deny = watchdeck_sim::Fault::once("GetCalendarState", watchdeck_sim::faults::Kind::Deny);
    shop.account.faults().arm(watchdeck_sim::Fault { times: None, ..deny });
    let (way, why) = calendar(&home);
    assert_eq!(way, "closed");
    assert!(why.contains("the change calendar shop-changes cannot be read"), "{why}");
    // Two of them, of which one is not there: one that cannot be told closes.
    let file = home.path().join("config/watchdeck/contexts.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let two = "calendar = [\"ssm:shop-changes\", \"ssm:holidays\"]\n";
    std::fs::write(&file, format!("{text}{two}")).unwrap();
    shop.account.faults().clear();
    let (way, why) = calendar(&home);
    assert!(way == "closed" && why.contains("holidays does not exist"), "{why}");
}

#[test]
fn an_approval_by_sts_counts_for_one_question() {
    let shop = Shop::in_real_time();
    let (home, carol) = (asker(&shop), other(&shop, "ci-deploy"));
    let phrase = phrase(&home);
    let (mut first, asked, _rest) = begin(&home, &phrase);
    let (_, good, _) = approve(&shop, &carol, &asked, &["--yes"]);
    let until = Handover::parse(&asked).unwrap().until;
    assert!(until > Timestamp::from_millis(shop.account.now_ms()));
    drop(first.stdin.take());
    assert_ne!(first.wait().unwrap().code(), Some(0));
    let (mut second, _, mut rest) = begin(&home, &phrase);
    writeln!(second.stdin.take().unwrap(), "{}", good.trim()).unwrap();
    let mut err = String::new();
    rest.read_to_string(&mut err).unwrap();
    assert_ne!(second.wait().unwrap().code(), Some(0));
    assert!(err.contains("the approval does not count: it approves the plan"), "{err}");
    assert_eq!(calls(&shop), 0);
}
