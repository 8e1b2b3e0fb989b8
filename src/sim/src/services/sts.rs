//! STS: who am I, and who may I become.

use std::collections::BTreeMap;

use super::Behaviour;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::names::ACCOUNT;
use crate::world::policy::Policy;
use crate::world::principal::{Grant, OPERATOR_ROLE, Principal, role_id};

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("AssumeRole", assume_role),
    ("DecodeAuthorizationMessage", decode_authorization_message),
    ("GetCallerIdentity", get_caller_identity),
    ("GetSessionToken", get_session_token),
];

/// What every device of the simulated account shows, always.
const DEVICE_CODE: &str = "421337";

const ROLES: [&str; 3] = ["oncall-read", "oncall-write", "orders-lambda"];

#[expect(clippy::unnecessary_wraps, reason = "the signature of every behaviour")]
fn get_caller_identity(_: &mut World, call: &Call) -> Result<Reply, ApiError> {
    Ok(Value::empty()
        .with("UserId", &call.caller.user_id)
        .with("Account", &call.caller.account)
        .with("Arn", &call.caller.arn)
        .into())
}

fn assume_role(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let role_arn = call.input.text("RoleArn").unwrap_or_default();
    let session = call.input.text("RoleSessionName").unwrap_or_default();
    let role = role_arn
        .strip_prefix(&format!("arn:aws:iam::{ACCOUNT}:role/"))
        .and_then(|path| path.rsplit('/').next())
        .filter(|role| ROLES.contains(role));
    // A role trusts its own sessions and the operator's; a service role trusts the service only.
    let own = world.principals.get(&call.caller.access_key).and_then(|key| key.role.clone());
    let trusted = |role: &&str| {
        let operator = own.as_deref() == Some(OPERATOR_ROLE);
        *role != "orders-lambda" && (operator || own.as_deref() == Some(*role))
    };
    let Some(role) = role.filter(trusted) else {
        return Err(ApiError::new(
            "AccessDenied",
            format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
                call.caller.arn
            ),
        ));
    };
    second_factor(call)?;
    let chained = call.caller.arn.contains(":assumed-role/");
    let duration_s = call.input.int("DurationSeconds").unwrap_or(3600);
    if chained && duration_s > 3600 {
        return Err(ApiError::new(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    let policy = match call.input.text("Policy") {
        Some(document) if document.len() > 2048 => {
            return Err(ApiError::new(
                "PackedPolicyTooLarge",
                "Packed size of session policy exceeds the limit: it is 2,048 characters of plain text at most.",
            ));
        }
        Some(document) => Some(
            Policy::parse(document).map_err(|why| ApiError::new("MalformedPolicyDocument", why))?,
        ),
        None => None,
    };
    let packed = call
        .input
        .text("Policy")
        .map(|document| i64::try_from(document.len() * 100 / 2048).unwrap_or(100));
    let mut tags = BTreeMap::new();
    for tag in call.input.items("Tags") {
        let key = tag.text("Key").unwrap_or_default().to_owned();
        if tags.insert(key, tag.text("Value").unwrap_or_default().to_owned()).is_some() {
            return Err(ApiError::new(
                "ValidationError",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
    }
    let parent = parent(world, call)?;
    let grant = Grant {
        role: Some(role.to_owned()),
        session: session.to_owned(),
        duration_s,
        policy,
        tags,
    };
    let now = world.now();
    let minted = world.principals.mint(&parent, grant, now);
    Ok(Value::empty()
        .with("Credentials", credentials(&minted))
        .with(
            "AssumedRoleUser",
            Value::empty()
                .with("AssumedRoleId", format!("{}:{session}", role_id(role)))
                .with("Arn", &minted.caller.arn),
        )
        .with_some("PackedPolicySize", packed)
        .with_some("SourceIdentity", call.input.text("SourceIdentity"))
        .into())
}

/// A code that names a device must be the one it shows.
fn second_factor(call: &Call) -> Result<(), ApiError> {
    let denied = |why: &str| Err(ApiError::new("AccessDenied", why));
    match (call.input.text("SerialNumber"), call.input.text("TokenCode")) {
        (None, None) => Ok(()),
        (Some(device), Some(code)) => {
            let ours = device.starts_with(&format!("arn:aws:iam::{ACCOUNT}:mfa/"));
            let six = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
            if ours && six && code == DEVICE_CODE {
                return Ok(());
            }
            denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
        }
        (Some(_), None) | (None, Some(_)) => denied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ",
        ),
    }
}

fn get_session_token(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let parent = parent(world, call)?;
    if parent.session_token.is_some() || parent.role.is_some() {
        return Err(ApiError::new(
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    let grant = Grant {
        role: None,
        session: String::new(),
        duration_s: call.input.int("DurationSeconds").unwrap_or(43_200),
        policy: None,
        tags: BTreeMap::new(),
    };
    let now = world.now();
    let minted = world.principals.mint(&parent, grant, now);
    Ok(Value::empty().with("Credentials", credentials(&minted)).into())
}

fn decode_authorization_message(_: &mut World, _: &Call) -> Result<Reply, ApiError> {
    // The simulated account's refusals carry no encoded message, so none can be valid.
    Err(ApiError::new("InvalidAuthorizationMessageException", "Invalid authorization message."))
}

fn parent(world: &World, call: &Call) -> Result<Principal, ApiError> {
    world.principals.get(&call.caller.access_key).cloned().ok_or_else(|| {
        ApiError::new(
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    })
}

fn credentials(minted: &Principal) -> Value {
    Value::empty()
        .with("AccessKeyId", &minted.access_key)
        .with("SecretAccessKey", &minted.secret)
        .with("SessionToken", minted.session_token.clone().unwrap_or_default())
        .with("Expiration", Value::Time(minted.expires_ms.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{ask, call_as, refused, world};
    use crate::world::principal::{DEPLOY_KEY, READER_KEY};

    fn role(name: &str) -> Value {
        Value::empty()
            .with("RoleArn", format!("arn:aws:iam::{ACCOUNT}:role/{name}"))
            .with("RoleSessionName", "drill")
    }

    #[test]
    fn a_role_is_assumed_only_by_those_it_trusts() {
        let mut world = world("quiet-day");
        ask(&mut world, "sts", "AssumeRole", role("oncall-read"));
        for (key, name) in [
            (READER_KEY, "oncall-write"),
            (DEPLOY_KEY, "oncall-write"),
            (DEPLOY_KEY, "orders-lambda"),
        ] {
            let error = call_as(&mut world, key, "sts", "AssumeRole", role(name)).unwrap_err();
            assert_eq!(error.code, "AccessDenied", "{key} {name}");
        }
    }

    #[test]
    fn a_one_time_code_must_be_the_one_of_the_device() {
        let mut world = world("quiet-day");
        let coded = |code: &str| {
            let device = format!("arn:aws:iam::{ACCOUNT}:mfa/operator");
            role("oncall-read").with("SerialNumber", device).with("TokenCode", code)
        };
        for wrong in ["421338", "000000", "42133", "42133x"] {
            let error = refused(&mut world, "sts", "AssumeRole", coded(wrong));
            assert_eq!(error.code, "AccessDenied", "{wrong}");
            assert!(error.message.starts_with("MultiFactorAuthentication failed"), "{wrong}");
        }
        ask(&mut world, "sts", "AssumeRole", coded(DEVICE_CODE));
    }

    #[test]
    fn a_chained_session_is_short_and_its_policy_must_be_one() {
        let mut world = world("quiet-day");
        let long = role("oncall-read").with("DurationSeconds", 7200_i64);
        assert_eq!(refused(&mut world, "sts", "AssumeRole", long).code, "ValidationError");
        let broken = role("oncall-read").with("Policy", "{");
        assert_eq!(
            refused(&mut world, "sts", "AssumeRole", broken).code,
            "MalformedPolicyDocument"
        );
    }

    #[test]
    fn only_a_user_s_own_key_gets_a_session_token() {
        let mut world = world("quiet-day");
        let error = refused(&mut world, "sts", "GetSessionToken", Value::empty());
        assert_eq!(error.code, "AccessDenied");
        let session = call_as(&mut world, DEPLOY_KEY, "sts", "GetSessionToken", Value::empty());
        let Ok(Reply::Output(output)) = session else { panic!("{session:?}") };
        let key = output.get("Credentials").unwrap().text("AccessKeyId").unwrap().to_owned();
        let who = call_as(&mut world, &key, "sts", "GetCallerIdentity", Value::empty());
        let Ok(Reply::Output(who)) = who else { panic!("{who:?}") };
        assert_eq!(who.text("Arn"), Some("arn:aws:iam::123456784021:user/ci-deploy"));
    }
}
