//! Snapshots of databases in the account of these tests, and the secret that holds a master password.

use std::collections::BTreeMap;

use watchdeck_domain::change::{RotateMaster, ShareSnapshot, TakeSnapshot};
use watchdeck_domain::rotation::MasterSecret;
use watchdeck_domain::snapshot::{SnapshotRoom, SnapshotStanding};
use watchdeck_domain::{Answer, Change, DatabaseName, Query, Timestamp};

/// They, as they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshots {
    pub(crate) taken: BTreeMap<String, SnapshotStanding>,
    pub(crate) master: MasterSecret,
}

/// The one that is shared.
const AUDIT: &str = "ledger-db-audit";

const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:123456784021:secret:rds!db-1";

fn name(text: &str) -> DatabaseName {
    DatabaseName::parse(text).unwrap()
}

impl Snapshots {
    pub(crate) fn new() -> Self {
        let audit = SnapshotStanding {
            id: AUDIT.into(),
            instance: "ledger-db".into(),
            kind: "manual".into(),
            status: "available".into(),
            percent: 100,
            encrypted: true,
            created: Some(Timestamp::default()),
            shared: vec!["210987654321".into(), "345678901234".into()],
            ..SnapshotStanding::default()
        };
        let master = MasterSecret {
            instance: "ledger-db".into(),
            status: "available".into(),
            arn: SECRET.into(),
            state: "active".into(),
            current: "version-1".into(),
            changed: Some(Timestamp::default()),
            ..MasterSecret::default()
        };
        Self { taken: BTreeMap::from([(AUDIT.to_owned(), audit)]), master }
    }

    /// What they are set to, without what is of a run.
    pub(crate) fn stands(&self) -> String {
        let shared: Vec<_> = self.taken.values().map(|it| &it.shared).collect();
        format!("{shared:?} {} {}", self.master.arn, self.master.current)
    }

    /// The snapshot is shared with nobody, and as it was.
    pub(crate) fn shared(&self) -> (Change, Change) {
        let share = |shared: &[String], before: &[String]| ShareSnapshot {
            snapshot: name(AUDIT),
            shared: shared.into(),
            before: before.into(),
        };
        let there = &self.taken[AUDIT].shared;
        (share(&[], there).into(), share(there, &[]).into())
    }

    pub(crate) fn rotate(&self) -> RotateMaster {
        let MasterSecret { arn, current, .. } = self.master.clone();
        RotateMaster { instance: name("ledger-db"), secret: arn, before: current }
    }

    pub(crate) fn answer(&self, query: &Query) -> Option<Answer> {
        if let Query::SnapshotOf(of) = query {
            let there = self.taken.get(of.snapshot.as_str());
            return Some(Answer::SnapshotOf(there.cloned()));
        }
        if let Query::SnapshotRoomOf(_) = query {
            let used = u32::try_from(self.taken.len()).unwrap();
            return Some(Answer::SnapshotRoomOf(SnapshotRoom { used, most: Some(100) }));
        }
        let Query::MasterSecretOf(_) = query else { return None };
        Some(Answer::MasterSecretOf(self.master.clone()))
    }

    /// Carries a change out; whether anything is another afterwards.
    pub(crate) fn apply(&mut self, change: &Change, now: Timestamp) -> Result<bool, String> {
        if let Change::ShareSnapshot(share) = change {
            let there = self.taken.get_mut(share.snapshot.as_str()).ok_or("there is none")?;
            let before = there.shared.clone();
            let removed = share.removed();
            there.shared.retain(|it| !removed.contains(&it.as_str()));
            there.shared.extend(share.added().into_iter().map(str::to_owned));
            there.shared.sort();
            there.shared.dedup();
            return Ok(there.shared != before);
        }
        if let Change::TakeSnapshot(take) = change {
            return self.take(take, now);
        }
        let Change::RotateMaster(_) = change else { return Err("not in here".into()) };
        self.master.current.push('1');
        self.master.changed = Some(now);
        Ok(true)
    }

    fn take(&mut self, take: &TakeSnapshot, now: Timestamp) -> Result<bool, String> {
        let id = take.snapshot.to_string();
        if self.taken.contains_key(&id) {
            return Err(format!("there is {id}"));
        }
        let snapshot = SnapshotStanding {
            id: id.clone(),
            created: Some(now),
            shared: vec![],
            run: take.run.clone(),
            ..self.taken[AUDIT].clone()
        };
        self.taken.insert(id, snapshot);
        Ok(true)
    }

    /// Somebody else shares it with an account of theirs too, and has the password kept elsewhere.
    pub(crate) fn interfere(&mut self) {
        if let Some(there) = self.taken.get_mut(AUDIT) {
            there.shared.push("999999999999".into());
            there.shared.dedup();
        }
        self.master.arn = format!("{SECRET}-theirs");
    }
}
