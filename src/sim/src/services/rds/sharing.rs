//! Whom snapshots are shared with.

use super::super::standing::{asked, input, shelf, shelf_mut};
use super::lookup::{invalid, unfit};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{at, set};

/// The attribute that names the accounts which may restore a snapshot, and who may where everybody may.
const RESTORE: &str = "restore";
const ALL: &str = "all";

/// The accounts that one snapshot may be shared with.
const MOST: usize = 20;

fn missing(name: &str) -> ApiError {
    ApiError::new("DBSnapshotNotFoundFault", format!("DBSnapshot {name} not found."))
}

fn is(record: &Value, name: &str) -> bool {
    record.text("DBSnapshotIdentifier").is_some_and(|id| id.eq_ignore_ascii_case(name))
}

/// The accounts that a snapshot is shared with.
fn shared(record: &Value) -> Vec<String> {
    let held = at(record, "_restore").into_iter();
    held.filter_map(Value::as_text).map(str::to_owned).collect()
}

fn told(record: &Value) -> Reply {
    let attribute = Value::empty()
        .with("AttributeName", RESTORE)
        .with("AttributeValues", Value::list(shared(record)));
    let result = Value::empty()
        .with("DBSnapshotIdentifier", record.text("DBSnapshotIdentifier").unwrap_or_default())
        .with("DBSnapshotAttributes", Value::list([attribute]));
    Value::empty().with("DBSnapshotAttributesResult", result).into()
}

/// `DescribeDBSnapshotAttributes`.
pub(super) fn attributes(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "DBSnapshotIdentifier");
    let mut all = shelf(world, call, "snapshots").iter();
    all.find(|it| is(it, name)).map(told).ok_or_else(|| missing(name))
}

/// `ModifyDBSnapshotAttribute`.
pub(super) fn modify(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "DBSnapshotIdentifier").to_owned();
    if input(call, "AttributeName") != RESTORE {
        return Err(invalid(format!("Unknown attribute: {}.", input(call, "AttributeName"))));
    }
    let (add, remove) = (asked(call, "ValuesToAdd"), asked(call, "ValuesToRemove"));
    if add.iter().any(|it| remove.contains(it)) {
        return Err(unfit("The same account cannot be added and removed."));
    }
    let mut all = shelf_mut(world, call, "snapshots").iter_mut();
    let record = all.find(|it| is(it, &name)).ok_or_else(|| missing(&name))?;
    if record.text("SnapshotType") != Some("manual") || record.text("Status") != Some("available") {
        return Err(ApiError::new(
            "InvalidDBSnapshotStateFault",
            format!("{name} is not an available manual snapshot: it cannot be shared."),
        ));
    }
    if add.contains(&ALL) && record.bool("Encrypted") == Some(true) {
        return Err(unfit("Encrypted snapshots cannot be shared publicly."));
    }
    let is_account =
        |it: &&str| *it == ALL || (it.len() == 12 && it.chars().all(|c| c.is_ascii_digit()));
    if let Some(wrong) = add.iter().chain(&remove).find(|it| !is_account(it)) {
        return Err(invalid(format!("Invalid account: {wrong}.")));
    }
    let mut held = shared(record);
    held.retain(|it| !remove.contains(&it.as_str()));
    for account in add {
        if !held.iter().any(|it| it == account) {
            held.push(account.to_owned());
        }
    }
    if held.len() > MOST {
        let why =
            "You have exceeded the maximum number of accounts that you can share a snapshot with.";
        return Err(ApiError::new("SharedSnapshotQuotaExceededFault", why));
    }
    set(record, "_restore", Value::list(held));
    Ok(told(record))
}
