//! Readers: every question of the domain answered through the SDK, one file a service.

use std::fmt;
use std::sync::Arc;

use aws_smithy_types::DateTime;
use aws_types::SdkConfig;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::LiveTail;
use watchdeck_domain::{Answer, Clock, Identity, Query, ReadError, Source, Task, Timestamp};

use self::afar::Afar;
use self::cloudwatch::{alarms, metrics, mutes};
use watchdeck_guard::Veil;

use crate::clients::Clients;
use crate::rejection::malformed;
use crate::skew::SkewWatch;

mod afar; // clients for other regions, made when they are asked for
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
mod recovery; // who writes to databases, who could, and how far copies are behind
mod reports; // reporting copies, and what they are made from
mod route53; // names and health checks
mod s3; // buckets, not their objects
mod secrets; // secrets without their values
mod securityhub; // findings
mod snapshots; // snapshots of databases, and the secrets of their masters
mod sqs; // queues
mod ssm; // change calendars
mod sts; // who we are
mod tail; // the live tail, watched for silence
mod wafv2; // sets of addresses, and the rules that use them
mod zonalshift; // traffic led away from zones

#[cfg(test)]
mod edge_tests; // stages, rules and services of servers that are not AWS
#[cfg(test)]
mod listing_tests; // every read there is
#[cfg(test)]
mod standing_tests; // alarms, findings and databases of servers that are not AWS
#[cfg(test)]
mod tests;
#[cfg(test)]
mod traffic_tests; // records, health checks and zones of servers that are not AWS // pages, silence, and answers no AWS would give

/// Answers questions through the SDK.
#[derive(Clone)]
pub(crate) struct Reading {
    clients: Clients,
    afar: Afar,
    clock: Option<Arc<dyn Clock>>,
    veil: Arc<Veil>,
}

/// Each question, and the call whose outcome is its answer.
macro_rules! answers {
    ($query:ident; $($question:ident($asked:pat) => $call:expr,)*) => {
        Ok(match $query {
            // Each on the heap: together they would be as large as all of them.
            $(Query::$question($asked) => Answer::$question(Box::pin($call).await?),)*
            Query::Elsewhere(there) => {
                return Err(malformed(there.query.name(), "it was put to a region of a region"));
            }
        })
    };
}

impl Reading {
    /// Reads with this configuration, and with the same in other regions where a question asks for one.
    pub(crate) fn new(
        config: &SdkConfig,
        time: &SkewWatch,
        clock: Option<Arc<dyn Clock>>,
        veil: Arc<Veil>,
    ) -> Self {
        let clients = Clients::watched(config, time);
        Self { clients, afar: Afar::new(config.clone(), time.clone()), clock, veil }
    }

    /// The answer, with words in the places of the secrets that stand in it.
    async fn answer_covered(&self, query: Query) -> Result<Answer, ReadError> {
        let name = query.name();
        let afar;
        let (clients, query) = if let Query::Elsewhere(there) = query {
            afar = self.afar.clients(&there.region);
            (&afar, *there.query)
        } else {
            (&self.clients, query)
        };
        let answer = Self::answer(clients, query).await;
        if self.veil.is_empty() {
            return answer;
        }
        let covered = serde_json::to_value(answer?).map(|answer| self.veil.cover(&answer));
        // What cannot be covered is not shown.
        covered
            .and_then(serde_json::from_value)
            .map_err(|_| malformed(name, "it cannot be told without what must not be seen"))
    }

    /// The clock by which the silence of a live tail is measured.
    pub(crate) fn clock(&self) -> Option<Arc<dyn Clock>> {
        self.clock.clone()
    }

    pub(crate) async fn who_am_i(&self) -> Result<Identity, ReadError> {
        sts::who_am_i(&self.clients.sts).await
    }

    #[expect(clippy::too_many_lines, reason = "a line for each client and each question")]
    async fn answer(clients: &Clients, query: Query) -> Result<Answer, ReadError> {
        let Clients {
            apigateway,
            arczonalshift,
            cloudfront,
            cloudtrail,
            cloudwatch,
            codedeploy,
            codepipeline,
            ecr,
            ecs,
            events,
            guardduty,
            iam,
            lambda,
            logs,
            rds,
            route53,
            s3,
            secrets,
            securityhub,
            sqs,
            ssm,
            sts,
            wafv2,
        } = clients;
        answers! { query;
            WhoAmI(_) => sts::who_am_i(sts),
            AccountAlias(_) => iam::alias(iam),
            Foresee(ask) => foresight::foresee(iam, ask),
            CalendarAt(ask) => ssm::calendar(ssm, ask),
            LogGroups(ask) => logs::groups(logs, ask),
            LogPage(ask) => logs::page(logs, ask),
            InsightsStart(ask) => insights::start(logs, ask),
            InsightsResults(ask) => insights::results(logs, ask),
            InsightsStop(ask) => insights::stop(logs, ask),
            Functions(_) => lambda::functions(lambda),
            Versions(ask) => lambda::versions(lambda, ask),
            Aliases(ask) => lambda::aliases(lambda, ask),
            AliasOf(ask) => lambda::alias(lambda, ask),
            VersionOf(ask) => lambda::version(lambda, ask),
            ReservedConcurrency(ask) => lambda::reserved(lambda, ask),
            Provisioned(ask) => lambda::provisioned(lambda, ask),
            EventSources(ask) => lambda::event_sources(lambda, ask),
            EventSourceOf(ask) => lambda::event_source(lambda, ask),
            Callers(ask) => lambda::callers(lambda, ask),
            Deployments(_) => codedeploy::in_flight(codedeploy),
            Metrics(ask) => metrics::series(cloudwatch, ask),
            MetricNames(ask) => metrics::names(cloudwatch, ask),
            Alarms(_) => alarms::alarms(cloudwatch),
            AlarmOf(ask) => alarms::alarm_of(cloudwatch, ask),
            AlarmHistory(ask) => alarms::history(cloudwatch, ask),
            Findings(ask) => securityhub::page(securityhub, ask),
            DbInstances(_) => rds::instances(rds),
            DbClusters(_) => rds::clusters(rds),
            GlobalDatabases(_) => rds::globals(rds),
            InstanceOf(ask) => reports::instance(rds, &ask.instance),
            Reports(_) => reports::reports(rds),
            RestoreGroundOf(ask) => reports::ground(rds, &ask),
            ClusterOf(ask) => recovery::cluster(rds, &ask.cluster),
            GlobalOf(ask) => recovery::global(rds, &ask.global),
            NodeOf(ask) => recovery::node(rds, &ask.instance),
            LagOf(ask) => recovery::lag(cloudwatch, ask),
            Snapshots(_) => snapshots::snapshots(rds),
            SnapshotOf(ask) => snapshots::snapshot(rds, &ask.snapshot),
            SnapshotRoomOf(_) => snapshots::room(rds),
            MasterSecretOf(ask) => snapshots::master(rds, secrets, &ask.instance),
            Trails(_) => cloudtrail::trails(cloudtrail),
            TrailOf(ask) => cloudtrail::trail(cloudtrail, &ask.trail),
            Principals(_) => iam::principals(iam),
            PrincipalOf(ask) => iam::principal(iam, &ask.principal),
            AccessKeys(ask) => iam::keys(iam, &ask.user),
            AccessKeyOf(ask) => iam::key(iam, &ask.user, &ask.key),
            InlinePoliciesOf(ask) => iam::policies(iam, &ask.principal),
            InlinePolicyOf(ask) => iam::policy(iam, &ask.principal, &ask.policy),
            Simulated(ask) => iam::simulated(iam, ask),
            SimulatedSessions(ask) => iam::sessions(iam, ask),
            Trail(ask) => cloudtrail::page(cloudtrail, ask),
            Queues(_) => sqs::queues(sqs),
            QueueOf(ask) => sqs::queue(sqs, ask),
            Secrets(_) => secrets::secrets(secrets),
            RotationOf(ask) => secrets::rotation(secrets, ask),
            Buckets(_) => s3::buckets(s3),
            BucketOf(ask) => s3::bucket(s3, ask),
            PublicBlockOf(ask) => s3::public_block(s3, ask),
            IpSets(_) => wafv2::ip_sets(wafv2),
            IpSetOf(ask) => wafv2::ip_set(wafv2, ask),
            Overlap(ask) => wafv2::overlap(wafv2, ask),
            WebAclOf(ask) => wafv2::web_acl(wafv2, ask),
            TriageOf(ask) => securityhub::triage(securityhub, &ask.findings),
            ThreatsOf(ask) => guardduty::threats(guardduty, ask),
            DetectorAdministrator(_) => guardduty::administrator(guardduty),
            Limited(ask) => wafv2::limited(wafv2, ask),
            Pipelines(_) => codepipeline::pipelines(codepipeline),
            Stages(ask) => codepipeline::stages(codepipeline, &ask.pipeline),
            StageOf(ask) => codepipeline::stage_of(codepipeline, ask),
            Executions(ask) => codepipeline::executions(codepipeline, &ask.pipeline, None),
            CameThrough(ask) => codepipeline::executions(codepipeline, &ask.pipeline, Some(&ask.stage)),
            ExecutionOf(ask) => codepipeline::execution(codepipeline, ask),
            DeploymentOf(ask) => codedeploy::deployment(codedeploy, ask),
            Distributions(_) => cloudfront::distributions(cloudfront),
            DistributionOf(ask) => cloudfront::distribution(cloudfront, ask),
            InvalidationBy(ask) => cloudfront::invalidation(cloudfront, ask),
            MuteOf(ask) => mutes::mute(cloudwatch, ask),
            MoveTasks(ask) => sqs::move_tasks(sqs, ask),
            RestApis(_) => apigateway::apis(apigateway),
            ApiStages(ask) => apigateway::stages(apigateway, &ask.api),
            ApiStageOf(ask) => apigateway::stage(apigateway, &ask),
            ApiDeployments(ask) => apigateway::deployments(apigateway, &ask.api),
            CompareDeployments(ask) => apigateway::compare(apigateway, &ask),
            Rules(ask) => events::rules(events, &ask.bus),
            RuleOf(ask) => events::rule(events, &ask),
            Clusters(_) => ecs::clusters(ecs),
            Services(ask) => ecs::services(ecs, &ask.cluster),
            ServiceOf(ask) => ecs::service(ecs, &ask),
            TaskDefinitions(ask) => ecs::definitions(ecs, &ask),
            TaskDefinitionOf(ask) => ecs::definition(ecs, ecr, &ask.definition),
            HostedZones(_) => route53::zones(route53),
            WeightedNames(ask) => route53::names(route53, &ask.zone),
            WeightedRecordsOf(ask) => route53::name(route53, ask),
            DnsAnswerOf(ask) => route53::answer(route53, ask),
            DnsChangeOf(ask) => route53::change(route53, ask),
            HealthChecks(_) => route53::checks(route53),
            HealthCheckOf(ask) => route53::check(route53, &ask.check),
            FollowersOf(ask) => route53::followers(route53, ask),
            ShiftableResources(_) => zonalshift::resources(arczonalshift),
            ZonalStandingOf(ask) => zonalshift::resource(arczonalshift, &ask.resource),
        }
    }
}

impl Source for Reading {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        Box::pin(self.answer_covered(query))
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
