//! The vectors of time, TM01 to TM23: each by its id.

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn day(zone_name: &str, date: &str) -> Result<Moment, MomentError> {
    first_instant(date.parse().unwrap(), &zone(zone_name).unwrap())
}

/// The first instant of a day, its length in minutes, and what is said of it.
fn check(zone_name: &str, date: &str, wanted: &str, minutes: i64, noted: &str) {
    let found = day(zone_name, date).unwrap();
    assert_eq!(found.at, at(wanted), "{zone_name} {date}");
    let next = date.parse::<Date>().unwrap().tomorrow().unwrap();
    let next = first_instant(next, &zone(zone_name).unwrap()).unwrap();
    assert_eq!(
        (next.at.as_millis() - found.at.as_millis()) / 60_000,
        minutes,
        "{zone_name} {date}"
    );
    let note = found.note.unwrap_or_default();
    assert_eq!(note.is_empty(), noted.is_empty(), "{note}");
    assert!(note.contains(noted), "{note}");
}

const NONE: &str = "there is no midnight";
const TWICE: &str = "comes twice";

#[test]
fn tm01_to_tm08_midnight_is_missing_or_comes_twice() {
    check("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23 * 60, NONE);
    check("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25 * 60, TWICE);
    assert!(day("America/Havana", "2026-11-01").unwrap().note.unwrap().contains("05:00:00Z"));
    check("Atlantic/Azores", "2026-03-29", "2026-03-29T01:00:00Z", 23 * 60, NONE);
    check("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z", 25 * 60, TWICE);
    check("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 23 * 60, NONE);
    check("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23 * 60, NONE);
    check("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", 23 * 60, NONE);
    check("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23 * 60, NONE);
}

#[test]
fn tm09_to_tm13_days_have_odd_lengths_and_odd_offsets() {
    check("Europe/London", "2026-03-29", "2026-03-29T00:00:00Z", 23 * 60, "");
    check("Europe/London", "2026-10-25", "2026-10-24T23:00:00Z", 25 * 60, "");
    check("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23 * 60, "");
    check("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z", 24 * 60, "");
    check("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25 * 60, "");
    check("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z", 24 * 60, "");
    check("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24 * 60 + 30, "");
    check("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z", 23 * 60 + 30, "");
    check("Asia/Kathmandu", "2026-06-01", "2026-05-31T18:15:00Z", 24 * 60, "");
    check("Pacific/Chatham", "2026-09-27", "2026-09-26T11:15:00Z", 23 * 60, "");
}

#[test]
fn tm14_a_day_that_was_left_out_is_refused() {
    assert!(matches!(day("Pacific/Apia", "2011-12-30"), Err(MomentError::NoSuchDay { .. })));
    assert!(moment("2011-12-30 Pacific/Apia", at("2026-01-01T00:00:00Z")).is_err());
}

/// A time on a clock that must be asked about.
fn asked(text: &str, one: &str, other: &str) {
    let error = moment(text, at("2026-11-22T00:00:00Z")).unwrap_err();
    let (mut found, missing) = if let MomentError::Twice { first, second, .. } = &error {
        ([*first, *second], false)
    } else if let MomentError::Never { before, after, .. } = &error {
        ([*before, *after], true)
    } else {
        panic!("{error:?}")
    };
    found.sort();
    assert_eq!(found, [at(one), at(other)], "{text}");
    assert_eq!(missing, text.contains("02:30"), "{text}");
    for choice in found {
        assert!(error.hint().contains(&choice.to_string()), "{}", error.hint());
        assert_eq!(moment(&choice.to_string(), choice).unwrap().at, choice);
    }
}

#[test]
fn tm15_to_tm17_what_comes_twice_or_never_is_asked() {
    asked("2026-11-01 01:30 America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z");
    asked("2026-03-29 02:30 Europe/Paris", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
    asked("2026-10-25T01:30 Europe/London", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
}

#[test]
fn tm18_to_tm22_last_midnight_is_the_first_instant_of_the_day_that_it_is() {
    let check = |now: &str, zone_name: &str, wanted: &str| {
        let found = moment(&format!("last midnight {zone_name}"), at(now)).unwrap();
        assert_eq!(found.at, at(wanted), "{now} {zone_name}");
        assert!(found.reads.contains(zone_name), "{}", found.reads);
    };
    check("2026-03-08T05:30:00Z", "America/Havana", "2026-03-08T05:00:00Z");
    check("2026-10-25T00:30:00Z", "Atlantic/Azores", "2026-10-25T00:00:00Z");
    check("2026-10-25T01:30:00Z", "Atlantic/Azores", "2026-10-25T00:00:00Z");
    check("2026-11-01T03:59:59Z", "America/New_York", "2026-10-31T04:00:00Z");
    check("2026-11-01T04:00:00Z", "America/New_York", "2026-11-01T04:00:00Z");
    check("2026-04-05T12:00:00Z", "Pacific/Auckland", "2026-04-05T12:00:00Z");
    check("2026-03-29T00:59:59Z", "Europe/Paris", "2026-03-28T23:00:00Z");
}

#[test]
fn tm23_a_leap_second_is_never_the_second_after_next() {
    let found = moment("2016-12-31T23:59:60Z", at("2026-01-01T00:00:00Z"));
    assert!(found.is_err() || found.unwrap().at == at("2016-12-31T23:59:59Z"));
}

#[test]
fn the_end_of_a_month_is_the_first_instant_of_the_next() {
    let now = at("2026-11-22T00:00:00Z");
    let check = |zone_name: &str, wanted: &str| {
        assert_eq!(moment(&format!("month end {zone_name}"), now).unwrap().at, at(wanted));
    };
    check("Europe/Berlin", "2026-10-31T23:00:00Z");
    check("UTC", "2026-11-01T00:00:00Z");
    check("America/Havana", "2026-11-01T04:00:00Z");
}

#[test]
fn a_time_without_a_zone_is_not_guessed() {
    let now = at("2026-11-22T00:00:00Z");
    for text in ["2026-11-22 03:00", "2026-11-22T03:00", "last midnight", "month end"] {
        assert!(matches!(moment(text, now), Err(MomentError::Nowhere(_))), "{text}");
    }
    for text in ["", "soon", "2026-13-01 UTC", "2026-11-22 25:00 UTC", "2026-11-22 03:00 Moon"] {
        assert!(moment(text, now).is_err(), "{text}");
    }
    assert_eq!(moment("2026-11-22 03:00 +02:00", now).unwrap().at, at("2026-11-22T01:00:00Z"));
    assert!(moment("2026-11-22 03:00 +02:00", now).unwrap().note.is_some());
}
