//! Security Hub: findings with working filters, updates that show late, history, insights, standards.

mod attributes; // the attributes findings are filtered by, and where they stand in a finding
mod filters; // whether a finding passes
mod findings; // asking for findings, sorting and paging them
mod hubs; // the hub itself, and the aggregator
mod insights; // findings counted by an attribute
mod standards; // standards and their controls
mod updates; // changing findings, and what was changed

use super::Table;
use crate::wire::call::{ApiError, Call};
use crate::world::World;
use crate::world::fixture::hub::Hub;

pub(super) const OPERATIONS: Table = &[
    ("BatchImportFindings", updates::import),
    ("BatchUpdateFindings", updates::update),
    ("DescribeHub", hubs::describe),
    ("DescribeStandards", standards::all),
    ("DescribeStandardsControls", standards::controls),
    ("EnableSecurityHub", hubs::enable),
    ("GetEnabledStandards", standards::enabled),
    ("GetFindingAggregator", hubs::aggregator),
    ("GetFindingHistory", updates::history),
    ("GetFindings", findings::get),
    ("GetInsightResults", insights::results),
    ("GetInsights", insights::list),
    ("ListFindingAggregators", hubs::aggregators),
    ("ListSecurityControlDefinitions", standards::definitions),
];

/// The hub of the call's region, with every due update in effect.
fn settled<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Hub, ApiError> {
    let now = world.now();
    let Some(hub) = world.fixture.hub_mut(&call.region) else {
        return Err(ApiError::new(
            "InvalidAccessException",
            format!("Account {} is not subscribed to AWS Security Hub", call.caller.account),
        ));
    };
    hub.settle(now);
    Ok(hub)
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidInputException", message).with("Code", "InvalidInput")
}

fn missing(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with("Code", "ResourceNotFound")
}
