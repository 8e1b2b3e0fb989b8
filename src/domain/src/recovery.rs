//! What decides a failover: who writes, who could, how far copies are behind, and what RDS has told of it lately.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A cluster as a failover sees it. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterStanding {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The status, such as `available`, `failing-over`.
    pub status: String,
    /// The engine: `aurora-postgresql`.
    pub engine: String,
    /// Its version.
    pub version: String,
    /// The endpoint that writes.
    pub endpoint: String,
    /// Its parameter group.
    pub parameters: String,
    /// The global database that it is part of; empty for none.
    pub global: String,
    /// The instance that writes; empty where none does, as in a secondary of a global database.
    pub writer: String,
    /// Its instances, the writer first, then in the order in which they take over.
    pub members: Vec<ClusterMember>,
    /// What RDS has told of it in the last hour, the newest last.
    pub events: Vec<DatabaseEvent>,
}

/// An instance of a cluster as a failover sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterMember {
    /// The instance.
    pub instance: String,
    /// Whether it writes.
    pub writer: bool,
    /// The order in which readers take over, the lowest first; nothing where none is told.
    pub tier: Option<i32>,
    /// The status; empty where the instance is not told.
    pub status: String,
    /// The class.
    pub class: String,
    /// The memory of its class in gibibytes, where it is known: what classes are compared by.
    pub memory_gb: Option<u32>,
    /// The availability zone.
    pub zone: String,
    /// Its version.
    pub version: String,
}

impl ClusterStanding {
    /// The instance of this name.
    pub fn member(&self, instance: &str) -> Option<&ClusterMember> {
        self.members.iter().find(|member| member.instance.eq_ignore_ascii_case(instance))
    }
}

/// A global database as a failover sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalStanding {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The status, such as `available`, `failing-over`, `switching-over`.
    pub status: String,
    /// The engine.
    pub engine: String,
    /// Its version.
    pub version: String,
    /// The endpoint that follows the writer; empty where there is none.
    pub endpoint: String,
    /// The cluster that writes, by its ARN; empty where none does.
    pub primary: String,
    /// Its clusters, the one that writes first.
    pub members: Vec<GlobalCopy>,
    /// How far a move of the primary is: `pending`, `failing-over`, `cancelling`; empty while none is under way.
    pub moving: String,
    /// The cluster that it leads to, by its ARN; else empty.
    pub moving_to: String,
    /// Whether it may lose data.
    pub loses_data: bool,
    /// What RDS has told of its cluster of this region in the last hour, the newest last.
    pub events: Vec<DatabaseEvent>,
}

/// A cluster of a global database as a failover sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalCopy {
    /// Its ARN.
    pub arn: String,
    /// Its identifier.
    pub cluster: String,
    /// Its region.
    pub region: String,
    /// Whether it writes.
    pub writer: bool,
    /// How its copy stands: `connected`, `pending-resync`; empty for the one that writes.
    pub sync: String,
}

impl GlobalStanding {
    /// The cluster of this identifier. Nothing where there are two, in two regions.
    pub fn member(&self, cluster: &str) -> Option<&GlobalCopy> {
        let mut named = self.members.iter().filter(|it| it.cluster.eq_ignore_ascii_case(cluster));
        named.next().filter(|_| named.next().is_none())
    }

    /// The cluster that writes.
    pub fn writer(&self) -> Option<&GlobalCopy> {
        self.members.iter().find(|member| member.writer)
    }
}

/// An instance that stands alone as a failover sees it: its standby, and what it replicates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStanding {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The cluster that it belongs to; empty for one that stands alone.
    pub cluster: String,
    /// The status.
    pub status: String,
    /// The engine.
    pub engine: String,
    /// Its version.
    pub version: String,
    /// The class.
    pub class: String,
    /// The availability zone.
    pub zone: String,
    /// The zone of its standby; empty without one.
    pub standby_zone: String,
    /// Whether it has a standby in another zone.
    pub multi_az: bool,
    /// What it replicates; empty for one that replicates nothing.
    pub replicates: String,
    /// How that goes: `replicating`, `error`; empty where it is not told.
    pub replication: String,
    /// For how many days its backups are kept; 0 where there are none.
    pub backup_days: u32,
    /// What RDS has told of it in the last hour, the newest last.
    pub events: Vec<DatabaseEvent>,
}

/// Something that RDS tells of an instance or a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub message: String,
}

/// When the newest of some events was; nothing without any.
pub fn newest(events: &[DatabaseEvent]) -> Option<Timestamp> {
    events.iter().map(|event| event.at).max()
}

/// How far a cluster is behind the primary of its global database, as its own region tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CopyLag {
    /// The metric that told it; empty where none did.
    pub metric: String,
    /// The newest that is told, in milliseconds; nothing where nothing is.
    pub last_ms: Option<f64>,
    /// The worst of the time that was asked about.
    pub worst_ms: Option<f64>,
    /// When the newest was told. A copy whose primary is lost tells none any more.
    pub told: Option<Timestamp>,
    /// Writes that arrived a second, on average.
    pub writes_per_s: Option<f64>,
}

impl CopyLag {
    /// About how many writes are lost with so much lag; nothing where it is not told.
    pub fn lost_writes(&self) -> Option<f64> {
        Some((self.worst_ms? / 1000.0 * self.writes_per_s?).ceil())
    }
}
