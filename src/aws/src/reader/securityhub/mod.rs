//! Security Hub: the findings that still stand, and how some of them stand with people.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::types::{
    AwsSecurityFindingFilters, SortCriterion, SortOrder, StringFilter, StringFilterComparison,
};
use watchdeck_domain::finding::{Stand, Triage, Triaged};
use watchdeck_domain::reading::{Findings, FindingsAnswer};
use watchdeck_domain::{FindingId, ReadError};

use super::Pages;
use super::aside::Aside;
use crate::rejection::{malformed, read_error};

mod finding; // one finding, out of its record

const CALL: &str = "securityhub:GetFindings";

pub(super) async fn page(client: &Client, ask: Findings) -> Result<FindingsAnswer, ReadError> {
    let workflows: Vec<_> =
        ask.workflow.iter().map(|workflow| equals(&workflow.to_string())).collect();
    let filters = AwsSecurityFindingFilters::builder()
        .record_state(equals("ACTIVE"))
        .set_workflow_status(Some(workflows).filter(|some| !some.is_empty()))
        .build();
    let aside = Aside::list("Findings");
    let page = client
        .get_findings()
        .filters(filters)
        .sort_criteria(descending("SeverityNormalized"))
        .sort_criteria(descending("UpdatedAt"))
        .max_results(100)
        .set_next_token(ask.next.clone())
        .customize()
        .interceptor(aside.clone())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let records = aside.kept();
    if records.iter().any(|record| !record.is_object()) {
        return Err(malformed(CALL, "one of the findings is none"));
    }
    let mut pages = Pages { token: ask.next };
    pages.turn(CALL, page.next_token())?;
    Ok(FindingsAnswer { findings: records.iter().map(finding::read).collect(), next: pages.token })
}

/// AWS takes no more values of one filter.
const FILTERED: usize = 20;

/// Findings by their ids, in that order. An id that two products have given stands for both.
pub(super) async fn triage(client: &Client, findings: &[FindingId]) -> Result<Triaged, ReadError> {
    let mut found: Vec<(Triage, Stand)> = Vec::new();
    for some in findings.chunks(FILTERED) {
        let ids = some.iter().map(|id| equals(id.as_str())).collect();
        let filters = AwsSecurityFindingFilters::builder().set_id(Some(ids)).build();
        let mut pages = Pages::default();
        loop {
            let aside = Aside::list("Findings");
            let page = client
                .get_findings()
                .filters(filters.clone())
                .max_results(100)
                .set_next_token(pages.token.clone())
                .customize()
                .interceptor(aside.clone())
                .send()
                .await
                .map_err(|e| read_error(CALL, &e))?;
            let stands: Option<Vec<_>> = aside.kept().iter().map(finding::triage).collect();
            found.extend(stands.ok_or_else(|| malformed(CALL, "one of the findings is none"))?);
            if !pages.turn(CALL, page.next_token())? {
                break;
            }
        }
    }
    let of =
        |id: &FindingId| found.iter().filter(|(one, _)| one.id == *id).cloned().collect::<Vec<_>>();
    let (findings, stands) = findings.iter().flat_map(of).unzip();
    Ok(Triaged { findings, stands })
}

fn equals(value: &str) -> StringFilter {
    StringFilter::builder().comparison(StringFilterComparison::Equals).value(value).build()
}

fn descending(field: &str) -> SortCriterion {
    SortCriterion::builder().field(field).sort_order(SortOrder::Descending).build()
}
