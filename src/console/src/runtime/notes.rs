//! What an operator noted about lines, in a file an account and region, for the eyes of its owner only.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use watchdeck_domain::Region;

use super::kept;
use super::state::{Keeper, StateFolder};
use crate::app::Problem;
use crate::app::notes::{Note, Notes};

/// The most bytes of the file: the longest bookmarks, as many as there can be.
const MOST: u64 = 64 << 20;
/// The version of the file.
const VERSION: u32 = 1;

/// The file.
#[derive(Clone, Debug)]
pub struct NoteFile {
    state: StateFolder,
    keeper: Keeper,
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Sheet {
    version: u32,
    #[serde(flatten)]
    notes: Notes,
}

impl NoteFile {
    /// That of an account's region.
    pub fn new(state: StateFolder, keeper: Keeper, region: &Region) -> Self {
        let path = state.notes(&keeper).join(format!("{region}.json"));
        Self { state, keeper, path }
    }

    /// What was noted.
    ///
    /// # Errors
    /// It cannot be read. It stays as it is.
    pub fn read(&self) -> Result<Notes, Problem> {
        let unread = |why: String| {
            let what = format!("bookmarks and columns cannot be read: {}", self.path.display());
            let hint = "until the file is corrected or removed, none are kept";
            Problem::new("notes.unread", what, why, hint)
        };
        let text = kept::read(&self.path, MOST).map_err(|error| unread(error.to_string()))?;
        let Some(text) = text else { return Ok(Notes::default()) };
        let sheet: Sheet =
            serde_json::from_str(&text).map_err(|error| unread(error.to_string()))?;
        if sheet.version != VERSION {
            return Err(unread(format!("it is of version {}", sheet.version)));
        }
        Ok(sheet.notes)
    }

    /// Keeps a change. Others may have noted something meanwhile, in another console. The history of the account inside
    /// this process ends with it, and its lines with that: of it the columns alone are kept.
    ///
    /// # Errors
    /// The file cannot be read or written; it is as before then.
    pub fn keep(&self, note: Note) -> Result<(), Problem> {
        if self.keeper == Keeper::Demo && !matches!(note, Note::Chosen(_)) {
            return Ok(());
        }
        let mut notes = self.read()?;
        notes.take(note);
        let unkept = |why: String| {
            let what = format!("a bookmark or columns were not kept: {}", self.path.display());
            let hint = "they are there until you leave; look at the state folder";
            Problem::new("notes.unkept", what, why, hint)
        };
        let text = serde_json::to_vec(&Sheet { version: VERSION, notes });
        let text = text.map_err(|error| unkept(error.to_string()))?;
        self.state.prepare_notes(&self.keeper).map_err(|error| unkept(error.to_string()))?;
        kept::write(&self.path, &text).map_err(|error| unkept(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use watchdeck_domain::{AccountId, LogGroupName, Printable, Timestamp};
    use watchdeck_signal::store::LineId;

    use super::*;
    use crate::app::notes::Columns;
    use crate::app::screens::logs::bookmarks::Bookmark;

    fn file(folder: &std::path::Path, keeper: Keeper) -> NoteFile {
        let state = StateFolder::choose(Some(folder)).unwrap();
        NoteFile::new(state, keeper, &Region::parse("eu-central-1").unwrap())
    }

    fn account() -> Keeper {
        Keeper::Account(AccountId::parse("123456784021").unwrap())
    }

    fn mark(text: &str, number: u64) -> Bookmark {
        let at = Timestamp::from_millis(1_000);
        Bookmark {
            id: LineId { timestamp: at, ingested: at, number },
            group: LogGroupName::parse("/a").unwrap(),
            stream: Printable::new("s"),
            level: None,
            text: Printable::new(text),
            note: Printable::new("look here"),
        }
    }

    fn columns(name: &str) -> Note {
        let groups = vec![LogGroupName::parse("/a").unwrap()];
        Note::Chosen(Columns { groups, names: vec![name.to_owned()] })
    }

    #[test]
    fn what_is_noted_is_kept_change_by_change_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (file(folder.path(), account()), file(folder.path(), account()));
        assert_eq!(one.read().unwrap(), Notes::default());
        one.keep(Note::Marked(mark("first", 7))).unwrap();
        other.keep(Note::Marked(mark("second", 1))).unwrap();
        other.keep(columns("level")).unwrap();
        one.keep(columns("status")).unwrap();
        // The same line under another number: it is known by what it says.
        one.keep(Note::Marked(mark("first", 99))).unwrap();
        let notes = one.read().unwrap();
        assert_eq!(notes.bookmarks.len(), 2);
        assert_eq!(notes.columns.len(), 1);
        assert_eq!(notes.columns[0].names, ["status"]);
        one.keep(Note::Unmarked(mark("second", 5))).unwrap();
        assert_eq!(one.read().unwrap().bookmarks[0].text.as_str(), "first");
        assert_eq!(fs::metadata(&one.path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn of_the_account_inside_this_process_only_columns_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path(), Keeper::Demo);
        file.keep(Note::Marked(mark("first", 7))).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        file.keep(columns("level")).unwrap();
        assert_eq!(file.read().unwrap().columns.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path(), account());
        file.keep(columns("level")).unwrap();
        let newer = fs::read_to_string(&file.path).unwrap().replace(":1,", ":9,");
        fs::write(&file.path, &newer).unwrap();
        assert!(file.read().unwrap_err().why.as_str().contains("version 9"));
        assert!(file.keep(columns("status")).is_err());
        assert_eq!(fs::read_to_string(&file.path).unwrap(), newer);
    }
}
