//! The tour of the documentation, walked as it stands: its keys pressed, its texts typed, its screens seen.

use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

/// One row of a table of the tour: a key, the words about it, what the screen shows then.
fn steps(page: &str) -> Vec<[String; 3]> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.contains("---"));
    let cells = rows.map(|row| {
        let mut cells = row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned());
        [(); 3].map(|()| cells.next().unwrap_or_default())
    });
    cells.filter(|[key, ..]| key != "press").collect()
}

/// The first text between back-quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

#[test]
fn the_tour_is_walked_as_it_stands() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/tour.md"));
    let page = page.unwrap();
    let line = page.lines().find_map(|line| line.trim().strip_prefix("cargo run --release -- "));
    let arguments: Vec<&str> = line.unwrap().split(' ').collect();
    let home = Home::new().unwrap();
    let mut program = Program::start(&home, &arguments).unwrap();
    let steps = steps(&page);
    assert!(steps.len() > 10, "{steps:?}");
    for [key, words, shown] in &steps {
        let key = quoted(key).unwrap_or_default();
        program.press(key).unwrap();
        if let Some(text) = words.strip_prefix("Type ").and_then(|_| quoted(words)) {
            program.type_text(text).unwrap();
            program.wait_for(text).unwrap();
            program.press("enter").unwrap();
        }
        if let Some(shown) = quoted(shown) {
            program.wait_for(shown).unwrap();
        }
    }
    assert_eq!(program.wait_for_end().unwrap(), 0);
    assert!(program.terminal_is_restored());
}
