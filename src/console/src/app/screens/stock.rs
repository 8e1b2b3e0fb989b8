//! What there is for the fields of a form to be chosen from, besides functions: queues, secrets, buckets, IP sets,
//! pipelines, deployments, distributions, alarms.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::delivery::Deployment;
use watchdeck_domain::edge::Distribution;
use watchdeck_domain::reading::{
    Alarms, Buckets, Deployments, Distributions, IpSets, Pipelines, Queues, Secrets,
};
use watchdeck_domain::{Answer, Query, Question as _, Timestamp};
use watchdeck_runbook::ParamType;

use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// A kind of thing that is listed whole and chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
}

impl Shelf {
    /// Where a parameter of this type is chosen from, if it is from a shelf.
    pub fn of(kind: ParamType) -> Option<Self> {
        match kind {
            ParamType::Queue => Some(Self::Queues),
            ParamType::SecretName => Some(Self::Secrets),
            ParamType::Bucket => Some(Self::Buckets),
            ParamType::IpSet => Some(Self::IpSets),
            ParamType::Pipeline => Some(Self::Pipelines),
            ParamType::Deployment => Some(Self::Deployments),
            ParamType::Distribution => Some(Self::Distributions),
            ParamType::Alarm => Some(Self::Alarms),
            ParamType::Function
            | ParamType::Alias
            | ParamType::Version
            | ParamType::Qualifier
            | ParamType::EventSource
            | ParamType::SourceName
            | ParamType::Database
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
    pub fn question(self) -> Query {
        match self {
            Self::Queues => Queues {}.into_query(),
            Self::Secrets => Secrets {}.into_query(),
            Self::Buckets => Buckets {}.into_query(),
            Self::IpSets => IpSets {}.into_query(),
            Self::Pipelines => Pipelines {}.into_query(),
            Self::Deployments => Deployments {}.into_query(),
            Self::Distributions => Distributions {}.into_query(),
            Self::Alarms => Alarms {}.into_query(),
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Queues => "the queues",
            Self::Secrets => "the secrets",
            Self::Buckets => "the buckets",
            Self::IpSets => "the IP sets",
            Self::Pipelines => "the pipelines",
            Self::Deployments => "the deployments under way",
            Self::Distributions => "the distributions",
            Self::Alarms => "the alarms",
        }
    }

    /// The names in an answer, each with a word on it; nothing if the answer is to another question.
    pub fn names(self, answer: Answer) -> Option<Vec<(String, String)>> {
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
        }
    }
}

/// Names that nothing more is known of.
fn plain(names: Vec<impl Into<String>>) -> Vec<(String, String)> {
    names.into_iter().map(|name| (name.into(), String::new())).collect()
}

/// For how long an answer on what comes and goes is good.
const FLEETING: Duration = Duration::from_secs(15);

/// What is known of each shelf: the names, each with a word on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stock(BTreeMap<Shelf, Loaded<Vec<(String, String)>>>);

impl Stock {
    /// What stands on a shelf.
    pub fn rows(&self, of: Shelf) -> &[(String, String)] {
        self.0.get(&of).map(Loaded::rows).unwrap_or_default()
    }

    /// Whether it is to be asked: it was neither answered nor refused yet, or what stands there comes and goes.
    pub fn is_due(&self, of: Shelf, now: Timestamp) -> bool {
        let Some(held) = self.0.get(&of) else { return true };
        let known = held.value.is_some() || held.failed.is_some();
        let fleeting = of == Shelf::Deployments && held.value.is_some();
        !known || (fleeting && held.older_than(FLEETING, now))
    }

    /// Takes an answer, or the lack of one, in.
    pub fn take(
        &mut self,
        of: Shelf,
        names: Result<Vec<(String, String)>, Problem>,
        now: Timestamp,
    ) {
        self.0.entry(of).or_default().take(names, now);
    }
}
