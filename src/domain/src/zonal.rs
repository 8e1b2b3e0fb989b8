//! Zonal shift: traffic of a resource led away from a zone of availability, for a while.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Arn, AvailabilityZoneId, Timestamp};

/// What traffic can be led away in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftableResource {
    /// Its ARN.
    pub arn: Arn,
    /// What people call it.
    pub name: String,
}

/// How traffic stands in such a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZonalStanding {
    /// The resource.
    pub arn: Arn,
    /// What people call it.
    pub name: String,
    /// The share of each zone: 1, or 0 where traffic is led away.
    pub weights: BTreeMap<AvailabilityZoneId, f64>,
    /// The shift that somebody has begun and that goes on, if there is one.
    pub shift: Option<ZonalShift>,
    /// Whether AWS itself leads traffic away just now, by autoshift or as practice.
    pub by_aws: bool,
}

/// A shift that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZonalShift {
    /// Its id.
    pub id: String,
    /// The zone that traffic is led away from.
    pub away: AvailabilityZoneId,
    /// What whoever began it said of it.
    pub comment: String,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}
