//! The operator's own keys: a file laid over the program's. A file with a mistake changes nothing, and is told.

use std::path::PathBuf;

use crate::app::Problem;
use crate::keymap::{Keymap, KeymapError};

/// The keymap of this operator, and what is wrong with their file.
pub fn load() -> (Keymap, Vec<Problem>) {
    let (mut keymap, mut problems) = match Keymap::built_in() {
        Ok(keymap) => (keymap, Vec::new()),
        Err(errors) => (Keymap::default(), told("the program's own keymap", &errors)),
    };
    let Some(file) = file().filter(|file| file.exists()) else { return (keymap, problems) };
    let name = file.display().to_string();
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            if let Err(errors) = keymap.lay_over(&name, &text) {
                problems.extend(told(&name, &errors));
            }
        }
        Err(error) => problems.push(Problem::new(
            "keymap.unread",
            format!("the keymap `{name}` could not be read"),
            error.to_string(),
            "the program's own keys are in force",
        )),
    }
    (keymap, problems)
}

/// `$XDG_CONFIG_HOME/watchdeck/keymap.toml`, else `~/.config/watchdeck/keymap.toml`.
fn file() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("watchdeck/keymap.toml"))
}

fn told(name: &str, errors: &[KeymapError]) -> Vec<Problem> {
    let problem = |error: &KeymapError| {
        Problem::new(
            "keymap.mistake",
            format!("the keymap `{name}` is not in force"),
            error.to_string(),
            "correct the file and start again; `watchdeck keys` shows the result",
        )
    };
    errors.iter().map(problem).collect()
}
