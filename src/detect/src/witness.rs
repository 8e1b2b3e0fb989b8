//! What of a record an alert keeps: who did what, when, from where, and how it went.

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_pattern::Segment;

use crate::condition::{Known, dotted};
use crate::layout::{Layout, Slot, Way};

/// A record on which a rule fired. Its texts are hostile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// The id of the event; may be empty.
    pub id: String,
    /// When the call was made.
    pub at: Timestamp,
    /// The call, such as `StopLogging`.
    pub name: String,
    /// The service, such as `cloudtrail.amazonaws.com`.
    pub source: String,
    /// The region.
    pub region: String,
    /// The account that took the call down.
    pub account: String,
    /// Who made the call, as rules group it.
    pub principal: String,
    /// From where.
    pub address: String,
    /// The error code; empty when the call went through.
    pub error: String,
}

/// The slots of what a witness tells.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub(crate) name: Slot,
    pub(crate) source: Slot,
    time: Slot,
    id: Slot,
    region: Slot,
    account: Slot,
    address: Slot,
    error: Slot,
    identity: Slot,
    kind: Slot,
    arn: Slot,
    invoked_by: Slot,
    user: Slot,
    principal: Slot,
    owner: Slot,
}

impl Sight {
    pub(crate) fn new(layout: &mut Layout) -> Self {
        let mut slot = |name: &str| layout.slot(&dotted(name), Way::Strict);
        Self {
            name: slot("eventName"),
            source: slot("eventSource"),
            time: slot("eventTime"),
            id: slot("eventID"),
            region: slot("awsRegion"),
            account: slot("recipientAccountId"),
            address: slot("sourceIPAddress"),
            error: slot("errorCode"),
            identity: slot("userIdentity"),
            kind: slot("userIdentity.type"),
            arn: slot("userIdentity.arn"),
            invoked_by: slot("userIdentity.invokedBy"),
            user: slot("userIdentity.userName"),
            principal: slot("userIdentity.principalId"),
            owner: slot("userIdentity.accountId"),
        }
    }

    /// When the call was made, where the record says so.
    pub(crate) fn time(&self, known: &mut Known<'_>) -> Option<Timestamp> {
        Timestamp::parse(&text(known, self.time))
    }

    /// What a record tells.
    pub(crate) fn witness(&self, known: &mut Known<'_>) -> Witness {
        Witness {
            id: text(known, self.id),
            at: self.time(known).unwrap_or_default(),
            name: text(known, self.name),
            source: text(known, self.source),
            region: text(known, self.region),
            account: text(known, self.account),
            principal: self.principal(known),
            address: text(known, self.address),
            error: text(known, self.error),
        }
    }

    /// Who made the call: an ARN where there is one, else the service, else what else names it.
    fn principal(&self, known: &mut Known<'_>) -> String {
        let arn = text(known, self.arn);
        let kind = text(known, self.kind);
        if kind == "Root" {
            let owner = text(known, self.owner);
            return if owner.is_empty() { "root".into() } else { format!("root of {owner}") };
        }
        if !arn.is_empty() {
            return arn;
        }
        let rest = [self.invoked_by, self.user, self.principal, self.owner];
        for slot in rest {
            let named = text(known, slot);
            if !named.is_empty() {
                return named;
            }
        }
        if known.index.get(known.layout, known.record, self.identity).is_empty() || kind.is_empty()
        {
            return "nobody named".into();
        }
        kind
    }
}

/// What stands in a slot as text; empty where nothing does.
pub(crate) fn text(known: &mut Known<'_>, slot: Slot) -> String {
    let found = known.index.get(known.layout, known.record, slot);
    found.last().map(|span| span.text(known.record).into_owned()).unwrap_or_default()
}

/// A way as it is written in a rule: `userIdentity.arn`, also with `$.` in front.
pub(crate) fn way(text: &str) -> Vec<Segment> {
    dotted(text.strip_prefix("$.").unwrap_or(text))
}
