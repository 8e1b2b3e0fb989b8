//! The bad deploy shows itself; the operator rolls the alias back, watches it verified, takes it back, and quits.

use watchdeck_tests::home::{Home, Served};
use watchdeck_tests::pty::{Program, Stuck};

use super::{answer, command, sound, start_at, undone, watch};

/// The story, on a console that was started armed on an account with the bad deploy.
fn story(program: &mut Program, home: &Home) -> Result<(), Stuck> {
    program.wait_for("ARMED")?;
    // Logs: only the lines of the bad deploy.
    program.press("2 /")?;
    program.type_text("TypeError")?;
    program.press("enter")?;
    program.wait_for("Cannot read properties of undefined")?;

    // The function: version 42 fails, the alias points at it.
    command(program, "function orders-writer")?;
    program.wait_for("42 ← live")?;

    // Roll back to 41, chosen from what the history tells.
    program.wait_until("the calls of version 41", |screen| {
        screen.lines().any(|line| line.trim_start().starts_with("41 ") && line.contains('%'))
    })?;
    program.press("R")?;
    program.wait_for("Roll orders-writer:live back from 42")?;
    program.press("j enter")?;
    answer(program, "roll live@orders-writer back from 42 to 41")?;
    program.wait_for("the intent is on disk")?;
    program.wait_until("a verified run", |screen| {
        screen.contains("done and verified") && screen.contains("what was promised was seen")
    })?;

    // Take it back.
    undone(program, "roll live@orders-writer back from 42 to 41")?;

    // The journal holds both, and the terminal is given back.
    program.press("9")?;
    program.wait_until("the journal", |screen| {
        screen.matches("landed").count() == 2 && screen.matches("intent").count() == 2
    })?;
    // Rows of it are marked, and copied together.
    program.press("g g space space")?;
    program.wait_for("2 marked")?;
    program.press("c")?;
    program.wait_for("copied 2 marked rows")?;
    program.press("esc")?;
    program.wait_until("no marks", |screen| !screen.contains("2 marked"))?;
    program.press("q")?;
    assert_eq!(program.wait_for_end()?, 0, "{}", program.screen());
    assert!(program.terminal_is_restored() && program.echoes(), "{program:?}");

    sound(home);
    Ok(())
}

#[test]
fn the_bad_deploy_is_rolled_back_verified_and_undone_on_the_demo() {
    let home = Home::new().unwrap();
    let arguments = ["demo", "--story", "bad-deploy", "--speed", "30", "--write"];
    let mut program = Program::start(&home, &arguments).unwrap();
    program.wait_for("SIMULATED").unwrap();
    story(&mut program, &home).unwrap();
}

#[test]
fn the_same_rollback_works_on_an_account_served_by_a_second_process() {
    let mut home = Home::new().unwrap();
    let served = Served::start(&home, &["--speed", "30"]).unwrap();
    for (name, value) in served.environment() {
        if name != "AWS_ENDPOINT_URL" {
            home.set(name, value);
        }
    }
    let mut program = start_at(&home, served.endpoint(), &["--write"]).unwrap();
    watch(&mut program).unwrap();
    story(&mut program, &home).unwrap();
}
