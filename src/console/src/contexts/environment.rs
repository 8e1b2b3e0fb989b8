//! Environments: how much a slip costs in a place, said by a word and by a colour.

use serde::{Deserialize, Serialize};

/// How much a slip costs. What nobody knows is production.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Environment {
    /// Customers feel it.
    #[default]
    Production,
    /// Colleagues feel it.
    Staging,
    /// Whoever is at work on it feels it.
    Development,
    /// Nobody feels it.
    Sandbox,
}

impl Environment {
    /// All of them, the dearest first.
    pub const ALL: [Self; 4] = [Self::Production, Self::Staging, Self::Development, Self::Sandbox];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Sandbox => "sandbox",
        }
    }

    /// Its word in the header. It says without colour what the colour says.
    pub fn badge(self) -> &'static str {
        match self {
            Self::Production => "PROD",
            Self::Staging => "STAGING",
            Self::Development => "DEV",
            Self::Sandbox => "SANDBOX",
        }
    }

    /// The colour of its badge, where the file names none.
    pub fn colour(self) -> Colour {
        match self {
            Self::Production => Colour::Red,
            Self::Staging => Colour::Yellow,
            Self::Development => Colour::Blue,
            Self::Sandbox => Colour::Green,
        }
    }

    /// The environment of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.name() == name)
    }
}

/// The colour of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Colour {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Cyan.
    Cyan,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
    /// Grey.
    Grey,
}

impl Colour {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Cyan,
        Self::Blue,
        Self::Purple,
        Self::Grey,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Cyan => "cyan",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Grey => "grey",
        }
    }

    /// The colour of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.name() == name)
    }
}
