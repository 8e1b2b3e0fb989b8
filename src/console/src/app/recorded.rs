//! What a recording keeps of a message: what is typed or pasted is kept only where its purpose says so.
//!
//! What other messages hold is masked by their text when they are written down ([`watchdeck_domain::mask`]).

use super::shell::Purpose;
use super::{Model, Msg};
use crate::keymap::key::Chord;

/// The message as a recording keeps it; `model` is as the message finds it.
pub fn recorded(model: &Model, msg: &Msg) -> Msg {
    let purpose = model.shell.typing.as_ref().map(|typing| &typing.purpose);
    if let Msg::Key(chord) = msg
        && !purpose.is_none_or(Purpose::keys_are_kept)
    {
        return Msg::Key(hidden_key(*chord));
    }
    // Outside of a text a paste is refused, whatever it holds.
    if let Msg::Paste(text) = msg
        && !purpose.is_some_and(Purpose::pastes_are_kept)
    {
        return Msg::Paste(hidden_text(text));
    }
    msg.clone()
}

/// A key that types types `x`; those that move and erase are kept.
fn hidden_key(chord: Chord) -> Chord {
    if chord.typed().is_some() { Chord::char('x') } else { chord }
}

/// An `x` for each character: as long, but nobody reads it.
fn hidden_text(text: &str) -> String {
    "x".repeat(text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_keeps_its_length_and_its_editing_keys() {
        let hidden = |text: &str| hidden_key(Chord::parse(text).unwrap()).to_string();
        assert_eq!((hidden("7"), hidden("enter")), ("x".to_owned(), "enter".to_owned()));
        assert_eq!((hidden("space"), hidden("ctrl-u")), ("x".to_owned(), "ctrl-u".to_owned()));
        assert_eq!(hidden_text("größe"), "xxxxx");
    }
}
