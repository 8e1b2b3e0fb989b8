//! The operator's own runbooks: every `.toml` of a folder, over those that are built in.

use std::path::{Path, PathBuf};

use watchdeck_runbook::{Catalogue, Complaint, Unsound};

/// All runbooks that there are, and what is wrong with those that are none.
pub fn load() -> Catalogue {
    folder().map_or_else(|| Catalogue::new(Vec::new()), |folder| of(&folder))
}

fn of(folder: &Path) -> Catalogue {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    let (mut texts, mut unread) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.display().to_string();
        match std::fs::read_to_string(&file) {
            Ok(text) => texts.push((name, text)),
            Err(error) => unread.push(Unsound {
                file: name,
                complaints: vec![Complaint {
                    line: 1,
                    column: 1,
                    at: String::new(),
                    what: format!("it cannot be read: {error}"),
                    hint: "see who may read it, and that it is UTF-8".into(),
                }],
            }),
        }
    }
    let mut catalogue = Catalogue::new(texts);
    catalogue.unsound.extend(unread);
    catalogue
}

/// `$XDG_CONFIG_HOME/watchdeck/runbooks`, else `~/.config/watchdeck/runbooks`.
pub fn folder() -> Option<PathBuf> {
    own("runbooks")
}

/// A folder of what the operator wrote, by its name.
pub(super) fn own(name: &str) -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("watchdeck").join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_folder_stand_over_what_is_built_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::write(path.join("own.toml"), watchdeck_runbook::LAMBDA_ROLLBACK).unwrap();
        std::fs::write(path.join("odd.toml"), [0xff, 0xfe]).unwrap();
        std::fs::write(path.join("bad.toml"), "id = 1").unwrap();
        std::fs::write(path.join("notes.txt"), "no runbook").unwrap();
        let catalogue = of(path);
        assert!(catalogue.find("lambda.rollback").unwrap().shadows);
        let wrong: Vec<_> = catalogue.unsound.iter().map(|it| it.file.as_str()).collect();
        assert!(wrong[0].ends_with("bad.toml") && wrong[1].ends_with("odd.toml"), "{wrong:?}");
        assert_eq!(of(&path.join("nowhere")), Catalogue::new(Vec::new()));
    }
}
