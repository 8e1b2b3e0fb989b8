//! Proofs out of the Merkle tree over the rows (RFC 6962): that a row stands in the journal that a checkpoint speaks of, and
//! that a journal has only grown from one checkpoint to another. Who holds a proof needs no journal to check it.

use serde::{Deserialize, Serialize};
use watchdeck_domain::Printable;

use super::chain::{Hash, leaf, node};
use super::checkpoint::Checkpoint;
use super::record::Row;
use crate::canonical::{hex, unhex};

/// The Merkle tree over rows with all its full subtrees, so that a proof costs as many hashes as the tree is high.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Roots of full subtrees: of one row, of two, of four.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree over these rows.
    pub fn over<'a>(bodies: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut level: Vec<Hash> = bodies.into_iter().map(leaf).collect();
        let mut levels = Vec::new();
        while !level.is_empty() {
            let (pairs, _) = level.as_chunks::<2>();
            let above = pairs.iter().map(|[left, right]| node(left, right)).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        Self { levels }
    }

    /// How many rows it holds.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The root over the rows from `begin` to before `end`; nothing when they are not all there, or none.
    fn root(&self, begin: u64, end: u64) -> Option<Hash> {
        let count = end.checked_sub(begin).filter(|count| *count > 0)?;
        if count.is_power_of_two() && begin.is_multiple_of(count) {
            let level = self.levels.get(usize::try_from(count.trailing_zeros()).ok()?)?;
            return level.get(usize::try_from(begin / count).ok()?).copied();
        }
        let middle = begin + half(count);
        Some(node(&self.root(begin, middle)?, &self.root(middle, end)?))
    }

    /// The hashes beside the way from row `seq` up to the root over the first `size` rows.
    pub fn inclusion(&self, seq: u64, size: u64) -> Option<Vec<Hash>> {
        if seq >= size || size > self.size() {
            return None;
        }
        let (mut begin, mut end, mut path) = (0, size, Vec::new());
        while end - begin > 1 {
            let middle = begin + half(end - begin);
            if seq < middle {
                path.push(self.root(middle, end)?);
                end = middle;
            } else {
                path.push(self.root(begin, middle)?);
                begin = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// The hashes out of which both roots, over the first `first` and over the first `size` rows, are made.
    pub fn consistency(&self, first: u64, size: u64) -> Option<Vec<Hash>> {
        if first == 0 || first > size || size > self.size() {
            return None;
        }
        let (mut begin, mut end, mut known, mut path) = (0, size, true, Vec::new());
        while end != first {
            let middle = begin + half(end - begin);
            if first <= middle {
                path.push(self.root(middle, end)?);
                end = middle;
            } else {
                path.push(self.root(begin, middle)?);
                begin = middle;
                known = false;
            }
        }
        // What the older root is made of alone is known to whoever holds it.
        if !known {
            path.push(self.root(begin, end)?);
        }
        path.reverse();
        Some(path)
    }
}

/// The largest power of two below `count`, which is more than one.
fn half(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Whether a row with these bytes is the one at `seq` of the `size` under this root (RFC 9162, 2.1.3.2).
pub fn includes(body: &[u8], seq: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if seq >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (seq, size - 1, leaf(body));
    for beside in path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            hash = node(beside, &hash);
            while at % 2 == 0 && at != 0 {
                at /= 2;
                last /= 2;
            }
        } else {
            hash = node(&hash, beside);
        }
        at /= 2;
        last /= 2;
    }
    last == 0 && hash == *root
}

/// Whether the `size` rows under `root` begin with the `first` rows under `older` (RFC 9162, 2.1.4.2).
pub fn extends(first: u64, older: &Hash, size: u64, root: &Hash, path: &[Hash]) -> bool {
    if first == 0 || first > size {
        return false;
    }
    if first == size {
        return path.is_empty() && older == root;
    }
    let mut path = path.iter();
    let seed = if first.is_power_of_two() { Some(older) } else { path.next() };
    let Some(seed) = seed else { return false };
    let (mut at, mut last) = (first - 1, size - 1);
    while at % 2 == 1 {
        at /= 2;
        last /= 2;
    }
    let (mut was, mut is) = (*seed, *seed);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            was = node(beside, &was);
            is = node(beside, &is);
            while at % 2 == 0 && at != 0 {
                at /= 2;
                last /= 2;
            }
        } else {
            is = node(&is, beside);
        }
        at /= 2;
        last /= 2;
    }
    last == 0 && was == *older && is == *root
}

/// A proof as it is handed on: one line of JSON. It holds the checkpoints that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proof", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Proof {
    /// A row stands in the journal that the checkpoint speaks of.
    Inclusion {
        /// Its place.
        seq: u64,
        /// The row, byte for byte.
        body: String,
        /// The hashes beside its way to the root, in hex, the lowest first.
        path: Vec<String>,
        /// What it stands in.
        checkpoint: Checkpoint,
    },
    /// A journal has only grown between two checkpoints.
    Consistency {
        /// The older one.
        first: Checkpoint,
        /// The hashes out of which both roots are made, in hex.
        path: Vec<String>,
        /// The newer one.
        second: Checkpoint,
    },
    /// A row behind the last checkpoint: nothing vouches for it yet.
    Unsigned {
        /// Its place.
        seq: u64,
        /// The row, byte for byte.
        body: String,
    },
}

impl Proof {
    /// Whether it proves what it says, by the key that it names. Whose key that is, it cannot tell.
    ///
    /// # Errors
    /// Says why it does not.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Inclusion { seq, body, path, checkpoint } => {
                signed(checkpoint)?;
                let (path, root) = (hashes(path)?, root(checkpoint)?);
                if !includes(body.as_bytes(), *seq, checkpoint.size, &path, &root) {
                    return Err(format!("row {seq} is not under the root of the checkpoint"));
                }
                let named = serde_json::from_str::<Row>(body).ok().map(|row| row.seq);
                if named.is_some_and(|named| named != *seq) {
                    return Err(format!("row {seq} calls itself {}", named.unwrap_or_default()));
                }
                Ok(())
            }
            Self::Consistency { first, path, second } => {
                signed(first)?;
                signed(second)?;
                if first.origin != second.origin {
                    return Err("the checkpoints belong to two journals".into());
                }
                if first.key != second.key {
                    return Err("the checkpoints are signed by two keys".into());
                }
                let path = hashes(path)?;
                let fits = extends(first.size, &root(first)?, second.size, &root(second)?, &path);
                let grown =
                    format!("the {} rows do not begin with the {}", second.size, first.size);
                if fits { Ok(()) } else { Err(grown) }
            }
            Self::Unsigned { seq, .. } => {
                Err(format!("row {seq} stands behind the last checkpoint"))
            }
        }
    }

    /// The key that vouches for it, in hex.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Inclusion { checkpoint, .. } => Some(&checkpoint.key),
            Self::Consistency { second, .. } => Some(&second.key),
            Self::Unsigned { .. } => None,
        }
    }
}

impl std::fmt::Display for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = |checkpoint: &Checkpoint| Printable::new(checkpoint.origin.as_str());
        match self {
            Self::Inclusion { seq, checkpoint, .. } => {
                let (origin, size, at) = (name(checkpoint), checkpoint.size, checkpoint.at);
                write!(f, "row {seq} of {origin}, in the {size} rows of {at}")
            }
            Self::Consistency { first, second, .. } => {
                let (origin, from, to) = (name(second), first.size, second.size);
                write!(f, "{origin} has only grown, from {from} rows to {to}")
            }
            Self::Unsigned { seq, .. } => write!(f, "row {seq}, unsigned"),
        }
    }
}

fn signed(checkpoint: &Checkpoint) -> Result<(), String> {
    let bad = || format!("the checkpoint at {} rows has a bad signature", checkpoint.size);
    checkpoint.is_signed().then_some(()).ok_or_else(bad)
}

fn root(checkpoint: &Checkpoint) -> Result<Hash, String> {
    unhex(&checkpoint.root).ok_or_else(|| "the root is no hash".to_owned())
}

fn hashes(path: &[String]) -> Result<Vec<Hash>, String> {
    let all = path.iter().map(|text| unhex(text)).collect::<Option<_>>();
    all.ok_or_else(|| "the path holds what is no hash".to_owned())
}

/// Hashes as a proof holds them.
pub(super) fn written(path: &[Hash]) -> Vec<String> {
    path.iter().map(|hash| hex(hash)).collect()
}

#[cfg(test)]
mod tests; // the vectors of certificate transparency, and every proof of small trees
