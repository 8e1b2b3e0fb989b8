//! The overview: the architecture as a map, drawn from what writes metrics, with how each part of it does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_domain::alarm::{Alarm, AlarmState};
use watchdeck_domain::component::{ComponentId, Golden, Kind, Tier};
use watchdeck_domain::finding::{Finding, Severity, Workflow};
use watchdeck_domain::metric::{MetricName, MetricQuery, Series};
use watchdeck_domain::reading::Metrics;

use crate::app::cursor::Motion;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// The span of a sparkline.
pub const SPAN: Duration = Duration::from_hours(1);
/// One point of it.
pub const STEP: Duration = Duration::from_mins(1);
/// GetMetricData takes so many series a call, and the overview makes one call.
const SERIES: usize = 500;

/// What is known of the architecture.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Overview {
    /// The metrics of each kind's namespace.
    pub names: BTreeMap<Kind, Loaded<Vec<MetricName>>>,
    /// The components that write them, tier by tier.
    components: Vec<ComponentId>,
    /// The golden numbers of each component, in the order of [`Kind::golden`].
    pub golden: Loaded<BTreeMap<ComponentId, Vec<Track>>>,
    /// How each component stands, made anew whenever something of it is told.
    standings: BTreeMap<ComponentId, Standing>,
    /// The component under the cursor; the first one while it is nothing.
    pub chosen: Option<ComponentId>,
    /// The first line shown of a component's own screen.
    pub top: usize,
}

/// One golden number over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Track {
    /// The minutes, oldest first; one without a point is missing, not zero.
    pub minutes: Vec<Option<f64>>,
}

/// How a component stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// By its alarms and its numbers.
    pub health: Health,
    /// Alarms that ring.
    pub ringing: usize,
    /// Alarms there are.
    pub alarms: usize,
    /// Findings that stand and that nobody has accepted.
    pub findings: usize,
    /// The worst of them.
    pub worst: Option<Severity>,
}

/// How a component does, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Health {
    /// An alarm rings, or a number is past its limit.
    Bad,
    /// A number is worth a look.
    Warn,
    /// As it should be.
    Good,
    /// Nothing is known: no number came in the last minutes.
    Quiet,
}

impl Track {
    /// The newest number: the mean of the last five minutes that have one. The minute under way counts too little yet.
    pub fn newest(&self) -> Option<f64> {
        let before = self.minutes.len().saturating_sub(1);
        let from = before.saturating_sub(5);
        let some: Vec<f64> =
            self.minutes.get(from..before).unwrap_or_default().iter().flatten().copied().collect();
        let count = f64::from(u32::try_from(some.len()).unwrap_or(u32::MAX));
        (!some.is_empty()).then(|| some.iter().sum::<f64>() / count)
    }

    /// What a full bar stands for: the highest number, or the one from which it is worth a look, whichever is more. So what
    /// is harmless looks small.
    pub fn scale(&self, golden: &Golden) -> f64 {
        let least = golden.limits.map_or(0.0, |(warn, _)| warn);
        self.minutes.iter().flatten().copied().fold(least, f64::max)
    }

    /// How this number is, by its limits.
    pub fn health(&self, golden: &Golden) -> Health {
        match (self.newest(), golden.limits) {
            (None, _) => Health::Quiet,
            (Some(value), Some((_, bad))) if value >= bad => Health::Bad,
            (Some(value), Some((warn, _))) if value >= warn => Health::Warn,
            (Some(_), _) => Health::Good,
        }
    }
}

impl Overview {
    /// Takes in which metrics a kind of component writes, or why that is not known.
    pub fn learn(&mut self, kind: Kind, names: Result<Vec<MetricName>, Problem>, now: Timestamp) {
        self.names.entry(kind).or_default().take(names, now);
        let mut found: BTreeSet<(Tier, usize, ComponentId)> = BTreeSet::new();
        for (order, kind) in Kind::ALL.into_iter().enumerate() {
            let names = self.names.get(&kind).map(Loaded::rows).unwrap_or_default();
            for id in names.iter().filter_map(Kind::of).filter(|id| id.kind == kind) {
                found.insert((kind.tier(), order, id));
            }
        }
        self.components = found.into_iter().map(|(_, _, id)| id).collect();
    }

    /// The kinds of components whose metrics could not be listed, and why the first of them could not.
    pub fn unlisted(&self) -> Option<(Vec<Kind>, &Problem)> {
        let failed =
            self.names.iter().filter_map(|(kind, names)| Some((*kind, names.failed.as_ref()?)));
        let (kinds, problems): (Vec<Kind>, Vec<&Problem>) = failed.unzip();
        Some((kinds, problems.into_iter().next()?))
    }

    /// The components, tier by tier, each tier in the order of kinds and names.
    pub fn components(&self) -> &[ComponentId] {
        &self.components
    }

    /// The components of one tier.
    pub fn tier(&self, tier: Tier) -> Vec<&ComponentId> {
        self.components.iter().filter(|id| id.kind.tier() == tier).collect()
    }

    /// The component under the cursor.
    pub fn chosen(&self) -> Option<ComponentId> {
        let known = self.chosen.as_ref().filter(|chosen| self.components.contains(chosen));
        known.or_else(|| self.components.first()).cloned()
    }

    /// Moves through the components, tier by tier.
    pub fn go(&mut self, way: Motion, page: usize) {
        let all = &self.components;
        let at = self.chosen().and_then(|chosen| all.iter().position(|id| *id == chosen));
        self.chosen = all.get(way.from(at.unwrap_or(0), all.len(), page)).cloned();
    }

    /// Moves to the neighbouring tier that has components, at the same height.
    pub fn cross(&mut self, forward: bool) {
        let Some(chosen) = self.chosen() else { return };
        let height = self.tier(chosen.kind.tier()).iter().position(|id| **id == chosen);
        let mut tiers: Vec<Tier> = Tier::ALL.into_iter().collect();
        if !forward {
            tiers.reverse();
        }
        let beyond = tiers.into_iter().skip_while(|tier| *tier != chosen.kind.tier()).skip(1);
        for tier in beyond {
            let there = self.tier(tier);
            if let Some(id) = there.get(height.unwrap_or(0)).or_else(|| there.last()) {
                self.chosen = Some((*id).clone());
                return;
            }
        }
    }

    /// The golden numbers of a component, with what they mean; none before they came.
    pub fn tracks(&self, id: &ComponentId) -> Vec<(&'static Golden, &Track)> {
        let tracks = self.golden.value.as_ref().and_then(|all| all.get(id));
        let tracks = tracks.map(Vec::as_slice).unwrap_or_default();
        id.kind.golden().iter().zip(tracks).collect()
    }

    /// How a component stands; quiet before anything was told.
    pub fn standing(&self, id: &ComponentId) -> Standing {
        self.standings.get(id).copied().unwrap_or(Standing {
            health: Health::Quiet,
            ringing: 0,
            alarms: 0,
            findings: 0,
            worst: None,
        })
    }

    /// Judges every component anew.
    pub fn judge(&mut self, alarms: &[Alarm], findings: &[Finding]) {
        let open: Vec<&Finding> = findings
            .iter()
            .filter(|f| matches!(f.workflow, Workflow::New | Workflow::Notified))
            .collect();
        let standings = self.components.iter().map(|id| {
            let watching = about(id, alarms);
            let ringing = watching.iter().filter(|alarm| alarm.state == AlarmState::Alarm).count();
            let numbers = self.tracks(id).into_iter().map(|(golden, track)| track.health(golden));
            let health = if ringing > 0 { Some(Health::Bad) } else { numbers.min() };
            let found = open.iter().filter(|finding| concerns(finding, id));
            let severities: Vec<Severity> = found.map(|finding| finding.severity).collect();
            let standing = Standing {
                health: health.unwrap_or(Health::Quiet),
                ringing,
                alarms: watching.len(),
                findings: severities.len(),
                worst: severities.into_iter().min(),
            };
            (id.clone(), standing)
        });
        self.standings = standings.collect();
    }

    /// The one question for all golden numbers; nothing before any component is known.
    pub fn question(&self, now: Timestamp) -> Option<Metrics> {
        let series: Vec<MetricQuery> = self.asked().into_iter().map(|(_, query)| query).collect();
        let end = now.floor(STEP) + STEP;
        (!series.is_empty()).then_some(Metrics { series, start: end - SPAN, end, period_s: 60 })
    }

    /// Reads the answer to [`Overview::question`].
    pub fn read(&self, series: &[Series], now: Timestamp) -> BTreeMap<ComponentId, Vec<Track>> {
        let by_id: BTreeMap<&str, &Series> =
            series.iter().map(|series| (series.id.as_str(), series)).collect();
        let mut found: BTreeMap<(ComponentId, &str), Track> = BTreeMap::new();
        for ((id, metric), query) in self.asked() {
            let points = by_id.get(query.id.as_str()).map(|series| series.points.as_slice());
            found.insert((id, metric), track(points.unwrap_or_default(), now));
        }
        let none = Track::default();
        let of = |id: &ComponentId, golden: &Golden| {
            let track = found.get(&(id.clone(), golden.metric)).unwrap_or(&none);
            let below = golden.over.map(|over| found.get(&(id.clone(), over)).unwrap_or(&none));
            below.map_or_else(|| track.clone(), |below| divided(track, below))
        };
        let tracks =
            |id: &ComponentId| id.kind.golden().iter().map(|golden| of(id, golden)).collect();
        self.components.iter().map(|id| (id.clone(), tracks(id))).collect()
    }

    /// Which series are asked for, and of which component and metric each is.
    fn asked(&self) -> Vec<((ComponentId, &'static str), MetricQuery)> {
        let mut asked = Vec::new();
        for id in &self.components {
            for golden in id.kind.golden() {
                let Some(name) = self.name_of(id, golden.metric) else { continue };
                let query = MetricQuery {
                    id: format!("g{}", asked.len()),
                    namespace: name.namespace.clone(),
                    metric: name.name.clone(),
                    dimensions: name.dimensions.clone(),
                    statistic: golden.statistic.to_owned(),
                };
                asked.push(((id.clone(), golden.metric), query));
            }
        }
        asked.truncate(SERIES);
        asked
    }

    /// The metric of that name which is about the whole component: the one with the fewest dimensions, or their sum.
    fn name_of(&self, id: &ComponentId, metric: &str) -> Option<&MetricName> {
        let names = self.names.get(&id.kind).map(Loaded::rows).unwrap_or_default();
        let whole = |name: &&MetricName| {
            let parts = name.dimensions.iter();
            parts.filter(|(_, value)| value != "ALL" && value != "Global").count()
        };
        names
            .iter()
            .filter(|name| {
                name.name == metric && name.dimension(id.kind.dimension()) == Some(id.name.as_str())
            })
            .min_by_key(whole)
    }
}

/// The alarms that watch a metric of a component.
pub fn about<'a>(id: &ComponentId, alarms: &'a [Alarm]) -> Vec<&'a Alarm> {
    let watches = |metric: &MetricName| Kind::of(metric).as_ref() == Some(id);
    alarms.iter().filter(|alarm| alarm.metric.as_ref().is_some_and(watches)).collect()
}

/// Whether a finding is about a component: its name is a whole part of a resource's id.
pub fn concerns(finding: &Finding, id: &ComponentId) -> bool {
    let name = id.short();
    let named = |resource: &str| resource.split([':', '/']).any(|part| part == name);
    finding.resources.iter().any(|resource| named(&resource.id))
}

/// Points as minutes of the span that ends now.
fn track(points: &[(Timestamp, f64)], now: Timestamp) -> Track {
    let start = now.floor(STEP) + STEP - SPAN;
    let slots = usize::try_from(SPAN.as_secs() / STEP.as_secs()).unwrap_or(60);
    let mut minutes = vec![None; slots];
    for (at, value) in points {
        let offset = at.as_millis().saturating_sub(start.as_millis());
        let step = i64::try_from(STEP.as_millis()).unwrap_or(60_000);
        let slot = usize::try_from(offset.div_euclid(step)).ok();
        if let Some(minute) = slot.and_then(|slot| minutes.get_mut(slot)) {
            *minute = Some(*value);
        }
    }
    Track { minutes }
}

/// One track divided by another: a share is known where something happened at all.
fn divided(track: &Track, below: &Track) -> Track {
    let share = |(above, below): (&Option<f64>, &Option<f64>)| {
        let below = below.filter(|below| *below > 0.0)?;
        Some(above.unwrap_or(0.0) / below)
    };
    Track { minutes: track.minutes.iter().zip(&below.minutes).map(share).collect() }
}
