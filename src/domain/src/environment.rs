//! Environments: how much a slip costs in a place.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a slip costs. What nobody knows is production.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
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

    /// The environment of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.name() == name)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
