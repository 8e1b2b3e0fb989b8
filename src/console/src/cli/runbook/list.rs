//! `watchdeck runbook list`: the runbooks that there are, and the files that are none.

use std::fmt::Write as _;

use serde_json::json;
use watchdeck_domain::Printable;
use watchdeck_runbook::{Catalogue, Entry};

use crate::cli::failure::Failure;
use crate::cli::output;

/// Prints the catalogue.
pub(super) fn print(catalogue: &Catalogue, as_json: bool) -> Result<(), Failure> {
    let mut text = String::new();
    for entry in &catalogue.sound {
        let Entry { runbook, file, shadows } = entry;
        if as_json {
            let row = json!({
                "id": runbook.id,
                "version": runbook.version,
                "risk": runbook.risk,
                "summary": runbook.summary,
                "file": file,
                "shadows_built_in": shadows,
                "scenarios": runbook.scenarios.len(),
            });
            writeln!(text, "{}", output::json(&row)).unwrap_or_default();
            continue;
        }
        let id = Printable::new(runbook.id.as_str());
        let summary = Printable::new(runbook.summary.as_str());
        let version = format!("v{}", runbook.version);
        writeln!(
            text,
            "{:<24} {version:<4} {}  {:<40} {}",
            id.as_str(),
            runbook.risk,
            origin(entry).as_str(),
            summary.as_str()
        )
        .unwrap_or_default();
    }
    for unsound in &catalogue.unsound {
        if as_json {
            let row = json!({ "file": unsound.file, "complaints": unsound.complaints });
            writeln!(text, "{}", output::json(&row)).unwrap_or_default();
        } else {
            let file = Printable::new(unsound.file.as_str());
            let count = unsound.complaints.len();
            let first = unsound.complaints.first().map(ToString::to_string).unwrap_or_default();
            let first = Printable::new(first);
            writeln!(text, "{} is left out, {count} mistakes: {}", file.as_str(), first.as_str())
                .unwrap_or_default();
        }
    }
    output::say(&text)
}

/// Where a runbook comes from, in words.
pub(super) fn origin(entry: &Entry) -> Printable {
    Printable::new(match (&entry.file, entry.shadows) {
        (None, _) => "built in".to_owned(),
        (Some(file), false) => file.clone(),
        (Some(file), true) => format!("{file}, in place of the built-in one"),
    })
}
