//! From reporting copies to what is done about them: a runbook with the copy under the cursor filled in. Nothing here changes
//! the account: it ends in a form, or in a plan's question.

use std::collections::BTreeMap;

use watchdeck_domain::report::InstanceStanding;

use super::details::Subject;
use super::screens::list::{List as _, Rows as _};
use super::shell::{Overlay, Screen, Tone};
use super::{Effect, Model, proposing};

/// The copy that is meant: the one that is told of, else the one under the cursor.
pub(super) fn here(model: &Model) -> Option<&InstanceStanding> {
    match &model.shell.overlay {
        Some(Overlay::Detail { subject: Subject::Report(id), .. }) => model.reports.get(id),
        None if model.shell.screen == Screen::Reports => match model.reports.opens()? {
            Subject::Report(id) => model.reports.get(&id),
            Subject::Event(_)
            | Subject::Finding(_)
            | Subject::Alarm(_)
            | Subject::Database(_)
            | Subject::Runbook(_) => None,
        },
        Some(_) | None => None,
    }
}

/// Opens the runbook that makes a copy.
pub(super) fn make(model: &mut Model) -> Vec<Effect> {
    open(model, "rds.pitr-report", BTreeMap::new())
}

/// Opens the runbook that keeps the copy for longer.
pub(super) fn extend(model: &mut Model) -> Vec<Effect> {
    let given = named(model);
    open(model, "rds.report-extend", given)
}

/// Opens the runbook that takes the copy away; where it is protected, the one that releases it, which comes first.
pub(super) fn end(model: &mut Model) -> Vec<Effect> {
    let given = named(model);
    let is_protected = here(model).is_some_and(|copy| copy.protected);
    open(model, if is_protected { "rds.report-release" } else { "rds.report-teardown" }, given)
}

fn named(model: &Model) -> BTreeMap<String, String> {
    here(model).map(|copy| ("copy".to_owned(), copy.id.clone())).into_iter().collect()
}

fn open(model: &mut Model, id: &str, given: BTreeMap<String, String>) -> Vec<Effect> {
    let Some(runbook) = model.runbooks.sound().find(|runbook| runbook.id == id).cloned() else {
        model.shell.say(Tone::Bad, format!("there is no runbook `{id}`"));
        return Vec::new();
    };
    proposing::begin(model, &runbook, given)
}
