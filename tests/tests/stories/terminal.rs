//! The terminal is given back whatever happens, and odd terminals are told so.

use watchdeck::look::Look;
use watchdeck::look::choice::{Preferences, Surroundings, choose};
use watchdeck::look::colour::Depth;
use watchdeck::runtime::terminal::Screen;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

const DEMO: [&str; 3] = ["demo", "--story", "quiet-day"];

#[test]
fn gd13_a_signal_ends_the_console_and_gives_the_terminal_back() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let home = Home::new().unwrap();
        let mut program = Program::start(&home, &DEMO).unwrap();
        program.wait_for("SIMULATED").unwrap();
        assert!(!program.terminal_is_restored() && !program.echoes());
        program.signal(signal).unwrap();
        assert_eq!(program.wait_for_end().unwrap(), code, "{signal}: {program:?}");
        assert!(program.terminal_is_restored() && program.echoes(), "{signal}: {program:?}");
    }
}

#[test]
fn a_stopped_console_lends_the_terminal_and_takes_it_again() {
    let home = Home::new().unwrap();
    let mut program = Program::start(&home, &DEMO).unwrap();
    program.wait_for("SIMULATED").unwrap();
    program.signal("TSTP").unwrap();
    program.wait_until("the terminal given back", |screen| !screen.contains("SIMULATED")).unwrap();
    program.wait_until_stopped().unwrap();
    program.signal("CONT").unwrap();
    program.wait_for("SIMULATED").unwrap();
    program.press("?").unwrap();
    program.wait_for("show-its-changes").unwrap();
}

#[test]
fn gd13_a_tiny_terminal_is_told_so_and_a_grown_one_is_used() {
    let home = Home::new().unwrap();
    let mut program = Program::start_sized(&home, &DEMO, (12, 3)).unwrap();
    program.wait_until("something", |screen| !screen.trim().is_empty()).unwrap();
    program.resize((120, 30)).unwrap();
    program.wait_for("SIMULATED").unwrap();
    program.resize((1, 1)).unwrap();
    program.resize((120, 30)).unwrap();
    program.wait_for("SIMULATED").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
}

#[test]
fn a_dumb_terminal_is_refused_kindly() {
    let home = Home::new().unwrap().with("TERM", "dumb");
    let mut program = Program::start(&home, &DEMO).unwrap();
    let screen = program.wait_for("TERM is `dumb`").unwrap();
    assert!(screen.contains("xterm-256color"), "{screen}");
    assert_eq!(program.wait_for_end().unwrap(), 1);
    assert!(program.terminal_is_restored() && program.echoes());
}

#[test]
fn without_anything_configured_the_console_starts_read_only_on_the_simulated_account_and_says_so() {
    let home = Home::new().unwrap();
    let mut program = Program::start(&home, &[]).unwrap();
    program.wait_for("this is the simulated account, not AWS").unwrap();
    let screen = program.wait_for("READ-ONLY").unwrap();
    assert!(screen.contains("SIMULATED"), "{screen}");
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    assert!(program.screen().contains("no AWS profile or credentials were found"), "{program:?}");
}

/// Set in the process that takes the terminal and dies of a defect.
const DYING: &str = "WATCHDECK_TEST_DIES_DRAWING";

#[test]
fn a_defect_while_drawing_gives_the_terminal_back_before_it_is_told() {
    const NAME: &str =
        "stories::terminal::a_defect_while_drawing_gives_the_terminal_back_before_it_is_told";
    if std::env::var_os(DYING).is_some() {
        let (none, depth) = (Preferences::default(), Depth::Palette);
        let surroundings = Surroundings { colourless: false, unicode: true, depth };
        let look = Look::new(Vec::new(), &choose(&none, &none, &none, surroundings));
        let screen = Screen::open(&look);
        let mut screen = screen.unwrap();
        screen.draw(|_| panic!("a defect in a widget")).unwrap();
    }
    let home = Home::new().unwrap().with(DYING, "yes");
    let own = std::env::current_exe().unwrap();
    let line = format!("'{}' --exact {NAME} --nocapture; echo status $?", own.display());
    let mut program = Program::start_shell(&home, &line).unwrap();
    // Told on the ordinary screen: on the other one it would be gone with it.
    let screen = program.wait_for("status 101").unwrap();
    assert!(screen.contains("a defect in a widget"), "{screen}");
    assert!(program.terminal_is_restored(), "{program:?}");
    assert_eq!(program.wait_for_end().unwrap(), 0);
}
