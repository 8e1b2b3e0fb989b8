//! Remote text is hostile: no escape of it reaches the terminal.

use proptest::prelude::*;

use super::console::Console;
use super::fixture;

/// Whether a cell could drive a terminal.
fn drives(symbol: &str) -> bool {
    symbol.chars().any(|c| {
        c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_escape_of_a_log_line_reaches_the_terminal(lines in proptest::collection::vec(".{0,80}", 1..20), json in ".{0,20}") {
        let mut console = Console::new();
        let mut events: Vec<_> = lines.iter().map(|line| fixture::event("orders-writer", line, console.now)).collect();
        let record = serde_json::json!({"level": "ERROR", "message": json, "rest": format!("\u{1b}[2J{json}\u{202e}")});
        events.push(fixture::event("orders-writer", &record.to_string(), console.now));
        console.arrive(events);
        for keys in ["w", "enter", "esc"] {
            console = console.press(keys);
            let buffer = console.buffer();
            prop_assert!(buffer.content().iter().all(|cell| !drives(cell.symbol())));
        }
    }
}

#[test]
fn wide_text_is_cut_where_it_is_seen_to_end() {
    let console = Console::new().lines(&format!("orders-writer {}", "日本語".repeat(60)));
    let row = console.row("日本語");
    assert_eq!(
        unicode_width::UnicodeWidthStr::width(row.as_str()),
        100 - (100 - unicode_width::UnicodeWidthStr::width(row.as_str()))
    );
    assert!(row.ends_with('…'));
}
