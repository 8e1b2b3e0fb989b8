//! `FailOverCluster` and `FailOverInstance`: another instance writes, or the standby in the other zone. Told by who writes, and from
//! where; what RDS says of a failover that came to nothing is believed at once.

use serde_json::{Value, json};
use watchdeck_domain::change::{FailOverCluster, FailOverInstance, Kind as _, instance_arn};
use watchdeck_domain::reading::{ClusterOf, NodeOf};
use watchdeck_domain::recovery::{ClusterStanding, DatabaseEvent, NodeStanding, newest};
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope, Timestamp,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of them, in an answer.
const CLUSTER: &str = "a cluster";
pub(super) const NODE: &str = "a database instance";

/// The status of what can be failed over, and of what has been.
pub(super) const UP: &str = "available";

impl Deed for FailOverCluster {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "DBClusterIdentifier": self.cluster,
            "TargetDBInstanceIdentifier": self.target,
        })
    }

    /// `orders-db`.
    fn target(&self) -> String {
        self.cluster.to_string()
    }

    /// The instance that is to write.
    fn destination(&self) -> String {
        self.target.to_string()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        (self.target == self.from).then(|| format!("{} writes already", self.target))
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = cluster(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} writer", self.cluster),
            before: member(there, &there.writer),
            after: member(there, self.target.as_str()),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let target = instance_arn(scope, &self.target);
        vec![
            format!("1 cluster: {}, written to by {target} from then on", self.cluster),
            "every connection to the writer breaks, and nothing can be written for about half a minute".into(),
            format!("who is connected to {} by its own endpoint writes to a reader then", self.from),
        ]
    }

    fn query(&self) -> Query {
        ClusterOf { cluster: self.cluster.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = cluster(now) else { return Some(Hindrance::Moved(not(CLUSTER))) };
        if named(&there.writer, self.target.as_str()) {
            return Some(Hindrance::Idle(format!("{} writes already", self.target)));
        }
        if there.status != UP || !named(&there.writer, self.from.as_str()) {
            return Some(Hindrance::Moved(format!(
                "{} has moved since the draft was made: {}",
                self.cluster,
                stands(there)
            )));
        }
        let up = there.member(self.target.as_str()).is_some_and(|target| target.status == UP);
        if !up {
            let why = format!("{} is no reader of {} that is up", self.target, self.cluster);
            return Some(Hindrance::Moved(why));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        (back.cluster != self.cluster || back.target != self.from).then(|| {
            Hindrance::Reversal(format!(
                "the reversal fails {} over to {}, but {} writes",
                back.cluster, back.target, self.from
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = cluster(now) else { return Sighting::Conflict { seen: not(CLUSTER) } };
        if named(&there.writer, self.target.as_str()) {
            return Sighting::Landed { revision: None };
        }
        // It was made, and came to nothing.
        if came_back(&there.events, self.seen).is_some() {
            return Sighting::Landed { revision: None };
        }
        if named(&there.writer, self.from.as_str()) && there.status == UP {
            return Sighting::Absent;
        }
        Sighting::Conflict { seen: stands(there) }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match cluster(now) {
            None => Verdict::Unknown(not(CLUSTER)),
            Some(there) if there.status == UP && named(&there.writer, self.target.as_str()) => {
                Verdict::True
            }
            Some(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        let there = cluster(now)?;
        if there.status != UP || named(&there.writer, self.target.as_str()) {
            return None;
        }
        let told = came_back(&there.events, self.seen)?;
        let why = format!("RDS has given the failover up, and {} writes: {told}", there.writer);
        Some(Printable::new(why).into())
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/writer", cluster(there).map_or(Value::Null, |there| json!([there.writer, there.status])))
    }

    fn shown(&self, there: &Answer) -> Value {
        cluster(there)
            .map_or(Value::Null, |there| json!({ "status": there.status, "writer": there.writer }))
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let back = Self::of(back)?;
        let seen = cluster(there).and_then(|there| newest(&there.events));
        let back = Self { from: self.target.clone(), seen, ..back.clone() };
        let again = Self { seen, ..self.clone() };
        Some((back.into(), again.into()))
    }
}

impl Deed for FailOverInstance {
    fn params(&self, _: &Scope) -> Value {
        json!({ "DBInstanceIdentifier": self.instance, "ForceFailover": true })
    }

    fn target(&self) -> String {
        self.instance.to_string()
    }

    /// The zone of the standby.
    fn destination(&self) -> String {
        Printable::new(self.to.clone()).into()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        let sound = !self.to.is_empty() && self.to != self.from;
        (!sound).then(|| format!("{} has no standby in another zone", self.instance))
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = node(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} zone", self.instance),
            before: Printable::new(there.zone.clone()).into(),
            after: Printable::new(self.to.clone()).into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 instance: {}", instance_arn(scope, &self.instance)),
            "it is restarted in the other zone: every connection breaks, and it does not answer for a minute or two".into(),
        ]
    }

    fn query(&self) -> Query {
        NodeOf { instance: self.instance.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = node(now) else { return Some(Hindrance::Moved(not(NODE))) };
        if there.status != UP || there.zone != self.from || there.standby_zone != self.to {
            return Some(Hindrance::Moved(format!(
                "{} has moved since the draft was made: {}",
                self.instance,
                placed(there)
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        (back.instance != self.instance || back.to != self.from).then(|| {
            let why = format!("the reversal fails {} over to {}", back.instance, back.to);
            Hindrance::Reversal(Printable::new(why).into())
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = node(now) else { return Sighting::Conflict { seen: not(NODE) } };
        if there.zone == self.to || abandoned(&there.events, self.seen).is_some() {
            return Sighting::Landed { revision: None };
        }
        if there.zone == self.from && there.status == UP {
            return Sighting::Absent;
        }
        Sighting::Conflict { seen: placed(there) }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match node(now) {
            None => Verdict::Unknown(not(NODE)),
            Some(there) if there.status == UP && there.zone == self.to => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        let there = node(now)?;
        if there.zone == self.to {
            return None;
        }
        let told = abandoned(&there.events, self.seen)?;
        Some(Printable::new(format!("RDS has abandoned it: {told}")).into())
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/zone", node(there).map_or(Value::Null, |there| json!([there.zone, there.status])))
    }

    fn shown(&self, there: &Answer) -> Value {
        node(there)
            .map_or(Value::Null, |there| json!({ "status": there.status, "zone": there.zone }))
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let back = Self::of(back)?;
        let seen = node(there).and_then(|there| newest(&there.events));
        let back = Self { seen, ..back.clone() };
        let again = Self { seen, ..self.clone() };
        Some((back.into(), again.into()))
    }
}

/// What RDS has told since that says that a failover came to nothing (RDS-EVENT-0069, 0070).
fn came_back(events: &[DatabaseEvent], seen: Option<Timestamp>) -> Option<String> {
    told(events, seen, &["failover failed", "promoting previous primary"])
}

/// The same of a failover that is abandoned because another one was made just before (RDS-EVENT-0034).
fn abandoned(events: &[DatabaseEvent], seen: Option<Timestamp>) -> Option<String> {
    told(events, seen, &["abandoning user requested failover"])
}

/// The newest event that has one of these phrases, of those that came after what was seen.
fn told(events: &[DatabaseEvent], seen: Option<Timestamp>, phrases: &[&str]) -> Option<String> {
    let says = |event: &&DatabaseEvent| {
        let message = event.message.to_lowercase();
        seen.is_none_or(|seen| event.at > seen) && phrases.iter().any(|it| message.contains(it))
    };
    events.iter().rev().find(says).map(|event| event.message.clone())
}

fn named(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// `orders-db-2 (db.r6g.large in eu-central-1b)`.
fn member(cluster: &ClusterStanding, instance: &str) -> String {
    let said = match cluster.member(instance) {
        Some(member) => format!("{instance} ({} in {})", member.class, member.zone),
        None => instance.to_owned(),
    };
    Printable::new(said).into()
}

fn stands(cluster: &ClusterStanding) -> String {
    let writer = if cluster.writer.is_empty() { "nobody" } else { cluster.writer.as_str() };
    Printable::new(format!("it is {}, and {writer} writes", cluster.status)).into()
}

fn placed(node: &NodeStanding) -> String {
    Printable::new(format!("it is {}, in {}", node.status, node.zone)).into()
}

/// The cluster in an answer to a probe.
fn cluster(answer: &Answer) -> Option<&ClusterStanding> {
    if let Answer::ClusterOf(cluster) = answer { Some(cluster) } else { None }
}

/// The instance in an answer to a probe.
pub(super) fn node(answer: &Answer) -> Option<&NodeStanding> {
    if let Answer::NodeOf(node) = answer { Some(node) } else { None }
}
