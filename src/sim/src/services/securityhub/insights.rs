//! Insights: findings counted by the values of one attribute.

use std::collections::BTreeMap;

use super::super::pages::{Paging, page};
use super::{attributes, filters, missing, settled};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record;

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 100, refusal: "InvalidInputException" };

/// Number, name, attribute to count by, and filters.
type Insight = (u32, &'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The insights that every account has.
const MANAGED: [Insight; 5] = [
    (1, "Resources with the most findings", "ResourceId", &[]),
    (10, "S3 buckets with findings", "ResourceId", &[("ResourceType", "AwsS3Bucket")]),
    (20, "Access keys with findings", "ResourceId", &[("ResourceType", "AwsIamAccessKey")]),
    (29, "Findings by severity", "SeverityLabel", &[]),
    (35, "Controls that failed", "ComplianceSecurityControlId", &[("ComplianceStatus", "FAILED")]),
];

fn insight_arn(number: u32) -> String {
    format!("arn:aws:securityhub:::insight/securityhub/default/{number}")
}

fn filters_of(only: &[(&str, &str)]) -> Value {
    let equals = |value: &str| {
        Value::list([Value::empty().with("Comparison", "EQUALS").with("Value", value)])
    };
    only.iter()
        .fold(Value::empty().with("RecordState", equals("ACTIVE")), |filters, (name, value)| {
            filters.with(name, equals(value))
        })
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    let asked: Vec<_> = call.input.items("InsightArns").iter().filter_map(Value::as_text).collect();
    if let Some(unknown) =
        asked.iter().find(|arn| !MANAGED.iter().any(|(number, ..)| insight_arn(*number) == **arn))
    {
        return Err(missing(format!("The insight {unknown} does not exist.")));
    }
    let insights = MANAGED
        .iter()
        .filter(|(number, ..)| asked.is_empty() || asked.contains(&insight_arn(*number).as_str()))
        .map(|(number, name, by, only)| {
            Value::empty()
                .with("InsightArn", insight_arn(*number))
                .with("Name", *name)
                .with("GroupByAttribute", *by)
                .with("Filters", filters_of(only))
        })
        .collect();
    let page = page(call, insights, &PAGING)?;
    let output =
        Value::empty().with("Insights", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}

pub(super) fn results(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let hub = settled(world, call)?;
    let asked = call.input.text("InsightArn").unwrap_or_default();
    let Some((_, _, by, only)) = MANAGED.iter().find(|(number, ..)| insight_arn(*number) == asked)
    else {
        return Err(missing(format!("The insight {asked} does not exist.")));
    };
    let wanted = filters_of(only);
    let path = attributes::of(by).map_or("Id", |(path, _)| path);
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for finding in hub.findings().iter().filter(|f| filters::pass(f, &wanted, now)) {
        for value in record::at(finding, path).into_iter().filter_map(Value::as_text) {
            *counts.entry(value.to_owned()).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| -count);
    let values = counts.into_iter().take(100).map(|(value, count)| {
        Value::empty().with("GroupByAttributeValue", value).with("Count", count)
    });
    let results = Value::empty()
        .with("InsightArn", asked)
        .with("GroupByAttribute", *by)
        .with("ResultValues", Value::list(values));
    Ok(Value::empty().with("InsightResults", results).into())
}
