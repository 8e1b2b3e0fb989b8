//! CloudFront: distributions, and what is taken out of their caches.

use serde::{Deserialize, Serialize};

use crate::{DistributionId, Timestamp};

/// A distribution. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// Its id.
    pub id: DistributionId,
    /// Its ARN.
    pub arn: String,
    /// The name that CloudFront gave it.
    pub domain: String,
    /// The names that viewers know it by.
    pub aliases: Vec<String>,
    /// `Deployed`, or `InProgress` while a change of it spreads.
    pub status: String,
    /// Whether it answers viewers.
    pub enabled: bool,
    /// How many invalidations of it go on; nothing in a list of distributions.
    pub invalidating: Option<u32>,
}

impl Distribution {
    /// What people call it: the first name of its own, or that of CloudFront.
    pub fn name(&self) -> &str {
        self.aliases.first().unwrap_or(&self.domain)
    }
}

/// What is taken out of the caches of a distribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalidation {
    /// Its id.
    pub id: String,
    /// `InProgress`, then `Completed`.
    pub status: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The paths.
    pub paths: Vec<String>,
    /// The reference of whoever made it.
    pub reference: String,
}
