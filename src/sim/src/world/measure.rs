//! Numbers crossing between whole and broken, and times as text, in one place and on purpose.

/// A whole number as a float; the simulation's numbers are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "the simulation's numbers are far below 2^53")]
pub(crate) const fn float(n: i64) -> f64 {
    n as f64
}

/// A float rounded to a whole number.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
pub(crate) fn whole(x: f64) -> i64 {
    x.round() as i64
}

/// A float with half its precision, to keep samples small.
#[expect(clippy::cast_possible_truncation, reason = "samples need seven digits at most")]
pub(crate) fn small(x: f64) -> f32 {
    x as f32
}

/// A count as a whole number.
pub(crate) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A limit given by a caller as a length.
pub(crate) fn length(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

/// `2026-11-22T06:15:28.123Z`.
pub(crate) fn iso_millis(ms: i64) -> String {
    timestamp(ms, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

/// `2026-11-22T06:15:28Z`.
pub(crate) fn iso_seconds(ms: i64) -> String {
    timestamp(ms, "%Y-%m-%dT%H:%M:%SZ")
}

/// A time in a `strftime` format, in UTC.
pub(crate) fn timestamp(ms: i64, format: &str) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime(format).to_string()
}

/// A minute of UTC, `2026-11-22T03:00`, in milliseconds.
pub(crate) fn parse_minute(text: &str) -> Option<i64> {
    let time: jiff::Timestamp = format!("{text}:00Z").parse().ok()?;
    Some(time.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_aws_writes_them() {
        assert_eq!(iso_millis(1_700_000_000_007), "2023-11-14T22:13:20.007Z");
        assert_eq!(iso_seconds(1_700_000_000_999), "2023-11-14T22:13:20Z");
    }
}
