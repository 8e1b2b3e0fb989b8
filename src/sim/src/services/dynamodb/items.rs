//! DynamoDB: items by key, put and deleted where their condition holds.

use super::condition::holds;
use super::{invalid, table};
use crate::services::standing::{shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::shown;

/// The key of an item, and the table that it belongs to.
struct Key {
    table: String,
    parts: Vec<(String, Value)>,
}

impl Key {
    /// Out of a member that holds a key and nothing else.
    fn exactly(world: &World, call: &Call, member: &str) -> Result<Self, ApiError> {
        let key = Self::within(world, call, member)?;
        let given = call
            .input
            .get(member)
            .and_then(Value::as_map)
            .map_or(0, std::collections::BTreeMap::len);
        if given == key.parts.len() { Ok(key) } else { Err(unlike()) }
    }

    /// Out of a member that holds an item.
    fn within(world: &World, call: &Call, member: &str) -> Result<Self, ApiError> {
        let table = table(world, call)?;
        let schema = table.items("KeySchema").iter().filter_map(|part| part.text("AttributeName"));
        let parts = schema.map(|part| {
            let value = call.input.get(member)?.get(part)?;
            Some((part.to_owned(), value.clone()))
        });
        Ok(Self {
            table: table.text("TableName").unwrap_or_default().to_owned(),
            parts: parts.collect::<Option<_>>().ok_or_else(unlike)?,
        })
    }

    fn fits(&self, item: &Value) -> bool {
        item.text("_table") == Some(&self.table)
            && self.parts.iter().all(|(part, value)| item.get(part) == Some(value))
    }
}

fn unlike() -> ApiError {
    invalid("The provided key element does not match the schema")
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let key = Key::exactly(world, call, "Key")?;
    let found = shelf(world, call, "items").iter().find(|item| key.fits(item));
    let output = Value::empty().with_some("Item", found.map(|item| projected(&shown(item), call)));
    Ok(output.into())
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let key = Key::within(world, call, "Item")?;
    let item = call.input.get("Item").cloned().unwrap_or_else(Value::empty);
    exchange(world, call, &key, Some(item))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let key = Key::exactly(world, call, "Key")?;
    exchange(world, call, &key, None)
}

/// Puts an item, or nothing, in place of what is there, if the condition holds of that: nothing comes in between.
fn exchange(
    world: &mut World,
    call: &Call,
    key: &Key,
    item: Option<Value>,
) -> Result<Reply, ApiError> {
    let items = shelf_mut(world, call, "items");
    let place = items.iter().position(|item| key.fits(item));
    let there = place.and_then(|place| items.get(place)).map(shown);
    if !holds(call, there.as_ref())? {
        let error =
            ApiError::new("ConditionalCheckFailedException", "The conditional request failed");
        let told = call.input.text("ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD");
        return Err(match there.filter(|_| told) {
            Some(there) => error.with("Item", there),
            None => error,
        });
    }
    if let Some(place) = place {
        items.swap_remove(place);
    }
    items.extend(item.map(|item| item.with("_table", key.table.as_str())));
    let told = call.input.text("ReturnValues") == Some("ALL_OLD");
    Ok(Value::empty().with_some("Attributes", there.filter(|_| told)).into())
}

/// The top-level attributes that the projection names; all without one.
fn projected(item: &Value, call: &Call) -> Value {
    let Some(expression) = call.input.text("ProjectionExpression") else { return item.clone() };
    let names = call.input.get("ExpressionAttributeNames");
    expression.split(',').map(str::trim).fold(Value::empty(), |projected, name| {
        let name = names.and_then(|names| names.text(name)).unwrap_or(name);
        projected.with_some(name, item.get(name).cloned())
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{ask, world};
    use super::*;

    fn text(text: &str) -> Value {
        Value::empty().with("S", text)
    }

    #[test]
    fn an_item_is_found_by_its_key_and_a_wrong_key_is_refused() {
        let key = |name: &str| Value::empty().with(name, text("sess-6f1c"));
        let input = Value::empty().with("TableName", "sessions").with("Key", key("id"));
        let output = ask(&mut world(), "dynamodb", "GetItem", input).unwrap();
        assert!(output.get("Item").unwrap().get("customer").is_some());
        let input = Value::empty().with("TableName", "sessions").with("Key", key("nobody"));
        let error = ask(&mut world(), "dynamodb", "GetItem", input).unwrap_err();
        assert_eq!(error.code, "ValidationException");
    }

    #[test]
    fn an_item_is_put_and_deleted_only_where_its_condition_holds() {
        let mut world = world();
        let table = Value::empty().with("TableName", "sessions");
        let item = |who: &str| Value::empty().with("id", text("one")).with("who", text(who));
        let put = |who: &str| {
            let put = table.clone().with("Item", item(who));
            put.with("ConditionExpression", "attribute_not_exists(id)")
                .with("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
        };
        ask(&mut world, "dynamodb", "PutItem", put("a")).unwrap();
        let error = ask(&mut world, "dynamodb", "PutItem", put("b")).unwrap_err();
        assert_eq!(error.code, "ConditionalCheckFailedException");
        assert_eq!(error.members.get("Item"), Some(&item("a")), "it tells what is there");
        let key = table.clone().with("Key", Value::empty().with("id", text("one")));
        let delete = |who: &str| {
            let values = Value::empty().with(":who", text(who));
            let delete = key.clone().with("ConditionExpression", "who = :who");
            delete.with("ExpressionAttributeValues", values)
        };
        ask(&mut world, "dynamodb", "DeleteItem", delete("b")).unwrap_err();
        ask(&mut world, "dynamodb", "DeleteItem", delete("a")).unwrap();
        let left = ask(&mut world, "dynamodb", "GetItem", key).unwrap();
        assert_eq!(left.get("Item"), None);
    }
}
