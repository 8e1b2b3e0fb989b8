//! Changes to functions: where aliases point, which event sources call, how much may run at once.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::{AliasName, FunctionName, RevisionId, Scope, Timestamp, Version};

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

impl PointAlias {
    /// The function by its ARN, as it is sent.
    pub fn function_arn(&self, scope: &Scope) -> String {
        function_arn(&self.function, scope)
    }
}

impl Mutation for PointAlias {
    fn call(&self) -> (&'static str, &'static str) {
        ("Lambda", "UpdateAlias")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Cas
    }

    fn permission(&self, scope: &Scope) -> Permission {
        // Authorised on the function, not on the alias (service authorization reference).
        Permission::one("lambda:UpdateAlias", self.function_arn(scope))
    }
}

impl fmt::Display for PointAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, alias, version, weights, .. } = self;
        write!(f, "point alias {alias} of {function} at version {version}")?;
        for (version, weight) in weights {
            write!(f, ", {:.0} % to {version}", weight * 100.0)?;
        }
        Ok(())
    }
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

impl SwitchSource {
    /// The mapping by its ARN. The call itself takes only its id, which no other account has.
    pub fn mapping_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        let partition = region.partition();
        format!("arn:{partition}:lambda:{region}:{account}:event-source-mapping:{}", self.uuid)
    }
}

impl Mutation for SwitchSource {
    fn call(&self) -> (&'static str, &'static str) {
        ("Lambda", "UpdateEventSourceMapping")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("lambda:UpdateEventSourceMapping", self.mapping_arn(scope))
    }
}

impl fmt::Display for SwitchSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, source, enabled, .. } = self;
        let (verb, what) = if *enabled { ("let", "call") } else { ("stop", "calling") };
        write!(f, "{verb} {source} {what} {function}")
    }
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

impl ReserveConcurrency {
    /// The function by its ARN, as it is sent.
    pub fn function_arn(&self, scope: &Scope) -> String {
        function_arn(&self.function, scope)
    }
}

impl Mutation for ReserveConcurrency {
    fn call(&self) -> (&'static str, &'static str) {
        match self.reserved {
            Some(_) => ("Lambda", "PutFunctionConcurrency"),
            None => ("Lambda", "DeleteFunctionConcurrency"),
        }
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one(format!("lambda:{}", self.call().1), self.function_arn(scope))
    }
}

impl fmt::Display for ReserveConcurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = &self.function;
        match self.reserved {
            Some(0) => write!(f, "reserve no concurrency for {function}: it stops"),
            Some(count) => write!(f, "reserve a concurrency of {count} for {function}"),
            None => write!(f, "take the reserved concurrency of {function} away"),
        }
    }
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

impl ProvisionConcurrency {
    /// The function by its ARN, as it is sent.
    pub fn function_arn(&self, scope: &Scope) -> String {
        function_arn(&self.function, scope)
    }
}

impl Mutation for ProvisionConcurrency {
    fn call(&self) -> (&'static str, &'static str) {
        match self.provisioned {
            Some(_) => ("Lambda", "PutProvisionedConcurrencyConfig"),
            None => ("Lambda", "DeleteProvisionedConcurrencyConfig"),
        }
    }

    fn permission(&self, scope: &Scope) -> Permission {
        // Authorised on the alias.
        let resource = format!("{}:{}", self.function_arn(scope), self.alias);
        Permission::one(format!("lambda:{}", self.call().1), resource)
    }
}

impl fmt::Display for ProvisionConcurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, alias, provisioned, .. } = self;
        match provisioned {
            Some(count) => write!(f, "keep {count} environments of {alias}@{function} warm"),
            None => write!(f, "keep no environments of {alias}@{function} warm"),
        }
    }
}

/// A function by its ARN, as it is sent: with another account's credentials AWS refuses the call, whatever functions of
/// this name there are.
fn function_arn(function: &FunctionName, scope: &Scope) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:lambda:{region}:{account}:function:{function}", region.partition())
}
