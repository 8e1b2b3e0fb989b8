//! `watchdeck report-db`: reporting copies of databases, made, listed, kept for longer and taken away. What changes anything is
//! a run of a runbook, as `watchdeck run` makes it, through the same gates.

mod asked; // what may be asked
mod list; // what copies there are

pub use asked::ReportCommand;

use super::arguments::FileArguments;
use super::failure::Failure;

/// Does what was asked.
pub(super) fn run(asked: &ReportCommand, files: &FileArguments) -> Result<(), Failure> {
    match asked {
        ReportCommand::List(asked) => super::tasks()?.block_on(Box::pin(list::print(asked, files))),
        ReportCommand::Create(asked) => super::run::run(&asked.as_run(), files),
        ReportCommand::Extend(asked) => super::run::run(&asked.as_run(), files),
        ReportCommand::Release(asked) => super::run::run(&asked.as_run(), files),
        ReportCommand::Teardown(asked) => super::run::run(&asked.as_run(), files),
    }
}
