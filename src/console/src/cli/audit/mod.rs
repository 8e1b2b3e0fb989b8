//! `watchdeck audit`: whether the journals are what was written, proofs of it for others, CloudTrail and what was shipped
//! beside it.
//!
//! Suggested reading order:

mod asked; // what may be asked

mod verify; // whether the journals are what was written

mod check; // proofs, where no journal is
mod prove; // proofs, out of a journal

mod shipped; // a journal against its checkpoints elsewhere
mod trail; // a journal against CloudTrail

use std::path::{Path, PathBuf};

pub use asked::{AuditCommand, ExportArguments, ProveArguments, VerifyArguments};

use super::arguments::FileArguments;
use super::failure::{Failure, FailureKind};
use crate::runtime::state::StateFolder;

/// Does what was asked about the journals.
pub(super) fn run(command: &AuditCommand, files: &FileArguments) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify(asked) => match &asked.proof {
            Some(file) => check::proofs(file, asked),
            None if asked.cloudtrail => {
                super::tasks()?.block_on(Box::pin(trail::compare(asked, files)))
            }
            None if asked.shipped => {
                super::tasks()?.block_on(Box::pin(shipped::compare(asked, files)))
            }
            None => verify::all(asked, files),
        },
        AuditCommand::Prove(asked) => prove::one(asked, files),
        AuditCommand::Export(asked) => prove::all(asked, files),
    }
}

/// Every journal of the state folder.
fn journals(state: &StateFolder) -> Result<Vec<PathBuf>, Failure> {
    state.journals().map_err(|error| {
        let what = format!("the folder `{}` cannot be read: {error}", state.path().display());
        Failure::new(FailureKind::Failed, what, "name another with --state-dir")
    })
}

/// The journal that was named, or the only one.
fn chosen(asked: Option<&Path>, files: &FileArguments) -> Result<PathBuf, Failure> {
    if let Some(path) = asked {
        return Ok(path.to_owned());
    }
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let mut all = journals(&state)?;
    if let (Some(only), true) = (all.pop(), all.is_empty()) {
        return Ok(only);
    }
    let what = format!("there is not one journal under {}", state.path().display());
    Err(Failure::new(FailureKind::Usage, what, "name it with --journal; `audit verify` lists them"))
}
