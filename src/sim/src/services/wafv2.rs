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

/// The addresses that a rate rule limits now, whether it blocks or counts them.
fn rate_keys(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let rule = input(call, "RuleName");
    let found = shelf(world, call, "acls").iter().find(|record| {
        record.text("_scope") == call.input.text("Scope")
            && record.text("Id") == call.input.text("WebACLId")
            && record.text("Name") == call.input.text("WebACLName")
    });
    let held = found.and_then(|acl| {
        acl.items("Rules").iter().find(|held| {
            held.text("Name") == Some(rule)
                && held.get("Statement").is_some_and(|s| s.get("RateBasedStatement").is_some())
        })
    });
    let Some(held) = held else { return Err(missing()) };
    let metric = held.get("VisibilityConfig").and_then(|it| it.text("MetricName"));
    let limited = world.limited(metric.unwrap_or_default()).into_iter();
    let addresses: Vec<_> = limited.map(|address| Value::from(format!("{address}/32"))).collect();
    let keys = |version: &str, addresses: Vec<Value>| {
        Value::empty().with("IPAddressVersion", version).with("Addresses", Value::List(addresses))
    };
    let output = Value::empty()
        .with("ManagedKeysIPV4", keys("IPV4", addresses))
        .with("ManagedKeysIPV6", keys("IPV6", Vec::new()));
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

/// What a web ACL may take of capacity.
const CAPACITY: i64 = 5_000;

/// Replaces a web ACL: what the call does not name, it has no longer.
fn update_acl(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    locked(world, call, "acls", |record| {
        let rules = call.input.items("Rules");
        sound(rules)?;
        let (before, after) = (cost(record.items("Rules")), cost(rules));
        let capacity = record.int("Capacity").unwrap_or_default() - before + after;
        if capacity > CAPACITY {
            return Err(ApiError::new(
                "WAFLimitsExceededException",
                "AWS WAF couldn\u{2019}t perform the operation because you exceeded your resource limit: WEB_ACL_CAPACITY.",
            ));
        }
        for member in [
            "DefaultAction",
            "Rules",
            "VisibilityConfig",
            "Description",
            "TokenDomains",
            "CustomResponseBodies",
            "CaptchaConfig",
            "ChallengeConfig",
            "AssociationConfig",
            "DataProtectionConfig",
            "OnSourceDDoSProtectionConfig",
            "ApplicationConfig",
        ] {
            match call.input.get(member) {
                Some(value) => set(record, member, value.clone()),
                None => unset(record, member),
            }
        }
        set(record, "Capacity", capacity);
        Ok(())
    })
}

fn unset(record: &mut Value, member: &str) {
    if let Value::Map(members) = record {
        members.remove(member);
    }
}

/// Whether rules can stand together: each its own name and place, something to do, and a window that there is.
fn sound(rules: &[Value]) -> Result<(), ApiError> {
    let invalid = |field: &str, parameter: &str, reason: &str| {
        let message = format!("Error reason: {reason}, field: {field}, parameter: {parameter}");
        ApiError::new("WAFInvalidParameterException", message)
            .with("Field", field)
            .with("Parameter", parameter)
            .with("Reason", reason)
    };
    for (at, rule) in rules.iter().enumerate() {
        let name = rule.text("Name").unwrap_or_default();
        let earlier = rules.iter().take(at);
        for other in earlier {
            if other.text("Name") == rule.text("Name") {
                let what = "AWS WAF couldn\u{2019}t perform the operation because some resource in your request is a duplicate of an existing one.";
                return Err(ApiError::new("WAFDuplicateItemException", what));
            }
            if other.int("Priority") == rule.int("Priority") {
                return Err(invalid("RULE", name, "Two rules have the same priority"));
            }
        }
        if rule.get("Action").is_some() == rule.get("OverrideAction").is_some() {
            return Err(invalid(
                "RULE_ACTION",
                name,
                "A rule has an action, or one in place of a group's",
            ));
        }
        let rated = rule.get("Statement").and_then(|it| it.get("RateBasedStatement"));
        let window = rated.and_then(|it| it.int("EvaluationWindowSec")).unwrap_or(300);
        if ![60, 120, 300, 600].contains(&window) {
            return Err(invalid("EVALUATION_WINDOW_SEC", name, "There is no such window"));
        }
    }
    Ok(())
}

/// What those rules take of capacity whose price is known: the others stay as they are.
fn cost(rules: &[Value]) -> i64 {
    let price = |rule: &Value| {
        let has = |kind: &str| rule.get("Statement").is_some_and(|it| it.get(kind).is_some());
        i64::from(has("IPSetReferenceStatement")) + 2 * i64::from(has("RateBasedStatement"))
    };
    rules.iter().map(price).sum()
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

    fn held(world: &mut World) -> (Value, Value) {
        let named = Value::empty()
            .with("Name", "shop-edge")
            .with("Id", "5c1b7e02-3f6a-4d84-9d0e-71f2a8c3b640")
            .with("Scope", "REGIONAL");
        let held = ask(world, "wafv2", "GetWebACL", named.clone()).unwrap();
        let acl = held.get("WebACL").unwrap();
        let mut input = named.with("LockToken", held.text("LockToken").unwrap());
        for member in [
            "DefaultAction",
            "Rules",
            "VisibilityConfig",
            "Description",
            "TokenDomains",
            "CaptchaConfig",
        ] {
            input = input.with_some(member, acl.get(member).cloned());
        }
        (acl.clone(), input)
    }

    fn rate(name: &str, priority: i64, window: i64) -> Value {
        let statement = Value::empty()
            .with("Limit", 100)
            .with("EvaluationWindowSec", window)
            .with("AggregateKeyType", "IP");
        Value::empty()
            .with("Name", name)
            .with("Priority", priority)
            .with("Action", Value::empty().with("Count", Value::empty()))
            .with("Statement", Value::empty().with("RateBasedStatement", statement))
            .with(
                "VisibilityConfig",
                Value::empty()
                    .with("SampledRequestsEnabled", true)
                    .with("CloudWatchMetricsEnabled", true)
                    .with("MetricName", name),
            )
    }

    fn update(world: &mut World, more: Value) -> Result<Value, ApiError> {
        let (_, input) = held(world);
        let mut rules = input.items("Rules").to_vec();
        rules.push(more);
        ask(world, "wafv2", "UpdateWebACL", input.with("Rules", Value::List(rules)))
    }

    #[test]
    fn a_web_acl_is_replaced_whole_and_what_is_not_sent_is_gone() {
        let mut world = world();
        let (_, input) = held(&mut world);
        let mut bare = Value::empty();
        for member in ["Name", "Id", "Scope", "LockToken", "DefaultAction", "VisibilityConfig"] {
            bare = bare.with_some(member, input.get(member).cloned());
        }
        ask(&mut world, "wafv2", "UpdateWebACL", bare).unwrap();
        let (after, _) = held(&mut world);
        assert!(after.items("Rules").is_empty());
        assert_eq!((after.get("Description"), after.get("CaptchaConfig")), (None, None));
    }

    #[test]
    fn rules_of_a_web_acl_have_names_places_windows_and_capacity() {
        let mut world = world();
        let (before, _) = held(&mut world);
        update(&mut world, rate("ours", 0, 60)).unwrap();
        let (after, _) = held(&mut world);
        assert_eq!(after.int("Capacity"), before.int("Capacity").map(|units| units + 2));
        let code = |error: Result<Value, ApiError>| error.unwrap_err().code;
        assert_eq!(code(update(&mut world, rate("ours", 1, 60))), "WAFDuplicateItemException");
        assert_eq!(code(update(&mut world, rate("more", 0, 60))), "WAFInvalidParameterException");
        assert_eq!(code(update(&mut world, rate("more", 1, 90))), "WAFInvalidParameterException");
        let call = super::super::rehearsal::call("wafv2", "UpdateWebACL", Value::empty());
        set(&mut shelf_mut(&mut world, &call, "acls")[0], "Capacity", 4_999);
        assert_eq!(code(update(&mut world, rate("more", 1, 60))), "WAFLimitsExceededException");
    }
}
