//! Hands that know another program find their keys here: each preset, walked in the real program.

use watchdeck_tests::pty::{Program, Stuck};

use super::account::Shop;

/// Begins with a preset, on an account after the bad deploy, at its functions.
fn begin(shop: &Shop, preset: &str) -> Result<Program, Stuck> {
    let url = shop.url();
    let words = ["--endpoint-url", &url, "--keymap", preset];
    let mut program = Program::start(&shop.home(), &words)?;
    program.press("6")?;
    program.wait_for("orders-writer")?;
    Ok(program)
}

/// What a console does whatever the keys are called: `open`, `back` and the rest are the preset's own keys.
fn walk(program: &mut Program, keys: &Keys) -> Result<(), Stuck> {
    program.press(keys.down)?;
    program.press("enter")?;
    program.wait_for("Functions › ")?;
    program.press(keys.back)?;
    program.wait_until("the list again", |screen| !screen.contains("Functions › "))?;
    program.press(keys.last_view)?;
    program.wait_for("Functions › ")?;
    program.press(keys.last_view)?;
    program.wait_until("the list again", |screen| !screen.contains("Functions › "))?;

    program.press(keys.filter)?;
    program.type_text("orders-wr")?;
    program.press("enter")?;
    program.wait_until("one function", |screen| {
        screen.contains("orders-writer") && !screen.contains("orders-reader")
    })?;
    program.press(keys.record)?;
    program.wait_for("\"name\": \"orders-writer\"")?;
    program.press(keys.close)?;
    program.wait_until("the list again", |screen| !screen.contains("\"name\""))?;
    program.press(keys.clear)?;
    program.wait_for("orders-reader")?;

    program.press(keys.help)?;
    program.wait_for("Help: Functions")?;
    program.press(keys.close)?;
    program.wait_until("the help closed", |screen| !screen.contains("Help: "))?;

    program.press(keys.logs)?;
    program.wait_for("Log groups")?;
    program.press(keys.close)?;
    program.wait_until("the picker closed", |screen| !screen.contains("Log groups"))?;
    program.press(keys.next_error)?;
    program.wait_for("there are no lines yet")?;
    program.press(keys.quit)?;
    assert_eq!(program.wait_for_end()?, 0, "{}", program.screen());
    assert!(program.terminal_is_restored());
    Ok(())
}

/// The keys that a walk presses.
struct Keys {
    down: &'static str,
    back: &'static str,
    last_view: &'static str,
    filter: &'static str,
    record: &'static str,
    clear: &'static str,
    close: &'static str,
    help: &'static str,
    logs: &'static str,
    next_error: &'static str,
    quit: &'static str,
}

const DEFAULT: Keys = Keys {
    down: "down",
    back: "esc",
    last_view: "-",
    filter: "/",
    record: "y",
    clear: "esc",
    close: "esc",
    help: "?",
    logs: "2",
    next_error: "e",
    quit: "q",
};

#[test]
fn the_default_keys_are_those_of_k9s_and_lnav() {
    let shop = Shop::after_the_bad_deploy();
    walk(&mut begin(&shop, "default").unwrap(), &DEFAULT).unwrap();
}

#[test]
fn hands_that_know_vim() {
    let shop = Shop::after_the_bad_deploy();
    let mut program = begin(&shop, "vim").unwrap();
    let keys = Keys {
        down: "j",
        back: "ctrl-w c",
        last_view: "ctrl-^",
        record: "K",
        next_error: "}",
        quit: "Z Z",
        ..DEFAULT
    };
    // The list of places been to, back and forth.
    program.press("3").unwrap();
    program.wait_for("asked up to").unwrap();
    program.press("ctrl-o").unwrap();
    program.wait_for("orders-reader").unwrap();
    program.press("tab").unwrap();
    program.wait_for("asked up to").unwrap();
    program.press("ctrl-o").unwrap();
    program.wait_for("orders-reader").unwrap();
    walk(&mut program, &keys).unwrap();
}

#[test]
fn hands_that_know_k9s() {
    let shop = Shop::after_the_bad_deploy();
    let mut program = begin(&shop, "k9s").unwrap();
    let keys = Keys { down: "j", back: "q", record: "d", quit: ": q enter", ..DEFAULT };
    walk(&mut program, &keys).unwrap();
}

#[test]
fn hands_that_know_emacs() {
    let shop = Shop::after_the_bad_deploy();
    let mut program = begin(&shop, "emacs").unwrap();
    program.press("alt-x").unwrap();
    program.type_text("findings").unwrap();
    program.press("enter").unwrap();
    program.wait_for("Findings").unwrap();
    program.press("ctrl-x left").unwrap();
    program.wait_for("orders-reader").unwrap();
    let keys = Keys {
        down: "ctrl-n",
        back: "ctrl-g",
        last_view: "ctrl-x b",
        filter: "ctrl-s",
        clear: "ctrl-g",
        close: "ctrl-g",
        help: "ctrl-h b",
        next_error: "alt-n",
        quit: "ctrl-x ctrl-c",
        ..DEFAULT
    };
    walk(&mut program, &keys).unwrap();
}
