//! Stories of terminals: small, wide, without colours.

use ratatui::style::Color;

use super::console::{Console, edged};

const LINES: &str = r#"
    orders-writer {"level":"ERROR","message":"TypeError: Cannot read properties of undefined","request_id":"5f2"}
    orders-reader plain words
"#;

#[test]
fn a_tiny_terminal_is_told_what_is_needed() {
    let console = Console::new().lines(LINES).sized(50, 10);
    insta::assert_snapshot!(console.screen(), @r"
    50 x 10 is too small
    60 x 15 shows watchdeck
    ctrl-c quits
    ");
}

#[test]
fn every_screen_is_drawn_at_every_size() {
    for (width, height) in [(60, 15), (80, 24), (120, 40), (200, 60), (300, 100), (1, 1), (61, 200)]
    {
        let mut console = Console::armed().lines(LINES).sized(width, height);
        for keys in [
            "1",
            "enter",
            "esc l",
            "esc 2",
            "enter",
            "esc t",
            "esc : follow␣1-6b025bac-0123456789abcdef01234567 enter",
            "R",
            "esc 3",
            "enter",
            "4",
            "j enter",
            "5",
            "j enter",
            "7",
            "enter",
            "y",
            "8",
            "enter",
            "!",
            "?",
            "esc :",
            "esc /",
        ] {
            console = console.press(keys);
            let screen = console.screen();
            if width >= 60 && height >= 15 {
                assert!(screen.contains("123456784021"), "{width}x{height} {keys}\n{screen}");
                assert!(screen.contains("SIMULATED"), "{width}x{height} {keys}\n{screen}");
                assert!(screen.contains("ARMED"), "{width}x{height} {keys}\n{screen}");
            }
        }
    }
}

#[test]
fn eighty_columns_say_where_one_is() {
    let console = Console::new().lines(LINES).sized(80, 24);
    let screen = console.screen();
    insta::assert_snapshot!(edged(&screen.lines().take(4).collect::<Vec<_>>().join("\n")), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 2 Logs  3 4 5 6 7 8 9 0 !                            ● 0.0 calls/s 03:04:02Z
    │ 03:04:01 orders-writer ERROR TypeError: Cannot read properties of undefined
    │▌03:04:02 orders-reader   ·   plain words
    ");
}

#[test]
fn no_color_means_no_colour() {
    let mut console = Console::armed().lines(LINES);
    assert!(console.model.look.choose("mono"));
    for keys in [
        "1", "enter", "esc l", "esc 2", "enter", "R", "esc 3", "enter", "4", "5", "7", "8", "!",
        "?",
    ] {
        console = console.press(keys);
        let buffer = console.buffer();
        let plain = |colour: Color| colour == Color::Reset;
        assert!(buffer.content().iter().all(|cell| plain(cell.fg) && plain(cell.bg)), "{keys}");
    }
}

#[test]
fn a_long_path_leaves_the_time_its_place() {
    let console = Console::new().sized(80, 24).press("6 j j j enter");
    let row = console.row("Functions › orders-writer");
    assert_eq!(
        row,
        " 1 2 3 4 5 6 Functions › orders-writer  7 8 9 0 !          ● 0.0 calls/s 03:04Z"
    );
}

#[test]
fn the_header_shows_the_context_wherever_it_fits() {
    let mut console = Console::new().lines(LINES).sized(120, 24);
    let context = "story bad-deploy, seed 7, ten times as fast";
    console.model.place.context = watchdeck_domain::Printable::new(context);
    let header = console.row("READ-ONLY");
    assert!(header.contains("oncall-write/operator  story bad-deploy, seed 7"), "{header}");
    assert!(header.contains('…') && header.contains("SIMULATED"), "{header}");
    let console = console.sized(160, 24);
    assert!(console.row("READ-ONLY").contains(context));
    let mut console = console.sized(60, 15);
    console.model.place.alias =
        watchdeck_domain::Printable::new("a name of an account that is far too long");
    let header = console.row("READ-ONLY");
    assert!(header.contains("123456784021  eu-central-1"), "{header}");
}

#[test]
fn eighty_columns_always_say_how_to_get_help_and_out() {
    let console = Console::new().lines(LINES).sized(80, 24);
    let hints = console.row("? help");
    assert!(hints.contains("q quit") && hints.contains("space pause"), "{hints}");
    let console = console.press("/ plain enter");
    let hints = console.row("? help");
    assert!(hints.contains("q quit") && hints.contains("esc clear filter"), "{hints}");
    assert_eq!(hints.matches(" esc ").count(), 1, "a key is shown once: {hints}");
    let console = console.sized(60, 15);
    let hints = console.row("? help");
    assert!(hints.contains("q quit") && hints.contains("esc clear filter"), "{hints}");
}

#[test]
fn one_thing_is_no_things() {
    let mut console = Console::new();
    console.model.place.meter.calls = 4;
    console.row(" 0.4 calls/s");
    let console = console.press("l space j space j space j space enter");
    console.row("Watching 1 log group; no line yet.");
}

#[test]
fn a_text_is_never_scrolled_beyond_its_last_page() {
    for keys in ["4 j enter", "5 j enter y", "?", "2 enter", "5 j enter", "1 enter"] {
        let there = || Console::new().lines(LINES).sized(80, 15).press(keys);
        let end = there().press("end");
        let beyond = there().press(&"down ".repeat(300)).press("end pagedown down");
        assert_eq!(beyond.screen(), end.screen(), "{keys}");
        let back = beyond.press("up");
        assert_ne!(back.screen(), end.screen(), "{keys}: one key the other way is seen");
        assert_eq!(back.press("down").screen(), end.screen(), "{keys}");
    }
}
