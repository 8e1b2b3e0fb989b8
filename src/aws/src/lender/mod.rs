//! Leases in a DynamoDB table: an item a target, written only where its condition holds.
#![expect(clippy::disallowed_types, reason = "the lender, which only claims move")]

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use watchdeck_domain::{Clock, LeaseTable, ReadError, Task, Timestamp};
use watchdeck_guard::{Claim, Lease, Lender, Lent};

use crate::gate::{Stamp, Stamper};
use crate::rejection::read_error;
use item::{EXPIRES, HOLDER, NONCE, RUN, TARGET, lease, number, text};

mod item; // a lease as an item

use crate::skew::SkewWatch;

/// How long after its end a lease is left alone: the servers' time is told in whole seconds, and their answers take a while.
const GRACE: Duration = Duration::from_secs(10);

/// One deed at the table, and the call that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Looks who holds a target.
    Look,
    /// Takes a lease, or renews it.
    Take,
    /// Gives one back.
    GiveBack,
}

/// Keeps leases in a table.
pub(crate) struct Lending {
    client: Client,
    table: String,
    clock: Arc<dyn Clock>,
    /// What the servers' answers say of the time; nothing where the account has a time of its own.
    server: Option<SkewWatch>,
}

impl fmt::Debug for Lending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lending").field("table", &self.table).finish_non_exhaustive()
    }
}

impl Lending {
    /// Leases in a table. With `server`, the time is that of its answers, and the clock only measures from one to the next.
    pub(crate) fn new(
        client: Client,
        table: &LeaseTable,
        clock: Arc<dyn Clock>,
        server: Option<SkewWatch>,
    ) -> Self {
        Self { client, table: table.table().to_owned(), clock, server }
    }

    fn stamp(&self, deed: Deed) -> Stamper {
        Stamper(Stamp::for_lease(self, deed))
    }

    /// The time that everybody goes by who asks this table.
    fn now(&self) -> Timestamp {
        let here = self.clock.now();
        match self.server.as_ref().and_then(SkewWatch::newest) {
            Some(skew) => Timestamp::from_millis(here.as_millis() - skew.ahead_s * 1_000),
            None => here,
        }
    }

    /// What stands there for a target, whether it has run out or not, and what time it is there.
    async fn read(&self, target: &str) -> Result<(Option<Lease>, Timestamp), String> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(TARGET, text(target))
            .consistent_read(true)
            .customize()
            .interceptor(self.stamp(Deed::Look))
            .send()
            .await
            .map_err(|error| told(&read_error("dynamodb:GetItem", &error)))?;
        let held = answer.item().map(lease).transpose()?;
        Ok((held, self.now()))
    }

    /// Writes a lease of a claim where `condition` holds of what is there.
    async fn write(
        &self,
        claim: &Claim,
        since: Timestamp,
        now: Timestamp,
        condition: &str,
        more: HashMap<String, AttributeValue>,
    ) -> Result<Lent, String> {
        let until = now + claim.span();
        let lease = Lease {
            target: claim.target().to_owned(),
            holder: claim.holder().to_owned(),
            run: claim.run().clone(),
            nonce: claim.nonce().to_owned(),
            since,
            until,
        };
        let names = NAMES.iter().filter(|(placeholder, _)| condition.contains(placeholder));
        let names = names.map(|(placeholder, name)| ((*placeholder).into(), (*name).into()));
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::of(&lease)))
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names.collect()))
            .set_expression_attribute_values(Some(more))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .customize()
            .interceptor(self.stamp(Deed::Take))
            .send()
            .await;
        let Err(error) = sent else { return Ok(Lent::Ours(lease)) };
        if let Some(PutItemError::ConditionalCheckFailedException(no)) = error.as_service_error() {
            // Some servers do not tell what is there.
            let held = match no.item() {
                Some(there) => Some(self::lease(there)?),
                None => self.read(claim.target()).await?.0,
            };
            return Ok(Lent::NotOurs(held));
        }
        Err(told(&read_error("dynamodb:PutItem", &error)))
    }

    async fn take(&self, claim: &Claim) -> Result<Lent, String> {
        // Looked at first, for the time: a clock that has jumped since the last answer would date the lease wrongly.
        let (_, now) = self.read(claim.target()).await?;
        let mut condition =
            "attribute_not_exists(#target) OR #expires < :over OR #nonce = :nonce".to_owned();
        let mut values = HashMap::from([
            (":over".to_owned(), number(now - GRACE)),
            (":nonce".to_owned(), text(claim.nonce())),
        ]);
        if let Some(undone) = claim.undoes() {
            condition.push_str(" OR #run = :undone");
            values.insert(":undone".to_owned(), text(undone.as_str()));
        }
        self.write(claim, now, now, &condition, values).await
    }

    async fn renew(&self, claim: &Claim) -> Result<Lent, String> {
        let (held, now) = self.read(claim.target()).await?;
        let since = match held {
            Some(held) if held.nonce == claim.nonce() => held.since,
            other => return Ok(Lent::NotOurs(other)),
        };
        self.write(claim, since, now, OURS, ours(claim)).await
    }

    async fn give_back(&self, claim: &Claim) -> Result<(), String> {
        let names = NAMES.iter().filter(|(placeholder, _)| OURS.contains(placeholder));
        let names = names.map(|(placeholder, name)| ((*placeholder).into(), (*name).into()));
        let sent = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(TARGET, text(claim.target()))
            .condition_expression(OURS)
            .set_expression_attribute_names(Some(names.collect()))
            .set_expression_attribute_values(Some(ours(claim)))
            .customize()
            .interceptor(self.stamp(Deed::GiveBack))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                // It is somebody else's by now, or nobody's: there is nothing of ours to give back.
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(()),
                Some(_) | None => Err(told(&read_error("dynamodb:DeleteItem", &error))),
            },
        }
    }
}

/// Every attribute by a placeholder: most of their names are words that DynamoDB keeps for itself.
const NAMES: [(&str, &str); 5] = [
    ("#target", TARGET),
    ("#expires", EXPIRES),
    ("#nonce", NONCE),
    ("#holder", HOLDER),
    ("#run", RUN),
];

/// Holds of a lease that is ours.
const OURS: &str = "#holder = :holder AND #nonce = :nonce";

fn ours(claim: &Claim) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (":holder".to_owned(), text(claim.holder())),
        (":nonce".to_owned(), text(claim.nonce())),
    ])
}

fn told(error: &ReadError) -> String {
    error.to_string()
}

impl Lender for Lending {
    fn name(&self) -> String {
        format!("the table {}", self.table)
    }

    fn look<'a>(&'a self, target: &'a str) -> Task<'a, Result<Option<Lease>, String>> {
        Box::pin(async move {
            let (held, now) = self.read(target).await?;
            Ok(held.filter(|lease| now <= lease.until + GRACE))
        })
    }

    fn take<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<Lent, String>> {
        Box::pin(self.take(claim))
    }

    fn renew<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<Lent, String>> {
        Box::pin(self.renew(claim))
    }

    fn give_back<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<(), String>> {
        Box::pin(self.give_back(claim))
    }
}
