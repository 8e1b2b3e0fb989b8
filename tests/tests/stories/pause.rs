//! A queue is paused: its runbook is picked, filled in, planned, run, verified and taken back.

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Program, Stuck};

use super::{answer, command, sound, undone, verified};

fn story(program: &mut Program, home: &Home) -> Result<(), Stuck> {
    program.wait_for("ARMED")?;
    // The runbook, picked from the list; its form, and in it the function.
    program.press("8")?;
    program.wait_for("lambda.esm-pause")?;
    program.press("j R")?;
    program.wait_for("make the plan")?;
    program.wait_for("orders-worker")?;
    program.press("enter")?;
    program.wait_for("function:")?;
    program.type_text("orders-worker")?;
    program.press("enter")?;
    // There is one queue that calls it: nothing is left to choose.
    program.wait_until("a filled form", |screen| {
        screen.contains("orders-queue") && screen.contains("▌ make the plan")
    })?;
    program.press("enter")?;
    answer(program, "pause orders-queue for orders-worker")?;
    program.wait_for("the intent is on disk")?;
    program.wait_until("a verified run", |screen| {
        screen.contains("done and verified") && screen.contains("what was promised was seen")
    })?;

    // Taken back: the queue calls again.
    undone(program, "pause orders-queue for orders-worker")?;
    program.press("q")?;
    program.press("q")?;
    program.wait_for_end()?;

    sound(home);
    Ok(())
}

#[test]
fn a_queue_is_paused_and_let_go_again_on_the_demo() {
    let home = Home::new().unwrap();
    let arguments = ["demo", "--story", "quiet-day", "--speed", "30", "--write"];
    let mut program = Program::start(&home, &arguments).unwrap();
    program.wait_for("SIMULATED").unwrap();
    story(&mut program, &home).unwrap();
}

#[test]
fn a_lost_reply_is_looked_for_and_a_call_that_comes_late_is_found() {
    for fault in ["UpdateEventSourceMapping:lost-reply", "UpdateEventSourceMapping:late-execution"]
    {
        let home = Home::new().unwrap();
        let arguments =
            ["demo", "--story", "quiet-day", "--speed", "30", "--write", "--fault", fault];
        let mut program = Program::start(&home, &arguments).unwrap();
        program.wait_for("SIMULATED").unwrap();
        program.press("6").unwrap();
        program.wait_for("orders-worker").unwrap();
        command(&mut program, "run lambda.esm-pause function=orders-worker").unwrap();
        program.wait_until("a filled form", |screen| screen.contains("▌ make the plan")).unwrap();
        program.press("enter").unwrap();
        answer(&mut program, "pause orders-queue for orders-worker").unwrap();
        verified(&mut program).unwrap();
    }
}

/// Starts the demo, proposes what was typed, and makes the plan of what the form found out by itself.
fn proposed(home: &Home, line: &str, title: &str) -> Program {
    let arguments = ["demo", "--story", "quiet-day", "--speed", "30", "--write"];
    let mut program = Program::start(home, &arguments).unwrap();
    program.wait_for("SIMULATED").unwrap();
    command(&mut program, line).unwrap();
    let shown = |screen: &str| screen.contains("▌ make the plan") || screen.contains(title);
    let screen = program.wait_until("the form or the plan", shown).unwrap();
    if !screen.contains(title) {
        program.press("enter").unwrap();
    }
    answer_with_reason(&mut program, title);
    program
}

/// Says why, which is asked of what touches more, and types the phrase.
fn answer_with_reason(program: &mut Program, title: &str) {
    let stands = |screen: &str| screen.contains(title) && screen.contains("type  ");
    program.wait_until(&format!("the question of `{title}`"), stands).unwrap();
    command(program, "give-reason a drill").unwrap();
    program.wait_until("no reason lacking", |screen| !screen.contains("not yet: reason")).unwrap();
    answer(program, title).unwrap();
}

#[test]
fn a_function_is_stopped_with_what_feeds_it_and_both_are_put_back() {
    let home = Home::new().unwrap();
    let title = "stop orders-worker, and orders-queue first";
    let mut program = proposed(&home, "run lambda.kill-switch function=orders-worker", title);
    verified(&mut program).unwrap();
    program.press("U").unwrap();
    answer_with_reason(&mut program, &format!("undo: {title}"));
    program
        .wait_until("an undone run", |screen| {
            screen.contains("It took r-") && screen.contains("done and verified")
        })
        .unwrap();
}

#[test]
fn lr22_a_cap_holds_and_one_that_leaves_others_too_little_is_refused_by_the_account() {
    let home = Home::new().unwrap();
    let line = "run lambda.concurrency-cap function=orders-reader limit=400";
    let title = "cap the concurrency of orders-reader at 400";
    let mut program = proposed(&home, line, title);
    verified(&mut program).unwrap();
    let line = "run lambda.concurrency-cap function=orders-writer limit=600";
    command(&mut program, line).unwrap();
    answer_with_reason(&mut program, "cap the concurrency of orders-writer at 600");
    program.wait_for("InvalidParameterValueException").unwrap();
}

#[test]
fn environments_are_kept_warm_and_seen_to_be() {
    let home = Home::new().unwrap();
    let line = "run lambda.pc-restore function=orders-writer alias=live amount=3";
    let mut program = proposed(&home, line, "keep 3 environments of live@orders-writer warm");
    verified(&mut program).unwrap();
}
