//! `TakeSnapshot`: what it means, whether it may be made, and whether it was made. It bears the mark of its run: name and tag.

use serde_json::{Value, json};
use watchdeck_domain::change::{TakeSnapshot, instance_arn};
use watchdeck_domain::reading::SnapshotOf;
use watchdeck_domain::report::tag;
use watchdeck_domain::snapshot::SnapshotStanding;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a snapshot";

/// The statuses of one that can be restored, and of one that never will.
const READY: &str = "available";
const FAILED: [&str; 3] = ["failed", "error", "deleting"];

impl Deed for TakeSnapshot {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "DBInstanceIdentifier": self.instance,
            "DBSnapshotIdentifier": self.snapshot,
            "Tags": [{ "Key": tag::RUN, "Value": self.run }],
        })
    }

    /// `ledger-db`: by its name a second one would be another thing, and a lost call that comes late would not be waited for.
    fn target(&self) -> String {
        self.instance.to_string()
    }

    /// `pre-ledger-db-f00d42`.
    fn destination(&self) -> String {
        self.snapshot.to_string()
    }

    fn fault(&self, run: &RunId) -> Option<String> {
        (self.run != run.as_str()).then(|| {
            format!("its tag is not that of the run {run}: nothing could tell later whose it is")
        })
    }

    fn differences(&self, _: &Answer) -> Vec<Difference> {
        vec![Difference {
            field: format!("{} of {}", self.snapshot, self.instance),
            before: "not there".into(),
            after: "a snapshot, of now".into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let (instance, snapshot) = (&self.instance, &self.snapshot);
        let holds = if self.standby {
            "it is taken from the standby: the database is not held up but for some engines"
        } else {
            "input and output of the database stand still for a moment, seconds to minutes: it has no standby"
        };
        vec![
            format!("1 more snapshot: {snapshot}, of {}", instance_arn(scope, instance)),
            holds.into(),
            "its storage is billed until somebody deletes it".into(),
        ]
    }

    fn query(&self) -> Query {
        SnapshotOf { snapshot: self.snapshot.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        match seen(now) {
            Err(why) => Some(Hindrance::Moved(why)),
            Ok(None) => None,
            Ok(Some(there)) => {
                let what = format!("there is {} already, and it is {}", there.id, there.status);
                Some(Hindrance::Idle(Printable::new(what).into()))
            }
        }
    }

    fn sighting(&self, run: &RunId, now: &Answer) -> Sighting {
        match seen(now) {
            Err(why) => Sighting::Conflict { seen: why },
            Ok(None) => Sighting::Absent,
            Ok(Some(there)) if there.made_by().as_ref() == Some(run) => {
                Sighting::Landed { revision: None }
            }
            Ok(Some(there)) => {
                let seen = format!("{} is there, and no tag says that this run took it", there.id);
                Sighting::Conflict { seen: Printable::new(seen).into() }
            }
        }
    }

    fn bears_mark(&self) -> bool {
        true
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            Err(why) => Verdict::Unknown(why),
            Ok(Some(there)) if there.status == READY => Verdict::True,
            Ok(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        match seen(now).ok()? {
            None => Some(format!("{} is gone: somebody has deleted it", self.snapshot)),
            Some(there) if FAILED.contains(&there.status.as_str()) => {
                let why =
                    format!("{} is {}: nothing can be restored of it", there.id, there.status);
                Some(Printable::new(why).into())
            }
            Some(_) => None,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/id", json!(seen(there).ok().flatten().map(|there| &there.id)))
    }

    fn shown(&self, there: &Answer) -> Value {
        match seen(there) {
            Ok(Some(there)) => json!({ "status": there.status, "percent": there.percent }),
            Ok(None) => json!({ "status": null }),
            Err(_) => Value::Null,
        }
    }
}

/// The snapshot in an answer to a probe; nothing where there is none.
fn seen(answer: &Answer) -> Result<Option<&SnapshotStanding>, String> {
    if let Answer::SnapshotOf(there) = answer { Ok(there.as_ref()) } else { Err(not(WHAT)) }
}
