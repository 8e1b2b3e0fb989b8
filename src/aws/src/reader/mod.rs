//! Readers: every question of the domain answered through the SDK, one file a service.

use std::fmt;
use std::sync::Arc;

use aws_smithy_types::DateTime;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::LiveTail;
use watchdeck_domain::{Answer, Clock, Identity, Query, ReadError, Source, Task, Timestamp};

use self::cloudwatch::{alarms, metrics, mutes};
use crate::clients::Clients;
use crate::rejection::malformed;

mod apigateway; // REST APIs, their stages and deployments
mod aside; // takes a list out of an answer before the SDK reads it
mod cloudfront; // distributions, and what was taken out of their caches
mod cloudtrail; // who called what
mod cloudwatch; // metrics and alarms
mod codedeploy; // deployments
mod codepipeline; // pipelines, their stages and executions
mod ecs; // services, rollouts, task definitions and their images
mod events; // rules
mod foresight; // what IAM would say
mod guardduty; // findings by their ids
mod iam; // what the account is called, its users and roles
mod insights; // queries of Logs Insights
mod lambda; // functions, versions, aliases and who calls them
mod logs; // log groups and pages of events
mod rds; // databases
mod s3; // buckets, not their objects
mod secrets; // secrets without their values
mod securityhub; // findings
mod sqs; // queues
mod ssm; // change calendars
mod sts; // who we are
mod tail; // the live tail, watched for silence
mod wafv2; // sets of addresses, and the rules that use them

#[cfg(test)]
mod edge_tests; // stages, rules and services of servers that are not AWS
#[cfg(test)]
mod listing_tests; // every read there is
#[cfg(test)]
mod standing_tests; // alarms, findings and databases of servers that are not AWS
#[cfg(test)]
mod tests; // pages, silence, and answers no AWS would give

/// Answers questions through the SDK.
#[derive(Clone)]
pub(crate) struct Reading {
    clients: Clients,
    clock: Option<Arc<dyn Clock>>,
}

impl Reading {
    pub(crate) fn new(clients: Clients, clock: Option<Arc<dyn Clock>>) -> Self {
        Self { clients, clock }
    }

    /// The clock by which the silence of a live tail is measured.
    pub(crate) fn clock(&self) -> Option<Arc<dyn Clock>> {
        self.clock.clone()
    }

    pub(crate) async fn who_am_i(&self) -> Result<Identity, ReadError> {
        sts::who_am_i(&self.clients.sts).await
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each question")]
    async fn answer(&self, query: Query) -> Result<Answer, ReadError> {
        let Clients {
            cloudfront,
            apigateway,
            cloudtrail,
            cloudwatch,
            codedeploy,
            guardduty,
            codepipeline,
            ecr,
            ecs,
            events,
            iam,
            lambda,
            logs,
            rds,
            s3,
            secrets,
            securityhub,
            sqs,
            ssm,
            sts,
            wafv2,
        } = &self.clients;
        Ok(match query {
            Query::WhoAmI(_) => Answer::WhoAmI(sts::who_am_i(sts).await?),
            Query::AccountAlias(_) => Answer::AccountAlias(iam::alias(iam).await?),
            Query::Foresee(ask) => Answer::Foresee(foresight::foresee(iam, ask).await?),
            Query::CalendarAt(ask) => Answer::CalendarAt(ssm::calendar(ssm, ask).await?),
            Query::LogGroups(ask) => Answer::LogGroups(logs::groups(logs, ask).await?),
            Query::LogPage(ask) => Answer::LogPage(logs::page(logs, ask).await?),
            Query::InsightsStart(ask) => Answer::InsightsStart(insights::start(logs, ask).await?),
            Query::InsightsResults(ask) => {
                Answer::InsightsResults(insights::results(logs, ask).await?)
            }
            Query::InsightsStop(ask) => Answer::InsightsStop(insights::stop(logs, ask).await?),
            Query::Functions(_) => Answer::Functions(lambda::functions(lambda).await?),
            Query::Versions(ask) => Answer::Versions(lambda::versions(lambda, ask).await?),
            Query::Aliases(ask) => Answer::Aliases(lambda::aliases(lambda, ask).await?),
            Query::AliasOf(ask) => Answer::AliasOf(lambda::alias(lambda, ask).await?),
            Query::VersionOf(ask) => Answer::VersionOf(lambda::version(lambda, ask).await?),
            Query::ReservedConcurrency(ask) => {
                Answer::ReservedConcurrency(lambda::reserved(lambda, ask).await?)
            }
            Query::Provisioned(ask) => Answer::Provisioned(lambda::provisioned(lambda, ask).await?),
            Query::EventSources(ask) => {
                Answer::EventSources(lambda::event_sources(lambda, ask).await?)
            }
            Query::EventSourceOf(ask) => {
                Answer::EventSourceOf(lambda::event_source(lambda, ask).await?)
            }
            Query::Callers(ask) => Answer::Callers(lambda::callers(lambda, ask).await?),
            Query::Deployments(_) => Answer::Deployments(codedeploy::in_flight(codedeploy).await?),
            Query::Metrics(ask) => Answer::Metrics(metrics::series(cloudwatch, ask).await?),
            Query::MetricNames(ask) => Answer::MetricNames(metrics::names(cloudwatch, ask).await?),
            Query::Alarms(_) => Answer::Alarms(alarms::alarms(cloudwatch).await?),
            Query::AlarmOf(ask) => Answer::AlarmOf(alarms::alarm_of(cloudwatch, ask).await?),
            Query::AlarmHistory(ask) => {
                Answer::AlarmHistory(alarms::history(cloudwatch, ask).await?)
            }
            Query::Findings(ask) => Answer::Findings(securityhub::page(securityhub, ask).await?),
            Query::DbInstances(_) => Answer::DbInstances(rds::instances(rds).await?),
            Query::DbClusters(_) => Answer::DbClusters(rds::clusters(rds).await?),
            Query::GlobalDatabases(_) => Answer::GlobalDatabases(rds::globals(rds).await?),
            Query::Trails(_) => Answer::Trails(cloudtrail::trails(cloudtrail).await?),
            Query::TrailOf(ask) => {
                Answer::TrailOf(cloudtrail::trail(cloudtrail, &ask.trail).await?)
            }
            Query::Principals(_) => Answer::Principals(iam::principals(iam).await?),
            Query::PrincipalOf(ask) => {
                Answer::PrincipalOf(iam::principal(iam, &ask.principal).await?)
            }
            Query::AccessKeys(ask) => Answer::AccessKeys(iam::keys(iam, &ask.user).await?),
            Query::AccessKeyOf(ask) => {
                Answer::AccessKeyOf(iam::key(iam, &ask.user, &ask.key).await?)
            }
            Query::InlinePoliciesOf(ask) => {
                Answer::InlinePoliciesOf(iam::policies(iam, &ask.principal).await?)
            }
            Query::InlinePolicyOf(ask) => {
                Answer::InlinePolicyOf(iam::policy(iam, &ask.principal, &ask.policy).await?)
            }
            Query::Simulated(ask) => Answer::Simulated(iam::simulated(iam, ask).await?),
            Query::SimulatedSessions(ask) => {
                Answer::SimulatedSessions(iam::sessions(iam, ask).await?)
            }
            Query::Trail(ask) => Answer::Trail(cloudtrail::page(cloudtrail, ask).await?),
            Query::Queues(_) => Answer::Queues(sqs::queues(sqs).await?),
            Query::QueueOf(ask) => Answer::QueueOf(sqs::queue(sqs, ask).await?),
            Query::Secrets(_) => Answer::Secrets(secrets::secrets(secrets).await?),
            Query::RotationOf(ask) => Answer::RotationOf(secrets::rotation(secrets, ask).await?),
            Query::Buckets(_) => Answer::Buckets(s3::buckets(s3).await?),
            Query::BucketOf(ask) => Answer::BucketOf(s3::bucket(s3, ask).await?),
            Query::PublicBlockOf(ask) => Answer::PublicBlockOf(s3::public_block(s3, ask).await?),
            Query::IpSets(_) => Answer::IpSets(wafv2::ip_sets(wafv2).await?),
            Query::IpSetOf(ask) => Answer::IpSetOf(wafv2::ip_set(wafv2, ask).await?),
            Query::Overlap(ask) => Answer::Overlap(wafv2::overlap(wafv2, ask).await?),
            Query::WebAclOf(ask) => Answer::WebAclOf(wafv2::web_acl(wafv2, ask).await?),
            Query::TriageOf(ask) => {
                Answer::TriageOf(securityhub::triage(securityhub, &ask.findings).await?)
            }
            Query::ThreatsOf(ask) => Answer::ThreatsOf(guardduty::threats(guardduty, ask).await?),
            Query::DetectorAdministrator(_) => {
                Answer::DetectorAdministrator(guardduty::administrator(guardduty).await?)
            }
            Query::Limited(ask) => Answer::Limited(wafv2::limited(wafv2, ask).await?),
            Query::Pipelines(_) => Answer::Pipelines(codepipeline::pipelines(codepipeline).await?),
            Query::Stages(ask) => {
                Answer::Stages(codepipeline::stages(codepipeline, &ask.pipeline).await?)
            }
            Query::StageOf(ask) => {
                Answer::StageOf(codepipeline::stage_of(codepipeline, ask).await?)
            }
            Query::Executions(ask) => Answer::Executions(
                codepipeline::executions(codepipeline, &ask.pipeline, None).await?,
            ),
            Query::CameThrough(ask) => Answer::CameThrough(
                codepipeline::executions(codepipeline, &ask.pipeline, Some(&ask.stage)).await?,
            ),
            Query::ExecutionOf(ask) => {
                Answer::ExecutionOf(codepipeline::execution(codepipeline, ask).await?)
            }
            Query::DeploymentOf(ask) => {
                Answer::DeploymentOf(codedeploy::deployment(codedeploy, ask).await?)
            }
            Query::Distributions(_) => {
                Answer::Distributions(cloudfront::distributions(cloudfront).await?)
            }
            Query::DistributionOf(ask) => {
                Answer::DistributionOf(cloudfront::distribution(cloudfront, ask).await?)
            }
            Query::InvalidationBy(ask) => {
                Answer::InvalidationBy(cloudfront::invalidation(cloudfront, ask).await?)
            }
            Query::MuteOf(ask) => Answer::MuteOf(mutes::mute(cloudwatch, ask).await?),
            Query::MoveTasks(ask) => Answer::MoveTasks(sqs::move_tasks(sqs, ask).await?),
            Query::RestApis(_) => Answer::RestApis(apigateway::apis(apigateway).await?),
            Query::ApiStages(ask) => {
                Answer::ApiStages(apigateway::stages(apigateway, &ask.api).await?)
            }
            Query::ApiStageOf(ask) => {
                Answer::ApiStageOf(apigateway::stage(apigateway, &ask).await?)
            }
            Query::ApiDeployments(ask) => {
                Answer::ApiDeployments(apigateway::deployments(apigateway, &ask.api).await?)
            }
            Query::CompareDeployments(ask) => {
                Answer::CompareDeployments(apigateway::compare(apigateway, &ask).await?)
            }
            Query::Rules(ask) => Answer::Rules(events::rules(events, &ask.bus).await?),
            Query::RuleOf(ask) => Answer::RuleOf(events::rule(events, &ask).await?),
            Query::Clusters(_) => Answer::Clusters(ecs::clusters(ecs).await?),
            Query::Services(ask) => Answer::Services(ecs::services(ecs, &ask.cluster).await?),
            Query::ServiceOf(ask) => Answer::ServiceOf(ecs::service(ecs, &ask).await?),
            Query::TaskDefinitions(ask) => {
                Answer::TaskDefinitions(ecs::definitions(ecs, &ask).await?)
            }
            Query::TaskDefinitionOf(ask) => {
                Answer::TaskDefinitionOf(ecs::definition(ecs, ecr, &ask.definition).await?)
            }
        })
    }
}

impl Source for Reading {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        Box::pin(self.answer(query))
    }

    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        Box::pin(tail::open(&self.clients.logs, self.clock.clone(), groups, pattern))
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reading")
    }
}

/// Walks page tokens to their end. Some servers send an empty token for none; one that sends the same token
/// twice would be asked for ever.
#[derive(Debug, Default)]
struct Pages {
    token: Option<String>,
}

impl Pages {
    /// Takes the token of the page just read; true while there is another page.
    fn turn(&mut self, operation: &str, next: Option<&str>) -> Result<bool, ReadError> {
        let next = said(next);
        if next.is_some() && next == self.token {
            return Err(malformed(operation, "the server sent the same page token twice"));
        }
        self.token = next;
        Ok(self.token.is_some())
    }
}

/// A text the server did send, and not an empty one.
fn said(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A text or nothing of it.
fn plain(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// The elements of a list of JSON, or the one thing that stands in its place.
fn one_or_many(value: Option<&serde_json::Value>) -> Vec<&serde_json::Value> {
    match value {
        Some(serde_json::Value::Array(many)) => many.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// A count that cannot be negative.
fn count(number: Option<i32>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

/// An instant that the server told, and one that can be counted.
fn instant(at: Option<&DateTime>) -> Option<Timestamp> {
    at.and_then(|at| at.to_millis().ok()).map(Timestamp::from_millis)
}
