//! A journal as proofs are made out of it: verified first, for a proof out of an altered one would vouch for it.

use std::path::Path;

use super::audit::examine;
use super::checkpoint::{Checkpoint, Signer};
use super::error::{Fault, JournalError};
use super::proof::{Proof, Tree, written};
use super::sqlite::Sqlite;
use super::storage::{Line, Storage as _};

/// A journal that is sound.
#[derive(Debug)]
pub struct Book {
    lines: Vec<Line>,
    checkpoints: Vec<Checkpoint>,
    tree: Tree,
}

impl Book {
    /// Reads the journal at `path`, also while a console is writing, and verifies it.
    ///
    /// # Errors
    /// It cannot be read, or is not what was written.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let storage = Sqlite::view(path)?;
        let checkpoints = storage.checkpoints()?;
        let lines = storage.lines()?;
        let report = examine(&lines, &checkpoints, Signer::public_beside(path)?.as_deref());
        if let Some(flaw) = report.flaws.first() {
            let what = format!("row {}: {}", flaw.seq, flaw.what);
            return Err(JournalError::new(Fault::Altered, what));
        }
        let tree = Tree::over(lines.iter().map(|line| line.body.as_bytes()));
        Ok(Self { lines, checkpoints, tree })
    }

    /// Proves that row `seq` stands in the journal of its newest checkpoint. Nothing when there is no such row.
    pub fn row(&self, seq: u64) -> Option<Proof> {
        let line = self.lines.get(usize::try_from(seq).ok()?)?;
        Some(self.of(line))
    }

    /// Every row with its proof, in order.
    pub fn rows(&self) -> impl Iterator<Item = Proof> {
        self.lines.iter().map(|line| self.of(line))
    }

    fn of(&self, line: &Line) -> Proof {
        let (seq, body) = (line.seq, line.body.clone());
        let newest = self.checkpoints.last();
        let path = newest.and_then(|it| Some((it, self.tree.inclusion(seq, it.size)?)));
        match path {
            Some((checkpoint, path)) => {
                let (path, checkpoint) = (written(&path), checkpoint.clone());
                Proof::Inclusion { seq, body, path, checkpoint }
            }
            None => Proof::Unsigned { seq, body },
        }
    }

    /// Proves that the journal has only grown since its checkpoint of `size` rows. Nothing when there is no such checkpoint.
    pub fn growth(&self, size: u64) -> Option<Proof> {
        let first = self.checkpoints.iter().find(|it| it.size == size)?;
        let second = self.checkpoints.last()?;
        let path = written(&self.tree.consistency(first.size, second.size)?);
        Some(Proof::Consistency { first: first.clone(), path, second: second.clone() })
    }

    /// The sizes of which there are checkpoints, in order.
    pub fn sizes(&self) -> impl Iterator<Item = u64> {
        self.checkpoints.iter().map(|it| it.size)
    }
}
