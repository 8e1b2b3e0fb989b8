//! Route 53: shifts weights of records, has health checks count the other way round.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_route53::Client;
use aws_sdk_route53::error::BuildError;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet,
};
use aws_types::request_id::RequestId as _;
use watchdeck_domain::RevisionId;
use watchdeck_domain::change::{InvertCheck, ShiftWeights};
use watchdeck_domain::dns::WeightedRecord;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

/// What is left of it is the id of the change, by which one learns when all name servers have it.
pub(super) async fn shift_weights<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    shift: ShiftWeights,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let batch = match batch(&shift) {
        Ok(batch) => batch,
        Err(error) => return Err(warrant.refused("NotSent", error.to_string(), None)),
    };
    let call = client.change_resource_record_sets();
    let call = call.hosted_zone_id(shift.zone.as_str()).change_batch(batch);
    let answer = send!(aws_sdk_route53, call, session, warrant);
    let id = answer.change_info().map(|info| RevisionId::parse(info.id()));
    match id {
        Some(Ok(id)) => Ok(warrant.landed(request(answer.request_id()), Some(id))),
        Some(Err(_)) | None => {
            Err(warrant.unsettled(Doubt::Garbled("an answer without a change".into())))
        }
    }
}

fn batch(shift: &ShiftWeights) -> Result<ChangeBatch, BuildError> {
    let mut batch = ChangeBatch::builder();
    for record in shift.sent() {
        let set = record_set(shift, record)?;
        let upsert = Change::builder().action(ChangeAction::Upsert).resource_record_set(set);
        batch = batch.changes(upsert.build()?);
    }
    batch.build()
}

/// The record, whole: AWS keeps nothing of what is not sent.
fn record_set(
    shift: &ShiftWeights,
    record: &WeightedRecord,
) -> Result<ResourceRecordSet, BuildError> {
    let values = record.values.iter().map(|value| ResourceRecord::builder().value(value).build());
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let alias = record.alias.as_ref().map(|alias| {
        AliasTarget::builder()
            .hosted_zone_id(&alias.zone)
            .dns_name(&alias.name)
            .evaluate_target_health(alias.evaluates)
            .build()
    });
    ResourceRecordSet::builder()
        .name(shift.name.as_str())
        .r#type(shift.kind.as_str().into())
        .set_identifier(&record.set)
        .weight(record.weight.into())
        .set_ttl(record.ttl.and_then(|ttl| i64::try_from(ttl).ok()))
        .set_resource_records(Some(values).filter(|values| !values.is_empty()))
        .set_alias_target(alias.transpose()?)
        .set_health_check_id(record.health_check.clone())
        .build()
}

pub(super) async fn invert<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    invert: InvertCheck,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let Ok(version) = invert.lock.as_str().parse() else {
        let why = "the version of a health check is a number";
        return Err(warrant.refused("NotSent", why, None));
    };
    let call = client
        .update_health_check()
        .health_check_id(invert.check.as_str())
        .health_check_version(version)
        .inverted(invert.inverted);
    let answer = send!(aws_sdk_route53, call, session, warrant);
    let left = answer.health_check().filter(|check| check.id() == invert.check.as_str());
    let left = left.map(|check| RevisionId::parse(check.health_check_version().to_string()));
    match left {
        Some(Ok(lock)) => Ok(warrant.landed(request(answer.request_id()), Some(lock))),
        Some(Err(_)) | None => {
            Err(warrant.unsettled(Doubt::Garbled("an answer without the health check".into())))
        }
    }
}
