//! EC2: instances and network interfaces.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, listing, shelf, wild};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{at, shown};
use crate::world::names::ACCOUNT;

pub(super) const OPERATIONS: Table =
    &[("DescribeInstances", instances), ("DescribeNetworkInterfaces", interfaces)];

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 1000, refusal: "InvalidNextToken" };

/// The filters we know, and where what they compare stands.
const INSTANCE_FILTERS: [(&str, &str); 12] = [
    ("instance-id", "InstanceId"),
    ("instance-type", "InstanceType"),
    ("instance-state-name", "State.Name"),
    ("image-id", "ImageId"),
    ("vpc-id", "VpcId"),
    ("subnet-id", "SubnetId"),
    ("availability-zone", "Placement.AvailabilityZone"),
    ("private-ip-address", "PrivateIpAddress"),
    ("ip-address", "PublicIpAddress"),
    ("instance.group-id", "SecurityGroups.GroupId"),
    ("tag-key", "Tags.Key"),
    ("architecture", "Architecture"),
];

const INTERFACE_FILTERS: [(&str, &str); 12] = [
    ("network-interface-id", "NetworkInterfaceId"),
    ("vpc-id", "VpcId"),
    ("subnet-id", "SubnetId"),
    ("group-id", "Groups.GroupId"),
    ("group-name", "Groups.GroupName"),
    ("description", "Description"),
    ("interface-type", "InterfaceType"),
    ("status", "Status"),
    ("private-ip-address", "PrivateIpAddress"),
    ("addresses.private-ip-address", "PrivateIpAddresses.PrivateIpAddress"),
    ("attachment.instance-id", "Attachment.InstanceId"),
    ("availability-zone", "AvailabilityZone"),
];

fn instances(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = found(
        world,
        call,
        &Kind {
            shelf: "instances",
            id: "InstanceId",
            ids: "InstanceIds",
            tags: "Tags",
            missing: "InvalidInstanceID.NotFound",
            filters: &INSTANCE_FILTERS,
        },
    )?;
    let reservations = found
        .iter()
        .map(|instance| {
            Value::empty()
                .with_some("ReservationId", instance.text("_reservation"))
                .with("OwnerId", ACCOUNT)
                .with("Groups", Value::List(Vec::new()))
                .with("Instances", Value::list([shown(instance)]))
        })
        .collect();
    listing(call, reservations, "Reservations", "NextToken", &PAGING)
}

fn interfaces(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = found(
        world,
        call,
        &Kind {
            shelf: "interfaces",
            id: "NetworkInterfaceId",
            ids: "NetworkInterfaceIds",
            tags: "TagSet",
            missing: "InvalidNetworkInterfaceID.NotFound",
            filters: &INTERFACE_FILTERS,
        },
    )?;
    listing(call, found.iter().map(shown).collect(), "NetworkInterfaces", "NextToken", &PAGING)
}

struct Kind {
    shelf: &'static str,
    id: &'static str,
    ids: &'static str,
    tags: &'static str,
    missing: &'static str,
    filters: &'static [(&'static str, &'static str)],
}

fn found(world: &World, call: &Call, kind: &Kind) -> Result<Vec<Value>, ApiError> {
    if call.input.bool("DryRun") == Some(true) {
        return Err(ApiError::new(
            "DryRunOperation",
            "Request would have succeeded, but DryRun flag is set.",
        ));
    }
    let ids = asked(call, kind.ids);
    let records = shelf(world, call, kind.shelf);
    if let Some(id) = ids.iter().find(|id| !records.iter().any(|r| r.text(kind.id) == Some(id))) {
        return Err(ApiError::new(kind.missing, format!("The ID '{id}' does not exist")));
    }
    let mut found: Vec<Value> = records
        .iter()
        .filter(|record| ids.is_empty() || ids.iter().any(|id| record.text(kind.id) == Some(id)))
        .cloned()
        .collect();
    for filter in call.input.items("Filters") {
        let name = filter.text("Name").unwrap_or_default();
        let values: Vec<_> = filter.items("Values").iter().filter_map(Value::as_text).collect();
        let passes: Box<dyn Fn(&Value) -> bool> = if let Some(key) = name.strip_prefix("tag:") {
            Box::new(|record| {
                record.items(kind.tags).iter().any(|tag| {
                    tag.text("Key") == Some(key)
                        && values.iter().any(|v| wild(v, tag.text("Value").unwrap_or_default()))
                })
            })
        } else if let Some((_, path)) = kind.filters.iter().find(|(known, _)| *known == name) {
            Box::new(|record| {
                at(record, path)
                    .into_iter()
                    .filter_map(Value::as_text)
                    .any(|text| values.iter().any(|value| wild(value, text)))
            })
        } else {
            return Err(ApiError::new(
                "InvalidParameterValue",
                format!("The filter '{name}' is invalid"),
            ));
        };
        found.retain(passes);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn instances_are_found_by_tag_and_missing_ids_are_refused() {
        let filter =
            Value::empty().with("Name", "tag:Name").with("Values", Value::list(["shop-*"]));
        let input = Value::empty().with("Filters", Value::list([filter]));
        let output = ask(&mut world(), "ec2", "DescribeInstances", input).unwrap();
        assert_eq!(output.items("Reservations").len(), 1);
        let input = Value::empty().with("InstanceIds", Value::list(["i-0000"]));
        let error = ask(&mut world(), "ec2", "DescribeInstances", input).unwrap_err();
        assert_eq!(error.code, "InvalidInstanceID.NotFound");
    }
}
