//! `watchdeck audit verify --shipped`: the journal of an account, held against its checkpoints where others keep them.

use watchdeck_guard::journal::{JournalError, signing_key, witness};

use super::{VerifyArguments, verify};
use crate::app::RealmName;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::{headless, output};
use crate::runtime::ceremony;
use crate::runtime::state::StateFolder;

/// Verifies the journals, then holds that of the account against what was shipped.
pub(super) async fn compare(asked: &VerifyArguments, files: &FileArguments) -> Result<(), Failure> {
    verify::all(asked, files)?;
    let mut signals = headless::signals()?;
    let opening = Box::pin(headless::open(&asked.source, files));
    let (opened, _) = headless::unless_ended(&mut signals, opening).await?;
    let Some(shipper) = ceremony::shipper(&opened) else {
        let (what, hint) = if opened.realm == RealmName::Simulated {
            (
                "the simulated account in this process ends with it: nothing is shipped there",
                "name an account, or serve one with `watchdeck sim serve`",
            )
        } else {
            (
                "no context says where the checkpoints of this account are shipped to",
                "write `checkpoints = \"logs:GROUP\"` into contexts.toml, and name it with --context",
            )
        };
        return Err(Failure::new(FailureKind::Usage, what, hint));
    };
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let journal = state.journal(&opened.keeper);
    let unread = |error: JournalError| {
        let what = format!("the journal {} cannot be read: {error}", journal.display());
        Failure::new(FailureKind::Failed, what, error.hint())
    };
    let (key, store) = (signing_key(&journal).map_err(unread)?, shipper.name());
    let reading = async {
        shipper.read(&key).await.map_err(|why| {
            let what = format!("what was shipped to {store} cannot be read: {why}");
            Failure::new(FailureKind::Failed, what, "see what IAM allows there, then ask again")
        })
    };
    let found = headless::unless_ended(&mut signals, reading).await?;
    let told = witness(&journal, &store, &found).map_err(unread)?;
    if asked.json {
        let path = journal.display().to_string();
        let told = serde_json::json!({ "path": path, "sound": told.is_sound(), "shipped": told });
        output::say(&format!("{}\n", output::json(&told)))?;
    } else {
        output::say(&output::printable(&told.to_string()))?;
    }
    if told.is_sound() {
        return Ok(());
    }
    let what = format!(
        "the journal and what was shipped of it to {store} differ: {}",
        told.flaws.first().map_or("", String::as_str)
    );
    let hint = "keep both as evidence: who can write the journal could not write that place";
    Err(Failure::new(FailureKind::Tampered, what, hint))
}
