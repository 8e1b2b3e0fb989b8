//! Filters with a name, in a file of their own: one for all accounts, for the eyes of its owner only.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::events::Mailbox;
use super::kept;
use super::state::StateFolder;
use crate::app::{Msg, Problem};
use crate::keymap::line_and_column;

/// The most bytes of the file.
const MOST: u64 = 1 << 20;

/// What stands on top of it.
const HEAD: &str =
    "# The filters that `:filter save NAME` saved; `:filter delete NAME` deletes one.\n";

/// The file.
#[derive(Clone, Debug)]
pub struct FilterFile {
    state: StateFolder,
    path: PathBuf,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    #[serde(default)]
    filters: BTreeMap<String, String>,
}

impl FilterFile {
    /// That of a state folder.
    pub fn of(state: &StateFolder) -> Self {
        Self { state: state.clone(), path: state.filters() }
    }

    /// The filters that are kept, by their names.
    ///
    /// # Errors
    /// Says why they cannot be read, and at which line.
    pub fn read(&self) -> Result<BTreeMap<String, String>, Problem> {
        let unread = |why: String| {
            let what = format!("the saved filters cannot be read: {}", self.path.display());
            let hint = "correct the file or remove it; until then none is saved";
            Problem::new("filters.unread", what, why, hint)
        };
        let text = kept::read(&self.path, MOST).map_err(|error| unread(error.to_string()))?;
        let text = text.unwrap_or_default();
        let sheet: Sheet = toml::from_str(&text).map_err(|error| {
            let (line, column) = line_and_column(&text, error.span().unwrap_or_default().start);
            unread(format!("line {line}, column {column}: {}", error.message()))
        })?;
        Ok(sheet.filters)
    }

    /// Keeps a filter once what was to be kept before is, and tells what is kept then.
    pub(super) fn keep_after(
        &self,
        before: Option<JoinHandle<()>>,
        name: String,
        text: Option<String>,
        mailbox: Mailbox,
    ) -> JoinHandle<()> {
        let filters = self.clone();
        tokio::spawn(async move {
            if let Some(before) = before {
                drop(before.await);
            }
            let writing = tokio::task::spawn_blocking(move || filters.keep(name, text));
            match writing.await {
                Ok(Ok(kept)) => mailbox.post(Msg::FiltersKept(kept)).await,
                Ok(Err(problem)) => mailbox.post(Msg::Failed(problem)).await,
                Err(_) => {}
            }
        })
    }

    /// Keeps a filter under a name, or forgets the one of that name. Gives all that are kept then: others may have been
    /// saved meanwhile by another console.
    ///
    /// # Errors
    /// The file cannot be read or written; it is as before then.
    pub fn keep(
        &self,
        name: String,
        filter: Option<String>,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let mut filters = self.read()?;
        match filter {
            Some(filter) => filters.insert(name, filter),
            None => filters.remove(&name),
        };
        let sheet = Sheet { filters };
        let unkept = |why: String| {
            let what = format!("the filter was not saved: {}", self.path.display());
            Problem::new("filters.unkept", what, why, "it stays in force until you leave")
        };
        let text = toml::to_string(&sheet).map_err(|error| unkept(error.to_string()))?;
        self.state.prepare_itself().map_err(|error| unkept(error.to_string()))?;
        let text = format!("{HEAD}{text}");
        kept::write(&self.path, text.as_bytes()).map_err(|error| unkept(error.to_string()))?;
        Ok(sheet.filters)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn file(folder: &std::path::Path) -> FilterFile {
        FilterFile::of(&StateFolder::choose(Some(&folder.join("state"))).unwrap())
    }

    #[test]
    fn filters_are_kept_for_their_owner_only_and_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
        assert!(file.read().unwrap().is_empty());
        let errors = r#"{ $.level = "ERROR" && $.m = 'a' }"#;
        file.keep("errors".into(), Some(errors.into())).unwrap();
        file.keep("5xx".into(), Some("/ 5\\d\\d /".into())).unwrap();
        assert_eq!(file.read().unwrap()["errors"], errors);
        assert_eq!(file.read().unwrap()["5xx"], "/ 5\\d\\d /");
        let mode = fs::metadata(&file.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let left = file.keep("errors".into(), None).unwrap();
        assert_eq!(left.len(), 1);
        assert!(fs::read_to_string(&file.path).unwrap().starts_with("# The filters"));
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_the_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
        file.keep("errors".into(), Some("ERROR".into())).unwrap();
        let broken = "[filters]\nerrors = \"ERROR\"\nmine = ERROR\n";
        fs::write(&file.path, broken).unwrap();
        let problem = file.read().unwrap_err();
        assert!(problem.why.as_str().starts_with("line 3, column 8: "), "{}", problem.why);
        assert!(file.keep("more".into(), Some("x".into())).is_err());
        assert_eq!(fs::read_to_string(&file.path).unwrap(), broken);
    }
}
