//! `watchdeck runbook test`: the scenarios of runbooks, each on a simulated account of its own in virtual time.

use std::fmt::Write as _;

use serde_json::json;
use watchdeck_domain::Printable;
use watchdeck_runbook::Catalogue;

use crate::cli::failure::{Failure, FailureKind};
use crate::cli::{headless, output};
use crate::runtime::rehearsal;

/// Plays them and prints a line each. One that ends otherwise than it says is exit code 1.
pub(super) async fn play(
    catalogue: &Catalogue,
    id: Option<&str>,
    as_json: bool,
) -> Result<(), Failure> {
    if let Some(id) = id {
        catalogue.find(id).map_err(|error| crate::cli::drafting::misused(&error))?;
    }
    let mut signals = headless::signals()?;
    let (mut text, mut played, mut failed) = (String::new(), 0, 0);
    let chosen = catalogue.sound.iter().filter(|it| id.is_none_or(|id| it.runbook.id == id));
    for runbook in chosen.map(|entry| &entry.runbook) {
        for scenario in &runbook.scenarios {
            let playing = rehearsal::play(catalogue, &runbook.id, scenario);
            let came = headless::unless_ended(&mut signals, Box::pin(playing)).await?;
            let good =
                came.ended == scenario.expect.ended && came.changes == scenario.expect.changes;
            played += 1;
            failed += u32::from(!good);
            if as_json {
                let row = json!({
                    "runbook": runbook.id, "scenario": scenario.id, "good": good,
                    "expected": scenario.expect, "ended": came.ended, "changes": came.changes,
                    "seconds": came.seconds, "why": came.why,
                });
                writeln!(text, "{}", output::json(&row)).unwrap_or_default();
                continue;
            }
            let name = Printable::new(format!("{} {}", runbook.id, scenario.id));
            let what = format!("{}, {} changes", came.ended.name(), came.changes);
            let word = if good { "ok" } else { "not ok" };
            writeln!(text, "{word:<6}  {:<36} {what:<24} {:>5} s", name.as_str(), came.seconds)
                .unwrap_or_default();
            if !good {
                let expected = &scenario.expect;
                let why = Printable::new(came.why);
                writeln!(
                    text,
                    "        wanted {}, {} changes: {}",
                    expected.ended.name(),
                    expected.changes,
                    why.as_str()
                )
                .unwrap_or_default();
            }
        }
    }
    output::say(&text)?;
    if played == 0 {
        return Err(Failure::new(
            FailureKind::Failed,
            "there is no scenario",
            "write a `[[scenario]]`",
        ));
    }
    if failed > 0 {
        let what = format!("{failed} of {played} scenarios ended otherwise");
        return Err(Failure::new(FailureKind::Failed, what, ""));
    }
    Ok(())
}
