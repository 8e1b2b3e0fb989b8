//! The writer: serves warrants, one call each, never repeated.
//!
//! A definite no from AWS is a refusal; whatever leaves the outcome open is unsettled, for the guard to look into.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{AppName, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use watchdeck_domain::{Arn, Change, RunId, Scope, Task};
use watchdeck_guard::{Realm, Receipt, Unserved, Veil, Warrant, Writer};

use crate::clients::Clients;

mod apigateway; // throttles stages, lets them serve another deployment
mod cloudfront; // takes paths out of caches
mod cloudtrail; // lets trails write again
mod cloudwatch; // mutes alarms for a while
mod codedeploy; // stops deployments
mod codepipeline; // closes stages, tries them again, rolls them back
mod concurrency; // reserves and provisions what functions may run at once
mod ecs; // rolls services
mod events; // switches rules
mod failover; // has other instances, regions and zones write to databases
mod guardduty; // archives findings
mod iam; // switches access keys, puts policies that deny
mod lambda; // points aliases, switches event sources
mod outcome; // what an answer proves, and what it leaves open
mod rds; // makes copies of databases, keeps them for longer, takes them away
mod route53; // shifts weights of records, inverts health checks
mod s3; // keeps the public out of buckets
mod secrets; // rotates secrets, moves their labels
mod securityhub; // sets what people made of findings
mod send; // one call, stamped and in the name of its run
mod session; // a session of its own for a change, confined by AWS to that change
mod snapshots; // takes snapshots of databases, shares them with nobody, has master passwords made anew
mod sqs; // moves dead letters, purges queues
mod wafv2; // lists addresses, holds them to a limit
mod zonalshift; // leads traffic away from zones

/// How long a change may take to be answered; after that its outcome is open.
pub(crate) const WRITE_LIMIT: Duration = Duration::from_secs(30);

/// Said without a word of it.
const UNSPEAKABLE: &str = "a secret does not fit where it is to stand; nothing was sent";

/// Carries out the changes of realm `R` in one account and region.
pub(crate) struct Writing<R: Realm> {
    clients: Clients,
    scope: Scope,
    role: Option<Arn>,
    veil: Arc<Veil>,
    realm: PhantomData<fn() -> R>,
}

/// Sends the change of a warrant by the call that is its own.
macro_rules! sent {
    ($self:ident, $session:ident, $lifted:ident, $warrant:ident; $($change:ident => $service:ident::$call:ident by $client:ident,)*) => {
        match $lifted {
            Change::Elsewhere(_) => {
                Err($warrant.refused("WrongScope", "it names two regions; nothing was sent", None))
            }
            $(Change::$change(change) => {
                Box::pin($service::$call(&$self.clients.$client, $session, change, $warrant)).await
            })*
        }
    };
}

impl<R: Realm> Writing<R> {
    pub(crate) fn new(
        config: &SdkConfig,
        scope: Scope,
        role: Option<Arn>,
        limit: Duration,
        veil: Arc<Veil>,
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
        Self { clients: Clients::new(&config), scope, role, veil, realm: PhantomData }
    }

    async fn carry_out(&self, warrant: Warrant<R>) -> Result<Receipt, Unserved> {
        if *warrant.home() != self.scope {
            let why = format!("this writer acts in {}, not in {}", self.scope, warrant.home());
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
        match self.lifted(warrant.change()) {
            // Where it is made, the warrant says.
            Ok(Change::Elsewhere(there)) => self.hand_on(session, *there.change, warrant).await,
            Ok(change) => self.hand_on(session, change, warrant).await,
            Err(why) => Err(warrant.refused("Veiled", why, None)),
        }
    }

    /// The change with the secrets in the places of their words.
    fn lifted(&self, change: &Change) -> Result<Change, String> {
        let value = serde_json::to_value(change).map_err(|_| UNSPEAKABLE.to_owned())?;
        let lifted = self.veil.lift(&value).map_err(|word| {
            format!("what `{word}` stands for is not known here; nothing was sent")
        })?;
        if lifted == value {
            return Ok(change.clone());
        }
        serde_json::from_value(lifted).map_err(|_| UNSPEAKABLE.to_owned())
    }

    /// Each change, the function that makes the call of it, and the client that sends it.
    async fn hand_on(
        &self,
        session: Option<Credentials>,
        lifted: Change,
        warrant: Warrant<R>,
    ) -> Result<Receipt, Unserved> {
        sent! { self, session, lifted, warrant;
            PointAlias => lambda::point_alias by lambda,
            SwitchSource => lambda::switch_source by lambda,
            ReserveConcurrency => concurrency::reserve by lambda,
            ProvisionConcurrency => concurrency::provision by lambda,
            RedriveMessages => sqs::redrive by sqs,
            PurgeQueue => sqs::purge by sqs,
            RotateSecret => secrets::rotate by secrets,
            BlockPublic => s3::block_public by s3,
            ListAddress => wafv2::list_address by wafv2,
            MoveCurrent => secrets::move_current by secrets,
            SwitchKey => iam::switch_key by iam,
            StartTrail => cloudtrail::start by cloudtrail,
            PutDenial => iam::put_denial by iam,
            LimitRate => wafv2::limit_rate by wafv2,
            SetWorkflow => securityhub::set_workflow by securityhub,
            ArchiveThreats => guardduty::archive by guardduty,
            CloseStage => codepipeline::close_stage by codepipeline,
            RetryStage => codepipeline::retry_stage by codepipeline,
            RollBackStage => codepipeline::roll_back_stage by codepipeline,
            StopDeployment => codedeploy::stop by codedeploy,
            Invalidate => cloudfront::invalidate by cloudfront,
            MuteAlarms => cloudwatch::mute by cloudwatch,
            ThrottleStage => apigateway::throttle by apigateway,
            ServeDeployment => apigateway::serve by apigateway,
            SwitchRule => events::switch by events,
            RollService => ecs::roll by ecs,
            RestoreCopy => rds::restore by rds,
            KeepPassword => rds::keep_password by rds,
            ExtendCopy => rds::extend by rds,
            ProtectCopy => rds::protect by rds,
            DropCopy => rds::drop_copy by rds,
            ShiftWeights => route53::shift_weights by route53,
            InvertCheck => route53::invert by route53,
            ShiftZone => zonalshift::shift by arczonalshift,
            FailOverCluster => failover::cluster by rds,
            MovePrimary => failover::primary by rds,
            FailOverInstance => failover::instance by rds,
            PromoteReplica => failover::promote by rds,
            ShareSnapshot => snapshots::share by rds,
            TakeSnapshot => snapshots::take by rds,
            RotateMaster => snapshots::rotate_master by rds,
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
mod databases_tests; // who writes to databases, snapshots, master passwords, as they are called
#[cfg(test)]
mod delivery_tests; // pipelines, deployments, caches and alarms, as they are called
#[cfg(test)]
mod edge_tests; // stages, rules and services, as they are called
#[cfg(test)]
mod reports_tests; // reporting copies, as they are called
#[cfg(test)]
mod settings_tests; // sources and concurrency of functions, as they are set
#[cfg(test)]
mod stores_tests; // queues, secrets, buckets and the firewall, as they are called
#[cfg(test)]
mod tests; // warrants from the whole road, served by servers that answer well, badly, or not at all
#[cfg(test)]
mod traffic_tests; // records, health checks and zones, as they are called
#[cfg(test)]
mod triage_tests; // findings, as they are set and archived
