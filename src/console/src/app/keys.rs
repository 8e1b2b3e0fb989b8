//! Keys: through the keymap to a command, or into the text being typed.

use super::command::Command;
use super::cursor::Cursor;
use super::shell::{Overlay, Purpose, Tone};
use super::{Effect, Model, perform};
use crate::keymap::key::Chord;
use crate::keymap::{Bound, Reached, written};

/// A key was pressed.
pub(super) fn pressed(model: &mut Model, chord: Chord) -> Vec<Effect> {
    if !model.shell.pressed.is_empty() && chord.is("esc") {
        model.shell.pressed.clear();
        return Vec::new();
    }
    model.shell.pressed.push(chord);
    let keymap = model.keymap.clone();
    let contexts = model.shell.contexts();
    match keymap.reach(&contexts, &model.shell.pressed) {
        Reached::Bound(binding) => {
            model.shell.pressed.clear();
            choose(model, &binding.tries)
        }
        Reached::More(_) => Vec::new(),
        Reached::Nothing => {
            let pressed = std::mem::take(&mut model.shell.pressed);
            // A key that by itself leads back gives up the sequence, as esc does: ctrl-g of emacs.
            let alone = keymap.reach(&contexts, &[chord]);
            let back = |bound: &Bound| bound.command == Command::GoBack;
            let cancels =
                matches!(alone, Reached::Bound(binding) if binding.tries.iter().any(back));
            if pressed.len() == 1 || !cancels {
                unbound(model, &pressed);
            }
            Vec::new()
        }
    }
}

/// Runs the first command that is available; when none is, says why not.
fn choose(model: &mut Model, tries: &[Bound]) -> Vec<Effect> {
    let ready = tries.iter().find(|bound| bound.command.entry().available(model).is_ok());
    if let Some(bound) = ready {
        return perform::perform(model, bound.command, &bound.argument);
    }
    if let Some(bound) = tries.last()
        && let Err(why) = bound.command.entry().available(model)
        && bound.command != Command::GoBack
    {
        model.shell.say(Tone::Plain, why);
    }
    Vec::new()
}

fn unbound(model: &mut Model, pressed: &[Chord]) {
    match (model.shell.typing.as_mut(), pressed) {
        (Some(typing), _) if typing.purpose.is_secret() => {}
        (Some(typing), [chord]) => {
            if let Some(c) = chord.typed() {
                typing.line.insert(c);
                edited(model);
            }
        }
        (Some(_), _) => {}
        (None, _) => {
            let text = format!("{} does nothing here; ? shows what does", written(pressed));
            model.shell.say(Tone::Plain, text);
        }
    }
}

/// The text being typed has changed.
pub(super) fn edited(model: &mut Model) {
    let Some(typing) = model.shell.typing.as_mut() else { return };
    typing.wrong = None;
    typing.chosen = None;
    let text = typing.line.text().to_owned();
    match &mut typing.purpose {
        Purpose::Filter => model.filter_lists(&text),
        Purpose::Palette => {
            if let Some(Overlay::Palette(palette)) = &mut model.shell.overlay {
                palette.search(&text);
            }
        }
        Purpose::Destination(choosing) => choosing.cursor = Cursor::default(),
        Purpose::Command
        | Purpose::Phrase(_)
        | Purpose::Code { .. }
        | Purpose::Secret { .. }
        | Purpose::Field(_) => {}
    }
}
