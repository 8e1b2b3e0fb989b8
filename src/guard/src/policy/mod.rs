//! The policy: who may run what, where. Denied by default, and a rule that forbids wins over all that permit.
//!
//! Suggested reading order:

mod file; // policy.toml
mod pattern; // `*` and `?`
mod role; // who holds which role
mod rule; // one rule, and whether it applies

pub use file::{House, PolicyError};
pub(crate) use pattern::matches;
pub use role::Role;
pub use rule::Rule;

use watchdeck_domain::{Environment, Identity, Scope, Timestamp};

use crate::draft::Risk;
use crate::judge::Judge;
use rule::Applies;

/// What holds in a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// There is no file: everybody who holds the credentials may do what AWS lets them, as before there were policies.
    #[default]
    Absent,
    /// There is a file, and it cannot be understood: nothing may be changed.
    Unreadable(String),
    /// Its rules.
    Given(Box<Rules>),
}

/// The rules of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The roles, and who holds them.
    pub roles: Vec<Role>,
    /// What is permitted.
    pub permit: Vec<Rule>,
    /// What is forbidden, whoever permits it.
    pub forbid: Vec<Rule>,
}

/// What somebody would like to run.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The principal that would act.
    pub identity: &'a Identity,
    /// The runbook's id.
    pub runbook: &'a str,
    /// Its risk.
    pub risk: Risk,
    /// Where.
    pub environment: Environment,
    /// The account and region.
    pub scope: &'a Scope,
    /// When.
    pub at: Timestamp,
}

/// What the policy says of a wish. The words name the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be done.
    Permitted(String),
    /// It may not.
    Denied(String),
}

impl Policy {
    /// Judges a wish. What cannot be told does not permit, and does forbid.
    pub fn decide(&self, wish: &Wish<'_>, judge: &dyn Judge) -> Decision {
        match self {
            Self::Absent => Decision::Permitted(
                "there is no policy file: whoever holds these credentials may".into(),
            ),
            Self::Unreadable(why) => Decision::Denied(format!(
                "the policy file cannot be understood, so nothing may be changed: {why}"
            )),
            Self::Given(rules) => rules.decide(wish, judge),
        }
    }
}

impl Rules {
    /// The names of the roles that a principal holds.
    pub fn held(&self, identity: &Identity) -> Vec<&str> {
        self.roles
            .iter()
            .filter(|role| role.is_held_by(identity))
            .map(|role| role.name.as_str())
            .collect()
    }

    fn decide(&self, wish: &Wish<'_>, judge: &dyn Judge) -> Decision {
        let held = self.held(wish.identity);
        let facts = rule::facts(wish, &held);
        for rule in &self.forbid {
            match rule.applies(wish, &held, judge, &facts) {
                Applies::Yes => return Decision::Denied(format!("rule `{}` forbids it", rule.id)),
                Applies::Unknown(why) => {
                    return Decision::Denied(format!(
                        "rule `{}` forbids it, since its condition cannot be told: {why}",
                        rule.id
                    ));
                }
                Applies::No => {}
            }
        }
        let mut untold = None;
        for rule in &self.permit {
            match rule.applies(wish, &held, judge, &facts) {
                Applies::Yes => {
                    return Decision::Permitted(format!("rule `{}` permits it", rule.id));
                }
                Applies::Unknown(why) => untold = untold.or(Some((&rule.id, why))),
                Applies::No => {}
            }
        }
        let roles = if held.is_empty() {
            format!("{} holds no role", wish.identity.role())
        } else {
            format!("{} is {}", wish.identity.role(), held.join(", "))
        };
        Decision::Denied(match untold {
            Some((id, why)) => {
                format!(
                    "rule `{id}` does not permit it, since its condition cannot be told: {why}; {roles}"
                )
            }
            None => format!(
                "no rule permits {} ({}) in {}; {roles}",
                wish.runbook, wish.risk, wish.environment
            ),
        })
    }
}

#[cfg(test)]
mod tests;
