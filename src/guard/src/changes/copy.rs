//! `RestoreCopy`: what it means, whether it may be made, and whether it was made. It bears the mark of its run: name and tag.

use serde_json::{Value, json};
use watchdeck_domain::change::{CopySettings, RestoreCopy, instance_arn};
use watchdeck_domain::reading::InstanceOf;
use watchdeck_domain::report::{InstanceStanding, PRICED, tag};
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a database instance";

impl Deed for RestoreCopy {
    fn params(&self, _: &Scope) -> Value {
        let told = &self.told;
        let tags = told.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
        let mut params = json!({
            "SourceDBInstanceIdentifier": self.source,
            "TargetDBInstanceIdentifier": self.copy,
            "DBInstanceClass": told.class,
            "DBSubnetGroupName": told.subnets,
            "VpcSecurityGroupIds": told.security_groups,
            "DBParameterGroupName": told.parameters,
            "PubliclyAccessible": told.public,
            "MultiAZ": told.multi_az,
            "DeletionProtection": told.protected,
            "EnableIAMDatabaseAuthentication": told.by_iam,
            "CopyTagsToSnapshot": told.copies_tags,
            "EnableCloudwatchLogsExports": told.logs,
            "BackupRetentionPeriod": told.backup_days,
            "EngineLifecycleSupport": told.support,
            "Tags": tags.collect::<Vec<_>>(),
        });
        if let Some(members) = params.as_object_mut() {
            match self.at {
                Some(at) => members.insert("RestoreTime".into(), json!(at.to_string())),
                None => members.insert("UseLatestRestorableTime".into(), json!(true)),
            };
        }
        params
    }

    /// `rpt-ledger-db-20261121-f00d42`.
    fn target(&self) -> String {
        self.copy.to_string()
    }

    /// `ledger-db`.
    fn destination(&self) -> String {
        self.source.to_string()
    }

    fn fault(&self, run: &RunId) -> Option<String> {
        let tag_of = |name: &str| self.told.tags.get(name).map(String::as_str);
        if tag_of(tag::RUN) != Some(run.as_str()) || tag_of(tag::PURPOSE) != Some(tag::REPORTING) {
            return Some(format!(
                "its tags do not say that the run {run} made it: nothing could tell later whose it is"
            ));
        }
        if self.told.public {
            return Some("a copy is never open to the internet".into());
        }
        let shared = |group: &String| self.source_told.security_groups.contains(group);
        if self.told.security_groups.is_empty() || self.told.security_groups.iter().any(shared) {
            return Some(
                "a copy has a security group of its own: by that of its source whatever reaches the source would reach it"
                    .into(),
            );
        }
        None
    }

    /// What the copy is told against what its source was: nothing of it carries over by itself.
    fn differences(&self, _: &Answer) -> Vec<Difference> {
        let (was, is): (&CopySettings, &CopySettings) = (&self.source_told, &self.told);
        let logs =
            |of: &CopySettings| if of.logs.is_empty() { "none".into() } else { of.logs.join(", ") };
        let days = |of: &CopySettings| match of.backup_days {
            0 => "none, and no first one".into(),
            days => format!("{days} days"),
        };
        let as_of = self.at.map_or_else(|| "the latest there is".to_owned(), |at| at.to_string());
        let rows = [
            ("as of", "now".to_owned(), as_of),
            ("class", was.class.clone(), is.class.clone()),
            ("subnet group", was.subnets.clone(), is.subnets.clone()),
            ("security groups", was.security_groups.join(", "), is.security_groups.join(", ")),
            ("parameter group", was.parameters.clone(), is.parameters.clone()),
            ("open to the internet", word(was.public), word(is.public)),
            ("standby", word(was.multi_az), word(is.multi_az)),
            ("deletion protection", word(was.protected), word(is.protected)),
            ("sign-in by IAM", word(was.by_iam), word(is.by_iam)),
            ("tags to snapshots", word(was.copies_tags), word(is.copies_tags)),
            ("logs", logs(was), logs(is)),
            ("backups", days(was), days(is)),
            ("paid support of old versions", was.support.clone(), is.support.clone()),
            ("tags", tags(was), tags(is)),
        ];
        let rows = rows.into_iter().map(|(name, before, after)| Difference {
            field: format!("{} {name}", self.copy),
            before: printable(before),
            after: printable(after),
        });
        rows.collect()
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let days = self.lasts.as_secs_f64() / 86_400.0;
        vec![
            format!("1 more instance: {}", instance_arn(scope, &self.copy)),
            format!("{} itself is not touched: its backups are read", self.source),
            format!(
                "the copy holds what {} held, and everybody who could sign in there can here, until the password is another one",
                self.source
            ),
            format!(
                "cost until {} ({days:.1} days): {}; {PRICED}",
                self.expires,
                self.cost().told(self.lasts)
            ),
        ]
    }

    fn query(&self) -> Query {
        InstanceOf { instance: self.copy.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        match seen(now) {
            Err(why) => Some(Hindrance::Moved(why)),
            Ok(None) => None,
            Ok(Some(there)) => {
                let what = format!("there is {} already, and it is {}", self.copy, there.status);
                Some(Hindrance::Idle(Printable::new(what).into()))
            }
        }
    }

    /// Pw13 and Pw14: what bears its tag is its own, and what does not is somebody else's.
    fn sighting(&self, run: &RunId, now: &Answer) -> Sighting {
        match seen(now) {
            Err(why) => Sighting::Conflict { seen: why },
            Ok(None) => Sighting::Absent,
            Ok(Some(there)) if there.run().as_ref() == Some(run) => {
                Sighting::Landed { revision: None }
            }
            Ok(Some(there)) => {
                let seen = format!("{} is there, and no tag says that this run made it", there.id);
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
            Ok(Some(there)) if there.is_up() => Verdict::True,
            // A status that nobody knows is waited for: AWS adds some.
            Ok(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        match seen(now).ok()? {
            None => {
                Some(format!("{} is gone: somebody has deleted it, or AWS gave it up", self.copy))
            }
            Some(there) if there.has_failed() => {
                let why = format!(
                    "{} is {}: it will never be up, and may be billed; take it away with rds.report-teardown",
                    self.copy, there.status
                );
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
            Ok(Some(there)) => json!({ "status": there.status }),
            Ok(None) => json!({ "status": null }),
            Err(_) => Value::Null,
        }
    }
}

fn word(truth: bool) -> String {
    if truth { "on".into() } else { "off".into() }
}

fn tags(of: &CopySettings) -> String {
    let all = of.tags.iter().map(|(key, value)| format!("{key}={value}"));
    all.collect::<Vec<_>>().join(" ")
}

/// The instance in an answer to a probe; nothing where there is none.
pub(super) fn seen(answer: &Answer) -> Result<Option<&InstanceStanding>, String> {
    if let Answer::InstanceOf(there) = answer { Ok(there.as_ref()) } else { Err(not(WHAT)) }
}
