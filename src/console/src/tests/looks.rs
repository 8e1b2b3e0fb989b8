//! Stories of looks: themes, only ASCII, the mouse, copies that are too long.

use ratatui::buffer::CellWidth as _;
use ratatui::style::Color;
use watchdeck_domain::Printable;
use watchdeck_guard::Event;

use super::console::{Console, edged};
use super::fixture;
use crate::app::{Effect, Problem};

const LINES: &str = r#"
    orders-writer {"level":"ERROR","message":"TypeError: größer als 日本 …","request_id":"5f2"}
    orders-reader plain words
"#;

/// Every screen and overlay, with something on it.
fn screens(mut console: Console, mut look: impl FnMut(&Console, &str)) {
    let now = console.now;
    let question = Box::new(fixture::question(now));
    console = console.fail(Problem::new("read.denied", "the aliases – all", "„no“", "ask"));
    for keys in [
        "1",
        "enter",
        "esc 2",
        "w",
        "enter",
        "esc l",
        "j space",
        "esc 3",
        "enter",
        "esc 4",
        "esc 5",
        "esc 6",
        "/ writer enter",
        "enter",
        "j j j",
        "R",
        "esc 7",
        "8",
        "9",
        "0",
        "!",
        "?",
        "esc :",
        "t h",
        "esc",
        "g",
    ] {
        console = console.press(keys);
        look(&console, keys);
    }
    let plan = fixture::plan();
    console = console.press("esc").tell(Event::Asked { plan, question }).press("0");
    look(&console, "the question");
    look(&console.press("enter n o"), "the phrase");
}

#[test]
fn only_ascii_means_every_cell_of_every_screen() {
    for (width, height) in [(80, 24), (200, 60), (50, 10)] {
        let mut console = Console::armed().lines(LINES).sized(width, height);
        console.model.look.ascii = true;
        screens(console, |console, keys| {
            let buffer = console.buffer();
            for cell in buffer.content() {
                let ascii = cell.symbol().len() == 1
                    && (' '..='~').contains(&cell.symbol().chars().next().unwrap());
                assert!(ascii, "{width}x{height} {keys}: `{}`", cell.symbol());
            }
        });
    }
}

#[test]
fn only_ascii_still_says_everything() {
    let mut console = Console::new().lines(LINES).sized(100, 24).press("6 j j j enter");
    console.model.look.ascii = true;
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl~  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 Functions > orders-writer  7 8 9 0 !                              * 0.0 calls/s 03:04Z
    │  orders-writer   nodejs22.x - 512 MB - limit 10 s
    │
    │  ALIAS          POINTS AT                  CALLS   ERRORS   60 MIN    5 MIN  RATE BY MINUTE
    │> live           42                         7,200      129    1.8 %   21.0 %  __________________###
    │
    │  VERSION        PUBLISHED                  CALLS   ERRORS   60 MIN    5 MIN  RATE BY MINUTE
    │  $LATEST        2026-11-22 03:01               0        0        -        -
    │  42 < live      2026-11-22 03:01             360      126   35.0 %   35.0 %                    ###
    │  41             2026-11-12 14:05           6,840        3    0.0 %    0.0 %  __________________
    │  40             2026-10-02 09:30               0        0        -        -
    │
    │  ALIAS MOVES, LAST 24 HOURS
    │  03:01:12  live > 42        by ci-deploy
    │  10:24:02  live > 41        by ci-deploy
    │
    │
    │
    │
    │
    │
    │
    │ l logs   t changes   esc back   ctrl-p go to   : command   ? help   q quit
    ");
    let console = console.press("2 k");
    insta::assert_snapshot!(edged(&console.screen().lines().skip(2).take(2).collect::<Vec<_>>().join("\n")), @r"
    │>03:04:01.000 orders-writer ERROR TypeError: gr??er als ???? ~  request_id=5f2
    │ 03:04:02.000 orders-reader   -   plain words
    ");
}

#[test]
fn a_plan_is_exact_in_ascii_too() {
    let mut console = Console::armed().sized(100, 60);
    let mut question = fixture::question(console.now);
    question.calls[0].params = serde_json::json!({"Description": "größer"});
    console.model.look.ascii = true;
    let console =
        console.tell(Event::Asked { plan: fixture::plan(), question: Box::new(question) });
    let console = console.press("0");
    console.row(r"gr\u{f6}\u{df}er");
}

#[test]
fn every_screen_is_drawn_in_every_theme_on_a_ground_of_its_own_where_it_has_one() {
    let names: Vec<String> = Console::new().model.look.names().map(str::to_owned).collect();
    for name in names {
        let mut console = Console::armed().lines(LINES).sized(120, 40);
        assert!(console.model.look.choose(&name));
        let own = ["high-contrast", "deuteranopia", "tritanopia"].contains(&name.as_str());
        screens(console, |console, keys| {
            let buffer = console.buffer();
            let mut hidden = 0;
            let mut bare = 0;
            for cell in buffer.content() {
                if hidden > 0 {
                    hidden -= 1;
                    continue;
                }
                hidden = cell.symbol().cell_width().saturating_sub(1);
                bare += usize::from(cell.bg == Color::Reset);
            }
            assert_eq!(own, bare == 0, "{name} {keys}: {bare} cells without a ground");
        });
    }
}

#[test]
fn a_theme_is_chosen_by_its_name_and_completed() {
    let console = Console::new().press(": theme␣li tab");
    assert_eq!(console.row(":theme"), ":theme light");
    let console = console.press("enter");
    assert_eq!(console.model.look.theme_name(), "light");
    console.row("light: For a terminal with a light ground.");
    let console = console.press(": theme␣lihgt enter");
    assert_eq!(console.model.look.theme_name(), "light");
    console.row("there is no theme `lihgt`; there are dark, light, high-contrast");
    console.press(": theme enter").row("the theme is light; there are dark, ");
}

#[test]
fn the_mouse_is_left_to_the_terminal_and_taken_back() {
    let mut console = Console::new().press(": mouse enter");
    assert!(console.take_left().contains(&Effect::SetMouse(false)));
    console.row("the mouse is the terminal's: it selects text");
    let mut console = console.press(": mouse enter");
    assert_eq!(console.take_left(), [Effect::SetMouse(true)]);
}

#[test]
fn a_copy_that_a_terminal_would_drop_is_cut_and_said_to_be() {
    let mut console = Console::new().lines("orders-writer a message that is größer");
    console.model.look.copy_bytes = 16;
    console.take_left();
    let mut console = console.press("c");
    let left = console.take_left();
    let Some(Effect::Copy(text)) = left.first() else { panic!("{left:?}") };
    assert_eq!(*text, [Printable::new("a message th")], "sixteen bytes of base64 hold twelve");
    console.row("copied the first 12 of ");
    console.model.look.copy_bytes = 100_000;
    let mut console = console.press("c");
    console.row(" copied");
    let copied = console.take_left();
    let Some(Effect::Copy(text)) = copied.first() else { panic!("{copied:?}") };
    assert_eq!(*text, [Printable::new("a message that is größer")]);
}
