//! Presets: the keymaps that the program brings along, and which one is asked for.

use std::path::{Path, PathBuf};

use crate::app::command::nearest;

/// A keymap of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Preset {
    /// The keys of watchdeck.
    Default,
    /// For hands that know vim.
    Vim,
    /// For hands that know k9s.
    K9s,
    /// For hands that know emacs.
    Emacs,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Vim, Self::K9s, Self::Emacs];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Vim => "vim",
            Self::K9s => "k9s",
            Self::Emacs => "emacs",
        }
    }

    /// The preset of that name.
    ///
    /// # Errors
    /// There is none; it says which there are.
    pub fn parse(name: &str) -> Result<Self, NoPreset> {
        let found = Self::ALL.into_iter().find(|preset| preset.name() == name);
        found.ok_or_else(|| NoPreset(name.to_owned()))
    }

    /// The name of its file, as messages cite it.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Default => "keymaps/default.toml",
            Self::Vim => "keymaps/vim.toml",
            Self::K9s => "keymaps/k9s.toml",
            Self::Emacs => "keymaps/emacs.toml",
        }
    }

    /// The text of its file.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Default => include_str!("../../../../keymaps/default.toml"),
            Self::Vim => include_str!("../../../../keymaps/vim.toml"),
            Self::K9s => include_str!("../../../../keymaps/k9s.toml"),
            Self::Emacs => include_str!("../../../../keymaps/emacs.toml"),
        }
    }
}

/// A name that no preset has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no preset `{0}`")]
pub struct NoPreset(pub String);

impl NoPreset {
    /// What to write instead.
    pub fn hint(&self) -> String {
        let all = Preset::ALL.map(Preset::name);
        let known = format!("there are {}", all.join(", "));
        match nearest(&self.0, all) {
            Some(near) => format!("did you mean `{near}`? {known}"),
            None => known,
        }
    }
}

/// What `--keymap` and `WATCHDECK_KEYMAP` name: a preset below the operator's own file, or another file in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// This preset, whatever the file says.
    Preset(Preset),
    /// This file, and the preset that it names.
    File(PathBuf),
}

impl Choice {
    /// Reads what was named: a preset's name, else a path, which has a `/` or ends in `.toml`.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Self, NoPreset> {
        let path = Path::new(text);
        match Preset::parse(text) {
            Ok(preset) => Ok(Self::Preset(preset)),
            Err(_) if text.contains('/') || path.extension().is_some_and(|end| end == "toml") => {
                Ok(Self::File(path.to_owned()))
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_preset_and_a_path_is_a_file() {
        assert_eq!(Choice::parse("k9s"), Ok(Choice::Preset(Preset::K9s)));
        assert_eq!(Choice::parse("./vim"), Ok(Choice::File("./vim".into())));
        assert_eq!(Choice::parse("mine.toml"), Ok(Choice::File("mine.toml".into())));
        let error = Choice::parse("vin").unwrap_err();
        assert_eq!(
            format!("{error}: {}", error.hint()),
            "there is no preset `vin`: did you mean `vim`? there are default, vim, k9s, emacs"
        );
    }
}
