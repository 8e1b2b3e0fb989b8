//! Inline policies of users and roles: read, put and deleted, with the limits of IAM.

use super::super::standing::{input, one, one_mut};
use super::{Identity, ROLE, USER, listed, missing};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;
use crate::world::identity::note;

/// The most characters that the inline policies of a user and of a role may have together; white space does not count.
const MOST_OF_USER: usize = 2_048;
const MOST_OF_ROLE: usize = 10_240;

pub(super) fn of_role(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    policy(world, call, &ROLE)
}

pub(super) fn of_user(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    policy(world, call, &USER)
}

pub(super) fn names_of_role(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    names(world, call, &ROLE)
}

pub(super) fn names_of_user(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    names(world, call, &USER)
}

pub(super) fn put_on_role(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    change(world, call, &ROLE, Some(document(call)?))
}

pub(super) fn put_on_user(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    change(world, call, &USER, Some(document(call)?))
}

pub(super) fn delete_of_role(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    change(world, call, &ROLE, None)
}

pub(super) fn delete_of_user(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    change(world, call, &USER, None)
}

fn policy(world: &World, call: &Call, identity: &Identity) -> Result<Reply, ApiError> {
    let (name, policy) = (input(call, identity.member), input(call, "PolicyName"));
    let held = one(world, call, identity.shelf, identity.member, name)
        .ok_or_else(|| missing(identity, name))?;
    let document = held.get("_policies").and_then(|all| all.text(policy));
    let document = document.ok_or_else(|| no_policy(identity, policy))?;
    let output = Value::empty()
        .with(identity.member, name)
        .with("PolicyName", policy)
        .with("PolicyDocument", document);
    Ok(output.into())
}

fn names(world: &World, call: &Call, identity: &Identity) -> Result<Reply, ApiError> {
    let name = input(call, identity.member);
    let held = one(world, call, identity.shelf, identity.member, name)
        .ok_or_else(|| missing(identity, name))?;
    let policies = held.get("_policies").and_then(Value::as_map);
    let names = policies.into_iter().flat_map(|all| all.keys()).map(Value::from).collect();
    listed(call, names, "PolicyNames")
}

fn no_policy(identity: &Identity, policy: &str) -> ApiError {
    let word = identity.word;
    ApiError::new(
        "NoSuchEntityException",
        format!("The {word} policy with name {policy} cannot be found."),
    )
}

/// Sets or removes an inline policy; its name may hold dots.
fn change(
    world: &mut World,
    call: &Call,
    identity: &Identity,
    document: Option<String>,
) -> Result<Reply, ApiError> {
    let (name, policy) = (input(call, identity.member), input(call, "PolicyName"));
    let now = world.now();
    let Some(held) = one_mut(world, call, identity.shelf, identity.member, name) else {
        return Err(missing(identity, name));
    };
    if held.text("Path").is_some_and(|path| path.starts_with("/aws-service-role/")) {
        return Err(ApiError::new(
            "UnmodifiableEntityException",
            format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
            ),
        ));
    }
    let mut policies = held.get("_policies").and_then(Value::as_map).cloned().unwrap_or_default();
    match document {
        Some(document) => {
            policies.insert(policy.to_owned(), document.into());
            let most = if identity.word == USER.word { MOST_OF_USER } else { MOST_OF_ROLE };
            if policies.values().filter_map(Value::as_text).map(characters).sum::<usize>() > most {
                let kind = identity.word;
                return Err(ApiError::new(
                    "LimitExceededException",
                    format!("Maximum policy size of {most} bytes exceeded for {kind} {name}"),
                ));
            }
        }
        None => {
            if policies.remove(policy).is_none() {
                return Err(no_policy(identity, policy));
            }
        }
    }
    note(held, "_policies", now);
    set(held, "_policies", Value::Map(policies));
    note(held, "_policies", now);
    Ok(Value::empty().into())
}

/// The characters of an encoded document that count.
fn characters(encoded: &str) -> usize {
    let blanks: usize =
        ["%20", "%09", "%0A", "%0D"].map(|it| encoded.matches(it).count()).iter().sum();
    encoded.len() - 2 * encoded.matches('%').count() - blanks
}

/// The document of the call, percent-encoded as IAM gives it back.
fn document(call: &Call) -> Result<String, ApiError> {
    let text = input(call, "PolicyDocument");
    if let Err(why) = crate::world::policy::Policy::parse(text) {
        return Err(ApiError::new("MalformedPolicyDocumentException", why));
    }
    Ok(encoded(text))
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            out + &char::from(byte).to_string()
        }
        _ => out + &format!("%{byte:02X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{ask, world};
    use super::*;

    const DENY: &str = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;

    #[test]
    fn a_policy_is_refused_where_aws_refuses_it() {
        let put = |holder: &str, name: &str, document: &str| {
            let input = Value::empty().with(holder, name).with("PolicyName", "p");
            let input = input.with("PolicyDocument", document);
            let operation = if holder == "UserName" { "PutUserPolicy" } else { "PutRolePolicy" };
            ask(&mut world(), "iam", operation, input).map_err(|error| error.code)
        };
        put("UserName", "ci-deploy", DENY).unwrap();
        let long =
            DENY.replace("\"Resource\":\"*\"", &format!("\"Resource\":\"{}\"", "a".repeat(2_000)));
        put("RoleName", "oncall-read", &long).unwrap();
        for (holder, name, document, code) in [
            ("UserName", "ci-deploy", long.as_str(), "LimitExceededException"),
            ("UserName", "nobody", DENY, "NoSuchEntityException"),
            ("UserName", "ci-deploy", "{", "MalformedPolicyDocumentException"),
            ("RoleName", "AWSServiceRoleForECS", DENY, "UnmodifiableEntityException"),
        ] {
            assert_eq!(put(holder, name, document).unwrap_err(), code, "{name}");
        }
    }

    #[test]
    fn the_names_of_policies_are_listed() {
        let role = Value::empty().with("RoleName", "orders-lambda");
        let names = ask(&mut world(), "iam", "ListRolePolicies", role).unwrap();
        assert_eq!(names.items("PolicyNames"), [Value::from("orders")]);
    }
}
