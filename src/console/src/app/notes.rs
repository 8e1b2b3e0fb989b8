//! What an operator noted about the lines of an account, and wants back in the next session: bookmarks and columns.

use serde::{Deserialize, Serialize};
use watchdeck_domain::LogGroupName;

use super::screens::logs::bookmarks::{Bookmark, MOST};
use super::{Effect, Model};

/// The most sets of groups whose columns are remembered.
const SETS: usize = 200;

/// All that was noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// The bookmarks, in no order.
    #[serde(default)]
    pub bookmarks: Vec<Bookmark>,
    /// The columns of each set of groups, the newest last.
    #[serde(default)]
    pub columns: Vec<Columns>,
}

/// The columns in which the lines of a set of groups are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The groups, in order of name.
    pub groups: Vec<LogGroupName>,
    /// The columns.
    pub names: Vec<String>,
}

/// A change of what is noted: several consoles may note at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// This line is bookmarked, with this note.
    Marked(Bookmark),
    /// This line is bookmarked no longer.
    Unmarked(Bookmark),
    /// These columns were chosen.
    Chosen(Columns),
}

impl Notes {
    /// Takes a change in.
    pub fn take(&mut self, note: Note) {
        match note {
            Note::Marked(mark) => {
                self.bookmarks.retain(|known| !known.is_of_the_line_of(&mark));
                if self.bookmarks.len() < MOST {
                    self.bookmarks.push(mark);
                }
            }
            Note::Unmarked(mark) => self.bookmarks.retain(|known| !known.is_of_the_line_of(&mark)),
            Note::Chosen(columns) => {
                self.columns.retain(|known| known.groups != columns.groups);
                self.columns.push(columns);
                let over = self.columns.len().saturating_sub(SETS);
                self.columns.drain(..over);
            }
        }
    }
}

/// Takes in what was noted in earlier sessions.
pub(super) fn recall(model: &mut Model, notes: Notes) {
    model.logs.recall_bookmarks(notes.bookmarks);
    model.logs.recall_columns(notes.columns);
}

/// Keeps a change for the next session.
pub(super) fn keep(note: Option<Note>) -> Vec<Effect> {
    note.map(|note| Effect::KeepNote(Box::new(note))).into_iter().collect()
}
