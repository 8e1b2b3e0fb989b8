//! `ArchiveThreats`: a setting.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use watchdeck_domain::change::ArchiveThreats;
use watchdeck_domain::reading::ThreatsOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope, ThreatId};

use super::setting::{Setting, counted, several, tally};

impl Setting for ArchiveThreats {
    /// Where each finding is.
    type Value = BTreeMap<String, String>;

    const WHAT: &'static str = "how findings of GuardDuty stand";
    const FIELD: &'static str = "archive";
    const POINTER: &'static str = "";

    fn params(&self, _: &Scope) -> Value {
        json!({ "DetectorId": self.detector, "FindingIds": self.threats })
    }

    /// `e1c7f6a2d804+2`: the first of them, and how many more.
    fn target(&self) -> String {
        let ids: Vec<_> = self.threats.iter().map(ThreatId::as_str).collect();
        several(&ids)
    }

    fn fault(&self) -> Option<String> {
        let (count, most) = (self.threats.len(), Self::MOST);
        if !(1..=most).contains(&count) {
            return Some(format!("one call takes 1 to {most} findings of GuardDuty, not {count}"));
        }
        (self.wanted().len() != count).then(|| "a finding is named twice".into())
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let after = if self.archived {
            "they are no longer among the current findings, and are kept for 90 days; what is seen of them again is current again"
        } else {
            "they are among the current findings again"
        };
        let count = counted(self.threats.len());
        vec![format!("{count} of the detector {}", self.detector), after.into()]
    }

    fn query(&self) -> Query {
        ThreatsOf { threats: self.threats.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Self::Value> {
        let Answer::ThreatsOf(found) = answer else { return None };
        let each = found.threats.iter();
        Some(each.map(|one| (one.id.to_string(), word(one.archived).into())).collect())
    }

    fn wanted(&self) -> Self::Value {
        all(self, self.archived)
    }

    fn before(&self) -> Self::Value {
        all(self, self.before)
    }

    /// All of them were the same: so it is drafted.
    fn after(self, before: Self::Value) -> Self {
        let archived = before.values().next().is_some_and(|there| there == word(true));
        Self { before: archived, ..self }
    }

    fn said(value: &Self::Value) -> String {
        tally(value)
    }
}

/// The same word for every finding.
fn all(of: &ArchiveThreats, archived: bool) -> BTreeMap<String, String> {
    of.threats.iter().map(|id| (id.to_string(), word(archived).to_owned())).collect()
}

fn word(archived: bool) -> &'static str {
    if archived { "archived" } else { "current" }
}
