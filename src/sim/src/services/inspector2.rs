//! Inspector: vulnerable packages, open ports, and what is scanned.

use super::Table;
use super::criteria::sort;
use super::pages::Paging;
use super::standing::{asked, listing, one, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{at, set, shown};

pub(super) const OPERATIONS: Table =
    &[("BatchGetFindingDetails", details), ("ListCoverage", coverage), ("ListFindings", findings)];

const PAGING: Paging =
    Paging { size: "maxResults", token: "nextToken", usual: 100, refusal: "ValidationException" };

/// Where the values of a filter stand.
const FINDING_FILTERS: [(&str, &str); 17] = [
    ("awsAccountId", "awsAccountId"),
    ("ecrImageHash", "resources.details.awsEcrContainerImage.imageHash"),
    ("ecrImageRepositoryName", "resources.details.awsEcrContainerImage.repositoryName"),
    ("ecrImageTags", "resources.details.awsEcrContainerImage.imageTags"),
    ("epssScore", "epss.score"),
    ("exploitAvailable", "exploitAvailable"),
    ("findingArn", "findingArn"),
    ("findingStatus", "status"),
    ("findingType", "type"),
    ("fixAvailable", "fixAvailable"),
    ("inspectorScore", "inspectorScore"),
    ("lambdaFunctionName", "resources.details.awsLambdaFunction.functionName"),
    ("resourceId", "resources.id"),
    ("resourceType", "resources.type"),
    ("severity", "severity"),
    ("title", "title"),
    ("vulnerabilityId", "packageVulnerabilityDetails.vulnerabilityId"),
];

const COVERAGE_FILTERS: [(&str, &str); 8] = [
    ("accountId", "accountId"),
    ("ecrRepositoryName", "resourceMetadata.ecrRepository.name"),
    ("lambdaFunctionName", "resourceMetadata.lambdaFunction.functionName"),
    ("resourceId", "resourceId"),
    ("resourceType", "resourceType"),
    ("scanStatusCode", "scanStatus.statusCode"),
    ("scanStatusReason", "scanStatus.reason"),
    ("scanType", "scanType"),
];

/// Keeps the records that pass every filter. A filter that we cannot compare is refused, never ignored.
fn filtered(
    records: &[Value],
    call: &Call,
    known: &[(&str, &str)],
) -> Result<Vec<Value>, ApiError> {
    let mut found = records.to_vec();
    let Some(criteria) = call.input.get("filterCriteria").and_then(Value::as_map) else {
        return Ok(found);
    };
    for name in criteria.keys() {
        let Some((_, path)) = known.iter().find(|(filter, _)| filter == name) else {
            return Err(ApiError::new(
                "ValidationException",
                format!("The simulated account cannot filter by {name}."),
            )
            .with("reason", "OTHER"));
        };
        let filters =
            call.input.get("filterCriteria").map_or(&[][..], |criteria| criteria.items(name));
        let (excluding, seeking): (Vec<_>, Vec<_>) =
            filters.iter().partition(|filter| filter.text("comparison") == Some("NOT_EQUALS"));
        found.retain(|record| {
            let held = at(record, path);
            (seeking.is_empty() || seeking.iter().any(|filter| holds(&held, filter)))
                && excluding.iter().all(|filter| !holds(&held, filter))
        });
    }
    Ok(found)
}

fn holds(held: &[&Value], filter: &Value) -> bool {
    if let Some(wanted) = filter.text("value") {
        let prefix = filter.text("comparison") == Some("PREFIX");
        return held
            .iter()
            .filter_map(|value| value.as_text())
            .any(|text| if prefix { text.starts_with(wanted) } else { text == wanted });
    }
    let (low, high) = (filter.float("lowerInclusive"), filter.float("upperInclusive"));
    held.iter()
        .filter_map(|value| Value::empty().with("n", (*value).clone()).float("n"))
        .any(|number| low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high))
}

fn findings(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let mut found = filtered(shelf(world, call, "findings"), call, &FINDING_FILTERS)?;
    if let Some(criteria) = call.input.get("sortCriteria") {
        let descending = criteria.text("sortOrder") == Some("DESC");
        let path = match criteria.text("field").unwrap_or_default() {
            "SEVERITY" => "_rank",
            "INSPECTOR_SCORE" => "inspectorScore",
            "EPSS_SCORE" => "epss.score",
            "FIRST_OBSERVED_AT" => "firstObservedAt",
            "FINDING_TYPE" => "type",
            "FINDING_STATUS" => "status",
            "RESOURCE_TYPE" => "resources.type",
            "VULNERABILITY_ID" => "packageVulnerabilityDetails.vulnerabilityId",
            _ => "lastObservedAt",
        };
        for finding in &mut found {
            let rank = match finding.text("severity") {
                Some("CRITICAL") => 5,
                Some("HIGH") => 4,
                Some("MEDIUM") => 3,
                Some("LOW") => 2,
                Some("INFORMATIONAL") => 1,
                Some(_) | None => 0,
            };
            set(finding, "_rank", rank);
        }
        sort(&mut found, path, descending);
    }
    listing(call, seen(&found), "findings", "nextToken", &PAGING)
}

fn coverage(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = filtered(shelf(world, call, "coverage"), call, &COVERAGE_FILTERS)?;
    listing(call, seen(&found), "coveredResources", "nextToken", &PAGING)
}

fn details(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for arn in asked(call, "findingArns") {
        match one(world, call, "findings", "findingArn", arn) {
            Some(finding) => {
                let finding = finding.clone();
                found.push(
                    Value::empty()
                        .with("findingArn", arn)
                        .with_some("cisaData", finding.get("_cisa").map(shown))
                        .with_some(
                            "epssScore",
                            finding.get("epss").and_then(|epss| epss.float("score")),
                        )
                        .with("referenceUrls", Value::List(Vec::new())),
                );
            }
            None => errors.push(
                Value::empty()
                    .with("findingArn", arn)
                    .with("errorCode", "FINDING_DETAILS_NOT_FOUND")
                    .with("errorMessage", "The finding was not found."),
            ),
        }
    }
    let output = Value::empty()
        .with("findingDetails", Value::List(found))
        .with("errors", Value::List(errors));
    Ok(output.into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn findings_are_filtered_by_severity_and_sorted_by_score() {
        let high = Value::empty().with("comparison", "EQUALS").with("value", "HIGH");
        let critical = Value::empty().with("comparison", "EQUALS").with("value", "CRITICAL");
        let criteria = Value::empty().with("severity", Value::list([high, critical]));
        let sort = Value::empty().with("field", "INSPECTOR_SCORE").with("sortOrder", "DESC");
        let input = Value::empty().with("filterCriteria", criteria).with("sortCriteria", sort);
        let output = ask(&mut world(), "inspector2", "ListFindings", input).unwrap();
        assert_eq!(output.items("findings").len(), 5);
        assert_eq!(output.items("findings")[0].text("severity"), Some("CRITICAL"));
    }
}
