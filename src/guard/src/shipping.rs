//! Checkpoints, shipped to where whoever may write the journal cannot rewrite them.
//!
//! It is bookkeeping of the guard and no change of an operator. A [`Shipper`] takes nothing but a [`Parcel`], which a journal
//! alone can make, so that nothing else can be put there by this way.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Task, Timestamp};

/// How long after a failure it is tried again, the first time; each further time it is twice as long.
const FIRST_AGAIN: Duration = Duration::from_secs(1);

/// It is never waited longer.
const LAST_AGAIN: Duration = Duration::from_mins(5);

/// Checkpoints of one journal that are to be shipped, in order. Made by a journal alone, and neither `Clone` nor
/// `Deserialize`.
#[derive(Debug)]
pub struct Parcel {
    key: String,
    origin: String,
    pieces: Vec<Piece>,
}

/// One checkpoint of a parcel, as it is kept.
#[derive(Debug)]
pub struct Piece {
    size: u64,
    text: String,
}

impl Parcel {
    pub(crate) fn of(key: String, origin: String, pieces: Vec<(u64, String)>) -> Self {
        let pieces = pieces.into_iter().map(|(size, text)| Piece { size, text }).collect();
        Self { key, origin, pieces }
    }

    /// The public key that signed them, in hex: what a place keeps is kept by it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The journal's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The checkpoints, in order of their size.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// How many rows the newest of them speaks about.
    pub(crate) fn size(&self) -> u64 {
        self.pieces.last().map_or(0, Piece::size)
    }
}

impl Piece {
    /// How many rows it speaks about: of one journal no two are the same.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What is kept of it: one line of JSON.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What stands in a place, as it was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where: a stream, or an object's key.
    pub at: String,
    /// What.
    pub text: String,
}

/// The port to a place away from the journal that keeps its checkpoints.
pub trait Shipper: Send + Sync {
    /// What it is called, for people, as a context names it: the mark of what was shipped stands under this name.
    fn name(&self) -> String;

    /// Puts checkpoints there, in order. Who does it again with the same ones changes nothing that counts.
    ///
    /// # Errors
    /// Says why they are not known to be there.
    fn ship<'a>(&'a self, parcel: &'a Parcel) -> Task<'a, Result<(), String>>;

    /// Everything that stands there for this key, to the end, in no order.
    ///
    /// # Errors
    /// Says why it cannot be told.
    fn read<'a>(&'a self, key: &'a str) -> Task<'a, Result<Vec<Found>, String>>;
}

/// Checkpoints that are not shipped, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unshipped {
    /// Where to.
    pub store: String,
    /// How many rows the newest one that is there speaks about; zero: none is.
    pub shipped: u64,
    /// How many rows stand behind it.
    pub rows: u64,
    /// Since when it fails.
    pub since: Timestamp,
    /// Why.
    pub why: String,
}

impl Unshipped {
    /// That, in words.
    pub fn told(&self) -> String {
        let Self { store, rows, since, why, .. } = self;
        format!(
            "checkpoints are not shipped to {store} since {since}, {rows} rows are witnessed by nobody: {why}"
        )
    }
}

/// How long it is waited after so many failures in a row.
pub(crate) fn again_after(failures: u32) -> Duration {
    let factor = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_AGAIN.saturating_mul(factor).min(LAST_AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_ever_more_rarely_and_never_given_up() {
        let waits = [1, 2, 3, 9, 10, 40, u32::MAX].map(|failures| again_after(failures).as_secs());
        assert_eq!(waits, [1, 2, 4, 256, 300, 300, 300]);
    }
}
