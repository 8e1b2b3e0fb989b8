//! The lines of a file as log events: each finds its time, and one that has none stands after the line before it.
//!
//! Text, JSON a line, JSON documents as AWS delivers and answers them, and what this program printed itself.

mod clock; // times at the beginning of a text
mod cutter; // bytes into lines or elements
mod elements; // the elements of a JSON document
mod envelope; // events that were printed whole
mod member; // the time in a line of JSON
mod stamp; // the time of a line

use std::fmt::Write as _;
use std::mem;

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{LogGroupName, Timestamp};

use self::cutter::Cutter;
use self::stamp::Stamp;

/// Lines before the first that tells a time, at most; they get that time.
const HEAD: usize = 1_000;

/// Zeros before a line from which on they are a hole, and no part of the line.
const HOLE: usize = 16;

/// A file that is being read.
#[derive(Clone, Debug)]
pub struct Transcript {
    cutter: Cutter,
    lines: Lines,
}

/// Where lines go.
pub trait Sink {
    /// Takes a line of the file.
    fn line(&mut self, group: &LogGroupName, time: Timestamp, text: &str);
    /// Takes an event that stood in a line of the file, with a group and a stream of its own.
    fn event(&mut self, event: LogEvent);
}

impl Sink for Vec<LogEvent> {
    fn line(&mut self, group: &LogGroupName, time: Timestamp, text: &str) {
        self.push(LogEvent {
            group: group.clone(),
            // A file has no streams.
            stream: String::new(),
            timestamp: time,
            ingested: time,
            message: text.to_owned(),
            event_id: None,
        });
    }

    fn event(&mut self, event: LogEvent) {
        self.push(event);
    }
}

/// What is known of the lines so far.
#[derive(Clone, Debug)]
struct Lines {
    group: LogGroupName,
    stamp: Stamp,
    /// The time of the last line that told one.
    time: Option<Timestamp>,
    /// The time of lines in a file that tells none, and what times without a year are near.
    dated: Timestamp,
    head: Vec<String>,
    /// Whether lines wait for a time no longer.
    settled: bool,
}

impl Transcript {
    /// A file of this name, from its beginning.
    pub fn new(name: &str) -> Self {
        let lines = Lines {
            group: LogGroupName::nearest(name),
            stamp: Stamp::default(),
            time: None,
            dated: Timestamp::default(),
            head: Vec::new(),
            settled: false,
        };
        Self { cutter: Cutter::default(), lines }
    }

    /// The same, its lines written at this time at the latest. Where no line tells a time, all have this.
    #[must_use]
    pub fn dated(mut self, at: Timestamp) -> Self {
        self.lines.dated = at;
        self
    }

    /// The group of its lines.
    pub fn group(&self) -> &LogGroupName {
        &self.lines.group
    }

    /// Takes the next bytes in, and gives the lines that are known by them.
    pub fn feed(&mut self, bytes: &[u8], out: &mut impl Sink) {
        let lines = &mut self.lines;
        self.cutter.cut(bytes, &mut |piece| lines.take(piece, out));
    }

    /// Nothing more comes for a while: lines wait no longer for the first time that is told. What comes later was written by
    /// `now` at the latest.
    pub fn settle(&mut self, now: Timestamp, out: &mut impl Sink) {
        self.lines.dated = now;
        self.lines.settle(out);
        self.lines.settled = false;
    }

    /// Gives what is left: nothing comes behind it.
    pub fn end(&mut self, out: &mut impl Sink) {
        let lines = &mut self.lines;
        self.cutter.end(&mut |piece| lines.take(piece, out));
        self.lines.settle(out);
    }
}

impl Lines {
    /// Takes the next line in, without its end.
    fn take(&mut self, bytes: &[u8], out: &mut impl Sink) {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let Some(bytes) = self.past_hole(bytes, out) else { return };
        let legible;
        let text = if let Ok(text) = std::str::from_utf8(bytes) {
            text
        } else {
            legible = spelled(bytes);
            &legible
        };
        if let Some(event) = envelope::opened(text, &self.group) {
            self.know(event.timestamp, out);
            out.event(event);
            return;
        }
        if let Some(time) = self.stamp.time(text, self.dated) {
            self.know(time, out);
        }
        match self.time {
            Some(time) => out.line(&self.group, time, text),
            None if self.settled => out.line(&self.group, self.dated, text),
            None => {
                self.head.push(text.to_owned());
                if self.head.len() >= HEAD {
                    self.settle(out);
                }
            }
        }
    }

    /// What follows a hole, which is told for itself: a file that is cut while a program writes to it has one. Nothing where
    /// there is no more than that.
    fn past_hole<'a>(&mut self, bytes: &'a [u8], out: &mut impl Sink) -> Option<&'a [u8]> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        if zeros < HOLE {
            return Some(bytes);
        }
        self.take(format!("[{zeros} NUL bytes]").as_bytes(), out);
        bytes.get(zeros..).filter(|rest| !rest.is_empty())
    }

    /// A line told a time. Those before the first have it as well.
    fn know(&mut self, time: Timestamp, out: &mut impl Sink) {
        if self.time.replace(time).is_none() {
            self.give(time, out);
        }
    }

    fn settle(&mut self, out: &mut impl Sink) {
        self.settled = true;
        self.give(self.dated, out);
    }

    fn give(&mut self, time: Timestamp, out: &mut impl Sink) {
        for text in mem::take(&mut self.head) {
            out.line(&self.group, time, &text);
        }
    }
}

/// Bytes as text: those that are none are written as `\xNN`.
fn spelled(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clock and text of each line.
    fn read(lines: &[&[u8]]) -> Vec<String> {
        let (mut transcript, mut events) = (Transcript::new("app log.txt"), Vec::new());
        for line in lines {
            transcript.feed(&[line, b"\n".as_slice()].concat(), &mut events);
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
    fn a_file_without_times_has_that_of_its_last_change() {
        let at = Timestamp::parse("2026-11-22T03:00:01Z").unwrap();
        let (mut transcript, mut events) = (Transcript::new("x").dated(at), Vec::new());
        transcript.feed(b"a\nb\n", &mut events);
        assert_eq!(events, []);
        transcript.end(&mut events);
        assert!(events.iter().all(|event| event.timestamp == at) && events.len() == 2);
    }

    #[test]
    fn lines_of_a_pipe_wait_for_a_time_no_longer_than_the_pipe_rests() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let (mut transcript, mut events) = (Transcript::new("x"), Vec::new());
        transcript.feed(b"starting\n", &mut events);
        transcript.settle(at("2026-11-22T03:00:01Z"), &mut events);
        transcript.feed(b"2026-11-22T03:00:02Z ready\n  more\n", &mut events);
        let clocks: Vec<_> = events.iter().map(|event| event.timestamp.clock()).collect();
        assert_eq!(clocks, ["03:00:01", "03:00:02", "03:00:02"]);
    }

    #[test]
    fn a_hole_is_told_and_the_line_behind_it_is_read() {
        let hole = [&[0; 3_000], b"2026-11-22T03:00:01Z x".as_slice()].concat();
        let wanted = ["03:00:01 [3000 NUL bytes]", "03:00:01 2026-11-22T03:00:01Z x"];
        assert_eq!(read(&[&hole]), wanted);
        assert_eq!(read(&[&[0; 40], b"a\0b"]), ["00:00:00 [40 NUL bytes]", "00:00:00 a\0b"]);
    }

    #[test]
    fn cloudtrail_as_it_is_delivered_is_an_event_a_record() {
        let (mut transcript, mut events) = (Transcript::new("trail.json"), Vec::new());
        let document = br#"{"Records":[{"eventVersion":"1.08","eventTime":"2026-11-22T03:00:01Z","eventName":"UpdateAlias"},{"eventTime":"2026-11-22T03:00:00Z"}]}"#;
        transcript.feed(document, &mut events);
        transcript.end(&mut events);
        let shown: Vec<_> = events.iter().map(|event| event.timestamp.clock()).collect();
        assert_eq!(shown, ["03:00:01", "03:00:00"]);
        assert!(events[0].message.contains("UpdateAlias"));
    }
}
