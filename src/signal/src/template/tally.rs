//! One template, and what is counted of it.

use std::fmt;
use std::num::ParseIntError;

use serde::{Deserialize, Serialize};
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{Printable, Timestamp};

use super::counts::Counts;
use super::words::VARIABLE;
use crate::store::{LineId, LineRef};

/// Names a template in every session: a hash of the line it was born of, its variables left out.
///
/// It does not change when the template grows more general. Written as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TemplateId(pub(super) u64);

impl TemplateId {
    /// The id of what is no longer told apart.
    pub const REST: Self = Self(0);
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl From<TemplateId> for String {
    fn from(id: TemplateId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for TemplateId {
    type Error = ParseIntError;
    fn try_from(text: String) -> Result<Self, ParseIntError> {
        u64::from_str_radix(&text, 16).map(Self)
    }
}

/// What lines have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template {
    pub(super) id: TemplateId,
    /// What must be equal besides the words, as a number.
    pub(super) frame: u64,
    /// The words as numbers; [`VARIABLE`] stands for any.
    pub(super) hashes: Vec<u64>,
    /// The words as text; nothing stands for any.
    pub(super) texts: Vec<Option<Printable>>,
    /// The sorted keys of a JSON line.
    pub(super) keys: Vec<Printable>,
    pub(super) tally: Tally,
}

/// The least share of its words that a line has in common with its template, in tenths.
const SIMILAR: usize = 8;
/// The least share of those words that are no variables, in tenths: where nearly all are, the few others decide.
const SIMILAR_CONSTANT: usize = 7;

impl Template {
    /// How many words a line of equal length shares, if they are enough. A variable is shared whatever stands there, so
    /// that a line is always like the template it made more general.
    pub(super) fn shared(&self, hashes: &[u64]) -> Option<usize> {
        let same = |(ours, theirs): &(&u64, &u64)| **ours == VARIABLE || ours == theirs;
        let shared = self.hashes.iter().zip(hashes).filter(same).count();
        let constant = self.hashes.iter().filter(|hash| **hash != VARIABLE).count();
        let told = (shared + constant).saturating_sub(self.hashes.len());
        let enough = shared * 10 >= self.hashes.len() * SIMILAR;
        (enough && told * 10 >= constant * SIMILAR_CONSTANT).then_some(shared)
    }

    /// Grows as general as a line of equal length asks.
    pub(super) fn grow(&mut self, hashes: &[u64]) {
        for ((ours, text), theirs) in self.hashes.iter_mut().zip(&mut self.texts).zip(hashes) {
            if ours != theirs {
                (*ours, *text) = (VARIABLE, None);
            }
        }
    }

    /// Its words on one line, `<*>` for a variable.
    pub(super) fn wording(&self) -> Printable {
        let words = self.texts.iter().map(|text| text.as_ref().map_or("<*>", Printable::as_str));
        Printable::new(words.collect::<Vec<_>>().join(" "))
    }
}

/// What is counted of the lines of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    pub(super) lines: u64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    /// The loudest level of its lines.
    pub(super) level: Option<LogLevel>,
    /// Its newest line of this session.
    pub(super) newest: Option<LineId>,
    /// Whether an earlier session knew it.
    pub(super) earlier: bool,
}

impl Tally {
    /// Of no line yet; the first one comes at an instant.
    pub(super) fn new(at: Timestamp) -> Self {
        let counts = Counts::default();
        Self { counts, lines: 0, first: at, last: at, level: None, newest: None, earlier: false }
    }

    /// Counts a line; one of a time that an earlier session counted is known already, if that session knew the template.
    pub(super) fn count(&mut self, line: &LineRef<'_>, counted: bool) {
        let at = line.timestamp();
        if counted && self.earlier {
            self.newest = self.newest.max(Some(line.id));
            return;
        }
        self.counts.add(at);
        self.lines += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        self.level = self.level.max(line.level);
        self.newest = self.newest.max(Some(line.id));
    }

    /// Counts what another has counted.
    pub(super) fn join(&mut self, other: &Self) {
        self.counts.join(&other.counts);
        self.lines += other.lines;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.level = self.level.max(other.level);
        self.newest = self.newest.max(other.newest);
    }
}
