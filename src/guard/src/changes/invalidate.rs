//! `Invalidate`: what it means, whether it may be made, and whether it was made. Nothing takes it back.
//!
//! The reference of the run is all that tells it: AWS makes one invalidation of a reference, however often it is sent.

use serde_json::{Value, json};
use watchdeck_domain::change::Invalidate;
use watchdeck_domain::edge::Invalidation;
use watchdeck_domain::reading::InvalidationBy;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "an invalidation";

/// So much of the paths is typed.
const TYPED: usize = 60;

impl Deed for Invalidate {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "DistributionId": self.distribution,
            "InvalidationBatch": {
                "CallerReference": self.reference,
                "Paths": { "Quantity": self.paths.len(), "Items": self.paths },
            },
        })
    }

    /// `E2SHOPEDGE4021`.
    fn target(&self) -> String {
        self.distribution.to_string()
    }

    /// The paths, where they are few enough to be typed.
    fn destination(&self) -> String {
        let all = self.paths.join(" ");
        if all.len() > TYPED { format!("{} paths", self.paths.len()) } else { all }
    }

    fn fault(&self, run: &RunId) -> Option<String> {
        if self.reference != Self::reference_of(run) {
            return Some(format!(
                "its reference is not that of the run {run}: nothing could tell later who made it"
            ));
        }
        if !(1..=Self::MOST).contains(&self.paths.len()) {
            return Some(format!("1 to {} paths are taken out at a time", Self::MOST));
        }
        let odd = self.paths.iter().find_map(|path| Some((path, Self::fault_of(path)?)))?;
        Some(format!("the path `{}` is not one: {}", odd.0.escape_debug(), odd.1))
    }

    fn differences(&self, _: &Answer) -> Vec<Difference> {
        let of = |path: &String| Difference {
            field: format!("{} {path}", self.distribution),
            before: "cached".into(),
            after: "asked of the origin".into(),
        };
        self.paths.iter().map(of).collect()
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let name = Printable::new(self.name.clone());
        vec![
            format!("1 distribution: {}", self.arn),
            format!(
                "every viewer of {name}: the next who asks for one of the paths waits for the origin, in each place anew"
            ),
            "the origin: it is asked for all of them at once".into(),
        ]
    }

    fn query(&self) -> Query {
        InvalidationBy {
            distribution: self.distribution.clone(),
            reference: self.reference.clone(),
            since: self.since,
        }
        .into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        there.first().map(|there| {
            let what = format!("the invalidation of this run is there already: {}", word(there));
            Hindrance::Idle(what)
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        match seen(now) {
            None => Sighting::Conflict { seen: not(WHAT) },
            // Whatever else was invalidated, it was not by this run: its reference would be there.
            Some([]) => Sighting::Absent,
            Some(_) => Sighting::Landed { revision: None },
        }
    }

    fn bears_mark(&self) -> bool {
        true
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some([there]) if there.status == "Completed" => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/id", json!(seen(there).and_then(<[_]>::first).map(|there| &there.id)))
    }

    fn shown(&self, there: &Answer) -> Value {
        let there = seen(there).and_then(<[_]>::first);
        there.map_or(Value::Null, |there| json!({ "id": there.id, "status": there.status }))
    }
}

fn word(there: &Invalidation) -> String {
    Printable::new(format!("{}, {}", there.id, there.status)).into()
}

/// The one that bears the reference, or none, in an answer to a probe.
fn seen(answer: &Answer) -> Option<&[Invalidation]> {
    if let Answer::InvalidationBy(there) = answer { Some(there.as_slice()) } else { None }
}
