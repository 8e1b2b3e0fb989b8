//! `RollService`: what it means, whether it may be made, whether it was made, and how it is taken back.
//!
//! AWS compares nothing in this call. What stands in for a lock is the id of the rollout that ran what there was: it is
//! read, pinned and compared here, up to the moment of sending. ECS may give a rollout up by itself; then it never rests.

use serde_json::{Value, json};
use watchdeck_domain::change::{Kind as _, RollService};
use watchdeck_domain::reading::ServiceOf;
use watchdeck_domain::service::Service;
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a service";

impl Deed for RollService {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "cluster": self.cluster,
            "service": self.service,
            "taskDefinition": self.definition,
        })
    }

    /// `shop/shop-web`.
    fn target(&self) -> String {
        format!("{}/{}", self.cluster, self.service)
    }

    /// `shop-web:117`.
    fn destination(&self) -> String {
        self.definition.to_string()
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(service) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} task definition", self.target()),
            before: printable(service.definition.to_string()),
            after: printable(self.definition.to_string()),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 service: {}", self.service_arn(scope)),
            format!(
                "all its tasks are replaced, one after the other, by tasks of {}; what the old ones have under way ends with them",
                self.definition
            ),
        ]
    }

    fn query(&self) -> Query {
        ServiceOf { cluster: self.cluster.clone(), service: self.service.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        let name = self.target();
        if there.definition == self.definition {
            return Some(Hindrance::Idle(format!("{name} is at {} already", there.definition)));
        }
        if there.definition != self.before || there.rollout != self.seen {
            return Some(Hindrance::Moved(format!(
                "{name} has been rolled since the draft was made: {}",
                stands(there)
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        (back.target() != name || back.definition != there.definition).then(|| {
            Hindrance::Reversal(format!(
                "the reversal rolls {} to {}, but {name} is at {}",
                back.target(),
                back.definition,
                there.definition
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        if there.definition == self.definition {
            return Sighting::Landed { revision: None };
        }
        if there.definition == self.before && there.rollout == self.seen {
            return Sighting::Absent;
        }
        // ECS has given it up by now and gone back: it was made.
        if there.given_up(&self.definition).is_some() {
            return Sighting::Landed { revision: None };
        }
        let seen = format!("{} has been rolled: {}", self.target(), stands(there));
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(there) if there.definition == self.definition && there.is_at_rest() => {
                Verdict::True
            }
            Some(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        let there = seen(now)?;
        let given_up = there.given_up(&self.definition)?;
        let after = if there.definition != self.definition {
            format!("and goes back to {}", there.definition)
        } else if given_up.status == "PRIMARY" {
            "and stays with what runs".into()
        } else {
            // An older rollout of the same was given up, and this one is under way.
            return None;
        };
        let why = format!(
            "ECS has given the rollout of {} up, {after}: {}",
            self.definition, given_up.reason
        );
        Some(Printable::new(why).into())
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        let lock = seen(there).map(|service| json!([service.definition, service.rollout]));
        ("/rollout", lock.unwrap_or_default())
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(Value::Null, |service| {
            json!({
                "definition": service.definition,
                "running": service.running,
                "desired": service.desired,
                "rollout": service.newest().map(|newest| newest.state.clone()),
            })
        })
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let back = Self::of(back)?;
        // Only what is there now can be compared. Whether it is still what was made is the check's to say.
        let seen = seen(there).map(|service| service.rollout.clone()).unwrap_or_default();
        let there = Self { before: self.definition.clone(), seen: seen.clone(), ..back.clone() };
        let again = Self { before: back.definition.clone(), seen, ..self.clone() };
        Some((there.into(), again.into()))
    }
}

/// The service in an answer to a probe.
fn seen(answer: &Answer) -> Option<&Service> {
    if let Answer::ServiceOf(service) = answer { Some(service) } else { None }
}

fn stands(service: &Service) -> String {
    format!("it is at {} by rollout {}", service.definition, service.rollout)
}
