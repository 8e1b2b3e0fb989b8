//! Organizations: the account and its siblings.

use super::Table;
use super::pages::Paging;
use super::standing::{listing, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;

pub(super) const OPERATIONS: Table =
    &[("DescribeOrganization", organization), ("ListAccounts", accounts)];

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 20, refusal: "InvalidInputException" };

fn organization(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let held = seen(shelf(world, call, "organization")).into_iter().next();
    Ok(Value::empty().with_some("Organization", held).into())
}

fn accounts(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    listing(call, seen(shelf(world, call, "accounts")), "Accounts", "NextToken", &PAGING)
}
