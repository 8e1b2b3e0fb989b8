//! Stories of a console that is armed for a while, and then no longer.

use std::time::Duration;

use watchdeck_guard::{Event, Refusal, Request, Why};

use super::console::Console;
use crate::app::Effect;

fn armed_for(minutes: u64) -> Console {
    let console = Console::armed();
    let until = console.now + Duration::from_mins(minutes);
    console.tell(Event::Armed { until })
}

#[test]
fn the_header_counts_down_how_long_changes_can_be_proposed() {
    let console = armed_for(30);
    console.row(" ARMED 30m ");
    let console = console.wait(29 * 60 + 20);
    console.row(" ARMED 40s ");
    let mut console = console.wait(41);
    console.row(" DISARMED ");
    console.row("armed no longer; :arm arms it again");
    console.take_left();
    let mut console = console.press(": rollback␣orders-writer␣live␣41 enter");
    console.row("armed no longer: `:arm` arms it again");
    let proposed = |effect: &Effect| matches!(effect, Effect::Propose { .. });
    assert!(!console.take_left().iter().any(proposed));
    let mut console = console.press(": arm enter");
    let left = console.take_left();
    assert!(left.contains(&Effect::Desk(Request::Arm)), "{left:?}");
    let until = console.now + Duration::from_mins(30);
    let console = console.tell(Event::Armed { until });
    console.row("armed until 04:04:01Z");
    console.row(" ARMED 30m ");
}

#[test]
fn a_draft_that_comes_too_late_is_told_as_refused() {
    let console = armed_for(1).press(": rollback␣orders-writer␣live␣41 enter");
    let refusal = Refusal::new(Why::Disarmed, "changes could be made until then", "arm it again");
    let refusal = Box::new(refusal);
    let console = console.tell(Event::Refused { plan: None, refusal });
    console.row("changes could be made until then");
    assert!(!console.screen().contains("making a plan"), "{}", console.screen());
}

#[test]
fn a_console_without_a_writer_cannot_be_armed() {
    let mut console = Console::new().press(": arm enter");
    console.row("read-only: start watchdeck with --write");
    assert!(!console.take_left().contains(&Effect::Desk(Request::Arm)));
}
