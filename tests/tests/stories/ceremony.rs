//! The ceremony in the real program: a policy, a reason, a freeze, the file that stops everything, and a second person.

use std::path::Path;

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Program, Stuck};

use super::account::Shop;
use super::{answer, command};

const TITLE: &str = "roll live@orders-writer back from 42 to 41";

/// A home with one context, in production, and this policy.
fn home(shop: &Shop, policy: &str) -> Home {
    let home = shop.home();
    let folder = home.path().join("config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    let url = shop.url();
    let context = format!(
        "[[context]]\nname = \"shop\"\nendpoint_url = \"{url}\"\nenvironment = \"production\"\n"
    );
    std::fs::write(folder.join("contexts.toml"), context).unwrap();
    std::fs::write(folder.join("policy.toml"), policy).unwrap();
    home
}

fn start(home: &Home) -> Result<Program, Stuck> {
    let mut program = Program::start(home, &["--context", "shop", "--write"])?;
    program.wait_for("ARMED")?;
    command(&mut program, "rollback orders-writer live 41")?;
    Ok(program)
}

/// Closes the prompt of the phrase. What is typed next must not follow the escape at once: together they are another key.
fn close(program: &mut Program) -> Result<(), Stuck> {
    program.press("esc")?;
    program.wait_until("the prompt closed", |screen| !screen.contains("phrase:"))?;
    Ok(())
}

const PERMIT: &str =
    "schema = \"policy/1\"\n[[permit]]\nid = \"rollbacks\"\nrunbooks = [\"lambda.*\"]\n";

fn reasons(shop: &Shop) -> Result<(), Stuck> {
    let home = home(shop, PERMIT);
    let mut program = start(&home)?;
    answer(&mut program, TITLE)?;
    program.wait_for("not yet: reason")?;
    assert!(shop.account.served_of("UpdateAlias").is_empty());
    close(&mut program)?;
    command(&mut program, "give-reason INC-7 orders are lost")?;
    program.wait_until("the reason", |screen| !screen.contains("reason: open"))?;
    answer(&mut program, TITLE)?;
    program.wait_for("done and verified")?;
    program.press("9")?;
    program.wait_for("INC-7 orders are lost")?;
    Ok(())
}

#[test]
fn in_production_a_reason_is_asked_and_stands_in_the_journal() {
    let shop = Shop::after_the_bad_deploy();
    reasons(&shop).unwrap();
    assert_eq!(shop.account.served_of("UpdateAlias").len(), 1);
}

fn forbidden(shop: &Shop) -> Result<(), Stuck> {
    let policy = format!(
        "{PERMIT}[[forbid]]\nid = \"no changes in production\"\nenvironments = [\"production\"]\n"
    );
    let home = home(shop, &policy);
    let program = start(&home)?;
    program.wait_for("rule `no changes in production` forbids it")?;
    Ok(())
}

#[test]
fn what_a_rule_forbids_is_refused_with_its_name() {
    let shop = Shop::after_the_bad_deploy();
    forbidden(&shop).unwrap();
    assert!(shop.account.served_of("UpdateAlias").is_empty());
}

fn incident(shop: &Shop) -> Result<(), Stuck> {
    let home = home(shop, "schema = \"policy/1\"\n[[permit]]\nid = \"all\"\n");
    let mut program = Program::start(&home, &["--context", "shop", "--write"])?;
    program.wait_for("ARMED")?;
    command(&mut program, "incident INC-7 orders are lost")?;
    program.wait_for(" INCIDENT INC-7 ")?;
    command(&mut program, "run lambda.concurrency-cap function=orders-reader limit=400")?;
    program.wait_for("expires in")?;
    program.wait_until("no second person", |screen| !screen.contains("second person: open"))?;
    command(&mut program, "incident end")?;
    program.wait_for("second person: open")?;
    program.wait_until("the badge gone", |screen| !screen.contains(" INCIDENT "))?;
    program.press("9")?;
    program.wait_for("INC-7 orders are lost, by operator")?;
    Ok(())
}

#[test]
fn an_incident_stands_in_the_header_and_in_for_a_second_person_until_it_ends() {
    incident(&Shop::in_real_time()).unwrap();
}

fn stopped(shop: &Shop) -> Result<(), Stuck> {
    let home = shop.home();
    let url = shop.url();
    let mut program = Program::start(&home, &["--endpoint-url", &url, "--write"])?;
    program.wait_for("ARMED")?;
    command(&mut program, "rollback orders-writer live 41")?;
    program.wait_for("expires in")?;
    // Somebody else, with nothing but a shell.
    std::fs::write(home.path().join("state/watchdeck/STOP"), "carol\n")?;
    program.wait_for(" STOPPED ")?;
    program.wait_for("by carol")?;
    answer(&mut program, TITLE)?;
    program.wait_for("not yet: kill switch")?;
    close(&mut program)?;
    command(&mut program, "release-changes")?;
    program.wait_for("changes can be made again")?;
    assert!(!Path::new(&home.path().join("state/watchdeck/STOP")).exists());
    answer(&mut program, TITLE)?;
    program.wait_for("done and verified")?;
    Ok(())
}

#[test]
fn a_file_made_by_anybody_stops_all_changes_until_they_are_released() {
    let shop = Shop::after_the_bad_deploy();
    stopped(&shop).unwrap();
    assert_eq!(shop.account.served_of("UpdateAlias").len(), 1);
}

fn run(home: &Home, arguments: &[&str]) -> (bool, String, String) {
    let output = home.command(arguments).unwrap().output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_second_person_reads_signs_and_hands_a_line_back() {
    use watchdeck_domain::{AccountId, Environment, Region, Scope, Timestamp};
    use watchdeck_guard::{Handback, Handover, PlanId, Risk};

    let home = Home::new().unwrap();
    let (made, entry, _) = run(&home, &["approve", "--make-key", "carol.key"]);
    assert!(made && entry.contains("key = \""), "{entry}");
    let asked = Handover {
        plan: PlanId::parse(&format!("p-{}", "0".repeat(32))).unwrap(),
        hash: "ab".repeat(32),
        nonce: "n".into(),
        title: "roll live@orders-writer back\u{1b}[2J".into(),
        calls: vec!["Lambda UpdateAlias {}".into()],
        risk: Risk::R3,
        realm: "live".into(),
        scope: Scope {
            account: AccountId::parse("123456784021").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        },
        environment: Environment::Production,
        asks: "arn:aws:sts::123456784021:assumed-role/oncall/alice".into(),
        until: Timestamp::parse("2026-11-22T03:15:00Z").unwrap(),
    };
    std::fs::write(home.path().join("asked.txt"), asked.line()).unwrap();
    let (told, nothing, shown) = run(&home, &["approve", "asked.txt"]);
    assert!(told && nothing.is_empty() && shown.contains("Nothing was approved"), "{shown}");
    assert!(shown.contains("roll live@orders-writer back\\u{1b}[2J"), "{shown}");
    let line = asked.line();
    let (signed, back, _) = run(&home, &["approve", &line, "--key", "carol.key", "--yes"]);
    let Handback::Signed(back) = Handback::parse(&back).unwrap() else { panic!("{back}") };
    assert!(signed && entry.contains(&back.key) && back.hash == asked.hash);
    let (fine, _, why) = run(&home, &["approve", "nonsense", "--key", "carol.key", "--yes"]);
    assert!(!fine && why.contains("is no line to approve"), "{why}");
}
