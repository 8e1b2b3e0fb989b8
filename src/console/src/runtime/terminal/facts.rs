//! What the terminal says about itself: its name, its colours, its size, its letters.

use std::fmt;
use std::io::{self, IsTerminal as _};

/// What is known about the terminal without drawing on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether both the keyboard and the screen are one.
    pub interactive: bool,
    /// `TERM`; empty when nothing says.
    pub term: String,
    /// `COLORTERM`; empty when nothing says.
    pub colorterm: String,
    /// How many colours may be used.
    pub colours: Colours,
    /// The variable that decides about letters, and its value.
    pub locale: Option<(&'static str, String)>,
    /// Columns and rows, where there is a terminal.
    pub size: Option<(u16, u16)>,
}

/// How many colours may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// None: `NO_COLOR` says so.
    Off,
    /// The sixteen of old.
    Sixteen,
    /// 256.
    Many,
    /// 24 bits.
    True,
}

impl fmt::Display for Colours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "none, NO_COLOR is set",
            Self::Sixteen => "16",
            Self::Many => "256",
            Self::True => "24 bits",
        })
    }
}

impl Facts {
    /// Looks at this terminal.
    pub fn here() -> Self {
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        let size = if interactive { crossterm::terminal::size().ok() } else { None };
        Self::from(&|name| std::env::var(name).ok(), interactive, size)
    }

    fn from(
        get: &dyn Fn(&str) -> Option<String>,
        interactive: bool,
        size: Option<(u16, u16)>,
    ) -> Self {
        let said = |name| get(name).filter(|value| !value.is_empty());
        let term = said("TERM").unwrap_or_default();
        let colorterm = said("COLORTERM").unwrap_or_default();
        let colours = if said("NO_COLOR").is_some() {
            Colours::Off
        } else if matches!(colorterm.as_str(), "truecolor" | "24bit") {
            Colours::True
        } else if term.contains("256color") {
            Colours::Many
        } else {
            Colours::Sixteen
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"];
        let locale = locale.into_iter().find_map(|name| Some((name, said(name)?)));
        Self { interactive, term, colorterm, colours, locale, size }
    }

    /// Whether the locale says that letters are UTF-8.
    pub fn is_utf8(&self) -> bool {
        let Some((_, locale)) = &self.locale else { return false };
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(values: &[(&str, &str)]) -> Facts {
        let get = |name: &str| {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Facts::from(&get, true, Some((120, 40)))
    }

    #[test]
    fn the_environment_tells_colours_and_letters() {
        let plain = facts(&[("TERM", "xterm"), ("LANG", "C")]);
        assert_eq!((plain.colours, plain.is_utf8()), (Colours::Sixteen, false));
        let many = facts(&[("TERM", "xterm-256color"), ("LANG", "de_DE.UTF-8")]);
        assert_eq!((many.colours, many.is_utf8()), (Colours::Many, true));
        let off = facts(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1"), ("LC_ALL", "C.utf8")]);
        assert_eq!((off.colours, off.is_utf8()), (Colours::Off, true));
        let overruled = facts(&[("LC_ALL", "POSIX"), ("LANG", "C.UTF-8")]);
        assert!(!overruled.is_utf8());
        assert!(!facts(&[]).is_utf8());
    }
}
