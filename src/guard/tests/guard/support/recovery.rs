//! Databases that are failed over in the account of these tests: a cluster, a global database, an instance with a standby, a replica.

use watchdeck_domain::change::{
    FailOverCluster, FailOverInstance, Loss, MovePrimary, PromoteReplica,
};
use watchdeck_domain::database::DbCluster;
use watchdeck_domain::recovery::{
    ClusterMember, ClusterStanding, CopyLag, DatabaseEvent, GlobalCopy, GlobalStanding,
    NodeStanding, newest,
};
use watchdeck_domain::{Answer, Arn, Change, DatabaseName, Query, Timestamp};

/// They, as they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Databases {
    pub(crate) cluster: ClusterStanding,
    pub(crate) global: GlobalStanding,
    /// A global database whose primary is in another region, and its copy here.
    pub(crate) away: GlobalStanding,
    pub(crate) copy: ClusterStanding,
    pub(crate) node: NodeStanding,
    pub(crate) replica: NodeStanding,
    /// Whether RDS gives up what is begun.
    pub(crate) gives_up: bool,
}

const HOME: &str = "arn:aws:rds:eu-central-1:123456784021:cluster:orders-db";
const AWAY: &str = "arn:aws:rds:eu-west-1:123456784021:cluster:stock-db-west";
const COPY: &str = "arn:aws:rds:eu-central-1:123456784021:cluster:stock-db";
const WEST: &str = "arn:aws:rds:eu-west-1:123456784021:cluster:orders-db-west";

fn name(text: &str) -> DatabaseName {
    DatabaseName::parse(text).unwrap()
}

fn arn(text: &str) -> Arn {
    Arn::parse(text).unwrap()
}

/// What a failover to another region would lose.
pub(crate) fn loss() -> Loss {
    Loss { last_ms: Some(420), worst_ms: Some(850), writes: Some(77), told: None }
}

impl Databases {
    pub(crate) fn new() -> Self {
        let member = |number: i32, zone: &str| ClusterMember {
            instance: format!("orders-db-{number}"),
            writer: number == 1,
            tier: Some(number - 1),
            status: "available".into(),
            class: "db.r6g.large".into(),
            memory_gb: Some(16),
            zone: zone.into(),
            version: "16.6".into(),
        };
        let copy = |arn: &str, writer: bool| GlobalCopy {
            arn: arn.into(),
            cluster: arn.rsplit(':').next().unwrap().into(),
            region: arn.split(':').nth(3).unwrap().into(),
            writer,
            sync: if writer { String::new() } else { "connected".into() },
        };
        let members = vec![
            member(1, "eu-central-1a"),
            member(2, "eu-central-1b"),
            member(3, "eu-central-1c"),
        ];
        let node = NodeStanding {
            id: "ledger-db".into(),
            status: "available".into(),
            zone: "eu-central-1a".into(),
            standby_zone: "eu-central-1c".into(),
            multi_az: true,
            backup_days: 14,
            ..NodeStanding::default()
        };
        let replica = NodeStanding {
            id: "ledger-db-copy".into(),
            standby_zone: String::new(),
            multi_az: false,
            replicates: "ledger-db".into(),
            backup_days: 1,
            ..node.clone()
        };
        Self {
            cluster: ClusterStanding {
                id: "orders-db".into(),
                arn: HOME.into(),
                status: "available".into(),
                version: "16.6".into(),
                writer: "orders-db-1".into(),
                global: "orders-global".into(),
                members,
                ..ClusterStanding::default()
            },
            global: GlobalStanding {
                id: "orders-global".into(),
                status: "available".into(),
                version: "16.6".into(),
                primary: HOME.into(),
                members: vec![copy(HOME, true), copy(WEST, false)],
                ..GlobalStanding::default()
            },
            away: GlobalStanding {
                id: "stock-global".into(),
                status: "available".into(),
                version: "16.6".into(),
                primary: AWAY.into(),
                members: vec![copy(AWAY, true), copy(COPY, false)],
                ..GlobalStanding::default()
            },
            copy: ClusterStanding {
                id: "stock-db".into(),
                arn: COPY.into(),
                status: "available".into(),
                version: "16.6".into(),
                members: vec![ClusterMember {
                    instance: "stock-db-1".into(),
                    writer: false,
                    ..member(1, "eu-central-1a")
                }],
                ..ClusterStanding::default()
            },
            node,
            replica,
            gives_up: false,
        }
    }

    pub(crate) fn fail_over(&self) -> FailOverCluster {
        let seen = newest(&self.cluster.events);
        let (target, from) = (name("orders-db-2"), name(&self.cluster.writer));
        FailOverCluster { cluster: name("orders-db"), target, from, seen }
    }

    pub(crate) fn move_primary(&self, loss: Option<Loss>) -> MovePrimary {
        if loss.is_some() {
            let (to, from) = (arn(COPY), arn(&self.away.primary));
            return MovePrimary { global: name("stock-global"), to, from, loss };
        }
        let (to, from) = (arn(WEST), arn(&self.global.primary));
        MovePrimary { global: name("orders-global"), to, from, loss }
    }

    pub(crate) fn to_standby(&self) -> FailOverInstance {
        FailOverInstance {
            instance: name("ledger-db"),
            from: self.node.zone.clone(),
            to: self.node.standby_zone.clone(),
            seen: newest(&self.node.events),
        }
    }

    pub(crate) fn promote(&self) -> PromoteReplica {
        let source = self.replica.replicates.clone();
        PromoteReplica { replica: name("ledger-db-copy"), source, backup_days: 7 }
    }

    pub(crate) fn answer(&self, query: &Query, now: Timestamp) -> Option<Answer> {
        if let Query::NodeOf(of) = query {
            let replica = of.instance.as_str() == self.replica.id;
            let node = if replica { &self.replica } else { &self.node };
            return Some(Answer::NodeOf(node.clone()));
        }
        if let Query::GlobalOf(of) = query {
            let away = of.global.as_str() == self.away.id;
            let global = if away { &self.away } else { &self.global };
            return Some(Answer::GlobalOf(global.clone()));
        }
        if let Query::LagOf(_) = query {
            return Some(Answer::LagOf(CopyLag {
                metric: "AuroraGlobalDBRPOLag".into(),
                last_ms: Some(420.0),
                worst_ms: Some(850.0),
                told: Some(now - std::time::Duration::from_mins(10)),
                writes_per_s: Some(90.0),
            }));
        }
        if let Query::DbClusters(_) = query {
            return Some(Answer::DbClusters(vec![DbCluster {
                id: self.cluster.id.clone(),
                arn: self.cluster.arn.clone(),
                status: self.cluster.status.clone(),
                engine: String::new(),
                writer_endpoint: String::new(),
                reader_endpoint: String::new(),
                members: vec![],
                encrypted: true,
                protected: false,
                multi_az: true,
                restorable_from: None,
                restorable_until: None,
            }]));
        }
        let Query::ClusterOf(of) = query else { return None };
        let copy = of.cluster.as_str() == self.copy.id;
        let cluster = if copy { &self.copy } else { &self.cluster };
        Some(Answer::ClusterOf(cluster.clone()))
    }

    /// Carries a change out; whether anything is another afterwards.
    pub(crate) fn apply(&mut self, change: &Change, now: Timestamp) -> Result<bool, String> {
        let told = |events: &mut Vec<DatabaseEvent>, message: &str| {
            events.push(DatabaseEvent { at: now, message: message.into() });
        };
        if let Change::FailOverCluster(fail) = change {
            let target = fail.target.to_string();
            if self.cluster.writer == target {
                return Err(format!("{target} is no reader"));
            }
            if self.gives_up {
                told(&mut self.cluster.events, "Promoting previous primary again: orders-db-1.");
                return Ok(true);
            }
            self.write_at(&target);
            told(&mut self.cluster.events, "Completed failover");
            return Ok(true);
        }
        if let Change::MovePrimary(moved) = change {
            let lost = moved.loss.is_some();
            let global = if lost { &mut self.away } else { &mut self.global };
            if global.primary == moved.to.as_str() {
                return Err("it is the primary".into());
            }
            global.primary = moved.to.to_string();
            for member in &mut global.members {
                member.writer = member.arn == global.primary;
                member.sync = if member.writer { String::new() } else { "connected".into() };
            }
            if lost {
                self.copy.writer = "stock-db-1".into();
                told(&mut global.events, "Write fencing of old primary DB cluster succeeded.");
            }
            return Ok(true);
        }
        if let Change::FailOverInstance(_) = change {
            if self.gives_up {
                told(
                    &mut self.node.events,
                    "Abandoning user requested failover since a failover recently occurred",
                );
                return Ok(true);
            }
            std::mem::swap(&mut self.node.zone, &mut self.node.standby_zone);
            told(&mut self.node.events, "Multi-AZ instance failover started.");
            told(&mut self.node.events, "Multi-AZ instance failover completed.");
            return Ok(true);
        }
        let Change::PromoteReplica(promote) = change else { return Err("not in here".into()) };
        if self.replica.replicates.is_empty() {
            return Err("it is no replica".into());
        }
        self.replica.replicates.clear();
        self.replica.backup_days = promote.backup_days;
        Ok(true)
    }

    fn write_at(&mut self, instance: &str) {
        instance.clone_into(&mut self.cluster.writer);
        for member in &mut self.cluster.members {
            member.writer = member.instance == instance;
        }
    }

    /// Somebody else fails the cluster over to a third one, begins to move the primary, and changes the others.
    pub(crate) fn interfere(&mut self, _: Timestamp) {
        self.write_at("orders-db-3");
        for global in [&mut self.global, &mut self.away] {
            global.moving = "pending".into();
            global.moving_to = HOME.into();
        }
        self.node.zone = "eu-central-1b".into();
        self.replica.status = "modifying".into();
    }
}
