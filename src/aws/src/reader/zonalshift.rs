//! ARC zonal shift: in what traffic can be led away from a zone, and how it stands there.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::BTreeMap;

use aws_sdk_arczonalshift::Client;
use aws_sdk_arczonalshift::types::{AutoshiftAppliedStatus, ShiftType, ZonalShiftInResource};
use watchdeck_domain::zonal::{ShiftableResource, ZonalShift, ZonalStanding};
use watchdeck_domain::{Arn, AvailabilityZoneId, ReadError};

use super::{Pages, instant, plain, said};
use crate::rejection::{malformed, read_error};

const LIST: &str = "arc-zonal-shift:ListManagedResources";
const ONE: &str = "arc-zonal-shift:GetManagedResource";

pub(super) async fn resources(client: &Client) -> Result<Vec<ShiftableResource>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_managed_resources().set_next_token(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(LIST, &e))?;
        for one in page.items() {
            let arn = Arn::parse(plain(one.arn())).map_err(|e| malformed(LIST, e.to_string()))?;
            found.push(ShiftableResource { name: name(&arn, one.name()), arn });
        }
        if !pages.turn(LIST, page.next_token())? {
            return Ok(found);
        }
    }
}

pub(super) async fn resource(client: &Client, arn: &Arn) -> Result<ZonalStanding, ReadError> {
    let answer = client.get_managed_resource().resource_identifier(arn.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(ONE, &e))?;
    let zone =
        |text: &str| AvailabilityZoneId::parse(text).map_err(|e| malformed(ONE, e.to_string()));
    let mut weights = BTreeMap::new();
    for (text, weight) in answer.applied_weights() {
        weights.insert(zone(text)?, f64::from(*weight));
    }
    let by_hand = |shift: &&ZonalShiftInResource| {
        shift.shift_type().is_none_or(|kind| *kind == ShiftType::ZonalShift)
    };
    let shift = match answer.zonal_shifts().iter().find(by_hand) {
        Some(shift) => Some(ZonalShift {
            id: shift.zonal_shift_id().to_owned(),
            away: zone(shift.away_from())?,
            comment: shift.comment().to_owned(),
            expires: instant(Some(shift.expiry_time())),
        }),
        None => None,
    };
    let shifted = answer.autoshifts().iter();
    let shifted = shifted.filter(|it| *it.applied_status() == AutoshiftAppliedStatus::Applied);
    let practised = answer.zonal_shifts().iter().any(|shift| !by_hand(&shift));
    Ok(ZonalStanding {
        name: name(arn, answer.name()),
        arn: arn.clone(),
        weights,
        shift,
        by_aws: practised || shifted.count() > 0,
    })
}

/// What it is called; of one without a name the end of its ARN.
fn name(arn: &Arn, name: Option<&str>) -> String {
    let end = || arn.resource().rsplit('/').next().unwrap_or_default().to_owned();
    said(name).unwrap_or_else(end)
}
