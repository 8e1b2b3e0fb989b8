//! `watchdeck run --plan`: everything that a yes would commit to, and the phrase. Nothing is sent, and nothing could be.

use super::RunArguments;
use super::progress::Progress;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::Failure;
use crate::cli::question::{Document, checks, told, unarmed};
use crate::cli::run::{carrying, ending};
use crate::cli::{drafting, headless, output};
use crate::runtime::runbooks;
use crate::runtime::state::StateFolder;

/// Makes the plan and prints it.
pub(super) async fn make(asked: &RunArguments, files: &FileArguments) -> Result<(), Failure> {
    let catalogue = runbooks::load();
    let id = asked.runbook.as_deref().unwrap_or_default();
    let entry = catalogue.find(id).map_err(|error| drafting::misused(&error))?;
    let at_most_s = Some(entry.runbook.sketch().at_most_s);
    let mut signals = headless::signals()?;
    let opening = Box::pin(carrying::open(asked, files));
    let (opened, _) = headless::unless_ended(&mut signals, opening).await?;
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let drafting = drafting::draft(&catalogue, id, &asked.params, &opened);
    let draft = headless::unless_ended(&mut signals, drafting).await?;
    let checking = async { Ok(drafting::checked(draft, &opened, &state).await) };
    match headless::unless_ended(&mut signals, checking).await? {
        Ok(question) => {
            ending::expected(asked, &question)?;
            if asked.json {
                let document = Document::of(&question, at_most_s);
                return output::say(&format!("{}\n", output::json(&document)));
            }
            let question = unarmed(question);
            let end = format!(
                "\nNothing was sent. The phrase is `{}`; the content of the plan {}\n",
                question.phrase, question.content
            );
            output::say(&output::printable(&format!("{}{end}", told(&question, at_most_s))))
        }
        Err(refusal) => {
            output::complain(&output::printable(&checks(&refusal.evidence)));
            let failure = ending::refused(&refusal);
            let progress = Progress::refused(refusal);
            ending::failed(asked, &progress, &failure);
            Err(failure)
        }
    }
}
