//! What is known of templates, kept between sessions: one file an account, region and choice of log groups.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Clock as _, LogGroupName, Region};
use watchdeck_signal::template::{Miner, Saved};

use super::clock::MachineClock;
use super::state::{Keeper, StateFolder};
use super::{forgotten, kept};
use crate::app::Problem;

/// The most bytes of a file: thousands of templates take a few millions.
const MOST: u64 = 64 << 20;

/// The memory of one account and region.
#[derive(Clone)]
pub struct Memory {
    state: StateFolder,
    keeper: Keeper,
    region: Region,
    /// Files that could not be read, and so are not written over.
    spoiled: Arc<Mutex<BTreeSet<PathBuf>>>,
}

/// A file.
#[derive(Serialize, Deserialize)]
struct Sheet {
    groups: Vec<LogGroupName>,
    templates: Saved,
}

impl Memory {
    /// That of an account's region.
    pub fn new(state: StateFolder, keeper: Keeper, region: Region) -> Self {
        Self { state, keeper, region, spoiled: Arc::default() }
    }

    /// What is known of these groups, which stand in order of name. The history of the account inside this process ends
    /// with it: of that nothing is kept.
    ///
    /// # Errors
    /// There is something that cannot be read. It stays as it is.
    pub fn recall(&self, groups: &[LogGroupName]) -> Result<Option<Saved>, Problem> {
        if self.keeper == Keeper::Demo {
            return Ok(None);
        }
        let path = self.path(groups);
        forgotten::touch(&path, MachineClock.now());
        read(&path, groups).map_err(|why| {
            let what = format!("what was known of templates cannot be read: {}", path.display());
            self.spoiled().insert(path);
            let hint = "this session begins anew and leaves the file alone; remove it to keep what is known again";
            Problem::new("templates.unread", what, why, hint)
        })
    }

    /// Keeps what is known of these groups.
    ///
    /// # Errors
    /// It could not be written.
    pub fn keep(&self, groups: Vec<LogGroupName>, templates: Saved) -> Result<(), Problem> {
        let path = self.path(&groups);
        if self.keeper == Keeper::Demo || self.spoiled().contains(&path) {
            return Ok(());
        }
        let unkept = |why: String| {
            let what = "what is known of templates cannot be kept".to_owned();
            let hint =
                "the next session will take for new what this one knows; look at the state folder";
            Problem::new("templates.unkept", what, why, hint)
        };
        self.state.prepare_templates(&self.keeper).map_err(|error| unkept(error.to_string()))?;
        let text = serde_json::to_vec(&Sheet { groups, templates });
        let text = text.map_err(|error| unkept(error.to_string()))?;
        kept::write(&path, &text).map_err(|error| unkept(format!("{}: {error}", path.display())))
    }

    /// Removes what is known of groups that were not watched for long.
    pub fn forget_old(&self) {
        forgotten::remove_old(&self.state.templates(&self.keeper), MachineClock.now());
    }

    fn path(&self, groups: &[LogGroupName]) -> PathBuf {
        let names = groups.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let name = format!("{}-{:016x}.json", self.region, fnv(names.as_bytes()));
        self.state.templates(&self.keeper).join(name)
    }

    fn spoiled(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.spoiled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("keeper", &self.keeper).finish_non_exhaustive()
    }
}

/// What a file knows of these groups.
fn read(path: &Path, groups: &[LogGroupName]) -> Result<Option<Saved>, String> {
    let Some(text) = kept::read(path, MOST).map_err(|error| error.to_string())? else {
        return Ok(None);
    };
    let sheet: Sheet = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if sheet.groups != groups {
        return Err("it is of other log groups".to_owned());
    }
    Miner::load(sheet.templates.clone(), 8).map_err(|error| error.to_string())?;
    Ok(Some(sheet.templates))
}

/// FNV-1a: the same in every version of the program.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use watchdeck_domain::AccountId;

    use super::*;

    fn memory(folder: &Path, keeper: Keeper) -> Memory {
        let state = StateFolder::choose(Some(folder)).unwrap();
        Memory::new(state, keeper, Region::parse("eu-central-1").unwrap())
    }

    fn account() -> Keeper {
        Keeper::Account(AccountId::parse("123456784021").unwrap())
    }

    fn groups(names: &[&str]) -> Vec<LogGroupName> {
        names.iter().map(|name| LogGroupName::parse(*name).unwrap()).collect()
    }

    #[test]
    fn what_is_kept_of_a_choice_of_groups_is_recalled_for_it_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let memory = memory(folder.path(), account());
        let saved = Miner::default().save();
        assert_eq!(memory.recall(&groups(&["/a"])).unwrap(), None);
        memory.keep(groups(&["/a"]), saved.clone()).unwrap();
        assert_eq!(memory.recall(&groups(&["/a"])).unwrap(), Some(saved));
        assert_eq!(memory.recall(&groups(&["/a", "/b"])).unwrap(), None);
    }

    #[test]
    fn the_account_inside_this_process_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let memory = memory(folder.path(), Keeper::Demo);
        memory.keep(groups(&["/a"]), Miner::default().save()).unwrap();
        assert_eq!(memory.recall(&groups(&["/a"])).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let memory = memory(folder.path(), account());
        let saved = Miner::default().save();
        memory.keep(groups(&["/a"]), saved.clone()).unwrap();
        let path = memory.path(&groups(&["/a"]));
        let newer = fs::read_to_string(&path).unwrap().replace("\"version\":1", "\"version\":9");
        fs::write(&path, &newer).unwrap();
        let problem = memory.recall(&groups(&["/a"])).unwrap_err();
        assert!(problem.why.as_str().contains("version 9"), "{}", problem.why);
        memory.keep(groups(&["/a"]), saved).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    }
}
