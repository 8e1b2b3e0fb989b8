//! `watchdeck runbook show`: what a runbook wants to know, checks, does, costs and needs.

use std::fmt::Write as _;

use serde_json::json;
use watchdeck_guard::OnFail;
use watchdeck_runbook::{Catalogue, Entry, Runbook, Sketch};

use super::list::origin;
use crate::cli::drafting::misused;
use crate::cli::failure::Failure;
use crate::cli::output;

/// Prints all of it.
pub(super) fn print(catalogue: &Catalogue, id: &str, as_json: bool) -> Result<(), Failure> {
    let entry = catalogue.find(id).map_err(|error| misused(&error))?;
    let sketch = entry.runbook.sketch();
    if as_json {
        let whole = json!({ "runbook": entry.runbook, "file": entry.file, "sketch": sketch });
        return output::say(&format!("{}\n", output::json(&whole)));
    }
    output::say(&output::printable(&told(entry, &sketch)))
}

fn told(entry: &Entry, sketch: &Sketch) -> String {
    let runbook = &entry.runbook;
    let mut text = format!(
        "{} v{}, risk {}, {}\n{}\n",
        runbook.id,
        runbook.version,
        runbook.risk,
        origin(entry).as_str(),
        runbook.summary
    );
    let mut line = |told: String| writeln!(text, "{told}").unwrap_or_default();
    line("\nPARAMETERS".into());
    for (name, param) in runbook.all_params() {
        let kind = serde_json::to_value(param.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default();
        let unless = param.default.map(|value| format!("; {value} unless said"));
        line(format!("  {name} ({kind}): {}{}", param.help, unless.unwrap_or_default()));
    }
    line("\nCHECKS".into());
    for check in &runbook.checks {
        let word = match check.on_fail.effect() {
            OnFail::Stop => "stops",
            OnFail::Warn => "warns",
        };
        line(format!("  {word}  {}: {}", check.id, check.title));
    }
    for human in &runbook.humans {
        line(format!("  asks   {}: {}", human.id, human.question));
    }
    line("\nSTEPS".into());
    for step in &runbook.steps {
        let when = step.when.as_ref().map(|when| format!(", when {when}")).unwrap_or_default();
        line(format!("  {}: {} (class {:?}{when})", step.id, step.title, step.class));
    }
    for call in &sketch.calls {
        line(format!("  {}", call.command));
    }
    afterwards(runbook, &mut line);
    line("\nREVERSAL".into());
    for told in &sketch.reversal {
        line(format!("  {told}"));
    }
    line("\nTIME AND COST".into());
    line(format!("  {} s at most from the answer on, most of it watching", sketch.at_most_s));
    line(format!("  {}", sketch.cost));
    line("\nREADS".into());
    line(format!("  {}", sketch.reads.join(", ")));
    line("\nIAM POLICY: replace what is in capitals".into());
    line(format!("{:#}", sketch.policy));
    text
}

fn afterwards(runbook: &Runbook, line: &mut impl FnMut(String)) {
    line("\nAFTERWARDS".into());
    for wait in &runbook.waits {
        line(format!("  waits  {}, {} s at most", wait.title, wait.timeout_s));
    }
    for seen in &runbook.verifications {
        line(format!("  sees   {}, {} s at most", seen.title, seen.timeout_s));
    }
    for scenario in &runbook.scenarios {
        let ending = scenario.expect.ended.name();
        line(format!("  tested {}: {} ({ending})", scenario.id, scenario.title));
    }
}
