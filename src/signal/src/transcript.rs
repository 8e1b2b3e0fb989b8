//! The lines of a file as log events: each finds its time, and one that has none stands after the line before it.

use std::fmt::Write as _;

use serde::Deserialize;
use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{LogGroupName, Timestamp};

use crate::reading::Reading;

/// Lines before the first that tells a time, at most; they get that time.
const HEAD: usize = 1_000;

/// A file that is being read.
#[derive(Clone, Debug)]
pub struct Transcript {
    group: LogGroupName,
    stream: String,
    time: Option<Timestamp>,
    head: Vec<String>,
}

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

impl Transcript {
    /// A file of this name, from its beginning.
    pub fn new(name: &str) -> Self {
        let group = LogGroupName::nearest(name);
        Self { group, stream: name.to_owned(), time: None, head: Vec::new() }
    }

    /// Takes the next line in, without its end, and gives the events that are known by it.
    pub fn line(&mut self, bytes: &[u8], out: &mut Vec<LogEvent>) {
        let text = legible(bytes);
        if let Some(event) = printed(&text) {
            self.time = Some(event.timestamp);
            self.head(event.timestamp, out);
            out.push(event);
            return;
        }
        let time = Reading::of(&text, "").time.or(self.time);
        let Some(time) = time else {
            self.head.push(text);
            if self.head.len() >= HEAD {
                self.end(out);
            }
            return;
        };
        self.time = Some(time);
        self.head(time, out);
        out.push(self.event(time, text));
    }

    /// Gives what still waits for a time: there will be none.
    pub fn end(&mut self, out: &mut Vec<LogEvent>) {
        let time = self.time.unwrap_or_default();
        self.time = Some(time);
        self.head(time, out);
    }

    /// Lines before the first time have that.
    fn head(&mut self, time: Timestamp, out: &mut Vec<LogEvent>) {
        for text in std::mem::take(&mut self.head) {
            out.push(self.event(time, text));
        }
    }

    fn event(&self, time: Timestamp, message: String) -> LogEvent {
        LogEvent {
            group: self.group.clone(),
            stream: self.stream.clone(),
            timestamp: time,
            ingested: time,
            message,
            event_id: None,
        }
    }
}

/// Bytes as text: those that are none are written as `\xNN`.
fn legible(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").unwrap_or_default();
        }
    }
    text
}

fn printed(text: &str) -> Option<LogEvent> {
    if !text.starts_with("{\"time\":\"") {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The clock and text of each line.
    fn read(lines: &[&[u8]]) -> Vec<String> {
        let (mut transcript, mut events) = (Transcript::new("app log.txt"), Vec::new());
        for line in lines {
            transcript.line(line, &mut events);
        }
        transcript.end(&mut events);
        let shown = |event: &LogEvent| format!("{} {}", event.timestamp.clock(), event.message);
        events.iter().map(shown).collect()
    }

    #[test]
    fn a_line_without_a_time_stands_after_the_line_before_it() {
        let lines: [&[u8]; 5] = [
            b"a header",
            b"2026-11-22T03:00:01Z ERROR no stock",
            b"  at orders.js:12\r",
            br#"{"timestamp":1795316402000,"message":"json"}"#,
            b"bad \xff bytes",
        ];
        let wanted = [
            "03:00:01 a header",
            "03:00:01 2026-11-22T03:00:01Z ERROR no stock",
            "03:00:01   at orders.js:12",
            r#"03:00:02 {"timestamp":1795316402000,"message":"json"}"#,
            "03:00:02 bad \\xff bytes",
        ];
        assert_eq!(read(&lines), wanted);
    }

    #[test]
    fn a_file_without_times_keeps_its_order() {
        assert_eq!(read(&[b"b", b"a"]), ["00:00:00 b", "00:00:00 a"]);
        assert_eq!(read(&[b"x".as_slice(); HEAD + 3]).len(), HEAD + 3);
    }

    #[test]
    fn what_tail_has_printed_is_the_event_it_was() {
        let line = br#"{"time":"2026-11-22T03:00:01.500Z","ingestion":"2026-11-22T03:00:02.000Z","group":"/g","stream":"s","message":"hi","late":false}"#;
        let (mut transcript, mut events) = (Transcript::new("x"), Vec::new());
        transcript.line(line, &mut events);
        assert_eq!((events[0].group.as_str(), events[0].message.as_str()), ("/g", "hi"));
        assert_eq!(events[0].ingested.since(events[0].timestamp).as_millis(), 500);
    }
}
