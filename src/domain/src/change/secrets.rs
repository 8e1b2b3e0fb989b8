//! Changes to secrets: they are rotated, and the label of the current version goes back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::{RunId, Scope, SecretName};

/// Rotates a secret now, by the function that it is configured with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotateSecret {
    /// The secret.
    pub secret: SecretName,
    /// Its ARN, as it was read.
    pub arn: String,
    /// The ARN of the function that rotates it, as it was read: whoever asks for a rotation must be allowed to call it.
    pub function: String,
    /// The token of the run, which becomes the id of the new version: the mark by which it is known.
    pub token: String,
    /// The version that is handed out until then.
    pub before: String,
}

impl RotateSecret {
    /// The token of a run: its digits as a UUID, 36 characters.
    pub fn token_of(run: &RunId) -> String {
        let digits = run.as_str().trim_start_matches("r-");
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }
}

impl Mutation for RotateSecret {
    fn call(&self) -> (&'static str, &'static str) {
        ("Secrets Manager", "RotateSecret")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Token
    }

    fn permission(&self, _: &Scope) -> Permission {
        Permission {
            actions: vec!["secretsmanager:RotateSecret".into(), "lambda:InvokeFunction".into()],
            resources: vec![self.arn.clone(), self.function.clone()],
        }
    }
}

impl fmt::Display for RotateSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rotate secret {}: its new version is {}", self.secret, self.token)
    }
}

/// Hands out another version of a secret: the label `AWSCURRENT` moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveCurrent {
    /// The secret.
    pub secret: SecretName,
    /// Its ARN, as it was read.
    pub arn: String,
    /// The version that is to be handed out.
    pub to: String,
    /// The version that is handed out, as it was read: AWS moves the label from there and from nowhere else.
    pub from: String,
}

impl Mutation for MoveCurrent {
    fn call(&self) -> (&'static str, &'static str) {
        ("Secrets Manager", "UpdateSecretVersionStage")
    }

    fn permission(&self, _: &Scope) -> Permission {
        Permission::one("secretsmanager:UpdateSecretVersionStage", self.arn.clone())
    }
}

impl fmt::Display for MoveCurrent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hand out version {} of secret {}", self.to, self.secret)
    }
}
