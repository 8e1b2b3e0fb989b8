//! GuardDuty: the detector and what it found.

use super::Table;
use super::criteria::{meets, sort};
use super::pages::{Paging, page};
use super::standing::{asked, input, listing, one, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table = &[
    ("ArchiveFindings", archive),
    ("GetAdministratorAccount", administrator),
    ("GetFindings", get),
    ("ListDetectors", detectors),
    ("ListFindings", list),
    ("UnarchiveFindings", unarchive),
];

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 50, refusal: "BadRequestException" };

/// Criteria and sort attributes are written as in the JSON of a finding; members begin with a capital.
fn path_of(field: &str) -> String {
    let steps = field.split('.').map(|step| {
        let mut letters = step.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
    });
    steps.flatten().collect::<Vec<_>>().join(".")
}

/// Refuses a detector that is not ours.
fn detector(world: &World, call: &Call) -> Result<(), ApiError> {
    match one(world, call, "detectors", "DetectorId", input(call, "DetectorId")) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(
            "BadRequestException",
            "The request is rejected because the input detectorId is not owned by the current account.",
        )
        .with("Type", "InvalidInputException")),
    }
}

fn detectors(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let ids = shelf(world, call, "detectors").iter().filter_map(|d| d.get("DetectorId").cloned());
    listing(call, ids.collect(), "DetectorIds", "NextToken", &PAGING)
}

fn sorted(call: &Call, findings: &mut [Value]) {
    if let Some(criteria) = call.input.get("SortCriteria") {
        let attribute = criteria.text("AttributeName").unwrap_or("severity");
        sort(findings, &path_of(attribute), criteria.text("OrderBy") == Some("DESC"));
    }
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    detector(world, call)?;
    let criterion =
        call.input.get("FindingCriteria").and_then(|criteria| criteria.get("Criterion"));
    let mut found: Vec<_> = shelf(world, call, "findings")
        .iter()
        .filter(|finding| meets(finding, criterion, path_of))
        .cloned()
        .collect();
    sorted(call, &mut found);
    let ids = found.iter().filter_map(|finding| finding.get("Id").cloned()).collect();
    let page = page(call, ids, &PAGING)?;
    let output = Value::empty()
        .with("FindingIds", Value::List(page.items))
        .with_some("NextToken", page.next);
    Ok(output.into())
}

fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    detector(world, call)?;
    let ids = asked(call, "FindingIds");
    let mut found: Vec<_> = shelf(world, call, "findings")
        .iter()
        .filter(|finding| finding.text("Id").is_some_and(|id| ids.contains(&id)))
        .map(shown)
        .collect();
    sorted(call, &mut found);
    Ok(Value::empty().with("Findings", Value::List(found)).into())
}

/// Who administers the detector for us; nobody where we do.
fn administrator(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    detector(world, call)?;
    let mut administrator = Value::empty();
    if let Some(account) = administered(world, call) {
        administrator = administrator
            .with("AccountId", account)
            .with("InvitationId", "84b097800250d17d1872b34c4daadcf5")
            .with("RelationshipStatus", "Enabled");
    }
    Ok(Value::empty().with("Administrator", administrator).into())
}

/// The account that administers the detector for us, if one does.
fn administered(world: &World, call: &Call) -> Option<String> {
    let detector = one(world, call, "detectors", "DetectorId", input(call, "DetectorId"))?;
    detector.text("_administrator").map(str::to_owned)
}

fn archive(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    mark(world, call, true)
}

fn unarchive(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    mark(world, call, false)
}

fn mark(world: &mut World, call: &Call, archived: bool) -> Result<Reply, ApiError> {
    detector(world, call)?;
    if administered(world, call).is_some() {
        return Err(ApiError::new(
            "BadRequestException",
            "The request is rejected because the current account cannot perform this operation: it is a member account.",
        )
        .with("Type", "AccessDeniedException"));
    }
    let ids = asked(call, "FindingIds");
    for finding in shelf_mut(world, call, "findings") {
        if finding.text("Id").is_some_and(|id| ids.contains(&id)) {
            set(finding, "Service.Archived", archived);
        }
    }
    Ok(Value::empty().into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    fn marks(count: usize) -> Value {
        let finding = "b0a4d7e2c5f14a68b3d9e1c7f6a2d804";
        Value::empty()
            .with("DetectorId", "8ac7e4c91f2b4d0e9b6a5c3d2e1f0a17")
            .with("FindingIds", Value::list((0..count).map(|_| finding)))
    }

    #[test]
    fn cf27_fifty_findings_are_archived_at_a_time_and_fifty_one_break_the_model() {
        let mut world = world();
        assert!(ask(&mut world, "guardduty", "ArchiveFindings", marks(50)).is_ok());
        let service = crate::model::catalog::find("guardduty").unwrap().service();
        let operation = &service.operations["ArchiveFindings"];
        let breaches = |count| {
            crate::wire::validate::breaches(service, operation.input.unwrap(), &marks(count))
        };
        assert_eq!((breaches(50).len(), breaches(51).len()), (0, 1));
    }

    #[test]
    fn cf27_a_member_account_archives_nothing() {
        let mut world = world();
        let asked = Value::empty().with("DetectorId", "8ac7e4c91f2b4d0e9b6a5c3d2e1f0a17");
        let nobody = ask(&mut world, "guardduty", "GetAdministratorAccount", asked.clone());
        assert_eq!(nobody.unwrap().get("Administrator"), Some(&Value::empty()));
        let call = super::super::rehearsal::call("guardduty", "ArchiveFindings", marks(1));
        let detectors = shelf_mut(&mut world, &call, "detectors");
        set(&mut detectors[0], "_administrator", "210987654321");
        let error = ask(&mut world, "guardduty", "ArchiveFindings", marks(1)).unwrap_err();
        assert_eq!(error.code, "BadRequestException");
        let who = ask(&mut world, "guardduty", "GetAdministratorAccount", asked).unwrap();
        assert_eq!(who.get("Administrator").unwrap().text("AccountId"), Some("210987654321"));
    }

    #[test]
    fn the_worst_finding_comes_first_and_archived_ones_are_left_out() {
        let mut world = world();
        let detectors = ask(&mut world, "guardduty", "ListDetectors", Value::empty()).unwrap();
        let detector = detectors.items("DetectorIds")[0].as_text().unwrap().to_owned();
        let active = Value::empty().with("Eq", Value::list(["false"]));
        let criteria =
            Value::empty().with("Criterion", Value::empty().with("service.archived", active));
        let sort = Value::empty().with("AttributeName", "severity").with("OrderBy", "DESC");
        let input = Value::empty()
            .with("DetectorId", detector.as_str())
            .with("FindingCriteria", criteria)
            .with("SortCriteria", sort);
        let ids = ask(&mut world, "guardduty", "ListFindings", input).unwrap();
        assert_eq!(ids.items("FindingIds").len(), 4);
        let first = Value::list([ids.items("FindingIds")[0].clone()]);
        let input = Value::empty().with("DetectorId", detector).with("FindingIds", first);
        let found = ask(&mut world, "guardduty", "GetFindings", input).unwrap();
        assert_eq!(found.items("Findings")[0].float("Severity"), Some(8.0));
    }
}
