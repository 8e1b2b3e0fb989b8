//! Lines in their own words: pairs of names and values, runtimes' lines parted by tabs, a word for the level.

use std::borrow::Cow;

use watchdeck_domain::log::LogLevel;
use watchdeck_query::json::Scalar;

use super::sheet::Sheet;
use super::{Reading, application, moment, split};

/// The longest word before a message that is looked at, in bytes.
const LONGEST: usize = 64;
/// As much of a line as is searched for a level and ids.
const HEAD: usize = 512;

/// The pairs of a line that begins with at least two.
pub(super) fn pairs(line: &str) -> Option<Sheet<'_>> {
    let cells = split::pairs(line);
    (cells.len() >= 2).then_some(Sheet { cells, too_deep: false })
}

/// What a line in words can be tabled by: its parts as runtimes write them, the rest as the message. Where the rest
/// is JSON, its members come first, and win over the parts of the same names; that is said too.
pub(super) fn sheet(line: &str) -> (bool, Sheet<'_>) {
    let parts = Parts::of(line);
    let json = parts.message.starts_with("{\"");
    let mut sheet = if json { Sheet::of_json(parts.message) } else { Sheet::default() };
    let message = (!json).then_some(parts.message);
    let named = [("time", parts.time), ("requestId", parts.request), ("level", parts.level)];
    for (name, text) in named.into_iter().chain([("message", message)]) {
        if let Some(text) = text.filter(|_| !sheet.has(name)) {
            sheet.cells.push((Cow::Borrowed(name), Scalar::Text(Cow::Borrowed(text))));
        }
    }
    (json, sheet)
}

/// Reads a line in words.
pub(super) fn read<'a>(reading: &mut Reading<'a>, message: &'a str) {
    let parts = Parts::of(message.trim());
    reading.time = parts.time.and_then(moment::of_text);
    reading.request(parts.request.map(Cow::Borrowed));
    reading.level = parts.level.and_then(application::named).or_else(|| word(parts.message));
    reading.message = Cow::Borrowed(parts.message);
    let head = split::prefix(parts.message, HEAD);
    if head.contains("Root=1-") {
        reading.trace(Some(Cow::Borrowed(head)));
    }
}

/// The first word that is a level in capitals, or in brackets.
fn word(message: &str) -> Option<LogLevel> {
    split::prefix(message, HEAD)
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_uppercase()))
        .find_map(application::named)
}

/// The parts that runtimes put before the message, in either order.
struct Parts<'a> {
    time: Option<&'a str>,
    request: Option<&'a str>,
    level: Option<&'a str>,
    message: &'a str,
}

impl<'a> Parts<'a> {
    /// `time \t id \t level \t message` of Node.js, `[level] \t time \t id \t message` of Python, or words.
    fn of(line: &'a str) -> Self {
        let mut parts = Self { time: None, request: None, level: None, message: line };
        for _ in 0..5 {
            let rest = parts.message;
            let near = split::prefix(rest, LONGEST);
            let end = near.find(['\t', ' ']).unwrap_or(near.len());
            let Some((mut word, mut after)) = rest.split_at_checked(end) else { break };
            // A date and a clock parted by a blank are one time.
            if word.len() == 10
                && let Some(end) =
                    after.get(1..).and_then(|clock| split::prefix(clock, LONGEST).find(['\t', ' ']))
                && let Some((both, behind)) = rest.split_at_checked(word.len() + 1 + end)
                && moment::of_text(word).is_none()
                && moment::of_text(both).is_some()
            {
                (word, after) = (both, behind);
            }
            let bare = word.trim_matches(['[', ']', ':', '<', '>']);
            let taken = if parts.time.is_none() && moment::of_text(bare).is_some() && bare.len() > 9
            {
                &mut parts.time
            } else if parts.request.is_none() && is_uuid(bare) {
                &mut parts.request
            } else if parts.level.is_none() && bare.len() >= 3 && application::named(bare).is_some()
            {
                &mut parts.level
            } else {
                break;
            };
            *taken = Some(bare);
            parts.message = after.trim_start();
        }
        if parts.message.is_empty() {
            parts.message = line;
        }
        parts
    }
}

/// Whether a word is a request id: 8-4-4-4-12 hex digits.
pub(crate) fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn check(line: &str, level: Option<LogLevel>, requests: usize, timed: bool, message: &str) {
        let reading = Reading::of(line, "");
        assert_eq!(reading.kind, Kind::Text, "{line}");
        assert_eq!((reading.level, reading.message.as_ref()), (level, message), "{line}");
        assert_eq!((reading.requests.len(), reading.time.is_some()), (requests, timed), "{line}");
    }

    #[test]
    fn what_runtimes_put_before_a_message_is_taken_off() {
        let id = "5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";
        check(
            &format!("2026-11-22T03:04:05.678Z\t{id}\tERROR\tno stock left"),
            Some(LogLevel::Error),
            1,
            true,
            "no stock left",
        );
        check(
            &format!("[WARNING]\t2026-11-22T03:04:05.678Z\t{id}\tslow\n"),
            Some(LogLevel::Warn),
            1,
            true,
            "slow",
        );
        check("2026-11-22 03:04:05,678 INFO served it", Some(LogLevel::Info), 0, true, "served it");
        check("panicked at main", None, 0, false, "panicked at main");
        check("it was a FATAL mistake", Some(LogLevel::Fatal), 0, false, "it was a FATAL mistake");
        check("INFO", Some(LogLevel::Info), 0, false, "INFO");
        check("", None, 0, false, "");
    }

    #[test]
    fn json_behind_what_a_runtime_puts_before_it_is_read_as_json() {
        let line = "2026-11-22T03:04:05.678Z\t5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b\tWARN\t{\"message\":\"slow\",\"order\":{\"id\":7}}";
        let reading = Reading::of(line, "");
        assert!(matches!(reading.kind, Kind::Application(_)));
        assert_eq!((reading.message.as_ref(), reading.level), ("slow", Some(LogLevel::Warn)));
        assert_eq!((reading.requests.len(), reading.time.is_some()), (1, true));
        assert_eq!(super::super::value(line, "order.id").unwrap().text(), "7");
    }

    #[test]
    fn pairs_are_read_as_a_program_writes_them() {
        let line = r#"time=2026-11-22T03:04:05Z level=warn msg="pool is full" duration=12ms status=503 request_id=5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b"#;
        let reading = Reading::of(line, "");
        assert_eq!((reading.kind, reading.level), (Kind::Pairs, Some(LogLevel::Warn)));
        assert_eq!((reading.message.as_ref(), reading.status), ("pool is full", Some(503)));
        assert_eq!((reading.durations.total, reading.requests.len()), (Some(12.0), 1));
    }
}
