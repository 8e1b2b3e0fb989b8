//! The kill switch: once it is pulled, no change leaves this process, nor any other that heeds the same file.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::journal::private;

/// As much of a file is read as may say who made it.
const LONGEST: u64 = 1_024;

/// The switch. Its handles are one switch; it is looked at, never waited for, where a change would leave.
#[derive(Clone, Debug, Default)]
pub struct KillSwitch {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    pulled: AtomicBool,
    /// The file that this switch makes and takes away: what it says holds for every process that knows it.
    own: Option<PathBuf>,
    /// Files of others that are heeded as well.
    others: Vec<PathBuf>,
}

impl KillSwitch {
    /// A switch that makes `own` when it is pulled, and heeds `others` too.
    pub fn over(own: Option<PathBuf>, others: Vec<PathBuf>) -> Self {
        Self { shared: Arc::new(Shared { pulled: AtomicBool::new(false), own, others }) }
    }

    /// Pulls it for this process alone, at once.
    pub fn hold(&self) {
        self.shared.pulled.store(true, Ordering::SeqCst);
    }

    /// Pulls it, for this process at once and for the others by the file.
    ///
    /// # Errors
    /// The file could not be made. Here it is pulled all the same.
    pub fn pull(&self, by: &str) -> io::Result<()> {
        self.hold();
        let Some(path) = &self.shared.own else { return Ok(()) };
        let mut file = private().create(true).truncate(true).write(true).open(path)?;
        file.write_all(format!("{by}\n").as_bytes())?;
        file.sync_all()
    }

    /// Releases it, and takes its file away.
    ///
    /// # Errors
    /// The file could not be taken away, or that of somebody else is still there. It is pulled all the same.
    pub fn release(&self) -> io::Result<()> {
        if let Some(path) = &self.shared.own {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        if let Some(path) = self.shared.others.iter().find(|path| stands(path)) {
            let what = format!("`{}` is there, and is not ours to take away", path.display());
            return Err(io::Error::other(what));
        }
        self.shared.pulled.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Whether nothing may leave.
    pub fn is_pulled(&self) -> bool {
        self.shared.pulled.load(Ordering::SeqCst)
            || self.shared.own.iter().chain(&self.shared.others).any(stands)
    }

    /// Who pulled it, as far as a file tells.
    pub fn by(&self) -> Option<String> {
        let path = self.shared.own.iter().chain(&self.shared.others).find(|path| stands(path))?;
        let mut said = String::new();
        if let Ok(file) = fs::File::open(path) {
            // What is no text is passed over: that the file is there is what counts.
            drop(file.take(LONGEST).read_to_string(&mut said));
        }
        let said: String = said.lines().next().unwrap_or_default().chars().take(120).collect();
        let said = watchdeck_domain::Printable::new(said.trim());
        Some(match said.as_str() {
            "" => format!("the file {}", path.display()),
            said => said.to_owned(),
        })
    }
}

/// Whether a file is there. One that cannot be looked at is taken to be.
fn stands(path: &PathBuf) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_knows_the_file_is_stopped_by_it_and_released_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("STOP");
        let (here, there) = (
            KillSwitch::over(Some(file.clone()), vec![]),
            KillSwitch::over(Some(file.clone()), vec![]),
        );
        assert!(!here.is_pulled() && !there.is_pulled());
        here.pull("alice").unwrap();
        assert!(here.is_pulled() && there.is_pulled());
        assert_eq!(there.by().as_deref(), Some("alice"));
        here.release().unwrap();
        assert!(!here.is_pulled() && !there.is_pulled());
        fs::write(&file, "").unwrap();
        assert!(here.is_pulled(), "a file made by hand is enough");
    }

    #[test]
    fn a_file_that_is_not_ours_is_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("THEIRS");
        let switch = KillSwitch::over(None, vec![theirs.clone()]);
        fs::write(&theirs, "").unwrap();
        assert!(switch.is_pulled() && switch.release().is_err() && switch.is_pulled());
        fs::remove_file(&theirs).unwrap();
        assert!(!switch.is_pulled());
    }

    #[test]
    fn where_no_file_can_be_made_it_is_pulled_all_the_same() {
        let switch = KillSwitch::over(Some("/nowhere/at/all/STOP".into()), vec![]);
        assert!(switch.pull("alice").is_err());
        assert!(switch.is_pulled());
    }
}
