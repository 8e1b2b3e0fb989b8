//! Log lines in the real program: a filter that says nothing, a bar that is clicked, exports, a request copied, another role.

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Program, Stuck};

use super::account::Shop;
use super::{command, start_at, watch};

const DEMO: [&str; 5] = ["demo", "--story", "bad-deploy", "--speed", "5"];

/// A console with room for everything, on the lines of the simulated account.
fn started(home: &Home) -> Result<Program, Stuck> {
    let mut program = Program::start_sized(home, &DEMO, (140, 40))?;
    program.wait_for("SIMULATED")?;
    program.press("2")?;
    program.wait_for("complete up to")?;
    Ok(program)
}

/// Presses the left button on the tallest bar of the histogram.
fn click_a_bar(program: &mut Program) -> Result<(), Stuck> {
    let screen = program.wait_for(" a bar")?;
    let row = screen.lines().position(|row| row.starts_with(" lines")).unwrap_or_default();
    let bars = screen.lines().nth(row).unwrap_or_default();
    let column = bars.chars().position(|c| c == '█').unwrap_or_default();
    program.type_text(&format!("\u{1b}[<0;{};{}M", column + 1, row + 1))
}

#[test]
fn a_filter_that_says_nothing_is_told_and_a_click_on_a_bar_narrows_the_time() {
    let home = Home::new().unwrap();
    let mut program = started(&home).unwrap();
    for (filter, said) in [("zebra", "it matches none of"), ("!zebra", "it matches every one of")] {
        program.press("/").unwrap();
        program.type_text(filter).unwrap();
        program.press("enter").unwrap();
        program.wait_for(said).unwrap();
    }
    program.press("esc").unwrap();
    program.wait_until("all lines", |screen| !screen.contains("it matches")).unwrap();
    click_a_bar(&mut program).unwrap();
    program.wait_for("· only ").unwrap();
    program.press("esc").unwrap();
    program.wait_until("all times", |screen| !screen.contains("· only ")).unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
}

#[test]
fn an_export_takes_a_time_of_its_own_and_one_given_up_leaves_no_file() {
    let home = Home::new().unwrap();
    let mut program = started(&home).unwrap();
    let file = home.path().join("lines.txt");
    command(&mut program, &format!("export {} since 2m", file.display())).unwrap();
    program.wait_for(" bytes written to ").unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("# span: ") && text.contains(" to the last line\n"), "{text}");
    assert!(text.lines().any(|line| !line.starts_with('#')), "{text}");
    // Enter and esc in one breath: the export is given up before anybody was told of its end.
    let other = home.path().join("other.txt");
    program.press(":").unwrap();
    program.type_text(&format!("export {}\r\u{1b}", other.display())).unwrap();
    program.wait_for("export given up; ").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    assert!(!other.exists());
}

#[test]
fn a_request_is_copied_whole_and_columns_come_back_in_the_next_session() {
    let home = Home::new().unwrap();
    let mut program = started(&home).unwrap();
    program.press("/").unwrap();
    program.type_text("TypeError").unwrap();
    program.press("enter").unwrap();
    program.wait_for("Cannot read properties of undefined").unwrap();
    program.press("k r").unwrap();
    program.wait_for("Logs › Request").unwrap();
    program.press("Y").unwrap();
    program.wait_for("copied").unwrap();
    program.press("2 f").unwrap();
    program.wait_until("all lines", |screen| screen.contains("INFO")).unwrap();
    command(&mut program, "columns level,order").unwrap();
    program.wait_until("a table", |screen| screen.contains(" order")).unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);

    let mut program = started(&home).unwrap();
    program.press("v").unwrap();
    program
        .wait_until("the same columns", |screen| {
            let titles = screen.lines().find(|row| row.contains("LEVEL") || row.contains("level"));
            titles.is_some_and(|titles| titles.contains("order"))
        })
        .unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
}

#[test]
fn bookmarks_come_back_in_the_next_session_on_their_lines() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let mut program = start_at(&home, &shop.url(), &[]).unwrap();
    watch(&mut program).unwrap();
    program.press("/").unwrap();
    program.type_text("TypeError").unwrap();
    program.press("enter").unwrap();
    program.wait_for("Cannot read properties of undefined").unwrap();
    command(&mut program, "bookmark look here").unwrap();
    program.wait_for("bookmarked; ").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);

    let mut program = start_at(&home, &shop.url(), &[]).unwrap();
    watch(&mut program).unwrap();
    program.press("M").unwrap();
    let screen = program.wait_for("look here").unwrap();
    assert!(!screen.contains("not held"), "{screen}");
    program.press("enter").unwrap();
    program.wait_until("the mark", |screen| screen.contains('■')).unwrap();
}

#[test]
fn another_role_is_gone_to() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let mut program = start_at(&home, &shop.url(), &[]).unwrap();
    command(&mut program, "role arn:aws:iam::123456784021:role/oncall-write").unwrap();
    program
        .wait_until("the role", |screen| {
            screen.lines().next().is_some_and(|header| header.contains("oncall-write/watchdeck"))
        })
        .unwrap();
    // Without a name they are shown, to choose from.
    command(&mut program, "role").unwrap();
    program.wait_for("role: ").unwrap();
}
