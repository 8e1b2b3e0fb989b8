//! `DropCopy`: what it means, whether it may be made, and whether it was made. Its tags are what keeps it from anything else.

use serde_json::{Value, json};
use watchdeck_domain::change::{DropCopy, instance_arn};
use watchdeck_domain::reading::InstanceOf;
use watchdeck_domain::report::InstanceStanding;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::copy::seen;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

impl Deed for DropCopy {
    fn params(&self, _: &Scope) -> Value {
        match &self.snapshot {
            Some(snapshot) => json!({
                "DBInstanceIdentifier": self.copy,
                "SkipFinalSnapshot": false,
                "FinalDBSnapshotIdentifier": snapshot,
                "DeleteAutomatedBackups": true,
            }),
            None => json!({
                "DBInstanceIdentifier": self.copy,
                "SkipFinalSnapshot": true,
                "DeleteAutomatedBackups": true,
            }),
        }
    }

    fn target(&self) -> String {
        self.copy.to_string()
    }

    fn destination(&self) -> String {
        "deleted".into()
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Ok(Some(there)) = seen(before) else { return Vec::new() };
        let kept = self.snapshot.as_ref().map_or_else(
            || "deleted, and nothing is kept".to_owned(),
            |snapshot| format!("deleted, and snapshot {snapshot} is kept"),
        );
        vec![Difference {
            field: self.copy.to_string(),
            before: Printable::new(there.status.clone()).into(),
            after: kept,
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 instance: {}", instance_arn(scope, &self.copy)),
            "whoever is signed in to it, its secret, and whatever was written to it".into(),
        ]
    }

    fn query(&self) -> Query {
        InstanceOf { instance: self.copy.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let there = match seen(now) {
            Err(why) => return Some(Hindrance::Moved(why)),
            Ok(None) => return Some(Hindrance::Idle(format!("{} is gone already", self.copy))),
            Ok(Some(there)) => there,
        };
        if there.status == "deleting" {
            return Some(Hindrance::Idle(format!("{} is being deleted already", self.copy)));
        }
        not_it(self, there).map(|why| Hindrance::Moved(format!("{} {why}", self.copy)))
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        match seen(now) {
            Err(why) => Sighting::Conflict { seen: why },
            Ok(None) => Sighting::Landed { revision: None },
            Ok(Some(there)) if not_it(self, there).is_some() => {
                Sighting::Conflict { seen: format!("{} is another database by now", self.copy) }
            }
            Ok(Some(there)) if there.status == "deleting" => Sighting::Landed { revision: None },
            Ok(Some(_)) => Sighting::Absent,
        }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            Err(why) => Verdict::Unknown(why),
            Ok(None) => Verdict::True,
            Ok(Some(_)) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/created", json!(seen(there).ok().flatten().map(|there| there.created)))
    }

    fn shown(&self, there: &Answer) -> Value {
        let status = seen(there).ok().flatten().map(|there| there.status.clone());
        json!({ "status": status })
    }
}

/// Why an instance is not the copy that was meant; nothing where it is. Pw28: nothing is deleted that does not say of itself that
/// it may be.
fn not_it(drop: &DropCopy, there: &InstanceStanding) -> Option<&'static str> {
    if !there.is_report() {
        return Some("is no reporting copy: no tags of it say so");
    }
    if there.run().as_ref() != Some(&drop.made_by) || there.created != drop.created {
        return Some("is another one than was read: somebody has made it anew");
    }
    (!there.replicas.is_empty())
        .then_some("is replicated: whoever reads its replicas reads from it")
}
