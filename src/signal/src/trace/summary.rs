//! A request in a few words: where it entered, how it ended, where its time went.

use watchdeck_domain::log::LogLevel;

use super::{Hop, Path, Station};
use crate::reading::Verdict;

/// A request in a few words.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Summary {
    /// Where it entered, as far as lines tell.
    pub entry: Option<Station>,
    /// What was asked and answered: `GET /orders 502 in 311 ms`.
    pub asked: Option<String>,
    /// The HTTP status the client saw.
    pub status: Option<u16>,
    /// How long the client waited, or else from the first line to the last, in milliseconds.
    pub total_ms: f64,
    /// Where that time went, in milliseconds, in the order of the way.
    pub spent: Vec<(Share, f64)>,
    /// What went wrong, in the words of whoever was nearest to it.
    pub error: Option<String>,
    /// The function versions that took part.
    pub versions: Vec<String>,
    /// Invocations that ended after the client had its answer.
    pub afterwards: usize,
}

/// A share of the time of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Share {
    /// In CloudFront, a balancer or an API itself.
    Entry,
    /// On the way to what serves, and back.
    Between,
    /// In the start of an execution environment.
    Init,
    /// In a function.
    Function,
    /// In the target of a balancer.
    Target,
}

impl Share {
    /// What it is called on a screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Entry => "at the entry",
            Self::Between => "between",
            Self::Init => "cold start",
            Self::Function => "in the function",
            Self::Target => "in the target",
        }
    }
}

impl Path {
    /// The request in a few words.
    pub fn summary(&self) -> Summary {
        let entry =
            self.hops.iter().filter(|hop| hop.durations.total.is_some() || hop.status.is_some());
        let entry = entry
            .filter(|hop| hop.station <= Station::Api && hop.station != Station::Firewall)
            .min_by_key(|hop| hop.station);
        let stopped = self
            .hops
            .iter()
            .find(|hop| hop.station == Station::Firewall && !hop.verdicts.is_empty());
        let asked = entry.or(stopped);
        let first = self.hops.first();
        let last = self.hops.iter().map(|hop| hop.at).max();
        let span =
            first.zip(last).map(|(first, last)| last.since(first.began).as_secs_f64() * 1000.0);
        let total_ms = entry.and_then(|hop| hop.durations.total).or(span).unwrap_or(0.0);
        let (during, afterwards): (Vec<&Hop>, Vec<&Hop>) = self
            .hops
            .iter()
            .filter(|hop| hop.is_report())
            .partition(|hop| entry.is_none_or(|entry| hop.at <= entry.at));
        let mut versions: Vec<String> = Vec::new();
        for version in self.hops.iter().filter_map(|hop| hop.version.as_ref()) {
            if !versions.contains(version) {
                versions.push(version.clone());
            }
        }
        Summary {
            entry: asked.or(first).map(|hop| hop.station),
            asked: asked.map(|hop| hop.said.clone()),
            status: asked.and_then(|hop| hop.status),
            total_ms,
            spent: spent(entry, &during),
            error: self.error(),
            versions,
            afterwards: afterwards.len(),
        }
    }

    /// The first error of a program or a function, else what the firewall or the entry says.
    fn error(&self) -> Option<String> {
        let inner = self.hops.iter().filter(|hop| hop.station >= Station::Function);
        let inner = inner.filter(|hop| hop.level >= Some(LogLevel::Error));
        // A program says more than the service under it.
        let nearest = inner
            .max_by_key(|hop| (hop.station == Station::Application, std::cmp::Reverse(hop.began)));
        if let Some(hop) = nearest {
            let verdict = hop.verdicts.first().map(Verdict::to_string);
            return verdict.or_else(|| Some(worded(hop)));
        }
        let outer = self.hops.iter().filter(|hop| hop.station < Station::Function);
        outer.clone().find_map(|hop| hop.verdicts.first().map(Verdict::to_string)).or_else(|| {
            outer.filter(|hop| hop.level >= Some(LogLevel::Warn)).find_map(|hop| hop.error.clone())
        })
    }
}

/// The type of an error and what it says, the type once.
fn worded(hop: &Hop) -> String {
    match &hop.error {
        Some(error) if !hop.said.contains(error.as_str()) => format!("{error}: {}", hop.said),
        Some(_) | None => hop.said.clone(),
    }
}

fn spent(entry: Option<&Hop>, reports: &[&Hop]) -> Vec<(Share, f64)> {
    let sum = |of: fn(&Hop) -> Option<f64>| reports.iter().filter_map(|hop| of(hop)).sum::<f64>();
    let init = sum(|hop| hop.durations.init);
    let function = sum(|hop| hop.durations.total);
    let total = entry.and_then(|hop| hop.durations.total);
    let behind = entry.and_then(|hop| hop.durations.behind);
    let target = behind.filter(|_| reports.is_empty());
    let shares = [
        (Share::Entry, total.zip(behind).map(|(total, behind)| total - behind)),
        (Share::Between, behind.filter(|_| !reports.is_empty()).map(|ms| ms - init - function)),
        (Share::Init, Some(init)),
        (Share::Function, Some(function)),
        (Share::Target, target),
    ];
    shares
        .into_iter()
        .filter_map(|(share, ms)| ms.filter(|ms| *ms > 0.0).map(|ms| (share, ms)))
        .collect()
}
