//! What goes wrong: each told clearly, nothing lost, nothing sent that was not recorded.

use std::os::unix::fs::PermissionsExt as _;

use watchdeck_sim::wire::value::Value;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

use super::account::Shop;
use super::{answer, command, phrase, start_at, watch};

#[test]
fn an_unknown_story_is_told_with_the_stories_there_are() {
    let home = Home::new().unwrap();
    let mut program = Program::start(&home, &["demo", "--story", "bad-weather"]).unwrap();
    let screen = program.wait_for("there is no story `bad-weather`").unwrap();
    assert!(screen.contains("bad-deploy"), "{screen}");
    assert_eq!(program.wait_for_end().unwrap(), 2);
}

#[test]
fn expired_credentials_are_told_at_the_start_and_later() {
    let shop = Shop::after_the_bad_deploy();
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &[]).unwrap();
    program.wait_for("READ-ONLY").unwrap();
    shop.account.faults().arm("*:expired-token:always".parse().unwrap());
    program.press("6").unwrap();
    program.wait_for("expired").unwrap();

    let mut second = Program::start(&home, &["--endpoint-url", &url]).unwrap();
    let screen = second.wait_for("the credentials have expired").unwrap();
    assert!(screen.contains("hint:"), "{screen}");
    assert_eq!(second.wait_for_end().unwrap(), 4);

    // And they can be refreshed without a new start.
    shop.account.faults().clear();
    program.press("ctrl-r").unwrap();
    program.wait_for("orders-writer").unwrap();
}

#[test]
fn a_server_that_goes_away_is_told_and_what_was_read_stays() {
    let shop = Shop::after_the_bad_deploy();
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &[]).unwrap();
    program.press("6").unwrap();
    program.wait_for("orders-writer").unwrap();
    drop(shop);
    program.press("ctrl-r").unwrap();
    let screen = program.wait_for("unreachable").unwrap();
    assert!(screen.contains("orders-writer"), "{screen}");
    program.press("!").unwrap();
    program.wait_for("check the network").unwrap();
}

#[test]
fn a_hostile_log_line_cannot_drive_the_terminal() {
    let shop = Shop::after_the_bad_deploy();
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &[]).unwrap();
    watch(&mut program).unwrap();
    program.press("/").unwrap();
    program.type_text("hostile-line").unwrap();
    program.press("enter").unwrap();
    let group = "/aws/lambda/orders-writer";
    let named = [("logGroupName", Value::from(group)), ("logStreamName", Value::from("evil"))];
    shop.call("logs", "CreateLogStream", Value::record(named.clone()));
    let message = "hostile-line \u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}[?1049l \u{202e}txt.exe\u{0}\u{9b}2J end-of-line";
    let event = Value::record([
        ("timestamp", Value::Int(shop.account.now_ms())),
        ("message", Value::from(message)),
    ]);
    shop.call(
        "logs",
        "PutLogEvents",
        Value::record(named).with("logEvents", Value::List(vec![event])),
    );
    let screen = program.wait_for("end-of-line").unwrap();
    assert!(screen.contains("\\u{1b}") && screen.contains("\\u{202e}"), "{screen}");
    assert!(screen.contains("READ-ONLY"), "the screen was cleared:\n{screen}");
    assert!(!program.terminal_is_restored(), "the alternate screen was left");
}

#[test]
fn a_log_line_that_is_no_utf_8_costs_one_character_and_no_other_line() {
    let shop = Shop::after_the_bad_deploy();
    // Without a live tail every line comes in a page, and each page has a bad byte in its last line.
    shop.account.faults().arm("StartLiveTail:deny:always".parse().unwrap());
    shop.account.faults().arm("FilterLogEvents:mangled-text:always".parse().unwrap());
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &[]).unwrap();
    watch(&mut program).unwrap();
    // The emulated terminal leaves the cell of a replacement character as it was; what follows it is the line.
    let marred = |line: &str| {
        let lines = [
            ("START ", "TART RequestId"),
            ("END ", "ND RequestId"),
            ("REPORT ", "EPORT RequestId"),
        ];
        lines.iter().any(|(whole, rest)| line.contains(rest) && !line.contains(whole))
    };
    let screen =
        program.wait_until("a line with a bad byte", |screen| screen.lines().any(marred)).unwrap();
    assert!(screen.matches("RequestId").count() > 5, "other lines are missing:\n{screen}");
    assert!(!screen.contains("not understood"), "a page was lost:\n{screen}");
}

#[test]
fn a_journal_that_cannot_be_written_keeps_the_console_from_arming_but_not_from_looking() {
    let home = Home::new().unwrap();
    let folder = home.path().join("state");
    std::fs::create_dir(&folder).unwrap();
    // A file where the folder should be: root too is refused.
    std::fs::write(folder.join("watchdeck"), "").unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut armed = Program::start(&home, &["demo", "--write"]).unwrap();
    let screen = armed.wait_for("the journal's folder").unwrap();
    assert!(screen.contains("--state-dir"), "{screen}");
    assert_eq!(armed.wait_for_end().unwrap(), 1);
    let looking = Program::start(&home, &["demo"]).unwrap();
    looking.wait_for("READ-ONLY").unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn on_a_full_disk_nothing_is_sent() {
    let shop = Shop::after_the_bad_deploy();
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &["--write"]).unwrap();
    program.wait_for("ARMED").unwrap();
    command(&mut program, "rollback orders-writer live 41").unwrap();
    program.wait_until("a question", |screen| phrase(screen).is_some()).unwrap();
    // From here on no file of the program may grow, as on a disk that is full.
    program.limit_files(1).unwrap();
    answer(&mut program, "roll live@orders-writer back from 42 to 41").unwrap();
    program.wait_for("not sent: nothing of it has left the console").unwrap();
    assert_eq!(shop.account.served_of("UpdateAlias").len(), 0, "it was sent without a record");
    program.press("esc q").unwrap();
}
