//! Stories of times: in UTC, in the zone of the operator, by how long ago they were.

use jiff::tz::TimeZone;

use super::console::Console;
use crate::look::times::Form;

/// A console in central Europe, where it is an hour later in winter.
fn console() -> Console {
    let mut console = Console::new().sized(120, 40);
    console.model.look.times.zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    console
}

#[test]
fn a_key_goes_through_the_forms_of_times_and_says_which_it_is() {
    let console = console().press("T");
    console.row("times are local: this machine's zone, now +01:00");
    let console = console.press("T");
    console.row("times are told by how long ago they were");
    let console = console.press("T");
    console.row("times are UTC");
    let console = console.press(": times␣local enter");
    console.row("times are local");
    let console = console.press(": times␣CET enter");
    console.row("times are told as utc, local, relative");
}

#[test]
fn every_screen_tells_its_times_in_the_form_that_was_chosen() {
    for (keys, told) in [
        ("3", ["02:57:21", "03:57:21", "   6 min"]),
        ("5", ["asked at 03:04:01", "asked at 04:04:01", "asked 0 s ago"]),
        ("4 j enter", ["2026-11-22T02:04:01.000Z", "T03:04:01.000+01:00", "(1 h 00 ago)"]),
        ("6", ["2026-11-22 03:01", "2026-11-22 04:01", "2 min ago"]),
        ("7 j", ["up to 03:04:01 (0 s ago)", "up to 04:04:01 (0 s ago)", "up to 0 s ago"]),
        ("2", ["complete up to 03:03:58", "complete up to 04:03:58", "complete up to 3 s ago"]),
        ("2 enter", ["T03:04:01.000Z", "T04:04:01.000+01:00", "(0 s ago)"]),
    ] {
        let mut console = console().lines("orders-writer one line").press(keys);
        for (form, wanted) in Form::ALL.into_iter().zip(told) {
            console.model.look.times.form = form;
            console.row(wanted);
        }
    }
}
