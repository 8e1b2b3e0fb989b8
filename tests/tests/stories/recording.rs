//! Sessions written down and played again: the screens of then, cell by cell, and not one call.

use std::path::Path;

use watchdeck::runtime::recording::{Playback, Recording};
use watchdeck::ui;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Cells, Program, Stuck, cells_after};

use super::account::Shop;
use super::{answer, command, start_at};

const SIZE: (u16, u16) = (160, 48);

/// The screen without what the badge of the replay covers.
fn comparable(mut cells: Cells) -> Cells {
    cells[0].truncate(100);
    cells
}

/// The text of a screen, by the symbols of its cells; the header is left out.
fn text(cells: &Cells) -> String {
    let symbols = cells[1..].iter().map(|row| row.iter().map(|(symbol, _)| symbol.as_str()));
    let rows = symbols.map(|row| row.collect::<String>().trim_end().to_owned() + "\n");
    rows.collect()
}

fn recording(file: &Path) -> Recording {
    Recording::read(&std::fs::read(file).unwrap()).unwrap_or_else(|damage| panic!("{damage}"))
}

/// Plays the recording message by message and finds each of the screens in it, in their order, cell by cell.
fn find_all(file: &Path, seen: Vec<Cells>) -> Playback {
    let mut playback = Playback::new(recording(file), 1.0);
    for cells in seen {
        let (wanted, cells) = (text(&cells), comparable(cells));
        loop {
            let printed = ui::print(playback.model(), SIZE, false);
            if printed.split_once('\n').is_some_and(|(_, rest)| rest == wanted) {
                let styled = ui::print(playback.model(), SIZE, true);
                if comparable(cells_after(&styled, SIZE).unwrap()) == cells {
                    break;
                }
            }
            assert!(playback.step(), "this screen never came again:\n{wanted}");
        }
    }
    playback
}

/// The screen at the end of the recording, as the program prints it.
fn printed(home: &Home, file: &Path, more: &[&str]) -> String {
    let file = file.display().to_string();
    let mut arguments = vec!["replay", &file, "--print"];
    arguments.extend_from_slice(more);
    let output = home.command(&arguments).unwrap().output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Looks around on the demo, and gives back what was seen. The console is still there.
fn look_around(home: &Home, story: &[&str]) -> Result<(Program, Vec<Cells>), Stuck> {
    let mut arguments = vec!["demo", "--record", "session.jsonl", "--story"];
    arguments.extend_from_slice(story);
    let mut program = Program::start(home, &arguments)?;
    let mut seen = Vec::new();
    program.wait_for("SIMULATED")?;
    command(&mut program, "function orders-writer")?;
    program.wait_for("← live")?;
    seen.push(program.cells()?);
    program.press("?")?;
    program.wait_for("Help: ")?;
    seen.push(program.cells()?);
    Ok((program, seen))
}

#[test]
fn a_killed_console_leaves_a_recording_that_plays() {
    let home = Home::new().unwrap();
    let (mut program, mut seen) = look_around(&home, &["quiet-day"]).unwrap();
    program.press("? 2").unwrap();
    program.wait_for("complete up to").unwrap();
    program.press("space").unwrap();
    program.wait_for("PAUSED").unwrap();
    seen.push(program.cells().unwrap());
    // An unoptimised program writes the first lines of the demo for some seconds.
    program.press("?").unwrap();
    let file = home.path().join("session.jsonl");
    let help = "{\"Key\":\"?\"}";
    let written = |text: String| text.matches(help).count() == 3;
    let whole = || std::fs::read_to_string(&file).is_ok_and(written);
    program.wait_until("the last key in the file", |_| whole()).unwrap();
    program.kill().unwrap();
    find_all(&file, seen);
}

#[test]
fn a_replay_of_the_bad_deploy_shows_every_screen_again() {
    let home = Home::new().unwrap();
    let (mut program, seen) = look_around(&home, &["bad-deploy", "--speed", "30"]).unwrap();
    program.press("? 2 /").unwrap();
    program.type_text("TypeError").unwrap();
    program.press("enter").unwrap();
    program.wait_for("Cannot read properties of undefined").unwrap();
    program.press("?").unwrap();
    program.wait_for("Help: ").unwrap();
    program.press("ctrl-c").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0, "{program:?}");
    let file = home.path().join("session.jsonl");
    let mut playback = find_all(&file, seen);
    playback.seek(u64::MAX);
    let whole = printed(&home, &file, &[]);
    assert_eq!(whole, ui::print(playback.model(), SIZE, false));
    for word in ["REPLAY", "Help: ", "lines: TypeError"] {
        assert!(whole.contains(word), "{whole}");
    }
    let small = printed(&home, &file, &["--size", "100x30", "--at", "1"]);
    assert_eq!(small.lines().count(), 30, "{small}");

    // On the terminal: to the end, back, and away.
    let mut program = Program::start(&home, &["replay", "session.jsonl", "--speed", "4"]).unwrap();
    program.wait_for("REPLAY").unwrap();
    program.press("G").unwrap();
    program.wait_for("Help: ").unwrap();
    program.press("g").unwrap();
    program.wait_until("the beginning", |screen| !screen.contains("Help: ")).unwrap();
    program.press("space right").unwrap();
    program.wait_for("go on").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0, "{program:?}");
    assert!(program.terminal_is_restored() && program.echoes(), "{program:?}");
}

#[test]
fn the_replay_of_a_rollback_shows_its_run_and_calls_nothing() {
    let shop = Shop::after_the_bad_deploy();
    let (home, url) = (shop.home(), shop.url());
    let file = home.path().join("session.jsonl");
    let record = file.display().to_string();
    let mut program = start_at(&home, &url, &["--write", "--record", &record]).unwrap();
    command(&mut program, "rollback orders-writer live 41").unwrap();
    answer(&mut program, "roll live@orders-writer back from 42 to 41").unwrap();
    program.wait_for("done and verified").unwrap();
    let seen = vec![program.cells().unwrap()];
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0, "{program:?}");

    let calls = shop.account.served_count();
    let journal =
        |home: &Home| home.command(&["audit", "verify"]).unwrap().output().unwrap().stdout;
    let before = journal(&home);
    find_all(&file, seen);
    let end = printed(&home, &file, &[]);
    assert!(end.contains("done and verified") && end.contains("ARMED"), "{end}");
    let mut program = Program::start(&home, &["replay", &record, "--speed", "600"]).unwrap();
    program.wait_for("done and verified").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0, "{program:?}");
    assert_eq!(shop.account.served_count(), calls, "the replay called the account");
    assert_eq!(journal(&home), before, "the replay wrote into the journal");
}

#[test]
fn a_recording_whose_disk_is_full_is_told_and_the_console_goes_on() {
    let home = Home::new().unwrap();
    let arguments = ["demo", "--story", "quiet-day", "--record", "session.jsonl"];
    let mut program = Program::start(&home, &arguments).unwrap();
    program.wait_for("SIMULATED").unwrap();
    let file = home.path().join("session.jsonl");
    // The header is whole; of the rest there is only a part.
    let length = || std::fs::metadata(&file).unwrap().len();
    program.wait_until("the header", |_| length() > 0).unwrap();
    program.limit_files(length() + 10).unwrap();
    program.wait_for("the recording has stopped").unwrap();
    program.press("6").unwrap();
    program.wait_for("orders-writer").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0, "{program:?}");
    recording(&file);
}

#[test]
fn what_cannot_be_recorded_or_replayed_is_told_before_the_terminal_is_taken() {
    let home = Home::new().unwrap();
    std::fs::write(home.path().join("mine"), "not a recording\n").unwrap();
    let mut program = Program::start(&home, &["demo", "--record", "mine"]).unwrap();
    program.wait_for("a recording is never written over").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 1);
    for (arguments, wanted) in [
        (["replay", "mine"], "`mine`, line 1: this is no recording"),
        (["replay", "missing"], "the recording `missing` cannot be read"),
        (["--record=x", "keys"], "--record writes a session"),
    ] {
        let output = home.command(&arguments).unwrap().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(wanted), "{said}");
    }
}
