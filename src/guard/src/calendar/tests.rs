//! Freezes as people write them, at their first and last instants.

use super::file::freeze;
use watchdeck_domain::Timestamp;

fn calendar(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        lines.trim().replace("\n            ", "\r\n")
    )
}

/// Whether the calendar is frozen at each instant.
fn check(lines: &str, instants: &[(&str, bool)]) {
    let text = calendar(lines);
    for (at, frozen) in instants {
        let at = Timestamp::parse(at).unwrap();
        assert_eq!(freeze(&text, at, at).unwrap().is_some(), *frozen, "{at} {lines}");
    }
}

/// GD05: a freeze is half-open. It begins with its first instant, and at its end it is over.
#[test]
fn gd05_a_freeze_is_over_exactly_at_its_end() {
    check(
        "SUMMARY:peak\n            DTSTART:20261127T180000Z\n            DTEND:20261130T060000Z",
        &[
            ("2026-11-27T17:59:59.999Z", false),
            ("2026-11-27T18:00:00Z", true),
            ("2026-11-30T05:59:59.999Z", true),
            ("2026-11-30T06:00:00Z", false),
        ],
    );
}

/// GD05: by the clock on the wall, a night in which clocks go back is longer.
#[test]
fn gd05_an_event_across_a_change_of_clocks_keeps_to_the_wall() {
    let night = "DTSTART;TZID=Europe/Paris:20261024T220000\n            DTEND;TZID=Europe/Paris:20261025T060000";
    check(
        night,
        &[
            ("2026-10-24T19:59:59Z", false),
            ("2026-10-24T20:00:00Z", true),
            ("2026-10-25T04:59:59Z", true),
            ("2026-10-25T05:00:00Z", false),
        ],
    );
    // A duration in hours is exact.
    let eight = "DTSTART;TZID=Europe/Paris:20261024T220000\n            DURATION:PT8H";
    check(eight, &[("2026-10-25T03:59:59Z", true), ("2026-10-25T04:00:00Z", false)]);
    // A weekly one stays at its hour on the wall, before and after.
    let weekly = "DTSTART;TZID=America/New_York:20261030T180000\n            DURATION:PT1H\n            RRULE:FREQ=WEEKLY";
    check(
        weekly,
        &[
            ("2026-10-30T22:00:00Z", true),
            ("2026-11-06T22:00:00Z", false),
            ("2026-11-06T23:00:00Z", true),
        ],
    );
}

/// GD05: the last Friday of every month.
#[test]
fn gd05_a_freeze_on_the_last_friday_comes_every_month() {
    check(
        "DTSTART:20260130T120000Z\n            DURATION:PT6H\n            RRULE:FREQ=MONTHLY;BYDAY=-1FR",
        &[
            ("2026-01-30T12:00:00Z", true),
            ("2026-02-27T12:00:00Z", true),
            ("2026-05-29T17:59:59Z", true),
            ("2026-05-29T18:00:00Z", false),
            ("2026-05-22T12:00:00Z", false),
            ("2026-11-27T13:00:00Z", true),
        ],
    );
}

#[test]
fn rules_repeat_as_they_are_written() {
    let at = |rule: &str, instants: &[(&str, bool)]| {
        check(
            &format!(
                "DTSTART:20260105T090000Z\n            DURATION:PT1H\n            RRULE:{rule}"
            ),
            instants,
        );
    };
    at(
        "FREQ=DAILY;COUNT=3",
        &[
            ("2026-01-05T09:00:00Z", true),
            ("2026-01-07T09:30:00Z", true),
            ("2026-01-08T09:30:00Z", false),
        ],
    );
    at("FREQ=DAILY;INTERVAL=2", &[("2026-01-06T09:00:00Z", false), ("2026-01-07T09:00:00Z", true)]);
    at(
        "FREQ=DAILY;UNTIL=20260107",
        &[("2026-01-07T09:00:00Z", true), ("2026-01-08T09:00:00Z", false)],
    );
    at(
        "FREQ=DAILY;UNTIL=20260107T085959Z",
        &[("2026-01-06T09:00:00Z", true), ("2026-01-07T09:00:00Z", false)],
    );
    at(
        "FREQ=WEEKLY;BYDAY=MO,WE",
        &[
            ("2026-01-07T09:00:00Z", true),
            ("2026-01-08T09:00:00Z", false),
            ("2026-01-12T09:00:00Z", true),
        ],
    );
    at(
        "FREQ=WEEKLY;INTERVAL=2;WKST=MO",
        &[("2026-01-12T09:00:00Z", false), ("2026-01-19T09:00:00Z", true)],
    );
    at(
        "FREQ=MONTHLY;BYMONTHDAY=-1,5",
        &[
            ("2026-01-31T09:00:00Z", true),
            ("2026-02-05T09:00:00Z", true),
            ("2026-02-28T09:00:00Z", true),
            ("2026-02-27T09:00:00Z", false),
        ],
    );
    at("FREQ=MONTHLY", &[("2026-02-05T09:00:00Z", true), ("2026-02-06T09:00:00Z", false)]);
    at(
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        &[("2026-11-26T09:00:00Z", true), ("2027-11-25T09:00:00Z", true)],
    );
    at(
        "FREQ=DAILY;BYDAY=SA,SU",
        &[("2026-01-10T09:00:00Z", true), ("2026-01-12T09:00:00Z", false)],
    );
}

#[test]
fn a_month_without_that_day_is_passed_over() {
    check(
        "DTSTART;VALUE=DATE:20260131\n            RRULE:FREQ=MONTHLY",
        &[
            ("2026-01-31T12:00:00Z", true),
            ("2026-02-28T12:00:00Z", false),
            ("2026-03-31T12:00:00Z", true),
            ("2026-04-01T00:00:00Z", false),
        ],
    );
}

#[test]
fn days_left_out_and_events_called_off_freeze_nothing() {
    let daily = "DTSTART:20260105T090000Z\n            DURATION:PT1H\n            RRULE:FREQ=DAILY\n            EXDATE:20260106T090000Z";
    check(daily, &[("2026-01-06T09:00:00Z", false), ("2026-01-07T09:00:00Z", true)]);
    let off = "DTSTART:20260105T090000Z\n            DURATION:PT1H\n            STATUS:CANCELLED";
    check(off, &[("2026-01-05T09:00:00Z", false)]);
}

/// GD05: what cannot be understood cannot be told, whatever else the file says.
#[test]
fn gd05_a_calendar_that_is_not_understood_tells_nothing() {
    let at = Timestamp::parse("2026-01-05T09:00:00Z").unwrap();
    for lines in [
        "DTSTART:20260105T090000Z",
        "DTSTART:20260105T090000Z\n            DURATION:PT0S",
        "DTSTART:2026-01-05T09:00:00Z\n            DURATION:PT1H",
        "DTSTART;TZID=Nowhere/Land:20260105T090000\n            DURATION:PT1H",
        "DTSTART:20260105T090000Z\n            DTEND:20260105T080000Z",
        "DTSTART:20260105T090000Z\n            DURATION:PT1H\n            RRULE:FREQ=HOURLY",
        "DTSTART:20260105T090000Z\n            DURATION:PT1H\n            RRULE:FREQ=MONTHLY;BYSETPOS=2;BYDAY=FR",
        "DTSTART:20260105T090000Z\n            DURATION:PT1H\n            RDATE:20260106T090000Z",
        "DURATION:PT1H",
        "DTSTART:20261399T090000Z\n            DURATION:PT1H",
    ] {
        assert!(freeze(&calendar(lines), at, at).is_err(), "{lines}");
    }
    for text in [
        "",
        "no calendar",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR",
    ] {
        assert!(freeze(text, at, at).is_err(), "{text}");
    }
}

#[test]
fn a_span_is_frozen_when_any_part_of_it_is() {
    let text = calendar(
        "SUMMARY:year\\, end\n            DTSTART:20261231T220000Z\n            DURATION:PT4H",
    );
    let at = |text: &str| Timestamp::parse(text).unwrap();
    let (before, start) = (at("2026-12-31T21:00:00Z"), at("2026-12-31T22:00:00Z"));
    assert_eq!(freeze(&text, before, at("2026-12-31T21:59:59Z")).unwrap(), None);
    let found = freeze(&text, before, start).unwrap().unwrap();
    assert_eq!((found.title.as_str(), found.from), ("year, end", start));
    assert_eq!(found.until, at("2027-01-01T02:00:00Z"));
}
