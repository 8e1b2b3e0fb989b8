//! KMS: the keys, by id, ARN or alias.

use super::Table;
use super::pages::{Paging, page};
use super::standing::{input, one_mut, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};
use crate::world::names::arn;

pub(super) const OPERATIONS: Table = &[
    ("DescribeKey", describe),
    ("DisableKey", disable),
    ("EnableKey", enable),
    ("ListAliases", aliases),
];

const PAGING: Paging =
    Paging { size: "Limit", token: "Marker", usual: 50, refusal: "InvalidMarkerException" };

/// The id of the key that a text names.
fn id_of(world: &World, call: &Call, named: &str) -> Result<String, ApiError> {
    let bare = named.rsplit_once(":key/").map_or(named, |(_, id)| id);
    let alias = named
        .rsplit_once(":alias/")
        .map_or_else(|| named.to_owned(), |(_, name)| format!("alias/{name}"));
    let by_alias = shelf(world, call, "aliases")
        .iter()
        .find(|held| held.text("AliasName") == Some(&alias))
        .and_then(|held| held.text("TargetKeyId"));
    let wanted = by_alias.unwrap_or(bare);
    let held = shelf(world, call, "keys").iter().find(|key| key.text("KeyId") == Some(wanted));
    held.and_then(|key| key.text("KeyId")).map(str::to_owned).ok_or_else(|| {
        let message = if alias.starts_with("alias/") {
            format!("Alias {} is not found.", arn("kms", &call.region, &alias))
        } else {
            format!("Key '{}' does not exist", arn("kms", &call.region, &format!("key/{bare}")))
        };
        ApiError::new("NotFoundException", message)
    })
}

fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = id_of(world, call, input(call, "KeyId"))?;
    let key = shelf(world, call, "keys").iter().find(|key| key.text("KeyId") == Some(&id));
    Ok(Value::empty().with_some("KeyMetadata", key.map(shown)).into())
}

fn aliases(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let of = call.input.text("KeyId").map(|named| id_of(world, call, named)).transpose()?;
    let found = seen(
        shelf(world, call, "aliases")
            .iter()
            .filter(|alias| of.as_ref().is_none_or(|id| alias.text("TargetKeyId") == Some(id))),
    );
    let page = page(call, found, &PAGING)?;
    let output = Value::empty()
        .with("Aliases", Value::List(page.items))
        .with("Truncated", page.next.is_some())
        .with_some("NextMarker", page.next);
    Ok(output.into())
}

fn disable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    switch(world, call, false)
}

fn enable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    switch(world, call, true)
}

fn switch(world: &mut World, call: &Call, enabled: bool) -> Result<Reply, ApiError> {
    let id = id_of(world, call, input(call, "KeyId"))?;
    if let Some(key) = one_mut(world, call, "keys", "KeyId", &id) {
        set(key, "Enabled", enabled);
        set(key, "KeyState", if enabled { "Enabled" } else { "Disabled" });
    }
    Ok(Value::empty().into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn a_key_is_disabled_by_its_alias() {
        let mut world = world();
        let input = Value::empty().with("KeyId", "alias/orders");
        ask(&mut world, "kms", "DisableKey", input.clone()).unwrap();
        let output = ask(&mut world, "kms", "DescribeKey", input).unwrap();
        assert_eq!(output.get("KeyMetadata").unwrap().text("KeyState"), Some("Disabled"));
    }
}
