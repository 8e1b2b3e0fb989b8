//! Remote text is hostile: no escape of it reaches the terminal.

use proptest::prelude::*;
use watchdeck_domain::reading::{FindingsAnswer, TrailAnswer};
use watchdeck_domain::trail::TrailEvent;

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
fn no_escape_of_a_record_reaches_the_terminal() {
    const EVIL: &str = "x\u{1b}]52;c;aGk=\u{7}\u{202e}\n\u{9b}31m\u{200b}";
    let mut console = Console::new().sized(200, 60).press("5 4 1");
    let now = console.now;
    let record = serde_json::json!({
        "userIdentity": {"type": EVIL, "arn": EVIL, "userName": EVIL, "sessionContext": [EVIL]},
        "sourceIPAddress": EVIL, "userAgent": EVIL, "errorMessage": EVIL,
        "requestParameters": {"name": EVIL, EVIL: EVIL}, "resources": [EVIL, {"ARN": EVIL}],
    });
    let event = TrailEvent {
        name: EVIL.into(),
        source: EVIL.into(),
        user: EVIL.into(),
        error: EVIL.into(),
        record: record.to_string(),
        ..fixture::deploy(now, 1, "evil")
    };
    console.model.trail.take(Ok(TrailAnswer { events: vec![event], next: None }), now);
    let mut alarm = console.model.alarms.list.rows().first().unwrap().clone();
    (alarm.name, alarm.reason, alarm.condition) = (EVIL.into(), EVIL.into(), EVIL.into());
    console.model.alarms.take(Ok(vec![alarm]), now);
    let mut finding = console.model.findings.list.rows().first().unwrap().clone();
    (finding.title, finding.product, finding.record) = (EVIL.into(), EVIL.into(), EVIL.into());
    (finding.description, finding.remedy) = (EVIL.into(), (EVIL.into(), EVIL.into()));
    finding.resources.iter_mut().for_each(|resource| resource.id = EVIL.into());
    let page = FindingsAnswer { findings: vec![finding], next: None };
    assert_eq!(console.model.findings.take(Ok(page), now), None);
    for keys in ["3", "enter", "y", "esc esc t", "4 s", "s s", "j enter", "y", "5 j enter", "y"] {
        console = console.press(keys);
        let buffer = console.buffer();
        let drives = buffer.content().iter().any(|cell| drives(cell.symbol()));
        assert!(!drives, "{keys}\n{}", console.screen());
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
