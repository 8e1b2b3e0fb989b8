//! What is copied from each view: plain, printable text.

use watchdeck_domain::Printable;

use super::Model;
use super::screens::functions::Row;
use super::screens::journal::{Entry, words};
use super::shell::Screen;

/// The text that stands for what the cursor is on.
pub(super) fn text(model: &Model) -> Option<Printable> {
    match &model.shell.screen {
        Screen::Logs => model.logs.chosen_text(),
        Screen::Functions => {
            model.functions.chosen().map(|function| Printable::new(function.name.as_str()))
        }
        Screen::Function(name) => match model.functions.details.get(name)?.chosen()? {
            Row::Alias(alias) => Some(Printable::new(alias.arn.clone())),
            Row::Version(config) => Some(Printable::new(format!("{name}:{}", config.version))),
        },
        // Not the phrase: that is typed by hand.
        Screen::Plan => model.plan.standing().map(|plan| Printable::new(plan.to_string())),
        Screen::Run => model.runs.shown().map(|(id, _)| Printable::new(id.to_string())),
        Screen::Journal => match model.journal.chosen()? {
            Entry::Unfinished(run) => Some(Printable::new(format!("{} {}", run.run, run.title))),
            Entry::Row(row) => {
                let (what, detail, _) = words(row);
                Some(Printable::new(format!("{} {what} {detail}", row.at)))
            }
        },
        Screen::Problems => model.problems.newest_first().next().map(|met| {
            let problem = &met.problem;
            Printable::new(format!("{}: {}: {}", problem.code, problem.what, problem.why))
        }),
    }
}
