//! `SetWorkflow`: a setting of many findings at once, of which AWS may make a part.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use watchdeck_domain::change::SetWorkflow;
use watchdeck_domain::finding::Workflow;
use watchdeck_domain::reading::TriageOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::{Setting, counted, several, tally};

impl Setting for SetWorkflow {
    /// What is made of each finding.
    type Value = BTreeMap<String, String>;

    const WHAT: &'static str = "how findings stand";
    const FIELD: &'static str = "workflow";
    const POINTER: &'static str = "";

    /// Who wrote the note is said of it: people read it beside the notes of others.
    fn params(&self, _: &Scope) -> Value {
        let names = self.findings.iter();
        let names = names.map(|name| json!({ "Id": name.id, "ProductArn": name.product_arn }));
        json!({
            "FindingIdentifiers": names.collect::<Vec<_>>(),
            "Workflow": { "Status": self.workflow.to_string() },
            "Note": { "Text": self.note, "UpdatedBy": "watchdeck" },
        })
    }

    /// `e1c7f6a2d804+2`: the first of them, and how many more.
    fn target(&self) -> String {
        let ids: Vec<_> = self.findings.iter().map(|name| name.id.as_str()).collect();
        several(&ids)
    }

    fn fault(&self) -> Option<String> {
        let (count, most) = (self.findings.len(), Self::MOST);
        if !(1..=most).contains(&count) {
            return Some(format!("one call sets 1 to {most} findings, not {count}"));
        }
        if self.wanted().len() != count {
            return Some("a finding is named twice".into());
        }
        let length = self.note.chars().count();
        if self.note.trim().is_empty() || length > Self::NOTE {
            return Some(format!("its note must say why, in {} characters at most", Self::NOTE));
        }
        match &self.workflow {
            Workflow::New | Workflow::Notified | Workflow::Suppressed | Workflow::Resolved => None,
            Workflow::Other(word) => Some(format!("Security Hub knows no workflow `{word}`")),
        }
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let after = match &self.workflow {
            Workflow::Suppressed => {
                "whatever is found of these again stays suppressed: nobody is told"
            }
            Workflow::Resolved => {
                "Security Hub sets one back to NEW by itself where it is found again"
            }
            Workflow::New | Workflow::Notified | Workflow::Other(_) => {
                "they are among those that people still have to do with"
            }
        };
        vec![
            format!("{} of Security Hub", counted(self.findings.len())),
            after.into(),
            "the note takes the place of an older one, and is not taken away again".into(),
        ]
    }

    fn query(&self) -> Query {
        TriageOf { findings: self.findings.iter().map(|name| name.id.clone()).collect() }
            .into_query()
    }

    fn seen(answer: &Answer) -> Option<Self::Value> {
        let Answer::TriageOf(found) = answer else { return None };
        Some(found.findings.iter().map(|one| (one.id.to_string(), one.workflow.clone())).collect())
    }

    fn wanted(&self) -> Self::Value {
        all(self, &self.workflow)
    }

    fn before(&self) -> Self::Value {
        all(self, &self.before)
    }

    /// All of them were the same: so it is drafted.
    fn after(self, before: Self::Value) -> Self {
        let word = before.values().next().map_or("", String::as_str);
        Self { before: Workflow::parse(word), ..self }
    }

    fn said(value: &Self::Value) -> String {
        tally(value)
    }

    /// The notes are pinned too: whoever writes one between plan and call is not overwritten.
    fn pinned(answer: &Answer) -> Value {
        let Answer::TriageOf(found) = answer else { return Value::Null };
        let stands = found.findings.iter().map(|one| {
            let stand = json!({ "workflow": one.workflow, "note": one.note, "noted": one.noted });
            (one.id.to_string(), stand)
        });
        Value::Object(stands.collect())
    }

    fn cut(mut self, mut back: Self, there: &Answer) -> (Self, Self) {
        let there = Self::seen(there).unwrap_or_default();
        let wanted = self.workflow.to_string();
        let made = |id: &str| there.get(id).is_some_and(|word| *word == wanted);
        // Where none is as it was made, others have been there: the check of the way back says so.
        if !self.findings.iter().any(|name| made(name.id.as_str())) {
            return (self, back);
        }
        self.findings.retain(|name| made(name.id.as_str()));
        back.findings.retain(|name| made(name.id.as_str()));
        (self, back)
    }
}

/// The same word for every finding.
fn all(of: &SetWorkflow, workflow: &Workflow) -> BTreeMap<String, String> {
    of.findings.iter().map(|name| (name.id.to_string(), workflow.to_string())).collect()
}
