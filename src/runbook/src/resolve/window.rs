//! Whether a database can be put back to an instant, by what its backups hold.

use std::time::Duration;

use watchdeck_domain::Timestamp;

/// What the backups of a database hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreWindow {
    /// The earliest instant that can be restored.
    pub earliest: Option<Timestamp>,
    /// The latest; nothing where automated backups are off.
    pub latest: Option<Timestamp>,
}

/// Whether an instant can be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restorable {
    /// It can.
    Yes,
    /// Not yet: its logs are still to be uploaded, which takes about so long.
    Wait(Duration),
    /// It cannot.
    No {
        /// Why.
        why: String,
        /// What to do.
        hint: String,
    },
}

/// Logs are uploaded every five minutes.
const UPLOADED_EVERY: Duration = Duration::from_mins(5);

/// Whether `at` can be restored, `now`. AWS wants an instant before the latest, so the latest itself is none.
pub fn restorable(at: Timestamp, window: RestoreWindow, now: Timestamp) -> Restorable {
    let no = |why: String, hint: &str| Restorable::No { why, hint: hint.into() };
    let Some(latest) = window.latest else {
        return no(
            "there is no latest restorable time: automated backups are off".into(),
            "restore from a snapshot; AWS would answer PointInTimeRestoreNotEnabled",
        );
    };
    if at > now {
        return no(format!("{at} has not come yet"), "choose an instant that has passed");
    }
    if let Some(earliest) = window.earliest.filter(|earliest| at < *earliest) {
        return no(
            format!("{at} is before the earliest that is kept, {earliest}"),
            "choose a later instant, or restore from a snapshot",
        );
    }
    if at == latest {
        return no(
            format!("{at} is the latest restorable time, and AWS wants one before it"),
            "take one second less, or the latest itself by UseLatestRestorableTime",
        );
    }
    if at > latest {
        return Restorable::Wait(at.since(latest).max(Duration::from_secs(1)).min(UPLOADED_EVERY));
    }
    Restorable::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-11-{text}Z")).unwrap()
    }

    fn window() -> RestoreWindow {
        RestoreWindow { earliest: Some(at("15T02:00:00")), latest: Some(at("21T23:58:00")) }
    }

    fn check(instant: &str, wanted: &str) {
        let got = restorable(at(instant), window(), at("22T00:02:00"));
        let words = match &got {
            Restorable::Yes => "yes".to_owned(),
            Restorable::Wait(span) => format!("wait {}", span.as_secs()),
            Restorable::No { why, hint } => format!("no: {why}; {hint}"),
        };
        assert!(words.starts_with(wanted) || words.contains(wanted), "{instant}: {words}");
    }

    #[test]
    fn pw01_the_latest_itself_is_refused_and_the_flag_is_named() {
        check("21T23:58:00", "UseLatestRestorableTime");
    }

    #[test]
    fn pw02_a_second_before_the_latest_is_good() {
        check("21T23:57:59", "yes");
    }

    #[test]
    fn pw03_the_earliest_is_good_and_a_second_before_it_is_refused_with_the_earliest() {
        check("15T02:00:00", "yes");
        check("15T01:59:59", "2026-11-15T02:00:00.000Z");
    }

    #[test]
    fn pw04_what_has_not_come_yet_is_refused() {
        check("22T00:02:01", "has not come yet");
    }

    #[test]
    fn pw05_midnight_that_is_not_uploaded_yet_is_waited_for() {
        check("22T00:00:00", "wait 120");
    }

    #[test]
    fn pw06_without_backups_nothing_is_restorable() {
        let off = RestoreWindow { earliest: None, latest: None };
        let got = restorable(at("21T00:00:00"), off, at("22T00:02:00"));
        let Restorable::No { hint, .. } = got else { panic!("{got:?}") };
        assert!(hint.contains("PointInTimeRestoreNotEnabled"));
    }

    #[test]
    fn pw07_a_window_that_shrank_since_the_plan_is_seen_when_it_is_looked_at_again() {
        let (instant, now) = (at("16T00:00:00"), at("22T00:02:00"));
        assert_eq!(restorable(instant, window(), now), Restorable::Yes);
        let shrunk = RestoreWindow { earliest: Some(at("20T00:00:00")), ..window() };
        assert!(matches!(restorable(instant, shrunk, now), Restorable::No { .. }));
    }
}
