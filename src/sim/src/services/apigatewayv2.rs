//! API Gateway V2: the account has no HTTP or WebSocket API, and says so.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::world::World;

pub(super) const OPERATIONS: Table =
    &[("GetApis", apis), ("GetStage", none), ("GetStages", none), ("UpdateStage", none)];

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 100, refusal: "BadRequestException" };

fn apis(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    listing(call, seen(shelf(world, call, "apis")), "Items", "NextToken", &PAGING)
}

fn none(_: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let api = input(call, "ApiId");
    Err(ApiError::new(
        "NotFoundException",
        format!("Invalid API identifier specified {}:{api}", call.caller.account),
    ))
}
