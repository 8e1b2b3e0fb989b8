//! Secrets of a run of an earlier process: given again from outside, for the words by which its journal knows them.

use serde_json::Value;
use watchdeck_domain::RunId;
use watchdeck_guard::is_veiled;
use watchdeck_guard::journal::{Record, View};

use crate::cli::failure::{Failure, FailureKind};
use crate::cli::secret;
use crate::runtime::accounts::Opened;
use crate::runtime::state::StateFolder;

/// Takes the secrets of this run into keeping, from where each says that it comes.
///
/// # Errors
/// The journal cannot be read, the run has no such secret, or there is nothing where it should come from.
pub(super) fn give(
    run: &RunId,
    params: &[(String, String)],
    opened: &Opened,
    state: &StateFolder,
) -> Result<(), Failure> {
    if params.is_empty() {
        return Ok(());
    }
    // Only its rows are looked at.
    let scope = opened.connection.scope();
    let view = View::of(&state.journal(&opened.keeper), usize::MAX, "", &scope);
    let view = view.map_err(|error| {
        let what = format!("the journal cannot be read: {error}");
        Failure::new(FailureKind::Failed, what, error.hint())
    })?;
    let mut rows = view.rows.into_iter().filter(|row| row.run.as_ref() == Some(run));
    let begun = rows
        .find_map(|row| if let Record::RunBegin(begun) = row.record { Some(begun) } else { None });
    for (name, from) in params {
        let word = begun.as_ref().and_then(|begun| begun.draft.params.get(name));
        let word = word.and_then(Value::as_str).filter(|word| is_veiled(word));
        let word = word.ok_or_else(|| {
            let what = format!("the run has no secret `{name}`");
            let hint = "a run goes on with the parameters that it began with: only a secret is given again";
            Failure::new(FailureKind::Usage, what, hint)
        })?;
        opened.connection.veil().keep_again(word, secret::from_outside(name, from)?);
    }
    Ok(())
}
