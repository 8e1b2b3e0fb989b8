//! What there is for the fields of a form to be chosen from, besides functions: queues, buckets, pipelines, APIs, services,
//! and more.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::delivery::Deployment;
use watchdeck_domain::dns::{HealthCheck, HostedZone, WeightedName, weights};
use watchdeck_domain::edge::Distribution;
use watchdeck_domain::gateway::{ApiDeployment, ApiStage, RestApi};
use watchdeck_domain::reading::{
    Alarms, ApiDeployments, ApiStages, Buckets, Clusters, DbInstances, Deployments, Distributions,
    HealthChecks, HostedZones, IpSets, Pipelines, Queues, RestApis, Rules, Secrets, Services,
    ShiftableResources, Snapshots, TaskDefinitions, WeightedNames, ZonalStandingOf,
};
use watchdeck_domain::rule::Rule;
use watchdeck_domain::{
    Answer, Arn, BusName, ClusterName, HostedZoneId, Query, Question as _, RestApiName,
    ServiceName, Timestamp,
};
use watchdeck_runbook::ParamType;

use super::form::Form;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// A kind of thing that is listed whole and chosen from, perhaps of something that was chosen before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Shelf {
    /// The queues.
    Queues,
    /// The secrets.
    Secrets,
    /// The buckets.
    Buckets,
    /// The IP sets of the firewall.
    IpSets,
    /// The pipelines.
    Pipelines,
    /// The deployments under way.
    Deployments,
    /// The distributions of CloudFront.
    Distributions,
    /// The alarms.
    Alarms,
    /// The instances of databases.
    Databases,
    /// The snapshots of databases that people took.
    Snapshots,
    /// The REST APIs.
    RestApis,
    /// The stages of an API.
    ApiStages(RestApiName),
    /// The deployments of an API.
    ApiDeployments(RestApiName),
    /// The rules of an event bus.
    Rules(BusName),
    /// The clusters of ECS.
    Clusters,
    /// The services of a cluster.
    Services(ClusterName),
    /// The task definitions of what a service runs.
    TaskDefinitions(ClusterName, ServiceName),
    /// The hosted zones.
    HostedZones,
    /// The names of a zone that have weighted records.
    WeightedNames(HostedZoneId),
    /// The health checks.
    HealthChecks,
    /// What traffic can be led away from a zone in.
    Shiftables,
    /// The zones of such a resource.
    Zones(Arn),
}

impl Shelf {
    /// Where a parameter of this type is chosen from, if it is from a shelf, and what it is of is chosen.
    pub fn of(kind: ParamType, form: &Form) -> Option<Self> {
        let api = || RestApiName::parse(form.value_of(ParamType::RestApi)?).ok();
        let cluster = || ClusterName::parse(form.value_of(ParamType::Cluster)?).ok();
        match kind {
            ParamType::Queue => Some(Self::Queues),
            ParamType::SecretName => Some(Self::Secrets),
            ParamType::Bucket => Some(Self::Buckets),
            ParamType::IpSet => Some(Self::IpSets),
            ParamType::Pipeline => Some(Self::Pipelines),
            ParamType::Deployment => Some(Self::Deployments),
            ParamType::Distribution => Some(Self::Distributions),
            ParamType::Alarm => Some(Self::Alarms),
            ParamType::Database => Some(Self::Databases),
            ParamType::Snapshot => Some(Self::Snapshots),
            ParamType::RestApi => Some(Self::RestApis),
            ParamType::ApiStage => api().map(Self::ApiStages),
            ParamType::ApiDeployment => api().map(Self::ApiDeployments),
            ParamType::Rule => BusName::parse(form.value_of(ParamType::Bus)?).ok().map(Self::Rules),
            ParamType::Cluster => Some(Self::Clusters),
            ParamType::Service => cluster().map(Self::Services),
            ParamType::TaskDefinition => {
                let service = ServiceName::parse(form.value_of(ParamType::Service)?).ok()?;
                Some(Self::TaskDefinitions(cluster()?, service))
            }
            ParamType::HostedZone => Some(Self::HostedZones),
            ParamType::DnsName => {
                let zone = HostedZoneId::parse(form.value_of(ParamType::HostedZone)?).ok()?;
                Some(Self::WeightedNames(zone))
            }
            ParamType::HealthCheck => Some(Self::HealthChecks),
            ParamType::Shiftable => Some(Self::Shiftables),
            ParamType::ZoneId => {
                Arn::parse(form.value_of(ParamType::Shiftable)?).ok().map(Self::Zones)
            }
            ParamType::Function
            | ParamType::Alias
            | ParamType::Version
            | ParamType::Qualifier
            | ParamType::EventSource
            | ParamType::SourceName
            | ParamType::Bus
            | ParamType::Cidr
            | ParamType::Arn
            | ParamType::Region
            | ParamType::Account
            | ParamType::Instant
            | ParamType::Duration
            | ParamType::Choice
            | ParamType::Number
            | ParamType::Flag
            | ParamType::Text
            | ParamType::Secret
            | ParamType::User
            | ParamType::AccessKey
            | ParamType::Role
            | ParamType::Principal
            | ParamType::Trail
            | ParamType::Findings
            | ParamType::Threats
            | ParamType::Stage
            | ParamType::Execution => None,
        }
    }

    /// What is asked to fill it.
    pub fn question(&self) -> Query {
        match self.clone() {
            Self::Queues => Queues {}.into_query(),
            Self::Secrets => Secrets {}.into_query(),
            Self::Buckets => Buckets {}.into_query(),
            Self::IpSets => IpSets {}.into_query(),
            Self::Pipelines => Pipelines {}.into_query(),
            Self::Deployments => Deployments {}.into_query(),
            Self::Distributions => Distributions {}.into_query(),
            Self::Alarms => Alarms {}.into_query(),
            Self::Databases => DbInstances {}.into_query(),
            Self::Snapshots => Snapshots {}.into_query(),
            Self::RestApis => RestApis {}.into_query(),
            Self::ApiStages(api) => ApiStages { api }.into_query(),
            Self::ApiDeployments(api) => ApiDeployments { api }.into_query(),
            Self::Rules(bus) => Rules { bus }.into_query(),
            Self::Clusters => Clusters {}.into_query(),
            Self::Services(cluster) => Services { cluster }.into_query(),
            Self::TaskDefinitions(cluster, service) => {
                TaskDefinitions { cluster, service }.into_query()
            }
            Self::HostedZones => HostedZones {}.into_query(),
            Self::WeightedNames(zone) => WeightedNames { zone }.into_query(),
            Self::HealthChecks => HealthChecks {}.into_query(),
            Self::Shiftables => ShiftableResources {}.into_query(),
            Self::Zones(resource) => ZonalStandingOf { resource }.into_query(),
        }
    }

    /// What it is called.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Queues => "the queues",
            Self::Secrets => "the secrets",
            Self::Buckets => "the buckets",
            Self::IpSets => "the IP sets",
            Self::Pipelines => "the pipelines",
            Self::Deployments => "the deployments under way",
            Self::Distributions => "the distributions",
            Self::Alarms => "the alarms",
            Self::Databases => "the databases",
            Self::Snapshots => "the snapshots",
            Self::RestApis => "the REST APIs",
            Self::ApiStages(_) => "the stages",
            Self::ApiDeployments(_) => "the deployments of an API",
            Self::Rules(_) => "the rules",
            Self::Clusters => "the clusters",
            Self::Services(_) => "the services",
            Self::TaskDefinitions(..) => "the task definitions",
            Self::HostedZones => "the hosted zones",
            Self::WeightedNames(_) => "the names with weights",
            Self::HealthChecks => "the health checks",
            Self::Shiftables => "what stands in zones",
            Self::Zones(_) => "the zones",
        }
    }

    /// The names in an answer, each with a word on it; nothing if the answer is to another question.
    pub fn names(&self, answer: Answer) -> Option<Vec<(String, String)>> {
        match self {
            Self::Queues => Queues::from_answer(answer).map(plain),
            Self::Secrets => Secrets::from_answer(answer).map(plain),
            Self::Buckets => Buckets::from_answer(answer).map(plain),
            Self::IpSets => IpSets::from_answer(answer).map(plain),
            Self::Pipelines => Pipelines::from_answer(answer).map(plain),
            Self::Deployments => Deployments::from_answer(answer).map(|found| {
                let said = |it: Deployment| (it.id, format!("{}, {}", it.application, it.status));
                found.into_iter().map(said).collect()
            }),
            Self::Distributions => Distributions::from_answer(answer).map(|found| {
                let said = |it: &Distribution| (it.id.to_string(), it.name().to_owned());
                found.iter().map(said).collect()
            }),
            Self::Alarms => Alarms::from_answer(answer)
                .map(|found| found.into_iter().map(|it| (it.name, it.state.to_string())).collect()),
            Self::Databases => DbInstances::from_answer(answer)
                .map(|found| found.into_iter().map(|it| (it.id, it.engine)).collect()),
            Self::Snapshots => Snapshots::from_answer(answer).map(plain),
            Self::RestApis => RestApis::from_answer(answer).map(|all| each(&all, api)),
            Self::ApiStages(_) => ApiStages::from_answer(answer).map(|all| each(&all, stage)),
            Self::ApiDeployments(_) => {
                ApiDeployments::from_answer(answer).map(|all| each(&all, deployment))
            }
            Self::Rules(_) => Rules::from_answer(answer).map(|all| each(&all, rule)),
            Self::Clusters => Clusters::from_answer(answer).map(plain),
            Self::Services(_) => Services::from_answer(answer).map(plain),
            Self::TaskDefinitions(..) => TaskDefinitions::from_answer(answer).map(plain),
            Self::HostedZones => HostedZones::from_answer(answer).map(|all| each(&all, zone)),
            Self::WeightedNames(_) => {
                WeightedNames::from_answer(answer).map(|all| each(&all, weighted))
            }
            Self::HealthChecks => HealthChecks::from_answer(answer).map(|all| each(&all, check)),
            Self::Shiftables => ShiftableResources::from_answer(answer)
                .map(|all| all.into_iter().map(|it| (it.arn.to_string(), it.name)).collect()),
            Self::Zones(_) => ZonalStandingOf::from_answer(answer).map(|it| {
                let share = |weight: f64| if weight > 0.0 { "" } else { "traffic is led away" };
                let zones = it.weights.into_iter();
                zones.map(|(zone, weight)| (zone.to_string(), share(weight).to_owned())).collect()
            }),
        }
    }
}

/// Names that nothing more is known of.
fn plain(names: Vec<impl Into<String>>) -> Vec<(String, String)> {
    names.into_iter().map(|name| (name.into(), String::new())).collect()
}

/// For how long an answer on what comes and goes is good.
const FLEETING: Duration = Duration::from_secs(15);

/// Things by their names, each with what is known of it.
fn each<T>(all: &[T], said: fn(&T) -> (String, String)) -> Vec<(String, String)> {
    all.iter().map(said).collect()
}

fn api(api: &RestApi) -> (String, String) {
    (api.name.to_string(), api.about.clone())
}

fn stage(stage: &ApiStage) -> (String, String) {
    (stage.name.to_string(), format!("serves {}", stage.deployment))
}

fn deployment(deployment: &ApiDeployment) -> (String, String) {
    let made = deployment.created.map(|at| format!("{at} ")).unwrap_or_default();
    (deployment.id.to_string(), format!("{made}{}", deployment.about))
}

fn rule(rule: &Rule) -> (String, String) {
    let fires = if rule.schedule.is_empty() { "by events" } else { &rule.schedule };
    (rule.name.to_string(), format!("{}, {fires}", rule.state))
}

fn zone(zone: &HostedZone) -> (String, String) {
    let kind = if zone.private { ", private" } else { "" };
    (zone.id.to_string(), format!("{}{kind}", zone.name))
}

fn weighted(name: &WeightedName) -> (String, String) {
    (name.name.to_string(), format!("{} {}", name.kind, weights(&name.records)))
}

fn check(check: &HealthCheck) -> (String, String) {
    let inverted = if check.inverted { ", inverted" } else { "" };
    (check.id.to_string(), format!("{}{inverted}", check.endpoint))
}

/// What stands on a shelf: names, each with a word on it.
type Names = Loaded<Vec<(String, String)>>;

/// What is known of each shelf.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stock(Vec<(Shelf, Names)>);

impl Stock {
    fn find(&self, of: &Shelf) -> Option<&Names> {
        self.0.iter().find(|(shelf, _)| shelf == of).map(|(_, held)| held)
    }

    /// What stands on a shelf.
    pub fn rows(&self, of: &Shelf) -> &[(String, String)] {
        self.find(of).map(Loaded::rows).unwrap_or_default()
    }

    /// Whether it is to be asked: it was neither answered nor refused yet, or what stands there comes and goes.
    pub fn is_due(&self, of: &Shelf, now: Timestamp) -> bool {
        let Some(held) = self.find(of) else { return true };
        let known = held.value.is_some() || held.failed.is_some();
        let fleeting = *of == Shelf::Deployments && held.value.is_some();
        !known || (fleeting && held.older_than(FLEETING, now))
    }

    /// Takes an answer, or the lack of one, in.
    pub fn take(
        &mut self,
        of: Shelf,
        names: Result<Vec<(String, String)>, Problem>,
        now: Timestamp,
    ) {
        if let Some((_, held)) = self.0.iter_mut().find(|(shelf, _)| *shelf == of) {
            return held.take(names, now);
        }
        let mut held = Names::default();
        held.take(names, now);
        self.0.push((of, held));
    }
}
