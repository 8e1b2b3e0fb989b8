//! Users and roles of IAM: their keys, their inline policies, and what is simulated of them.

use serde::{Deserialize, Serialize};

use crate::{AccessKeyId, Arn, IdError, PrincipalName, Timestamp, UserName};

/// A user or a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Its kind and name.
    pub name: PrincipalName,
    /// Its ARN, in which its path stands.
    pub arn: Arn,
    /// Its path, `/` where it has none.
    pub path: String,
    /// Whom a role trusts, such as `Service:lambda.amazonaws.com` or `AWS:arn:aws:iam::123456784021:root`.
    pub trusts: Vec<String>,
    /// Whether a service of AWS works with the role.
    pub for_service: bool,
    /// Whether AWS made the role for a service of its own: nobody may change it.
    pub service_linked: bool,
    /// When a role was last used, as far as IAM tells: it may be hours behind.
    pub used: Option<Timestamp>,
}

/// An access key of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Whose it is.
    pub user: UserName,
    /// Its id.
    pub id: AccessKeyId,
    /// `Active`, `Inactive` or `Expired`.
    pub status: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Where it was last used, as far as IAM tells: it may be hours behind.
    pub used: Option<KeyUse>,
}

impl AccessKey {
    /// Whether calls can be signed with it.
    pub fn is_active(&self) -> bool {
        self.status == "Active"
    }
}

/// The last use of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// The service, such as `s3`.
    pub service: String,
    /// The region.
    pub region: String,
}

/// The inline policies of a user or role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicies {
    /// Their names.
    pub names: Vec<String>,
    /// How many characters more AWS lets them have together; white space does not count.
    pub room: i64,
}

/// How IAM would decide of sessions that began before an instant, and of those that begin after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionVerdicts {
    /// Of an older session: `allowed`, `explicitDeny` or `implicitDeny`.
    pub older: String,
    /// Of a newer one.
    pub newer: String,
}

/// An instant in a question, written as RFC 3339: a parameter of a runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(pub Timestamp);

impl TryFrom<String> for Moment {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        let why = "it must look like `2026-11-22T03:00:00Z`";
        Timestamp::parse(&text).map(Self).ok_or_else(|| IdError::new("an instant", &text, why))
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.0.to_string()
    }
}
