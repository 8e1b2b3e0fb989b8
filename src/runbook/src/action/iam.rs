//! Users and roles: their keys, and policies that deny.

use std::time::Duration;

use serde::Deserialize;
use watchdeck_domain::change::{Denial, PutDenial, SwitchKey};
use watchdeck_domain::iam::Moment;
use watchdeck_domain::reading::{AccessKeyOf, InlinePolicyOf, PrincipalOf};
use watchdeck_domain::{AccessKeyId, PrincipalName, UserName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// The policy by which AWS itself revokes the sessions of a role.
const REVOKING: &str = "AWSRevokeOlderSessions";

/// Sessions are revoked from before an instant that is so near at the most: further on, it would be a denial of all.
const MOST_AHEAD: Duration = Duration::from_mins(15);

/// `UpdateAccessKey`.
pub(super) static SWITCH_KEY: Action = Action {
    name: "switch-key",
    operation: "iam:UpdateAccessKey",
    members: &[must("user", "UserName"), must("key", "AccessKeyId"), must("status", "Status")],
    lock: None,
    compile: |members, ground| Box::pin(switch_key(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchKeyWith {
    user: UserName,
    key: AccessKeyId,
    status: KeyStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum KeyStatus {
    Active,
    Inactive,
}

async fn switch_key(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let SwitchKeyWith { user, key, status } = members.read()?;
    let principal = name("user", user.as_str())?;
    let holder = ground.look(PrincipalOf { principal }).await?.arn;
    let there = ground.look(AccessKeyOf { user: user.clone(), key: key.clone() }).await?;
    let active = status == KeyStatus::Active;
    let before = there.is_active();
    let change = SwitchKey { user, holder, key, active, before, used: there.used };
    let back = SwitchKey { active: before, before: active, ..change.clone() };
    Ok((change.into(), Some(back.into())))
}

/// `PutUserPolicy` with a policy that denies everything, under a name of the run; undone, `DeleteUserPolicy`.
pub(super) static DENY_USER: Action = Action {
    name: "deny-user",
    operation: "iam:PutUserPolicy",
    members: &[must("user", "UserName")],
    lock: None,
    compile: |members, ground| Box::pin(deny_user(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DenyUserWith {
    user: String,
}

async fn deny_user(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let DenyUserWith { user } = members.read()?;
    deny(name("user", &user)?, ground).await
}

/// `PutRolePolicy` with a policy that denies everything, under a name of the run; undone, `DeleteRolePolicy`.
pub(super) static DENY_ROLE: Action = Action {
    name: "deny-role",
    operation: "iam:PutRolePolicy",
    members: &[must("role", "RoleName")],
    lock: None,
    compile: |members, ground| Box::pin(deny_role(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DenyRoleWith {
    role: String,
}

async fn deny_role(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let DenyRoleWith { role } = members.read()?;
    deny(name("role", &role)?, ground).await
}

async fn deny(principal: PrincipalName, ground: Ground<'_>) -> Result<Made, CompileError> {
    let policy = format!("OpsQuarantine-{}", ground.run);
    put(principal, policy, Denial::Everything, ground).await
}

/// `PutRolePolicy` with AWS's own policy for older sessions; undone, the policy of before, or `DeleteRolePolicy`.
pub(super) static REVOKE_SESSIONS: Action = Action {
    name: "revoke-sessions",
    operation: "iam:PutRolePolicy",
    members: &[must("role", "RoleName"), must("before", "PolicyDocument")],
    lock: None,
    compile: |members, ground| Box::pin(revoke_sessions(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeSessionsWith {
    role: String,
    before: Moment,
}

async fn revoke_sessions(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RevokeSessionsWith { role, before: Moment(at) } = members.read()?;
    if at > ground.place.now + MOST_AHEAD {
        let what = format!("{at} is more than {} minutes ahead", MOST_AHEAD.as_secs() / 60);
        let hint = "until then no session would be good, whoever begins it: use iam.deny-all";
        return Err(CompileError::new(what, hint));
    }
    put(name("role", &role)?, REVOKING.into(), Denial::SessionsBefore(at), ground).await
}

/// The denial, and the way back to what there is under its name: nothing, or another denial of ours.
async fn put(
    principal: PrincipalName,
    policy: String,
    denial: Denial,
    ground: Ground<'_>,
) -> Result<Made, CompileError> {
    let holder = ground.look(PrincipalOf { principal: principal.clone() }).await?.arn;
    let of = InlinePolicyOf { principal: principal.clone(), policy: policy.clone() };
    let before = ground.look(of).await?;
    let there = before.as_deref().map(Denial::read);
    if there == Some(None) {
        let what = format!("{principal} has a policy {policy} that says something else");
        let hint = "look at it in IAM: what somebody wrote by hand is not overwritten here";
        return Err(CompileError::new(what, hint));
    }
    let change = PutDenial { principal, holder, policy, denial: Some(denial), before };
    let back =
        PutDenial { denial: there.flatten(), before: Some(denial.document()), ..change.clone() };
    Ok((change.into(), Some(back.into())))
}

fn name(kind: &str, name: &str) -> Result<PrincipalName, CompileError> {
    PrincipalName::parse(format!("{kind}/{name}"))
        .map_err(|error| CompileError::new(error.to_string(), "correct the step's members"))
}
