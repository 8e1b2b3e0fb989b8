//! `PromoteReplica`: what it means, whether it may be done, and whether it was done. Nothing takes it back.

use serde_json::{Value, json};
use watchdeck_domain::change::{PromoteReplica, instance_arn};
use watchdeck_domain::reading::NodeOf;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::failover::{NODE, UP, node};
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

impl Deed for PromoteReplica {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "DBInstanceIdentifier": self.replica,
            "BackupRetentionPeriod": self.backup_days,
        })
    }

    fn target(&self) -> String {
        self.replica.to_string()
    }

    fn destination(&self) -> String {
        "a database of its own".into()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        (self.backup_days == 0).then(|| "without backups it could not be restored".into())
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = node(before) else { return Vec::new() };
        vec![
            Difference {
                field: format!("{} replicates", self.replica),
                before: Printable::new(there.replicates.clone()).into(),
                after: "nothing, for good".into(),
            },
            Difference {
                field: format!("{} keeps backups", self.replica),
                before: format!("{} d", there.backup_days),
                after: format!("{} d", self.backup_days),
            },
        ]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 instance: {}", instance_arn(scope, &self.replica)),
            "it is restarted, and takes writes of its own from then on".into(),
            format!(
                "whoever goes on writing to {} writes to another database",
                Printable::new(self.source.clone())
            ),
        ]
    }

    fn query(&self) -> Query {
        NodeOf { instance: self.replica.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = node(now) else { return Some(Hindrance::Moved(not(NODE))) };
        if there.replicates.is_empty() {
            let why = format!("{} is a database of its own already", self.replica);
            return Some(Hindrance::Idle(why));
        }
        (there.replicates != self.source || there.status != UP).then(|| {
            let why = format!(
                "{} is {}, and replicates {}",
                self.replica, there.status, there.replicates
            );
            Hindrance::Moved(Printable::new(why).into())
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = node(now) else { return Sighting::Conflict { seen: not(NODE) } };
        if there.replicates.is_empty() {
            return Sighting::Landed { revision: None };
        }
        if there.replicates == self.source && there.status == UP {
            return Sighting::Absent;
        }
        let seen =
            format!("{} is {}, and replicates {}", self.replica, there.status, there.replicates);
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match node(now) {
            None => Verdict::Unknown(not(NODE)),
            Some(there) if there.replicates.is_empty() && there.status == UP => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        (
            "/replicates",
            node(there).map_or(Value::Null, |there| json!([there.replicates, there.status])),
        )
    }

    fn shown(&self, there: &Answer) -> Value {
        node(there).map_or(
            Value::Null,
            |there| json!({ "status": there.status, "replicates": there.replicates }),
        )
    }
}
