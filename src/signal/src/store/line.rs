//! One line: its lasting id, and a borrowed look at it.

use serde::{Deserialize, Serialize};
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{LogGroupName, Printable, Timestamp};

use super::names::StreamName;
use super::pretty;

/// Names a line for as long as it is held, and says where it stands: ids order as lines do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineId {
    /// When the writer says it happened.
    pub timestamp: Timestamp,
    /// When CloudWatch Logs received it.
    pub ingested: Timestamp,
    /// The how-manieth line the store was given.
    pub number: u64,
}

/// What a segment keeps of a line beside its text and its level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    timestamp: Timestamp,
    number: u64,
    /// Milliseconds from the writing to the receipt.
    delay: i32,
    /// The text, by its number in the segment.
    pub(super) text: u16,
    /// The stream, by its number in the segment.
    pub(super) stream: u16,
}

impl Line {
    pub(super) fn new(id: LineId, stream: u16, text: u16) -> Self {
        let LineId { timestamp, number, .. } = id;
        Self { timestamp, number, delay: id.delay(), text, stream }
    }

    pub(super) fn id(&self) -> LineId {
        LineId::new(self.timestamp, self.delay, self.number)
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl LineId {
    /// The next id: what stands before it is this line and all before it.
    #[must_use]
    pub const fn after(self) -> Self {
        Self { number: self.number.saturating_add(1), ..self }
    }

    /// Where lines of an instant begin: behind all earlier ones, before all of its own.
    pub const fn before(at: Timestamp) -> Self {
        Self { timestamp: at, ingested: Timestamp::from_millis(i64::MIN), number: 0 }
    }

    /// The id of a line received so long after it was written.
    fn new(timestamp: Timestamp, delay: i32, number: u64) -> Self {
        let ingested = timestamp.as_millis().saturating_add(i64::from(delay));
        Self { timestamp, ingested: Timestamp::from_millis(ingested), number }
    }

    /// The id of a line. CloudWatch Logs takes no line that is older than two weeks: a time of receipt that is further
    /// away than 24 days counts as 24 days.
    pub(super) fn of(timestamp: Timestamp, ingested: Timestamp, number: u64) -> Self {
        Self::new(timestamp, Self { timestamp, ingested, number }.delay(), number)
    }

    fn delay(self) -> i32 {
        let delay = self.ingested.as_millis().saturating_sub(self.timestamp.as_millis());
        i32::try_from(delay).unwrap_or(if delay < 0 { i32::MIN } else { i32::MAX })
    }
}

/// How loud a line is and whether it is late, in one byte, so that a million are looked through in no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loudness(u8);

impl Loudness {
    const NAMED: u8 = 8;
    const LATE: u8 = 16;

    pub(super) fn new(level: Option<LogLevel>, late: bool) -> Self {
        let rank = level.unwrap_or(LogLevel::Info) as u8;
        Self(
            rank | if level.is_some() { Self::NAMED } else { 0 }
                | if late { Self::LATE } else { 0 },
        )
    }

    /// Whether the line is at least so loud. One that names no level counts as [`LogLevel::Info`].
    pub(super) fn reaches(self, least: LogLevel) -> bool {
        self.0 & 7 >= least as u8
    }

    pub(super) fn level(self) -> Option<LogLevel> {
        let level = LEVELS.get(usize::from(self.0 & 7)).copied();
        level.filter(|_| self.0 & Self::NAMED != 0)
    }

    pub(super) fn late(self) -> bool {
        self.0 & Self::LATE != 0
    }
}

const LEVELS: [LogLevel; 6] = [
    LogLevel::Trace,
    LogLevel::Debug,
    LogLevel::Info,
    LogLevel::Warn,
    LogLevel::Error,
    LogLevel::Fatal,
];

/// A line in the store.
#[derive(Clone, Copy, Debug)]
pub struct LineRef<'a> {
    /// Its lasting id, with its times.
    pub id: LineId,
    /// The group and the stream it was written to.
    pub stream: &'a StreamName,
    /// The text as it was written; hostile. For a screen take [`LineRef::printable`].
    pub message: &'a str,
    /// How loud it is, as far as its text tells.
    pub level: Option<LogLevel>,
    /// Whether it came into a past that was already held complete, or was long under way.
    pub late: bool,
}

impl<'a> LineRef<'a> {
    /// When the writer says it happened.
    pub fn timestamp(&self) -> Timestamp {
        self.id.timestamp
    }

    /// The group it was written to.
    pub fn group(&self) -> &'a LogGroupName {
        &self.stream.group
    }

    /// The first `characters` of the text, safe to show on one line, without the line breaks at its end.
    /// The cost depends on `characters` only, not on the length of the line.
    pub fn printable(&self, characters: usize) -> Printable {
        let text = self.message.trim_end_matches(['\n', '\r']);
        let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
        Printable::new(text.get(..end).unwrap_or(text))
    }

    /// The whole text for a detail pane, safe to show: JSON indented, anything else at its own line breaks.
    pub fn detail(&self) -> Vec<Printable> {
        pretty::indented(self.message)
            .unwrap_or_else(|| self.message.trim_end().to_owned())
            .lines()
            .map(Printable::from)
            .collect()
    }

    /// The whole text to be copied: JSON indented, anything else as it was written. It may hold anything.
    pub fn copied(&self) -> String {
        pretty::indented(self.message).unwrap_or_else(|| self.message.to_owned())
    }

    /// The Lambda version that wrote the line, read from a stream name `YYYY/MM/DD/[version]hash`.
    pub fn executed_version(&self) -> Option<&'a str> {
        let (_, rest) = self.stream.stream.split_once('[')?;
        let (version, _) = rest.split_once(']')?;
        (!version.is_empty()).then_some(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_small_and_told_whole() {
        assert_eq!(size_of::<Line>(), 24);
        for level in LEVELS.map(Some).into_iter().chain([None]) {
            for late in [false, true] {
                let loudness = Loudness::new(level, late);
                assert_eq!((loudness.level(), loudness.late()), (level, late));
                for least in LEVELS {
                    let wanted = level.unwrap_or(LogLevel::Info) >= least;
                    assert_eq!(loudness.reaches(least), wanted, "{level:?} {least:?}");
                }
            }
        }
        let at = Timestamp::from_millis;
        for (timestamp, ingested) in [(5, 9), (9, 5), (-5, 1_000_000_000), (7, 7)] {
            let id = LineId { timestamp: at(timestamp), ingested: at(ingested), number: 3 };
            assert_eq!(LineId::of(id.timestamp, id.ingested, 3), id);
            assert_eq!(Line::new(id, 0, 0).id(), id);
        }
        assert!(LineId::of(at(0), at(i64::MAX), 1) > LineId::of(at(0), at(1 << 30), 2));
    }
}
