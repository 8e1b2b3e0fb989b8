//! `watchdeck run`: runbooks without a screen, at the same desk as in the console, through the same gates.
//!
//! Suggested reading order:

mod asked; // what may be asked

mod plan; // `--plan`: all of it, and nothing sent

mod again; // secrets of a run of an earlier process
mod attendance; // somebody at the desk: what it tells, and signals
mod carrying; // from the wish to the end of the run
mod ceremony; // reason, second person, phrase
mod countersigning; // where the lines of second persons come from

mod ending; // how it ended, for scripts
mod progress; // what is told on the way

mod list; // `--list`

pub use asked::RunArguments;

use super::arguments::FileArguments;
use super::failure::Failure;

/// Does what was asked.
pub(super) fn run(asked: &RunArguments, files: &FileArguments) -> Result<(), Failure> {
    if asked.list {
        return list::print(asked.json, files);
    }
    super::tasks()?.block_on(Box::pin(async {
        if asked.plan {
            return plan::make(asked, files).await;
        }
        carrying::carry_out(asked, files).await
    }))
}
