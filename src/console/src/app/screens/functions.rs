//! The functions, and what is known about each: versions, aliases, calls by executed version, alias moves.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::function::{Alias, CallCount, EventSource, Function, VersionConfig};
use watchdeck_domain::metric::{MetricQuery, Series};
use watchdeck_domain::reading::Metrics;
use watchdeck_domain::{AliasName, FunctionName, Timestamp, Version};

use super::list::{Item, Listed, Record, Rows};
use super::moves::Move;
use crate::app::cursor::Cursor;
use crate::app::listing::Listing;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// The span that calls are counted over.
pub const SPAN: Duration = Duration::from_hours(1);
/// One point of a sparkline.
pub const STEP: Duration = Duration::from_mins(1);
/// The most versions whose calls are asked for, the newest first: a series costs money on a real account.
const VERSIONS: usize = 10;
/// The most aliases whose calls are asked for.
const ALIASES: usize = 6;

/// The list of functions, and the details of those that were opened.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Functions {
    /// The functions.
    pub list: Loaded<Vec<Function>>,
    /// How they are looked at.
    listing: Listing,
    /// What is known about functions that were opened.
    pub details: BTreeMap<FunctionName, Details>,
}

impl Functions {
    /// Takes an answer in.
    pub fn take(&mut self, answer: Result<Vec<Function>, Problem>, now: Timestamp) {
        self.renew(|functions| functions.list.take(answer, now));
    }
}

impl Listed for Functions {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Functions {
    type Item<'a> = &'a Function;

    fn all(&self) -> impl Iterator<Item = &Function> {
        self.list.rows().iter()
    }
}

impl Item for &Function {
    fn key(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn text(&self) -> String {
        self.name.to_string()
    }

    fn record(&self) -> Option<Record> {
        Record::of(self.name.as_str(), self)
    }

    fn subject(&self) -> Option<String> {
        Some(self.name.to_string())
    }
}

/// What is known about one function.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Details {
    /// Its aliases.
    pub aliases: Loaded<Vec<Alias>>,
    /// Its versions, the newest first, `$LATEST` before all.
    pub versions: Loaded<Vec<VersionConfig>>,
    /// The queues and streams that call it.
    pub sources: Loaded<Vec<EventSource>>,
    /// Calls and errors by alias and executed version.
    pub calls: Loaded<Vec<Traffic>>,
    /// Recent moves of its aliases, the newest first.
    pub moves: Loaded<Vec<Move>>,
    /// The chosen row: the aliases first, then the versions.
    pub cursor: Cursor,
}

/// The calls of one version through one alias, minute by minute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Traffic {
    /// The alias.
    pub alias: AliasName,
    /// The version that ran.
    pub version: Version,
    /// The minutes, oldest first; one without a point took no calls as far as CloudWatch knows.
    pub minutes: Vec<CallCount>,
}

/// A row of the details.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// An alias.
    Alias(&'a Alias),
    /// A version.
    Version(&'a VersionConfig),
}

impl Details {
    /// All rows: the aliases, then the versions.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let aliases = self.aliases.rows().iter().map(Row::Alias);
        aliases.chain(self.versions.rows().iter().map(Row::Version)).collect()
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<Row<'_>> {
        let rows = self.rows();
        rows.get(self.cursor.at(rows.len())).copied()
    }

    /// The alias that an action is about: the chosen one, or the only one.
    pub fn alias(&self) -> Option<&Alias> {
        match (self.chosen(), self.aliases.rows()) {
            (Some(Row::Alias(alias)), _) | (_, [alias]) => Some(alias),
            (Some(Row::Version(_)) | None, _) => None,
        }
    }

    /// The minutes that pass `keep`, added up minute by minute.
    pub fn minutes(&self, keep: impl Fn(&Traffic) -> bool) -> Vec<CallCount> {
        let mut sum = vec![CallCount::default(); minutes_in_span()];
        for traffic in self.calls.rows().iter().filter(|traffic| keep(traffic)) {
            for (total, minute) in sum.iter_mut().zip(&traffic.minutes) {
                total.invocations += minute.invocations;
                total.errors += minute.errors;
            }
        }
        sum
    }
}

/// Adds minutes up.
pub fn total(minutes: &[CallCount]) -> CallCount {
    minutes.iter().fold(CallCount::default(), |sum, minute| CallCount {
        invocations: sum.invocations + minute.invocations,
        errors: sum.errors + minute.errors,
    })
}

fn minutes_in_span() -> usize {
    usize::try_from(SPAN.as_secs() / STEP.as_secs()).unwrap_or(60)
}

/// The versions in the order of the screen: `$LATEST`, then the newest first.
pub fn in_order(mut versions: Vec<VersionConfig>) -> Vec<VersionConfig> {
    versions.sort_by_key(|config| std::cmp::Reverse(config.version.number().unwrap_or(u64::MAX)));
    versions
}

/// Which alias and version pairs are worth asking for: what the aliases point at, and the newest versions.
fn pairs(details: &Details) -> Vec<(AliasName, Version)> {
    let newest = details.versions.rows().iter().map(|config| &config.version);
    let newest: Vec<&Version> =
        newest.filter(|version| version.is_published()).take(VERSIONS).collect();
    let mut pairs = Vec::new();
    for alias in details.aliases.rows().iter().take(ALIASES) {
        let weighted =
            alias.weights.keys().filter_map(|version| Version::parse(version.clone()).ok());
        let mut versions: BTreeSet<Version> =
            newest.iter().copied().cloned().chain(weighted).collect();
        versions.insert(alias.version.clone());
        pairs.extend(versions.into_iter().map(|version| (alias.name.clone(), version)));
    }
    pairs
}

/// The question for the calls of a function, by alias and executed version; nothing before both are known.
pub fn calls_question(
    function: &FunctionName,
    details: &Details,
    now: Timestamp,
) -> Option<Metrics> {
    let pairs = pairs(details);
    if pairs.is_empty() {
        return None;
    }
    let end = now.floor(STEP) + STEP;
    let series = pairs.iter().enumerate().flat_map(|(index, (alias, version))| {
        ["Invocations", "Errors"].map(|metric| MetricQuery {
            id: format!("{}{index}", metric.to_ascii_lowercase()),
            namespace: "AWS/Lambda".into(),
            metric: metric.into(),
            dimensions: vec![
                ("FunctionName".into(), function.to_string()),
                ("Resource".into(), format!("{function}:{alias}")),
                ("ExecutedVersion".into(), version.to_string()),
            ],
            statistic: "Sum".into(),
        })
    });
    Some(Metrics { series: series.collect(), start: end - SPAN, end, period_s: 60 })
}

/// Reads the answer to [`calls_question`]. Pairs without any call are left out.
pub fn traffic(details: &Details, series: &[Series], now: Timestamp) -> Vec<Traffic> {
    let start = now.floor(STEP) + STEP - SPAN;
    let mut all = Vec::new();
    for (index, (alias, version)) in pairs(details).into_iter().enumerate() {
        let mut minutes = vec![CallCount::default(); minutes_in_span()];
        let minute_of = |at: Timestamp| {
            let offset = at.as_millis().checked_sub(start.as_millis())?;
            usize::try_from(offset / i64::try_from(STEP.as_millis()).ok()?).ok()
        };
        for series in series {
            for (at, value) in &series.points {
                let Some(minute) = minute_of(*at).and_then(|minute| minutes.get_mut(minute)) else {
                    continue;
                };
                if series.id == format!("invocations{index}") {
                    minute.invocations += value;
                } else if series.id == format!("errors{index}") {
                    minute.errors += value;
                }
            }
        }
        if total(&minutes).invocations > 0.0 || total(&minutes).errors > 0.0 {
            all.push(Traffic { alias, version, minutes });
        }
    }
    all
}
