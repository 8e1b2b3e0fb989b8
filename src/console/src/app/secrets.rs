//! Secrets that a plan needs: asked for hidden, and known here only by the words that stand for them.

use serde_json::Value;
use watchdeck_domain::{Printable, RunId};
use watchdeck_guard::is_veiled;
use watchdeck_guard::journal::Record;

use super::shell::{Overlay, Purpose, Tone};
use super::{Effect, Model, proposing};

/// Begins to type the secret of a field.
pub(super) fn ask(model: &mut Model, name: &str) {
    model.shell.type_in(Purpose::Secret { name: name.to_owned(), word: None }, "");
}

/// Begins to type a secret that a run was carried out with, in an earlier session.
pub(super) fn ask_again(model: &mut Model, run: Option<&RunId>, name: &str) -> Vec<Effect> {
    let Some(run) = run else { return Vec::new() };
    let mut rows = model.journal.rows.values().filter(|row| row.run.as_ref() == Some(run));
    let begun = rows
        .find_map(|row| if let Record::RunBegin(begun) = &row.record { Some(begun) } else { None });
    let params = begun.map(|begun| &begun.draft.params);
    let word = params.and_then(|params| params.get(name)).and_then(Value::as_str);
    let Some(word) = word.filter(|word| is_veiled(word)) else {
        let said = format!("no secret `{name}` of this run is known of; its rows may not be read");
        model.shell.say(Tone::Bad, Printable::new(said).as_str());
        return Vec::new();
    };
    let word = Some(word.to_owned());
    model.shell.type_in(Purpose::Secret { name: name.to_owned(), word }, "");
    Vec::new()
}

/// Has what was typed taken into keeping, if anything was.
pub(super) fn give(
    model: &mut Model,
    name: &str,
    word: Option<String>,
    typed: &str,
) -> Vec<Effect> {
    let name = name.to_owned();
    if typed.is_empty() {
        model.shell.type_in(Purpose::Secret { name, word }, "");
        return Vec::new();
    }
    vec![Effect::KeepSecret { name, word }]
}

/// Takes in the word that stands for a secret, or why it is none.
pub(super) fn kept(model: &mut Model, name: &str, told: &Result<String, String>) -> Vec<Effect> {
    match told {
        Ok(word) if matches!(model.shell.overlay, Some(Overlay::Form(_))) => {
            proposing::take(model, name, word.clone())
        }
        Ok(_) => {
            model
                .shell
                .say(Tone::Good, format!("the secret `{name}` is known until the console ends"));
            Vec::new()
        }
        Err(why) => {
            model.shell.say(Tone::Bad, why.clone());
            ask(model, name);
            Vec::new()
        }
    }
}
