//! The operator's own detections: every file of TOML or Sigma in a folder, over those that are built in.

use std::path::{Path, PathBuf};

use watchdeck_detect::{Complaint, Loaded, OriginKind, Rules, Suppression, load, with};

use super::runbooks::own;

/// How deep folders in folders are looked into.
const DEEP: usize = 4;

/// All rules that there are, what is kept quiet, and what is wrong with those that are none.
#[derive(Debug)]
pub struct Detections {
    /// The rules.
    pub rules: Rules,
    /// What the files keep quiet.
    pub suppressions: Vec<Suppression>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
}

/// `$XDG_CONFIG_HOME/watchdeck/detections`, else `~/.config/watchdeck/detections`.
pub fn folder() -> Option<PathBuf> {
    own("detections")
}

/// The rules that are built in, and over them those of these files and folders; of the usual folder where none is named.
pub fn of(named: &[PathBuf]) -> Detections {
    let usual = folder().filter(|folder| named.is_empty() && folder.is_dir());
    let mut all = Loaded::default();
    for place in named.iter().chain(&usual) {
        let mut files = Vec::new();
        if place.is_dir() {
            collect(place, DEEP, &mut files);
            files.sort();
        } else {
            files.push(place.clone());
        }
        for file in files {
            let name = file.display().to_string();
            let loaded = match std::fs::read_to_string(&file) {
                Ok(text) => load(&name, &text, OriginKind::Own),
                Err(error) => {
                    let what = format!("it cannot be read: {error}");
                    let hint = "see who may read it, and that it is UTF-8";
                    let complaints = vec![Complaint::new(&name, 1, what, hint)];
                    Loaded { complaints, ..Loaded::default() }
                }
            };
            all.rules.extend(loaded.rules);
            all.suppressions.extend(loaded.suppressions);
            all.complaints.extend(loaded.complaints);
        }
    }
    Detections {
        rules: Rules::new(with(all.rules)),
        suppressions: all.suppressions,
        complaints: all.complaints,
    }
}

fn collect(folder: &Path, deep: usize, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_rules = |end: &std::ffi::OsStr| end == "toml" || end == "yml" || end == "yaml";
        if path.is_dir() {
            if deep > 0 {
                collect(&path, deep - 1, files);
            }
        } else if path.extension().is_some_and(is_rules) {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "[[rule]]\nid = \"root-login\"\ntitle = \"own\"\nseverity = \"low\"\npattern = '{ $.a = 1 }'\n";

    #[test]
    fn the_files_of_a_folder_stand_over_what_is_built_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::create_dir(path.join("more")).unwrap();
        std::fs::write(path.join("more/own.toml"), RULE).unwrap();
        std::fs::write(path.join("odd.toml"), [0xff, 0xfe]).unwrap();
        std::fs::write(path.join("bad.yml"), "title: t\n").unwrap();
        std::fs::write(path.join("notes.txt"), "no rule").unwrap();
        let found = of(&[path.to_owned()]);
        assert_eq!(found.rules.find("root-login").unwrap().title, "own");
        assert!(found.rules.find("trail-stopped").is_some());
        let wrong: Vec<_> = found.complaints.iter().map(|it| it.file.as_str()).collect();
        assert!(wrong[0].ends_with("bad.yml") && wrong[1].ends_with("odd.toml"), "{wrong:?}");
        assert_eq!(of(&[path.join("nowhere.toml")]).complaints.len(), 1);
    }
}
