//! The hub itself, and the aggregator that brings the findings of other regions home.

use super::super::pages::{Paging, page};
use super::{missing, settled};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record;
use crate::world::names::{HOME_REGION, SECOND_REGION, arn};

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 100, refusal: "InvalidInputException" };

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let hub = settled(world, call)?;
    let hub_arn = arn("securityhub", &call.region, "hub/default");
    if call.input.text("HubArn").is_some_and(|asked| asked != hub_arn) {
        return Err(missing("The hub does not exist."));
    }
    let output = Value::empty()
        .with("HubArn", hub_arn)
        .with("SubscribedAt", record::iso(hub.since() - 410 * 86_400_000))
        .with("AutoEnableControls", true)
        .with("ControlFindingGenerator", "SECURITY_CONTROL");
    Ok(output.into())
}

pub(super) fn enable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    if world.fixture.enable_hub(&call.region, now) {
        return Ok(Value::empty().into());
    }
    Err(ApiError::new("ResourceConflictException", "Account is already subscribed to Security Hub")
        .with("Code", "ResourceConflict"))
}

fn aggregator_arn() -> String {
    arn(
        "securityhub",
        HOME_REGION,
        &format!("finding-aggregator/{}", record::uuid_of("aggregator")),
    )
}

pub(super) fn aggregators(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    let one = Value::empty().with("FindingAggregatorArn", aggregator_arn());
    let page = page(call, vec![one], &PAGING)?;
    let output = Value::empty()
        .with("FindingAggregators", Value::List(page.items))
        .with_some("NextToken", page.next);
    Ok(output.into())
}

pub(super) fn aggregator(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    if call.input.text("FindingAggregatorArn") != Some(&aggregator_arn()) {
        return Err(missing("The finding aggregator does not exist."));
    }
    let output = Value::empty()
        .with("FindingAggregatorArn", aggregator_arn())
        .with("FindingAggregationRegion", HOME_REGION)
        .with("RegionLinkingMode", "SPECIFIED_REGIONS")
        .with("Regions", Value::list([SECOND_REGION]));
    Ok(output.into())
}
