//! Secrets: rotation.

use serde::Deserialize;
use watchdeck_domain::SecretName;
use watchdeck_domain::change::{MoveCurrent, RotateSecret};
use watchdeck_domain::reading::RotationOf;

use super::{Action, Ground, Made, Members, Token, must};
use crate::compile::CompileError;

/// `RotateSecret`; undone, `UpdateSecretVersionStage`.
pub(super) static ROTATE_SECRET: Action = Action {
    name: "rotate-secret",
    operation: "secretsmanager:RotateSecret",
    members: &[must("secret", "SecretId"), must("token", "ClientRequestToken")],
    lock: None,
    compile: |members, ground| Box::pin(rotate_secret(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RotateSecretWith {
    secret: SecretName,
    token: Token,
}

async fn rotate_secret(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RotateSecretWith { secret, token: Token::OfTheRun } = members.read()?;
    let there = ground.look(RotationOf { secret: secret.clone() }).await?;
    let token = RotateSecret::token_of(ground.run);
    let back = MoveCurrent {
        secret: secret.clone(),
        arn: there.arn.clone(),
        to: there.current.clone(),
        from: token.clone(),
    };
    let change = RotateSecret {
        secret,
        arn: there.arn,
        function: there.function,
        token,
        before: there.current,
    };
    Ok((change.into(), Some(back.into())))
}
