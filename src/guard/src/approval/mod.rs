//! The second person: what is handed over to them, what they hand back, and whether it counts.
//!
//! Suggested reading order:

mod key; // the key of one who approves
mod line; // both as one line of text
mod panel; // who may approve, beside whom, and for whom
mod presigned; // a request to STS in place of a signature
mod roster; // who may approve

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use watchdeck_domain::{Environment, Identity, Scope, Timestamp};

pub use key::{ApproverKey, KeyError};
pub use line::{Handback, LineError};
pub(crate) use panel::{Asker, Panel};
pub use presigned::{Attester, Inquiry, Presigned};
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
    /// The key that they signed with, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Who they are at AWS, where STS said so. Their signature stands nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Identity>,
}

impl Approval {
    /// Whether both were given by the same.
    fn is_by_who_gave(&self, other: &Self) -> bool {
        let same = |a: &Identity, b: &Identity| a.user_id == b.user_id || a.arn == b.arn;
        let principals = self.principal.as_ref().zip(other.principal.as_ref());
        let keys = self.key.is_some() && self.key == other.key;
        keys || self.by == other.by || principals.is_some_and(|(a, b)| same(a, b))
    }

    /// Whether the file still says that they may.
    pub(crate) fn counts(&self, roster: &[Approver]) -> bool {
        roster.iter().any(|known| match &self.principal {
            Some(principal) => known.team == self.team && known.is_at(&principal.arn),
            None => known.key.is_some() && known.key == self.key && known.name == self.by,
        })
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

    /// Whether what was handed back counts, beside what counts already; else why it does not.
    pub(crate) fn accept(
        &self,
        back: &Countersignature,
        panel: &Panel<'_>,
        now: Timestamp,
    ) -> Result<Approval, String> {
        self.stands(&back.plan, &back.hash, &back.nonce, now)?;
        let approval = panel.by_key(&back.key)?;
        if !self.is_signed(back) {
            return Err("its signature is not of what was handed over".into());
        }
        Ok(approval)
    }

    /// Whether the one who STS says signed a request may approve, beside who has already; else why they may not.
    pub(crate) fn admit(
        &self,
        back: &Presigned,
        principal: &Identity,
        panel: &Panel<'_>,
        now: Timestamp,
    ) -> Result<Approval, String> {
        self.stands(&back.plan, &back.hash, &back.nonce, now)?;
        panel.by_principal(principal)
    }

    /// Whether what was handed back is about this question, and in time.
    fn stands(&self, plan: &PlanId, hash: &str, nonce: &str, now: Timestamp) -> Result<(), String> {
        if *plan != self.plan || hash != self.hash {
            return Err(format!("it approves the plan {plan}, and not as it stands here"));
        }
        if nonce != self.nonce {
            return Err("it answers another question about the plan: it was used before".into());
        }
        if now > self.until {
            return Err(format!("it counted until {}", self.until));
        }
        Ok(())
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
