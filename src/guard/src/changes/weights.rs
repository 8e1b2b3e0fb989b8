//! `ShiftWeights`: a setting of all weighted records of a name. The batch is applied whole or not at all.

use serde_json::{Value, json};
use watchdeck_domain::change::ShiftWeights;
use watchdeck_domain::dns::{ALL_ZERO, MOST_WEIGHT, WeightedName, WeightedRecord, weights};
use watchdeck_domain::reading::WeightedRecordsOf;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Scope};

use super::setting::Setting;

/// So long a resolver is told to keep an answer where people mean to move traffic, at most.
const SHORT_TTL: u64 = 60;

impl Setting for ShiftWeights {
    /// Whole records: AWS overwrites whatever is not sent, so whatever becomes another is seen.
    type Value = Vec<WeightedRecord>;

    const WHAT: &'static str = "a name with weighted records";
    const FIELD: &'static str = "weights";
    const POINTER: &'static str = "/records";

    fn params(&self, _: &Scope) -> Value {
        let changes = self.sent().into_iter().map(
            |record| json!({ "Action": "UPSERT", "ResourceRecordSet": record_set(self, record) }),
        );
        let changes: Vec<_> = changes.collect();
        json!({ "HostedZoneId": self.zone, "ChangeBatch": { "Changes": changes } })
    }

    /// `pay.shop.example/CNAME`.
    fn target(&self) -> String {
        format!("{}/{}", self.name.as_str().trim_end_matches('.'), self.kind)
    }

    fn fault(&self) -> Option<String> {
        if self.records.iter().all(|record| record.weight == 0) {
            return Some(ALL_ZERO.into());
        }
        if self.records.iter().any(|record| record.weight > MOST_WEIGHT) {
            return Some(format!("a weight is a number from 0 to {MOST_WEIGHT}"));
        }
        let kept = self.records.iter().find(|record| !record.policy.is_empty())?;
        let set = Printable::new(kept.set.clone());
        Some(format!("the record `{set}` is kept by a traffic policy: change the policy"))
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let sum: u32 = self.records.iter().map(|record| record.weight).sum();
        let share = |record: &WeightedRecord| {
            let set = Printable::new(record.set.clone());
            let share = f64::from(record.weight) * 100.0 / f64::from(sum.max(1));
            format!("{set} is answered to {share:.0} % of those who ask")
        };
        let mut lines = vec![format!("{} records of {}", self.sent().len(), self.target())];
        lines.extend(self.records.iter().map(share));
        let ttl = WeightedName::longest_ttl(&self.records);
        lines.push(format!(
            "whoever has asked before keeps the old answer for up to {} after the name servers have the new one{}",
            span(ttl),
            if ttl > SHORT_TTL { ": a shift of traffic by this takes that long" } else { "" }
        ));
        lines
    }

    fn query(&self) -> Query {
        let (zone, name) = (self.zone.clone(), self.name.clone());
        WeightedRecordsOf { zone, name, kind: self.kind.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Vec<WeightedRecord>> {
        if let Answer::WeightedRecordsOf(name) = answer { Some(name.records.clone()) } else { None }
    }

    fn wanted(&self) -> Vec<WeightedRecord> {
        self.records.clone()
    }

    fn before(&self) -> Vec<WeightedRecord> {
        self.before.clone()
    }

    fn after(self, before: Vec<WeightedRecord>) -> Self {
        Self { before, ..self }
    }

    /// `home=0,west=100`.
    fn said(value: &Vec<WeightedRecord>) -> String {
        Printable::new(weights(value)).into()
    }
}

/// A record as it is sent: whole, since AWS keeps nothing of what is not sent.
fn record_set(shift: &ShiftWeights, record: &WeightedRecord) -> Value {
    let mut set = json!({
        "Name": shift.name, "Type": shift.kind, "SetIdentifier": record.set, "Weight": record.weight,
    });
    let values: Vec<_> = record.values.iter().map(|value| json!({ "Value": value })).collect();
    let alias = record.alias.as_ref().map(|alias| {
        json!({
            "HostedZoneId": alias.zone, "DNSName": alias.name, "EvaluateTargetHealth": alias.evaluates,
        })
    });
    let more = [
        ("TTL", record.ttl.map(Value::from)),
        ("ResourceRecords", Some(values).filter(|values| !values.is_empty()).map(Value::from)),
        ("AliasTarget", alias),
        ("HealthCheckId", record.health_check.clone().map(Value::from)),
    ];
    if let Some(members) = set.as_object_mut() {
        let there = more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        members.extend(there);
    }
    set
}

/// So many seconds, as people say it: `86400 s (1 day)`.
fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{seconds} s ({} minutes)", seconds / 60),
        7_200..=86_399 => format!("{seconds} s ({} hours)", seconds / 3_600),
        86_400..=172_799 => format!("{seconds} s (1 day)"),
        _ => format!("{seconds} s ({} days)", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cf20_a_time_to_live_is_told_as_it_is() {
        for (seconds, wanted) in [
            (60, "60 s"),
            (300, "300 s (5 minutes)"),
            (7_200, "7200 s (2 hours)"),
            (86_400, "86400 s (1 day)"),
            (172_800, "172800 s (2 days)"),
        ] {
            assert_eq!(span(seconds), wanted);
        }
    }
}
