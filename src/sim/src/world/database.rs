//! What comes upon databases: regions that are lost, replication that stalls, writers that sicken, and roles on the move.
//!
//! INVARIANT: at every instant one cluster of a global database takes writes at the most, and one instance of a cluster, but
//! where a story says that the old primary could not be fenced. [`World::writers`] tells them, and tests ask it each second.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::World;
use super::fixture::REGIONS;
use super::fixture::record::{at, text_at};
use super::ids::{mix, mix_text, unit};
use super::measure::float;
use super::metrics::MINUTE;
use super::names::HOME_REGION;
use super::story::Character;
use crate::wire::value::Value;

/// Lag that is no lag, in milliseconds: what a switchover does not wait for.
pub(crate) const CAUGHT_UP_MS: f64 = 5_000.0;

/// What comes upon the databases of the account.
#[derive(Debug, Default)]
pub(crate) struct Databases {
    /// The regions that are lost, and until when.
    lost: BTreeMap<String, i64>,
    /// Those that a fault has taken.
    taken: Vec<String>,
    /// When replication between regions stalls, each span half-open.
    stalls: Vec<(i64, i64)>,
    /// Whether the old primary of a failover goes on taking writes.
    pub(crate) unfenced: bool,
    /// The instance that is sick, and how what writes to it behaves.
    sick: Option<(String, Arc<Character>)>,
    /// Roles on the move.
    pub(crate) moves: Vec<crate::services::Move>,
}

impl Databases {
    /// A region is lost until a moment.
    pub(super) fn lose(&mut self, region: &str, until_ms: i64) {
        self.lost.insert(region.to_owned(), until_ms);
    }

    /// The regions that faults take, from now on.
    pub(crate) fn take(&mut self, regions: Vec<String>) {
        self.taken = regions;
    }

    /// Replication between regions stands still for a while.
    pub(super) fn stall(&mut self, from_ms: i64, until_ms: i64) {
        self.stalls.push((from_ms, until_ms));
    }

    /// An instance sickens. It is well again once another one writes.
    pub(super) fn sicken(&mut self, instance: &str, code: &Character) {
        self.sick = Some((instance.to_owned(), Arc::new(code.clone())));
    }

    fn is_lost(&self, region: &str, now: i64) -> bool {
        self.lost.get(region).is_some_and(|until| now < *until)
            || self.taken.iter().any(|taken| taken == region)
    }
}

impl World {
    /// Whether nothing in a region answers.
    pub(crate) fn lost(&self, region: &str) -> bool {
        self.databases.is_lost(region, self.now_ms)
    }

    /// How far a copy of another region is behind its source, in milliseconds; nothing while nobody tells, as the source's
    /// region is lost.
    pub(crate) fn lag_ms(&self, from: &str, to: &str, now: i64) -> Option<f64> {
        let lost = |region| self.databases.is_lost(region, now);
        if lost(from) || lost(to) {
            return None;
        }
        let minute = mix(mix_text(self.seed, to), u64::try_from(now / MINUTE).unwrap_or(0));
        let usual = 320.0 + 560.0 * unit(mix(minute, 0x1A6));
        let stalled = self.databases.stalls.iter().find(|(at, until)| (*at..*until).contains(&now));
        Some(usual + stalled.map_or(0.0, |(at, _)| float(now - at)))
    }

    /// The clusters of a global database that take writes just now, by their ARNs.
    pub fn writers(&self, global: &str) -> Vec<String> {
        let mut found = Vec::new();
        for region in REGIONS {
            for cluster in self.fixture.shelf(region, "rds", "clusters") {
                let of_it = cluster.text("GlobalClusterIdentifier") == Some(global);
                if of_it && cluster.bool("_fenced") != Some(true) && writer_of(cluster).is_some() {
                    found.extend(cluster.text("DBClusterArn").map(str::to_owned));
                }
            }
        }
        found
    }

    /// How what writes to the orders behaves, where that is not as its code does.
    pub(super) fn writing(&self) -> Option<Arc<Character>> {
        let of_orders = |cluster: &&Value| cluster.text("DBClusterIdentifier") == Some("orders-db");
        let cluster = self.fixture.shelf(HOME_REGION, "rds", "clusters").iter().find(of_orders)?;
        if cluster.text("Status") == Some("failing-over") {
            return Some(Arc::new(Character {
                error_rate: 0.9,
                error_type: "ReadOnlySqlTransaction".to_owned(),
                error_message: "cannot execute INSERT in a read-only transaction".to_owned(),
                duration_ms: 210.0,
            }));
        }
        let (instance, code) = self.databases.sick.as_ref()?;
        (writer_of(cluster) == Some(instance)).then(|| Arc::clone(code))
    }

    /// Lets roles move on, and once a minute tells how far copies are behind.
    pub(super) fn tend_databases(&mut self) {
        crate::services::move_on(self);
        if self.now_ms.rem_euclid(MINUTE) == 0 {
            self.tell_lags(self.now_ms);
        }
    }

    /// The lag of each copy, in the region that the copy is in, as RDS publishes it there.
    pub(super) fn tell_lags(&mut self, now: i64) {
        let mut told: Vec<(String, &str, &str, &str, String, f64)> = Vec::new();
        for region in REGIONS {
            if self.lost(region) {
                continue;
            }
            for cluster in self.fixture.shelf(region, "rds", "clusters") {
                let name = || cluster.text("DBClusterIdentifier").unwrap_or_default().to_owned();
                if let Some(source) = self.source_of(cluster)
                    && source != region
                    && let Some(lag) = self.lag_ms(&source, region, now)
                {
                    for metric in ["AuroraGlobalDBRPOLag", "AuroraGlobalDBReplicationLag"] {
                        let unit = "Milliseconds";
                        told.push((
                            region.into(),
                            metric,
                            unit,
                            "DBClusterIdentifier",
                            name(),
                            lag,
                        ));
                    }
                    let metric = "AuroraGlobalDBReplicatedWriteIO";
                    let written = self.drawn_near(&name(), 5_400.0, now);
                    told.push((
                        region.into(),
                        metric,
                        "Count",
                        "DBClusterIdentifier",
                        name(),
                        written,
                    ));
                }
                let writer = writer_of(cluster);
                let at_rest = cluster.bool("_fenced") != Some(true)
                    && cluster.text("Status") == Some("available");
                if let Some(writer) = writer.filter(|_| at_rest) {
                    let metric = ("CommitThroughput", "Count/Second", "DBInstanceIdentifier");
                    let commits = self.drawn_near(writer, 27.0, now);
                    told.push((
                        region.into(),
                        metric.0,
                        metric.1,
                        metric.2,
                        writer.into(),
                        commits,
                    ));
                }
                let readers = cluster.items("DBClusterMembers").iter();
                for reader in readers.filter_map(|it| it.text("DBInstanceIdentifier")) {
                    // What the gauges of home tell already.
                    if Some(reader) != writer && reader != "orders-db-2" {
                        let lag = self.drawn_near(reader, 19.0, now);
                        let metric = ("AuroraReplicaLag", "Milliseconds", "DBInstanceIdentifier");
                        let (metric, unit, of) = metric;
                        told.push((region.into(), metric, unit, of, reader.to_owned(), lag));
                    }
                }
            }
            for instance in self.fixture.shelf(region, "rds", "instances") {
                let source = instance.text("ReadReplicaSourceDBInstanceIdentifier");
                let Some(from) = source.and_then(|arn| arn.split(':').nth(3)) else { continue };
                let id = instance.text("DBInstanceIdentifier").unwrap_or_default().to_owned();
                // Replication that is not active says so by a lag of -1.
                let lag = self.lag_ms(from, region, now).map_or(-1.0, |lag| lag / 1000.0);
                let metric = ("ReplicaLag", "Seconds", "DBInstanceIdentifier");
                told.push((region.into(), metric.0, metric.1, metric.2, id, lag));
            }
        }
        let at = now - 1;
        for (region, metric, unit, of, name, value) in told {
            let metrics = &mut self.region(&region).metrics;
            let meter = metrics.meter("AWS/RDS", metric, unit, &[(of, &name)]);
            metrics.record(meter, at, value);
        }
    }

    /// The region of the cluster that a cluster of a global database copies.
    fn source_of(&self, cluster: &Value) -> Option<String> {
        let id = cluster.text("GlobalClusterIdentifier")?;
        let mut globals = self.fixture.shelf(HOME_REGION, "rds", "globals").iter();
        let global = globals.find(|it| it.text("GlobalClusterIdentifier") == Some(id))?;
        let mut members = global.items("GlobalClusterMembers").iter();
        let primary = members.find(|it| it.bool("IsWriter") == Some(true))?;
        let arn = text_at(primary, "DBClusterArn")?;
        arn.split(':').nth(3).map(str::to_owned)
    }

    /// A number around the usual one, another one each minute.
    fn drawn_near(&self, name: &str, usual: f64, now: i64) -> f64 {
        let minute = u64::try_from(now / MINUTE).unwrap_or(0);
        usual * (0.7 + 0.6 * unit(mix(mix_text(self.seed, name), minute)))
    }
}

/// The instance of a cluster that writes.
pub(crate) fn writer_of(cluster: &Value) -> Option<&str> {
    at(cluster, "DBClusterMembers")
        .into_iter()
        .find(|member| member.bool("IsClusterWriter") == Some(true))
        .and_then(|member| member.text("DBInstanceIdentifier"))
}
