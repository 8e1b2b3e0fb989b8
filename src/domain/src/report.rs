//! Reporting copies of databases: what a copy must be told, by which tags it is known, and what it may cost.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{RunId, Timestamp};

mod price;

pub use price::{Cost, PRICED};

/// The tags that tell a reporting copy from a database that people depend on.
pub mod tag {
    /// What it is for: [`REPORTING`].
    pub const PURPOSE: &str = "ops:purpose";
    /// What the purpose of a copy is.
    pub const REPORTING: &str = "reporting";
    /// The run that made it.
    pub const RUN: &str = "ops:run";
    /// Who asked for it.
    pub const OWNER: &str = "ops:owner";
    /// Until when it is wanted, in UTC.
    pub const EXPIRES: &str = "ops:expires-at";
    /// What it is a copy of.
    pub const SOURCE: &str = "ops:source";
    /// The instant that it shows; `latest` where none was named.
    pub const AS_OF: &str = "ops:as-of";
}

/// One DB instance with all that a copy of it must be told. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as many as RDS has switches")]
pub struct InstanceStanding {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The cluster it belongs to; empty for one that stands alone.
    pub cluster: String,
    /// The status.
    pub status: String,
    /// The engine: `postgres`.
    pub engine: String,
    /// Its version.
    pub version: String,
    /// The class.
    pub class: String,
    /// The size of its storage.
    pub storage_gb: u32,
    /// The kind of its storage.
    pub storage: String,
    /// Whether it has a standby in another zone.
    pub multi_az: bool,
    /// Whether it can be reached from the internet.
    pub public: bool,
    /// Whether its storage is encrypted.
    pub encrypted: bool,
    /// The key that encrypts it.
    pub key: String,
    /// Whether it refuses to be deleted.
    pub protected: bool,
    /// Whether IAM may let people in.
    pub by_iam: bool,
    /// Whether snapshots get its tags.
    pub copies_tags: bool,
    /// For how many days its backups are kept; 0 where there are none.
    pub backup_days: u32,
    /// Its subnet group.
    pub subnets: String,
    /// Its network.
    pub vpc: String,
    /// Its security groups, in order.
    pub security_groups: Vec<String>,
    /// Its parameter group.
    pub parameters: String,
    /// How far that is applied: `in-sync`, `pending-reboot`.
    pub parameters_state: String,
    /// The logs that it sends to CloudWatch.
    pub logs: Vec<String>,
    /// Whether its engine is enrolled in paid support once its version is too old.
    pub support: String,
    /// The secret that holds its master password; empty where Secrets Manager keeps none.
    pub secret: String,
    /// How that stands: `creating`, `active`, `rotating`, `impaired`.
    pub secret_state: String,
    /// Who signs in as its master.
    pub user: String,
    /// The database in it.
    pub database: String,
    /// Host and port; empty while it has none.
    pub endpoint: String,
    /// The instances that replicate it.
    pub replicas: Vec<String>,
    /// What it replicates; empty for one that replicates nothing.
    pub replicates: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Until when it is wanted, as its tag tells; nothing where that tells no instant.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// How far a point-in-time restore of it reaches.
    pub restorable_until: Option<Timestamp>,
}

/// The statuses of a database that will never be up.
const FAILED: [&str; 9] = [
    "failed",
    "incompatible-restore",
    "restore-error",
    "incompatible-network",
    "incompatible-parameters",
    "incompatible-option-group",
    "insufficient-capacity",
    "inaccessible-encryption-credentials",
    "storage-full",
];

/// How long a copy of such a size takes, of old: the shortest and the longest that people are used to.
pub const TYPICAL: (Duration, Duration) = (Duration::from_mins(20), Duration::from_mins(90));

/// No copy takes longer, as far as anybody waits for it.
pub const PATIENCE: Duration = Duration::from_hours(3);

impl InstanceStanding {
    /// Whether it can be used.
    pub fn is_up(&self) -> bool {
        matches!(self.status.as_str(), "available" | "storage-optimization")
    }

    /// Whether it will never be up. A status that nobody knows is none of these: AWS adds some.
    pub fn has_failed(&self) -> bool {
        FAILED.contains(&self.status.as_str())
    }

    fn tag(&self, name: &str) -> Option<&str> {
        self.tags.get(name).map(String::as_str)
    }

    /// Whether its tags say that it is a copy for reports, and which run made it. Nothing else is one, whatever its name is.
    pub fn is_report(&self) -> bool {
        self.tag(tag::PURPOSE) == Some(tag::REPORTING) && self.run().is_some()
    }

    /// The run that made it.
    pub fn run(&self) -> Option<RunId> {
        RunId::parse(self.tag(tag::RUN)?).ok()
    }

    /// Who asked for it; empty where its tags do not tell.
    pub fn owner(&self) -> &str {
        self.tag(tag::OWNER).unwrap_or_default()
    }

    /// What it is a copy of; empty where its tags do not tell.
    pub fn source(&self) -> &str {
        self.tag(tag::SOURCE).unwrap_or_default()
    }

    /// The instant that it shows, as its tags tell it.
    pub fn as_of(&self) -> &str {
        self.tag(tag::AS_OF).unwrap_or_default()
    }

    /// Whether it is wanted no longer.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// What it costs, as far as that is known.
    pub fn cost(&self) -> Cost {
        Cost::of(&self.class, &self.engine, self.storage_gb, !self.secret.is_empty())
    }

    /// A command that signs in to it; nothing while it has no endpoint, or for an engine that nobody here knows.
    pub fn connect(&self) -> Option<String> {
        let (host, port) = self.endpoint.rsplit_once(':')?;
        let plain = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if ![host, port, self.user.as_str()].into_iter().all(plain) {
            return None;
        }
        let database = if plain(&self.database) { self.database.as_str() } else { "postgres" };
        let user = &self.user;
        match self.engine.as_str() {
            "postgres" | "aurora-postgresql" => Some(format!(
                "psql \"host={host} port={port} dbname={database} user={user} sslmode=verify-full sslrootcert=global-bundle.pem\""
            )),
            "mysql" | "mariadb" | "aurora-mysql" => Some(format!(
                "mysql -h {host} -P {port} -u {user} -p --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem"
            )),
            _ => None,
        }
    }
}

/// What there is to restore from, and to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreGround {
    /// The source.
    pub source: InstanceStanding,
    /// The instant that was asked about.
    pub at: Option<Timestamp>,
    /// The earliest instant that its backups hold; nothing where that is not told.
    pub earliest: Option<Timestamp>,
    /// The latest; nothing where it keeps none.
    pub latest: Option<Timestamp>,
    /// How many instances there are.
    pub instances: u32,
    /// How many there may be; nothing where the server does not tell.
    pub most: Option<u32>,
    /// The network of the subnet group; empty where there is no such group.
    pub vpc: String,
    /// In how many zones that has subnets.
    pub zones: u32,
    /// The family of the parameter group; empty where there is no such group.
    pub family: String,
    /// The family of the source's own.
    pub source_family: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy() -> InstanceStanding {
        let run = format!("r-{:032x}", 7);
        let tags = [
            (tag::PURPOSE, tag::REPORTING),
            (tag::RUN, run.as_str()),
            (tag::EXPIRES, "2026-11-23T06:00:00Z"),
        ];
        InstanceStanding {
            id: "rpt-ledger".into(),
            engine: "postgres".into(),
            user: "ledger".into(),
            database: "ledger".into(),
            endpoint: "rpt-ledger.x.eu-central-1.rds.amazonaws.com:5432".into(),
            tags: tags.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            expires: Timestamp::parse("2026-11-23T06:00:00Z"),
            ..InstanceStanding::default()
        }
    }

    #[test]
    fn pw28_only_its_tags_make_a_copy_one() {
        assert!(copy().is_report());
        for lacking in [tag::PURPOSE, tag::RUN] {
            let mut other = copy();
            other.tags.remove(lacking);
            assert!(!other.is_report(), "{lacking}");
        }
        let mut other = copy();
        other.tags.insert(tag::RUN.into(), "somebody".into());
        assert!(!other.is_report(), "a run is one of ours");
    }

    #[test]
    fn pw31_a_copy_is_overdue_from_the_instant_of_its_expiry_on() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert!(!copy().is_overdue(at("2026-11-23T05:59:59Z")));
        assert!(copy().is_overdue(at("2026-11-23T06:00:00Z")));
    }

    #[test]
    fn a_command_signs_in_by_tls_and_is_made_of_plain_words_only() {
        let command = copy().connect().unwrap();
        assert!(command.contains("port=5432 dbname=ledger user=ledger sslmode=verify-full"));
        let odd = InstanceStanding { user: "a; rm".into(), ..copy() };
        assert_eq!(odd.connect(), None);
        assert_eq!(InstanceStanding { endpoint: String::new(), ..copy() }.connect(), None);
    }
}
