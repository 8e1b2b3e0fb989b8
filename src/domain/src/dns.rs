//! Names of Route 53: the weighted records of a name, the health checks that records follow, and what is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{DnsName, HealthCheckId, HostedZoneId};

/// A hosted zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedZone {
    /// Its id.
    pub id: HostedZoneId,
    /// Its name: `shop.example.`.
    pub name: String,
    /// Whether only networks of its own ask it.
    pub private: bool,
    /// How many record sets it has.
    pub records: u64,
}

/// One of several records of a name, each with a share of the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedRecord {
    /// What it is told from the others by.
    pub set: String,
    /// Its share is this of the sum of all.
    pub weight: u32,
    /// How long a resolver may keep it, in seconds; nothing for an alias, which has that of its target.
    pub ttl: Option<u64>,
    /// What is answered; nothing for an alias.
    pub values: Vec<String>,
    /// What it stands for, where it is an alias.
    pub alias: Option<AliasTarget>,
    /// The health check that it follows, if any.
    pub health_check: Option<String>,
    /// The traffic policy that keeps it; empty for none.
    pub policy: String,
}

/// What an alias stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasTarget {
    /// The zone of the target.
    pub zone: String,
    /// The target's name.
    pub name: String,
    /// Whether the target's own health counts.
    pub evaluates: bool,
}

/// A name and its weighted records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedName {
    /// The zone.
    pub zone: HostedZoneId,
    /// The name, absolute: `pay.shop.example.`.
    pub name: DnsName,
    /// The type: `A`, `CNAME`.
    pub kind: String,
    /// The records, in the order of what they are told by. None where the name has no weighted ones.
    pub records: Vec<WeightedRecord>,
    /// How the health checks stand that they follow, by their ids; one that cannot be told is left out.
    pub health: BTreeMap<String, bool>,
}

impl WeightedName {
    /// The longest that a resolver may keep an answer, in seconds. An alias to what AWS balances is kept for a minute.
    pub fn longest_ttl(records: &[WeightedRecord]) -> u64 {
        records.iter().map(|record| record.ttl.unwrap_or(60)).max().unwrap_or_default()
    }
}

/// The weights of records in a few words: `home=100,west=0`.
pub fn weights(records: &[WeightedRecord]) -> String {
    let said = records.iter().map(|record| format!("{}={}", record.set, record.weight));
    said.collect::<Vec<_>>().join(",")
}

/// What the name servers of a zone answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsAnswer {
    /// `NOERROR`, `NXDOMAIN`.
    pub code: String,
    /// What is answered.
    pub data: Vec<String>,
}

/// How far a change of records is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsChange {
    /// Its id.
    pub id: String,
    /// Whether all name servers have it.
    pub synced: bool,
}

/// A health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// Its id.
    pub id: HealthCheckId,
    /// What it is: `HTTPS`, `CALCULATED`, `CLOUDWATCH_METRIC`.
    pub kind: String,
    /// What it looks at: `api.shop.example:443/healthz`.
    pub endpoint: String,
    /// Whether healthy counts as not healthy, and the other way round.
    pub inverted: bool,
    /// Whether it looks at nothing, and counts as healthy.
    pub disabled: bool,
    /// Its version: the lock that AWS compares.
    pub version: u64,
    /// How many checkers say that it is healthy, and how many there are. Nothing where it has no checkers.
    pub checkers: Option<Checkers>,
}

/// What checkers all over the world say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkers {
    /// Those that say that it is healthy.
    pub healthy: u32,
    /// All of them.
    pub all: u32,
}

impl Checkers {
    /// Whether Route 53 takes it for healthy: more than 18 of a hundred say so.
    pub fn is_healthy(self) -> bool {
        u64::from(self.healthy) * 100 > u64::from(self.all) * 18
    }
}

impl HealthCheck {
    /// Whether it counts as healthy, as far as can be told.
    pub fn is_healthy(&self) -> Option<bool> {
        if self.disabled { Some(true) } else { self.checkers.map(Checkers::is_healthy) }
    }
}

/// How a health check stands, with its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheckStanding {
    /// The check.
    pub check: HealthCheck,
    /// Whether it counts as healthy; nothing where that cannot be told.
    pub healthy: Option<bool>,
}

/// A name of which some record follows a health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: String,
    /// The records that follow the check: `home`. Of a record without any word for it, its targets.
    pub follow: Vec<String>,
    /// Its other records, which are answered where the check says no.
    pub others: Vec<String>,
}

impl fmt::Display for AliasTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The texts of weights, `home=0,west=100`, as weights by what the records are told by.
///
/// # Errors
/// A part is no record and weight, a record stands twice, a weight is above 255, or all are 0.
pub fn read_weights(text: &str) -> Result<BTreeMap<String, u32>, String> {
    let mut found = BTreeMap::new();
    for part in text.split(',') {
        let Some((set, weight)) = part.rsplit_once('=') else {
            return Err(format!("`{}` is no weight such as `west=100`", part.escape_debug()));
        };
        let weight = weight.trim().parse().ok().filter(|weight| *weight <= MOST_WEIGHT);
        let Some(weight) = weight else {
            return Err(format!("a weight is a number from 0 to {MOST_WEIGHT}"));
        };
        if found.insert(set.trim().to_owned(), weight).is_some() {
            return Err(format!("`{}` has two weights", set.trim().escape_debug()));
        }
    }
    if found.values().all(|weight| *weight == 0) {
        return Err(ALL_ZERO.into());
    }
    Ok(found)
}

/// The greatest weight.
pub const MOST_WEIGHT: u32 = 255;

/// Why weights that are all 0 are refused.
pub const ALL_ZERO: &str = "all weights would be 0, and then Route 53 answers with all records alike: name the one that takes the traffic";

/// The records that differ between two states of a name.
pub fn differing<'a>(
    wanted: &'a [WeightedRecord],
    before: &[WeightedRecord],
) -> Vec<&'a WeightedRecord> {
    let before: BTreeSet<_> = before.iter().map(|record| (&record.set, record.weight)).collect();
    wanted.iter().filter(|record| !before.contains(&(&record.set, record.weight))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cf19_weights_that_are_all_0_are_no_weights() {
        assert_eq!(read_weights("home=0,west=0").unwrap_err(), ALL_ZERO);
        assert_eq!(read_weights("home=0").unwrap_err(), ALL_ZERO);
        let read = read_weights("home=0, west=100").unwrap();
        assert_eq!(read, BTreeMap::from([("home".into(), 0), ("west".into(), 100)]));
    }

    #[test]
    fn weights_are_refused_with_the_reason() {
        for (text, wanted) in [
            ("west", "no weight such as"),
            ("west=256", "from 0 to 255"),
            ("west=-1", "from 0 to 255"),
            ("west=1,west=2", "two weights"),
            ("", "no weight such as"),
        ] {
            let why = read_weights(text).unwrap_err();
            assert!(why.contains(wanted), "{text}: {why}");
        }
    }

    #[test]
    fn more_than_18_of_a_hundred_checkers_make_it_healthy() {
        assert!(!Checkers { healthy: 18, all: 100 }.is_healthy());
        assert!(Checkers { healthy: 19, all: 100 }.is_healthy());
        assert!(!Checkers { healthy: 0, all: 0 }.is_healthy());
    }
}
