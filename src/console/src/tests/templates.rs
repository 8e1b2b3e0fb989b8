//! Stories of the templates: what of the lines is new, and the way to those lines and back.

use std::time::Duration;

use super::console::Console;
use super::fixture;
use crate::app::{Effect, Msg, Place, RealmName, farewell};

const FAILED: &str =
    r#"{"level":"ERROR","message":"TypeError: Cannot read properties of undefined","order":"A-7"}"#;

/// A quarter of an hour of ordinary lines, then a failure that was never seen, and a warning that surges.
fn told() -> Console {
    let mut console = Console::new().sized(120, 24);
    let start = console.now;
    let at = |minute: u64| start + Duration::from_mins(minute);
    for minute in 0..15 {
        console.now = at(minute);
        let line = |text: &str, nth: u64| {
            fixture::event("orders-writer", text, at(minute) + Duration::from_secs(nth))
        };
        let mut lines: Vec<_> = (0..10).map(|nth| line("[INFO] order 7 taken", nth)).collect();
        let warnings = if minute < 12 { 1 } else { 20 };
        lines.extend((0..warnings).map(|nth| line("[WARN] no stock of item 9", nth)));
        if minute == 14 {
            lines.push(line(FAILED, 11));
        }
        console.arrive(lines);
    }
    console.wait(1)
}

#[test]
fn what_is_new_in_the_logs_is_told_without_being_asked_for() {
    let console = told();
    console.row("1 new, 1 surging");
    console.row("Logs+1");
    let console = console.press("1");
    console.row("2+1");
}

#[test]
fn templates_are_ranked_and_the_newest_line_of_the_chosen_one_is_told() {
    let console = told().press("t");
    insta::assert_snapshot!(console.picture(), @r#"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                     READ-ONLY  SIMULATED
    │ 1 2 Logs › Templates+1  3 4 5 6 7 8 9 0 !                                                      ● 0.0 calls/s 03:18:01Z
    │  STATE               LEVEL      LINES  A MINUTE  PATTERN
    │▌ new since 03:18:11  ERROR          1       0.2  TypeError: Cannot read properties of undefined
    │  surging ×15         WARN          72      12.4  no stock of item <*>
    │  steady              INFO         150      10.0  order <*> taken
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │ 3 templates · 1 new, 1 surging · newest 03:18:11 orders-writer: {"level":"ERROR","message":"TypeError: Cannot read…
    │ enter open   / filter   space mark   t back   ctrl-p go to   : command   ? help   q quit
    "#);
    assert!(console.row("TypeError").contains("new since 03:18:11"));
    let console = console.press("j");
    console.row("newest 03:18:19 orders-writer: [WARN] no stock of item 9");
}

#[test]
fn the_cursor_stays_on_its_template_while_others_rise() {
    let console = told().press("t j j").lines("orders-writer [FATAL] out of stock").wait(1);
    let chosen = console.row("▌");
    assert!(chosen.contains("order <*> taken"), "{chosen}");
    console.row("out of stock");
}

#[test]
fn enter_shows_the_lines_of_a_template_and_esc_leads_back() {
    let console = told().press("t j enter");
    console.row("only: no stock of item <*>");
    assert!(!console.screen().contains("order 7 taken"));
    let console = console.press("esc");
    console.row("Logs › Templates");
    let console = console.press("esc");
    console.row("order 7 taken");
    assert!(!console.screen().contains("only:"), "all lines are shown again");
    assert!(console.model.shell.past.is_empty(), "esc leads back, and nowhere again");
}

#[test]
fn what_arrives_while_one_template_is_shown_is_shown_if_it_is_of_it() {
    let console = told()
        .press("t enter")
        .lines(&format!("orders-writer {FAILED}\norders-writer [INFO] order 8 taken"));
    console.row("2 of 225 lines");
    let console = console.press("/ A-8 enter");
    console.row("0 of 225 lines: A-8");
}

#[test]
fn templates_are_filtered_marked_and_shown_as_data() {
    let console = told().press("t / warn enter");
    console.row("no stock of item <*>");
    assert!(!console.screen().contains("TypeError"));
    let console = console.press("y");
    console.row("\"standing\": \"surging\"");
    let mut console = console.press("esc esc space space c");
    let left = console.take_left();
    let copied = left
        .iter()
        .find_map(|effect| if let Effect::Copy(lines) = effect { Some(lines) } else { None });
    let copied: Vec<String> = copied.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(copied, ["TypeError: Cannot read properties of undefined", "no stock of item <*>"]);
}

/// An account behind an endpoint, whose groups were watched before.
fn served() -> Console {
    let mut console = Console::silent();
    console.model.place = Place { realm: RealmName::Live, ..console.model.place.clone() };
    drop(console.model.watch(fixture::groups()));
    console
}

fn keeps(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::KeepTemplates { .. })).count()
}

#[test]
fn what_is_known_is_kept_once_a_minute_and_at_the_end() {
    let mut console = served();
    let tail = console.model.logs.tail.unwrap();
    console.hear(Msg::TemplatesRecalled { ticket: tail, saved: None });
    let mut console = console.lines("orders-writer [INFO] order 7 taken").wait(59);
    assert_eq!(keeps(&console.take_left()), 0);
    let mut console = console.wait(1);
    assert_eq!(keeps(&console.take_left()), 1);
    let mut console = console.wait(120);
    assert_eq!(keeps(&console.take_left()), 0, "nothing came since");
    let mut console = console.lines("orders-writer [INFO] order 8 taken");
    assert_eq!(keeps(&farewell(&mut console.model)), 1);
    assert_eq!(keeps(&farewell(&mut console.model)), 0);
}

#[test]
fn what_an_earlier_session_saw_is_not_new_in_this() {
    let mut console = served();
    let tail = console.model.logs.tail.unwrap();
    console.hear(Msg::TemplatesRecalled { ticket: tail, saved: None });
    let mut console = console.lines("orders-writer [INFO] order 7 taken");
    let left = farewell(&mut console.model);
    let [Effect::KeepTemplates { saved, groups }] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(groups.len(), 4);

    let mut console = served();
    console.now = console.now + Duration::from_hours(9);
    let tail = console.model.logs.tail.unwrap();
    let saved = Some(saved.clone());
    // Lines that come before it are taken after it.
    let mut console =
        console.lines("orders-writer [INFO] order 8 taken\norders-writer [ERROR] no stock");
    console.hear(Msg::TemplatesRecalled { ticket: tail, saved });
    let console = console.wait(1).press("2 t");
    assert!(console.row("no stock").contains("new"));
    assert!(console.row("order <*> taken").contains("not judged"));
    console.row("1 new");
}

#[test]
fn the_account_inside_this_process_keeps_nothing() {
    let mut console = told();
    assert_eq!(farewell(&mut console.model), []);
}

#[test]
fn what_is_not_recalled_in_time_is_done_without() {
    let console = served().lines("orders-writer [INFO] order 7 taken").press("2 t");
    console.row("No line was read yet.");
    let console = console.wait(6);
    console.row("order <*> taken");
}

#[test]
fn lines_without_words_are_told_by_their_members() {
    let console = Console::new().lines(r#"orders-write {"status":502,"path":"/orders"}"#);
    let console = console.wait(1).press("t");
    console.row("{ path status }");
}
