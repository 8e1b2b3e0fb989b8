//! Weights of a name, a health check and zones to read from. Tests change a field and look.

use std::collections::BTreeMap;

use watchdeck_domain::dns::{
    DnsAnswer, DnsChange, Follower, HealthCheck, HealthCheckStanding, WeightedName, WeightedRecord,
};
use watchdeck_domain::zonal::{ZonalShift, ZonalStanding};
use watchdeck_domain::{Answer, AvailabilityZoneId, Query};

use crate::support::traffic::{Traffic, availability_zone};

#[derive(Clone)]
pub(crate) struct Leading {
    pub(crate) records: Vec<WeightedRecord>,
    pub(crate) health: BTreeMap<String, bool>,
    pub(crate) check: HealthCheck,
    pub(crate) followers: Vec<Follower>,
    pub(crate) weights: BTreeMap<AvailabilityZoneId, f64>,
    pub(crate) shift: Option<ZonalShift>,
    pub(crate) by_aws: bool,
}

impl Leading {
    pub(crate) fn new() -> Self {
        let Traffic { records, check, .. } = Traffic::new();
        let follower = Follower {
            name: "api.shop.example.".into(),
            kind: "A".into(),
            follow: vec!["home".into()],
            others: vec!["west".into()],
        };
        Self {
            records,
            health: BTreeMap::new(),
            check,
            followers: vec![follower],
            weights: [1, 2, 3].map(|zone| (availability_zone(zone), 1.0)).into(),
            shift: None,
            by_aws: false,
        }
    }

    /// What is told of them; nothing where another is asked about.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are answered elsewhere")]
    pub(crate) fn answer(&self, query: &Query) -> Option<Answer> {
        Some(match query {
            Query::WeightedRecordsOf(of) => Answer::WeightedRecordsOf(WeightedName {
                zone: of.zone.clone(),
                name: of.name.absolute().parse().unwrap(),
                kind: of.kind.clone(),
                records: self.records.clone(),
                health: self.health.clone(),
            }),
            Query::DnsAnswerOf(_) => Answer::DnsAnswerOf(DnsAnswer {
                code: "NOERROR".into(),
                data: vec!["home.example".into()],
            }),
            Query::DnsChangeOf(of) => {
                Answer::DnsChangeOf(Some(DnsChange { id: of.change.clone(), synced: true }))
            }
            Query::HealthCheckOf(_) => Answer::HealthCheckOf(HealthCheckStanding {
                healthy: self.check.is_healthy(),
                check: self.check.clone(),
            }),
            Query::FollowersOf(_) => Answer::FollowersOf(self.followers.clone()),
            Query::ZonalStandingOf(of) => Answer::ZonalStandingOf(ZonalStanding {
                arn: of.resource.clone(),
                name: "shop-web".into(),
                weights: self.weights.clone(),
                shift: self.shift.clone(),
                by_aws: self.by_aws,
            }),
            _ => return None,
        })
    }
}
