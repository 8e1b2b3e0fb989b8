//! Credentials that end: reads rest, one key renews them; and a role that wants the code of a device.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

use super::account::Shop;
use super::{command, let_pass};

/// A home whose profile `alpha` asks a script for keys. The script counts its calls and says what the file `keys` holds.
fn home(shop: &Shop) -> (Home, PathBuf) {
    let home = Home::new().unwrap();
    let script = home.path().join("give-keys");
    let (keys, calls) = (home.path().join("keys"), home.path().join("calls"));
    let text = format!("#!/bin/sh\necho x >> {}\ncat {}\n", calls.display(), keys.display());
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let config = format!(
        "[profile alpha]\nregion = eu-central-1\nendpoint_url = {}\ncredential_process = {}\n",
        shop.url(),
        script.display()
    );
    std::fs::write(home.path().join("aws-config"), config).unwrap();
    (home, calls)
}

/// Lets the script give keys that end in so many seconds.
fn give(home: &Home, shop: &Shop, seconds: i64) {
    use watchdeck_domain::Clock as _;
    let (key, secret) = shop.account.operator_credentials();
    let ends = watchdeck::runtime::clock::MachineClock.now().as_millis() / 1000 + seconds;
    let ends = String::from_utf8(
        std::process::Command::new("date")
            .args(["-u", "-d", &format!("@{ends}"), "+%Y-%m-%dT%H:%M:%SZ"])
            .output()
            .unwrap()
            .stdout,
    )
    .unwrap();
    let text = format!(
        "{{\"Version\":1,\"AccessKeyId\":\"{key}\",\"SecretAccessKey\":\"{secret}\",\"Expiration\":\"{}\"}}",
        ends.trim()
    );
    std::fs::write(home.path().join("keys"), text).unwrap();
}

fn count(calls: &PathBuf) -> usize {
    std::fs::read_to_string(calls).unwrap_or_default().lines().count()
}

#[test]
fn credentials_that_end_are_counted_down_and_renewed_by_a_key() {
    let shop = Shop::after_the_bad_deploy();
    let (home, calls) = home(&shop);
    give(&home, &shop, 14);
    let mut program = Program::start(&home, &["--profile", "alpha"]).unwrap();
    program.wait_for("keys 0:").unwrap();
    program.wait_for(" EXPIRED ").unwrap();
    let (asked, served) = (count(&calls), shop.account.served_count());
    assert!(asked <= 4, "the script was asked {asked} times");
    // Whatever one looks at, nothing is asked, of the account or of the script.
    program.press("6 7 5 1 3").unwrap();
    let_pass(&program, 3).unwrap();
    assert_eq!((count(&calls), shop.account.served_count()), (asked, served), "a storm");
    give(&home, &shop, 3_600);
    program.press("6 ctrl-r").unwrap();
    program.wait_for("orders-writer").unwrap();
    program.wait_until("the end of it", |screen| !screen.contains("EXPIRED")).unwrap();
    program.wait_for("keys 59:").unwrap();
}

#[test]
fn a_code_is_asked_for_and_never_shown() {
    let shop = Shop::after_the_bad_deploy();
    let home = Home::new().unwrap();
    let (key, secret) = shop.account.operator_credentials();
    let url = shop.url();
    let config = format!(
        "[profile base]\nregion = eu-central-1\nendpoint_url = {url}\naws_access_key_id = {key}\n\
         aws_secret_access_key = {secret}\n[profile coded]\nregion = eu-central-1\n\
         endpoint_url = {url}\nsource_profile = base\n\
         role_arn = arn:aws:iam::123456784021:role/oncall-read\n\
         mfa_serial = arn:aws:iam::123456784021:mfa/operator\n"
    );
    std::fs::write(home.path().join("aws-config"), config).unwrap();
    let mut program = Program::start(&home, &["--profile", "base"]).unwrap();
    program.wait_for("EDGE").unwrap();
    command(&mut program, "profile coded").unwrap();
    program.wait_for("The one-time code of arn:aws:iam::123456784021:mfa/operator").unwrap();
    program.type_text("000000").unwrap();
    let screen = program.wait_for("code: ••••••").unwrap();
    assert!(!screen.contains("000000"), "{screen}");
    program.press("enter").unwrap();
    program.wait_for("the one-time code was refused").unwrap();
    program.type_text("421337").unwrap();
    program.wait_for("code: ••••••").unwrap();
    program.press("enter").unwrap();
    program
        .wait_until("the role", |screen| {
            screen.lines().next().is_some_and(|header| header.contains("oncall-read/watchdeck"))
        })
        .unwrap();
    // Esc gives nothing, and stays.
    command(&mut program, "profile coded").unwrap();
    program.wait_for("The one-time code of").unwrap();
    program.press("esc").unwrap();
    program.wait_for("given up: profile coded").unwrap();
}
