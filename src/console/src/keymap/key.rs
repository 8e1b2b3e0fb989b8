//! Chords: one key with its modifiers, as keymap files write them and as the terminal sends them.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use serde::{Deserialize, Serialize};

/// One press: a key and what was held with it. Shift on a character is the character itself (`G`, `?`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether control was held.
    pub ctrl: bool,
    /// Whether alt was held.
    pub alt: bool,
    /// Whether shift was held; never with a character.
    pub shift: bool,
}

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A character, as typed.
    Char(char),
    /// A function key.
    F(u8),
    /// A key with a name.
    Named(&'static str),
}

/// Names of keys that are not characters, as files write them.
const NAMES: [(&str, KeyCode); 14] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

/// A text that names no chord.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a key: write one character, `space`, `enter`, `esc`, `f5`, `ctrl-r`, `alt-x`, `shift-tab` ..."
)]
pub struct ChordError(pub String);

impl Chord {
    /// The chord of a bare character.
    pub const fn char(c: char) -> Self {
        Self { key: Key::Char(c), ctrl: false, alt: false, shift: false }
    }

    /// The character that a press types into a text: nothing for commands and named keys.
    pub fn typed(self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.ctrl && !self.alt => Some(c),
            Key::Char(_) | Key::F(_) | Key::Named(_) => None,
        }
    }

    /// Whether this is the bare key of that name, such as `enter`.
    pub fn is(self, name: &str) -> bool {
        !self.ctrl && !self.alt && !self.shift && self.key == Key::Named(name_of(name))
    }

    /// Parses a chord as keymap files write it.
    ///
    /// # Errors
    /// Names the text that is no chord.
    pub fn parse(text: &str) -> Result<Self, ChordError> {
        let mut chord = Self::char(' ');
        let mut rest = text;
        loop {
            let flag = match rest.split_once('-') {
                Some(("ctrl", after)) if !after.is_empty() => (&mut chord.ctrl, after),
                Some(("alt", after)) if !after.is_empty() => (&mut chord.alt, after),
                Some(("shift", after)) if !after.is_empty() => (&mut chord.shift, after),
                _ => break,
            };
            *flag.0 = true;
            rest = flag.1;
        }
        let mut characters = rest.chars();
        chord.key = match (characters.next(), characters.as_str()) {
            (Some(c), "") if !c.is_control() && c != ' ' => Key::Char(c),
            _ if rest == "space" => Key::Char(' '),
            _ => match rest.strip_prefix('f').and_then(|number| number.parse().ok()) {
                Some(number @ 1..=24) => Key::F(number),
                _ => NAMES
                    .iter()
                    .find(|(name, _)| *name == rest)
                    .map(|(name, _)| Key::Named(name))
                    .ok_or_else(|| ChordError(text.to_owned()))?,
            },
        };
        if let Key::Char(c) = chord.key
            && chord.shift
        {
            chord.shift = false;
            chord.key = Key::Char(c.to_uppercase().next().unwrap_or(c));
        }
        Ok(chord)
    }

    /// The chord that the terminal reports; nothing for releases and for keys that the console does not know.
    pub fn from_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let key = if let KeyCode::Char(c) = event.code {
            shift = false;
            Key::Char(c)
        } else if let KeyCode::F(number) = event.code {
            Key::F(number)
        } else if event.code == KeyCode::BackTab {
            shift = true;
            Key::Named("tab")
        } else {
            Key::Named(NAMES.iter().find(|(_, known)| *known == event.code)?.0)
        };
        Some(Self {
            key,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
            shift,
        })
    }
}

fn name_of(text: &str) -> &'static str {
    NAMES.iter().find(|(name, _)| *name == text).map_or("", |(name, _)| name)
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Char(' ') => f.write_str("space"),
            Key::Char(c) => write!(f, "{c}"),
            Key::F(number) => write!(f, "f{number}"),
            Key::Named(name) => f.write_str(name),
        }
    }
}

impl TryFrom<String> for Chord {
    type Error = ChordError;
    fn try_from(text: String) -> Result<Self, ChordError> {
        Self::parse(&text)
    }
}

impl From<Chord> for String {
    fn from(chord: Chord) -> String {
        chord.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_read_back_as_written() {
        for text in [
            "a",
            "G",
            "?",
            "-",
            ":",
            "space",
            "ctrl-r",
            "alt-x",
            "shift-tab",
            "ctrl-alt-delete",
            "f12",
            "ctrl--",
            "ä",
        ] {
            assert_eq!(Chord::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Chord::parse("shift-g").unwrap(), Chord::char('G'));
    }

    #[test]
    fn what_is_no_chord_is_refused() {
        for text in ["", "ctrl-", "meta-x", "enterr", "f99", "ab", "\u{1b}"] {
            assert!(Chord::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_terminal_and_the_file_mean_the_same() {
        let check = |code, modifiers, text: &str| {
            let event = KeyEvent::new(code, modifiers);
            assert_eq!(Chord::from_event(&event), Some(Chord::parse(text).unwrap()), "{text}");
        };
        check(KeyCode::Char('G'), KeyModifiers::SHIFT, "G");
        check(KeyCode::Char('r'), KeyModifiers::CONTROL, "ctrl-r");
        check(KeyCode::BackTab, KeyModifiers::SHIFT, "shift-tab");
        check(KeyCode::PageDown, KeyModifiers::NONE, "pagedown");
        let mut release = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(Chord::from_event(&release), None);
    }
}
