//! A text and now to an instant. A time that is twice on a clock, or never, is asked about.

use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::AmbiguousOffset;
use jiff::{ToSpan as _, Zoned};
use watchdeck_domain::Timestamp;

use super::zone::{Zone, ZoneError, zone};

/// An instant, and how it reads where it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// The same on the clocks of the zone, with its offset: `2026-11-01T00:00:00-04:00[America/Havana]`.
    pub reads: String,
    /// What the operator should know of it; nothing where all is plain.
    pub note: Option<String>,
}

/// Why a text is no instant, with what could be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// The clock shows it twice.
    #[error("{local} comes twice in {zone}: {first} and {second}")]
    Twice {
        /// What the clock shows.
        local: String,
        /// Where.
        zone: String,
        /// The first time.
        first: Timestamp,
        /// The second time.
        second: Timestamp,
    },
    /// The clock never shows it.
    #[error("{local} never comes in {zone}: the clock is put forward over it")]
    Never {
        /// What the clock would show.
        local: String,
        /// Where.
        zone: String,
        /// What is meant, if the offset from before holds.
        before: Timestamp,
        /// What is meant, if the offset from afterwards holds.
        after: Timestamp,
    },
    /// There was no such day.
    #[error("there is no {date} in {zone}")]
    NoSuchDay {
        /// The day.
        date: String,
        /// Where.
        zone: String,
    },
    /// There is no such zone.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// It says a time and not where.
    #[error("`{0}` does not say in which zone")]
    Nowhere(String),
    /// It is nothing of the kind.
    #[error("`{0}` is no instant")]
    Other(String),
}

impl MomentError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Twice { first, second, .. } => format!("write {first} or {second}"),
            Self::Never { before, after, .. } => format!("write {after} or {before}"),
            Self::NoSuchDay { .. } => "take the day before or after".into(),
            Self::Zone(_) => "write a zone such as Europe/Berlin, UTC, or an offset such as +02:00".into(),
            Self::Nowhere(_) | Self::Other(_) => {
                "write now, now+60s, 2026-11-22T03:00:00Z, 2026-11-22 03:00 Europe/Berlin, last midnight Europe/Berlin, or month end \
                 Europe/Berlin"
                    .into()
            }
        }
    }
}

/// The instant that a text means.
///
/// # Errors
/// It means none, or more than one.
pub fn moment(text: &str, now: Timestamp) -> Result<Moment, MomentError> {
    let text = text.trim();
    let shown = || text.chars().take(80).collect::<String>();
    if let Some(at) = Timestamp::parse(text) {
        return Ok(Moment { at, reads: at.to_string(), note: None });
    }
    if let Some(at) = from_now(text, now) {
        return Ok(Moment { at, reads: at.to_string(), note: None });
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["last", "midnight", name] | ["midnight", name] => last_midnight(now, &zone(name)?),
        ["last", "month", "end", name] | ["month", "end", name] => month_end(now, &zone(name)?),
        [.., "midnight" | "end"] => Err(MomentError::Nowhere(shown())),
        [day, name]
            if day.parse::<Date>().is_ok_and(|_| !day.contains('T')) && time(name).is_none() =>
        {
            first_instant(day.parse().map_err(|_| MomentError::Other(shown()))?, &zone(name)?)
        }
        [day, hour, name] => {
            let local_time = date_time(day, hour).ok_or_else(|| MomentError::Other(shown()))?;
            local(local_time, &zone(name)?)
        }
        [both, name] if both.contains('T') => {
            let (day, hour) = both.split_once('T').unwrap_or_default();
            let local_time = date_time(day, hour).ok_or_else(|| MomentError::Other(shown()))?;
            local(local_time, &zone(name)?)
        }
        [day, hour] if date_time(day, hour).is_some() => Err(MomentError::Nowhere(shown())),
        [one] if one.parse::<DateTime>().is_ok() => Err(MomentError::Nowhere(shown())),
        _ => Err(MomentError::Other(shown())),
    }
}

/// `now`, or `now+60s`: to the second, as people read it.
fn from_now(text: &str, now: Timestamp) -> Option<Timestamp> {
    let ahead = text.strip_prefix("now")?.trim();
    let ahead = match ahead.strip_prefix('+') {
        Some(span) => crate::param::span(span.trim())?,
        None if ahead.is_empty() => 0,
        None => return None,
    };
    Some((now + Duration::from_secs(ahead.into())).floor(Duration::from_secs(1)))
}

fn time(text: &str) -> Option<jiff::civil::Time> {
    text.parse().ok()
}

fn date_time(day: &str, hour: &str) -> Option<DateTime> {
    Some(day.parse::<Date>().ok()?.to_datetime(time(hour)?))
}

/// Last midnight: the first instant of the day that it is in the zone.
///
/// # Errors
/// Now is outside the years that a calendar knows.
pub fn last_midnight(now: Timestamp, zone: &Zone) -> Result<Moment, MomentError> {
    first_instant(zoned(now, zone)?.date(), zone)
}

/// The end of the last whole month: the first instant of the month that it is in the zone.
///
/// # Errors
/// Now is outside the years that a calendar knows.
pub fn month_end(now: Timestamp, zone: &Zone) -> Result<Moment, MomentError> {
    first_instant(zoned(now, zone)?.date().first_of_month(), zone)
}

/// The first instant of a day in a zone: midnight where there is one, else when the clock is put forward to.
///
/// # Errors
/// There was no such day there.
pub fn first_instant(day: Date, zone: &Zone) -> Result<Moment, MomentError> {
    let missing = || MomentError::NoSuchDay { date: day.to_string(), zone: zone.name.clone() };
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    let start = midnight.to_zoned(zone.rules.clone()).and_then(|found| found.start_of_day());
    let start = start.map_err(|_| missing())?;
    // The naive answer for a day that was left out is the day after it.
    let start =
        if start.date() == day { start } else { earlier(&start, day).ok_or_else(missing)? };
    let note = match zone.rules.to_ambiguous_timestamp(midnight).offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(format!(
            "there is no midnight on {day} in {}: the day begins at {}",
            zone.name,
            start.strftime("%H:%M")
        )),
        AmbiguousOffset::Fold { before, after } => {
            let at = |offset: jiff::tz::Offset| offset.to_timestamp(midnight).ok();
            at(before).zip(at(after)).map(|(first, second)| {
                format!("midnight comes twice on {day} in {}: {first} is the first, {second} the second", zone.name)
            })
        }
    };
    Ok(shown(&start, note.or_else(|| zone.warning.clone())))
}

/// The start of the day, where it was looked for on the wrong side of a gap.
fn earlier(found: &Zoned, day: Date) -> Option<Zoned> {
    let start = found.checked_sub(1.day()).ok()?.start_of_day().ok()?;
    (start.date() == day).then_some(start)
}

/// A time on the clocks of a zone.
///
/// # Errors
/// The clocks show it twice, or never: both possible instants are told.
pub fn local(at: DateTime, zone: &Zone) -> Result<Moment, MomentError> {
    let other = || MomentError::Other(at.to_string());
    let with = |offset: jiff::tz::Offset| {
        let at = offset.to_timestamp(at).map_err(|_| other())?;
        Ok::<_, MomentError>(Timestamp::from_millis(at.as_millisecond()))
    };
    match zone.rules.to_ambiguous_timestamp(at).offset() {
        AmbiguousOffset::Unambiguous { offset } => {
            let found = offset.to_timestamp(at).map_err(|_| other())?.to_zoned(zone.rules.clone());
            Ok(shown(&found, zone.warning.clone()))
        }
        AmbiguousOffset::Fold { before, after } => Err(MomentError::Twice {
            local: at.to_string(),
            zone: zone.name.clone(),
            first: with(before)?,
            second: with(after)?,
        }),
        AmbiguousOffset::Gap { before, after } => Err(MomentError::Never {
            local: at.to_string(),
            zone: zone.name.clone(),
            before: with(before)?,
            after: with(after)?,
        }),
    }
}

fn zoned(now: Timestamp, zone: &Zone) -> Result<Zoned, MomentError> {
    jiff::Timestamp::from_millisecond(now.as_millis())
        .map(|now| now.to_zoned(zone.rules.clone()))
        .map_err(|_| MomentError::Other(now.to_string()))
}

fn shown(found: &Zoned, note: Option<String>) -> Moment {
    let at = Timestamp::from_millis(found.timestamp().as_millisecond());
    Moment { at, reads: found.to_string(), note }
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;
