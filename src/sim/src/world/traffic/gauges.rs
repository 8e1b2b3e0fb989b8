//! What databases, caches, queues and the edge report of themselves each minute.

use crate::world::ids::{mix, unit};
use crate::world::metrics::{Meter, Metrics, Summary};
use crate::world::names::{
    BALANCER, BALANCER_ID, DEAD_LETTERS, DISTRIBUTION, QUEUE, TARGET_GROUP_ID,
};

/// A gauge: its series, its usual value at full traffic, how much of it follows the traffic, and its noise.
#[derive(Debug)]
struct Gauge {
    meter: Meter,
    usual: f64,
    follows: f64,
    noise: f64,
}

/// Every gauge.
#[derive(Debug)]
pub(crate) struct Gauges {
    all: Vec<Gauge>,
    waiting: Meter,
    age: Meter,
    dead: Meter,
}

type Row = (&'static str, &'static str, &'static str, f64, f64, f64);

const WRITER: &[Row] = &[
    ("AWS/RDS", "CPUUtilization", "Percent", 34.0, 0.7, 0.15),
    ("AWS/RDS", "DatabaseConnections", "Count", 46.0, 0.5, 0.1),
    ("AWS/RDS", "FreeableMemory", "Bytes", 9.4e9, 0.0, 0.02),
    ("AWS/RDS", "ReadLatency", "Seconds", 0.0011, 0.3, 0.3),
    ("AWS/RDS", "WriteLatency", "Seconds", 0.0024, 0.3, 0.3),
    ("AWS/RDS", "FreeStorageSpace", "Bytes", 3.1e11, 0.0, 0.001),
];
const REPLICA: &[Row] = &[
    ("AWS/RDS", "CPUUtilization", "Percent", 21.0, 0.7, 0.2),
    ("AWS/RDS", "DatabaseConnections", "Count", 30.0, 0.5, 0.1),
    ("AWS/RDS", "FreeableMemory", "Bytes", 9.8e9, 0.0, 0.02),
    ("AWS/RDS", "ReadLatency", "Seconds", 0.0012, 0.3, 0.3),
    ("AWS/RDS", "AuroraReplicaLag", "Milliseconds", 18.0, 0.2, 0.4),
];
const CACHE: &[Row] = &[
    ("AWS/ElastiCache", "EngineCPUUtilization", "Percent", 11.0, 0.8, 0.2),
    ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Percent", 54.0, 0.05, 0.02),
    ("AWS/ElastiCache", "CurrConnections", "Count", 62.0, 0.4, 0.1),
    ("AWS/ElastiCache", "Evictions", "Count", 0.0, 0.0, 0.0),
    ("AWS/ElastiCache", "ReplicationLag", "Seconds", 0.2, 0.1, 0.5),
];
const TABLE: &[Row] = &[
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits", "Count", 310.0, 0.9, 0.1),
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Count", 120.0, 0.9, 0.1),
    ("AWS/DynamoDB", "ReadThrottleEvents", "Count", 0.0, 0.0, 0.0),
    ("AWS/DynamoDB", "WriteThrottleEvents", "Count", 0.0, 0.0, 0.0),
];
const EDGE: &[Row] = &[
    ("AWS/CloudFront", "Requests", "None", 900.0, 1.0, 0.1),
    ("AWS/CloudFront", "4xxErrorRate", "Percent", 1.9, 0.0, 0.3),
    ("AWS/CloudFront", "5xxErrorRate", "Percent", 0.1, 0.0, 0.5),
    ("AWS/CloudFront", "CacheHitRate", "Percent", 91.0, 0.0, 0.02),
    ("AWS/CloudFront", "OriginLatency", "Milliseconds", 64.0, 0.2, 0.2),
];
const TARGETS: &[Row] = &[
    ("AWS/ApplicationELB", "HealthyHostCount", "Count", 3.0, 0.0, 0.0),
    ("AWS/ApplicationELB", "UnHealthyHostCount", "Count", 0.0, 0.0, 0.0),
];

impl Gauges {
    pub(crate) fn new(metrics: &mut Metrics) -> Self {
        let load_balancer = format!("app/{BALANCER}/{BALANCER_ID}");
        let group = format!("targetgroup/{BALANCER}/{TARGET_GROUP_ID}");
        let targets = [("LoadBalancer", load_balancer.as_str()), ("TargetGroup", group.as_str())];
        let mut all = Vec::new();
        let mut add = |rows: &[Row], dimensions: &[(&str, &str)]| {
            for &(namespace, name, unit, usual, follows, noise) in rows {
                let meter = metrics.meter(namespace, name, unit, dimensions);
                all.push(Gauge { meter, usual, follows, noise });
            }
        };
        add(WRITER, &[("DBInstanceIdentifier", "orders-db-1")]);
        add(REPLICA, &[("DBInstanceIdentifier", "orders-db-2")]);
        add(CACHE, &[("CacheClusterId", "orders-cache-001")]);
        add(CACHE, &[("CacheClusterId", "orders-cache-002")]);
        add(TABLE, &[("TableName", "sessions")]);
        add(EDGE, &[("DistributionId", DISTRIBUTION), ("Region", "Global")]);
        add(TARGETS, &targets);
        let mut sqs =
            |name, queue, unit| metrics.meter("AWS/SQS", name, unit, &[("QueueName", queue)]);
        let waiting = sqs("ApproximateNumberOfMessagesVisible", QUEUE, "Count");
        let age = sqs("ApproximateAgeOfOldestMessage", QUEUE, "Seconds");
        let dead = sqs("ApproximateNumberOfMessagesVisible", DEAD_LETTERS, "Count");
        Self { all, waiting, age, dead }
    }

    /// Records a minute at a level of traffic, and the queue as it stands: waiting, age, dead.
    pub(crate) fn record(
        &self,
        metrics: &mut Metrics,
        seed: u64,
        at: i64,
        level: f64,
        (waiting, age, dead): (f64, f64, f64),
    ) {
        let minute = mix(seed, u64::try_from(at / 60_000).unwrap_or(0));
        for (index, gauge) in (0u64..).zip(&self.all) {
            let noise = 1.0 + gauge.noise * (2.0 * unit(mix(minute, 300 + index)) - 1.0);
            let follows = 1.0 - gauge.follows + gauge.follows * level;
            let value = gauge.usual * follows * noise;
            let (min, max) = (value * (1.0 - gauge.noise / 4.0), value * (1.0 + gauge.noise / 4.0));
            metrics.record_all(gauge.meter, at, Summary { count: 1.0, sum: value, min, max });
        }
        metrics.record(self.waiting, at, waiting);
        metrics.record(self.age, at, age);
        metrics.record(self.dead, at, dead);
    }
}
