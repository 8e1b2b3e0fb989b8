//! Times and spans as they are typed: `90s`, `10:02`, `since 10:02 until 10:09`.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use watchdeck_domain::Timestamp;

use super::times::{Form, Times};

/// The longest span, in seconds.
pub const LONGEST: u64 = 315_360_000;

/// What is wrong with a time that cannot be read.
const HOW: &str = "write 10:02, 10:02:30, 2026-11-22T10:02 or 15m for as long ago";

/// A span such as `90s`, `5m`, `1h`, `2d` or `1w`; nothing for any other text.
pub fn length(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let span = number.checked_mul(seconds)?;
    (1..=LONGEST).contains(&span).then(|| Duration::from_secs(span))
}

impl Times {
    /// The instant that a time means as it is typed: one of today, or of yesterday where today's is yet to come; one with
    /// a day; one with a zone; or how long ago it was. Without a zone it is of the zone that times are told in.
    pub fn typed(&self, text: &str, now: Timestamp) -> Option<Timestamp> {
        if let Some(ago) = length(text) {
            return Some(now - ago);
        }
        if let Some(at) = Timestamp::parse(text) {
            return Some(at);
        }
        let zone = match self.form {
            Form::Local => self.zone.clone(),
            Form::Utc | Form::Relative => TimeZone::UTC,
        };
        let day = text.contains('-');
        if !day && let Ok(time) = text.parse::<Time>() {
            let now_here = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
            let today = now_here.to_zoned(zone.clone()).date();
            let of = |day: Date| instant(day.to_datetime(time), &zone);
            return of(today).filter(|at| *at <= now).or_else(|| of(today.yesterday().ok()?));
        }
        instant(text.parse::<DateTime>().ok()?, &zone)
    }
}

fn instant(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let at = zone.to_timestamp(at).ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

/// Which time is asked about; what is not said is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// From, included.
    pub from: Option<Timestamp>,
    /// To.
    pub to: Option<Timestamp>,
    /// How far back it goes, where that is what was typed.
    pub length: Option<Duration>,
}

impl Between {
    /// Reads the words about time at the start of a text: a length, or `since TIME` and `until TIME`. Gives what follows.
    ///
    /// # Errors
    /// Says which word is no time.
    pub fn leading<'a>(
        text: &'a str,
        times: &Times,
        now: Timestamp,
    ) -> Result<(Self, &'a str), String> {
        let mut between = Self::default();
        let mut rest = text.trim_start();
        if let Some(length) = length(word(rest).0) {
            (between.length, between.from) = (Some(length), Some(now - length));
            return Ok((between, word(rest).1));
        }
        while let (edge @ ("since" | "until"), after) = word(rest) {
            let (time, after) = word(after);
            between.set(edge, time, times, now)?;
            rest = after;
        }
        between.sound()?;
        Ok((between, rest))
    }

    /// Takes `since TIME` and `until TIME` out of words.
    ///
    /// # Errors
    /// Says which word is no time.
    pub fn taken(words: &mut Vec<&str>, times: &Times, now: Timestamp) -> Result<Self, String> {
        let mut between = Self::default();
        while let Some(at) = words.iter().position(|word| matches!(*word, "since" | "until")) {
            let edge = words.remove(at);
            let time = if at < words.len() { words.remove(at) } else { "" };
            between.set(edge, time, times, now)?;
        }
        between.sound()?;
        Ok(between)
    }

    /// Whether nothing is said.
    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    fn set(&mut self, edge: &str, time: &str, times: &Times, now: Timestamp) -> Result<(), String> {
        let at = times.typed(time, now);
        let at = at.ok_or_else(|| format!("`{time}` after `{edge}` is no time: {HOW}"))?;
        if edge == "since" {
            (self.from, self.length) = (Some(at), length(time));
        } else {
            self.to = Some(at);
        }
        Ok(())
    }

    fn sound(&self) -> Result<(), String> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from >= to => Err("it ends before it begins".to_owned()),
            _ => Ok(()),
        }
    }
}

/// The first word of a text, and what follows.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T03:04:30Z";

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_time_is_typed_as_it_is_told() {
        let (utc, now) = (Times::default(), at(NOW));
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let local = Times { form: Form::Local, zone };
        let check = |times: &Times, text: &str, wanted: &str| {
            assert_eq!(times.typed(text, now), Some(at(wanted)), "{text}");
        };
        check(&utc, "03:02", "2026-11-22T03:02:00Z");
        check(&utc, "03:02:05.250", "2026-11-22T03:02:05.250Z");
        check(&utc, "23:59", "2026-11-21T23:59:00Z");
        check(&utc, "90s", "2026-11-22T03:03:00Z");
        check(&utc, "2026-11-20T10:00", "2026-11-20T10:00:00Z");
        check(&utc, "2026-11-20", "2026-11-20T00:00:00Z");
        check(&utc, "2026-11-22T04:00:00+01:00", "2026-11-22T03:00:00Z");
        check(&local, "04:02", "2026-11-22T03:02:00Z");
        check(&local, "2026-07-01T12:00", "2026-07-01T10:00:00Z");
        for text in ["", "noon", "25:00", "5", "m", "-5m", "0s", "5µ", "99999999999999999d"] {
            assert_eq!(utc.typed(text, now), None, "{text}");
        }
    }

    #[test]
    fn words_about_time_lead_a_text() {
        let now = at(NOW);
        let leading = |text| Between::leading(text, &Times::default(), now);
        let (between, rest) = leading("3h  stats count(*) by bin(5m)").unwrap();
        assert_eq!((between.from, between.to), (Some(now - Duration::from_hours(3)), None));
        assert_eq!(rest, "stats count(*) by bin(5m)");
        let (between, rest) = leading("since 03:00 until 03:02 fields a").unwrap();
        assert_eq!(between.from, Some(at("2026-11-22T03:00:00Z")));
        assert_eq!(between.to, Some(at("2026-11-22T03:02:00Z")));
        assert_eq!(rest, "fields a");
        assert_eq!(leading("fields a").unwrap(), (Between::default(), "fields a"));
        assert!(leading("since noon fields a").unwrap_err().contains("`noon` after `since`"));
        assert!(leading("since").is_err());
        assert!(leading("since 03:02 until 03:00 x").is_err());
    }

    #[test]
    fn words_about_time_are_taken_out_of_others() {
        let mut words = vec!["a.txt", "since", "10m", "jsonl", "until", "03:02"];
        let between = Between::taken(&mut words, &Times::default(), at(NOW)).unwrap();
        assert_eq!(words, ["a.txt", "jsonl"]);
        assert_eq!(between.from, Some(at("2026-11-22T02:54:30Z")));
        assert_eq!(between.to, Some(at("2026-11-22T03:02:00Z")));
        assert!(Between::taken(&mut vec!["until"], &Times::default(), at(NOW)).is_err());
    }
}
