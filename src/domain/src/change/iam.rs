//! Changes to users and roles: their keys on and off, and inline policies that deny.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Mutation, Permission};
use crate::iam::KeyUse;
use crate::{AccessKeyId, Arn, PrincipalName, Scope, Timestamp, UserName};

/// Lets calls be signed with an access key, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchKey {
    /// Whose key it is.
    pub user: UserName,
    /// The user by its ARN, in which its path stands.
    pub holder: Arn,
    /// The key.
    pub key: AccessKeyId,
    /// Whether it is active from then on.
    pub active: bool,
    /// Whether it was, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: bool,
    /// Where it was last used, for people.
    pub used: Option<KeyUse>,
}

impl SwitchKey {
    /// `Active` or `Inactive`.
    pub fn status(active: bool) -> &'static str {
        if active { "Active" } else { "Inactive" }
    }
}

impl Mutation for SwitchKey {
    fn call(&self) -> (&'static str, &'static str) {
        ("IAM", "UpdateAccessKey")
    }

    fn permission(&self, _: &Scope) -> Permission {
        Permission::one("iam:UpdateAccessKey", self.holder.to_string())
    }

    fn cuts_off(&self, who: &Arn) -> bool {
        // Which of the user's keys signs is told by nobody: none of one's own is switched off.
        let user = PrincipalName::parse(format!("user/{}", self.user));
        !self.active && user.is_ok_and(|user| user.is_behind(who))
    }
}

impl fmt::Display for SwitchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, key, active, .. } = self;
        write!(f, "make key {key} of {user} {}", Self::status(*active).to_lowercase())
    }
}

/// Puts an inline policy that denies on a user or role, or takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutDenial {
    /// The user or role.
    pub principal: PrincipalName,
    /// The same by its ARN, in which its path stands.
    pub holder: Arn,
    /// The policy's name.
    pub policy: String,
    /// What is denied; nothing takes the policy away.
    pub denial: Option<Denial>,
    /// The policy of that name as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Option<String>,
}

/// What an inline policy of ours denies. Closed: no other document is ever sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denial {
    /// Everything.
    Everything,
    /// Everything to sessions that began before this. A long-term key has no such time, and is not denied.
    SessionsBefore(Timestamp),
}

impl Denial {
    /// The policy document, as AWS itself writes it.
    pub fn document(self) -> String {
        self.policy().to_string()
    }

    fn policy(self) -> Value {
        let mut statement = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
        if let (Self::SessionsBefore(at), Some(members)) = (self, statement.as_object_mut()) {
            let condition = json!({ "DateLessThan": { "aws:TokenIssueTime": at.to_string() } });
            members.insert("Condition".into(), condition);
        }
        json!({ "Version": "2012-10-17", "Statement": [statement] })
    }

    /// What a document denies, where it says just that. One element and a list of it are the same to IAM.
    pub fn read(document: &str) -> Option<Self> {
        let policy: Value = serde_json::from_str(document).ok()?;
        let first = |value: &Value| match value.as_array() {
            Some(items) => items.first().filter(|_| items.len() == 1).cloned(),
            None => Some(value.clone()),
        };
        let mut statement = first(policy.get("Statement")?)?;
        let members = statement.as_object_mut()?;
        members.remove("Sid");
        for name in ["Action", "Resource"] {
            let one = first(members.get(name)?)?;
            members.insert(name.into(), one);
        }
        let said = statement.pointer("/Condition/DateLessThan/aws:TokenIssueTime");
        let at = said.and_then(first).and_then(|at| Timestamp::parse(at.as_str()?));
        if let (Some(at), Some(slot)) = (at, statement.pointer_mut("/Condition/DateLessThan")) {
            *slot = json!({ "aws:TokenIssueTime": at.to_string() });
        }
        let denial = at.map_or(Self::Everything, Self::SessionsBefore);
        let wanted = denial.policy();
        (wanted.pointer("/Statement/0") == Some(&statement)).then_some(denial)
    }

    /// A document in the one form in which two that say the same are equal.
    pub fn plain(document: &str) -> String {
        match Self::read(document) {
            Some(denial) => denial.document(),
            None => serde_json::from_str::<Value>(document)
                .map_or_else(|_| document.to_owned(), |policy| policy.to_string()),
        }
    }
}

impl Mutation for PutDenial {
    fn call(&self) -> (&'static str, &'static str) {
        let operation = match (self.principal.is_user(), self.denial.is_some()) {
            (true, true) => "PutUserPolicy",
            (true, false) => "DeleteUserPolicy",
            (false, true) => "PutRolePolicy",
            (false, false) => "DeleteRolePolicy",
        };
        ("IAM", operation)
    }

    fn permission(&self, _: &Scope) -> Permission {
        Permission::one(format!("iam:{}", self.call().1), self.holder.to_string())
    }

    fn cuts_off(&self, who: &Arn) -> bool {
        self.denial.is_some() && self.principal.is_behind(who)
    }
}

impl fmt::Display for PutDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { principal, policy, denial, .. } = self;
        match denial {
            Some(Denial::Everything) => write!(f, "deny everything to {principal} by {policy}"),
            Some(Denial::SessionsBefore(at)) => {
                write!(f, "deny everything to sessions of {principal} from before {at}")
            }
            None => write!(f, "take the policy {policy} of {principal} away"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_read_back_however_it_is_written() {
        let at = Timestamp::parse("2026-11-22T03:00:00Z").unwrap();
        for denial in [Denial::Everything, Denial::SessionsBefore(at)] {
            assert_eq!(Denial::read(&denial.document()), Some(denial));
        }
        let console = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],
            "Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-22T03:00:00Z"}}}]}"#;
        assert_eq!(Denial::read(console), Some(Denial::SessionsBefore(at)));
        assert_eq!(Denial::plain(console), Denial::SessionsBefore(at).document());
    }

    #[test]
    fn what_denies_more_less_or_otherwise_is_no_denial_of_ours() {
        for document in [
            "no json",
            r#"{"Statement":[]}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a":"b"}}}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{
                "DateLessThan":{"aws:TokenIssueTime":"2026-11-22T03:00:00Z"},"Bool":{"a":"b"}}}}"#,
        ] {
            assert_eq!(Denial::read(document), None, "{document}");
        }
    }
}
