//! What the small account tells of users, roles, keys and its trail.

use watchdeck_domain::iam::{AccessKey, InlinePolicies, Principal, SessionVerdicts};
use watchdeck_domain::trail::{TrailScope, TrailStanding};
use watchdeck_domain::{Answer, Arn, Query, Timestamp};

use super::account::State;
use super::holder;

impl State {
    /// What is there, where it is asked about one of them.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other question is another's")]
    pub(super) fn identity(&self, query: &Query, now: Timestamp) -> Option<Answer> {
        let key =
            |user, id| AccessKey { user, id, status: self.key.into(), created: None, used: None };
        Some(match query {
            Query::AccessKeyOf(of) => Answer::AccessKeyOf(key(of.user.clone(), of.key.clone())),
            // Of the other keys there are none.
            Query::AccessKeys(_) => Answer::AccessKeys(vec![]),
            Query::PrincipalOf(of) => Answer::PrincipalOf(Principal {
                name: of.principal.clone(),
                arn: holder(&of.principal),
                path: "/".into(),
                trusts: vec![],
                for_service: false,
                service_linked: false,
                used: None,
            }),
            Query::InlinePoliciesOf(of) => Answer::InlinePoliciesOf(InlinePolicies {
                names: self
                    .policies
                    .get(&of.principal)
                    .map(|_| "OpsQuarantine-r-1".into())
                    .into_iter()
                    .collect(),
                room: 2_000,
            }),
            Query::InlinePolicyOf(of) => {
                Answer::InlinePolicyOf(self.policies.get(&of.principal).cloned())
            }
            Query::Simulated(of) => {
                let denied = self.policies.contains_key(&of.principal);
                Answer::Simulated(if denied { "explicitDeny" } else { "allowed" }.into())
            }
            Query::SimulatedSessions(_) => Answer::SimulatedSessions(SessionVerdicts {
                older: "explicitDeny".into(),
                newer: "allowed".into(),
            }),
            Query::TrailOf(of) => Answer::TrailOf(TrailStanding {
                name: of.trail.clone(),
                arn: Arn::parse("arn:aws:cloudtrail:eu-central-1:123456784021:trail/shop-trail")
                    .ok()?,
                account: self.scope.account.to_string(),
                home: "eu-central-1".into(),
                at_home: true,
                scope: TrailScope { every_region: true, management: true, validated: true },
                bucket: "shop-logs".into(),
                logging: self.still.is_none(),
                stopped: self.still,
                delivered: self.still.is_none().then_some(now),
                delivery_error: String::new(),
                digest: None,
            }),
            _ => return None,
        })
    }
}
