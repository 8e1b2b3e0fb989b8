//! The time in a line of JSON: its members are passed over until one has the name and the look of a time.

use memchr::memchr2;
use watchdeck_domain::Timestamp;

use super::clock;

/// Members that hold a time, the likeliest first. Of two in a line the first of this list counts.
const NAMES: [&[u8]; 16] = [
    b"timestamp",
    b"time",
    b"@timestamp",
    b"ts",
    b"@t",
    b"datetime",
    b"date",
    b"Timestamp",
    b"eventTime",
    b"asctime",
    b"requestTimeEpoch",
    b"requestTime",
    b"requestReceivedTimestamp",
    b"__REALTIME_TIMESTAMP",
    b"timeMillis",
    b"EventTime",
];

/// Which member told the time in the line before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Member(Option<u8>);

impl Member {
    /// The time of a line that begins with `{`. Looks no further than to the member that told it in the line before; where
    /// there is no such member, at all of them.
    pub(super) fn time(&mut self, line: &[u8]) -> Option<Timestamp> {
        let mut best: Option<(u8, Timestamp)> = None;
        let mut at = 1;
        while let Some((name, value)) = next(line, &mut at) {
            let Some(rank) = NAMES.iter().position(|known| *known == name) else { continue };
            let rank = u8::try_from(rank).unwrap_or(u8::MAX);
            if best.is_some_and(|(best, _)| best <= rank) {
                continue;
            }
            let Some(time) = moment(value) else { continue };
            best = Some((rank, time));
            if rank == 0 || self.0 == Some(rank) {
                break;
            }
        }
        let (rank, time) = best?;
        self.0 = Some(rank);
        Some(time)
    }
}

/// The next member: its name without quotes, and its value with them.
fn next<'a>(line: &'a [u8], at: &mut usize) -> Option<(&'a [u8], &'a [u8])> {
    *at = past(line, *at, b" \t\r\n,");
    let name = *at + 1;
    let end = string(line, *at)?;
    let after = past(line, end, b" \t\r\n");
    if line.get(after) != Some(&b':') {
        return None;
    }
    let value = past(line, after + 1, b" \t\r\n");
    let ends = match line.get(value)? {
        b'"' => string(line, value)?,
        b'{' | b'[' => nest(line, value)?,
        _ => value + line.get(value..)?.iter().position(|byte| matches!(byte, b',' | b'}'))?,
    };
    *at = ends;
    Some((line.get(name..end - 1)?, line.get(value..ends)?))
}

fn past(line: &[u8], at: usize, blanks: &[u8]) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| blanks.contains(byte)).count()
}

/// The end of the string that begins here.
fn string(line: &[u8], at: usize) -> Option<usize> {
    if line.get(at) != Some(&b'"') {
        return None;
    }
    let mut from = at + 1;
    loop {
        let found = from + memchr2(b'"', b'\\', line.get(from..)?)?;
        if line.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        from = found + 2;
    }
}

/// The end of the object or array that begins here, however deep it is.
fn nest(line: &[u8], at: usize) -> Option<usize> {
    let (mut depth, mut from) = (0_usize, at);
    loop {
        match line.get(from)? {
            b'"' => {
                from = string(line, from)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        from += 1;
        if depth == 0 {
            return Some(from);
        }
    }
}

fn moment(value: &[u8]) -> Option<Timestamp> {
    let Some(text) = value.strip_prefix(b"\"") else { return clock::epoch(value.trim_ascii_end()) };
    clock::iso(text).or_else(|| clock::epoch(text)).or_else(|| clock::common(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock_of(member: &mut Member, line: &str) -> Option<String> {
        member.time(line.as_bytes()).map(Timestamp::clock_millis)
    }

    #[test]
    fn the_time_is_found_under_the_names_and_in_the_forms_that_loggers_use() {
        for line in [
            r#"{"timestamp":"2026-11-22T03:04:05.678Z"}"#,
            r#"{"level":"x","time" : 1795316645678 , "a":1}"#,
            r#"{"@timestamp":"2026-11-22 03:04:05,678"}"#,
            r#"{"log":"a \"time\":1 b\\","stream":"stdout","time":"2026-11-22T03:04:05.678123Z"}"#,
            r#"{"ts":1795316645.678}"#,
            r#"{"request":{"time":"2000-01-01T00:00:00Z","x":[{"y":"}"}]},"eventTime":"2026-11-22T03:04:05.678Z"}"#,
            r#"{"date":"soon","requestTime":"22/Nov/2026:03:04:05.678 +0000"}"#,
            r#"{"__REALTIME_TIMESTAMP":"1795316645678000"}"#,
        ] {
            assert_eq!(
                clock_of(&mut Member::default(), line).as_deref(),
                Some("03:04:05.678"),
                "{line}"
            );
        }
        for line in [
            r#"{"time":"soon"}"#,
            "{",
            "{}",
            r#"{"a":{"time":1795316645678}}"#,
            r#"{"time"#,
            r#"{"time":17"#,
        ] {
            assert_eq!(clock_of(&mut Member::default(), line), None, "{line}");
        }
    }

    #[test]
    fn the_member_that_told_it_last_is_enough_and_another_takes_its_place() {
        let mut member = Member::default();
        let both = r#"{"time":"2026-11-22T03:00:01Z","timestamp":"2026-11-22T03:00:02Z"}"#;
        assert_eq!(clock_of(&mut member, both).as_deref(), Some("03:00:02.000"));
        let one = r#"{"time":"2026-11-22T03:00:01Z","a":1}"#;
        assert_eq!(clock_of(&mut member, one).as_deref(), Some("03:00:01.000"));
    }

    #[test]
    fn a_line_of_ten_thousand_levels_is_passed_over_once() {
        let deep = format!(
            "{{\"a\":{}1{},\"time\":1795316645678}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        assert_eq!(clock_of(&mut Member::default(), &deep).as_deref(), Some("03:04:05.678"));
        for broken in [
            "{\"a\":".repeat(10_000),
            format!("{{\"a\":\"{}", "\\".repeat(10_001)),
            "{\"a\":]]]".into(),
        ] {
            assert_eq!(clock_of(&mut Member::default(), &broken), None);
        }
    }
}
