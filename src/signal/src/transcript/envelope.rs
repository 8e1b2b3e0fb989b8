//! Lines that hold an event of CloudWatch Logs whole, with its group, its stream and its times, as programs print them.

use serde::Deserialize;
use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{LogGroupName, Timestamp};

use super::clock;

/// An event as `watchdeck tail --format json` prints it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Printed {
    time: String,
    ingestion: String,
    group: String,
    stream: String,
    message: String,
    #[serde(rename = "late")]
    _late: bool,
}

/// An event as the console exports it.
#[derive(Deserialize)]
struct Exported {
    record: String,
    timestamp: String,
    ingested: String,
    group: String,
    stream: String,
    message: String,
}

/// An event as FilterLogEvents and GetLogEvents answer it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answered {
    #[serde(default)]
    log_stream_name: String,
    timestamp: i64,
    message: String,
    ingestion_time: Option<i64>,
    #[serde(alias = "id")]
    event_id: Option<String>,
}

/// The event in a line, if it holds one whole. `group` is that of the file.
pub(super) fn opened(text: &str, group: &LogGroupName) -> Option<LogEvent> {
    // A line of a program mostly ends the search with its second letter.
    match text.as_bytes() {
        [b'{', b'"', first, ..] => match first {
            b't' | b'm' | b'i' | b'l' | b'e' => {
                if text.starts_with("{\"time\":\"") {
                    return printed(text);
                }
                let whole = [
                    "{\"logStreamName\":",
                    "{\"timestamp\":",
                    "{\"message\":",
                    "{\"ingestionTime\":",
                    "{\"eventId\":",
                    "{\"id\":",
                ]
                .iter()
                .any(|begin| text.starts_with(begin));
                if whole && text.contains("\"ingestionTime\":") {
                    answered(text, group)
                } else {
                    None
                }
            }
            b'r' | b'g' | b'b' if text.contains("\"record\":\"line\"") => exported(text),
            _ => None,
        },
        [b'0'..=b'9', ..] => tailed(text, group),
        _ => None,
    }
}

fn printed(text: &str) -> Option<LogEvent> {
    let (_, rest) = text.get(9..)?.split_once('"')?;
    if !rest.starts_with(",\"ingestion\":\"") {
        return None;
    }
    let printed: Printed = serde_json::from_str(text).ok()?;
    Some(LogEvent {
        group: LogGroupName::parse(printed.group).ok()?,
        stream: printed.stream,
        timestamp: Timestamp::parse(&printed.time)?,
        ingested: Timestamp::parse(&printed.ingestion)?,
        message: printed.message,
        event_id: None,
    })
}

fn exported(text: &str) -> Option<LogEvent> {
    let exported: Exported = serde_json::from_str(text).ok()?;
    if exported.record != "line" {
        return None;
    }
    Some(LogEvent {
        group: LogGroupName::parse(exported.group).ok()?,
        stream: exported.stream,
        timestamp: Timestamp::parse(&exported.timestamp)?,
        ingested: Timestamp::parse(&exported.ingested)?,
        message: exported.message,
        event_id: None,
    })
}

fn answered(text: &str, group: &LogGroupName) -> Option<LogEvent> {
    let answered: Answered = serde_json::from_str(text).ok()?;
    let timestamp = Timestamp::from_millis(answered.timestamp);
    Some(LogEvent {
        group: group.clone(),
        stream: answered.log_stream_name,
        timestamp,
        ingested: answered.ingestion_time.map_or(timestamp, Timestamp::from_millis),
        message: answered.message.trim_end_matches(['\n', '\r']).to_owned(),
        event_id: answered.event_id,
    })
}

/// A line as `aws logs tail` prints it: `2026-11-22T03:00:01.123000+00:00 stream message`. A stream is known by its slash.
fn tailed(text: &str, group: &LogGroupName) -> Option<LogEvent> {
    let (time, rest) = text.split_at_checked(32)?;
    if !time.ends_with("+00:00") || time.as_bytes().get(19) != Some(&b'.') {
        return None;
    }
    let (stream, message) = rest.strip_prefix(' ')?.split_once(' ')?;
    if !stream.contains('/') || stream.starts_with('/') || stream.contains("//") {
        return None;
    }
    let timestamp = clock::iso(time.as_bytes())?;
    Some(LogEvent {
        group: group.clone(),
        stream: stream.to_owned(),
        timestamp,
        ingested: timestamp,
        message: message.to_owned(),
        event_id: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, wanted: &str) {
        let event = opened(line, &LogGroupName::nearest("file")).unwrap();
        let delay = event.ingested.since(event.timestamp).as_millis();
        let at = event.timestamp.clock_millis();
        assert_eq!(
            format!("{} {} {at} +{delay} {}", event.group, event.stream, event.message),
            wanted
        );
    }

    #[test]
    fn what_programs_printed_is_the_event_it_was() {
        check(
            r#"{"time":"2026-11-22T03:00:01.500Z","ingestion":"2026-11-22T03:00:02.000Z","group":"/g","stream":"s","message":"hi","late":false}"#,
            "/g s 03:00:01.500 +500 hi",
        );
        let exported =
            r#""group":"/g","ingested":"2026-11-22T03:00:02.000Z","level":null,"message":"hi""#;
        let rest = r#""stream":"s","timestamp":"2026-11-22T03:00:01.500Z""#;
        check(&format!(r#"{{{exported},"record":"line",{rest}}}"#), "/g s 03:00:01.500 +500 hi");
        check(&format!(r#"{{"record":"line",{rest},{exported}}}"#), "/g s 03:00:01.500 +500 hi");
        check(
            r#"{"logStreamName":"s","timestamp":1795316401500,"message":"hi\n","ingestionTime":1795316402000,"eventId":"3"}"#,
            "file s 03:00:01.500 +500 hi",
        );
        check(
            "2026-11-22T03:00:01.500000+00:00 2026/11/22/[42]0f {\"a\":1} x",
            "file 2026/11/22/[42]0f 03:00:01.500 +0 {\"a\":1} x",
        );
    }

    #[test]
    fn a_line_of_a_program_is_no_envelope() {
        for line in [
            r#"{"time":"2026-11-22T03:00:01.500Z","level":"INFO"}"#,
            r#"{"timestamp":1795316401500,"message":"x"}"#,
            r#"{"group":"a","record":"x"}"#,
            "2026-11-22T03:00:01.500000+00:00 INFO x",
            "2026-11-22T03:00:01.500000+00:00 https://x y",
            "{}",
            "",
        ] {
            assert!(opened(line, &LogGroupName::nearest("file")).is_none(), "{line}");
        }
    }
}
