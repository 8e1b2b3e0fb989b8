//! Names of Route 53: the weights of their records, and whether a health check is believed.

use serde::Deserialize;
use watchdeck_domain::change::{InvertCheck, ShiftWeights};
use watchdeck_domain::dns::read_weights;
use watchdeck_domain::reading::{HealthCheckOf, WeightedRecordsOf};
use watchdeck_domain::{DnsName, HealthCheckId, HostedZoneId, RevisionId};

use super::{Action, Ground, Lock, Made, Members, must};
use crate::compile::CompileError;

/// `ChangeResourceRecordSets` with `UPSERT` of the weighted records whose weight becomes another.
pub(super) static SHIFT_WEIGHTS: Action = Action {
    name: "shift-weights",
    operation: "route53:ChangeResourceRecordSets",
    members: &[must("zone", "HostedZoneId"), must("records", "ChangeBatch")],
    lock: None,
    compile: |members, ground| Box::pin(shift_weights(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftWeightsWith {
    zone: HostedZoneId,
    records: RecordsWith,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordsWith {
    name: DnsName,
    kind: String,
    /// `home=0,west=100`. A record that is not named keeps its weight.
    weights: String,
}

async fn shift_weights(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ShiftWeightsWith { zone, records } = members.read()?;
    let RecordsWith { name, kind, weights } = records;
    let weights = read_weights(&weights).map_err(|why| {
        CompileError::new(why, "write weights such as home=0,west=100, one above 0 among them")
    })?;
    let there = ground.look(WeightedRecordsOf { zone, name, kind }).await?;
    let known: Vec<_> = there.records.iter().map(|record| record.set.as_str()).collect();
    if known.is_empty() {
        let what = format!("{} {} has no weighted records", there.name, there.kind);
        return Err(CompileError::new(what, "weights are given to records that have one"));
    }
    if let Some(odd) = weights.keys().find(|set| !known.contains(&set.as_str())) {
        let what = format!("{} has no record `{}`", there.name, odd.escape_debug());
        return Err(CompileError::new(what, format!("it has {}", known.join(", "))));
    }
    let mut records = there.records.clone();
    for record in &mut records {
        record.weight = weights.get(&record.set).copied().unwrap_or(record.weight);
    }
    let change = ShiftWeights {
        zone: there.zone,
        name: there.name,
        kind: there.kind,
        records,
        before: there.records,
    };
    let back = ShiftWeights {
        records: change.before.clone(),
        before: change.records.clone(),
        ..change.clone()
    };
    Ok((change.into(), Some(back.into())))
}

/// `UpdateHealthCheck` of `Inverted`, under the version that was read.
pub(super) static INVERT_CHECK: Action = Action {
    name: "invert-check",
    operation: "route53:UpdateHealthCheck",
    members: &[
        must("check", "HealthCheckId"),
        must("inverted", "Inverted"),
        must("lock", "HealthCheckVersion"),
    ],
    lock: Some("lock"),
    compile: |members, ground| Box::pin(invert_check(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InvertCheckWith {
    check: HealthCheckId,
    inverted: bool,
    lock: Lock,
}

async fn invert_check(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let InvertCheckWith { check, inverted, lock } = members.read()?;
    let Lock::AsRead = lock else {
        return Err(CompileError::new(
            "the version of a health check is the one that was read",
            "write `lock = \"as-read\"`",
        ));
    };
    let there = ground.look(HealthCheckOf { check }).await?.check;
    let lock = RevisionId::parse(there.version.to_string())
        .map_err(|error| CompileError::new(error.to_string(), "look at the health check"))?;
    let change = InvertCheck { check: there.id, endpoint: there.endpoint, inverted, lock };
    let back = InvertCheck { inverted: !inverted, ..change.clone() };
    Ok((change.into(), Some(back.into())))
}
