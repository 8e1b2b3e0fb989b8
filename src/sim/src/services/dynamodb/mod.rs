//! DynamoDB: the tables as they are described, and their items by key.

mod condition; // whether a condition holds of an item
mod items; // items, got, put and deleted

use super::Table;
use super::standing::{input, one, one_mut, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, unset};

pub(super) const OPERATIONS: Table = &[
    ("DeleteItem", items::delete),
    ("DescribeContinuousBackups", backups),
    ("DescribeTable", describe),
    ("DescribeTimeToLive", time_to_live),
    ("GetItem", items::get),
    ("ListTables", tables),
    ("PutItem", items::put),
    ("UpdateTimeToLive", update_time_to_live),
];

/// The most tables on one page.
const MOST: i64 = 100;

fn table<'a>(world: &'a World, call: &Call) -> Result<&'a Value, ApiError> {
    let name = input(call, "TableName");
    let name = name.rsplit('/').next().unwrap_or(name);
    one(world, call, "tables", "TableName", name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("Requested resource not found: Table: {name} not found"),
    )
}

fn invalid(why: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", why)
}

fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    Ok(Value::empty().with("Table", shown(table(world, call)?)).into())
}

fn tables(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let after = call.input.text("ExclusiveStartTableName");
    let most = usize::try_from(call.input.int("Limit").unwrap_or(MOST)).unwrap_or(100);
    let mut names: Vec<_> = shelf(world, call, "tables")
        .iter()
        .filter_map(|table| table.text("TableName"))
        .filter(|name| after.is_none_or(|after| *name > after))
        .collect();
    names.sort_unstable();
    let last = (names.len() > most).then(|| names.get(most - 1).copied()).flatten();
    names.truncate(most);
    let output = Value::empty()
        .with("TableNames", Value::list(names))
        .with_some("LastEvaluatedTableName", last);
    Ok(output.into())
}

fn backups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "TableName").to_owned();
    let Ok(table) = table(world, call) else {
        return Err(ApiError::new("TableNotFoundException", format!("Table not found: {name}")));
    };
    let status = table.text("_backups").unwrap_or("DISABLED");
    let recovery = Value::empty().with("PointInTimeRecoveryStatus", status);
    let description = Value::empty()
        .with("ContinuousBackupsStatus", "ENABLED")
        .with("PointInTimeRecoveryDescription", recovery);
    Ok(Value::empty().with("ContinuousBackupsDescription", description).into())
}

fn time_to_live(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let attribute = table(world, call)?.text("_ttl");
    let description = Value::empty()
        .with("TimeToLiveStatus", if attribute.is_some() { "ENABLED" } else { "DISABLED" })
        .with_some("AttributeName", attribute);
    Ok(Value::empty().with("TimeToLiveDescription", description).into())
}

fn update_time_to_live(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = table(world, call)?.text("TableName").unwrap_or_default().to_owned();
    let wanted = call.input.get("TimeToLiveSpecification").cloned().unwrap_or_else(Value::empty);
    let attribute = wanted.text("AttributeName").unwrap_or_default().to_owned();
    let Some(table) = one_mut(world, call, "tables", "TableName", &name) else {
        return Err(missing(&name));
    };
    match (wanted.bool("Enabled") == Some(true), table.text("_ttl").is_some()) {
        (true, true) => {
            return Err(ApiError::new("ValidationException", "TimeToLive is already enabled"));
        }
        (false, false) => {
            return Err(ApiError::new("ValidationException", "TimeToLive is already disabled"));
        }
        (true, false) => set(table, "_ttl", attribute),
        (false, true) => unset(table, "_ttl"),
    }
    Ok(Value::empty().with("TimeToLiveSpecification", wanted).into())
}
