//! One line: its lasting id, and a borrowed look at it.

use std::sync::Arc;

use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{LogGroupName, Printable, Timestamp};

use super::names::StreamName;
use super::pretty;

/// Names a line for as long as it is held, and says where it stands: ids order as lines do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineId {
    /// When the writer says it happened.
    pub timestamp: Timestamp,
    /// When CloudWatch Logs received it.
    pub ingested: Timestamp,
    /// The how-manieth line the store was given.
    pub number: u64,
}

/// What a segment keeps of a line beside its text.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) id: LineId,
    pub(super) start: usize,
    pub(super) len: u32,
    pub(super) level: Option<LogLevel>,
    pub(super) late: bool,
    pub(super) stream: Arc<StreamName>,
}

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
