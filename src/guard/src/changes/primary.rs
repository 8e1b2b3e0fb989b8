//! `MovePrimary`: what it means, whether it may be done, and whether it was done. Nothing takes it back from here: what leads back is
//! asked for in the other region.

use serde_json::{Map, Value, json};
use watchdeck_domain::change::{Loss, MovePrimary};
use watchdeck_domain::reading::GlobalOf;
use watchdeck_domain::recovery::GlobalStanding;
use watchdeck_domain::{Answer, Arn, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::failover::UP;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a global database";

impl Deed for MovePrimary {
    fn params(&self, _: &Scope) -> Value {
        let mut params = Map::new();
        params.insert("GlobalClusterIdentifier".into(), json!(self.global));
        params.insert("TargetDbClusterIdentifier".into(), json!(self.to));
        if self.loss.is_some() {
            // Left out, AWS takes the same call for a switchover, which needs the primary to be well.
            params.insert("AllowDataLoss".into(), json!(true));
        }
        Value::Object(params)
    }

    /// `orders-global`.
    fn target(&self) -> String {
        self.global.to_string()
    }

    /// `orders-db-west in eu-west-1`.
    fn destination(&self) -> String {
        place(&self.to)
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = seen(before) else { return Vec::new() };
        let primary =
            Arn::parse(&there.primary).map_or_else(|_| "nobody".into(), |arn| place(&arn));
        vec![Difference {
            field: format!("{} primary", self.global),
            before: primary,
            after: place(&self.to),
        }]
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let mut lines = vec![
            format!("1 global database: {}", self.global),
            format!(
                "{} is written to from then on, {} no longer",
                place(&self.to),
                place(&self.from)
            ),
        ];
        match &self.loss {
            Some(loss) => {
                lines.push(said(loss));
                lines.push("what the old primary still takes while it cannot be fenced is lost too: two may write at once".into());
                lines.push(
                    "copies in other regions are rebuilt, which takes minutes to hours".into(),
                );
            }
            None => {
                lines.push("nothing can be written for some minutes, and nothing is lost".into());
            }
        }
        lines
    }

    fn query(&self) -> Query {
        GlobalOf { global: self.global.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if there.primary == self.to.as_str() && there.moving.is_empty() {
            return Some(Hindrance::Idle(format!("{} is the primary already", place(&self.to))));
        }
        if there.primary != self.from.as_str() || !there.moving.is_empty() || there.status != UP {
            return Some(Hindrance::Moved(format!(
                "{} has moved since the draft was made: {}",
                self.global,
                stands(there)
            )));
        }
        let member = there.members.iter().any(|member| member.arn == self.to.as_str());
        (!member).then(|| {
            Hindrance::Moved(format!("{} is no member of {}", place(&self.to), self.global))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        let leads_there =
            there.moving_to == self.to.as_str() && there.loses_data == self.loss.is_some();
        // On its way there it was made: what it leads to is seen afterwards.
        if there.primary == self.to.as_str() || (leads_there && there.moving != "cancelling") {
            return Sighting::Landed { revision: None };
        }
        if there.primary == self.from.as_str() && there.moving.is_empty() && there.status == UP {
            return Sighting::Absent;
        }
        Sighting::Conflict { seen: stands(there) }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(there) => {
                let there_now = there.primary == self.to.as_str();
                let rests = there.moving.is_empty() && there.status == UP;
                if there_now && rests { Verdict::True } else { Verdict::False }
            }
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        let there = seen(now)?;
        (there.moving == "cancelling").then(|| {
            let told = there.events.last().map(|event| format!(": {}", event.message));
            let why = format!("RDS gives it up{}", told.unwrap_or_default());
            Printable::new(why).into()
        })
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/primary", seen(there).map_or(Value::Null, |there| json!([there.primary, there.moving])))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(Value::Null, |there| {
            json!({ "status": there.status, "primary": there.primary, "moving": there.moving })
        })
    }
}

/// What a failover loses, in words.
fn said(loss: &Loss) -> String {
    let ms = |ms: Option<u64>| ms.map_or_else(|| "unknown".to_owned(), |ms| format!("{ms} ms"));
    let writes = match loss.writes {
        Some(writes) => format!("about {writes} writes are lost"),
        None => "nobody can tell how many writes are lost".to_owned(),
    };
    let told = loss.told.map_or_else(String::new, |at| format!(", last told at {at}"));
    format!(
        "data-loss: {writes}; the copy was {} behind{told}, and {} at the worst of the last 15 minutes",
        ms(loss.last_ms),
        ms(loss.worst_ms)
    )
}

/// `orders-db-west in eu-west-1`.
fn place(arn: &Arn) -> String {
    let said = format!("{} in {}", MovePrimary::cluster_of(arn), MovePrimary::region_of(arn));
    Printable::new(said).into()
}

fn stands(there: &GlobalStanding) -> String {
    let primary = Arn::parse(&there.primary).map_or_else(|_| "nobody".into(), |arn| place(&arn));
    let mut said = format!("it is {}, and {primary} writes", there.status);
    if !there.moving.is_empty() {
        said = format!("{said}, {} to {}", there.moving, there.moving_to);
    }
    Printable::new(said).into()
}

/// The global database in an answer to a probe.
fn seen(answer: &Answer) -> Option<&GlobalStanding> {
    if let Answer::GlobalOf(global) = answer { Some(global) } else { None }
}
