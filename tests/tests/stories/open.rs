//! Files and pipes in place of an account, in a real terminal.

use std::fs;

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

/// A home with two files in it.
fn home() -> Home {
    let home = Home::new().unwrap();
    let orders =
        "2026-11-22T03:00:00Z INFO order 1\n2026-11-22T03:00:02Z ERROR no stock\n  at a.js:1\n";
    fs::write(home.path().join("orders.log"), orders).unwrap();
    let json = "{\"time\":\"2026-11-22T03:00:01Z\",\"level\":\"INFO\",\"message\":\"checkout\"}\n";
    fs::write(home.path().join("checkout.jsonl"), json).unwrap();
    home
}

#[test]
fn two_files_are_opened_filtered_and_left_without_a_look_for_an_account() {
    // A profile that leads nowhere: nobody looks for it.
    let home = home().with("AWS_PROFILE", "missing");
    let mut program =
        Program::start(&home, &["open", "orders.log", "checkout.jsonl", "missing.log"]).unwrap();
    let screen = program.wait_for("4 lines").unwrap();
    assert!(
        screen.contains(" FILE ") && screen.contains("`missing.log` cannot be read"),
        "{screen}"
    );
    let order = ["order 1", "INFO  checkout", "no stock", "at a.js:1"]
        .map(|text| screen.find(text).unwrap());
    assert!(order.is_sorted(), "{screen}");
    program.press("/").unwrap();
    program.type_text("stock").unwrap();
    program.press("enter").unwrap();
    program.wait_until("one line", |screen| !screen.contains("order 1")).unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    assert!(program.terminal_is_restored(), "{program:?}");
    let mut kept = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(kept.all(|name| name != "state"), "nothing is kept");
}

#[test]
fn a_pipe_is_shown_as_it_comes_while_the_keys_come_from_the_terminal() {
    let home = home();
    fs::create_dir(home.path().join("gate")).unwrap();
    let line =
        "(echo one; until [ -e gate/open ]; do sleep 0.05; done; echo two) | \"$WATCHDECK\" open -";
    let mut program = Program::start_shell(&home, line).unwrap();
    program.wait_for("stdin    ·   one").unwrap();
    program.press("/").unwrap();
    program.type_text("two").unwrap();
    program.press("enter").unwrap();
    program.wait_for("0 of 1 line").unwrap();
    fs::write(home.path().join("gate/open"), "").unwrap();
    program.wait_for("1 of 2 lines").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    assert!(program.terminal_is_restored(), "{program:?}");
}

#[test]
fn without_a_screen_or_a_file_the_way_out_is_told() {
    let home = home();
    let told = |arguments: &[&str]| {
        let output = home.command(arguments).unwrap().output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = told(&["open", "orders.log"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("watchdeck query --file") && said.contains("watchdeck tail"), "{said}");
    let mut program = Program::start(&home, &["open", "missing.log", "."]).unwrap();
    program.wait_for("`missing.log` cannot be read").unwrap();
    program.wait_for("`.` is a directory").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 1);
    let mut program = Program::start(&home, &["open"]).unwrap();
    program.wait_for("no file was named").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 2);
}
