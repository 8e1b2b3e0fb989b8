//! Stories of the real program in a pseudo-terminal: what an operator does, and what the screen says.

mod account; // a simulated account inside the test, served to the program
mod attesting; // two identities: one asks, the other approves by STS
mod audit; // proofs handed on, and the journal beside CloudTrail
mod cause; // from the map to the alarm, the change and the log line
mod ceremony; // a policy, a reason, a file that stops everything, a second person
mod credentials; // credentials that end, and a role that wants a code
mod doctor; // what the doctor finds, without a terminal
mod headless; // `tail` and `query`, without a terminal
mod insights; // queries that the account runs
mod killed; // killed between intent and reply, and started again
mod kills; // killed at random instants, over and over
mod logs; // log lines: filters, bars, exports, what comes back
mod looks; // flags and the environment reach the screen
mod open; // files and pipes in place of an account
mod pause; // a queue paused by its runbook, verified, let go again
mod places; // several regions and accounts in one stream
mod presets; // keys of other programs
mod recording; // sessions written down, and played again
mod resumed; // runs that pause, and are gone on with
mod rollback; // the bad deploy, rolled back, verified, undone
mod runs; // runbooks without a screen
mod signin; // a code shown, approved, denied, given up
mod switching; // from one account to another
mod terminal; // the terminal given back, whatever happens; odd terminals
mod tour; // the page docs/tour.md, walked
mod trouble; // what goes wrong, and how it is told

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Program, Stuck};

/// Starts the console on an account behind an endpoint, goes to the logs, and closes the choice of log groups that they
/// open with there.
fn start_at(home: &Home, url: &str, more: &[&str]) -> Result<Program, Stuck> {
    let mut arguments = vec!["--endpoint-url", url];
    arguments.extend_from_slice(more);
    let mut program = Program::start(home, &arguments)?;
    program.wait_for("EDGE")?;
    program.press("2")?;
    program.wait_for("Log groups: 0")?;
    program.press("esc")?;
    program.wait_until("the choice closed", |screen| !screen.contains("Log groups: 0"))?;
    Ok(program)
}

/// Watches the log group of the function.
fn watch(program: &mut Program) -> Result<(), Stuck> {
    command(program, "function orders-writer")?;
    program.wait_for("42 ← live")?;
    program.press("l")?;
    program.wait_for("complete up to")?;
    Ok(())
}

/// Waits until the clock on the screen has gone on by so many readings: for what must not happen meanwhile.
fn let_pass(program: &Program, readings: usize) -> Result<(), Stuck> {
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let read = |screen: &str| {
        let clock = screen.lines().nth(1)?.split_whitespace().last()?;
        clock.ends_with('Z').then(|| clock.to_owned())
    };
    program.wait_until("time to pass", |screen| {
        seen.borrow_mut().extend(read(screen));
        seen.borrow().len() > readings
    })?;
    Ok(())
}

/// Types a command after `:`.
fn command(program: &mut Program, line: &str) -> Result<(), Stuck> {
    program.press(":")?;
    program.type_text(line)?;
    program.wait_for(line)?;
    program.press("enter")
}

/// Waits for the question of a plan whose title begins so, and types the phrase it asks for.
fn answer(program: &mut Program, title: &str) -> Result<(), Stuck> {
    let asks = |screen: &str| phrase(screen).filter(|_| screen.contains(title));
    let screen = program
        .wait_until(&format!("the question of `{title}`"), |screen| asks(screen).is_some())?;
    let phrase = asks(&screen).unwrap_or_default();
    // As people do, who read first: a key from before the question was seen does not answer it, and the keys of a test come
    // sooner than the program knows that its frame stands.
    program.cells()?;
    program.press("enter")?;
    program.wait_for("phrase:")?;
    program.type_text(&phrase)?;
    program.wait_for(&format!("phrase: {phrase}"))?;
    program.press("enter")
}

/// Waits for a run that is done, and whose promise was seen.
fn verified(program: &mut Program) -> Result<(), Stuck> {
    program.wait_until("a verified run", |screen| screen.contains("done and verified"))?;
    Ok(())
}

/// Takes the run that is shown back, whose title begins so, and waits until that is done.
fn undone(program: &mut Program, title: &str) -> Result<(), Stuck> {
    program.press("U")?;
    answer(program, &format!("undo: {title}"))?;
    program.wait_until("an undone run", |screen| {
        screen.contains("It took r-") && screen.contains("done and verified")
    })?;
    Ok(())
}

/// The journal is sound, and no intent is without an outcome.
fn sound(home: &Home) {
    let verified = home.command(&["audit", "verify"]).unwrap().output().unwrap();
    let text = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success() && text.contains(": sound"), "{text}");
    assert!(!text.contains("open "), "an intent without an outcome:\n{text}");
}

/// The phrase that a plan's question asks for, as the screen shows it.
fn phrase(screen: &str) -> Option<String> {
    screen
        .lines()
        .find_map(|line| line.trim().strip_prefix("type  "))
        .map(|phrase| phrase.trim().to_owned())
}
