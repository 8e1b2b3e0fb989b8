//! Whether the region that does not work now could take over: one thing at a time, and why not.

use std::collections::BTreeSet;

use serde::Serialize;
use watchdeck_domain::Region;
use watchdeck_domain::database::{DbInstance, GlobalDatabase, GlobalMember};

use super::known::Told;
use super::{Recovery, Side, TOLERATED};

/// What part of the architecture a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Part {
    /// A database.
    Database,
    /// A function.
    Function,
    /// A queue.
    Queue,
    /// A secret.
    Secret,
    /// An alarm.
    Alarm,
}

impl Part {
    /// The heading over its rows.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Database => "DATABASES",
            Self::Function => "FUNCTIONS",
            Self::Queue => "QUEUES",
            Self::Secret => "SECRETS",
            Self::Alarm => "ALARMS",
        }
    }
}

/// Whether a region could take over as far as one thing goes; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Verdict {
    /// It is only in the region that works now.
    Missing,
    /// It is there and would not do: without an instance, not connected, of another version, too far behind.
    Unfit,
    /// A move is under way.
    Moving,
    /// It could not be read.
    Unknown,
    /// It is there.
    Ready,
}

/// One thing in both regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// What it is.
    pub part: Part,
    /// What it is called.
    pub name: String,
    /// How it stands in this region.
    pub here: String,
    /// How it stands in the other one.
    pub there: String,
    /// Whether the region that does not work now could take over.
    pub verdict: Verdict,
    /// Why not.
    pub why: String,
}

impl Recovery {
    /// Judges all things anew.
    pub(super) fn judge(&mut self) {
        let mut pairs = self.databases();
        let names = |side: Side, part: Part| self.known(side).names(part);
        for part in [Part::Function, Part::Queue, Part::Secret, Part::Alarm] {
            let (here, there) = (names(Side::Here, part), names(Side::There, part));
            pairs.extend(self.by_name(part, &here, &there));
        }
        pairs.sort_by(|a, b| (a.part, a.verdict, &a.name).cmp(&(b.part, b.verdict, &b.name)));
        self.pairs = pairs;
    }

    /// Things that are told apart by their names alone.
    fn by_name(&self, part: Part, here: &Told, there: &Told) -> Vec<Pair> {
        let working = self.working();
        let rows = here.iter().chain(there).flat_map(|told| &told.rows);
        let all: BTreeSet<String> = rows.map(|(name, _)| name.clone()).collect();
        let found = |told: &Told, name: &str| {
            let mut rows = told.iter().flat_map(|told| &told.rows);
            rows.find(|(known, _)| known == name).map(|(_, word)| word.clone())
        };
        let is_silent = |told: &Told| told.as_ref().is_none_or(|told| told.stale);
        let word = |told: &Told, name: &str| match (found(told, name), is_silent(told)) {
            (Some(word), false) => word,
            (None, false) => "–".to_owned(),
            (Some(word), true) => format!("{word}, when it last answered"),
            (None, true) => "not known".to_owned(),
        };
        // What stood where it works now counts still when that is lost: it is what must be had elsewhere.
        let works = |told: &Told, name: &str| told.as_ref().map(|_| found(told, name).is_some());
        let stands_by =
            |told: &Told, name: &str| (!is_silent(told)).then(|| found(told, name).is_some());
        let pair = |name: String| {
            let (active, standby) = match working {
                Side::Here => (works(here, &name), stands_by(there, &name)),
                Side::There => (works(there, &name), stands_by(here, &name)),
            };
            let (verdict, why) = match (active, standby) {
                (Some(false), _) | (_, Some(true)) => (Verdict::Ready, String::new()),
                (_, Some(false)) => (Verdict::Missing, "only where it works now".to_owned()),
                (_, None) => (Verdict::Unknown, "that region does not answer".to_owned()),
            };
            let (here, there) = (word(here, &name), word(there, &name));
            Pair { part, name, here, there, verdict, why }
        };
        all.into_iter().map(pair).collect()
    }

    /// The global databases, and the clusters and instances that belong to none.
    fn databases(&self) -> Vec<Pair> {
        let mut pairs: Vec<_> = self.globals().iter().map(|global| self.global(global)).collect();
        let working = self.working();
        let spans = |arn: &str| {
            let mut members = self.globals().iter().flat_map(|global| &global.members);
            members.any(|member| member.cluster_arn == arn)
        };
        let known = self.known(working);
        let clusters = known.clusters.rows().iter().filter(|it| !spans(&it.arn));
        let alone = clusters.map(|it| (it.id.clone(), it.arn.clone(), it.status.clone()));
        let instances = known.instances.rows().iter().filter(|it| it.cluster.is_empty());
        let single = instances.map(|it| (it.id.clone(), it.arn.clone(), it.status.clone()));
        let beside = match working {
            Side::Here => Side::There,
            Side::There => Side::Here,
        };
        let replicas = self.known(beside).instances.rows();
        pairs.extend(alone.chain(single).map(|(name, arn, status)| {
            let of_it = |it: &&DbInstance| it.replicates == name || it.replicates == arn;
            let replica = replicas.iter().find(of_it);
            let (verdict, why, copy) = match replica {
                Some(it) if it.status == "available" => {
                    (Verdict::Ready, "", format!("replica {} {}", it.id, it.status))
                }
                Some(it) => {
                    (Verdict::Unfit, "its replica is not up", format!("{} {}", it.id, it.status))
                }
                None if self.known(beside).instances.value.is_none() => {
                    (Verdict::Unknown, "it could not be read", "not known".to_owned())
                }
                None => (Verdict::Missing, "it has no copy in the other region", "–".to_owned()),
            };
            let (here, there) = match working {
                Side::Here => (status, copy),
                Side::There => (copy, status),
            };
            Pair { part: Part::Database, name, here, there, verdict, why: why.to_owned() }
        }));
        pairs
    }

    fn global(&self, global: &GlobalDatabase) -> Pair {
        let at = |side: Side| {
            let other = self.other.as_ref().map(Region::as_str);
            let is_there =
                |it: &&GlobalMember| (Some(it.region()) == other) == (side == Side::There);
            global.members.iter().find(is_there)
        };
        let told = |side: Side| self.member(side, at(side));
        let copy = global.members.iter().find(|it| !it.writer);
        let (verdict, why) = if global.moving_to.is_empty() {
            self.fitness(global, copy)
        } else {
            let to = global.moving_to.split(':').nth(3).unwrap_or_default();
            (Verdict::Moving, format!("it moves to {to}"))
        };
        Pair {
            part: Part::Database,
            name: global.id.clone(),
            here: told(Side::Here),
            there: told(Side::There),
            verdict,
            why,
        }
    }

    /// Whether the copy of a global database could take over.
    fn fitness(&self, global: &GlobalDatabase, copy: Option<&GlobalMember>) -> (Verdict, String) {
        let Some(copy) = copy else {
            return (Verdict::Missing, "it has no copy in the other region".into());
        };
        let clusters = || Side::BOTH.into_iter().flat_map(|side| self.known(side).clusters.rows());
        let of = |arn: &str| clusters().find(|cluster| cluster.arn == arn);
        let Some(cluster) = of(&copy.cluster_arn) else {
            return (Verdict::Unknown, "its cluster there could not be read".into());
        };
        let writer = global.members.iter().find(|it| it.writer);
        let writer = writer.and_then(|it| of(&it.cluster_arn));
        let unfit = |why: String| (Verdict::Unfit, why);
        if cluster.status != "available" {
            return unfit(format!("its copy is {}", cluster.status));
        }
        if cluster.members.is_empty() {
            return unfit("its copy has no instance: it cannot take over".into());
        }
        if !copy.sync.is_empty() && copy.sync != "connected" {
            return unfit(format!("its copy is {}", copy.sync));
        }
        if let Some(writer) = writer.filter(|writer| writer.engine != cluster.engine) {
            return unfit(format!("the versions differ: {} and {}", writer.engine, cluster.engine));
        }
        let lags = || Side::BOTH.into_iter().flat_map(|side| self.known(side).lag.rows());
        match lags().find(|lag| lag.cluster == cluster.id) {
            None => (Verdict::Unknown, "how far it is behind is not known".into()),
            Some(lag) if u128::from(lag.worst_ms) > TOLERATED.as_millis() => {
                unfit(format!("{} ms behind within 15 min", lag.worst_ms))
            }
            Some(_) => (Verdict::Ready, String::new()),
        }
    }

    /// How a member of a global database stands.
    fn member(&self, side: Side, member: Option<&GlobalMember>) -> String {
        let Some(member) = member else { return "–".into() };
        let known = self.known(side);
        let cluster = known.clusters.rows().iter().find(|it| it.arn == member.cluster_arn);
        let role = if member.writer { "writes" } else { "copies" };
        let Some(cluster) = cluster else { return format!("{role}, not known") };
        let lag = known.lag.rows().iter().find(|it| it.cluster == cluster.id);
        let behind = match lag.filter(|_| !member.writer) {
            Some(lag) => format!(", {} ms behind", lag.now_ms),
            None => String::new(),
        };
        let status = match cluster.status.as_str() {
            "available" => String::new(),
            other => format!(", {other}"),
        };
        let count = cluster.members.len();
        let plural = if count == 1 { "" } else { "s" };
        format!("{role}{status}, {count} instance{plural}{behind}")
    }
}
