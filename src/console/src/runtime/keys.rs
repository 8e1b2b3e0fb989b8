//! The operator's own keys: which preset, which file over it, and what is wrong with that. A line with a mistake is left
//! out and told; the rest is in force.

use std::io;
use std::path::{Path, PathBuf};

use crate::app::Problem;
use crate::cli::failure::{Failure, FailureKind};
use crate::keymap::{Choice, Keymap, KeymapError, Preset, preset_of};

/// The variable that names a preset or a file where the command line names none.
const VARIABLE: &str = "WATCHDECK_KEYMAP";

/// The keys in force.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The keymap.
    pub keymap: Keymap,
    /// The preset at its bottom.
    pub preset: Preset,
    /// The file over it, if there is one.
    pub file: Option<PathBuf>,
    /// What is not in force, and why.
    pub problems: Vec<Problem>,
}

impl Keys {
    /// A preset as it is, without a file.
    pub fn of(preset: Preset) -> Self {
        let (keymap, errors) = Keymap::preset(preset);
        Self { keymap, preset, file: None, problems: told(&errors) }
    }

    /// The keymap of this operator: what the command line chose, else `WATCHDECK_KEYMAP`, else what their file says.
    ///
    /// # Errors
    /// The file that the command line names cannot be read. All else is told, and no reason not to start.
    pub fn load(chosen: Option<&Choice>) -> Result<Self, Failure> {
        let mut problems = Vec::new();
        let choice = chosen.cloned().or_else(|| environment(&mut problems));
        let (preset, file, must) = match choice {
            Some(Choice::Preset(preset)) => (Some(preset), own(), false),
            Some(Choice::File(file)) => (None, Some(file), true),
            None => (None, own(), false),
        };
        let text = match file.as_deref().map(std::fs::read_to_string) {
            Some(Ok(text)) => Some(text),
            Some(Err(error)) if must && chosen.is_some() => {
                return Err(unreadable(file.as_deref(), &error));
            }
            // Few operators have a file of their own.
            Some(Err(error)) if !must && error.kind() == io::ErrorKind::NotFound => None,
            Some(Err(error)) => {
                problems.push(unread(file.as_deref(), &error));
                None
            }
            None => None,
        };
        let preset = preset.or_else(|| preset_of(text.as_deref()?)).unwrap_or(Preset::Default);
        let mut keys = Self::of(preset);
        if let (Some(file), Some(text)) = (file, text) {
            problems.extend(told(&keys.keymap.lay_over(&file.display().to_string(), &text)));
            keys.file = Some(file);
        }
        keys.problems.extend(problems);
        Ok(keys)
    }
}

/// What `WATCHDECK_KEYMAP` names. One that names nothing is told.
fn environment(problems: &mut Vec<Problem>) -> Option<Choice> {
    let text = std::env::var_os(VARIABLE).filter(|text| !text.is_empty())?;
    match Choice::parse(&text.to_string_lossy()) {
        Ok(choice) => Some(choice),
        Err(error) => {
            problems.push(Problem::new(
                "keymap.unknown",
                format!("{VARIABLE} names no keymap"),
                error.to_string(),
                error.hint(),
            ));
            None
        }
    }
}

/// `$XDG_CONFIG_HOME/watchdeck/keymap.toml`, else `~/.config/watchdeck/keymap.toml`.
pub fn own() -> Option<PathBuf> {
    super::settings::folder().map(|folder| folder.join("keymap.toml"))
}

fn named(file: Option<&Path>) -> String {
    file.map(|file| file.display().to_string()).unwrap_or_default()
}

fn unreadable(file: Option<&Path>, error: &io::Error) -> Failure {
    let what = format!("the keymap `{}` could not be read: {error}", named(file));
    let all = Preset::ALL.map(Preset::name).join(", ");
    Failure::new(FailureKind::Usage, what, format!("name a file, or a preset: {all}"))
}

fn unread(file: Option<&Path>, error: &io::Error) -> Problem {
    Problem::new(
        "keymap.unread",
        format!("the keymap `{}` could not be read", named(file)),
        error.to_string(),
        "the program's own keys are in force",
    )
}

fn told(errors: &[KeymapError]) -> Vec<Problem> {
    let problem = |error: &KeymapError| {
        Problem::new(
            "keymap.mistake",
            format!("{}: {}", error.at, error.what),
            "what stands there is left out; all else is in force",
            &*error.hint,
        )
    };
    errors.iter().map(problem).collect()
}
