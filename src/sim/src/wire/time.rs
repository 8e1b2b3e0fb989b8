//! Timestamps, in the three forms that AWS writes.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::model::TimeFormat;

/// Writes milliseconds since 1970 in a format.
pub(crate) fn write(ms: i64, format: TimeFormat) -> String {
    match format {
        TimeFormat::Unix => seconds(ms),
        TimeFormat::Iso8601 => at(ms).to_string(),
        TimeFormat::Rfc822 => DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&at(ms))
            .unwrap_or_else(|_| at(ms).to_string()),
    }
}

/// `1732255200` or `1732255200.123`.
pub(crate) fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    match (ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, rest) => format!("{sign}{whole}.{rest:03}").trim_end_matches('0').to_owned(),
    }
}

/// Reads a timestamp in any of the three forms.
pub(crate) fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Some(zoned.timestamp().as_millisecond());
    }
    // Without a zone AWS means UTC: `2026-11-22T06:00:00` and `2026-11-22`.
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// Epoch seconds to milliseconds; `None` outside of the years that AWS can mean.
pub(crate) fn from_seconds(seconds: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
    (seconds.abs() < 253_402_300_800.0).then(|| (seconds * 1000.0).round() as i64)
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back() {
        for ms in [1_795_327_200_000, 0, 1_795_327_200_120] {
            assert_eq!(read(&write(ms, TimeFormat::Iso8601)), Some(ms));
            assert_eq!(read(&write(ms, TimeFormat::Unix)), Some(ms));
            assert_eq!(read(&write(ms, TimeFormat::Rfc822)), Some(ms / 1000 * 1000));
        }
        assert_eq!(write(1_795_327_200_000, TimeFormat::Rfc822), "Sun, 22 Nov 2026 06:00:00 GMT");
        assert_eq!(seconds(1_500), "1.5");
        assert_eq!(read("2026-11-22"), Some(1_795_305_600_000));
        assert_eq!(read("2026-11-22T08:00:00+02:00"), Some(1_795_327_200_000));
        assert_eq!(read("yesterday"), None);
    }
}
