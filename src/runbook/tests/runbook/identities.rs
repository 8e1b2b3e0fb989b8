//! A user or role to read from, its keys and policies. Tests change a field and look.

use std::collections::BTreeMap;

use watchdeck_domain::iam::{AccessKey, InlinePolicies, KeyUse, Principal, SessionVerdicts};
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{AccessKeyId, Answer, Arn, PrincipalName, Query, ReadError, UserName};

use crate::shop::minutes_ago;

#[derive(Clone)]
pub(crate) struct Identities {
    /// The user or role.
    pub(crate) holder: Principal,
    /// The keys of the user.
    pub(crate) keys: Vec<AccessKey>,
    /// Its inline policies, and the room for more.
    pub(crate) policies: BTreeMap<String, String>,
    pub(crate) room: i64,
}

/// A user or role without anything odd about it.
pub(crate) fn principal(name: &str) -> Principal {
    Principal {
        name: PrincipalName::parse(name).unwrap(),
        arn: Arn::parse(format!("arn:aws:iam::123456784021:{name}")).unwrap(),
        path: "/".into(),
        trusts: vec![],
        for_service: false,
        service_linked: false,
        used: None,
    }
}

/// An active key of the user, last used for S3.
pub(crate) fn access_key(id: &str) -> AccessKey {
    AccessKey {
        user: UserName::parse("ci-deploy").unwrap(),
        id: AccessKeyId::parse(id).unwrap(),
        status: "Active".into(),
        created: None,
        used: Some(KeyUse {
            at: minutes_ago(50),
            service: "s3".into(),
            region: "eu-central-1".into(),
        }),
    }
}

impl Identities {
    pub(crate) fn new() -> Self {
        Self {
            holder: principal("user/ci-deploy"),
            keys: vec![access_key("AKIASIMCIDEPLOY00001")],
            policies: BTreeMap::new(),
            room: 2_000,
        }
    }

    /// The answer to a question about users and roles.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other question is the shop's")]
    pub(crate) fn answer(&self, query: &Query) -> Option<Result<Answer, ReadError>> {
        let missing = |said| Some(Err(ReadError::new(ReadFailure::Missing, query.name(), said)));
        Some(Ok(match query {
            Query::PrincipalOf(of) if self.holder.name == of.principal => {
                Answer::PrincipalOf(self.holder.clone())
            }
            Query::PrincipalOf(_) => return missing("no such user or role"),
            Query::AccessKeys(_) => Answer::AccessKeys(self.keys.clone()),
            Query::AccessKeyOf(of) => match self.keys.iter().find(|key| key.id == of.key) {
                Some(key) => Answer::AccessKeyOf(key.clone()),
                None => return missing("no such key"),
            },
            Query::InlinePoliciesOf(_) => Answer::InlinePoliciesOf(InlinePolicies {
                names: self.policies.keys().cloned().collect(),
                room: self.room,
            }),
            Query::InlinePolicyOf(of) => {
                Answer::InlinePolicyOf(self.policies.get(&of.policy).cloned())
            }
            Query::Simulated(_) => Answer::Simulated("explicitDeny".into()),
            Query::SimulatedSessions(_) => Answer::SimulatedSessions(SessionVerdicts {
                older: "explicitDeny".into(),
                newer: "allowed".into(),
            }),
            _ => return None,
        }))
    }
}
