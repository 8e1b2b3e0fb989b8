//! Record sets: listed in the order of DNS, changed all or none, and resolved.

use super::super::standing::{input, one, shelf, shelf_mut};
use super::zone_of;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{hex_of, shown};

/// How long a change takes to reach every name server, in milliseconds.
const SYNC_MS: i64 = 30_000;

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
    let mut records = shelf(world, call, "records").to_vec();
    for change in batch.items("Changes") {
        apply(&mut records, change, &id, &name)?;
    }
    *shelf_mut(world, call, "records") = records;
    let serial = world.fixture.next_id();
    let change_id =
        format!("/change/C{}", hex_of(&serial).to_uppercase().chars().take(20).collect::<String>());
    let info = Value::empty()
        .with("Id", change_id)
        .with("SubmittedAt", Value::Time(now))
        .with_some("Comment", batch.text("Comment"));
    shelf_mut(world, call, "changes").push(info.clone());
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
    let info = change.clone().with("Status", if synced { "INSYNC" } else { "PENDING" });
    Ok(Value::empty().with("ChangeInfo", info).into())
}

/// What the zone's name servers answer.
pub(super) fn resolve(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let zone = zone_of(world, call, input(call, "HostedZoneId"))?;
    let server =
        zone.items("_nameservers").iter().find_map(Value::as_text).unwrap_or_default().to_owned();
    let id = zone.text("Id").unwrap_or_default().to_owned();
    let (name, kind) = (absolute(input(call, "RecordName")), input(call, "RecordType").to_owned());
    let of_name: Vec<_> =
        of_zone(world, call, &id).into_iter().filter(|r| r.text("Name") == Some(&name)).collect();
    let matching: Vec<_> = of_name.iter().filter(|r| r.text("Type") == Some(&kind)).collect();
    // Of a failover pair the primary answers, unless its health check was inverted.
    let primary = matching.iter().find(|record| {
        record.text("Failover") == Some("PRIMARY")
            && healthy(world, call, record.text("HealthCheckId"))
    });
    let secondary = matching.iter().find(|record| record.text("Failover") == Some("SECONDARY"));
    let answer = primary.or(secondary).or(matching.first());
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
    let config = check
        .and_then(|id| one(world, call, "healthchecks", "Id", id))
        .and_then(|check| check.get("HealthCheckConfig"));
    config.is_none_or(|config| config.bool("Inverted") != Some(true))
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{START, ask, world};
    use super::*;

    fn batch(action: &str, name: &str) -> Value {
        let set = Value::empty()
            .with("Name", name)
            .with("Type", "TXT")
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
        assert!(data(&mut world).contains("eu-west-1"));
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
        assert_eq!(seen, 6);
    }
}
