//! The house rules themselves: walls between rooms, words that stay in one place, files one can live in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The workspace root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file under `src` and `tests`, with its path from the root and its text.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found.sort();
    found
}

/// The code of a file without its unit tests and without comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn offenders(word: &str, may: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(name, _)| {
            name.starts_with("src/") && !name.contains("/tests/") && !name.contains("/benches/")
        })
        .filter(|(name, _)| !may.iter().any(|allowed| name.starts_with(allowed)))
        .filter(|(_, text)| code(text).contains(word))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn a_room_depends_only_on_the_rooms_it_may_use() {
    let rooms: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("pattern", &[]),
        ("query", &[]),
        ("detect", &["domain", "pattern"]),
        ("signal", &["domain", "pattern", "query"]),
        ("guard", &["domain"]),
        ("runbook", &["domain", "guard"]),
        ("aws", &["domain", "guard"]),
        ("sim", &["pattern", "query"]),
        (
            "console",
            &["domain", "pattern", "query", "detect", "signal", "guard", "runbook", "aws", "sim"],
        ),
    ]);
    for (room, may) in rooms {
        let manifest =
            std::fs::read_to_string(root().join("src").join(room).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        for name in manifest["dependencies"].as_table().unwrap().keys() {
            if let Some(other) = name.strip_prefix("watchdeck-") {
                assert!(may.contains(&other), "{room} may not use {other}");
            }
            assert!(
                room == "aws" || !name.starts_with("aws-"),
                "only aws may depend on the SDK: {room} names {name}"
            );
        }
    }
}

#[test]
fn every_dependency_and_version_stands_in_the_root_manifest() {
    let rooms = std::fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path());
    for folder in rooms.chain([root().join("tests")]) {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        for section in ["dependencies", "dev-dependencies"] {
            for (name, value) in
                manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten()
            {
                let inherited = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(
                    inherited,
                    "{}: `{name}` must inherit from the workspace",
                    folder.display()
                );
            }
        }
    }
}

#[test]
fn the_terminal_library_stays_in_its_rooms() {
    let may = [
        "src/console/src/ui/",
        "src/console/src/runtime/terminal",
        "src/console/src/keymap/key.rs",
    ];
    for word in ["ratatui", "crossterm"] {
        assert_eq!(offenders(word, &may), Vec::<String>::new(), "`{word}`");
    }
}

#[test]
fn only_the_clocks_ask_the_machine_for_the_time() {
    let may = ["src/console/src/runtime/clock", "src/sim/src/clock"];
    for word in ["Instant::now", "SystemTime::now", "Timestamp::now", "Zoned::now"] {
        assert_eq!(offenders(word, &may), Vec::<String>::new(), "`{word}`");
    }
}

#[test]
fn sqlite_stays_in_the_journal() {
    assert_eq!(offenders("rusqlite", &["src/guard/src/journal"]), Vec::<String>::new());
}

#[test]
fn app_and_ui_start_no_tasks_and_touch_no_files() {
    let pure = ["app", "ui", "keymap", "look", "config", "contexts"]
        .map(|room| format!("src/console/src/{room}/"));
    for (name, text) in sources() {
        if pure.iter().any(|folder| name.starts_with(folder.as_str())) {
            for word in
                ["tokio::", "std::fs", "std::net", "std::thread", "std::env", "std::process"]
            {
                assert!(!code(&text).contains(word), "{name} is pure and may not name `{word}`");
            }
        }
    }
}

#[test]
fn a_replay_names_nothing_by_which_it_could_act() {
    let may_not = [
        "Effect",
        "Source",
        "Desk",
        "Journal",
        "Connection",
        "accounts",
        "watchdeck_aws",
        "watchdeck_guard",
        "watchdeck_sim",
        "watchdeck_runbook",
        "Mailbox",
        "std::net",
        "tokio::net",
        "std::process",
    ];
    let mut seen = 0;
    for (name, text) in sources() {
        let player = name.starts_with("src/console/src/runtime/recording/")
            || name == "src/console/src/cli/replay.rs";
        for word in may_not.iter().filter(|_| player) {
            assert!(!code(&text).contains(word), "{name} may not name `{word}`");
        }
        seen += usize::from(player);
    }
    assert!(seen >= 7, "only {seen} files of the replay were found");
}

#[test]
fn every_file_says_what_it_is_for_and_is_small_enough_to_live_in() {
    for (name, text) in sources() {
        if name.contains("/attacks/") {
            continue;
        }
        assert!(text.starts_with("//!"), "{name} must open with a `//!` sentence");
        assert!(
            text.lines().count() <= 500,
            "{name} has {} lines; 500 is the most",
            text.lines().count()
        );
    }
}

#[test]
fn no_loose_ends() {
    for (name, text) in sources() {
        for word in ["todo!(", "unimplemented!(", "FIXME", "#[ignore", "#[allow("] {
            let quoted = format!("\"{word}\"");
            assert!(!text.replace(&quoted, "").contains(word), "{name} holds `{word}`");
        }
    }
}

/// A line `**Invariant:** ... (held by `some_test`)` in docs/architecture.md must name a test that exists.
#[test]
fn every_invariant_of_the_architecture_page_is_held_by_a_test_that_exists() {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let tests: String = sources().into_iter().map(|(_, text)| text).collect();
    let mut seen = 0;
    for line in page.split("\n\n").filter(|paragraph| paragraph.contains("**Invariant:**")) {
        let (_, holders) =
            line.split_once("held by ").unwrap_or_else(|| panic!("no test named: {line}"));
        let names: Vec<&str> = holders.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test named: {line}");
        for name in names {
            let function = format!("fn {name}(");
            assert!(
                tests.contains(&function),
                "docs/architecture.md names `{name}`, which is no test"
            );
        }
        seen += 1;
    }
    assert!(seen >= 8, "the page holds only {seen} invariants");
}
