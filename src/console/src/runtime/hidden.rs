//! What is typed and must not be seen: kept here, and nowhere else.
//!
//! While a secret is asked for, the keys that type it become no message: the model, which can be recorded, learns how many
//! there are and no more.

use std::fmt;

use watchdeck_domain::Secret;
use zeroize::Zeroizing;

use crate::app::{Model, Msg};

/// The longest secret, in bytes. So much is set aside, so that no copy stays behind when it grows.
const MOST: usize = 128;

/// A secret being typed. Wiped when it is given away, given up, or dropped.
pub struct Hidden(Zeroizing<String>);

impl Default for Hidden {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(MOST)))
    }
}

impl Hidden {
    /// The message as the model may see it.
    pub fn veil(&mut self, model: &Model, msg: Msg) -> Msg {
        if !model.shell.asks_secret() {
            if !self.0.is_empty() {
                *self = Self::default();
            }
            return msg;
        }
        if let Msg::Paste(text) = msg {
            let text = Zeroizing::new(text);
            text.trim().chars().for_each(|c| self.push(c));
        } else if let Msg::Key(chord) = msg {
            match chord.typed() {
                Some(c) => self.push(c),
                None if chord.is("backspace") => drop(self.0.pop()),
                None if chord.is("ctrl-u") => *self = Self::default(),
                None => return msg,
            }
        } else {
            return msg;
        }
        Msg::Hid(self.0.chars().count())
    }

    /// Gives it away; none if nothing was typed.
    pub fn take(&mut self) -> Option<Secret> {
        let mut typed = std::mem::take(self).0;
        (!typed.is_empty()).then(|| Secret::new(std::mem::take(&mut *typed)))
    }

    fn push(&mut self, c: char) {
        if !c.is_control() && self.0.len() + c.len_utf8() <= MOST {
            self.0.push(c);
        }
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Effect, update};
    use crate::keymap::key::Chord;
    use crate::tests::model;

    #[test]
    fn a_code_reaches_neither_the_model_nor_a_message_nor_an_effect() {
        let mut model = model();
        let mut hidden = Hidden::default();
        let now = model.now;
        let wanted = Msg::CodeWanted { ticket: None, device: "mfa/operator".into(), refused: None };
        update(&mut model, wanted, now);
        let mut written = String::new();
        let mut left = Vec::new();
        for key in ["7", "3", "9", "backspace", "5", "1", "8", "2", "enter"] {
            let msg = hidden.veil(&model, Msg::Key(Chord::parse(key).unwrap()));
            written.push_str(&serde_json::to_string(&msg).unwrap());
            left = update(&mut model, msg, now);
            written.push_str(&serde_json::to_string(&(&model, &left)).unwrap());
        }
        assert_eq!(left, [Effect::GiveCode { ticket: None }]);
        assert!(!written.contains("735182") && !written.contains("\"7\""), "{written}");
        assert_eq!(hidden.take().unwrap().reveal_to(str::to_owned), "735182");
        assert!(hidden.take().is_none(), "given away once");
        // Outside of the prompt a key is a key, and nothing is kept of an abandoned code.
        hidden.push('7');
        let key = Msg::Key(Chord::char('j'));
        assert_eq!(hidden.veil(&model, key.clone()), key);
        assert!(hidden.take().is_none());
        assert_eq!(format!("{hidden:?}"), "Hidden(redacted)");
    }
}
