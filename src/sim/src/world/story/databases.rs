//! What comes upon databases, and upon whole regions.

use serde::Deserialize;

use super::{Character, When};

/// A region is lost for a while.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct RegionLoss {
    /// When.
    pub when: When,
    /// The region.
    pub region: String,
    /// How long it lasts, in seconds.
    pub lasts_s: u32,
}

/// A writer sickens, and does not fail over by itself: its health checks still pass.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct WriterLoss {
    /// When.
    pub when: When,
    /// The instance.
    pub instance: String,
    /// How what writes to it behaves.
    pub code: Character,
}

/// Copies in other regions fall behind, by a second each second.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ReplicationStall {
    /// When it begins.
    pub when: When,
    /// How long it lasts, in seconds.
    pub lasts_s: u32,
}

/// A reporting copy of a database is there, since days.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ReportCopy {
    /// When it is seen.
    pub when: When,
    /// What it is a copy of.
    pub source: String,
    /// Its identifier.
    pub name: String,
    /// Who asked for it.
    pub owner: String,
    /// The run that made it.
    pub run: String,
    /// How many hours ago it was made.
    pub made_h: u32,
    /// For how many hours it was wanted.
    pub lasts_h: u32,
    /// Whether it refuses to be deleted.
    #[serde(default = "default_protected")]
    pub protected: bool,
}

fn default_protected() -> bool {
    true
}
