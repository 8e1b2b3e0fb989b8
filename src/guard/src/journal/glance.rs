//! What a row tells by itself when a journal is examined: hashed and parsed on every core, since no row needs another.

use std::num::NonZero;
use std::thread;

use super::chain::{Hash, digest, leaf};
use super::checkpoint::Checkpoint;
use super::record::{Record, Row};
use super::storage::Line;

/// With fewer items than this, a thread costs more than it saves.
const WORTH_A_THREAD: usize = 1_000;

/// A row, looked at alone.
#[derive(Debug)]
pub(super) struct Glance {
    /// The hash of its bytes, as the chain takes it.
    pub(super) digest: Hash,
    /// Its hash as a leaf of the tree.
    pub(super) leaf: Hash,
    /// What it says. None where this build does not understand it.
    pub(super) said: Option<Said>,
}

/// What an examination needs to know of what a row says.
#[derive(Debug)]
pub(super) struct Said {
    /// The number that it gives itself.
    pub(super) seq: u64,
    pub(super) kind: Kind,
}

/// The kinds of record that an examination tells apart.
#[derive(Debug)]
pub(super) enum Kind {
    /// A beginning, of a journal of this name.
    Genesis(String),
    Intent,
    Outcome,
    Other,
}

/// Looks at each row.
pub(super) fn glances(lines: &[Line]) -> Vec<Glance> {
    each(lines, glance)
}

/// Says of each checkpoint whether the key that it names has signed it.
pub(super) fn signed(checkpoints: &[Checkpoint]) -> Vec<bool> {
    // A signature takes as long as some dozen rows.
    each(checkpoints, Checkpoint::is_signed)
}

fn glance(line: &Line) -> Glance {
    let body = line.body.as_bytes();
    let said = serde_json::from_slice::<Row>(body).ok();
    let said = said.map(|row| Said { seq: row.seq, kind: kind(row.record) });
    Glance { digest: digest(body), leaf: leaf(body), said }
}

fn kind(record: Record) -> Kind {
    if let Record::Genesis { origin, .. } = record {
        Kind::Genesis(origin)
    } else if matches!(record, Record::Intent { .. }) {
        Kind::Intent
    } else if matches!(record, Record::Outcome { .. }) {
        Kind::Outcome
    } else {
        Kind::Other
    }
}

/// Does the same with each item, and keeps their order.
fn each<T: Sync, R: Send>(items: &[T], work: fn(&T) -> R) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(WORTH_A_THREAD);
    if share >= items.len() {
        return items.iter().map(work).collect();
    }
    let at_once = |share: &'_ [T]| share.iter().map(work).collect::<Vec<R>>();
    thread::scope(|scope| {
        let shares: Vec<_> =
            items.chunks(share).map(|share| (share, scope.spawn(move || at_once(share)))).collect();
        // A thread that could not finish has its share done here.
        let done = shares.into_iter().map(|(share, thread)| {
            thread.join().unwrap_or_else(|_| share.iter().map(work).collect())
        });
        done.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_out_or_not_every_item_is_done_in_its_place() {
        for many in [0, 1, 999, 1_000, 1_001, 5_003] {
            let items: Vec<usize> = (0..many).collect();
            assert_eq!(each(&items, |item| item * 2), (0..many).map(|i| i * 2).collect::<Vec<_>>());
        }
    }
}
