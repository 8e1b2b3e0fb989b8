//! One finding, out of its record in the AWS Security Finding Format.

use serde_json::Value;
use watchdeck_domain::finding::{Finding, FindingResource, Severity, Stand, Triage, Workflow};
use watchdeck_domain::{FindingId, Timestamp};

/// Reads a record. What is missing, or not what it should be, reads as empty.
pub(super) fn read(record: &Value) -> Finding {
    let when = |pointer: &str| Timestamp::parse(text(record, pointer));
    let created = when("/CreatedAt");
    let normalized = record.pointer("/Severity/Normalized").and_then(Value::as_i64);
    let resources = items(record, "/Resources");
    let region = std::iter::once(record)
        .chain(resources)
        .map(|of| text(of, "/Region"))
        .find(|region| !region.is_empty());
    Finding {
        id: owned(record, "/Id"),
        product_arn: owned(record, "/ProductArn"),
        product: owned(record, "/ProductName"),
        title: owned(record, "/Title"),
        description: owned(record, "/Description"),
        severity: Severity::of(
            text(record, "/Severity/Label"),
            normalized.and_then(|number| i32::try_from(number).ok()),
        ),
        control: owned(record, "/Compliance/SecurityControlId"),
        compliance: owned(record, "/Compliance/Status"),
        workflow: Workflow::parse(text(record, "/Workflow/Status")),
        record_state: owned(record, "/RecordState"),
        account: owned(record, "/AwsAccountId"),
        region: region.unwrap_or_default().to_owned(),
        resources: resources
            .iter()
            .map(|of| FindingResource { kind: owned(of, "/Type"), id: owned(of, "/Id") })
            .collect(),
        first_seen: when("/FirstObservedAt").or(created),
        updated: when("/UpdatedAt").or(created).unwrap_or_default(),
        remedy: (
            owned(record, "/Remediation/Recommendation/Text"),
            owned(record, "/Remediation/Recommendation/Url"),
        ),
        record: format!("{record:#}"),
    }
}

/// What people made of a record's finding. Nothing where it has no id, or nobody says what was made of it.
pub(super) fn triage(record: &Value) -> Option<(Triage, Stand)> {
    let workflow = owned(record, "/Workflow/Status");
    let triage = Triage {
        id: FindingId::parse(text(record, "/Id")).ok()?,
        product_arn: owned(record, "/ProductArn"),
        title: owned(record, "/Title"),
        note: owned(record, "/Note/Text"),
        noted: Timestamp::parse(text(record, "/Note/UpdatedAt")),
        workflow: Some(workflow).filter(|word| !word.is_empty())?,
    };
    let record_state = owned(record, "/RecordState");
    Some((triage, Stand { record_state, compliance: owned(record, "/Compliance/Status") }))
}

fn text<'a>(of: &'a Value, pointer: &str) -> &'a str {
    of.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn owned(of: &Value, pointer: &str) -> String {
    text(of, pointer).to_owned()
}

fn items<'a>(of: &'a Value, pointer: &str) -> &'a [Value] {
    of.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_record_is_read_and_kept() {
        let record = json!({
            "Id": "f-1", "ProductArn": "arn:p", "ProductName": "GuardDuty", "Title": "t\u{1b}[2J",
            "Severity": {"Label": "HIGH", "Normalized": 70},
            "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
            "Workflow": {"Status": "NOTIFIED"}, "RecordState": "ACTIVE", "AwsAccountId": "1",
            "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:b", "Region": "eu-west-1", "Details": {"x": [1]}}],
            "CreatedAt": "2026-11-01T00:00:00Z", "UpdatedAt": "2026-11-02T03:04:05.006+01:00",
            "Remediation": {"Recommendation": {"Text": "close it", "Url": "https://x"}},
        });
        let found = read(&record);
        let state = (found.severity, found.control.as_str(), found.compliance.as_str());
        assert_eq!(state, (Severity::High, "S3.8", "FAILED"));
        assert_eq!((found.workflow, found.region.as_str()), (Workflow::Notified, "eu-west-1"));
        let bucket = FindingResource { kind: "AwsS3Bucket".into(), id: "arn:b".into() };
        assert_eq!(found.resources, [bucket]);
        assert_eq!(found.updated.to_string(), "2026-11-02T02:04:05.006Z");
        assert_eq!(found.first_seen.unwrap().to_string(), "2026-11-01T00:00:00.000Z");
        assert_eq!(found.remedy, ("close it".into(), "https://x".into()));
        assert!(found.record.contains("\n  \"Title\": \"t\\u001b[2J\""), "{}", found.record);
        assert_eq!(serde_json::from_str::<Value>(&found.record).unwrap(), record);
    }

    #[test]
    fn what_is_missing_or_of_another_kind_reads_as_empty() {
        for record in [
            json!({}),
            json!({"Id": 7, "Severity": "HIGH", "Resources": {"Id": "x"}, "UpdatedAt": "yesterday"}),
            json!({"Severity": {"Label": "DIRE", "Normalized": "70"}, "Workflow": [], "Compliance": null}),
        ] {
            let found = read(&record);
            assert_eq!((found.id.as_str(), found.severity), ("", Severity::Informational));
            assert_eq!((found.resources.len(), found.first_seen), (0, None));
            assert_eq!(found.workflow, Workflow::Other(String::new()));
        }
        let found = read(&json!({"Severity": {"Normalized": 70}, "Workflow": {"Status": "ASKED"}}));
        assert_eq!(found.severity, Severity::High);
        assert_eq!(found.workflow, Workflow::Other("ASKED".into()));
    }
}
