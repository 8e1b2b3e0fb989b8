//! The state folder: one journal an account, for the eyes of its owner only.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use watchdeck_domain::AccountId;

use crate::cli::failure::{Failure, FailureKind};

/// The folder under which everything that outlives the process is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFolder(PathBuf);

/// The file name of a journal.
const JOURNAL: &str = "journal.sqlite3";

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
            return Ok(Self(folder.to_owned()));
        }
        let absolute = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
        };
        absolute("XDG_STATE_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
            .map(|folder| Self(folder.join("watchdeck")))
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

    fn folder(&self, keeper: &Keeper) -> PathBuf {
        match keeper {
            Keeper::Demo => self.0.join("demo"),
            Keeper::Account(account) => self.0.join("accounts").join(account.as_str()),
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
        for ours in folder.ancestors().take_while(|path| path.starts_with(&self.0)) {
            let mut permissions = fs::metadata(ours)?.permissions();
            if permissions.mode() & 0o077 != 0 && ours != self.0 {
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
        let mut found = vec![self.0.join("demo").join(JOURNAL)];
        match fs::read_dir(self.0.join("accounts")) {
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

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
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
}
