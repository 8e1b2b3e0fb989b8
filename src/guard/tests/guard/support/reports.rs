//! A database and copies of it in the account of these tests.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::report::{InstanceStanding, RestoreGround, tag};
use watchdeck_domain::{Answer, Change, Query, RunId, Timestamp};

/// The database that is copied, and the copies of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reports {
    pub(crate) source: InstanceStanding,
    pub(crate) copies: BTreeMap<String, InstanceStanding>,
}

/// A copy that was there before, and one that is protected no longer.
pub(crate) const OLD: &str = "rpt-ledger-db-20261031-5c1e07";
pub(crate) const FREE: &str = "rpt-ledger-db-20261027-77c0ad";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

impl Reports {
    pub(crate) fn new() -> Self {
        let source = InstanceStanding {
            id: "ledger-db".into(),
            arn: "arn:aws:rds:eu-central-1:123456784021:db:ledger-db".into(),
            status: "available".into(),
            engine: "postgres".into(),
            version: "16.4".into(),
            class: "db.m6g.large".into(),
            storage_gb: 100,
            encrypted: true,
            protected: true,
            backup_days: 14,
            subnets: "orders-db".into(),
            vpc: "vpc-1".into(),
            security_groups: vec!["sg-0cc4b2c3d4e5f6074".into()],
            parameters: "ledger-pg16".into(),
            logs: vec!["postgresql".into()],
            created: Some(Timestamp::default()),
            ..InstanceStanding::default()
        };
        let run = RunId::from_bits(7).to_string();
        let tags = [(tag::PURPOSE, tag::REPORTING.to_owned()), (tag::RUN, run)];
        let old = InstanceStanding {
            id: OLD.into(),
            protected: true,
            secret: "arn:aws:secretsmanager:eu-central-1:123456784021:secret:rds!db-1".into(),
            secret_state: "active".into(),
            tags: tags.map(|(name, value)| (name.to_owned(), value)).into(),
            expires: Some(at("2026-11-03T00:00:00Z")),
            created: Some(at("2026-10-31T00:00:00Z")),
            ..source.clone()
        };
        let free = InstanceStanding { id: FREE.into(), protected: false, ..old.clone() };
        Self { source, copies: [old, free].map(|copy| (copy.id.clone(), copy)).into() }
    }

    pub(crate) fn answer(&self, query: &Query, now: Timestamp) -> Option<Answer> {
        if let Query::InstanceOf(of) = query {
            let held = self.copies.get(of.instance.as_str());
            return Some(Answer::InstanceOf(held.cloned()));
        }
        let Query::RestoreGroundOf(of) = query else { return None };
        Some(Answer::RestoreGroundOf(RestoreGround {
            source: self.source.clone(),
            at: of.at,
            earliest: Some(now - Duration::from_hours(14 * 24)),
            latest: Some(now - Duration::from_mins(4)),
            instances: 4,
            most: Some(40),
            vpc: "vpc-1".into(),
            zones: 2,
            family: "postgres16".into(),
            source_family: "postgres16".into(),
        }))
    }

    /// Carries a change out; whether anything is another afterwards.
    pub(crate) fn apply(&mut self, change: &Change, now: Timestamp) -> Result<bool, String> {
        match change {
            Change::RestoreCopy(restore) => {
                let id = restore.copy.to_string();
                if self.copies.contains_key(&id) {
                    return Err(format!("there is {id}"));
                }
                let told = &restore.told;
                let copy = InstanceStanding {
                    id: id.clone(),
                    endpoint: format!("{id}.x.eu-central-1.rds.amazonaws.com:5432"),
                    security_groups: told.security_groups.clone(),
                    parameters: told.parameters.clone(),
                    by_iam: told.by_iam,
                    tags: told.tags.clone(),
                    expires: Some(restore.expires),
                    created: Some(now),
                    ..self.source.clone()
                };
                self.copies.insert(id, copy);
                Ok(true)
            }
            Change::KeepPassword(keep) => {
                let copy = self.named(keep.copy.as_str())?;
                let differs = copy.secret.is_empty();
                "arn:aws:secretsmanager:secret".clone_into(&mut copy.secret);
                "active".clone_into(&mut copy.secret_state);
                Ok(differs)
            }
            Change::ExtendCopy(extend) => {
                let copy = self.named(extend.copy.as_str())?;
                Ok(copy.expires.replace(extend.expires) != Some(extend.expires))
            }
            Change::ProtectCopy(protect) => {
                let copy = self.named(protect.copy.as_str())?;
                Ok(std::mem::replace(&mut copy.protected, protect.protected) != protect.protected)
            }
            Change::DropCopy(drop) => {
                if self.named(drop.copy.as_str())?.protected {
                    return Err("it is protected".into());
                }
                Ok(self.copies.remove(drop.copy.as_str()).is_some())
            }
            _ => Err("not in here".into()),
        }
    }

    fn named(&mut self, id: &str) -> Result<&mut InstanceStanding, String> {
        self.copies.get_mut(id).ok_or_else(|| format!("there is no {id}"))
    }

    /// Somebody else extends what there is, and switches its protection off and on: made anew, it is another one.
    pub(crate) fn interfere(&mut self, now: Timestamp) {
        for copy in self.copies.values_mut() {
            copy.expires = Some(now + Duration::from_hours(1));
            copy.created = Some(now);
        }
    }
}
