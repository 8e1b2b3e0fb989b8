//! The state folder: one journal an account, for the eyes of its owner only.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use watchdeck_domain::AccountId;

use crate::cli::failure::{Failure, FailureKind};

/// The folder under which everything that outlives the process is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFolder {
    path: PathBuf,
    /// Whether the program chose it: then the folder itself is its own. One that was named may hold other things.
    own: bool,
}

/// The file name of a journal.
const JOURNAL: &str = "journal.sqlite3";

/// The folders in it that hold journals.
const OURS: [&str; 2] = ["demo", "accounts"];

/// Whose journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// The simulated account inside this process: its history ends with the process, so its journal stands apart.
    Demo,
    /// The account of that number behind an endpoint.
    Account(AccountId),
}

impl StateFolder {
    /// The folder asked for, or the usual one: `$XDG_STATE_HOME/watchdeck`, else `~/.local/state/watchdeck`.
    ///
    /// # Errors
    /// Neither `--state-dir`, `XDG_STATE_HOME` nor `HOME` names one.
    pub fn choose(asked: Option<&Path>) -> Result<Self, Failure> {
        if let Some(folder) = asked {
            return Ok(Self { path: folder.to_owned(), own: false });
        }
        let absolute = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
        };
        absolute("XDG_STATE_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
            .map(|folder| Self { path: folder.join("watchdeck"), own: true })
            .ok_or_else(|| {
                Failure::new(
                    FailureKind::Failed,
                    "there is no folder for the journal: neither XDG_STATE_HOME nor HOME is set",
                    "name one with --state-dir",
                )
            })
    }

    /// The journal of `keeper`, which need not exist.
    pub fn journal(&self, keeper: &Keeper) -> PathBuf {
        self.folder(keeper).join(JOURNAL)
    }

    /// Where filters with a name are kept, for every account.
    pub fn filters(&self) -> PathBuf {
        self.path.join("filters.toml")
    }

    /// The file that stops all changes while it is there, whoever makes it.
    pub fn stop(&self) -> PathBuf {
        self.path.join("STOP")
    }

    /// Makes the folder itself, so that only its owner can enter it.
    ///
    /// # Errors
    /// It could not be made.
    pub fn prepare_itself(&self) -> io::Result<()> {
        self.make(&self.path)
    }

    /// Where what is noted about lines is kept.
    pub fn notes(&self, keeper: &Keeper) -> PathBuf {
        self.folder(keeper).join("notes")
    }

    /// Makes that folder, so that only its owner can enter it.
    ///
    /// # Errors
    /// It could not be made.
    pub fn prepare_notes(&self, keeper: &Keeper) -> io::Result<()> {
        self.make(&self.notes(keeper))
    }

    /// Where what is known of templates is kept.
    pub fn templates(&self, keeper: &Keeper) -> PathBuf {
        self.folder(keeper).join("templates")
    }

    /// Makes that folder, so that only its owner can enter it.
    ///
    /// # Errors
    /// It could not be made.
    pub fn prepare_templates(&self, keeper: &Keeper) -> io::Result<()> {
        self.make(&self.templates(keeper))
    }

    fn folder(&self, keeper: &Keeper) -> PathBuf {
        match keeper {
            Keeper::Demo => self.path.join("demo"),
            Keeper::Account(account) => self.path.join("accounts").join(account.as_str()),
        }
    }

    /// Makes the folder of `keeper`'s journal, so that only its owner can enter it.
    ///
    /// # Errors
    /// It could not be made.
    pub fn prepare(&self, keeper: &Keeper) -> Result<(), Failure> {
        let folder = self.folder(keeper);
        self.make(&folder).map_err(|error| {
            Failure::new(
                FailureKind::Failed,
                format!("the journal's folder `{}` could not be made: {error}", folder.display()),
                "name a folder that is yours with --state-dir",
            )
        })
    }

    fn make(&self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        // What stood there before may be open to others; from here on it is not.
        for ours in folder.ancestors().take_while(|path| path.starts_with(&self.path)) {
            let mut permissions = fs::metadata(ours)?.permissions();
            if permissions.mode() & 0o077 != 0 && (self.own || ours != self.path) {
                permissions.set_mode(0o700);
                fs::set_permissions(ours, permissions)?;
            }
        }
        Ok(())
    }

    /// Every journal that exists, in order of path.
    ///
    /// # Errors
    /// The folder is there but cannot be read.
    pub fn journals(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = vec![self.path.join("demo").join(JOURNAL)];
        match fs::read_dir(self.path.join("accounts")) {
            Ok(entries) => {
                for entry in entries {
                    found.push(entry?.path().join(JOURNAL));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        found.retain(|path| path.exists());
        found.sort();
        Ok(found)
    }

    /// What in it others could read or enter, with its mode. The folder itself counts only where it is the program's own.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub fn open_to_others(&self) -> io::Result<Vec<(PathBuf, u32)>> {
        let mut open = Vec::new();
        let mut waiting = vec![self.path.clone()];
        while let Some(path) = waiting.pop() {
            let about = fs::symlink_metadata(&path)?;
            let mode = about.permissions().mode() & 0o777;
            if mode & 0o077 != 0 && !about.is_symlink() && (self.own || path != self.path) {
                open.push((path.clone(), mode));
            }
            if !about.is_dir() {
                continue;
            }
            let named = path == self.path && !self.own;
            for entry in fs::read_dir(&path)? {
                let entry = entry?;
                if !named || OURS.iter().any(|ours| entry.file_name() == *ours) {
                    waiting.push(entry.path());
                }
            }
        }
        open.sort();
        Ok(open)
    }

    /// Whether files can be made in it: makes one, and takes it away again.
    ///
    /// # Errors
    /// Why not.
    pub fn try_writing(&self) -> io::Result<()> {
        let trial = self.path.join(format!(".trial-{}", std::process::id()));
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&trial)?;
        fs::remove_file(trial)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_for_the_eyes_of_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::choose(Some(&folder.path().join("state"))).unwrap();
        let keeper = Keeper::Account(AccountId::parse("123456784021").unwrap());
        state.prepare(&keeper).unwrap();
        let journal = state.journal(&keeper);
        let mode = fs::metadata(journal.parent().unwrap()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn the_demo_and_an_account_keep_separate_journals() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::choose(Some(folder.path())).unwrap();
        assert_eq!(state.journals().unwrap(), Vec::<PathBuf>::new());
        let keeper = Keeper::Account(AccountId::parse("123456784021").unwrap());
        let (demo, account) = (state.journal(&Keeper::Demo), state.journal(&keeper));
        assert_ne!(demo, account);
        for (keeper, journal) in [(&Keeper::Demo, &demo), (&keeper, &account)] {
            state.prepare(keeper).unwrap();
            fs::write(journal, "").unwrap();
        }
        assert_eq!(state.journals().unwrap(), [account, demo]);
    }

    #[test]
    fn what_is_open_to_others_is_found_and_closed_by_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let own = StateFolder { path: folder.path().join("watchdeck"), own: true };
        own.prepare(&Keeper::Demo).unwrap();
        assert_eq!(own.open_to_others().unwrap(), []);
        own.try_writing().unwrap();
        let demo = own.path().join("demo");
        for (path, mode) in [(own.path(), 0o755), (&demo, 0o750)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let found = own.open_to_others().unwrap();
        assert_eq!(found, [(own.path().to_owned(), 0o755), (demo, 0o750)]);
        own.prepare(&Keeper::Demo).unwrap();
        assert_eq!(own.open_to_others().unwrap(), []);
    }

    #[test]
    fn a_folder_that_was_named_is_left_as_it_is_and_only_what_is_ours_is_judged() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        let named = StateFolder::choose(Some(folder.path())).unwrap();
        named.prepare(&Keeper::Demo).unwrap();
        assert_eq!(named.open_to_others().unwrap(), []);
        let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }
}
