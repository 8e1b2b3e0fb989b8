//! Two regions side by side: what would have to take over, whether it is there, and how far behind it is.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::database::{GlobalDatabase, GlobalMember};
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::{
    Alarms, DbClusters, DbInstances, Functions, GlobalDatabases, Metrics, Queues, Secrets,
};
use watchdeck_domain::{Answer, Query, Question as _, Region, Timestamp};

mod judging; // whether the region that does not work could take over
mod known; // what one region told

pub use judging::{Pair, Part, Verdict};
pub use known::{Known, Lag};
use known::{LAGS, held, lags};

use super::list::{Item, Listed, Record, Rows};
use crate::app::listing::Listing;
use crate::app::problem::Problem;

/// How far behind a copy may have been, in the last quarter of an hour, to be called ready.
pub const TOLERATED: Duration = Duration::from_secs(5);
/// The span over which the worst lag is told.
pub const SPAN: Duration = Duration::from_mins(15);

/// One of the two regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The one that the console stands in.
    Here,
    /// The other one.
    There,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Here, Self::There];
}

/// What is asked in each region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Topic {
    /// The global databases.
    Globals,
    /// The clusters.
    Clusters,
    /// The instances.
    Instances,
    /// The functions.
    Functions,
    /// The queues.
    Queues,
    /// The secrets.
    Secrets,
    /// The alarms.
    Alarms,
    /// How far the copies are behind.
    Lag,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Globals,
        Self::Clusters,
        Self::Instances,
        Self::Functions,
        Self::Queues,
        Self::Secrets,
        Self::Alarms,
        Self::Lag,
    ];
}

/// The two regions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Recovery {
    /// The other region; nothing before one is known.
    pub other: Option<Region>,
    here: Known,
    there: Known,
    pairs: Vec<Pair>,
    listing: Listing,
}

impl Recovery {
    /// What is known of a region.
    pub fn known(&self, side: Side) -> &Known {
        match side {
            Side::Here => &self.here,
            Side::There => &self.there,
        }
    }

    fn known_mut(&mut self, side: Side) -> &mut Known {
        match side {
            Side::Here => &mut self.here,
            Side::There => &mut self.there,
        }
    }

    /// Turns to another region: what was known of the last one is forgotten.
    pub fn turn_to(&mut self, region: Region) {
        if self.other.as_ref() == Some(&region) {
            return;
        }
        self.renew(|it| {
            it.other = Some(region);
            it.there = Known::default();
            it.judge();
        });
    }

    /// The region beside `home` that the global databases name, if they name one.
    pub fn named(&self, home: &Region) -> Option<Region> {
        let members = self.here.globals.rows().iter().flat_map(|global| &global.members);
        let mut regions = members.map(GlobalMember::region).filter(|it| *it != home.as_str());
        regions.find_map(|region| Region::parse(region).ok())
    }

    /// The question of a topic in one region; nothing where there is nothing to ask.
    pub fn question(&self, side: Side, topic: Topic, now: Timestamp) -> Option<Query> {
        let query = match topic {
            Topic::Globals => GlobalDatabases {}.into_query(),
            Topic::Clusters => DbClusters {}.into_query(),
            Topic::Instances => DbInstances {}.into_query(),
            Topic::Functions => Functions {}.into_query(),
            Topic::Queues => Queues {}.into_query(),
            Topic::Secrets => Secrets {}.into_query(),
            Topic::Alarms => Alarms {}.into_query(),
            Topic::Lag => self.lag_question(side, now)?.into_query(),
        };
        match side {
            Side::Here => Some(query),
            Side::There => Some(query.put_to(self.other.as_ref()?)),
        }
    }

    /// How far the copies in a region are behind: CloudWatch knows it where the copy is.
    fn lag_question(&self, side: Side, now: Timestamp) -> Option<Metrics> {
        let copies = self.copies(side);
        let series = copies.iter().enumerate().flat_map(|(at, cluster)| {
            LAGS.iter().enumerate().map(move |(which, metric)| MetricQuery {
                id: format!("l{at}m{which}"),
                namespace: "AWS/RDS".into(),
                metric: (*metric).into(),
                dimensions: vec![("DBClusterIdentifier".into(), cluster.clone())],
                statistic: "Maximum".into(),
            })
        });
        let series: Vec<_> = series.collect();
        let minute = Duration::from_mins(1);
        let end = now.floor(minute) + minute;
        (!series.is_empty()).then_some(Metrics { series, start: end - SPAN, end, period_s: 60 })
    }

    /// The clusters of global databases in a region that do not write.
    fn copies(&self, side: Side) -> Vec<String> {
        let known = self.known(side);
        let globals = self.globals();
        let copies = globals.iter().flat_map(|global| &global.members).filter(|it| !it.writer);
        let held = known.clusters.rows();
        let here = copies.filter_map(|it| held.iter().find(|held| held.arn == it.cluster_arn));
        here.map(|cluster| cluster.id.clone()).collect()
    }

    /// The global databases, as this region tells of them; where it does not, as the other one does.
    fn globals(&self) -> &[GlobalDatabase] {
        match (&self.here.globals.failed, &self.here.globals.value) {
            (None, Some(told)) => told,
            _ => self.there.globals.rows(),
        }
    }

    /// Takes an answer in, or why there is none.
    ///
    /// # Errors
    /// It is an answer to something else.
    pub fn take(
        &mut self,
        side: Side,
        topic: Topic,
        answer: Result<Answer, Problem>,
        now: Timestamp,
    ) -> Result<(), Strange> {
        let copies = self.copies(side);
        let mut strange = Ok(());
        self.renew(|it| {
            let known = it.known_mut(side);
            strange = match topic {
                Topic::Globals => held::<GlobalDatabases, _>(&mut known.globals, answer, now),
                Topic::Clusters => held::<DbClusters, _>(&mut known.clusters, answer, now),
                Topic::Instances => held::<DbInstances, _>(&mut known.instances, answer, now),
                Topic::Functions => held::<Functions, _>(&mut known.functions, answer, now),
                Topic::Queues => held::<Queues, _>(&mut known.queues, answer, now),
                Topic::Secrets => held::<Secrets, _>(&mut known.secrets, answer, now),
                Topic::Alarms => held::<Alarms, _>(&mut known.alarms, answer, now),
                Topic::Lag => match answer.map(Metrics::from_answer) {
                    Ok(None) => Err(Strange),
                    Ok(Some(series)) => {
                        known.lag.take(Ok(lags(&copies, &series)), now);
                        Ok(())
                    }
                    Err(problem) => {
                        known.lag.take(Err(problem), now);
                        Ok(())
                    }
                },
            };
            it.judge();
        });
        strange
    }

    /// Whether an answer is due.
    pub fn is_due(&self, side: Side, topic: Topic, limit: Duration, now: Timestamp) -> bool {
        let known = self.known(side);
        match topic {
            Topic::Globals => known.globals.older_than(limit, now),
            Topic::Clusters => known.clusters.older_than(limit, now),
            Topic::Instances => known.instances.older_than(limit, now),
            Topic::Functions => known.functions.older_than(limit, now),
            Topic::Queues => known.queues.older_than(limit, now),
            Topic::Secrets => known.secrets.older_than(limit, now),
            Topic::Alarms => known.alarms.older_than(limit, now),
            Topic::Lag => known.lag.older_than(limit, now),
        }
    }

    /// The region that takes the writes now: that of the first global database's writer; the one in front where nothing tells.
    pub fn working(&self) -> Side {
        let writer = self.globals().iter().flat_map(|it| &it.members).find(|it| it.writer);
        let other = self.other.as_ref().map(Region::as_str);
        if writer.is_some_and(|it| Some(it.region()) == other) { Side::There } else { Side::Here }
    }

    /// The global database of the row under the cursor, else the first, and its copy where nothing is written now.
    pub fn move_of(&self) -> Option<(&GlobalDatabase, &GlobalMember)> {
        let chosen = self.chosen().filter(|pair| pair.part == Part::Database);
        let mut globals = self.globals().iter();
        let first = self.globals().first();
        let named = chosen.and_then(|pair| globals.find(|global| global.id == pair.name));
        let global = named.or(first)?;
        let copy = global.members.iter().find(|member| !member.writer)?;
        Some((global, copy))
    }

    /// All things.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// How many are there, and how many of them are not ready.
    pub fn count(&self) -> (usize, usize) {
        let unready = self.pairs.iter().filter(|pair| pair.verdict != Verdict::Ready).count();
        (self.pairs.len(), unready)
    }

    /// The worst lag of the copies: now, and in the last quarter of an hour.
    pub fn lag(&self) -> Option<(u64, u64)> {
        let all = || Side::BOTH.into_iter().flat_map(|side| self.known(side).lag.rows());
        Some((all().map(|it| it.now_ms).max()?, all().map(|it| it.worst_ms).max()?))
    }

    /// What could not be read: where, and why.
    pub fn unanswered(&self) -> Option<(Side, &Problem)> {
        Side::BOTH.into_iter().find_map(|side| Some((side, self.known(side).failed()?)))
    }

    /// Whether this region has told which databases span regions.
    pub fn has_told_globals(&self) -> bool {
        self.here.globals.value.is_some()
    }

    /// Whether a region does not say how its clusters stand: it may be lost.
    pub fn is_silent(&self, side: Side) -> bool {
        self.known(side).clusters.failed.is_some()
    }

    /// Whether anything was told of both.
    pub fn is_known(&self) -> bool {
        self.here.clusters.value.is_some() && self.there.clusters.value.is_some()
    }
}

/// An answer to another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strange;

impl Listed for Recovery {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Recovery {
    type Item<'a> = &'a Pair;

    fn all(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter()
    }

    fn heading(&self, pair: &&Pair) -> Option<String> {
        Some(pair.part.heading().to_owned())
    }
}

impl Item for &Pair {
    fn key(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{} {}", self.part.heading(), self.name))
    }

    fn text(&self) -> String {
        format!("{} {} {} {} {}", self.part.heading(), self.name, self.here, self.there, self.why)
    }

    fn copied(&self) -> String {
        self.name.clone()
    }

    fn record(&self) -> Option<Record> {
        Record::of(self.name.clone(), self)
    }

    fn subject(&self) -> Option<String> {
        Some(self.name.clone())
    }
}
