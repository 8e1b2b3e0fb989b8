//! What the account is called, and the users and roles of it.
#![expect(clippy::disallowed_types, reason = "a reader")]

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum};
use serde_json::Value;
use watchdeck_domain::iam::{AccessKey, InlinePolicies, KeyUse, Principal, SessionVerdicts};
use watchdeck_domain::reading::{ReadFailure, Simulated, SimulatedSessions};
use watchdeck_domain::{AccessKeyId, Arn, PrincipalName, ReadError, Timestamp, UserName};

use super::{Pages, instant, plain};
use crate::rejection::{malformed, read_error};

const USER: &str = "iam:GetUser";
const ROLE: &str = "iam:GetRole";

/// The most characters that the inline policies of a user and of a role may have together.
const ROOM_OF_USER: i64 = 2_048;
const ROOM_OF_ROLE: i64 = 10_240;

/// What AWS calls the time at which a session began.
const SESSION_BEGAN: &str = "aws:TokenIssueTime";

/// How far from an instant the sessions are for which is simulated.
const FAR: std::time::Duration = std::time::Duration::from_mins(1);

/// The account's alias: it has one, or none.
pub(super) async fn alias(iam: &Client) -> Result<Option<String>, ReadError> {
    let answer = iam.list_account_aliases().send().await;
    let answer = answer.map_err(|error| read_error("iam:ListAccountAliases", &error))?;
    Ok(answer.account_aliases().first().cloned().filter(|alias| !alias.is_empty()))
}

/// All users, then all roles.
pub(super) async fn principals(iam: &Client) -> Result<Vec<Principal>, ReadError> {
    const USERS: &str = "iam:ListUsers";
    const ROLES: &str = "iam:ListRoles";
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = iam.list_users().set_marker(pages.token.clone()).send().await;
        let page = page.map_err(|error| read_error(USERS, &error))?;
        for user in page.users() {
            found.push(user_of(USERS, user)?);
        }
        if !pages.turn(USERS, page.marker().filter(|_| page.is_truncated()))? {
            break;
        }
    }
    let mut pages = Pages::default();
    loop {
        let page = iam.list_roles().set_marker(pages.token.clone()).send().await;
        let page = page.map_err(|error| read_error(ROLES, &error))?;
        for role in page.roles() {
            found.push(role_of(ROLES, role)?);
        }
        if !pages.turn(ROLES, page.marker().filter(|_| page.is_truncated()))? {
            return Ok(found);
        }
    }
}

/// One user or role.
pub(super) async fn principal(iam: &Client, name: &PrincipalName) -> Result<Principal, ReadError> {
    if name.is_user() {
        let answer = iam.get_user().user_name(name.name()).send().await;
        let answer = answer.map_err(|error| read_error(USER, &error))?;
        let user = answer.user().ok_or_else(|| malformed(USER, "an answer without a user"))?;
        return user_of(USER, user);
    }
    let answer = iam.get_role().role_name(name.name()).send().await;
    let answer = answer.map_err(|error| read_error(ROLE, &error))?;
    let role = answer.role().ok_or_else(|| malformed(ROLE, "an answer without a role"))?;
    role_of(ROLE, role)
}

fn user_of(call: &str, user: &aws_sdk_iam::types::User) -> Result<Principal, ReadError> {
    Ok(Principal {
        name: name(call, "user", user.user_name())?,
        arn: arn(call, user.arn())?,
        path: user.path().to_owned(),
        trusts: Vec::new(),
        for_service: false,
        service_linked: false,
        used: instant(user.password_last_used()),
    })
}

fn role_of(call: &str, role: &aws_sdk_iam::types::Role) -> Result<Principal, ReadError> {
    let trusts = trusts(&decoded(role.assume_role_policy_document().unwrap_or_default()));
    Ok(Principal {
        name: name(call, "role", role.role_name())?,
        arn: arn(call, role.arn())?,
        path: role.path().to_owned(),
        for_service: trusts.iter().any(|trust| trust.starts_with("Service:")),
        trusts,
        service_linked: role.path().starts_with("/aws-service-role/"),
        used: role.role_last_used().and_then(|used| instant(used.last_used_date())),
    })
}

fn name(call: &str, kind: &str, name: &str) -> Result<PrincipalName, ReadError> {
    PrincipalName::parse(format!("{kind}/{name}"))
        .map_err(|error| malformed(call, error.to_string()))
}

fn arn(call: &str, arn: &str) -> Result<Arn, ReadError> {
    Arn::parse(arn).map_err(|error| malformed(call, error.to_string()))
}

/// Whom a trust policy allows in: `Service:lambda.amazonaws.com`, `AWS:*`.
fn trusts(document: &str) -> Vec<String> {
    let policy: Value = serde_json::from_str(document).unwrap_or_default();
    let mut found = Vec::new();
    for statement in each(policy.get("Statement")) {
        if statement.get("Effect").and_then(Value::as_str) != Some("Allow") {
            continue;
        }
        match statement.get("Principal") {
            Some(Value::Object(kinds)) => {
                for (kind, who) in kinds {
                    let texts = each(Some(who)).into_iter().filter_map(Value::as_str);
                    found.extend(texts.map(|who| format!("{kind}:{who}")));
                }
            }
            Some(Value::String(who)) => found.push(format!("AWS:{who}")),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => {}
        }
    }
    found
}

/// A list, or the one that stands for it.
fn each(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// The keys of a user, each with its last use.
pub(super) async fn keys(iam: &Client, of: &UserName) -> Result<Vec<AccessKey>, ReadError> {
    const CALL: &str = "iam:ListAccessKeys";
    const USE: &str = "iam:GetAccessKeyLastUsed";
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = iam.list_access_keys().user_name(of.as_str());
        let page = page.set_marker(pages.token.clone()).send().await;
        let page = page.map_err(|error| read_error(CALL, &error))?;
        for key in page.access_key_metadata() {
            let id = AccessKeyId::parse(plain(key.access_key_id()))
                .map_err(|error| malformed(CALL, error.to_string()))?;
            let used = iam.get_access_key_last_used().access_key_id(id.as_str()).send().await;
            let used = used.map_err(|error| read_error(USE, &error))?;
            // Without a date it was never used, and the names are `N/A`.
            let used = used.access_key_last_used().and_then(|used| {
                let at = instant(used.last_used_date())?;
                let (service, region) = (used.service_name().into(), used.region().into());
                Some(KeyUse { at, service, region })
            });
            found.push(AccessKey {
                user: of.clone(),
                id,
                status: key.status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
                created: instant(key.create_date()),
                used,
            });
        }
        if !pages.turn(CALL, page.marker().filter(|_| page.is_truncated()))? {
            return Ok(found);
        }
    }
}

/// One key of a user.
pub(super) async fn key(
    iam: &Client,
    user: &UserName,
    id: &AccessKeyId,
) -> Result<AccessKey, ReadError> {
    let found = keys(iam, user).await?.into_iter().find(|key| key.id == *id);
    found.ok_or_else(|| {
        let what = format!("{user} has no access key {id}");
        ReadError::new(ReadFailure::Missing, "iam:ListAccessKeys", what)
    })
}

/// The names of the inline policies of a user or role, and the room that is left.
pub(super) async fn policies(
    iam: &Client,
    principal: &PrincipalName,
) -> Result<InlinePolicies, ReadError> {
    let names = policy_names(iam, principal).await?;
    let mut room = if principal.is_user() { ROOM_OF_USER } else { ROOM_OF_ROLE };
    for name in &names {
        let document = policy(iam, principal, name).await?.unwrap_or_default();
        let length = document.chars().filter(|c| !c.is_whitespace()).count();
        room -= i64::try_from(length).unwrap_or(i64::MAX);
    }
    Ok(InlinePolicies { names, room })
}

async fn policy_names(iam: &Client, principal: &PrincipalName) -> Result<Vec<String>, ReadError> {
    let (mut names, mut pages) = (Vec::new(), Pages::default());
    loop {
        let more = if principal.is_user() {
            const CALL: &str = "iam:ListUserPolicies";
            let page = iam.list_user_policies().user_name(principal.name());
            let page = page.set_marker(pages.token.clone()).send().await;
            let page = page.map_err(|error| read_error(CALL, &error))?;
            names.extend_from_slice(page.policy_names());
            pages.turn(CALL, page.marker().filter(|_| page.is_truncated()))?
        } else {
            const CALL: &str = "iam:ListRolePolicies";
            let page = iam.list_role_policies().role_name(principal.name());
            let page = page.set_marker(pages.token.clone()).send().await;
            let page = page.map_err(|error| read_error(CALL, &error))?;
            names.extend_from_slice(page.policy_names());
            pages.turn(CALL, page.marker().filter(|_| page.is_truncated()))?
        };
        if !more {
            return Ok(names);
        }
    }
}

/// The document of an inline policy; nothing where there is no policy of that name. A user or role that is not there is an
/// error of its own: AWS answers both alike.
pub(super) async fn policy(
    iam: &Client,
    of: &PrincipalName,
    name: &str,
) -> Result<Option<String>, ReadError> {
    let read = if of.is_user() {
        let answer = iam.get_user_policy().user_name(of.name()).policy_name(name).send().await;
        let answer = answer.map_err(|error| read_error("iam:GetUserPolicy", &error));
        answer.map(|policy| policy.policy_document().to_owned())
    } else {
        let answer = iam.get_role_policy().role_name(of.name()).policy_name(name).send().await;
        let answer = answer.map_err(|error| read_error("iam:GetRolePolicy", &error));
        answer.map(|policy| policy.policy_document().to_owned())
    };
    match read {
        Ok(document) => Ok(Some(decoded(&document))),
        Err(error) if error.failure == ReadFailure::Missing => {
            principal(iam, of).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

const SIMULATE: &str = "iam:SimulatePrincipalPolicy";

/// How IAM would decide of an action.
pub(super) async fn simulated(iam: &Client, ask: Simulated) -> Result<String, ReadError> {
    let arn = principal(iam, &ask.principal).await?.arn;
    decision(iam, &arn, &ask.action, None).await
}

/// How IAM would decide of an action in an older and in a newer session.
pub(super) async fn sessions(
    iam: &Client,
    ask: SimulatedSessions,
) -> Result<SessionVerdicts, ReadError> {
    let arn = principal(iam, &ask.principal).await?.arn;
    let cutoff = ask.cutoff.0;
    let older = decision(iam, &arn, &ask.action, Some(cutoff - FAR)).await?;
    let newer = decision(iam, &arn, &ask.action, Some(cutoff + FAR)).await?;
    Ok(SessionVerdicts { older, newer })
}

async fn decision(
    iam: &Client,
    arn: &Arn,
    action: &str,
    began: Option<Timestamp>,
) -> Result<String, ReadError> {
    let context = began.map(|began| {
        ContextEntry::builder()
            .context_key_name(SESSION_BEGAN)
            .context_key_type(ContextKeyTypeEnum::Date)
            .context_key_values(began.to_string())
            .build()
    });
    let answer = iam
        .simulate_principal_policy()
        .policy_source_arn(arn.as_str())
        .action_names(action)
        .set_context_entries(context.map(|entry| vec![entry]))
        .send()
        .await;
    let answer = answer.map_err(|error| read_error(SIMULATE, &error))?;
    match answer.evaluation_results() {
        [result] => Ok(result.eval_decision().as_str().to_owned()),
        _ => Err(malformed(SIMULATE, "one action was asked about")),
    }
}

/// IAM sends documents percent-encoded. What is no text after decoding is left as it came.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        match digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => bytes.push(byte),
            None => return text.to_owned(),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded_and_whom_they_trust_is_listed() {
        assert_eq!(decoded("%7B%22a%22%3A%22%C3%A4%22%7D"), "{\"a\":\"ä\"}");
        for odd in ["%", "%2", "%zz", "%FF", "plain"] {
            assert_eq!(decoded(odd), odd);
        }
        let document = r#"{"Statement":[
            {"Effect":"Allow","Principal":{"Service":["ecs.amazonaws.com","ec2.amazonaws.com"]}},
            {"Effect":"Allow","Principal":"*"},
            {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::1:root"}}]}"#;
        let wanted = ["Service:ecs.amazonaws.com", "Service:ec2.amazonaws.com", "AWS:*"];
        assert_eq!(trusts(document), wanted);
        assert_eq!(trusts("no json"), [""; 0]);
    }
}
