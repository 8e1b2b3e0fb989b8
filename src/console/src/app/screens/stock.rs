//! What there is for the fields of a form to be chosen from, besides functions: queues, secrets, buckets, IP sets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use watchdeck_domain::reading::{Buckets, IpSets, Queues, Secrets};
use watchdeck_domain::{Answer, Query, Question as _};
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
}

impl Shelf {
    /// Where a parameter of this type is chosen from, if it is from a shelf.
    pub fn of(kind: ParamType) -> Option<Self> {
        match kind {
            ParamType::Queue => Some(Self::Queues),
            ParamType::SecretName => Some(Self::Secrets),
            ParamType::Bucket => Some(Self::Buckets),
            ParamType::IpSet => Some(Self::IpSets),
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
            | ParamType::Threats => None,
        }
    }

    /// What is asked to fill it.
    pub fn question(self) -> Query {
        match self {
            Self::Queues => Queues {}.into_query(),
            Self::Secrets => Secrets {}.into_query(),
            Self::Buckets => Buckets {}.into_query(),
            Self::IpSets => IpSets {}.into_query(),
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Queues => "the queues",
            Self::Secrets => "the secrets",
            Self::Buckets => "the buckets",
            Self::IpSets => "the IP sets",
        }
    }

    /// The names in an answer, each with a word on it; nothing if the answer is to another question.
    pub fn names(self, answer: Answer) -> Option<Vec<(String, String)>> {
        match self {
            Self::Queues => Queues::from_answer(answer).map(plain),
            Self::Secrets => Secrets::from_answer(answer).map(plain),
            Self::Buckets => Buckets::from_answer(answer).map(plain),
            Self::IpSets => IpSets::from_answer(answer).map(plain),
        }
    }
}

/// Names that nothing more is known of.
fn plain(names: Vec<impl Into<String>>) -> Vec<(String, String)> {
    names.into_iter().map(|name| (name.into(), String::new())).collect()
}

/// What is known of each shelf: the names, each with a word on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stock(BTreeMap<Shelf, Loaded<Vec<(String, String)>>>);

impl Stock {
    /// What stands on a shelf.
    pub fn rows(&self, of: Shelf) -> &[(String, String)] {
        self.0.get(&of).map(Loaded::rows).unwrap_or_default()
    }

    /// Whether it was ever answered, or refused.
    pub fn is_known(&self, of: Shelf) -> bool {
        self.0.get(&of).is_some_and(|held| held.value.is_some() || held.failed.is_some())
    }

    /// Takes an answer, or the lack of one, in.
    pub fn take(
        &mut self,
        of: Shelf,
        names: Result<Vec<(String, String)>, Problem>,
        now: watchdeck_domain::Timestamp,
    ) {
        self.0.entry(of).or_default().take(names, now);
    }
}
