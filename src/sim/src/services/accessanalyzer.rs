//! Access Analyzer: who outside has access, and what nobody uses.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, one, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;

pub(super) const OPERATIONS: Table = &[("ListAnalyzers", analyzers), ("ListFindingsV2", findings)];

const PAGING: Paging =
    Paging { size: "maxResults", token: "nextToken", usual: 100, refusal: "ValidationException" };

fn analyzers(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let kind = call.input.text("type");
    let found = shelf(world, call, "analyzers")
        .iter()
        .filter(|analyzer| kind.is_none_or(|kind| analyzer.text("type") == Some(kind)));
    listing(call, seen(found), "analyzers", "nextToken", &PAGING)
}

fn findings(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let arn = input(call, "analyzerArn");
    if one(world, call, "analyzers", "arn", arn).is_none() {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            format!("Analyzer {arn} was not found."),
        )
        .with("resourceId", arn)
        .with("resourceType", "Analyzer"));
    }
    let filters = call.input.get("filter").and_then(Value::as_map).cloned().unwrap_or_default();
    let found = shelf(world, call, "findings")
        .iter()
        .filter(|finding| finding.text("_analyzer") == Some(arn))
        .filter(|finding| filters.iter().all(|(name, filter)| passes(finding.text(name), filter)));
    listing(call, seen(found), "findings", "nextToken", &PAGING)
}

fn passes(held: Option<&str>, filter: &Value) -> bool {
    let texts = |name| filter.items(name).iter().filter_map(Value::as_text).collect::<Vec<_>>();
    let (equal, unequal, contained) = (texts("eq"), texts("neq"), texts("contains"));
    (equal.is_empty() || held.is_some_and(|held| equal.contains(&held)))
        && held.is_none_or(|held| !unequal.contains(&held))
        && (contained.is_empty()
            || held.is_some_and(|held| contained.iter().any(|part| held.contains(part))))
        && filter.bool("exists").is_none_or(|exists| exists == held.is_some())
}
