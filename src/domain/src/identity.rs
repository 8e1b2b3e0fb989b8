//! Who we are at AWS, and where a value belongs.

use serde::{Deserialize, Serialize};

use crate::{AccountId, Arn, Region};

/// The answer of STS GetCallerIdentity: the only identity the console shows or pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The account that the credentials belong to.
    pub account: AccountId,
    /// The principal, such as `arn:aws:sts::123456784021:assumed-role/oncall/alice`.
    pub arn: Arn,
    /// The unique id, such as `AROA...:alice`; tells two roles of one name apart.
    pub user_id: String,
}

impl Identity {
    /// The role or user name, for people: `oncall/alice`.
    pub fn role(&self) -> &str {
        let resource = self.arn.resource();
        resource.split_once('/').map_or(resource, |(_, name)| name)
    }
}

/// The account and region in which a plan reads and acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

impl Scope {
    /// Another region of the same account.
    #[must_use]
    pub fn in_region(&self, region: &Region) -> Self {
        Self { account: self.account.clone(), region: region.clone() }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}
