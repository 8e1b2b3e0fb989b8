//! Killed between the intent and the reply, and started again: the change was sent once, and is settled.

use watchdeck_tests::pty::Stuck;

use super::account::Shop;
use super::{answer, command, start_at};

fn story(shop: &Shop) -> Result<(), Stuck> {
    let home = shop.home();
    let url = shop.url();
    let mut program = start_at(&home, &url, &["--write"])?;
    program.wait_for("ARMED")?;
    command(&mut program, "rollback orders-writer live 41")?;
    answer(&mut program, "roll live@orders-writer back from 42 to 41")?;
    shop.wait_for_calls("UpdateAlias", 1);
    program.kill()?;

    // What was left behind: an intent without an outcome, in a journal that is sound.
    let verified = home.command(&["audit", "verify"]).unwrap().output()?;
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && text.contains("1 intents without an outcome"), "{text}");

    // A console that may only look shows the run, and leaves it alone.
    let mut program = start_at(&home, &url, &[])?;
    program.wait_for("1 unfinished")?;
    program.press("9")?;
    program.wait_until("the unfinished run", |screen| {
        screen.lines().any(|line| line.contains("unfinished") && line.contains("orders-writer"))
    })?;
    program.press("R")?;
    program.wait_for("read-only: start watchdeck with --write")?;
    program.press("q")?;
    program.wait_for_end()?;

    // The next console that is armed offers the run, finds the change made, and sees it to its end.
    let mut program = start_at(&home, &url, &["--write"])?;
    program.wait_for("1 unfinished")?;
    program.press("9")?;
    program.wait_until("the unfinished run", |screen| {
        screen.lines().any(|line| line.contains("unfinished") && line.contains("orders-writer"))
    })?;
    program.press("R")?;
    program.wait_for("done and verified")?;
    program.press("q")?;
    assert_eq!(program.wait_for_end()?, 0);
    Ok(())
}

#[test]
fn a_console_killed_between_intent_and_reply_sends_the_change_once() {
    let shop = Shop::after_the_bad_deploy();
    shop.account.faults().arm("UpdateAlias:stall=600".parse().unwrap());
    story(&shop).unwrap();
    assert_eq!(shop.account.served_of("UpdateAlias").len(), 1, "it was sent again");
    assert_eq!(shop.in_the_trail("UpdateAlias20150331"), 1, "CloudTrail shows another number");
}

#[test]
fn a_lost_reply_is_settled_by_looking_and_never_by_sending_again() {
    let shop = Shop::after_the_bad_deploy();
    shop.account.faults().arm("UpdateAlias:lost-reply".parse().unwrap());
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &["--write"]).unwrap();
    program.wait_for("ARMED").unwrap();
    command(&mut program, "rollback orders-writer live 41").unwrap();
    answer(&mut program, "roll live@orders-writer back from 42 to 41").unwrap();
    program.wait_for("done and verified").unwrap();
    assert_eq!(shop.account.served_of("UpdateAlias").len(), 1, "it was sent again");
    assert_eq!(shop.in_the_trail("UpdateAlias20150331"), 1, "CloudTrail shows another number");
}

#[test]
fn a_console_that_is_left_waits_for_the_outcome_of_what_it_sent() {
    let shop = Shop::after_the_bad_deploy();
    shop.account.faults().arm("UpdateAlias:stall=4".parse().unwrap());
    let (home, url) = (shop.home(), shop.url());
    let mut program = start_at(&home, &url, &["--write"]).unwrap();
    command(&mut program, "rollback orders-writer live 41").unwrap();
    answer(&mut program, "roll live@orders-writer back from 42 to 41").unwrap();
    shop.wait_for_calls("UpdateAlias", 1);
    program.press("q").unwrap();
    program.wait_for("once more leaves it").unwrap();
    program.press("q").unwrap();
    program.wait_for("its answer is awaited").unwrap();
    assert!(program.terminal_is_restored() && program.echoes(), "{program:?}");
    assert_eq!(program.wait_for_end().unwrap(), 0, "{program:?}");
    let verified = home.command(&["audit", "verify"]).unwrap().output().unwrap();
    let text = String::from_utf8(verified.stdout).unwrap();
    assert!(text.contains(": sound") && !text.contains("without an outcome"), "{text}");
}
