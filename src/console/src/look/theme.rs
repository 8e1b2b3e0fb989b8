//! A theme: how each meaning is drawn.

use std::collections::BTreeMap;

use super::colour::{Colour, Depth};
use super::file::{self, ThemeError};

/// What a style says about what is drawn in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// What everything is drawn on.
    Ground,
    /// Ordinary text.
    Text,
    /// Text that matters less.
    Dim,
    /// Rules, and what is barely there.
    Faint,
    /// Text that matters more.
    Strong,
    /// Titles and the view in front.
    Accent,
    /// A key that can be pressed.
    Key,
    /// As it should be.
    Good,
    /// Worth a look.
    Warn,
    /// Not as it should be.
    Bad,
    /// The process died.
    Fatal,
    /// The top line.
    Bar,
    /// Nothing can be changed.
    ReadOnly,
    /// Changes can be proposed.
    Armed,
    /// Not a real account.
    Simulated,
    /// A real account.
    Real,
    /// The chosen row.
    Chosen,
    /// A word that was searched for.
    Found,
}

impl Meaning {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Ground,
        Self::Text,
        Self::Dim,
        Self::Faint,
        Self::Strong,
        Self::Accent,
        Self::Key,
        Self::Good,
        Self::Warn,
        Self::Bad,
        Self::Fatal,
        Self::Bar,
        Self::ReadOnly,
        Self::Armed,
        Self::Simulated,
        Self::Real,
        Self::Chosen,
        Self::Found,
    ];

    /// Its name in theme files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ground => "ground",
            Self::Text => "text",
            Self::Dim => "dim",
            Self::Faint => "faint",
            Self::Strong => "strong",
            Self::Accent => "accent",
            Self::Key => "key",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Fatal => "fatal",
            Self::Bar => "bar",
            Self::ReadOnly => "read-only",
            Self::Armed => "armed",
            Self::Simulated => "simulated",
            Self::Real => "real",
            Self::Chosen => "chosen",
            Self::Found => "found",
        }
    }

    /// The meaning of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.name() == name)
    }
}

/// How text is drawn. What is not said stays as it is below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as in theme files")]
pub struct Paint {
    /// The colour it is written in.
    pub front: Option<Colour>,
    /// The colour it is written on.
    pub back: Option<Colour>,
    /// Heavier.
    pub bold: bool,
    /// Paler.
    pub faint: bool,
    /// With a line below.
    pub underlined: bool,
    /// Front and back exchanged.
    pub reversed: bool,
}

impl Paint {
    /// The same with the colours that a terminal of this depth has. What would vanish in them is reversed instead.
    #[must_use]
    pub fn within(self, depth: Depth) -> Self {
        let (front, back) = (self.front, self.back);
        let (near, behind) = (front.map(|it| it.within(depth)), back.map(|it| it.within(depth)));
        let same = near.is_some() && near == behind && front != back;
        // A dark grey row would be as black as the rest, and on a lighter one its grey words would be gone.
        let flat = front.is_none() && behind != back;
        if same || flat {
            return Self { front: None, back: None, reversed: true, ..self };
        }
        Self { front: near, back: behind, ..self }
    }
}

/// How many names are told apart by their colours.
pub const NAMES: usize = 6;

/// A theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// What it is for: one sentence; may be empty.
    pub about: String,
    /// The styles that it names itself, and those of the theme it is based on.
    pub(super) paints: BTreeMap<Meaning, Paint>,
    /// The names of log groups, one after the other.
    pub(super) names: [Paint; NAMES],
}

/// The themes that the program brings along; the first is the default, the last has no colours.
const BUILT_IN: [(&str, &str); 6] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("deuteranopia", include_str!("../../themes/deuteranopia.toml")),
    ("tritanopia", include_str!("../../themes/tritanopia.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

impl Theme {
    /// The themes that the program brings along.
    ///
    /// # Errors
    /// None: a test holds that the embedded files are in order. They are passed on rather than hidden.
    pub fn built_in() -> Result<Vec<Self>, Vec<ThemeError>> {
        let mut themes: Vec<Self> = Vec::new();
        for (name, text) in BUILT_IN {
            themes.push(file::read(&format!("themes/{name}.toml"), name, text, &themes)?);
        }
        Ok(themes)
    }

    /// Reads a theme file. What it does not say is as in the theme of `known` that it is based on, or as in the first.
    ///
    /// # Errors
    /// Every mistake of the file, with its line and column.
    pub fn read(
        file: &str,
        name: &str,
        text: &str,
        known: &[Self],
    ) -> Result<Self, Vec<ThemeError>> {
        file::read(file, name, text, known)
    }

    /// How a meaning is drawn.
    pub fn paint(&self, meaning: Meaning) -> Paint {
        self.paints.get(&meaning).copied().unwrap_or_default()
    }

    /// How the names of log groups are drawn, one after the other.
    pub fn names(&self) -> [Paint; NAMES] {
        self.names
    }
}

#[cfg(test)]
mod tests; // what can be read, and told apart
