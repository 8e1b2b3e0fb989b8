//! `watchdeck runbook`: what there is, what each comes to, whether a file is sound, a plan, and scenarios.
//!
//! Suggested reading order:

mod asked; // what may be asked

mod lint; // `watchdeck runbook lint`
mod list; // `watchdeck runbook list`
mod plan; // `watchdeck runbook plan`
mod show; // `watchdeck runbook show`
mod test; // `watchdeck runbook test`

pub use asked::RunbookCommand;
pub(super) use asked::pair;

use super::arguments::FileArguments;
use super::failure::Failure;
use crate::runtime::runbooks;

/// Does what was asked about runbooks.
pub(super) fn run(command: &RunbookCommand, files: &FileArguments) -> Result<(), Failure> {
    let catalogue = runbooks::load();
    match command {
        RunbookCommand::List { json } => list::print(&catalogue, *json),
        RunbookCommand::Show { id, json } => show::print(&catalogue, id, *json),
        RunbookCommand::Lint { files, json } => lint::print(&catalogue, files, *json),
        RunbookCommand::Plan(asked) => {
            super::tasks()?.block_on(Box::pin(plan::make(&catalogue, asked, files)))
        }
        RunbookCommand::Test { id, json } => {
            super::tasks()?.block_on(Box::pin(test::play(&catalogue, id.as_deref(), *json)))
        }
    }
}
