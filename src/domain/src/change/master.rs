//! Changes to master passwords of databases that Secrets Manager keeps: they are made anew.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rds::instance_arn;
use super::{Mutation, MutationClass, Permission};
use crate::{DatabaseName, Scope};

/// Has RDS make the master password of an instance anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotateMaster {
    /// The instance.
    pub instance: DatabaseName,
    /// The ARN of the secret that holds its password.
    pub secret: String,
    /// The version that is handed out, as it was read.
    pub before: String,
}

impl Mutation for RotateMaster {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "ModifyDBInstance")
    }

    /// The same call again makes yet another password: nothing but its effect tells.
    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let Scope { account, region } = scope;
        let actions = [
            "rds:ModifyDBInstance",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "secretsmanager:RotateSecret",
        ];
        Permission {
            actions: actions.map(str::to_owned).into(),
            resources: vec![
                instance_arn(scope, &self.instance),
                self.secret.clone(),
                format!("arn:{}:kms:{region}:{account}:key/*", region.partition()),
            ],
        }
    }
}

impl fmt::Display for RotateMaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "have RDS make the master password of {} anew", self.instance)
    }
}
