//! Chords: one key with its modifiers, as keymap files write them and as the terminal sends them.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use serde::{Deserialize, Serialize};

use crate::app::command::nearest;

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
const NAMES: [(&str, KeyCode); 18] = [
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
    ("menu", KeyCode::Menu),
    ("pause", KeyCode::Pause),
    ("print", KeyCode::PrintScreen),
    // The middle of a keypad that does not type digits. Its other keys are those of the same name.
    ("begin", KeyCode::KeypadBegin),
];

/// Other spellings of keys, as other programs write them.
const SPELLINGS: [(&str, &str); 13] = [
    ("return", "enter"),
    ("escape", "esc"),
    ("backtab", "shift-tab"),
    ("bs", "backspace"),
    ("del", "delete"),
    ("ins", "insert"),
    ("pgup", "pageup"),
    ("pgdn", "pagedown"),
    ("page-up", "pageup"),
    ("page-down", "pagedown"),
    ("lt", "<"),
    ("gt", ">"),
    ("minus", "-"),
];

/// The last function key.
const LAST_F: u8 = 35;

/// A text that names no chord.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key")]
pub struct ChordError(pub String);

impl ChordError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        meant(&self.0).map_or_else(
            || "write one character, `space`, `enter`, `esc`, `f5`, `ctrl-r`, `alt-x`, `shift-tab` ..; keys of a sequence are separated by blanks".to_owned(),
            |chord| format!("did you mean `{chord}`?"),
        )
    }
}

/// The chord that somebody meant who writes keys as another program does: `<C-d>`, `M-x`, `^R`, `ctrl+r`; or mistyped one.
fn meant(text: &str) -> Option<Chord> {
    let bare = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let mut written = bare.replace('+', "-");
    for (theirs, ours) in [("C-", "ctrl-"), ("M-", "alt-"), ("A-", "alt-"), ("S-", "shift-")] {
        written = written.replace(theirs, ours);
    }
    if let Some(letter) = written.strip_prefix('^') {
        written = format!("ctrl-{letter}");
    }
    Chord::parse(&written).ok().or_else(|| {
        let near = nearest(&written.to_lowercase(), NAMES.iter().map(|(name, _)| *name))?;
        Chord::parse(near).ok()
    })
}

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
        let wrong = || ChordError(text.to_owned());
        let mut chord = Self::char(' ');
        let mut rest = text;
        while let Some((held, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty())
        {
            match held.to_ascii_lowercase().as_str() {
                "ctrl" => chord.ctrl = true,
                "alt" => chord.alt = true,
                "shift" => chord.shift = true,
                _ => break,
            }
            rest = after;
        }
        chord.key = match single(rest).or_else(|| control(rest)) {
            Some(c) => Key::Char(c),
            None => named(rest, &mut chord.shift).ok_or_else(wrong)?,
        };
        if let Key::Char(c) = chord.key
            && std::mem::take(&mut chord.shift)
        {
            chord.key = Key::Char(shifted(c).ok_or_else(wrong)?);
        }
        Ok(chord.as_sent())
    }

    /// The chord that the terminal reports; nothing for releases and for keys that the console does not know.
    pub fn from_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let key = if let KeyCode::Char(c) = event.code {
            shift = false;
            Key::Char(Some(c).filter(|c| !c.is_control())?)
        } else if let KeyCode::F(number) = event.code {
            Key::F(Some(number).filter(|number| (1..=LAST_F).contains(number))?)
        } else if event.code == KeyCode::BackTab {
            shift = true;
            Key::Named("tab")
        } else {
            Key::Named(NAMES.iter().find(|(_, known)| *known == event.code)?.0)
        };
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        Some(Self { key, ctrl, alt, shift }.as_sent())
    }

    /// The same chord as a terminal sends it. Control has one byte for several keys: `ctrl-i` is `tab`, `ctrl-R` is
    /// `ctrl-r`, `ctrl-/` is `ctrl-_`. What a terminal cannot tell apart is one chord here.
    fn as_sent(mut self) -> Self {
        let Key::Char(c) = self.key else { return self };
        if !self.ctrl {
            return self;
        }
        let named = match c.to_ascii_lowercase() {
            'i' => "tab",
            'm' => "enter",
            '[' | '3' => "esc",
            '?' | '8' => "backspace",
            letter => {
                self.key = Key::Char(match letter {
                    '@' | '2' => ' ',
                    '4' => '\\',
                    '5' => ']',
                    '6' => '^',
                    '7' | '/' => '_',
                    other => other,
                });
                return self;
            }
        };
        Self { key: Key::Named(named), ctrl: false, ..self }
    }
}

/// The one character that a text is.
fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    let first = characters.next().filter(|c| !c.is_control() && *c != ' ')?;
    characters.next().is_none().then_some(first)
}

/// What shift makes of a character; nothing where that depends on the keyboard.
fn shifted(c: char) -> Option<char> {
    let mut upper = c.to_uppercase();
    let one = upper.next().filter(|_| upper.next().is_none())?;
    (one != c || c.is_uppercase() || c == ' ').then_some(one)
}

/// The key of that name. A spelling can bring shift along.
fn named(text: &str, shift: &mut bool) -> Option<Key> {
    let name = text.to_ascii_lowercase();
    let name =
        SPELLINGS.iter().find(|(theirs, _)| *theirs == name).map_or(&*name, |(_, ours)| ours);
    if let Some(plain) = name.strip_prefix("shift-") {
        *shift = true;
        return Some(Key::Named(name_of(plain)));
    }
    if name == "space" {
        return Some(Key::Char(' '));
    }
    if let Some(c) = single(name) {
        return Some(Key::Char(c));
    }
    let number = name.strip_prefix('f').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    match number.and_then(|digits| digits.parse().ok()) {
        Some(number @ 1..=LAST_F) => Some(Key::F(number)),
        Some(_) => None,
        None => NAMES.iter().find(|(known, _)| *known == name).map(|(known, _)| Key::Named(known)),
    }
}

/// The control character written `u+7f`: no keyboard types it, but what the terminal sent is written down as it was.
fn control(text: &str) -> Option<char> {
    let number = u32::from_str_radix(text.strip_prefix("u+")?, 16).ok()?;
    char::from_u32(number).filter(|c| c.is_control())
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
            Key::Char(c) if c.is_control() => write!(f, "u+{:x}", u32::from(c)),
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
    use proptest::prelude::*;

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
            "<",
            "alt->",
            "ctrl-space",
            "ctrl-_",
            "shift-f5",
            "begin",
            "u+7f",
            "ctrl-u+85",
        ] {
            assert_eq!(Chord::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn one_chord_has_several_spellings() {
        for (text, same) in [
            ("shift-g", "G"),
            ("Ctrl-R", "ctrl-r"),
            ("ctrl-i", "tab"),
            ("ctrl-m", "enter"),
            ("alt-ctrl-[", "alt-esc"),
            ("ctrl-6", "ctrl-^"),
            ("ctrl-/", "ctrl-_"),
            ("ctrl-@", "ctrl-space"),
            ("Return", "enter"),
            ("backtab", "shift-tab"),
            ("alt-lt", "alt-<"),
            ("ctrl-minus", "ctrl--"),
            ("F5", "f5"),
            ("pgdn", "pagedown"),
        ] {
            assert_eq!(Chord::parse(text).unwrap().to_string(), same, "{text}");
        }
    }

    #[test]
    fn what_is_no_chord_is_refused() {
        for text in
            ["", "ctrl-", "meta-x", "enterr", "f99", "f+1", "ab", "\u{1b}", "shift-1", "u+41", "u+"]
        {
            assert!(Chord::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn who_writes_as_another_program_does_is_told_how_it_is_written_here() {
        let check = |text: &str, wanted: &str| {
            let hint = Chord::parse(text).unwrap_err().hint();
            assert_eq!(hint, format!("did you mean `{wanted}`?"), "{text}");
        };
        check("<C-d>", "ctrl-d");
        check("M-x", "alt-x");
        check("^R", "ctrl-r");
        check("ctrl+r", "ctrl-r");
        check("enterr", "enter");
        assert!(Chord::parse("nonsense").unwrap_err().hint().starts_with("write one character"));
    }

    fn events() -> impl Strategy<Value = KeyEvent> {
        let code = prop_oneof![
            any::<char>().prop_map(KeyCode::Char),
            (32u8..127).prop_map(|byte| KeyCode::Char(char::from(byte))),
            any::<u8>().prop_map(KeyCode::F),
            proptest::sample::select(NAMES.map(|(_, code)| code).to_vec()),
            Just(KeyCode::BackTab),
        ];
        (code, 0u8..8)
            .prop_map(|(code, held)| KeyEvent::new(code, KeyModifiers::from_bits_truncate(held)))
    }

    proptest! {
        #[test]
        fn whatever_is_pressed_can_be_written_into_a_file(event in events()) {
            if let Some(chord) = Chord::from_event(&event) {
                prop_assert_eq!(Chord::parse(&chord.to_string()), Ok(chord));
            }
        }

        #[test]
        fn whatever_can_be_read_is_written_the_same(text in "((ctrl|alt|shift)-){0,3}(\\PC|[a-z]{2,8}|f[0-9]{1,2})") {
            if let Ok(chord) = Chord::parse(&text) {
                prop_assert_eq!(Chord::parse(&chord.to_string()), Ok(chord), "{}", text);
            }
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
