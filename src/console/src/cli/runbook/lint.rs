//! `watchdeck runbook lint`: what is wrong with files, by line and column.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use watchdeck_domain::Printable;
use watchdeck_runbook::{Catalogue, Complaint, sound};

use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;

/// Prints what is wrong. Nothing wrong is exit code 0, anything else 1.
pub(super) fn print(
    catalogue: &Catalogue,
    files: &[PathBuf],
    as_json: bool,
) -> Result<(), Failure> {
    let texts: Vec<(&PathBuf, Result<String, Failure>)> =
        files.iter().map(|file| (file, read(file))).collect();
    let good = texts.iter().filter_map(|(_, text)| sound(text.as_deref().ok()?).ok());
    let good: Vec<_> = good.collect();
    let (mut text, mut mistakes) = (String::new(), 0);
    for (file, read) in texts {
        let complaints = match sound(&read?) {
            Ok(runbook) => catalogue.wrong_beside(&runbook, &good),
            Err(complaints) => complaints,
        };
        mistakes += complaints.len();
        let name = file.display().to_string();
        if as_json {
            let row =
                json!({ "file": name, "sound": complaints.is_empty(), "complaints": complaints });
            writeln!(text, "{}", output::json(&row)).unwrap_or_default();
        } else {
            text.push_str(&told(&name, &complaints));
        }
    }
    output::say(&text)?;
    if mistakes == 0 {
        return Ok(());
    }
    let what = if mistakes == 1 { "1 mistake".to_owned() } else { format!("{mistakes} mistakes") };
    Err(Failure::new(FailureKind::Failed, what, "docs/runbooks.md tells what each field means"))
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        let what = format!("`{}` cannot be read: {error}", file.display());
        Failure::new(FailureKind::Usage, what, "")
    })
}

/// As compilers tell it: file, line, column, and what to do.
fn told(file: &str, complaints: &[Complaint]) -> String {
    let file = Printable::new(file);
    let file = file.as_str();
    if complaints.is_empty() {
        return format!("{file}: sound\n");
    }
    let mut text = String::new();
    for complaint in complaints {
        let Complaint { line, column, at, what, hint } = complaint;
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        let (what, hint) = (Printable::new(format!("{at}{what}")), Printable::new(hint.as_str()));
        writeln!(text, "{file}:{line}:{column}: {}\n  hint: {}", what.as_str(), hint.as_str())
            .unwrap_or_default();
    }
    text
}
