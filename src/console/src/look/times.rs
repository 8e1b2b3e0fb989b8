//! How times are told: in UTC, in the operator's zone, or by how long ago they were.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;

/// How times are told now, and in which zone where they are local.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Times {
    /// The form.
    pub form: Form,
    /// The operator's zone.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// In which form times are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As AWS writes them.
    #[default]
    Utc,
    /// As the operator's clock on the wall shows them.
    Local,
    /// By how long ago they were.
    Relative,
}

impl Form {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::Utc, Self::Local, Self::Relative];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Utc => "utc",
            Self::Local => "local",
            Self::Relative => "relative",
        }
    }

    /// The form of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }

    /// The form that a key goes on to.
    #[must_use]
    pub fn after(self) -> Self {
        match self {
            Self::Utc => Self::Local,
            Self::Local => Self::Relative,
            Self::Relative => Self::Utc,
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self { form: Form::Utc, zone: TimeZone::UTC }
    }
}

impl Times {
    /// The title of a column of times.
    pub fn title(&self) -> &'static str {
        match self.form {
            Form::Utc => "TIME",
            Form::Local => "LOCAL",
            Form::Relative => "AGO",
        }
    }

    /// A time in eight cells, for a column.
    pub fn cell(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc => at.clock(),
            Form::Local => self.local(at, "%H:%M:%S"),
            Form::Relative => format!("{:>8}", short(now.since(at))),
        }
    }

    /// The same, to the millisecond where that means something; with the day where it is another than today, and with the
    /// year where that is another: `11-24 03:04:00.123`.
    pub fn cell_millis(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc if of_a_day(at, now) => at.clock_millis(),
            Form::Utc | Form::Local => self.dated(at, now, "%H:%M:%S.%3f"),
            Form::Relative => self.cell(at, now),
        }
    }

    /// A time in a sentence: `03:04:00`, `3 min ago`.
    pub fn word(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc if of_a_day(at, now) => at.clock(),
            Form::Utc | Form::Local => self.dated(at, now, "%H:%M:%S"),
            Form::Relative => ago(at, now),
        }
    }

    /// The same with its zone: `03:04:00Z`, `04:04:00+01:00`.
    pub fn zoned(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc => format!("{}Z", at.clock()),
            Form::Local => self.local(at, "%H:%M:%S%:z"),
            Form::Relative => ago(at, now),
        }
    }

    /// When something was done, in a sentence: `at 03:04:00`, `3 min ago`.
    pub fn at(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc | Form::Local => format!("at {}", self.cell(at, now)),
            Form::Relative => ago(at, now),
        }
    }

    /// The day and the time, in at most nineteen cells.
    pub fn day(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc => in_zone(at, &TimeZone::UTC, DAY),
            Form::Local => self.local(at, DAY),
            Form::Relative => ago(at, now),
        }
    }

    /// The day and the minute, in at most sixteen cells.
    pub fn minute(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc => in_zone(at, &TimeZone::UTC, MINUTE),
            Form::Local => self.local(at, MINUTE),
            Form::Relative => ago(at, now),
        }
    }

    /// All of a time, with its zone.
    pub fn whole(&self, at: Timestamp, now: Timestamp) -> String {
        match self.form {
            Form::Utc => at.to_string(),
            Form::Local => self.local(at, "%Y-%m-%dT%H:%M:%S.%3f%:z"),
            Form::Relative => format!("{at} ({})", ago(at, now)),
        }
    }

    /// What the form means at this instant.
    pub fn about(&self, now: Timestamp) -> String {
        match self.form {
            Form::Utc => "times are UTC".to_owned(),
            Form::Local => {
                let name = self.zone.iana_name().unwrap_or("this machine's zone");
                format!("times are local: {name}, now {}", self.local(now, "%:z"))
            }
            Form::Relative => "times are told by how long ago they were".to_owned(),
        }
    }

    fn local(&self, at: Timestamp, format: &str) -> String {
        in_zone(at, &self.zone, format)
    }

    /// With the day, where it is not today.
    fn dated(&self, at: Timestamp, now: Timestamp, format: &str) -> String {
        let zone = if self.form == Form::Local { &self.zone } else { &TimeZone::UTC };
        let [day, today] = [at, now].map(|at| in_zone(at, zone, "%Y-%m-%d"));
        if day == today {
            return in_zone(at, zone, format);
        }
        let of_this_year = day.get(..5) == today.get(..5);
        let day = if of_this_year { day.get(5..).unwrap_or(&day) } else { &day };
        format!("{day} {}", in_zone(at, zone, format))
    }
}

/// Whether two times are of one day in UTC: told for each line on the screen, so without a calendar.
fn of_a_day(at: Timestamp, now: Timestamp) -> bool {
    const DAY_MS: i64 = 86_400_000;
    at.as_millis().div_euclid(DAY_MS) == now.as_millis().div_euclid(DAY_MS)
}

const DAY: &str = "%Y-%m-%d %H:%M:%S";
const MINUTE: &str = "%Y-%m-%d %H:%M";

fn in_zone(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    let instant = jiff::Timestamp::from_millisecond(at.as_millis());
    instant.map_or_else(
        |_| at.as_millis().to_string(),
        |instant| instant.to_zoned(zone.clone()).strftime(format).to_string(),
    )
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", short(now.since(at)))
}

/// An age in at most eight cells.
fn short(span: Duration) -> String {
    let days = span.as_secs() / 86_400;
    if days >= 10 { format!("{days} d") } else { age(span) }
}

/// An age, in the two largest units that say something: `45 s`, `12 min`, `3 h 05`, `2 d 4 h`.
pub fn age(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02}"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_another_day_say_which() {
        let now = Timestamp::parse("2026-11-25T00:10:00Z").unwrap();
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let mut times = Times::default();
        assert_eq!(times.cell_millis(at("2026-11-25T00:09:59.123Z"), now), "00:09:59.123");
        assert_eq!(times.cell_millis(at("2026-11-24T23:59:59.123Z"), now), "11-24 23:59:59.123");
        assert_eq!(
            times.cell_millis(at("1970-01-01T00:00:00.008Z"), now),
            "1970-01-01 00:00:00.008"
        );
        assert_eq!(times.word(at("2100-01-01T00:00:00Z"), now), "2100-01-01 00:00:00");
        times = Times { form: Form::Local, zone: TimeZone::get("Europe/Berlin").unwrap() };
        assert_eq!(times.cell_millis(at("2026-11-24T23:59:59.123Z"), now), "00:59:59.123");
        assert_eq!(times.word(at("2026-11-24T20:00:00Z"), now), "11-24 21:00:00");
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// Central Europe, without asking the machine: an hour ahead in winter, two in summer.
    fn central_europe(form: Form) -> Times {
        Times { form, zone: TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap() }
    }

    #[test]
    fn a_time_is_told_in_three_forms() {
        let (then, now) = (at("2026-11-22T03:01:10.006Z"), at("2026-11-22T03:04:30Z"));
        let told = |form| {
            let times = central_europe(form);
            [
                times.cell(then, now),
                times.cell_millis(then, now),
                times.at(then, now),
                times.day(then, now),
                times.minute(then, now),
                times.whole(then, now),
            ]
        };
        assert_eq!(
            told(Form::Utc),
            [
                "03:01:10",
                "03:01:10.006",
                "at 03:01:10",
                "2026-11-22 03:01:10",
                "2026-11-22 03:01",
                "2026-11-22T03:01:10.006Z"
            ]
        );
        assert_eq!(
            told(Form::Local),
            [
                "04:01:10",
                "04:01:10.006",
                "at 04:01:10",
                "2026-11-22 04:01:10",
                "2026-11-22 04:01",
                "2026-11-22T04:01:10.006+01:00"
            ]
        );
        assert_eq!(
            told(Form::Relative),
            [
                "   3 min",
                "   3 min",
                "3 min ago",
                "3 min ago",
                "3 min ago",
                "2026-11-22T03:01:10.006Z (3 min ago)"
            ]
        );
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_apart_by_its_offset() {
        // On 25 October 2026 the clocks go from 03:00 back to 02:00.
        let times = central_europe(Form::Local);
        let (first, second) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        assert_eq!(times.cell(first, first), times.cell(second, second));
        assert_eq!(times.whole(first, first), "2026-10-25T02:30:00.000+02:00");
        assert_eq!(times.whole(second, second), "2026-10-25T02:30:00.000+01:00");
        // On 29 March they go from 02:00 on to 03:00: no time between is ever told.
        let around = [at("2026-03-29T00:59:59Z"), at("2026-03-29T01:00:00Z")];
        assert_eq!(around.map(|at| times.cell(at, at)), ["01:59:59", "03:00:00"]);
        assert!(times.about(first).ends_with("now +02:00"), "{}", times.about(first));
    }

    #[test]
    fn a_column_of_ages_keeps_its_width() {
        let times = central_europe(Form::Relative);
        let now = at("2026-11-22T03:04:30Z");
        for days in [0, 1, 9, 10, 99, 4_000] {
            let then = now - Duration::from_hours(days * 24 + 23);
            assert_eq!(times.cell(then, now).len(), 8, "{days}");
        }
        assert_eq!(times.word(now + Duration::from_mins(1), now), "0 s ago", "clocks disagree");
    }

    #[test]
    fn the_forms_are_gone_through_and_found_by_their_words() {
        for form in Form::ALL {
            assert_eq!(Form::parse(form.word()), Some(form));
            assert_eq!(form.after().after().after(), form);
        }
        assert_eq!(Form::parse("UTC+1"), None);
    }
}
