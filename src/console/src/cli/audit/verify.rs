//! `watchdeck audit verify`: whether the journals are what was written.

use std::fmt::Write as _;

use watchdeck_guard::journal::verify as examine;

use super::VerifyArguments;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;
use crate::runtime::state::StateFolder;

/// Verifies every journal of the state folder and tells what was found.
pub(super) fn all(asked: &VerifyArguments, files: &FileArguments) -> Result<(), Failure> {
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let journals = super::journals(&state)?;
    let mut text = String::new();
    if journals.is_empty() && !asked.json {
        text = format!(
            "There is no journal under {}: nothing was planned or done from here yet.\n",
            state.path().display()
        );
    }
    let (mut altered, mut unreadable) = (Vec::new(), None);
    for path in &journals {
        let shown = path.display();
        match examine(path) {
            Ok(report) => {
                if !report.is_sound() {
                    altered.push(shown.to_string());
                }
                if asked.json {
                    let report = serde_json::json!({ "path": shown.to_string(), "sound": report.is_sound(), "report": report });
                    writeln!(text, "{report}").unwrap_or_default();
                } else {
                    writeln!(text, "{shown}\n{report}").unwrap_or_default();
                }
            }
            Err(error) => {
                unreadable = Some(Failure::new(
                    FailureKind::Failed,
                    format!("the journal {shown} cannot be read: {error}"),
                    error.hint(),
                ));
            }
        }
    }
    output::say(&text)?;
    if altered.is_empty() {
        return unreadable.map_or(Ok(()), Err);
    }
    Err(Failure::new(
        FailureKind::Tampered,
        format!("not what was written: {}", altered.join(", ")),
        "keep the file as evidence, and begin a new journal with --state-dir",
    ))
}
