//! From findings to what is done about them: a runbook with the marked ones filled in, or with the one under the cursor.
//! Nothing here changes the account: it ends in a form, or in a plan's question.

use std::collections::BTreeMap;

use watchdeck_domain::finding::Finding;
use watchdeck_runbook::ParamType;

use super::details::Subject;
use super::shell::{Overlay, Screen, Tone};
use super::{Effect, Model, proposing};

/// The runbook that sets what people made of findings, and the one that archives those of `GuardDuty`.
const SETTING: &str = "sh.workflow";
const ARCHIVING: &str = "gd.archive";

/// The findings that are meant: the one that is told of, else the marked ones, else the one under the cursor.
pub(super) fn here(model: &Model) -> Vec<&Finding> {
    match &model.shell.overlay {
        Some(Overlay::Detail { subject: Subject::Finding(id), .. }) => {
            model.findings.list.rows().iter().filter(|finding| finding.id == *id).collect()
        }
        None if model.shell.screen == Screen::Findings => model.findings.meant(),
        Some(_) | None => Vec::new(),
    }
}

/// Whether all of those are of `GuardDuty`.
pub(super) fn are_threats(model: &Model) -> bool {
    let found = here(model);
    !found.is_empty() && found.iter().all(|finding| finding.threat().is_some())
}

/// Opens the runbook that sets what people made of them.
pub(super) fn set(model: &mut Model) -> Vec<Effect> {
    let ids: Vec<_> = here(model).into_iter().map(|finding| finding.id.clone()).collect();
    open(model, SETTING, ParamType::Findings, &ids)
}

/// Proposes to archive them.
pub(super) fn archive(model: &mut Model) -> Vec<Effect> {
    let threats = here(model).into_iter().filter_map(Finding::threat);
    let ids: Vec<_> = threats.map(|id| id.to_string()).collect();
    open(model, ARCHIVING, ParamType::Threats, &ids)
}

fn open(model: &mut Model, id: &str, kind: ParamType, ids: &[String]) -> Vec<Effect> {
    let Some(runbook) = model.runbooks.sound().find(|runbook| runbook.id == id).cloned() else {
        model.shell.say(Tone::Bad, format!("there is no runbook `{id}`"));
        return Vec::new();
    };
    let value = serde_json::Value::from(ids);
    let named = runbook.params.iter().find(|(_, param)| param.kind == kind);
    let Some((name, param)) = named else {
        model.shell.say(Tone::Bad, format!("the runbook `{id}` takes no findings"));
        return Vec::new();
    };
    if let Some(fault) = param.fault(&value) {
        model.shell.say(Tone::Bad, format!("{id}: {fault}"));
        return Vec::new();
    }
    // Ids are told from each other by commas, unless one has a comma itself.
    let plain = ids.iter().all(|id| !id.contains(',') && id.trim() == id);
    let text = if plain { ids.join(",") } else { value.to_string() };
    let given = BTreeMap::from([(name.clone(), text)]);
    proposing::begin(model, &runbook, given)
}
