//! The second person: what is handed over to them, what they hand back, and whether it counts.
//!
//! Suggested reading order:

mod key; // the key of one who approves
mod line; // both as one line of text
mod roster; // who may approve

use std::collections::BTreeSet;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use watchdeck_domain::{Environment, Identity, Scope, Timestamp};

pub use key::{ApproverKey, KeyError};
pub use line::LineError;
pub use roster::{Approver, Roster};

use crate::canonical::{self, hex, unhex};
use crate::draft::{PlanId, Risk};

/// Keeps signatures of approvals apart from all others that a key may make.
const DOMAIN: &str = "watchdeck-approval-v1";

/// What is handed over: what the second person reads, and what they sign. All of it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// The plan.
    pub plan: PlanId,
    /// Its hash: with it the approval stands for every call, parameter and check of the plan.
    pub hash: String,
    /// Drawn for this one question, and good for no other.
    pub nonce: String,
    /// One line for people.
    pub title: String,
    /// The calls that will be made, a line each.
    pub calls: Vec<String>,
    /// How dangerous it is.
    pub risk: Risk,
    /// `sim` or `live`.
    pub realm: String,
    /// The account and region.
    pub scope: Scope,
    /// How much a slip costs there.
    pub environment: Environment,
    /// The principal that asks.
    pub asks: String,
    /// The last instant at which it counts.
    pub until: Timestamp,
}

/// What is handed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Countersignature {
    /// The plan.
    pub plan: PlanId,
    /// Its hash.
    pub hash: String,
    /// The nonce of the question.
    pub nonce: String,
    /// The public key, in hex.
    pub key: String,
    /// The signature over everything that was handed over, in hex.
    pub signature: String,
}

/// An approval that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub by: String,
    /// Their team.
    pub team: String,
    /// Their key.
    pub key: String,
}

/// Who asks, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The principal.
    pub identity: &'a Identity,
    /// The name on this machine.
    pub operator: &'a str,
}

impl Asker<'_> {
    /// The names under which the one who asks is known: of the session or user at AWS, and on this machine.
    fn names(&self) -> BTreeSet<String> {
        let arn = self.identity.role().rsplit('/').next().unwrap_or_default();
        let session = self.identity.user_id.rsplit(':').next().unwrap_or_default();
        [arn, session, self.operator]
            .into_iter()
            .filter(|name| !name.is_empty())
            .map(str::to_lowercase)
            .collect()
    }

    /// Whether an approver is the one who asks.
    fn is(&self, approver: &Approver) -> bool {
        let names = self.names();
        std::iter::once(&approver.name)
            .chain(&approver.names)
            .any(|name| names.contains(&name.to_lowercase()))
    }
}

impl Handover {
    fn message(&self) -> Vec<u8> {
        let text = serde_json::to_value(self).map(|value| canonical::text(&value));
        // Ids, texts and numbers: what serialises once does so always.
        format!("{DOMAIN}\0{}", text.unwrap_or_default()).into_bytes()
    }

    /// Approves it.
    pub fn sign(&self, key: &ApproverKey) -> Countersignature {
        Countersignature {
            plan: self.plan.clone(),
            hash: self.hash.clone(),
            nonce: self.nonce.clone(),
            key: key.public(),
            signature: hex(&key.signing().sign(&self.message()).to_bytes()),
        }
    }

    /// Whether what was handed back counts, beside what counts already.
    ///
    /// # Errors
    /// Says why it does not.
    pub fn accept(
        &self,
        back: &Countersignature,
        roster: &[Approver],
        distinct_teams: bool,
        before: &[Approval],
        asker: &Asker<'_>,
        now: Timestamp,
    ) -> Result<Approval, String> {
        if back.plan != self.plan || back.hash != self.hash {
            return Err(format!("it approves the plan {}, and not as it stands here", back.plan));
        }
        if back.nonce != self.nonce {
            return Err("it answers another question about the plan: it was used before".into());
        }
        if now > self.until {
            return Err(format!("it counted until {}", self.until));
        }
        let Some(approver) = roster.iter().find(|known| known.key == back.key) else {
            return Err("its key is not, or no longer, in the file of approvers".into());
        };
        if asker.is(approver) {
            return Err(format!("{} asks, and cannot approve as well", approver.name));
        }
        if before.iter().any(|one| one.key == approver.key || one.by == approver.name) {
            return Err(format!("{} has approved already", approver.name));
        }
        if distinct_teams {
            let ours = roster.iter().find(|known| asker.is(known)).map(|known| &known.team);
            if ours == Some(&approver.team) || before.iter().any(|one| one.team == approver.team) {
                return Err(format!(
                    "{} is of the team {}, and the teams must differ",
                    approver.name, approver.team
                ));
            }
        }
        if !self.is_signed(back) {
            return Err("its signature is not of what was handed over".into());
        }
        Ok(Approval {
            by: approver.name.clone(),
            team: approver.team.clone(),
            key: approver.key.clone(),
        })
    }

    fn is_signed(&self, back: &Countersignature) -> bool {
        let Some(key) = unhex::<32>(&back.key) else { return false };
        let Some(signature) = unhex::<64>(&back.signature) else { return false };
        let Ok(key) = VerifyingKey::from_bytes(&key) else { return false };
        key.verify_strict(&self.message(), &Signature::from_bytes(&signature)).is_ok()
    }
}

#[cfg(test)]
mod tests;
