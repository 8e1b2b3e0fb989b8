//! SSO: the accounts and roles of who has signed in, and credentials for them.

use std::collections::BTreeMap;

use super::Behaviour;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::names::{ACCOUNT, ACCOUNT_ALIAS};
use crate::world::principal::{Grant, OPERATOR_ROLE};

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("GetRoleCredentials", get_role_credentials),
    ("ListAccountRoles", list_account_roles),
    ("ListAccounts", list_accounts),
];

/// The roles that are assigned to everybody who signs in.
const ASSIGNED: [&str; 2] = ["oncall-read", OPERATOR_ROLE];

/// How long the credentials of a role are good for, in seconds.
const SESSION_S: i64 = 3_600;

fn get_role_credentials(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    signed_in(world, call)?;
    own_account(call)?;
    let role = call.input.text("roleName").unwrap_or_default();
    let operator = world.principals.named("operator").cloned();
    let (Some(operator), true) = (operator, ASSIGNED.contains(&role)) else {
        return Err(ApiError::new("ResourceNotFoundException", "No access"));
    };
    let grant = Grant {
        role: Some(role.to_owned()),
        session: "operator".to_owned(),
        duration_s: SESSION_S,
        policy: None,
        tags: BTreeMap::new(),
    };
    let now = world.now();
    let minted = world.principals.mint(&operator, grant, now);
    let credentials = Value::empty()
        .with("accessKeyId", &minted.access_key)
        .with("secretAccessKey", &minted.secret)
        .with("sessionToken", minted.session_token.clone().unwrap_or_default())
        .with("expiration", minted.expires_ms.unwrap_or_default());
    Ok(Value::empty().with("roleCredentials", credentials).into())
}

fn list_accounts(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    signed_in(world, call)?;
    let account = Value::empty()
        .with("accountId", ACCOUNT)
        .with("accountName", ACCOUNT_ALIAS)
        .with("emailAddress", "aws@shop.example");
    Ok(Value::empty().with("accountList", vec![account]).into())
}

fn list_account_roles(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    signed_in(world, call)?;
    own_account(call)?;
    let role = |name: &str| Value::empty().with("roleName", name).with("accountId", ACCOUNT);
    let roles: Vec<Value> = ASSIGNED.iter().map(|name| role(name)).collect();
    Ok(Value::empty().with("roleList", roles).into())
}

/// Whether the token of the call is good.
fn signed_in(world: &World, call: &Call) -> Result<(), ApiError> {
    let token = call.input.text("accessToken").unwrap_or_default();
    if world.signins.is_good(token, world.now()) {
        return Ok(());
    }
    Err(ApiError::new("UnauthorizedException", "Session token not found or invalid"))
}

/// Whether the call is about the one account there is.
fn own_account(call: &Call) -> Result<(), ApiError> {
    if call.input.text("accountId") == Some(ACCOUNT) {
        return Ok(());
    }
    Err(ApiError::new("ResourceNotFoundException", "No access"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{START, ask, call_as, refused, world};

    /// Somebody who has signed in, as the input of a call.
    fn token(world: &mut World) -> Value {
        let (client, _) = world.signins.register();
        let (code, _) = world.signins.authorize(&client, START);
        let given = world.signins.redeem(&code, START).unwrap();
        Value::empty().with("accessToken", given.access).with("accountId", ACCOUNT)
    }

    #[test]
    fn a_token_gets_the_credentials_of_an_assigned_role_and_of_no_other() {
        let mut world = world("quiet-day");
        let token = token(&mut world);
        let wanted = token.clone().with("roleName", "oncall-read");
        let answer = ask(&mut world, "sso", "GetRoleCredentials", wanted.clone());
        let key = answer.get("roleCredentials").unwrap().text("accessKeyId").unwrap().to_owned();
        let who = call_as(&mut world, &key, "sts", "GetCallerIdentity", Value::empty()).unwrap();
        let Reply::Output(who) = who else { panic!("{who:?}") };
        let arn = "arn:aws:sts::123456784021:assumed-role/oncall-read/operator";
        assert_eq!(who.text("Arn"), Some(arn));
        let other = token.with("roleName", "orders-lambda");
        let error = refused(&mut world, "sso", "GetRoleCredentials", other);
        assert_eq!(error.code, "ResourceNotFoundException");
        world.signins.end_all();
        let error = refused(&mut world, "sso", "GetRoleCredentials", wanted);
        assert_eq!(error.code, "UnauthorizedException");
    }

    #[test]
    fn who_has_signed_in_sees_the_account_and_its_roles() {
        let mut world = world("quiet-day");
        let token = token(&mut world);
        let accounts = ask(&mut world, "sso", "ListAccounts", token.clone());
        assert_eq!(accounts.items("accountList")[0].text("accountName"), Some(ACCOUNT_ALIAS));
        let roles = ask(&mut world, "sso", "ListAccountRoles", token);
        assert_eq!(roles.items("roleList").len(), 2);
    }
}
