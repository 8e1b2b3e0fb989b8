//! IAM: roles, the deploying user, its key, inline policies and the credential report.

mod policies; // inline policies of users and roles

use super::Table;
use super::pages::{Paging, page};
use super::standing::{input, one, one_mut, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{iso, set, shown};
use crate::world::identity;
use crate::world::names::ACCOUNT_ALIAS;
use crate::world::principal::role_id;

pub(super) const OPERATIONS: Table = &[
    ("DeleteRolePolicy", policies::delete_of_role),
    ("DeleteUserPolicy", policies::delete_of_user),
    ("GenerateCredentialReport", generate_report),
    ("GetAccessKeyLastUsed", last_used),
    ("GetAccountSummary", summary),
    ("GetCredentialReport", report),
    ("GetRole", role),
    ("GetRolePolicy", policies::of_role),
    ("GetUser", one_user),
    ("GetUserPolicy", policies::of_user),
    ("ListAccessKeys", keys),
    ("ListAccountAliases", aliases),
    ("ListMFADevices", devices),
    ("ListRolePolicies", policies::names_of_role),
    ("ListRoles", roles),
    ("ListUserPolicies", policies::names_of_user),
    ("ListUsers", users),
    ("PutRolePolicy", policies::put_on_role),
    ("PutUserPolicy", policies::put_on_user),
    ("SimulatePrincipalPolicy", super::foresight::simulate),
    ("UpdateAccessKey", update_key),
];

pub(super) const PAGING: Paging =
    Paging { size: "MaxItems", token: "Marker", usual: 100, refusal: "ValidationError" };

/// How IAM names the kinds of identity that carry inline policies.
struct Identity {
    shelf: &'static str,
    member: &'static str,
    word: &'static str,
}

const ROLE: Identity = Identity { shelf: "roles", member: "RoleName", word: "role" };
const USER: Identity = Identity { shelf: "users", member: "UserName", word: "user" };

fn missing(identity: &Identity, name: &str) -> ApiError {
    let word = identity.word;
    ApiError::new("NoSuchEntityException", format!("The {word} with name {name} cannot be found."))
}

pub(super) fn listed(call: &Call, items: Vec<Value>, list: &str) -> Result<Reply, ApiError> {
    let page = page(call, items, &PAGING)?;
    let output = Value::empty()
        .with(list, Value::List(page.items))
        .with("IsTruncated", page.next.is_some())
        .with_some("Marker", page.next);
    Ok(output.into())
}

fn aliases(_: &mut World, call: &Call) -> Result<Reply, ApiError> {
    listed(call, vec![ACCOUNT_ALIAS.into()], "AccountAliases")
}

fn under_path(record: &Value, call: &Call) -> bool {
    let prefix = call.input.text("PathPrefix").unwrap_or("/");
    record.text("Path").is_some_and(|path| path.starts_with(prefix))
}

fn described(role: &Value) -> Value {
    let name = role.text("RoleName").unwrap_or_default();
    shown(role).with("RoleId", role_id(name))
}

fn role(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "RoleName");
    let role = one(world, call, "roles", "RoleName", name).ok_or_else(|| missing(&ROLE, name))?;
    Ok(Value::empty().with("Role", described(role)).into())
}

/// Lists leave out what only GetRole gives: tags and last use.
fn roles(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let roles = shelf(world, call, "roles").iter().filter(|role| under_path(role, call));
    let roles = roles.map(|role| {
        let mut role = described(role);
        for member in ["Tags", "RoleLastUsed"] {
            crate::world::fixture::record::unset(&mut role, member);
        }
        role
    });
    listed(call, roles.collect(), "Roles")
}

fn one_user(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = user(call)?;
    let user = one(world, call, "users", "UserName", name).ok_or_else(|| missing(&USER, name))?;
    Ok(Value::empty().with("User", shown(user)).into())
}

fn users(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let users = shelf(world, call, "users").iter().filter(|user| under_path(user, call));
    let users = users.map(|user| {
        let mut user = shown(user);
        crate::world::fixture::record::unset(&mut user, "Tags");
        user
    });
    listed(call, users.collect(), "Users")
}

/// The user that the call names. Without a name IAM means the caller, who is no user in a role session.
fn user(call: &Call) -> Result<&str, ApiError> {
    let own = call.caller.arn.rsplit_once(":user/").map(|(_, name)| name);
    call.input.text("UserName").or(own).ok_or_else(|| {
        ApiError::new(
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        )
    })
}

fn keys(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = user(call)?;
    if one(world, call, "users", "UserName", name).is_none() {
        return Err(missing(&USER, name));
    }
    let keys = shelf(world, call, "keys").iter().filter(|key| key.text("UserName") == Some(name));
    listed(call, seen(keys), "AccessKeyMetadata")
}

fn devices(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = user(call)?;
    if one(world, call, "users", "UserName", name).is_none() {
        return Err(missing(&USER, name));
    }
    let devices = shelf(world, call, "devices").iter().filter(|d| d.text("UserName") == Some(name));
    listed(call, seen(devices), "MFADevices")
}

fn last_used(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "AccessKeyId");
    let Some(key) = one(world, call, "keys", "AccessKeyId", id) else {
        // AWS does not say whether a key of someone else exists.
        return Err(ApiError::new(
            "AccessDenied",
            format!(
                "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {id}",
                call.caller.arn
            ),
        ));
    };
    let never = Value::empty().with("ServiceName", "N/A").with("Region", "N/A");
    let output = Value::empty()
        .with_some("UserName", key.text("UserName"))
        .with("AccessKeyLastUsed", key.get("_last").cloned().unwrap_or(never));
    Ok(output.into())
}

fn update_key(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "AccessKeyId").to_owned();
    let status = input(call, "Status").to_owned();
    // Without a name IAM means the caller's own.
    let user = user(call)?.to_owned();
    let now = world.now();
    let key = one_mut(world, call, "keys", "AccessKeyId", &id)
        .filter(|key| key.text("UserName") == Some(&user));
    let Some(key) = key else {
        return Err(ApiError::new(
            "NoSuchEntityException",
            format!("The Access Key with id {id} cannot be found."),
        ));
    };
    identity::note(key, "Status", now);
    set(key, "Status", status);
    identity::note(key, "Status", now);
    Ok(Value::empty().into())
}

fn summary(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let count = |kind| i64::try_from(shelf(world, call, kind).len()).unwrap_or(0);
    let entries = [
        ("Users", count("users")),
        ("Roles", count("roles")),
        ("MFADevices", count("devices")),
        ("AccountMFAEnabled", 1),
        ("AccountAccessKeysPresent", 0),
        ("AccessKeysPerUserQuota", 2),
        ("UsersQuota", 5000),
        ("RolesQuota", 1000),
        ("Groups", 0),
        ("Policies", 0),
    ];
    let map = Value::record(entries.map(|(name, n)| (name, Value::Int(n))));
    Ok(Value::empty().with("SummaryMap", map).into())
}

fn generate_report(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let held = super::standing::shelf_mut(world, call, "reports");
    let fresh = held.is_empty();
    if fresh {
        held.push(Value::empty().with("at", Value::Time(now)));
    }
    let output = if fresh {
        Value::empty()
            .with("State", "STARTED")
            .with("Description", "No report exists. Starting a new report generation task")
    } else {
        Value::empty().with("State", "COMPLETE")
    };
    Ok(output.into())
}

fn report(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let Some(at) = shelf(world, call, "reports").first().and_then(|report| report.time("at"))
    else {
        return Err(ApiError::new(
            "CredentialReportNotPresentException",
            "No credential report is present; generate one first.",
        ));
    };
    let mut rows = vec![
        "user,arn,user_creation_time,password_enabled,mfa_active,access_key_1_active,access_key_1_last_rotated".to_owned(),
        format!("<root_account>,arn:aws:iam::{}:root,2023-01-10T08:00:00+00:00,not_supported,true,false,N/A", call.caller.account),
    ];
    for user in shelf(world, call, "users") {
        let name = user.text("UserName").unwrap_or_default();
        let key = one(world, call, "keys", "UserName", name);
        let time = |record: Option<&Value>| {
            record.and_then(|r| r.time("CreateDate")).map_or_else(|| "N/A".to_owned(), iso)
        };
        rows.push(format!(
            "{name},{},{},false,false,{},{}",
            user.text("Arn").unwrap_or_default(),
            time(Some(user)),
            key.is_some_and(|key| key.text("Status") == Some("Active")),
            time(key),
        ));
    }
    let output = Value::empty()
        .with("Content", Value::Blob(rows.join("\n").into()))
        .with("ReportFormat", "text/csv")
        .with("GeneratedTime", Value::Time(at));
    Ok(output.into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn a_key_is_switched_off_and_a_policy_put_and_removed() {
        let mut world = world();
        let user = Value::empty().with("UserName", "ci-deploy");
        let input =
            user.clone().with("AccessKeyId", "AKIASIMCIDEPLOY00001").with("Status", "Inactive");
        ask(&mut world, "iam", "UpdateAccessKey", input).unwrap();
        let keys = ask(&mut world, "iam", "ListAccessKeys", user.clone()).unwrap();
        assert_eq!(keys.items("AccessKeyMetadata")[0].text("Status"), Some("Inactive"));
        let named = user.with("PolicyName", "deny.all");
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
        ask(&mut world, "iam", "PutUserPolicy", named.clone().with("PolicyDocument", document))
            .unwrap();
        let policy = ask(&mut world, "iam", "GetUserPolicy", named.clone()).unwrap();
        assert!(policy.text("PolicyDocument").unwrap().starts_with("%7B%22Version"));
        ask(&mut world, "iam", "DeleteUserPolicy", named.clone()).unwrap();
        let error = ask(&mut world, "iam", "GetUserPolicy", named).unwrap_err();
        assert_eq!(error.code, "NoSuchEntityException");
    }

    #[test]
    fn a_key_of_nobody_in_particular_is_the_caller_s_own() {
        let mut world = world();
        let input =
            Value::empty().with("AccessKeyId", "AKIASIMCIDEPLOY00001").with("Status", "Inactive");
        let error = ask(&mut world, "iam", "UpdateAccessKey", input).unwrap_err();
        assert_eq!(error.code, "ValidationError");
    }
}
