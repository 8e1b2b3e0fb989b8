//! What a failover moves: names, health checks, zones, clusters and their copies.

/// Hands these questions on, behind those that were told before.
macro_rules! recovering {
    ({ $($told:tt)* } $next:ident $($rest:ident)*) => {
        $next! { { $($told)*
        /// Which hosted zones are there?
        HostedZones {} -> Vec<HostedZone>, "route53:ListHostedZones";
        /// Which names of a zone have weighted records? Without the health of what they follow.
        WeightedNames {
            /// The zone.
            zone: HostedZoneId
        } -> Vec<WeightedName>, "route53:ListResourceRecordSets";
        /// Which weighted records has a name, with their shares, what they answer and how healthy it is?
        WeightedRecordsOf {
            /// The zone.
            zone: HostedZoneId,
            /// The name.
            name: DnsName,
            /// The type, such as `A`.
            kind: String
        } -> WeightedName, "route53:ListResourceRecordSets";
        /// What do the name servers of a zone answer, once?
        DnsAnswerOf {
            /// The zone.
            zone: HostedZoneId,
            /// The name.
            name: DnsName,
            /// The type.
            kind: String
        } -> DnsAnswer, "route53:TestDNSAnswer";
        /// How far is a change of records? Nothing where there is none of that id.
        DnsChangeOf {
            /// The change, as it was answered when it was made.
            change: String
        } -> Option<DnsChange>, "route53:GetChange";
        /// Which health checks are there? Without what their checkers say.
        HealthChecks {} -> Vec<HealthCheck>, "route53:ListHealthChecks";
        /// How does a health check stand?
        HealthCheckOf {
            /// The check.
            check: HealthCheckId
        } -> HealthCheckStanding, "route53:GetHealthCheck";
        /// Which names of a zone have a record that follows a health check?
        FollowersOf {
            /// The zone.
            zone: HostedZoneId,
            /// The check.
            check: HealthCheckId
        } -> Vec<Follower>, "route53:ListResourceRecordSets";
        /// In which resources of the region can traffic be led away from a zone?
        ShiftableResources {} -> Vec<ShiftableResource>, "arc-zonal-shift:ListManagedResources";
        /// How is traffic shared among the zones of a resource, and which shift goes on?
        ZonalStandingOf {
            /// The resource.
            resource: Arn
        } -> ZonalStanding, "arc-zonal-shift:GetManagedResource";
        /// Who writes in a cluster, who could, and what has RDS told of it in the last hour?
        ClusterOf {
            /// The cluster.
            cluster: DatabaseName
        } -> ClusterStanding, "rds:DescribeDBClusters";
        /// Which region writes in a global database, which could, and is one on its way?
        GlobalOf {
            /// The global database.
            global: DatabaseName
        } -> GlobalStanding, "rds:DescribeGlobalClusters";
        /// Where is an instance and its standby, and what does it replicate?
        NodeOf {
            /// The instance.
            instance: DatabaseName
        } -> NodeStanding, "rds:DescribeDBInstances";
        /// How far is a cluster behind the primary of its global database?
        LagOf {
            /// The cluster.
            cluster: DatabaseName,
            /// From, included.
            start: Timestamp,
            /// To, excluded.
            end: Timestamp
        } -> CopyLag, "cloudwatch:GetMetricData";
        /// Which snapshots of instances were taken by hand?
        Snapshots {} -> Vec<DatabaseName>, "rds:DescribeDBSnapshots";
        /// How does a snapshot stand, if it is there, and whom is it shared with?
        SnapshotOf {
            /// The snapshot.
            snapshot: DatabaseName
        } -> Option<SnapshotStanding>, "rds:DescribeDBSnapshots";
        /// How many snapshots were taken by hand, and how many may be?
        SnapshotRoomOf {} -> SnapshotRoom, "rds:DescribeAccountAttributes";
        /// Which secret holds the master password of an instance, and at which version is it?
        MasterSecretOf {
            /// The instance.
            instance: DatabaseName
        } -> MasterSecret, "rds:DescribeDBInstances";
        } $($rest)* }
    };
}
