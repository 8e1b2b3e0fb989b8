//! Record sets: listed in the order of DNS, changed all or none, and resolved.

use super::super::standing::{input, one, shelf, shelf_mut};
use super::zone_of;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{hex_of, shown};

/// How long a change takes to reach every name server, in milliseconds.
const SYNC_MS: i64 = 30_000;

/// For so long a zone takes no second change, in milliseconds.
const BUSY_MS: i64 = 1_000;

/// DNS sorts names by their labels from the right.
fn order(record: &Value) -> (String, String, String) {
    let name = record.text("Name").unwrap_or_default();
    let reversed: Vec<_> = name.trim_end_matches('.').rsplit('.').collect();
    let text = |member| record.text(member).unwrap_or_default().to_owned();
    (reversed.join("."), text("Type"), text("SetIdentifier"))
}

fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.').to_lowercase())
}

fn of_zone(world: &World, call: &Call, zone: &str) -> Vec<Value> {
    let mut found: Vec<_> = shelf(world, call, "records")
        .iter()
        .filter(|record| record.text("_zone") == Some(zone))
        .cloned()
        .collect();
    found.sort_by_key(order);
    found
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let zone = zone_of(world, call, input(call, "HostedZoneId"))?
        .text("Id")
        .unwrap_or_default()
        .to_owned();
    let all = of_zone(world, call, &zone);
    let start = call.input.text("StartRecordName").map(|name| {
        let kind = call.input.text("StartRecordType").unwrap_or_default();
        let id = call.input.text("StartRecordIdentifier").unwrap_or_default();
        order(
            &Value::empty()
                .with("Name", absolute(name))
                .with("Type", kind)
                .with("SetIdentifier", id),
        )
    });
    let size = call
        .input
        .text("MaxItems")
        .and_then(|text| text.parse().ok())
        .unwrap_or(300_usize)
        .clamp(1, 300);
    let rest: Vec<_> = all
        .iter()
        .filter(|record| start.as_ref().is_none_or(|start| order(record) >= *start))
        .collect();
    let next = rest.get(size);
    let output = Value::empty()
        .with("ResourceRecordSets", Value::list(rest.iter().take(size).map(|record| shown(record))))
        .with("IsTruncated", next.is_some())
        .with("MaxItems", size.to_string())
        .with_some("NextRecordName", next.and_then(|record| record.text("Name")))
        .with_some("NextRecordType", next.and_then(|record| record.text("Type")))
        .with_some("NextRecordIdentifier", next.and_then(|record| record.text("SetIdentifier")));
    Ok(output.into())
}

/// Applies every change of a batch, or none.
pub(super) fn change(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let zone = zone_of(world, call, input(call, "HostedZoneId"))?;
    let (id, name) = (
        zone.text("Id").unwrap_or_default().to_owned(),
        zone.text("Name").unwrap_or_default().to_owned(),
    );
    let batch = call.input.get("ChangeBatch").cloned().unwrap_or_else(Value::empty);
    let before = of_zone(world, call, &id);
    let mut records = shelf(world, call, "records").to_vec();
    for change in batch.items("Changes") {
        let check = change.get("ResourceRecordSet").and_then(|set| set.text("HealthCheckId"));
        if let Some(check) = check.filter(|id| one(world, call, "healthchecks", "Id", id).is_none())
        {
            let what = format!("A health check with id {check} does not exist.");
            return Err(ApiError::new("NoSuchHealthCheck", what));
        }
        apply(&mut records, change, &id, &name)?;
    }
    let busy = |change: &Value| {
        change.text("_zone") == Some(&id)
            && change.time("SubmittedAt").is_some_and(|at| now < at + BUSY_MS)
    };
    if shelf(world, call, "changes").iter().any(busy) {
        return Err(ApiError::new(
            "PriorRequestNotComplete",
            "The request was rejected because Route 53 was still processing a prior request.",
        ));
    }
    *shelf_mut(world, call, "records") = records;
    let serial = world.fixture.next_id();
    let change_id =
        format!("/change/C{}", hex_of(&serial).to_uppercase().chars().take(20).collect::<String>());
    let info = Value::empty()
        .with("Id", change_id)
        .with("SubmittedAt", Value::Time(now))
        .with_some("Comment", batch.text("Comment"));
    let kept = info.clone().with("_zone", id).with("_before", Value::List(before));
    shelf_mut(world, call, "changes").push(kept);
    Ok(Value::empty().with("ChangeInfo", info.with("Status", "PENDING")).into())
}

fn apply(
    records: &mut Vec<Value>,
    change: &Value,
    zone: &str,
    zone_name: &str,
) -> Result<(), ApiError> {
    let refuse = |why: String| ApiError::new("InvalidChangeBatch", format!("[{why}]"));
    let wanted = change.get("ResourceRecordSet").cloned().unwrap_or_else(Value::empty);
    let name = absolute(wanted.text("Name").unwrap_or_default());
    let kind = wanted.text("Type").unwrap_or_default();
    if name != zone_name && !name.ends_with(&format!(".{zone_name}")) {
        return Err(refuse(format!(
            "RRSet with DNS name {name} is not permitted in zone {zone_name}"
        )));
    }
    if wanted.int("Weight").is_some() && wanted.text("SetIdentifier").is_none() {
        return Err(refuse(format!(
            "Missing field 'SetIdentifier' in Change with [Action={}, Name={name}, Type={kind}]",
            change.text("Action").unwrap_or_default()
        )));
    }
    let of_name = |record: &&Value| {
        record.text("_zone") == Some(zone)
            && record.text("Name") == Some(&name)
            && record.text("Type") == Some(kind)
    };
    let routed = |record: &Value| {
        let by = ["Weight", "Failover", "Region", "GeoLocation", "MultiValueAnswer"];
        by.iter().position(|member| record.get(member).is_some())
    };
    let other = records.iter().filter(of_name).find(|record| routed(record) != routed(&wanted));
    if change.text("Action") != Some("DELETE") && other.is_some() {
        return Err(refuse(format!(
            "RRSet with DNS name {name}, type {kind} cannot be created as other RRSets exist with the same name and type"
        )));
    }
    let wanted = wanted.clone().with("Name", name.as_str()).with("_zone", zone);
    let place = records
        .iter()
        .position(|record| record.text("_zone") == Some(zone) && order(record) == order(&wanted));
    match (change.text("Action"), place) {
        (Some("CREATE"), Some(_)) => Err(refuse(format!(
            "Tried to create resource record set [name='{name}', type='{kind}'] but it already exists"
        ))),
        (Some("CREATE" | "UPSERT"), None) => {
            records.push(wanted);
            Ok(())
        }
        (Some("DELETE"), place) => {
            let held = place.filter(|place| records.get(*place) == Some(&wanted));
            let Some(place) = held else {
                return Err(refuse(format!(
                    "Tried to delete resource record set [name='{name}', type='{kind}'] but the values provided do not match the current values"
                )));
            };
            records.remove(place);
            Ok(())
        }
        (_, Some(place)) => {
            if let Some(record) = records.get_mut(place) {
                *record = wanted;
            }
            Ok(())
        }
        (_, None) => Err(refuse("The action is not CREATE, DELETE or UPSERT".to_owned())),
    }
}

pub(super) fn state(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let asked = input(call, "Id");
    let bare = asked.rsplit('/').next().unwrap_or(asked);
    let Some(change) = one(world, call, "changes", "Id", &format!("/change/{bare}")) else {
        return Err(ApiError::new(
            "NoSuchChange",
            format!("A change with the ID {bare} does not exist."),
        ));
    };
    let synced = change.time("SubmittedAt").is_some_and(|at| at + SYNC_MS <= world.now());
    let info = shown(change).with("Status", if synced { "INSYNC" } else { "PENDING" });
    Ok(Value::empty().with("ChangeInfo", info).into())
}

/// What the zone's name servers answer.
pub(super) fn resolve(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let zone = zone_of(world, call, input(call, "HostedZoneId"))?;
    let server =
        zone.items("_nameservers").iter().find_map(Value::as_text).unwrap_or_default().to_owned();
    let id = zone.text("Id").unwrap_or_default().to_owned();
    let (name, kind) = (absolute(input(call, "RecordName")), input(call, "RecordType").to_owned());
    let known = as_served(world, call, &id);
    let of_name: Vec<_> = known.into_iter().filter(|r| r.text("Name") == Some(&name)).collect();
    let matching: Vec<_> = of_name.iter().filter(|r| r.text("Type") == Some(&kind)).collect();
    // Of a failover pair the primary answers, unless its health check was inverted.
    let primary = matching.iter().find(|record| {
        record.text("Failover") == Some("PRIMARY")
            && healthy(world, call, record.text("HealthCheckId"))
    });
    let secondary = matching.iter().find(|record| record.text("Failover") == Some("SECONDARY"));
    let weighted = weighted(world, call, &matching);
    let answer = primary.or(secondary).or(weighted.as_ref()).or(matching.first());
    let data: Vec<Value> = answer.map_or_else(Vec::new, |record| {
        match record.get("AliasTarget").and_then(|alias| alias.text("DNSName")) {
            Some(alias) => vec![alias.into()],
            None => record
                .items("ResourceRecords")
                .iter()
                .filter_map(|r| r.get("Value").cloned())
                .collect(),
        }
    });
    let output = Value::empty()
        .with("Nameserver", server)
        .with("RecordName", name)
        .with("RecordType", kind)
        .with("RecordData", Value::List(data))
        .with("ResponseCode", if of_name.is_empty() { "NXDOMAIN" } else { "NOERROR" })
        .with("Protocol", "UDP");
    Ok(output.into())
}

fn healthy(world: &World, call: &Call, check: Option<&str>) -> bool {
    let check = check.and_then(|id| one(world, call, "healthchecks", "Id", id));
    !check.is_some_and(|check| super::fails(check, world.now()))
}

/// The records of a zone as its name servers have them: a change reaches them a while after it was made.
fn as_served(world: &World, call: &Call, zone: &str) -> Vec<Value> {
    let under_way = shelf(world, call, "changes").iter().find(|change| {
        change.text("_zone") == Some(zone)
            && change.time("SubmittedAt").is_some_and(|at| world.now() < at + SYNC_MS)
    });
    match under_way {
        Some(change) => change.items("_before").to_vec(),
        None => of_zone(world, call, zone),
    }
}

/// One of several weighted records, each as often as its weight says. Weight 0 is answered where nothing else is healthy, and
/// where all are 0 all are answered alike.
fn weighted<'a>(world: &World, call: &Call, records: &[&'a Value]) -> Option<&'a Value> {
    let weight = |record: &Value| record.int("Weight");
    let well = |record: &&&Value| healthy(world, call, record.text("HealthCheckId"));
    let chosen = |wanted: &dyn Fn(i64) -> bool, ill: bool| -> Vec<&'a Value> {
        let of = records.iter().filter(|record| weight(record).is_some_and(wanted));
        of.filter(|record| ill || well(record)).copied().collect()
    };
    let mut found = chosen(&|it| it > 0, false);
    for (zero, ill) in [(true, false), (false, true), (true, true)] {
        if found.is_empty() {
            found = chosen(&|it| (it == 0) == zero, ill);
        }
    }
    let share = |record: &Value| weight(record).unwrap_or(0).max(1);
    let sum: i64 = found.iter().map(|record| share(record)).sum();
    let mut at = (world.now() / 1_000).rem_euclid(sum.max(1));
    found.into_iter().find(|record| {
        at -= share(record);
        at < 0
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{START, ask, world};
    use super::*;

    fn batch(action: &str, name: &str) -> Value {
        batch_of(action, name, "TXT")
    }

    fn batch_of(action: &str, name: &str, kind: &str) -> Value {
        let set = Value::empty()
            .with("Name", name)
            .with("Type", kind)
            .with("TTL", 60)
            .with("ResourceRecords", Value::list([Value::empty().with("Value", "\"x\"")]));
        let change = Value::empty().with("Action", action).with("ResourceRecordSet", set);
        Value::empty()
            .with("HostedZoneId", "Z04SHOPEXAMPLE1")
            .with("ChangeBatch", Value::empty().with("Changes", Value::list([change])))
    }

    #[test]
    fn a_record_is_created_once_and_in_sync_after_a_while() {
        let mut world = world();
        let input = batch("CREATE", "probe.shop.example");
        let output = ask(&mut world, "route53", "ChangeResourceRecordSets", input.clone()).unwrap();
        let info = output.get("ChangeInfo").unwrap();
        assert_eq!(info.text("Status"), Some("PENDING"));
        let error = ask(&mut world, "route53", "ChangeResourceRecordSets", input).unwrap_err();
        assert_eq!(error.code, "InvalidChangeBatch");
        world.advance_to(START + 31_000);
        let id = Value::empty().with("Id", info.text("Id").unwrap());
        let state = ask(&mut world, "route53", "GetChange", id).unwrap();
        assert_eq!(state.get("ChangeInfo").unwrap().text("Status"), Some("INSYNC"));
    }

    #[test]
    fn inverting_the_health_check_moves_the_answer_to_the_second_region() {
        let mut world = world();
        let question = Value::empty()
            .with("HostedZoneId", "Z04SHOPEXAMPLE1")
            .with("RecordName", "api.shop.example")
            .with("RecordType", "A");
        let data = |world: &mut World| {
            let answer = ask(world, "route53", "TestDNSAnswer", question.clone()).unwrap();
            answer.items("RecordData")[0].as_text().unwrap().to_owned()
        };
        assert!(data(&mut world).contains("eu-central-1"));
        let input = Value::empty()
            .with("HealthCheckId", "4e6a8c0d-2f1b-4d35-8799-a1b3c5d7e9f0")
            .with("Inverted", true);
        ask(&mut world, "route53", "UpdateHealthCheck", input).unwrap();
        assert!(data(&mut world).contains("eu-central-1"), "the checkers have not looked yet");
        world.advance_to(START + 31_000);
        assert!(data(&mut world).contains("eu-west-1"));
    }

    /// The weights of `pay.shop.example`, changed in one batch.
    fn shift(home: i64, west: i64) -> Value {
        let upsert = |set: &str, weight: i64, target: &str| {
            let record = Value::empty()
                .with("Name", "pay.shop.example")
                .with("Type", "CNAME")
                .with("SetIdentifier", set)
                .with("Weight", weight)
                .with("TTL", 60)
                .with("ResourceRecords", Value::list([Value::empty().with("Value", target)]));
            Value::empty().with("Action", "UPSERT").with("ResourceRecordSet", record)
        };
        let changes = [upsert("home", home, "home.example"), upsert("west", west, "west.example")];
        Value::empty()
            .with("HostedZoneId", "Z04SHOPEXAMPLE1")
            .with("ChangeBatch", Value::empty().with("Changes", Value::list(changes)))
    }

    fn pay(world: &mut World) -> String {
        let question = Value::empty()
            .with("HostedZoneId", "Z04SHOPEXAMPLE1")
            .with("RecordName", "pay.shop.example")
            .with("RecordType", "CNAME");
        let answer = ask(world, "route53", "TestDNSAnswer", question).unwrap();
        answer.items("RecordData")[0].as_text().unwrap().to_owned()
    }

    #[test]
    fn weights_are_answered_by_once_all_name_servers_have_them() {
        let mut world = world();
        ask(&mut world, "route53", "ChangeResourceRecordSets", shift(0, 100)).unwrap();
        assert!(pay(&mut world).contains("eu-central-1"), "the name servers have the old one");
        world.advance_to(START + 31_000);
        assert_eq!(pay(&mut world), "west.example");
    }

    #[test]
    fn cf17_a_zone_takes_one_change_at_a_time() {
        let mut world = world();
        ask(&mut world, "route53", "ChangeResourceRecordSets", shift(0, 100)).unwrap();
        let error =
            ask(&mut world, "route53", "ChangeResourceRecordSets", shift(50, 50)).unwrap_err();
        assert_eq!(error.code, "PriorRequestNotComplete");
        world.advance_to(START + 2_000);
        ask(&mut world, "route53", "ChangeResourceRecordSets", shift(50, 50)).unwrap();
    }

    #[test]
    fn cf18_of_a_batch_that_is_half_invalid_nothing_is_applied() {
        let mut world = world();
        let mut input = shift(0, 100);
        let elsewhere = Value::empty()
            .with("Name", "pay.other.example")
            .with("Type", "CNAME")
            .with("TTL", 60)
            .with("ResourceRecords", Value::list([Value::empty().with("Value", "x.example")]));
        let invalid = Value::empty().with("Action", "UPSERT").with("ResourceRecordSet", elsewhere);
        let mut changes = input.get("ChangeBatch").unwrap().items("Changes").to_vec();
        changes.push(invalid);
        input = input.with("ChangeBatch", Value::empty().with("Changes", Value::List(changes)));
        let error = ask(&mut world, "route53", "ChangeResourceRecordSets", input).unwrap_err();
        assert_eq!(error.code, "InvalidChangeBatch");
        world.advance_to(START + 31_000);
        assert!(pay(&mut world).contains("eu-central-1"));
    }

    #[test]
    fn a_record_without_a_weight_does_not_stand_beside_weighted_ones() {
        let mut world = world();
        let error = ask(
            &mut world,
            "route53",
            "ChangeResourceRecordSets",
            batch_of("UPSERT", "pay.shop.example", "CNAME"),
        );
        assert_eq!(error.unwrap_err().code, "InvalidChangeBatch");
    }

    #[test]
    fn records_are_paged_by_name() {
        let mut world = world();
        let mut input =
            Value::empty().with("HostedZoneId", "Z04SHOPEXAMPLE1").with("MaxItems", "2");
        let mut seen = 0;
        loop {
            let output =
                ask(&mut world, "route53", "ListResourceRecordSets", input.clone()).unwrap();
            seen += output.items("ResourceRecordSets").len();
            let Some(name) = output.text("NextRecordName") else { break };
            input = input
                .with("StartRecordName", name)
                .with("StartRecordType", output.text("NextRecordType").unwrap())
                .with(
                    "StartRecordIdentifier",
                    output.text("NextRecordIdentifier").unwrap_or_default(),
                );
        }
        assert_eq!(seen, 12);
    }
}
