//! Roles of a policy, and who holds them.

use serde::Deserialize;
use watchdeck_domain::Identity;

use super::matches;

/// A role: a name, and the principals and people that hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name: `admin`, `manager`, `user`, or any other.
    #[serde(skip)]
    pub name: String,
    /// Patterns of the ARNs of principals, as GetCallerIdentity tells them.
    #[serde(default)]
    pub principals: Vec<String>,
    /// Users of IAM Identity Center, by the name that they sign in with.
    #[serde(default)]
    pub sso_users: Vec<String>,
}

impl Role {
    /// Whether a principal holds it.
    pub fn is_held_by(&self, identity: &Identity) -> bool {
        let arn = identity.arn.as_str();
        self.principals.iter().any(|pattern| matches(pattern, arn))
            || sso_user(identity).is_some_and(|user| self.sso_users.iter().any(|one| one == user))
    }
}

/// Who signed in through IAM Identity Center: AWS names the session after them, in a role whose name nobody else may take.
fn sso_user(identity: &Identity) -> Option<&str> {
    let named = identity.arn.resource().strip_prefix("assumed-role/AWSReservedSSO_")?;
    named.split_once('/').map(|(_, user)| user)
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::{AccountId, Arn};

    use super::*;

    #[test]
    fn a_role_is_held_by_its_principals_and_by_the_users_who_signed_in() {
        let role = Role {
            name: "manager".into(),
            principals: vec!["arn:aws:sts::*:assumed-role/oncall-*/*".into()],
            sso_users: vec!["alice@example.com".into()],
        };
        let check = |resource: &str, held: bool| {
            let identity = Identity {
                account: AccountId::parse("123456784021").unwrap(),
                arn: Arn::parse(format!("arn:aws:sts::123456784021:{resource}")).unwrap(),
                user_id: "AROA:x".into(),
            };
            assert_eq!(role.is_held_by(&identity), held, "{resource}");
        };
        check("assumed-role/oncall-write/bob", true);
        check("assumed-role/admin/bob", false);
        check("assumed-role/AWSReservedSSO_Ops_0123/alice@example.com", true);
        check("assumed-role/AWSReservedSSO_Ops_0123/bob@example.com", false);
        // A session of any other role may call itself what it likes.
        check("assumed-role/build/alice@example.com", false);
    }
}
