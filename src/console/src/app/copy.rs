//! What is copied from each view: printable lines.

use watchdeck_domain::Printable;

use super::Model;
use super::screens::functions::Row;
use super::shell::{Overlay, Screen};

/// The lines that stand for what the cursor is on.
pub(super) fn lines(model: &Model) -> Option<Vec<Printable>> {
    if let Some(Overlay::Record { sheet, .. }) = &model.shell.overlay {
        return Some(sheet.lines.clone());
    }
    row(model).map(|row| vec![row])
}

fn row(model: &Model) -> Option<Printable> {
    match &model.shell.screen {
        Screen::Overview => model.overview.chosen().map(|id| Printable::new(id.name)),
        Screen::Component(id) => Some(Printable::new(id.name.clone())),
        Screen::Logs => model.logs.chosen_text(),
        Screen::Function(name) => match model.functions.details.get(name)?.chosen()? {
            Row::Alias(alias) => Some(Printable::new(alias.arn.clone())),
            Row::Version(config) => Some(Printable::new(format!("{name}:{}", config.version))),
        },
        // Not the phrase: that is typed by hand.
        Screen::Plan => model.plan.standing().map(|plan| Printable::new(plan.to_string())),
        Screen::Run => model.runs.shown().map(|(id, _)| Printable::new(id.to_string())),
        Screen::Problems => model.problems.newest_first().next().map(|met| {
            let problem = &met.problem;
            Printable::new(format!("{}: {}: {}", problem.code, problem.what, problem.why))
        }),
        Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Databases
        | Screen::Runbooks
        | Screen::Journal => model.list()?.copied(),
    }
}
