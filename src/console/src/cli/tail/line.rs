//! One event, printed.

use std::sync::Arc;

use serde::Serialize;
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{Printable, Scope};
use watchdeck_signal::Placed;

use super::super::output;
use super::super::reading::LineFormat;

/// How events are printed.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) format: LineFormat,
    /// Whether a terminal shows it.
    pub(super) terminal: bool,
    /// Whether levels have colours.
    pub(super) colours: bool,
    /// Whether the group is named.
    pub(super) groups: bool,
    /// The place of a group that knows none, where lines are of several places.
    pub(super) front: Option<Scope>,
}

/// An event as JSON.
#[derive(Serialize)]
struct Object<'a> {
    time: String,
    ingestion: String,
    group: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    stream: &'a str,
    message: &'a str,
    late: bool,
}

impl Style {
    /// Writes one event, with the end of its line.
    pub(super) fn write(&self, line: &Placed, out: &mut Vec<u8>) {
        let event = &line.event;
        match self.format {
            LineFormat::Short => out.extend(self.short(line).bytes()),
            LineFormat::Json => {
                let place = event.group.place().map(Arc::as_ref).or(self.front.as_ref());
                let object = Object {
                    time: event.timestamp.to_string(),
                    ingestion: event.ingested.to_string(),
                    group: event.group.as_str(),
                    account: place.map(|place| place.account.as_str()),
                    region: place.map(|place| place.region.as_str()),
                    stream: &event.stream,
                    message: &event.message,
                    late: line.late,
                };
                out.extend(output::json(&object).bytes());
            }
            LineFormat::Raw if self.terminal => {
                out.extend(Printable::new(event.message.trim_end()).as_str().bytes());
            }
            LineFormat::Raw => {
                out.extend(event.message.bytes());
                if event.message.ends_with('\n') {
                    return;
                }
            }
        }
        out.push(b'\n');
    }

    /// `03:00:00.123Z late /aws/lambda/orders-writer message`
    fn short(&self, line: &Placed) -> String {
        let event = &line.event;
        let message = Printable::new(event.message.trim_end());
        let mut head = format!("{}Z", event.timestamp.clock_millis());
        if line.late {
            head.push_str(" late");
        }
        if self.groups {
            head = format!("{head} {}", event.group);
        }
        if !self.colours {
            return format!("{head} {message}");
        }
        let colour = match LogLevel::detect(&event.message) {
            Some(LogLevel::Fatal | LogLevel::Error) => "31",
            Some(LogLevel::Warn) => "33",
            Some(LogLevel::Debug | LogLevel::Trace) => "2",
            Some(LogLevel::Info) | None => return format!("\u{1b}[2m{head}\u{1b}[0m {message}"),
        };
        format!("\u{1b}[2m{head}\u{1b}[0m \u{1b}[{colour}m{message}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::log::LogEvent;
    use watchdeck_domain::{LogGroupName, Timestamp};

    use super::*;

    fn printed(format: LineFormat, terminal: bool, message: &str) -> String {
        let timestamp = Timestamp::parse("2026-11-22T03:00:00.123Z").unwrap();
        let event = LogEvent {
            group: LogGroupName::parse("/g").unwrap(),
            stream: "s".into(),
            timestamp,
            ingested: timestamp,
            message: message.into(),
            event_id: None,
        };
        let mut out = Vec::new();
        let style = Style { format, terminal, colours: terminal, groups: true, front: None };
        style.write(&Placed { event, late: true }, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_event_is_one_line_whatever_it_holds() {
        let hostile = "two\nlines \u{1b}[2J ERROR\n";
        let short = printed(LineFormat::Short, false, hostile);
        assert_eq!(short, "03:00:00.123Z late /g two⏎lines \\u{1b}[2J ERROR\n");
        let shown = printed(LineFormat::Short, true, hostile);
        assert_eq!(
            shown,
            "\u{1b}[2m03:00:00.123Z late /g\u{1b}[0m \u{1b}[31mtwo⏎lines \\u{1b}[2J ERROR\u{1b}[0m\n"
        );
    }

    #[test]
    fn raw_is_byte_for_byte_unless_a_terminal_shows_it() {
        assert_eq!(printed(LineFormat::Raw, false, "a\u{1b}[2J"), "a\u{1b}[2J\n");
        assert_eq!(printed(LineFormat::Raw, false, "a\n"), "a\n");
        assert_eq!(printed(LineFormat::Raw, true, "a\u{1b}[2J\n"), "a\\u{1b}[2J\n");
    }

    #[test]
    fn json_is_valid_and_harmless() {
        let json = printed(LineFormat::Json, true, "a\u{9b}31m\u{202e}\u{e0001}\u{7f}ß");
        assert!(json.ends_with("}\n") && json.chars().filter(|c| c.is_control()).count() == 1);
        assert!(!json.contains('\u{202e}') && json.contains('ß'), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["message"], "a\u{9b}31m\u{202e}\u{e0001}\u{7f}ß");
        assert_eq!(
            (&read["late"], &read["time"]),
            (&true.into(), &"2026-11-22T03:00:00.123Z".into())
        );
    }
}
