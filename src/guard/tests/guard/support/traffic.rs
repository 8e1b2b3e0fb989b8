//! What leads traffic in the account of these tests: the weights of a name, a health check, the zones of a load balancer.

use std::collections::BTreeMap;

use watchdeck_domain::change::{InvertCheck, Shift, ShiftWeights, ShiftZone};
use watchdeck_domain::dns::{
    Checkers, DnsAnswer, DnsChange, Follower, HealthCheck, HealthCheckStanding, WeightedName,
    WeightedRecord,
};
use watchdeck_domain::zonal::{ZonalShift, ZonalStanding};
use watchdeck_domain::{
    Answer, Arn, AvailabilityZoneId, Change, DnsName, HealthCheckId, HostedZoneId, Query,
    RevisionId,
};

pub(crate) const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456784021:loadbalancer/app/shop-web/50dc6c49";

pub(crate) const CHECK: &str = "4e6a8c0d-2f1b-4d35-8799-a1b3c5d7e9f0";

/// They, as they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traffic {
    pub(crate) records: Vec<WeightedRecord>,
    pub(crate) check: HealthCheck,
    pub(crate) shift: Option<ZonalShift>,
    changes: u32,
}

fn zone() -> HostedZoneId {
    HostedZoneId::parse("Z04SHOPEXAMPLE1").unwrap()
}

fn name() -> DnsName {
    DnsName::parse("pay.shop.example.").unwrap()
}

pub(crate) fn availability_zone(number: u32) -> AvailabilityZoneId {
    AvailabilityZoneId::parse(format!("euc1-az{number}")).unwrap()
}

fn record(set: &str, weight: u32) -> WeightedRecord {
    WeightedRecord {
        set: set.into(),
        weight,
        ttl: Some(60),
        values: vec![format!("{set}.example")],
        alias: None,
        health_check: None,
        policy: String::new(),
    }
}

impl Traffic {
    pub(crate) fn new() -> Self {
        Self {
            records: vec![record("home", 100), record("west", 0)],
            check: HealthCheck {
                id: HealthCheckId::parse(CHECK).unwrap(),
                kind: "HTTPS".into(),
                endpoint: "shop-web.example:443/healthz".into(),
                inverted: false,
                disabled: false,
                version: 3,
                checkers: Some(Checkers { healthy: 16, all: 16 }),
            },
            shift: None,
            changes: 0,
        }
    }

    /// What they are set to, but for the versions that only grow.
    pub(crate) fn stands(&self) -> String {
        let shift = self.shift.as_ref().map(|shift| (&shift.away, &shift.comment));
        format!("{:?} {} {shift:?}", self.records, self.check.inverted)
    }

    pub(crate) fn answer(&self, query: &Query) -> Option<Answer> {
        if let Query::WeightedRecordsOf(of) = query {
            return Some(Answer::WeightedRecordsOf(WeightedName {
                zone: of.zone.clone(),
                name: name(),
                kind: of.kind.clone(),
                records: self.records.clone(),
                health: BTreeMap::new(),
            }));
        }
        if let Query::DnsAnswerOf(_) = query {
            let answered = self.records.iter().find(|record| record.weight > 0);
            let data = answered.map(|record| record.values.clone()).unwrap_or_default();
            return Some(Answer::DnsAnswerOf(DnsAnswer { code: "NOERROR".into(), data }));
        }
        if let Query::DnsChangeOf(of) = query {
            let known = of.change.starts_with('C');
            let change = DnsChange { id: of.change.clone(), synced: true };
            return Some(Answer::DnsChangeOf(known.then_some(change)));
        }
        if let Query::FollowersOf(_) = query {
            let follower = Follower {
                name: "api.shop.example.".into(),
                kind: "A".into(),
                follow: vec!["home".into()],
                others: vec!["west".into()],
            };
            return Some(Answer::FollowersOf(vec![follower]));
        }
        if let Query::HealthCheckOf(_) = query {
            let mut check = self.check.clone();
            let healthy = if check.inverted { 0 } else { 16 };
            check.checkers = Some(Checkers { healthy, all: 16 });
            let healthy = check.is_healthy();
            return Some(Answer::HealthCheckOf(HealthCheckStanding { check, healthy }));
        }
        let Query::ZonalStandingOf(of) = query else { return None };
        let away = self.shift.as_ref().map(|shift| &shift.away);
        let share = |zone: &AvailabilityZoneId| if away == Some(zone) { 0.0 } else { 1.0 };
        let zones = [1, 2, 3].map(availability_zone);
        Some(Answer::ZonalStandingOf(ZonalStanding {
            arn: of.resource.clone(),
            name: "shop-web".into(),
            weights: zones.into_iter().map(|zone| (zone.clone(), share(&zone))).collect(),
            shift: self.shift.clone(),
            by_aws: false,
        }))
    }

    /// Carries a change out: whether anything is another afterwards, and the lock that is left.
    pub(crate) fn apply(&mut self, change: &Change) -> Result<(bool, Option<RevisionId>), String> {
        self.changes += 1;
        if let Change::ShiftWeights(shift) = change {
            let differs = self.records != shift.records;
            for sent in shift.sent() {
                let there = self.records.iter_mut().find(|record| record.set == sent.set);
                *there.unwrap() = sent.clone();
            }
            let id = RevisionId::parse(format!("C{}", self.changes)).unwrap();
            return Ok((differs, Some(id)));
        }
        if let Change::InvertCheck(invert) = change {
            if invert.lock.as_str() != self.check.version.to_string() {
                return Err(format!("the version is {}", self.check.version));
            }
            self.check.version += 1;
            self.check.inverted = invert.inverted;
            let left = RevisionId::parse(self.check.version.to_string()).unwrap();
            return Ok((true, Some(left)));
        }
        let Change::ShiftZone(shift) = change else { return Err("not in here".into()) };
        match (&shift.shift, &self.shift) {
            (Some(_), Some(other)) => Err(format!("the shift {} goes on", other.id)),
            (Some(wanted), None) => {
                self.begin(wanted.away.clone(), wanted.comment.clone());
                Ok((true, None))
            }
            (None, Some(there)) if there.id == shift.id => {
                self.shift = None;
                Ok((true, None))
            }
            (None, _) => Err("there is no such shift".into()),
        }
    }

    fn begin(&mut self, away: AvailabilityZoneId, comment: String) {
        let id = format!("shift-{}", self.changes);
        self.shift = Some(ZonalShift { id, away, comment, expires: None });
    }

    /// Somebody else has been everywhere; the health check they have inverted there and back.
    pub(crate) fn interfere(&mut self) {
        self.changes += 1;
        self.records = vec![record("home", 50), record("west", 50)];
        self.check.inverted = false;
        self.check.version += 2;
        self.begin(availability_zone(3), "theirs".into());
    }

    /// All weight given to the second record, and the way back.
    pub(crate) fn weighed(&self) -> (Change, Change) {
        let mut records = self.records.clone();
        (records[0].weight, records[1].weight) = (0, 100);
        let change = ShiftWeights {
            zone: zone(),
            name: name(),
            kind: "CNAME".into(),
            records,
            before: self.records.clone(),
        };
        let back = ShiftWeights {
            records: change.before.clone(),
            before: change.records.clone(),
            ..change.clone()
        };
        (change.into(), back.into())
    }

    /// The check inverted, and the way back.
    pub(crate) fn inverted(&self) -> (Change, Change) {
        let change = InvertCheck {
            check: self.check.id.clone(),
            endpoint: self.check.endpoint.clone(),
            inverted: true,
            lock: RevisionId::parse(self.check.version.to_string()).unwrap(),
        };
        let back = InvertCheck { inverted: false, ..change.clone() };
        (change.into(), back.into())
    }

    /// A zone left, and the way back.
    pub(crate) fn shifted(&self) -> (Change, Change) {
        let told = |it: &ZonalShift| Shift { away: it.away.clone(), comment: it.comment.clone() };
        let change = ShiftZone {
            resource: Arn::parse(BALANCER).unwrap(),
            name: "shop-web".into(),
            shift: Some(Shift { away: availability_zone(2), comment: "ours".into() }),
            before: self.shift.as_ref().map(told),
            id: String::new(),
            minutes: 60,
        };
        let back = ShiftZone { shift: None, before: change.shift.clone(), ..change.clone() };
        (change.into(), back.into())
    }
}
