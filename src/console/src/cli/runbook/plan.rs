//! `watchdeck runbook plan`: everything up to the question that would be put. Nothing is changed, and nothing could be.

use watchdeck_runbook::Catalogue;

use super::asked::PlanArguments;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::question::{checks, told, unarmed};
use crate::cli::{drafting, headless, output};
use crate::runtime::state::StateFolder;

/// Makes the plan and prints it. A plan that is refused is exit code 1, with its checks.
pub(super) async fn make(
    catalogue: &Catalogue,
    asked: &PlanArguments,
    files: &FileArguments,
) -> Result<(), Failure> {
    catalogue.find(&asked.id).map_err(|error| drafting::misused(&error))?;
    let mut signals = headless::signals()?;
    let opening = Box::pin(headless::open(&asked.source, files));
    let (opened, _) = headless::unless_ended(&mut signals, opening).await?;
    let drafting = drafting::draft(catalogue, &asked.id, &asked.params, &opened);
    let draft = headless::unless_ended(&mut signals, drafting).await?;
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let checking = async { Ok(drafting::checked(draft, &opened, &state).await) };
    match headless::unless_ended(&mut signals, checking).await? {
        Ok(question) if asked.json => output::say(&format!("{}\n", output::json(&question))),
        Ok(question) => {
            let question = unarmed(question);
            let (phrase, hash) = (&question.phrase, &question.hash);
            let end =
                format!("\nThe phrase would be `{phrase}`. Nothing was changed; plan {hash}\n");
            output::say(&output::printable(&format!("{}{end}", told(&question, None))))
        }
        Err(refusal) => {
            let text = if asked.json {
                format!("{}\n", output::json(&refusal))
            } else {
                output::printable(&checks(&refusal.evidence))
            };
            output::say(&text)?;
            Err(Failure::new(FailureKind::Failed, refusal.what, refusal.hint))
        }
    }
}
