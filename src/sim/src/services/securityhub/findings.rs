//! Asking for findings: filtered, sorted, a page at a time.

use std::cmp::Ordering;

use super::super::pages::{Paging, page};
use super::{attributes, filters, invalid, settled};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record;

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 100, refusal: "InvalidInputException" };

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let hub = settled(world, call)?;
    let none = Value::empty();
    let wanted = call.input.get("Filters").unwrap_or(&none);
    filters::check(wanted)?;
    let mut found: Vec<_> = hub
        .findings()
        .iter()
        .filter(|finding| filters::pass(finding, wanted, now))
        .cloned()
        .collect();
    sort(&mut found, call.input.items("SortCriteria"))?;
    let page = page(call, found, &PAGING)?;
    let output =
        Value::empty().with("Findings", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}

/// Sorts by the first criterion, then by the second among equals, and so on.
fn sort(findings: &mut [Value], criteria: &[Value]) -> Result<(), ApiError> {
    for criterion in criteria.iter().rev() {
        let field = criterion.text("Field").unwrap_or_default();
        let path = match attributes::of(field) {
            Some((path, _)) if !path.is_empty() => path,
            Some(_) | None => {
                return Err(invalid(format!("Findings cannot be sorted by {field}.")));
            }
        };
        let descending = criterion.text("SortOrder") == Some("desc");
        findings.sort_by(|a, b| {
            let order = compare(first(a, path), first(b, path));
            if descending { order.reverse() } else { order }
        });
    }
    Ok(())
}

fn first<'a>(finding: &'a Value, path: &str) -> Option<&'a Value> {
    record::at(finding, path).into_iter().next()
}

/// Numbers by size, text by its characters; what is absent comes first.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => match (a.as_text(), b.as_text()) {
            (Some(a), Some(b)) => a.cmp(b),
            (None, _) | (_, None) => number(a).total_cmp(&number(b)),
        },
    }
}

fn number(value: &Value) -> f64 {
    Value::empty().with("n", value.clone()).float("n").unwrap_or(f64::NEG_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{ask, world};
    use super::*;

    fn equals(value: &str) -> Value {
        Value::list([Value::empty().with("Comparison", "EQUALS").with("Value", value)])
    }

    #[test]
    fn the_urgent_findings_are_found_by_severity_state_and_workflow() {
        let mut world = world();
        let filters = Value::empty()
            .with("SeverityLabel", equals("HIGH"))
            .with("RecordState", equals("ACTIVE"))
            .with("WorkflowStatus", equals("NEW"));
        let input = Value::empty().with("Filters", filters);
        let output = ask(&mut world, "securityhub", "GetFindings", input).unwrap();
        let found = output.items("Findings");
        assert!(found.len() >= 5, "{}", found.len());
        for finding in found {
            assert_eq!(record::text_at(finding, "Severity.Label"), Some("HIGH"));
            assert_eq!(record::text_at(finding, "Workflow.Status"), Some("NEW"));
        }
    }

    #[test]
    fn pages_of_seven_hold_every_finding_once() {
        let mut world = world();
        let mut input = Value::empty().with("MaxResults", 7);
        let mut ids = Vec::new();
        loop {
            let output = ask(&mut world, "securityhub", "GetFindings", input.clone()).unwrap();
            ids.extend(
                output.items("Findings").iter().filter_map(|f| f.text("Id").map(str::to_owned)),
            );
            match output.text("NextToken") {
                Some(next) => input = input.with("NextToken", next),
                None => break,
            }
        }
        let total = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), total);
        assert_eq!(total, world.fixture.hub("eu-central-1").unwrap().findings().len());
    }

    #[test]
    fn findings_are_sorted_by_several_criteria() {
        let mut world = world();
        let by =
            |field: &str, order: &str| Value::empty().with("Field", field).with("SortOrder", order);
        let criteria = Value::list([by("SeverityNormalized", "desc"), by("UpdatedAt", "desc")]);
        let input = Value::empty().with("SortCriteria", criteria);
        let output = ask(&mut world, "securityhub", "GetFindings", input).unwrap();
        let keys: Vec<_> = output
            .items("Findings")
            .iter()
            .map(|f| {
                (
                    f.get("Severity").unwrap().int("Normalized").unwrap(),
                    f.text("UpdatedAt").unwrap().to_owned(),
                )
            })
            .collect();
        assert!(keys.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn the_second_region_holds_its_own_findings_and_home_holds_both() {
        let mut world = world();
        let behaviour = crate::services::behaviour("securityhub", "GetFindings").unwrap();
        let mut call =
            super::super::super::rehearsal::call("securityhub", "GetFindings", Value::empty());
        call.region = "eu-west-1".to_owned();
        let Reply::Output(west) = behaviour(&mut world, &call).unwrap() else { panic!() };
        assert!(west.items("Findings").iter().all(|f| f.text("Region") == Some("eu-west-1")));
        assert!(!west.items("Findings").is_empty());
        call.region = "us-east-1".to_owned();
        assert_eq!(behaviour(&mut world, &call).unwrap_err().code, "InvalidAccessException");
    }
}
