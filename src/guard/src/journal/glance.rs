//! What a row tells by itself when a journal is examined: hashed, and read as far as it matters, on every core.

use std::borrow::Cow;
use std::num::NonZero;
use std::thread;

use serde::Deserialize;

use super::chain::{Hash, digest, leaf};
use super::checkpoint::Checkpoint;
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

/// The little of a row that is looked at: all of it is parsed where a row is shown.
#[derive(Deserialize)]
struct Head<'a> {
    seq: u64,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    origin: Option<Cow<'a, str>>,
}

/// The records of this build, by their names.
const KNOWN: [&str; 30] = [
    "genesis",
    "opened",
    "gate",
    "refused",
    "mistyped",
    "withdrawn",
    "countersigned",
    "broke-glass",
    "reviewed",
    "declared",
    "over",
    "by-incident",
    "stopped",
    "released",
    "run-begin",
    "approval",
    "intent",
    "unanswered",
    "probe",
    "outcome",
    "verify",
    "pause",
    "waits",
    "went-on",
    "resume",
    "taken-up",
    "late",
    "run-end",
    "lease",
    "heartbeat",
];

fn glance(line: &Line) -> Glance {
    let body = line.body.as_bytes();
    Glance { digest: digest(body), leaf: leaf(body), said: said(body) }
}

fn said(body: &[u8]) -> Option<Said> {
    let head: Head<'_> = serde_json::from_slice(body).ok()?;
    let kind = match &*head.kind {
        "genesis" => Kind::Genesis(head.origin?.into_owned()),
        "intent" => Kind::Intent,
        "outcome" => Kind::Outcome,
        other if KNOWN.contains(&other) => Kind::Other,
        _ => return None,
    };
    Some(Said { seq: head.seq, kind })
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
    use crate::journal::Record;

    #[test]
    fn every_record_of_this_build_is_known() {
        let error = serde_json::from_str::<Record>(r#"{"kind":"?"}"#).unwrap_err().to_string();
        let (_, names) = error.split_once("expected one of ").unwrap();
        let names: Vec<_> = names.split('`').skip(1).step_by(2).collect();
        assert_eq!(KNOWN.as_slice(), names);
    }

    #[test]
    fn shared_out_or_not_every_item_is_done_in_its_place() {
        for many in [0, 1, 999, 1_000, 1_001, 5_003] {
            let items: Vec<usize> = (0..many).collect();
            assert_eq!(each(&items, |item| item * 2), (0..many).map(|i| i * 2).collect::<Vec<_>>());
        }
    }
}
