//! A finding, told: what is wrong with what, how bad it is, and what mends it.

use watchdeck_domain::finding::{Finding, Severity};

use super::{Detail, Look};
use crate::app::Model;

/// What Security Hub knows of it.
pub(super) fn told(model: &Model, finding: &Finding) -> Detail {
    let mut detail = Detail::new(finding.title.clone());
    let look = match finding.severity {
        Severity::Critical | Severity::High => Look::Bad,
        Severity::Medium => Look::Warn,
        Severity::Low => Look::Plain,
        Severity::Informational => Look::Dim,
    };
    detail.heading("WHAT");
    detail.text(&finding.title, Look::Plain);
    detail.marked("severity", finding.severity.to_string(), look);
    detail.field("workflow", finding.workflow.to_string());
    detail.field("state", finding.record_state.clone());
    let failed = matches!(finding.compliance.as_str(), "FAILED" | "WARNING");
    let look = if failed { Look::Warn } else { Look::Plain };
    detail.marked("compliance", finding.compliance.clone(), look);
    detail.field("control", finding.control.clone());
    detail.field("product", finding.product.clone());
    if let Some(seen) = finding.first_seen {
        detail.field("first seen", model.whole(seen));
    }
    if finding.updated.as_millis() > 0 {
        detail.field("updated", model.whole(finding.updated));
    }
    if finding.description != finding.title {
        detail.heading("DESCRIPTION");
        detail.text(&finding.description, Look::Plain);
    }
    detail.heading("RESOURCES");
    detail.field("account", finding.account.clone());
    detail.field("region", finding.region.clone());
    for resource in &finding.resources {
        detail.field("on", format!("{}  {}", resource.id, resource.kind));
    }
    let (text, url) = &finding.remedy;
    if !text.is_empty() || !url.is_empty() {
        detail.heading("REMEDY");
        detail.text(text, Look::Plain);
        detail.field("read", url.clone());
    }
    let record = serde_json::from_str(&finding.record).unwrap_or_default();
    detail.data("RECORD", &record);
    detail
}
