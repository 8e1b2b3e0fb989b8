//! Log groups, log events and their levels.

use serde::{Deserialize, Serialize};

use crate::{LogGroupName, Timestamp};

/// A log group of CloudWatch Logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogGroup {
    /// Its name.
    pub name: LogGroupName,
    /// Its ARN without the trailing `:*`, as StartLiveTail wants it.
    pub arn: String,
    /// Stored bytes, as CloudWatch last counted them.
    pub stored_bytes: u64,
}

/// One log event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogEvent {
    /// The group it was written to.
    pub group: LogGroupName,
    /// The stream within the group.
    pub stream: String,
    /// When the writer says it happened.
    pub timestamp: Timestamp,
    /// When CloudWatch Logs received it.
    pub ingested: Timestamp,
    /// The text as it was written; hostile until it is made `Printable`.
    pub message: String,
    /// The id that FilterLogEvents gives; live tail gives none.
    pub event_id: Option<String>,
}

impl LogEvent {
    /// The Lambda version that wrote the line, read from a stream name `YYYY/MM/DD/[version]hash`.
    pub fn executed_version(&self) -> Option<&str> {
        let (_, rest) = self.stream.split_once('[')?;
        let (version, _) = rest.split_once(']')?;
        (!version.is_empty()).then_some(version)
    }
}

/// How loud a line is, as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Finer than debug.
    Trace,
    /// For developers.
    Debug,
    /// Ordinary.
    Info,
    /// Unusual, but served.
    Warn,
    /// Something failed.
    Error,
    /// The process died.
    Fatal,
}

impl LogLevel {
    /// Detects the level of a line: a JSON `level` member, Lambda's failure lines, or the first level word.
    pub fn detect(message: &str) -> Option<Self> {
        let head: &str = message.get(..message.floor_char_boundary(512)).unwrap_or(message);
        if head.starts_with('{') {
            let member = b"\"level\"";
            // its `v` is the rarest of its letters
            let mut starts =
                memchr::memchr_iter(b'v', head.as_bytes()).filter_map(|at| at.checked_sub(3));
            let is_member = |at: &usize| {
                head.as_bytes().get(*at..).is_some_and(|from| from.starts_with(member))
            };
            let at = starts.find(is_member)?;
            let rest = head.get(at + member.len()..)?.trim_start_matches([':', ' ', '"']);
            return Self::from_word(rest);
        }
        if head.contains("Task timed out after") || head.contains("Runtime.ExitError") {
            return Some(Self::Fatal);
        }
        head.split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_uppercase()))
            .find_map(|word| Self::from_word(word).filter(|_| word.len() <= 8))
    }

    fn from_word(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let word = text.get(..end)?;
        WORDS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, level)| *level)
    }
}

const WORDS: [(&str, LogLevel); 11] = [
    ("trace", LogLevel::Trace),
    ("debug", LogLevel::Debug),
    ("info", LogLevel::Info),
    ("notice", LogLevel::Info),
    ("warn", LogLevel::Warn),
    ("warning", LogLevel::Warn),
    ("error", LogLevel::Error),
    ("err", LogLevel::Error),
    ("fatal", LogLevel::Fatal),
    ("critical", LogLevel::Fatal),
    ("panic", LogLevel::Fatal),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_from_the_text() {
        let check = |line: &str, wanted: Option<LogLevel>| {
            assert_eq!(LogLevel::detect(line), wanted, "{line}");
        };
        check(r#"{"level":"ERROR","message":"x"}"#, Some(LogLevel::Error));
        check(r#"{"time":"..","level": "warn"}"#, Some(LogLevel::Warn));
        check(r#"{v"v":"vv","level":"info","v":1}"#, Some(LogLevel::Info));
        check(r#"{"levels":"ERROR","vel"}"#, None);
        check("[INFO] 2026-11-22 ready", Some(LogLevel::Info));
        check("2026-11-22T03:00:00Z 5f Task timed out after 3.00 seconds", Some(LogLevel::Fatal));
        check("START RequestId: 5f Version: 42", None);
        check("", None);
    }

    #[test]
    fn the_stream_names_the_version() {
        let event = LogEvent {
            group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
            stream: "2026/11/22/[42]0f".into(),
            timestamp: Timestamp::default(),
            ingested: Timestamp::default(),
            message: String::new(),
            event_id: None,
        };
        assert_eq!(event.executed_version(), Some("42"));
    }
}
