//! `StopDeployment`: what it means, whether it may be done, and whether it was done. Nothing takes it back.

use serde_json::{Value, json};
use watchdeck_domain::change::StopDeployment;
use watchdeck_domain::delivery::DeploymentStanding;
use watchdeck_domain::reading::DeploymentOf;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a deployment";

/// The word of a deployment that was stopped.
const STOPPED: &str = "Stopped";

impl Deed for StopDeployment {
    fn params(&self, _: &Scope) -> Value {
        json!({ "deploymentId": self.deployment, "autoRollbackEnabled": true })
    }

    /// `d-ABCDEF123@orders/orders-writer`.
    fn target(&self) -> String {
        format!("{}@{}", self.deployment, self.group)
    }

    fn destination(&self) -> String {
        "stopped".into()
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: self.deployment.to_string(),
            before: word(there),
            after: format!("{STOPPED}, and led back"),
        }]
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let mut lines = vec![format!("1 deployment: {} of {}", self.deployment, self.group)];
        if !self.shifts.is_empty() {
            lines.push(Printable::new(self.shifts.clone()).into());
        }
        lines.push("what was shifted already is led back by a deployment of its own, also where the group does not roll back by itself".into());
        lines
    }

    fn query(&self) -> Query {
        DeploymentOf { deployment: self.deployment.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        (!there.goes_on()).then(|| {
            let what =
                format!("{} is {}: what has ended is not stopped", self.deployment, word(there));
            Hindrance::Idle(what)
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        match seen(now) {
            None => Sighting::Conflict { seen: not(WHAT) },
            Some(there) if there.status == STOPPED => Sighting::Landed { revision: None },
            Some(there) if there.goes_on() => Sighting::Absent,
            // It has come to its end before anybody could stop it, and cannot be stopped any more.
            Some(there) => Sighting::Conflict {
                seen: format!("{} has ended by itself: {}", self.deployment, word(there)),
            },
        }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(there) if there.goes_on() => Verdict::False,
            Some(_) => Verdict::True,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/status", seen(there).map_or(Value::Null, |there| json!(there.status)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(Value::Null, |there| json!({ "status": there.status }))
    }
}

fn word(there: &DeploymentStanding) -> String {
    Printable::new(there.status.clone()).into()
}

/// The deployment in an answer to a probe.
fn seen(answer: &Answer) -> Option<&DeploymentStanding> {
    if let Answer::DeploymentOf(there) = answer { Some(there) } else { None }
}
