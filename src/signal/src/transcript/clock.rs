//! Times at the beginning of a text, read without taking anything else apart.

use watchdeck_domain::Timestamp;

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// A day of which the year is not written is at most so long after what the year is taken from.
const AHEAD_MS: i64 = 86_400_000;

/// Bytes that are read from the left.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        if !wanted(*first) {
            return None;
        }
        self.0 = rest;
        Some(*first)
    }

    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        self.take(|byte| bytes.contains(&byte))
    }

    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (text, rest) = self.0.split_at_checked(digits)?;
        let mut number = 0_i64;
        for byte in text {
            if !byte.is_ascii_digit() {
                return None;
            }
            number = number.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
        }
        self.0 = rest;
        Some(number)
    }

    /// A number of one or two digits, perhaps after a blank.
    fn day(&mut self) -> Option<i64> {
        if self.0.first() == Some(&b' ') {
            self.0 = self.0.get(1..)?;
        }
        self.number(2).or_else(|| self.number(1))
    }

    fn month(&mut self) -> Option<i64> {
        let (name, rest) = self.0.split_at_checked(3)?;
        let month = MONTHS.iter().position(|known| known.as_slice() == name)?;
        self.0 = rest;
        i64::try_from(month + 1).ok()
    }

    /// `03:00:01`, and what follows of a second, in milliseconds.
    fn clock(&mut self) -> Option<i64> {
        let hours = self.number(2)?;
        self.one_of(b":")?;
        let minutes = self.number(2)?;
        self.one_of(b":")?;
        let seconds = self.number(2)?;
        // A leap second is told as the sixtieth.
        if hours > 23 || minutes > 59 || seconds > 60 {
            return None;
        }
        let mut millis = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
        let point = matches!(self.0, [b'.' | b',', digit, ..] if digit.is_ascii_digit());
        if point {
            self.0 = self.0.get(1..).unwrap_or_default();
            let mut worth = 100;
            while let Some(digit) = self.take(|byte| byte.is_ascii_digit()) {
                millis += i64::from(digit - b'0') * worth;
                worth /= 10;
            }
        }
        Some(millis)
    }

    /// How far the zone is ahead of UTC, in milliseconds: `Z`, `+01:00`, `+0100`; nothing that is known is UTC.
    fn zone(&self) -> i64 {
        let mut ahead = *self;
        if ahead.0.first() == Some(&b' ') {
            ahead.0 = ahead.0.get(1..).unwrap_or_default();
        }
        ahead.offset().unwrap_or(0)
    }

    fn offset(&mut self) -> Option<i64> {
        let sign = self.one_of(b"+-")?;
        let hours = self.number(2)?;
        self.one_of(b":");
        let minutes = self.number(2)?;
        let offset = (hours * 60 + minutes) * 60_000;
        (hours < 16 && minutes < 60).then_some(if sign == b'-' { -offset } else { offset })
    }
}

/// A time as ISO 8601 and its neighbours write it, `2026-11-22T03:00:01.123Z`: a blank or a tab for the `T`, slashes for the
/// dashes, a comma for the point, no zone for UTC.
pub(super) fn iso(text: &[u8]) -> Option<Timestamp> {
    let mut cursor = Cursor(text);
    let year = cursor.number(4)?;
    let dash = cursor.one_of(b"-/")?;
    let month = cursor.number(2)?;
    cursor.take(|byte| byte == dash)?;
    let day = cursor.number(2)?;
    cursor.one_of(b"T \tt")?;
    let clock = cursor.clock()?;
    at(year, month, day, clock - cursor.zone())
}

/// `22/Nov/2026:03:00:00 +0000`, as access logs write it.
pub(super) fn common(text: &[u8]) -> Option<Timestamp> {
    let mut cursor = Cursor(text);
    let day = cursor.number(2)?;
    cursor.one_of(b"/")?;
    let month = cursor.month()?;
    cursor.one_of(b"/")?;
    let year = cursor.number(4)?;
    cursor.one_of(b": ")?;
    let clock = cursor.clock()?;
    at(year, month, day, clock - cursor.zone())
}

/// `Nov 22 03:00:01`, as syslog writes it, perhaps after the day of the week, perhaps with the year behind. Without one it is the
/// year that puts it last before `near`, or not long after.
pub(super) fn named(text: &[u8], near: Timestamp) -> Option<Timestamp> {
    let mut cursor = Cursor(text);
    let month = cursor.month().or_else(|| {
        let weekday =
            matches!(text.get(..3)?, b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun");
        cursor = Cursor(text.get(3..).filter(|_| weekday)?);
        cursor.one_of(b" ,")?;
        cursor.month()
    })?;
    cursor.one_of(b" ")?;
    let day = cursor.day()?;
    cursor.one_of(b" ")?;
    let clock = cursor.clock()?;
    if cursor.one_of(b" ").is_some()
        && let Some(year) = cursor.number(4)
        && (1970..=2200).contains(&year)
        && cursor.0.first().is_none_or(|byte| !byte.is_ascii_digit())
    {
        return at(year, month, day, clock);
    }
    yearless(month, day, clock, near)
}

/// `I1122 03:00:01.123456`, as the programs of Kubernetes write it.
pub(super) fn klog(text: &[u8], near: Timestamp) -> Option<Timestamp> {
    let mut cursor = Cursor(text);
    cursor.one_of(b"IWEF")?;
    let (month, day) = (cursor.number(2)?, cursor.number(2)?);
    cursor.one_of(b" ")?;
    let clock = cursor.clock()?;
    yearless(month, day, clock, near)
}

/// A count since 1970 of nine to nineteen digits, perhaps with a fraction: seconds, milliseconds, microseconds or nanoseconds, told
/// apart by their size.
pub(super) fn epoch(text: &[u8]) -> Option<Timestamp> {
    let digits = text.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let mut cursor = Cursor(text);
    if !(9..=19).contains(&digits) {
        return None;
    }
    let whole = cursor.number(digits)?;
    let mut rest = cursor.0;
    let millis = match digits {
        9..=11 => {
            let mut fraction = Cursor(rest);
            let mut part = 0;
            if fraction.one_of(b".").is_some() {
                let mut worth = 100;
                while let Some(digit) = fraction.take(|byte| byte.is_ascii_digit()) {
                    part += i64::from(digit - b'0') * worth;
                    worth /= 10;
                }
                rest = fraction.0;
            }
            whole * 1_000 + part
        }
        12..=14 => whole,
        15..=17 => whole / 1_000,
        _ => whole / 1_000_000,
    };
    if digits > 11 && rest.first() == Some(&b'.') {
        let fraction = rest.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
        rest = rest.get(1 + fraction..).unwrap_or_default();
    }
    // A number that goes on as a word is no count: an address, an id, a size.
    let ends = rest
        .first()
        .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b',' | b']' | b')' | b'|' | b'"' | b';'));
    ends.then(|| Timestamp::from_millis(millis))
}

fn yearless(month: i64, day: i64, clock: i64, near: Timestamp) -> Option<Timestamp> {
    let year = civil_year(near.as_millis().div_euclid(86_400_000));
    let latest = near.as_millis().saturating_add(AHEAD_MS);
    let in_year = |year| at(year, month, day, clock).filter(|at| at.as_millis() <= latest);
    // Four years back at most: the day may be the 29th of February.
    (0..=4).find_map(|back| in_year(year + 1 - back))
}

fn at(year: i64, month: i64, day: i64, clock: i64) -> Option<Timestamp> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let most = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > most {
        return None;
    }
    Some(Timestamp::from_millis(days(year, month, day) * 86_400_000 + clock))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year in which a day lies.
fn civil_year(day: i64) -> i64 {
    let mut year = 1969 + day.div_euclid(366);
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-22T03:04:05.678Z";

    #[test]
    fn iso_times_are_read_in_the_forms_that_programs_write() {
        for text in [
            AT,
            "2026-11-22 03:04:05,678 INFO x",
            "2026-11-22T04:04:05.678+01:00 x",
            "2026-11-22T04:04:05.678+0100",
            "2026/11/22 03:04:05.678 main.go:3",
            "2026-11-22\t03:04:05.678\tFRA",
            "2026-11-21T21:04:05.678999-06:00",
            "2026-11-22 03:04:05.678 +0000 UTC",
            "2026-11-22 03:04:05.678 - x",
        ] {
            assert_eq!(iso(text.as_bytes()), Timestamp::parse(AT), "{text}");
        }
        for text in [
            "",
            "2026",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00",
            "2026-11/22 03:00:00",
        ] {
            assert_eq!(iso(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn every_day_is_the_day_that_the_calendar_says() {
        for day in (-40_000..40_000).step_by(37) {
            let at = Timestamp::from_millis(day * 86_400_000 + 3_723_004);
            assert_eq!(iso(at.to_string().as_bytes()), Some(at), "{at}");
            assert!(at.to_string().starts_with(&civil_year(day).to_string()), "{at}");
        }
    }

    #[test]
    fn a_time_without_a_year_lies_before_the_last_change_of_its_file() {
        let near = Timestamp::parse("2027-01-02T00:00:00Z").unwrap();
        let check = |text: &str, wanted: &str| {
            let found = named(text.as_bytes(), near).or_else(|| klog(text.as_bytes(), near));
            assert_eq!(found, Timestamp::parse(wanted), "{text}");
        };
        check("Nov 22 03:04:05 host sshd[1]: x", "2026-11-22T03:04:05Z");
        check("Jan  2 03:04:05 host x", "2027-01-02T03:04:05Z");
        check("Sun Nov 22 03:04:05.678 2026] [error]", AT);
        check("Feb 29 00:00:00 x", "2024-02-29T00:00:00Z");
        check("I1122 03:04:05.678901       1 main.go:3] x", AT);
        assert_eq!(named(b"Nov 31 00:00:00", near), None);
        assert_eq!(named(b"Now 22 00:00:00", near), None);
    }

    #[test]
    fn counts_are_told_apart_by_their_size() {
        for text in
            ["1795316645.678 x", "1795316645678", "1795316645678000,x", "1795316645678000000"]
        {
            assert_eq!(epoch(text.as_bytes()), Timestamp::parse(AT), "{text}");
        }
        for text in
            ["12345678", "1795316645abc", "17953166456780000000", "1795316645.x", "10.0.0.1"]
        {
            assert_eq!(epoch(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn access_logs_write_days_in_a_form_of_their_own() {
        let wanted = Timestamp::parse("2026-11-22T03:04:05Z");
        assert_eq!(common(b"22/Nov/2026:03:04:05 +0000] \"GET /"), wanted);
        assert_eq!(common(b"22/Nov/2026:05:04:05 +0200]"), wanted);
        assert_eq!(common(b"22/Now/2026:03:04:05"), None);
    }
}
