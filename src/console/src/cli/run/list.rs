//! `watchdeck run --list`: the runs that have not ended, as the journals of every account tell them. Opens no account.

use std::fmt::Write as _;

use watchdeck_guard::journal::View;

use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;
use crate::runtime::runbooks;
use crate::runtime::state::StateFolder;

/// Prints them, oldest first.
pub(super) fn print(in_json: bool, files: &FileArguments) -> Result<(), Failure> {
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let journals = state.journals().map_err(|error| {
        let what = format!("the folder `{}` cannot be read: {error}", state.path().display());
        Failure::new(FailureKind::Failed, what, "name another with --state-dir")
    })?;
    let mut runs = Vec::new();
    for journal in &journals {
        let open = View::open_runs(journal).map_err(|error| {
            let what = format!("the journal {} cannot be read: {error}", journal.display());
            Failure::new(FailureKind::Failed, what, error.hint())
        })?;
        runs.extend(open);
    }
    if in_json {
        return output::say(&format!("{}\n", output::json(&runs)));
    }
    let catalogue = runbooks::load();
    let mut text = String::new();
    for run in &runs {
        let stands = match &run.adrift {
            Some(step) => format!("nobody knows the outcome of {step}"),
            None => match &run.paused {
                Some(paused) => {
                    format!("paused before step {} of {}: {}", paused.number, paused.of, paused.why)
                }
                None => "not seen to its end".to_owned(),
            },
        };
        let edited = catalogue.edited_since(&run.runbook, &run.sha256);
        let edited = edited.map_or_else(String::new, |it| format!("; {it}"));
        let (id, began, title) = (&run.run, run.began, &run.title);
        writeln!(text, "{id}  {began}  {} ({})  {title}: {stands}{edited}", run.scope, run.realm)
            .unwrap_or_default();
    }
    if runs.is_empty() {
        text.push_str("every run has ended\n");
    }
    output::say(&output::printable(&text))
}
