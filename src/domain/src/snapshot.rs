//! Snapshots of databases: what they hold, whom they are shared with, and how many there may be.

use serde::{Deserialize, Serialize};

use crate::{RunId, Timestamp};

/// The word for everybody, among those that a snapshot is shared with.
pub const EVERYBODY: &str = "all";

/// A snapshot of an instance. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotStanding {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What it is of.
    pub instance: String,
    /// Who took it: `manual`, `automated`.
    pub kind: String,
    /// The status, such as `creating`, `available`.
    pub status: String,
    /// How much of it is there, in percent.
    pub percent: u32,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The key that encrypts it; empty where none does.
    pub key: String,
    /// When it was begun.
    pub created: Option<Timestamp>,
    /// The accounts that may restore it, in order, [`EVERYBODY`] among them where anybody may.
    pub shared: Vec<String>,
    /// The run that took it, as its tag tells; empty for none.
    pub run: String,
}

impl SnapshotStanding {
    /// The run that took it.
    pub fn made_by(&self) -> Option<RunId> {
        RunId::parse(self.run.as_str()).ok()
    }
}

/// How many snapshots were taken by hand in a region, and how many may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRoom {
    /// So many there are.
    pub used: u32,
    /// So many there may be; nothing where it is not told.
    pub most: Option<u32>,
}
