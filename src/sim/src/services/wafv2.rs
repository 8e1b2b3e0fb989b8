//! WAF: the web ACL and its address sets, changed under lock tokens.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, one, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table = &[
    ("GetIPSet", ip_set),
    ("GetRateBasedStatementManagedKeys", rate_keys),
    ("GetWebACL", acl),
    ("ListIPSets", ip_sets),
    ("UpdateIPSet", update_ip_set),
    ("UpdateWebACL", update_acl),
];

const PAGING: Paging = Paging {
    size: "Limit",
    token: "NextMarker",
    usual: 100,
    refusal: "WAFInvalidParameterException",
};

fn missing() -> ApiError {
    ApiError::new(
        "WAFNonexistentItemException",
        "AWS WAF couldn\u{2019}t perform the operation because your resource doesn\u{2019}t exist.",
    )
}

fn is(record: &Value, call: &Call) -> bool {
    record.text("_scope") == call.input.text("Scope")
        && record.text("Id") == call.input.text("Id")
        && record.text("Name") == call.input.text("Name")
}

fn acl(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = match call.input.text("ARN") {
        Some(arn) => one(world, call, "acls", "ARN", arn),
        None => shelf(world, call, "acls").iter().find(|record| is(record, call)),
    };
    let Some(record) = found else { return Err(missing()) };
    let output =
        Value::empty().with("WebACL", shown(record)).with_some("LockToken", record.text("_lock"));
    Ok(output.into())
}

fn ip_set(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let Some(record) = shelf(world, call, "ipsets").iter().find(|record| is(record, call)) else {
        return Err(missing());
    };
    let output =
        Value::empty().with("IPSet", shown(record)).with_some("LockToken", record.text("_lock"));
    Ok(output.into())
}

fn ip_sets(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let sets = shelf(world, call, "ipsets")
        .iter()
        .filter(|record| record.text("_scope") == call.input.text("Scope"))
        .map(|record| {
            ["Name", "Id", "ARN", "Description"]
                .into_iter()
                .fold(Value::empty(), |set, member| set.with_some(member, record.text(member)))
                .with_some("LockToken", record.text("_lock"))
        })
        .collect();
    listing(call, sets, "IPSets", "NextMarker", &PAGING)
}

/// The addresses that a rate rule blocks now: none, since no address of the shop's traffic reaches the limit.
fn rate_keys(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let rule = input(call, "RuleName");
    let found = shelf(world, call, "acls").iter().find(|record| {
        record.text("_scope") == call.input.text("Scope")
            && record.text("Id") == call.input.text("WebACLId")
            && record.text("Name") == call.input.text("WebACLName")
    });
    let rated = found.is_some_and(|acl| {
        acl.items("Rules").iter().any(|held| {
            held.text("Name") == Some(rule)
                && held.get("Statement").is_some_and(|s| s.get("RateBasedStatement").is_some())
        })
    });
    if !rated {
        return Err(missing());
    }
    let keys = |version: &str| {
        Value::empty().with("IPAddressVersion", version).with("Addresses", Value::List(Vec::new()))
    };
    let output =
        Value::empty().with("ManagedKeysIPV4", keys("IPV4")).with("ManagedKeysIPV6", keys("IPV6"));
    Ok(output.into())
}

/// Changes a record if the lock token is the current one, and gives the next token.
fn locked(
    world: &mut World,
    call: &Call,
    kind: &str,
    change: impl FnOnce(&mut Value) -> Result<(), ApiError>,
) -> Result<Reply, ApiError> {
    let next = world.fixture.next_id();
    let Some(record) = shelf_mut(world, call, kind).iter_mut().find(|record| is(record, call))
    else {
        return Err(missing());
    };
    if record.text("_lock") != call.input.text("LockToken") {
        return Err(ApiError::new(
            "WAFOptimisticLockException",
            "AWS WAF couldn\u{2019}t save your changes because someone changed the resource after you started to edit it.",
        ));
    }
    change(record)?;
    set(record, "_lock", next.as_str());
    Ok(Value::empty().with("NextLockToken", next).into())
}

fn update_ip_set(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    locked(world, call, "ipsets", |record| {
        let addresses = call.input.items("Addresses");
        let four = record.text("IPAddressVersion") == Some("IPV4");
        for address in addresses.iter().filter_map(Value::as_text) {
            let (host, length) = address.split_once('/').unwrap_or((address, ""));
            let sound = match host.parse::<std::net::IpAddr>() {
                Ok(ip) => {
                    ip.is_ipv4() == four
                        && length.parse::<u8>().is_ok_and(|n| n <= if four { 32 } else { 128 })
                }
                Err(_) => false,
            };
            if !sound {
                return Err(ApiError::new(
                    "WAFInvalidParameterException",
                    "Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS",
                )
                .with("Field", "IP_ADDRESS")
                .with("Parameter", address)
                .with("Reason", "The parameter contains formatting that is not valid."));
            }
        }
        set(record, "Addresses", Value::List(addresses.to_vec()));
        if let Some(text) = call.input.text("Description") {
            set(record, "Description", text);
        }
        Ok(())
    })
}

fn update_acl(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    locked(world, call, "acls", |record| {
        for member in [
            "DefaultAction",
            "Rules",
            "VisibilityConfig",
            "Description",
            "TokenDomains",
            "CustomResponseBodies",
        ] {
            if let Some(value) = call.input.get(member) {
                set(record, member, value.clone());
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn an_address_is_blocked_under_the_lock_token_once() {
        let mut world = world();
        let named = Value::empty()
            .with("Name", "blocked")
            .with("Id", "1e7c9a35-6b2d-4f80-8c41-d5e3f7a9b062")
            .with("Scope", "REGIONAL");
        let held = ask(&mut world, "wafv2", "GetIPSet", named.clone()).unwrap();
        let input = named
            .clone()
            .with("Addresses", Value::list(["203.0.113.9/32"]))
            .with("LockToken", held.text("LockToken").unwrap());
        ask(&mut world, "wafv2", "UpdateIPSet", input.clone()).unwrap();
        let error = ask(&mut world, "wafv2", "UpdateIPSet", input).unwrap_err();
        assert_eq!(error.code, "WAFOptimisticLockException");
        let set = ask(&mut world, "wafv2", "GetIPSet", named).unwrap();
        assert_eq!(set.get("IPSet").unwrap().items("Addresses").len(), 1);
    }
}
