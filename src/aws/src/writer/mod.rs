//! The writer: serves warrants, one call each, never repeated.
//!
//! A definite no from AWS is a refusal; whatever leaves the outcome open is unsettled, for the guard to look into.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use aws_config::{AppName, SdkConfig};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use watchdeck_domain::{Arn, Change, RunId, Scope, Task};
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant, Writer};

use crate::clients::Clients;

mod cloudtrail; // lets trails write again
mod concurrency; // reserves and provisions what functions may run at once
mod guardduty; // archives findings
mod iam; // switches access keys, puts policies that deny
mod lambda; // points aliases, switches event sources
mod outcome; // what an answer proves, and what it leaves open
mod s3; // keeps the public out of buckets
mod secrets; // rotates secrets, moves their labels
mod securityhub; // sets what people made of findings
mod send; // one call, stamped and in the name of its run
mod session; // a session of its own for a change, confined by AWS to that change
mod sqs; // moves dead letters, purges queues
mod wafv2; // lists addresses, holds them to a limit

/// How long a change may take to be answered; after that its outcome is open.
pub(crate) const WRITE_LIMIT: Duration = Duration::from_secs(30);

/// Carries out the changes of realm `R` in one account and region.
pub(crate) struct Writing<R: Realm> {
    clients: Clients,
    scope: Scope,
    role: Option<Arn>,
    realm: PhantomData<fn() -> R>,
}

impl<R: Realm> Writing<R> {
    pub(crate) fn new(
        config: &SdkConfig,
        scope: Scope,
        role: Option<Arn>,
        limit: Duration,
    ) -> Self {
        let limits = TimeoutConfig::builder()
            .connect_timeout(crate::connect::CONNECT_LIMIT)
            .operation_attempt_timeout(limit)
            .build();
        // No repeats: a change that was lost on the way may have been made.
        let config = config
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(limits)
            .build();
        Self { clients: Clients::new(&config), scope, role, realm: PhantomData }
    }

    async fn carry_out(&self, warrant: Warrant<R>) -> Result<Receipt, Unserved> {
        if *warrant.scope() != self.scope {
            let why = format!("this writer acts in {}, not in {}", self.scope, warrant.scope());
            return Err(warrant.refused("WrongScope", why, None));
        }
        // The guard spares what one reads as; the role that one acts as only this writer knows.
        if let Some(role) = self.role.as_ref().filter(|role| warrant.change().cuts_off(role)) {
            let why = format!("it would cut off {role}, as which changes are made");
            return Err(warrant.refused("CutsOff", why, None));
        }
        let session = match &self.role {
            Some(role) => match session::open(&self.clients.sts, role, &warrant).await {
                Ok(credentials) => Some(credentials),
                // Nothing of the change was sent.
                Err((code, why)) => return Err(warrant.refused(code, why, None)),
            },
            None => None,
        };
        match warrant.change() {
            Change::PointAlias(point) => {
                let point = point.clone();
                lambda::point_alias(&self.clients.lambda, session, point, warrant).await
            }
            Change::SwitchSource(switch) => {
                let switch = switch.clone();
                lambda::switch_source(&self.clients.lambda, session, switch, warrant).await
            }
            Change::ReserveConcurrency(reserve) => {
                let reserve = reserve.clone();
                concurrency::reserve(&self.clients.lambda, session, reserve, warrant).await
            }
            Change::ProvisionConcurrency(provision) => {
                let provision = provision.clone();
                concurrency::provision(&self.clients.lambda, session, provision, warrant).await
            }
            Change::RedriveMessages(redrive) => {
                let redrive = redrive.clone();
                sqs::redrive(&self.clients.sqs, session, redrive, warrant).await
            }
            Change::PurgeQueue(purge) => {
                let purge = purge.clone();
                sqs::purge(&self.clients.sqs, session, purge, warrant).await
            }
            Change::RotateSecret(rotate) => {
                let rotate = rotate.clone();
                secrets::rotate(&self.clients.secrets, session, rotate, warrant).await
            }
            Change::BlockPublic(block) => {
                let block = block.clone();
                s3::block_public(&self.clients.s3, session, block, warrant).await
            }
            Change::ListAddress(list) => {
                let list = list.clone();
                wafv2::list_address(&self.clients.wafv2, session, list, warrant).await
            }
            Change::MoveCurrent(change) => {
                let change = change.clone();
                secrets::move_current(&self.clients.secrets, session, change, warrant).await
            }
            Change::SwitchKey(switch) => {
                let switch = switch.clone();
                iam::switch_key(&self.clients.iam, session, switch, warrant).await
            }
            Change::StartTrail(start) => {
                let start = start.clone();
                cloudtrail::start(&self.clients.cloudtrail, session, start, warrant).await
            }
            Change::PutDenial(put) => {
                let put = put.clone();
                iam::put_denial(&self.clients.iam, session, put, warrant).await
            }
            Change::LimitRate(limit) => {
                let limit = limit.clone();
                wafv2::limit_rate(&self.clients.wafv2, session, limit, warrant).await
            }
            Change::SetWorkflow(set) => {
                let set = set.clone();
                securityhub::set_workflow(&self.clients.securityhub, session, set, warrant).await
            }
            Change::ArchiveThreats(archive) => {
                let archive = archive.clone();
                guardduty::archive(&self.clients.guardduty, session, archive, warrant).await
            }
        }
    }
}

impl<R: Realm> Writer<R> for Writing<R> {
    fn serve(&self, warrant: Warrant<R>) -> Task<'_, Result<Receipt, Unserved>> {
        Box::pin(self.carry_out(warrant))
    }
}

impl<R: Realm> fmt::Debug for Writing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writing")
            .field("realm", &R::NAME)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// The name in the user agent: CloudTrail shows whose run a call belonged to.
fn app_name(run: &RunId) -> Option<AppName> {
    AppName::new(format!("watchdeck-{run}")).ok()
}

#[cfg(test)]
mod containment_tests; // keys, denials, trails, as they are called
#[cfg(test)]
mod stores_tests; // queues, secrets, buckets and the firewall, as they are called
#[cfg(test)]
mod tests;
#[cfg(test)]
mod triage_tests; // findings, as they are set and archived // warrants from the whole road, served by servers that answer well, badly, or not at all
