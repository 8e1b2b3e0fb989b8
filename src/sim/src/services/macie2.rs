//! Macie: sensitive data and loose buckets.

use super::Table;
use super::criteria::{meets, sort};
use super::pages::Paging;
use super::standing::{asked, listing, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::shown;

pub(super) const OPERATIONS: Table = &[("GetFindings", get), ("ListFindings", list)];

const PAGING: Paging =
    Paging { size: "maxResults", token: "nextToken", usual: 50, refusal: "ValidationException" };

fn sorted(call: &Call, findings: &mut [Value]) {
    if let Some(criteria) = call.input.get("sortCriteria") {
        let attribute = criteria.text("attributeName").unwrap_or("updatedAt");
        sort(findings, attribute, criteria.text("orderBy") == Some("DESC"));
    }
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let criterion =
        call.input.get("findingCriteria").and_then(|criteria| criteria.get("criterion"));
    let mut found: Vec<_> = shelf(world, call, "findings")
        .iter()
        .filter(|finding| meets(finding, criterion, str::to_owned))
        .cloned()
        .collect();
    sorted(call, &mut found);
    let ids = found.iter().filter_map(|finding| finding.get("id").cloned()).collect();
    listing(call, ids, "findingIds", "nextToken", &PAGING)
}

fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let ids = asked(call, "findingIds");
    let mut found: Vec<_> = shelf(world, call, "findings")
        .iter()
        .filter(|finding| finding.text("id").is_some_and(|id| ids.contains(&id)))
        .map(shown)
        .collect();
    sorted(call, &mut found);
    Ok(Value::empty().with("findings", Value::List(found)).into())
}
