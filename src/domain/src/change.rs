//! Every mutation as data: preview, diff, reversal, IAM statement and audit line are functions of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AliasName, FunctionName, RevisionId, Scope, Timestamp, Version};

/// A change to AWS. Closed: a new mutation does not compile until every room knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Lambda `UpdateAlias`, guarded by the revision it was planned against.
    PointAlias(PointAlias),
    /// Lambda `UpdateEventSourceMapping`: a queue or stream calls its function, or does not.
    SwitchSource(SwitchSource),
    /// Lambda `PutFunctionConcurrency`, or `DeleteFunctionConcurrency` where nothing is to be reserved.
    ReserveConcurrency(ReserveConcurrency),
    /// Lambda `PutProvisionedConcurrencyConfig`, or `DeleteProvisionedConcurrencyConfig` where nothing is to be kept warm.
    ProvisionConcurrency(ProvisionConcurrency),
}

/// Points an alias at one version, and says which share, if any, goes elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointAlias {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// The version that will take the calls.
    pub version: Version,
    /// Additional weights. Sent even when empty: AWS refuses a version that is still a weighted secondary.
    pub weights: BTreeMap<String, f64>,
    /// The description to leave behind, 256 characters at most: the only mark an alias can carry.
    pub description: String,
    /// The revision that must still be in place.
    pub revision: RevisionId,
}

/// Lets a queue or stream call its function, or stops it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchSource {
    /// The function.
    pub function: FunctionName,
    /// The mapping's id.
    pub uuid: String,
    /// The queue or stream, for people.
    pub source: String,
    /// Whether it calls from then on.
    pub enabled: bool,
    /// When the mapping was last modified, as it was read. AWS compares nothing here: the guard does, before and after.
    pub seen: Option<Timestamp>,
}

/// Reserves concurrency for all versions of a function together, or gives it back to the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReserveConcurrency {
    /// The function.
    pub function: FunctionName,
    /// How much; 0 stops the function, nothing takes the reservation away.
    pub reserved: Option<u32>,
    /// What was reserved, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Option<u32>,
}

/// Keeps environments of an alias warm, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionConcurrency {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// How many; nothing takes the configuration away.
    pub provisioned: Option<u32>,
    /// What was asked for, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Option<u32>,
}

/// What makes a repeat of a call safe, and so what may be done when its outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MutationClass {
    /// The same idempotency token.
    Token,
    /// A name derived from the run.
    Named,
    /// A lock that AWS compares.
    Cas,
    /// The same value again is harmless.
    Absolute,
    /// Nothing: only its effect can be looked for.
    Trigger,
}

/// How a change is taken back. Not an `Option`: who adds a change must say how it is undone, or why it is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reversal {
    /// By this change. Its lock is taken from the receipt of the change it reverses.
    By(Box<Change>),
    /// Not at all, for this reason.
    Never(String),
}

/// IAM actions on resources: what a session policy must allow for one change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// Actions, such as `lambda:UpdateAlias`.
    pub actions: Vec<String>,
    /// Resource ARNs.
    pub resources: Vec<String>,
}

impl Change {
    /// The API call that carries the change out: service and operation, as the SDK names them.
    pub fn call(&self) -> (&'static str, &'static str) {
        match self {
            Self::PointAlias(_) => ("Lambda", "UpdateAlias"),
            Self::SwitchSource(_) => ("Lambda", "UpdateEventSourceMapping"),
            Self::ReserveConcurrency(reserve) => match reserve.reserved {
                Some(_) => ("Lambda", "PutFunctionConcurrency"),
                None => ("Lambda", "DeleteFunctionConcurrency"),
            },
            Self::ProvisionConcurrency(provision) => match provision.provisioned {
                Some(_) => ("Lambda", "PutProvisionedConcurrencyConfig"),
                None => ("Lambda", "DeleteProvisionedConcurrencyConfig"),
            },
        }
    }

    /// Its mutation class.
    pub fn class(&self) -> MutationClass {
        match self {
            Self::PointAlias(_) => MutationClass::Cas,
            Self::SwitchSource(_) | Self::ReserveConcurrency(_) | Self::ProvisionConcurrency(_) => {
                MutationClass::Absolute
            }
        }
    }

    /// What IAM must allow for it in `scope`.
    pub fn permission(&self, scope: &Scope) -> Permission {
        let resource = match self {
            // lambda:UpdateAlias is authorised on the function, not on the alias (service authorization reference).
            Self::PointAlias(point) => point.function_arn(scope),
            Self::SwitchSource(switch) => switch.mapping_arn(scope),
            Self::ReserveConcurrency(reserve) => reserve.function_arn(scope),
            // This one is authorised on the alias.
            Self::ProvisionConcurrency(provision) => {
                format!("{}:{}", provision.function_arn(scope), provision.alias)
            }
        };
        let (_, operation) = self.call();
        Permission { actions: vec![format!("lambda:{operation}")], resources: vec![resource] }
    }
}

/// A function by its ARN, as it is sent: with another account's credentials AWS refuses the call, whatever functions of
/// this name there are.
fn function_arn(function: &FunctionName, scope: &Scope) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:lambda:{region}:{account}:function:{function}", region.partition())
}

impl PointAlias {
    /// The function by its ARN, as it is sent.
    pub fn function_arn(&self, scope: &Scope) -> String {
        function_arn(&self.function, scope)
    }
}

impl SwitchSource {
    /// The mapping by its ARN. The call itself takes only its id, which no other account has.
    pub fn mapping_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        let partition = region.partition();
        format!("arn:{partition}:lambda:{region}:{account}:event-source-mapping:{}", self.uuid)
    }
}

impl ReserveConcurrency {
    /// The function by its ARN, as it is sent.
    pub fn function_arn(&self, scope: &Scope) -> String {
        function_arn(&self.function, scope)
    }
}

impl ProvisionConcurrency {
    /// The function by its ARN, as it is sent.
    pub fn function_arn(&self, scope: &Scope) -> String {
        function_arn(&self.function, scope)
    }
}

impl fmt::Display for Change {
    /// One line for people: `point alias live of orders-writer at version 41`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PointAlias(point) => {
                write!(
                    f,
                    "point alias {} of {} at version {}",
                    point.alias, point.function, point.version
                )?;
                for (version, weight) in &point.weights {
                    write!(f, ", {:.0} % to {version}", weight * 100.0)?;
                }
                Ok(())
            }
            Self::SwitchSource(switch) => {
                let verb = if switch.enabled { "let" } else { "stop" };
                let what = if switch.enabled { "call" } else { "calling" };
                write!(f, "{verb} {} {what} {}", switch.source, switch.function)
            }
            Self::ReserveConcurrency(reserve) => match reserve.reserved {
                Some(0) => write!(f, "reserve no concurrency for {}: it stops", reserve.function),
                Some(count) => {
                    write!(f, "reserve a concurrency of {count} for {}", reserve.function)
                }
                None => write!(f, "take the reserved concurrency of {} away", reserve.function),
            },
            Self::ProvisionConcurrency(provision) => {
                let ProvisionConcurrency { function, alias, provisioned, .. } = provision;
                match provisioned {
                    Some(count) => {
                        write!(f, "keep {count} environments of {alias}@{function} warm")
                    }
                    None => write!(f, "keep no environments of {alias}@{function} warm"),
                }
            }
        }
    }
}
