//! From the map to the cause: the component that fails, its alarm, its change, its log line.

use watchdeck_tests::pty::{Program, Stuck};

use super::account::Shop;

/// The story, read-only, on an account after the bad deploy.
fn story(program: &mut Program) -> Result<(), Stuck> {
    // The map: one function fails.
    program.wait_until("a failing component", |screen| screen.contains("✘ orders-writer"))?;
    program.press("right right j j j enter")?;
    program.wait_for("Overview › orders-writer")?;

    // Its alarm, with what it watches and how it changed; and back to the component.
    program.press("5")?;
    program.wait_for("▾ ALARM")?;
    program.press("/")?;
    program.type_text("orders-writer-errors")?;
    program.press("enter g g j enter")?;
    program.wait_for("AWS/Lambda Errors")?;
    program.wait_for("to ALARM")?;
    program.press("o")?;
    program.wait_for("Overview › orders-writer")?;

    // What changed about it: who, with which key, to which version.
    program.press("t")?;
    program.wait_for("changes of orders-writer (esc clears)")?;
    program.wait_until("the change", |screen| {
        screen.lines().any(|row| row.contains("UpdateAlias") && row.contains("orders-writer"))
    })?;
    program.wait_for("asked up to")?;
    program.press("/")?;
    program.type_text("UpdateAlias")?;
    program.press("enter g g enter")?;
    program.wait_for("\"functionVersion\": \"42\"")?;
    program.wait_for("ci-deploy")?;

    // What it says while it fails.
    program.press("l")?;
    program.wait_for("complete up to")?;
    program.press("/")?;
    program.type_text("TypeError")?;
    program.press("enter")?;
    program.wait_for("Cannot read properties of undefined")?;
    program.press("q")?;
    assert_eq!(program.wait_for_end()?, 0, "{}", program.screen());
    Ok(())
}

#[test]
fn the_map_leads_to_the_alarm_the_change_and_the_line() {
    let shop = Shop::after_the_bad_deploy();
    let url = shop.url();
    let mut program = Program::start(&shop.home(), &["--endpoint-url", &url]).unwrap();
    story(&mut program).unwrap();
}
