//! The port to whatever keeps the journal. SQLite does here; a table in the cloud may do elsewhere.

use super::chain::Hash;
use super::checkpoint::Checkpoint;
use super::error::JournalError;

/// Keeps lines: durable, in order, and never changed.
pub trait Storage: Send {
    /// Begins a new epoch, greater than all before: who holds an older one can no longer append.
    fn begin_epoch(&mut self) -> Result<u64, JournalError>;

    /// Says who holds it, for others who find it held. Where nobody else could come, it is of no use.
    fn held_by(&mut self, _holder: &str) -> Result<(), JournalError> {
        Ok(())
    }

    /// All lines, in order of their sequence.
    fn lines(&self) -> Result<Vec<Line>, JournalError>;

    /// All checkpoints, in order of their size.
    fn checkpoints(&self) -> Result<Vec<Checkpoint>, JournalError>;

    /// Takes lines, and perhaps a checkpoint over them: all or none, durable on return, refused if `epoch` is stale.
    fn append(
        &mut self,
        epoch: u64,
        lines: &[Line],
        checkpoint: Option<&Checkpoint>,
    ) -> Result<(), JournalError>;

    /// The first checkpoints over more than `size` rows, `most` at most, in order.
    fn checkpoints_over(&self, size: u64, most: usize) -> Result<Vec<Checkpoint>, JournalError> {
        let all = self.checkpoints()?.into_iter();
        Ok(all.filter(|checkpoint| checkpoint.size > size).take(most).collect())
    }

    /// How many rows the newest checkpoint speaks about that was shipped to a place; nothing where nothing was to be.
    fn shipped(&self, store: &str) -> Result<Option<u64>, JournalError>;

    /// Marks that it was shipped. A mark never goes back.
    fn mark_shipped(&mut self, store: &str, size: u64) -> Result<(), JournalError>;
}

/// A row as it is kept: the bytes that the chain is made over, and the chain's hash after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place.
    pub seq: u64,
    /// The row as JSON.
    pub body: String,
    /// The chain's hash after it.
    pub hash: Hash,
}
