//! Lines that somebody wants to find again, with what they say about them. They outlive the lines themselves.

use serde::{Deserialize, Serialize};
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{LogGroupName, Printable, Timestamp};
use watchdeck_signal::store::{LineId, LineRef};

use super::Logs;

/// The most bookmarks.
pub const MOST: usize = 500;
/// The longest text kept of a line, in characters.
const LONGEST: usize = 20_000;

/// A line that is to be found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The line.
    pub id: LineId,
    /// The group it was written to.
    pub group: LogGroupName,
    /// The stream within the group.
    pub stream: Printable,
    /// How loud it is.
    pub level: Option<LogLevel>,
    /// What it says, also when it is let go.
    pub text: Printable,
    /// What was noted about it; may be empty.
    pub note: Printable,
}

impl Bookmark {
    /// When the line was written.
    pub fn at(&self) -> Timestamp {
        self.id.timestamp
    }

    /// Whether both are of the same line: its number is another in each session, and when and by whom it was written and
    /// what it says are not.
    pub fn is_of_the_line_of(&self, other: &Self) -> bool {
        self.at() == other.at()
            && self.group == other.group
            && self.stream == other.stream
            && self.text == other.text
    }
}

/// What became of a wish to mark a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marked {
    /// It is marked now, or has another note.
    On(Bookmark),
    /// It is marked no longer.
    Off(Bookmark),
    /// There are too many marks.
    Full,
    /// There is no line.
    Nothing,
}

/// What became of a wish to go to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The cursor is on it.
    There,
    /// It does not pass the filter.
    Hidden,
    /// It arrived while the view was paused.
    Later,
    /// It was let go.
    Gone,
}

impl Logs {
    /// The bookmarks, oldest line first.
    pub fn bookmarks(&self) -> &[Bookmark] {
        &self.bookmarks
    }

    /// Whether a line is marked.
    pub fn is_marked(&self, id: LineId) -> bool {
        self.bookmarks.binary_search_by_key(&id, |mark| mark.id).is_ok()
    }

    /// The note on a line, if it is marked.
    pub fn note(&self, id: LineId) -> Option<&Printable> {
        let at = self.bookmarks.binary_search_by_key(&id, |mark| mark.id).ok()?;
        self.bookmarks.get(at).map(|mark| &mark.note)
    }

    /// Marks the line under the cursor with a note; without one, takes the mark off that it has.
    pub fn mark(&mut self, note: &str) -> Marked {
        let Some(mark) = self.chosen_line().map(|line| kept(&line, note)) else {
            return Marked::Nothing;
        };
        match self.bookmarks.binary_search_by_key(&mark.id, |known| known.id) {
            Ok(at) if note.is_empty() => return Marked::Off(self.bookmarks.remove(at)),
            Ok(at) => {
                if let Some(known) = self.bookmarks.get_mut(at) {
                    known.note = mark.note.clone();
                }
            }
            Err(_) if self.bookmarks.len() >= MOST => return Marked::Full,
            Err(at) => self.bookmarks.insert(at, mark.clone()),
        }
        // What is marked stays in front.
        self.hold();
        Marked::On(mark)
    }

    /// Takes the mark of that place in the list off, and gives it.
    pub fn unmark(&mut self, at: usize) -> Option<Bookmark> {
        (at < self.bookmarks.len()).then(|| self.bookmarks.remove(at))
    }

    /// Goes to the next or previous bookmark whose line is shown. Says whether there was one.
    pub fn seek_bookmark(&mut self, forward: bool, page: usize) -> bool {
        let Some(here) = self.here() else { return false };
        let beyond = |id: &LineId| if forward { *id > here } else { *id < here };
        let mut ids: Vec<LineId> =
            self.bookmarks.iter().map(|mark| mark.id).filter(beyond).collect();
        if !forward {
            ids.reverse();
        }
        ids.into_iter().any(|id| self.reach(id, page))
    }

    /// Goes to a bookmarked line, out of what the lines are narrowed to if need be.
    pub fn go_to(&mut self, id: LineId, page: usize) -> Reached {
        if self.store.find(id).is_none() {
            return Reached::Gone;
        }
        if self.reach(id, page) {
            return Reached::There;
        }
        if self.paused.is_some_and(|last| id > last) {
            return Reached::Later;
        }
        if self.span().is_some_and(|span| !span.holds(id.timestamp)) {
            self.widen_all();
        }
        if self.reach(id, page) { Reached::There } else { Reached::Hidden }
    }

    /// Puts the cursor on a line, if it is shown.
    fn reach(&mut self, id: LineId, page: usize) -> bool {
        let shown = self.shown(page);
        let at = shown.rows.position(id);
        let there = at < shown.len && shown.rows.row(at).is_some_and(|row| row.id() == id);
        if there {
            self.put(at, page);
        }
        there
    }
}

pub(super) fn kept(line: &LineRef<'_>, note: &str) -> Bookmark {
    Bookmark {
        id: line.id,
        group: line.group().clone(),
        stream: Printable::new(line.stream.stream.clone()),
        level: line.level,
        text: line.printable(LONGEST),
        note: Printable::new(note),
    }
}
