//! Databases: RDS instances, Aurora clusters, and the global databases that span regions.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One DB instance, as DescribeDBInstances answers it. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbInstance {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The cluster it belongs to; empty for one that stands alone.
    pub cluster: String,
    /// The status, such as `available`, `backing-up`, `failing-over`.
    pub status: String,
    /// The engine and its version: `aurora-postgresql 16.4`.
    pub engine: String,
    /// The class, such as `db.r6g.large`.
    pub class: String,
    /// The availability zone; empty while it has none.
    pub zone: String,
    /// The zone of its standby; empty without one.
    pub standby_zone: String,
    /// The instance it replicates; empty for one that replicates none.
    pub replicates: String,
    /// Host and port of its endpoint; empty while it has none.
    pub endpoint: String,
    /// Whether it can be reached from the internet.
    pub public: bool,
    /// Whether its storage is encrypted.
    pub encrypted: bool,
    /// Whether it refuses to be deleted.
    pub protected: bool,
    /// How far a point-in-time restore reaches, where it is told.
    pub restorable_until: Option<Timestamp>,
}

/// One Aurora (or Multi-AZ) cluster, as DescribeDBClusters answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbCluster {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The status.
    pub status: String,
    /// The engine and its version.
    pub engine: String,
    /// The endpoint that writes.
    pub writer_endpoint: String,
    /// The endpoint that reads; empty without one.
    pub reader_endpoint: String,
    /// Its instances, the writer first, then in the order in which they take over.
    pub members: Vec<DbMember>,
    /// Whether its storage is encrypted.
    pub encrypted: bool,
    /// Whether it refuses to be deleted.
    pub protected: bool,
    /// Whether it spans availability zones.
    pub multi_az: bool,
    /// From when on a point-in-time restore reaches, where it is told.
    pub restorable_from: Option<Timestamp>,
    /// How far a point-in-time restore reaches, where it is told.
    pub restorable_until: Option<Timestamp>,
}

/// An instance as a member of its cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbMember {
    /// The instance.
    pub instance: String,
    /// Whether it writes.
    pub writer: bool,
    /// The order in which readers take over, the lowest first; nothing where none is told.
    pub tier: Option<i32>,
}

/// One global database, as DescribeGlobalClusters answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalDatabase {
    /// Its identifier.
    pub id: String,
    /// The status.
    pub status: String,
    /// The engine and its version.
    pub engine: String,
    /// Its clusters, the one that writes first.
    pub members: Vec<GlobalMember>,
    /// The ARN of the cluster a switchover or failover leads to, while one is under way; else empty.
    pub moving_to: String,
}

/// A cluster as a member of a global database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalMember {
    /// The cluster's ARN; it names the region.
    pub cluster_arn: String,
    /// Whether it writes.
    pub writer: bool,
    /// How its copy stands: `connected`, `pending-resync`; empty for the one that writes.
    pub sync: String,
}

impl GlobalMember {
    /// The region that the cluster is in; empty where the ARN names none.
    pub fn region(&self) -> &str {
        self.cluster_arn.split(':').nth(3).unwrap_or_default()
    }
}
