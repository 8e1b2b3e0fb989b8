//! The look of the real program: flags and the environment reach the screen.

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

const DEMO: [&str; 3] = ["demo", "--story", "quiet-day"];

/// Types a command line.
fn command(program: &mut Program, text: &str) {
    program.press(":").unwrap();
    program.type_text(text).unwrap();
    program.press("enter").unwrap();
}

#[test]
fn a_locale_without_unicode_is_answered_in_ascii() {
    let home = Home::new().unwrap().with("LANG", "C");
    let mut program = Program::start(&home, &DEMO).unwrap();
    program.wait_for("SIMULATED").unwrap();
    program.press("?").unwrap();
    let screen = program.wait_for("show-its-changes").unwrap();
    assert!(screen.is_ascii(), "{screen}");
    program.press("q").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
}

#[test]
fn an_unknown_theme_is_refused_with_the_themes_there_are_and_a_wrong_file_with_its_place() {
    let home = Home::new().unwrap();
    let mut program = Program::start(&home, &["demo", "--theme", "drak"]).unwrap();
    let screen = program.wait_for("there is no theme `drak`").unwrap();
    assert!(screen.contains("high-contrast"), "{screen}");
    assert_eq!(program.wait_for_end().unwrap(), 2);
    let folder = home.path().join("config/watchdeck/themes");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("drak.toml"), "[styles]\ngood = { fg = \"grene\" }\n").unwrap();
    let mut program = Program::start(&home, &["demo", "--theme", "drak"]).unwrap();
    program.wait_for("drak.toml:2:15: this is no colour").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 2);
}

#[test]
fn a_theme_of_ones_own_is_drawn_and_the_mouse_left_alone() {
    let home = Home::new().unwrap().with("WATCHDECK_THEME", "mine");
    let folder = home.path().join("config/watchdeck/themes");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.toml"), "base = \"high-contrast\"\nabout = \"Mine.\"\n")
        .unwrap();
    let mut program = Program::start(&home, &["demo", "--no-mouse"]).unwrap();
    program.wait_for("SIMULATED").unwrap();
    command(&mut program, "theme");
    program.wait_for("the theme is mine").unwrap();
    command(&mut program, "mouse");
    program.wait_for("the mouse scrolls and chooses here").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    assert!(program.terminal_is_restored(), "{program:?}");
}
