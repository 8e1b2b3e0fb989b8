//! Periods such as `5m`, the instants they round to, and instants as text. All in UTC.

use jiff::civil::{Date, DateTime, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A number and a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) count: i64,
    pub(crate) unit: Unit,
}

/// The units of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The unit of this name; all but the shortest may stand in the plural.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let single = if name.len() > 2 { name.strip_suffix('s').unwrap_or(&name) } else { &name };
        Some(match single {
            "ms" | "msec" | "millisecond" => Self::Millisecond,
            "s" | "sec" | "second" => Self::Second,
            "m" | "min" | "minute" => Self::Minute,
            "h" | "hr" | "hour" => Self::Hour,
            "d" | "day" => Self::Day,
            "w" | "week" => Self::Week,
            "mo" | "mon" | "month" => Self::Month,
            "q" | "qtr" | "quarter" => Self::Quarter,
            "y" | "yr" | "year" => Self::Year,
            _ => return None,
        })
    }

    /// The most of it that AWS takes; above it the next unit is meant.
    pub(crate) const fn cap(self) -> Option<(i64, &'static str)> {
        match self {
            Self::Millisecond => Some((1000, "s")),
            Self::Second => Some((60, "m")),
            Self::Minute => Some((60, "h")),
            Self::Hour => Some((24, "d")),
            Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year => None,
        }
    }

    /// Its length, unless the calendar says how long it is.
    pub(crate) const fn millis(self) -> Option<i64> {
        match self {
            Self::Millisecond => Some(1),
            Self::Second => Some(1000),
            Self::Minute => Some(60_000),
            Self::Hour => Some(3_600_000),
            Self::Day => Some(86_400_000),
            Self::Week => Some(7 * 86_400_000),
            Self::Month | Self::Quarter | Self::Year => None,
        }
    }
}

/// Monday 1970-01-05, from which weeks are counted.
const MONDAY: i64 = 4 * 86_400_000;

impl Period {
    /// The instant rounded down to the period; whole periods are counted from 1970, weeks from a Monday.
    pub(crate) fn floor(self, millis: i64) -> i64 {
        let count = self.count.max(1);
        if let Some(length) = self.unit.millis() {
            let step = length.saturating_mul(count);
            let from = if self.unit == Unit::Week { MONDAY } else { 0 };
            return (millis.saturating_sub(from))
                .div_euclid(step)
                .saturating_mul(step)
                .saturating_add(from);
        }
        self.month_floor(millis).unwrap_or(millis)
    }

    /// The instant rounded up to the period; an instant on it stays.
    pub(crate) fn ceil(self, millis: i64) -> i64 {
        let floor = self.floor(millis);
        if floor == millis {
            return millis;
        }
        if let Some(length) = self.unit.millis() {
            return floor.saturating_add(length.saturating_mul(self.count.max(1)));
        }
        self.month_after(floor).unwrap_or(millis)
    }

    fn months(self) -> i64 {
        let months = match self.unit {
            Unit::Quarter => 3,
            Unit::Year => 12,
            Unit::Millisecond
            | Unit::Second
            | Unit::Minute
            | Unit::Hour
            | Unit::Day
            | Unit::Week
            | Unit::Month => 1,
        };
        self.count.clamp(1, 12_000).saturating_mul(months)
    }

    fn month_floor(self, millis: i64) -> Option<i64> {
        let date = civil(millis)?.date();
        let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        let floored = month.div_euclid(self.months()) * self.months();
        let year = i16::try_from(floored.div_euclid(12)).ok()?;
        let month = i8::try_from(floored.rem_euclid(12) + 1).ok()?;
        instant(Date::new(year, month, 1).ok()?)
    }

    fn month_after(self, floor: i64) -> Option<i64> {
        let months = i32::try_from(self.months()).ok()?;
        instant(civil(floor)?.date().checked_add(months.months()).ok()?)
    }
}

fn civil(millis: i64) -> Option<DateTime> {
    Some(TimeZone::UTC.to_datetime(Timestamp::from_millisecond(millis).ok()?))
}

fn instant(date: Date) -> Option<i64> {
    let at = date.to_datetime(time(0, 0, 0, 0));
    TimeZone::UTC.to_timestamp(at).ok().map(Timestamp::as_millisecond)
}

/// An instant as Logs Insights shows it: `2026-11-22 03:00:00.000`.
pub(crate) fn shown(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .map_or_else(|_| millis.to_string(), |at| at.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_round_down_and_up() {
        let at = 1_795_316_645_678; // 2026-11-22 03:04:05.678
        let check = |count, unit, down: &str, up: &str| {
            let period = Period { count, unit };
            assert_eq!(shown(period.floor(at)), down);
            assert_eq!(shown(period.ceil(at)), up);
            assert_eq!(period.ceil(period.floor(at)), period.floor(at));
        };
        check(5, Unit::Minute, "2026-11-22 03:00:00.000", "2026-11-22 03:05:00.000");
        check(1, Unit::Hour, "2026-11-22 03:00:00.000", "2026-11-22 04:00:00.000");
        check(1, Unit::Week, "2026-11-16 00:00:00.000", "2026-11-23 00:00:00.000");
        check(1, Unit::Month, "2026-11-01 00:00:00.000", "2026-12-01 00:00:00.000");
        check(1, Unit::Quarter, "2026-10-01 00:00:00.000", "2027-01-01 00:00:00.000");
        check(1, Unit::Year, "2026-01-01 00:00:00.000", "2027-01-01 00:00:00.000");
    }

    #[test]
    fn instants_beyond_the_calendar_do_no_harm() {
        for unit in [Unit::Millisecond, Unit::Week, Unit::Month, Unit::Year] {
            let period = Period { count: i64::MAX, unit };
            for at in [i64::MIN, -1, 0, i64::MAX] {
                let (_, _) = (period.floor(at), period.ceil(at));
            }
        }
        assert_eq!(shown(i64::MAX), i64::MAX.to_string());
    }

    #[test]
    fn units_have_their_names() {
        for (name, unit) in [
            ("m", Unit::Minute),
            ("mins", Unit::Minute),
            ("ms", Unit::Millisecond),
            ("Hours", Unit::Hour),
            ("qtr", Unit::Quarter),
            ("mo", Unit::Month),
        ] {
            assert_eq!(Unit::named(name), Some(unit), "{name}");
        }
        assert_eq!(Unit::named("fortnight"), None);
    }
}
