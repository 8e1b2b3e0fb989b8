//! S3 Control: the account-wide public access block.

use super::Table;
use super::standing::{input, one, one_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, unset};

pub(super) const OPERATIONS: Table = &[
    ("DeletePublicAccessBlock", unblock),
    ("GetPublicAccessBlock", block),
    ("PutPublicAccessBlock", put_block),
];

fn account<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Value, ApiError> {
    one_mut(world, call, "accounts", "AccountId", input(call, "AccountId"))
        .ok_or_else(|| ApiError::new("AccessDenied", "Access Denied"))
}

fn block(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    account(world, call)?;
    let held = one(world, call, "accounts", "AccountId", input(call, "AccountId"));
    let Some(block) = held.and_then(|account| account.get("_block")).cloned() else {
        return Err(ApiError::new(
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        ));
    };
    Ok(Value::empty().with("PublicAccessBlockConfiguration", block).into())
}

fn put_block(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let wanted = super::s3::complete(call);
    set(account(world, call)?, "_block", wanted);
    Ok(Value::empty().into())
}

fn unblock(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    unset(account(world, call)?, "_block");
    Ok(Value::empty().into())
}
