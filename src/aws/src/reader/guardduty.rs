//! `GuardDuty`: findings by their ids, and who administers the detector.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_guardduty::Client;
use serde_json::Value;
use watchdeck_domain::finding::{Threat, Threats};
use watchdeck_domain::reading::{ReadFailure, ThreatsOf};
use watchdeck_domain::{ReadError, ThreatId, Timestamp};

use super::aside::Aside;
use super::plain;
use crate::rejection::{malformed, read_error};

/// The detector of the region: there is one at most.
async fn detector(client: &Client) -> Result<String, ReadError> {
    const CALL: &str = "guardduty:ListDetectors";
    let page = client.list_detectors().send().await.map_err(|e| read_error(CALL, &e))?;
    page.detector_ids().first().cloned().ok_or_else(|| {
        ReadError::new(ReadFailure::Missing, CALL, "GuardDuty is not on in this region")
    })
}

pub(super) async fn threats(client: &Client, ask: ThreatsOf) -> Result<Threats, ReadError> {
    const CALL: &str = "guardduty:GetFindings";
    let detector = detector(client).await?;
    let ids = ask.threats.iter().map(|id| id.as_str().to_owned()).collect();
    // What the SDK knows of a finding is as large as with Security Hub.
    let aside = Aside::list("findings");
    client
        .get_findings()
        .detector_id(&detector)
        .set_finding_ids(Some(ids))
        .customize()
        .interceptor(aside.clone())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let found = aside.kept();
    let found: Option<Vec<Threat>> = found.iter().map(threat).collect();
    let Some(found) = found else { return Err(malformed(CALL, "one of the findings is none")) };
    let in_order = ask.threats.iter().filter_map(|id| found.iter().find(|one| one.id == *id));
    Ok(Threats { detector, threats: in_order.cloned().collect() })
}

/// One finding, out of its record. Nothing where it has no id, or does not say whether it is archived.
fn threat(record: &Value) -> Option<Threat> {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    Some(Threat {
        id: ThreatId::parse(text("id")).ok()?,
        kind: text("type").to_owned(),
        title: text("title").to_owned(),
        archived: record.pointer("/service/archived")?.as_bool()?,
        updated: Timestamp::parse(text("updatedAt")),
    })
}

pub(super) async fn administrator(client: &Client) -> Result<String, ReadError> {
    const CALL: &str = "guardduty:GetAdministratorAccount";
    let detector = detector(client).await?;
    let answer = client
        .get_administrator_account()
        .detector_id(detector)
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    Ok(plain(answer.administrator().and_then(|it| it.account_id())))
}
