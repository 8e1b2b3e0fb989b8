//! From one account to another while the program runs: what was asked of the old one never appears in the new.

use watchdeck_sim::wire::value::Value;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

use super::account::Shop;
use super::{answer, command, let_pass, phrase};

/// A home with a context for each account, and their profiles.
pub(super) fn home(shops: &[(&str, &Shop, &str)]) -> Home {
    let home = Home::new().unwrap();
    let (mut contexts, mut profiles) = (String::new(), String::new());
    for (name, shop, more) in shops {
        let (key, secret) = shop.account.operator_credentials();
        profiles = format!(
            "{profiles}[profile {name}]\nregion = eu-central-1\nendpoint_url = {}\n\
             aws_access_key_id = {key}\naws_secret_access_key = {secret}\n",
            shop.url()
        );
        contexts =
            format!("{contexts}[[context]]\nname = \"{name}\"\nprofile = \"{name}\"\n{more}\n");
    }
    std::fs::write(home.path().join("aws-config"), profiles).unwrap();
    write_contexts(&home, &contexts);
    home
}

fn write_contexts(home: &Home, text: &str) {
    let folder = home.path().join("config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("contexts.toml"), text).unwrap();
}

fn is_at(screen: &str, name: &str) -> bool {
    screen.lines().next().is_some_and(|header| header.contains(name))
}

#[test]
fn what_the_old_account_still_answers_never_appears_in_the_new() {
    let (old, new) = (Shop::after_the_bad_deploy(), Shop::after_the_bad_deploy());
    let staging = "environment = \"staging\"";
    let home = home(&[("alpha", &old, ""), ("beta", &new, staging)]);
    let group = "/aws/lambda/orders-writer";
    let named = [("logGroupName", Value::from(group)), ("logStreamName", Value::from("marked"))];
    old.call("logs", "CreateLogStream", Value::record(named.clone()));
    let event = Value::record([
        ("timestamp", Value::Int(old.account.now_ms())),
        ("message", Value::from("a line of alpha")),
    ]);
    let put = Value::record(named).with("logEvents", Value::List(vec![event]));
    old.call("logs", "PutLogEvents", put);

    let mut program = Program::start(&home, &["--context", "alpha"]).unwrap();
    let screen = program.wait_for("EDGE").unwrap();
    assert!(
        screen.starts_with(" PROD  alpha ") && screen.contains("123456784021  eu-central-1"),
        "{screen}"
    );
    // Every answer about functions and lines waits for two seconds from here on; there is no live tail.
    for fault in [
        "StartLiveTail:deny:always",
        "FilterLogEvents:stall=2:always",
        "ListFunctions:stall=2:always",
    ] {
        old.account.faults().arm(fault.parse().unwrap());
    }
    program.press("2").unwrap();
    program.wait_for("Log groups: 0").unwrap();
    program.press("/").unwrap();
    program.type_text("lambda/orders-writer").unwrap();
    program.press("enter").unwrap();
    program.wait_for("/ lambda/orders-writer").unwrap();
    program.press("enter").unwrap();
    old.wait_for_calls("FilterLogEvents", 1);
    program.press("6").unwrap();
    old.wait_for_calls("ListFunctions", 1);

    command(&mut program, "context beta").unwrap();
    let screen = program.wait_until("beta", |screen| is_at(screen, "beta")).unwrap();
    assert!(screen.starts_with(" STAGING  beta "), "{screen}");
    // The new account lists its functions at once; the old one's answers come while it is looked at.
    program.wait_for("orders-writer").unwrap();
    program.press("2").unwrap();
    program.wait_for("Log groups: 0").unwrap();
    program.press("esc").unwrap();
    let_pass(&program, 3).unwrap();
    program.press("ctrl-r").unwrap();
    let screen = program.wait_for("asked again").unwrap();
    assert!(!screen.contains("a line of alpha"), "{screen}");
    let listed = old.account.served_of("ListFunctions").len();
    let swept = old.account.served_of("FilterLogEvents").len();
    program.press("6").unwrap();
    program.wait_for("orders-writer").unwrap();
    assert_eq!(old.account.served_of("ListFunctions").len(), listed, "the old account is asked");
    assert_eq!(old.account.served_of("FilterLogEvents").len(), swept, "the old account is tailed");
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
}

#[test]
fn the_old_account_stays_in_front_until_the_new_one_has_answered() {
    let (old, new) = (Shop::after_the_bad_deploy(), Shop::after_the_bad_deploy());
    let home = home(&[("alpha", &old, ""), ("beta", &new, "")]);
    let mut program = Program::start(&home, &["--context", "alpha"]).unwrap();
    program.wait_for("EDGE").unwrap();
    new.account.faults().arm("GetCallerIdentity:stall=60:always".parse().unwrap());
    command(&mut program, "context beta").unwrap();
    let screen = program.wait_for("connecting to context beta").unwrap();
    assert!(is_at(&screen, "alpha"), "{screen}");
    program.press("6").unwrap();
    program.wait_for("orders-writer").unwrap();
    program.press("esc").unwrap();
    program.wait_for("given up: context beta").unwrap();
    new.account.faults().clear();
    // One that cannot be reached is told, and costs nothing.
    new.account.faults().arm("GetCallerIdentity:expired-token:always".parse().unwrap());
    command(&mut program, "ctx beta").unwrap();
    let screen = program.wait_for("not switched: the credentials have expired").unwrap();
    assert!(is_at(&screen, "alpha"), "{screen}");
    program.press("!").unwrap();
    program.wait_for("switch.failed").unwrap();
}

#[test]
fn a_switch_is_armed_only_where_write_was_given_and_the_context_allows_it() {
    let shop = Shop::after_the_bad_deploy();
    let home = home(&[("alpha", &shop, ""), ("gamma", &shop, "read_only = true")]);
    let mut program = Program::start(&home, &["--context", "alpha", "--write"]).unwrap();
    program.wait_for("ARMED").unwrap();
    command(&mut program, "context gamma").unwrap();
    let screen = program.wait_until("gamma", |screen| is_at(screen, "gamma")).unwrap();
    assert!(screen.contains("READ-ONLY"), "{screen}");
    program.wait_for("the context gamma forbids changes").unwrap();
    // By its profile it is forbidden as well.
    command(&mut program, "profile gamma").unwrap();
    program.wait_until("the profile", |screen| !is_at(screen, " gamma ")).unwrap();
    assert!(program.screen().contains("READ-ONLY"), "{}", program.screen());
    // Back where changes are allowed, one is made: the desk and its journal came along.
    command(&mut program, "context alpha").unwrap();
    program
        .wait_until("alpha", |screen| is_at(screen, "alpha") && screen.contains("ARMED"))
        .unwrap();
    command(&mut program, "rollback orders-writer live 41").unwrap();
    program.wait_until("a question", |screen| phrase(screen).is_some()).unwrap();
    // A context that names no environment counts as production, which asks for a reason.
    command(&mut program, "give-reason INC-7 orders are lost").unwrap();
    program.wait_until("the reason", |screen| !screen.contains("reason: open")).unwrap();
    answer(&mut program, "roll live@orders-writer back from 42 to 41").unwrap();
    shop.wait_for_calls("UpdateAlias", 1);
    command(&mut program, "context gamma").unwrap();
    program.wait_for("a run is under way here").unwrap();
}

#[test]
fn without_write_a_switch_never_arms_and_mistakes_in_the_file_are_told() {
    let shop = Shop::after_the_bad_deploy();
    let home = home(&[("alpha", &shop, ""), ("beta", &shop, "enviroment = \"staging\"")]);
    let mut program = Program::start(&home, &["--profile", "alpha"]).unwrap();
    program.wait_for("a context has no `enviroment`").unwrap();
    command(&mut program, "context alpha").unwrap();
    program.wait_for("this is alpha, read-only").unwrap();
    command(&mut program, "context beta").unwrap();
    program.wait_for("there is no context `beta`").unwrap();
    program.press("C").unwrap();
    program.wait_for("Contexts: 2 of 2").unwrap();
    program.press("esc").unwrap();
    program.wait_until("the choice closed", |screen| !screen.contains("Contexts:")).unwrap();
    program.press("!").unwrap();
    program.wait_for("did you mean `environment`?").unwrap();
}
