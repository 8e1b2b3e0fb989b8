//! Changing findings, one answer an item, and what was changed.

use std::collections::BTreeSet;

use super::super::pages::{Paging, page};
use super::{invalid, settled};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::hub::{UPDATE_DELAY_MS, Update};
use crate::world::fixture::{normalized, record};

/// The most findings in one call.
const MOST: usize = 100;

/// The most characters of a note, and the most fields of the user's own.
const NOTE_LENGTH: usize = 512;
const USER_FIELDS: usize = 50;

const DAY_MS: i64 = 86_400_000;

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 100, refusal: "InvalidInputException" };

/// Changes the operator's members of up to a hundred findings. The change shows after a while, and `UpdatedAt`, which
/// is the provider's, stays.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let hub = settled(world, call)?;
    let asked = call.input.items("FindingIdentifiers");
    if asked.is_empty() || asked.len() > MOST {
        return Err(invalid(format!(
            "A request names 1 to {MOST} findings; this one names {}.",
            asked.len()
        )));
    }
    let changes = changes(&call.input)?;
    let (mut processed, mut unprocessed) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for asked in asked {
        let (id, product) =
            (asked.text("Id").unwrap_or_default(), asked.text("ProductArn").unwrap_or_default());
        let refusal = if !seen.insert((id.to_owned(), product.to_owned())) {
            Some(("DuplicatedFindingIdentifier", "The finding is named twice in the request."))
        } else if hub.finding(id, product).is_none() {
            Some(("FindingNotFound", "The finding was not found."))
        } else {
            None
        };
        if let Some((code, message)) = refusal {
            unprocessed.push(
                Value::empty()
                    .with("FindingIdentifier", asked.clone())
                    .with("ErrorCode", code)
                    .with("ErrorMessage", message),
            );
            continue;
        }
        hub.ask(Update {
            due: now + UPDATE_DELAY_MS,
            finding: id.to_owned(),
            changes: changes.clone(),
            by: call.caller.arn.clone(),
        });
        processed.push(asked.clone());
    }
    let output = Value::empty()
        .with("ProcessedFindings", Value::List(processed))
        .with("UnprocessedFindings", Value::List(unprocessed));
    Ok(output.into())
}

/// What the request changes, as dotted paths and values.
fn changes(input: &Value) -> Result<Vec<(String, Value)>, ApiError> {
    let mut changes: Vec<(String, Value)> = Vec::new();
    for member in [
        "Confidence",
        "Criticality",
        "VerificationState",
        "Types",
        "RelatedFindings",
        "UserDefinedFields",
    ] {
        if let Some(value) = input.get(member) {
            changes.push((member.to_owned(), value.clone()));
        }
    }
    if input
        .get("UserDefinedFields")
        .and_then(Value::as_map)
        .is_some_and(|fields| fields.len() > USER_FIELDS)
    {
        return Err(invalid(format!("UserDefinedFields may have at most {USER_FIELDS} entries.")));
    }
    if let Some(status) = input.get("Workflow").and_then(|workflow| workflow.text("Status")) {
        changes.push(("Workflow.Status".to_owned(), status.into()));
    }
    if let Some(note) = input.get("Note") {
        let text = note.text("Text").unwrap_or_default();
        if text.chars().count() > NOTE_LENGTH {
            return Err(invalid(format!("Note.Text may have at most {NOTE_LENGTH} characters.")));
        }
        changes.push(("Note.Text".to_owned(), text.into()));
        changes
            .push(("Note.UpdatedBy".to_owned(), note.text("UpdatedBy").unwrap_or_default().into()));
    }
    if let Some(severity) = input.get("Severity") {
        if let Some(label) = severity.text("Label") {
            changes.push(("Severity.Label".to_owned(), label.into()));
            changes.push(("Severity.Normalized".to_owned(), normalized(label).into()));
        } else if let Some(number) = severity.int("Normalized") {
            let label = match number {
                90.. => "CRITICAL",
                70..=89 => "HIGH",
                40..=69 => "MEDIUM",
                1..=39 => "LOW",
                _ => "INFORMATIONAL",
            };
            changes.push(("Severity.Label".to_owned(), label.into()));
            changes.push(("Severity.Normalized".to_owned(), number.into()));
        }
        if let Some(product) = severity.float("Product") {
            changes.push(("Severity.Product".to_owned(), product.into()));
        }
    }
    if changes.is_empty() {
        return Err(invalid("The request names nothing to change."));
    }
    Ok(changes)
}

/// Takes in findings of the account's own.
pub(super) fn import(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let hub = settled(world, call)?;
    let mut failed = Vec::new();
    let mut taken = 0;
    for finding in call.input.items("Findings") {
        let product = finding.text("ProductArn").unwrap_or_default();
        let ours = product
            .contains(&format!("{}:product/{}/default", call.caller.account, call.caller.account));
        let foreign = finding.text("AwsAccountId") != Some(&call.caller.account);
        if foreign || !ours {
            failed.push(
                Value::empty()
                    .with("Id", finding.text("Id").unwrap_or_default())
                    .with("ErrorCode", "InvalidInput")
                    .with("ErrorMessage", "The finding belongs to another account or product."),
            );
            continue;
        }
        let mut finding = finding.clone().with("Region", call.region.as_str());
        for (member, usual) in [
            ("RecordState", "ACTIVE"),
            ("WorkflowState", "NEW"),
            ("CompanyName", "Personal"),
            ("ProductName", "Default"),
        ] {
            if finding.get(member).is_none() {
                record::set(&mut finding, member, usual);
            }
        }
        if finding.get("Workflow").is_none() {
            record::set(&mut finding, "Workflow.Status", "NEW");
        }
        if let Some(label) = record::text_at(&finding, "Severity.Label").map(str::to_owned) {
            record::set(&mut finding, "Severity.Normalized", normalized(&label));
        }
        hub.import(finding, now);
        taken += 1;
    }
    let output = Value::empty()
        .with("SuccessCount", taken)
        .with("FailedCount", i64::try_from(failed.len()).unwrap_or(i64::MAX))
        .with("FailedFindings", Value::List(failed));
    Ok(output.into())
}

/// What happened to one finding, the newest first.
pub(super) fn history(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let hub = settled(world, call)?;
    let asked = call.input.get("FindingIdentifier").cloned().unwrap_or_else(Value::empty);
    let (id, product) =
        (asked.text("Id").unwrap_or_default(), asked.text("ProductArn").unwrap_or_default());
    let Some(finding) = hub.finding(id, product) else {
        return Err(invalid("The finding was not found."));
    };
    let end = call.input.time("EndTime").unwrap_or(now);
    let start = call.input.time("StartTime").unwrap_or(end - 90 * DAY_MS);
    if start > end {
        return Err(invalid("StartTime lies after EndTime."));
    }
    let records = hub
        .history_of(finding)
        .into_iter()
        .filter(|record| record.time("UpdateTime").is_some_and(|at| (start..=end).contains(&at)))
        .collect();
    let page = page(call, records, &PAGING)?;
    let output =
        Value::empty().with("Records", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{START, ask, world};
    use super::*;

    fn first_new(world: &mut World) -> Value {
        let filters = Value::empty().with(
            "WorkflowStatus",
            Value::list([Value::empty().with("Comparison", "EQUALS").with("Value", "NEW")]),
        );
        let input = Value::empty().with("Filters", filters).with("MaxResults", 1);
        ask(world, "securityhub", "GetFindings", input).unwrap().items("Findings")[0].clone()
    }

    fn named(finding: &Value) -> Value {
        crate::world::fixture::hub::identifier(finding)
    }

    fn again(world: &mut World, finding: &Value) -> Value {
        let equals = |value: &str| {
            Value::list([Value::empty().with("Comparison", "EQUALS").with("Value", value)])
        };
        let filters = Value::empty().with("Id", equals(finding.text("Id").unwrap()));
        let input = Value::empty().with("Filters", filters);
        ask(world, "securityhub", "GetFindings", input).unwrap().items("Findings")[0].clone()
    }

    #[test]
    fn an_update_shows_after_a_minute_and_leaves_updated_at_alone() {
        let mut world = world();
        let before = first_new(&mut world);
        let input = Value::empty()
            .with("FindingIdentifiers", Value::list([named(&before)]))
            .with("Workflow", Value::empty().with("Status", "SUPPRESSED"))
            .with("Note", Value::empty().with("Text", "accepted").with("UpdatedBy", "operator"));
        let output = ask(&mut world, "securityhub", "BatchUpdateFindings", input).unwrap();
        assert_eq!(output.items("ProcessedFindings").len(), 1);
        assert_eq!(again(&mut world, &before), before);
        world.advance_to(START + 61_000);
        let after = again(&mut world, &before);
        assert_eq!(record::text_at(&after, "Workflow.Status"), Some("SUPPRESSED"));
        assert_eq!(record::text_at(&after, "Note.Text"), Some("accepted"));
        assert_eq!(after.text("UpdatedAt"), before.text("UpdatedAt"));
    }

    #[test]
    fn every_item_has_its_own_answer() {
        let mut world = world();
        let held = named(&first_new(&mut world));
        let unknown = Value::empty().with("Id", "nobody").with("ProductArn", "arn:none");
        let input = Value::empty()
            .with("FindingIdentifiers", Value::list([held.clone(), unknown, held]))
            .with("Workflow", Value::empty().with("Status", "NOTIFIED"));
        let output = ask(&mut world, "securityhub", "BatchUpdateFindings", input).unwrap();
        assert_eq!(output.items("ProcessedFindings").len(), 1);
        let codes: Vec<_> = output
            .items("UnprocessedFindings")
            .iter()
            .filter_map(|u| u.text("ErrorCode"))
            .collect();
        assert_eq!(codes, ["FindingNotFound", "DuplicatedFindingIdentifier"]);
    }

    #[test]
    fn more_than_a_hundred_findings_or_no_change_are_refused() {
        let mut world = world();
        let held = named(&first_new(&mut world));
        let many = Value::empty()
            .with("FindingIdentifiers", Value::list((0..101).map(|_| held.clone())))
            .with("Workflow", Value::empty().with("Status", "NOTIFIED"));
        let nothing = Value::empty().with("FindingIdentifiers", Value::list([held]));
        for input in [many, nothing] {
            let error = ask(&mut world, "securityhub", "BatchUpdateFindings", input).unwrap_err();
            assert_eq!(error.code, "InvalidInputException");
        }
    }

    #[test]
    fn history_tells_who_changed_what() {
        let mut world = world();
        let finding = first_new(&mut world);
        let input = Value::empty()
            .with("FindingIdentifiers", Value::list([named(&finding)]))
            .with("Severity", Value::empty().with("Label", "CRITICAL"));
        ask(&mut world, "securityhub", "BatchUpdateFindings", input).unwrap();
        world.advance_to(START + 61_000);
        let input = Value::empty().with("FindingIdentifier", named(&finding));
        let output = ask(&mut world, "securityhub", "GetFindingHistory", input).unwrap();
        let newest = &output.items("Records")[0];
        assert_eq!(
            record::text_at(newest, "UpdateSource.Identity"),
            Some("arn:aws:sts::123456784021:assumed-role/oncall-write/operator")
        );
        assert_eq!(newest.items("Updates")[0].text("NewValue"), Some("CRITICAL"));
    }

    #[test]
    fn an_imported_finding_is_found_again() {
        let mut world = world();
        let product = "arn:aws:securityhub:eu-central-1:123456784021:product/123456784021/default";
        let mut finding = first_new(&mut world);
        record::set(&mut finding, "Id", "drill/1");
        record::set(&mut finding, "ProductArn", product);
        let input = Value::empty().with("Findings", Value::list([finding.clone()]));
        let output = ask(&mut world, "securityhub", "BatchImportFindings", input).unwrap();
        assert_eq!(output.int("SuccessCount"), Some(1));
        assert_eq!(again(&mut world, &finding).text("Id"), Some("drill/1"));
    }
}
