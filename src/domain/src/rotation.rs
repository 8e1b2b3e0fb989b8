//! Secrets of Secrets Manager, as far as they can be told without their values: versions, labels, rotation.

use serde::{Deserialize, Serialize};

use crate::{SecretName, Timestamp};

/// A secret without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// Its name.
    pub name: SecretName,
    /// Its ARN.
    pub arn: String,
    /// Whether it rotates at all.
    pub on: bool,
    /// The ARN of the function that rotates it; empty where none does.
    pub function: String,
    /// The service that manages it, such as `rds`: it is rotated there. Empty for none.
    pub owner: String,
    /// Whether it waits to be deleted.
    pub going: bool,
    /// When it was rotated last.
    pub rotated: Option<Timestamp>,
    /// The version that is handed out: that of the label `AWSCURRENT`.
    pub current: String,
    /// The version before it: that of `AWSPREVIOUS`. Empty for none.
    pub previous: String,
    /// A version that is still being made: that of `AWSPENDING`, where it is not the current one. Empty for none.
    pub pending: String,
    /// All versions that bear a label.
    pub versions: Vec<String>,
}

/// The secret that holds the master password of a database, where Secrets Manager keeps it. Its texts are hostile until they are
/// made `Printable`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MasterSecret {
    /// The instance.
    pub instance: String,
    /// The cluster that it belongs to; empty for one that stands alone.
    pub cluster: String,
    /// Its status.
    pub status: String,
    /// The ARN of the secret; empty where Secrets Manager keeps none.
    pub arn: String,
    /// How it stands: `creating`, `active`, `rotating`, `impaired`.
    pub state: String,
    /// The version that is handed out; empty where there is no secret, or nobody tells.
    pub current: String,
    /// When it was handed out to anybody last, to the day.
    pub used: Option<Timestamp>,
    /// When it was changed last.
    pub changed: Option<Timestamp>,
}
