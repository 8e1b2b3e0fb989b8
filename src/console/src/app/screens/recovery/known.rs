//! What one region told of itself.

use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::alarm::{Alarm, AlarmState};
use watchdeck_domain::database::{DbCluster, DbInstance, GlobalDatabase};
use watchdeck_domain::function::Function;
use watchdeck_domain::metric::Series;
use watchdeck_domain::{Answer, Question, QueueName, SecretName, Timestamp};

use super::{Part, Strange};
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// What is known of one region.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Known {
    pub(super) globals: Loaded<Vec<GlobalDatabase>>,
    pub(super) clusters: Loaded<Vec<DbCluster>>,
    pub(super) instances: Loaded<Vec<DbInstance>>,
    pub(super) functions: Loaded<Vec<Function>>,
    pub(super) queues: Loaded<Vec<QueueName>>,
    pub(super) secrets: Loaded<Vec<SecretName>>,
    pub(super) alarms: Loaded<Vec<Alarm>>,
    pub(super) lag: Loaded<Vec<Lag>>,
}

/// How far a cluster is behind the one that writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// The cluster.
    pub cluster: String,
    /// In the newest minute, in milliseconds.
    pub now_ms: u64,
    /// The most in the last quarter of an hour, in milliseconds.
    pub worst_ms: u64,
}

/// What CloudWatch calls how far a cluster of a global database is behind; an engine publishes one or the other.
pub(super) const LAGS: [&str; 2] = ["AuroraGlobalDBRPOLag", "AuroraGlobalDBReplicationLag"];

/// Names with a word on each; nothing where they were never read.
pub(super) type Told = Option<Names>;

/// Names with a word on each.
pub(super) struct Names {
    /// As they were told last.
    pub(super) rows: Vec<(String, String)>,
    /// Whether the region does not answer any more.
    pub(super) stale: bool,
}

impl Known {
    /// The names of a part in this region, each with a word on it.
    pub(super) fn names(&self, part: Part) -> Told {
        let plain = |name: String| (name, "there".to_owned());
        match part {
            Part::Database => None,
            Part::Function => told(&self.functions, |it| {
                (it.name.to_string(), format!("{} {} MB", it.runtime, it.memory_mb))
            }),
            Part::Queue => told(&self.queues, |it| plain(it.to_string())),
            Part::Secret => told(&self.secrets, |it| plain(it.to_string())),
            Part::Alarm => told(&self.alarms, |it| match it.state {
                AlarmState::Alarm => (it.name.clone(), "rings".to_owned()),
                AlarmState::Ok | AlarmState::InsufficientData | AlarmState::Other(_) => {
                    plain(it.name.clone())
                }
            }),
        }
    }

    /// Why this region does not answer something, if it does not.
    pub(super) fn failed(&self) -> Option<&Problem> {
        let all = [
            &self.globals.failed,
            &self.clusters.failed,
            &self.instances.failed,
            &self.functions.failed,
            &self.queues.failed,
            &self.secrets.failed,
            &self.alarms.failed,
            &self.lag.failed,
        ];
        all.into_iter().find_map(Option::as_ref)
    }
}

/// What was told last, and whether nothing newer could be; nothing where nothing ever was.
fn told<T>(loaded: &Loaded<Vec<T>>, word: impl Fn(&T) -> (String, String)) -> Told {
    let rows = loaded.value.as_deref()?.iter().map(word).collect();
    Some(Names { rows, stale: loaded.failed.is_some() })
}

pub(super) fn held<Q: Question<Answer = Vec<T>>, T>(
    into: &mut Loaded<Vec<T>>,
    answer: Result<Answer, Problem>,
    now: Timestamp,
) -> Result<(), Strange> {
    match answer.map(Q::from_answer) {
        Ok(None) => return Err(Strange),
        Ok(Some(rows)) => into.take(Ok(rows), now),
        Err(problem) => into.take(Err(problem), now),
    }
    Ok(())
}

/// The lag of each cluster, by the metric that has points.
pub(super) fn lags(copies: &[String], series: &[Series]) -> Vec<Lag> {
    let of = |at: usize, which: usize| {
        let id = format!("l{at}m{which}");
        series.iter().find(|it| it.id == id && !it.points.is_empty())
    };
    let lag = |(at, cluster): (usize, &String)| {
        let found = (0..LAGS.len()).find_map(|which| of(at, which))?;
        let values = || found.points.iter().map(|(_, value)| *value);
        let whole = |value: f64| Duration::try_from_secs_f64(value / 1_000.0).ok();
        let ms = |value: Option<f64>| {
            let span = value.and_then(whole).unwrap_or_default();
            u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
        };
        let (now_ms, worst_ms) = (ms(values().next_back()), ms(values().reduce(f64::max)));
        Some(Lag { cluster: cluster.clone(), now_ms, worst_ms })
    };
    copies.iter().enumerate().filter_map(lag).collect()
}
