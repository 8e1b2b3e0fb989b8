//! Findings: what people made of them in Security Hub, and the archive of `GuardDuty`.

use std::collections::BTreeSet;

use serde::Deserialize;
use watchdeck_domain::change::{ArchiveThreats, FindingName, SetWorkflow};
use watchdeck_domain::finding::Workflow;
use watchdeck_domain::reading::{ThreatsOf, TriageOf};
use watchdeck_domain::{FindingId, ThreatId};

use super::{Action, Ground, Made, Members, may, must};
use crate::compile::CompileError;

/// `BatchUpdateFindings` of a status and a note.
pub(super) static SET_WORKFLOW: Action = Action {
    name: "set-workflow",
    operation: "securityhub:BatchUpdateFindings",
    members: &[
        must("findings", "FindingIdentifiers"),
        may("hundred", "FindingIdentifiers"),
        must("workflow", "Workflow"),
        must("note", "Note"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(set_workflow(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetWorkflowWith {
    findings: Vec<FindingId>,
    /// Which hundred of them: the first unless said.
    #[serde(default)]
    hundred: usize,
    workflow: Status,
    note: Note,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Status {
    status: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Note {
    text: String,
}

async fn set_workflow(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let SetWorkflowWith { findings, hundred, workflow, note } = members.read()?;
    let some = findings.chunks(SetWorkflow::MOST).nth(hundred.saturating_sub(1));
    let asked = some.unwrap_or_default().to_vec();
    let found = ground.look(TriageOf { findings: asked.clone() }).await?.findings;
    all_there(&asked, found.iter().map(|one| &one.id))?;
    let before = alike(found.iter().map(|one| one.workflow.as_str()))?;
    let name = |one: watchdeck_domain::finding::Triage| FindingName {
        id: one.id,
        product_arn: one.product_arn,
    };
    let change = SetWorkflow {
        findings: found.into_iter().map(name).collect(),
        workflow: Workflow::parse(&workflow.status),
        before: Workflow::parse(&before),
        note: note.text,
    };
    let said = format!("taken back: {}", change.note);
    let back = SetWorkflow {
        workflow: change.before.clone(),
        before: change.workflow.clone(),
        note: said.chars().take(SetWorkflow::NOTE).collect(),
        ..change.clone()
    };
    Ok((change.into(), Some(back.into())))
}

/// `ArchiveFindings`; undone `UnarchiveFindings`.
pub(super) static ARCHIVE_THREATS: Action = Action {
    name: "archive-threats",
    operation: "guardduty:ArchiveFindings",
    members: &[must("findings", "FindingIds")],
    lock: None,
    compile: |members, ground| Box::pin(archive_threats(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArchiveThreatsWith {
    findings: Vec<ThreatId>,
}

async fn archive_threats(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ArchiveThreatsWith { findings: threats } = members.read()?;
    let found = ground.look(ThreatsOf { threats: threats.clone() }).await?;
    all_there(&threats, found.threats.iter().map(|one| &one.id))?;
    let archived = |one: &watchdeck_domain::finding::Threat| one.archived;
    let word = |archived| if archived { "archived" } else { "current" };
    alike(found.threats.iter().map(|one| word(one.archived)))?;
    let before = found.threats.first().is_some_and(archived);
    let change = ArchiveThreats { detector: found.detector, threats, archived: true, before };
    let back = ArchiveThreats { archived: before, before: true, ..change.clone() };
    Ok((change.into(), Some(back.into())))
}

/// Whether each that was asked for is there, and there once.
fn all_there<'a, T: Ord + std::fmt::Display + 'a>(
    asked: &'a [T],
    found: impl Iterator<Item = &'a T>,
) -> Result<(), CompileError> {
    let mut there = BTreeSet::new();
    for id in found {
        if !there.insert(id) {
            let what = format!("more than one product has a finding `{id}`");
            return Err(CompileError::new(what, "set that one in Security Hub itself"));
        }
    }
    match asked.iter().find(|id| !there.contains(id)) {
        None => Ok(()),
        Some(id) => {
            let what = format!("there is no finding `{id}` in this region");
            Err(CompileError::new(what, "ask for the findings again: it may be gone"))
        }
    }
}

/// The one word that all of them have: only then leads one call back.
fn alike<'a>(words: impl Iterator<Item = &'a str>) -> Result<String, CompileError> {
    let words: BTreeSet<&str> = words.collect();
    match words.iter().copied().collect::<Vec<_>>().as_slice() {
        [word] => Ok((*word).to_owned()),
        [] => Err(CompileError::new("no finding is named", "name at least one")),
        several => Err(CompileError::new(
            format!("they do not stand alike: some are {}", several.join(", some ")),
            "take those that stand alike at a time: the way back sets all of them to one thing",
        )),
    }
}
