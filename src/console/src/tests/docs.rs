//! Pages generated from the tables of the program: `UPDATE=1 cargo test -p watchdeck docs` writes them anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::app::command::{COMMANDS, Context, Entry, Weight};
use crate::config::Setting;
use crate::config::settings::schema;
use crate::keymap::key::Chord;
use crate::keymap::{Binding, Keymap, Preset, written};

fn page() -> String {
    let keymap = Keymap::built_in().unwrap();
    let mut page = String::from(
        "# Commands\n\n\
         Generated from the command table by a test; do not edit. Every command can be typed after `:`, bound in a keymap\n\
         (see [keys.md](keys.md)), and is shown by `?` where it means something.\n",
    );
    for context in Context::ALL {
        let entries: Vec<_> =
            COMMANDS.iter().filter(|entry| entry.scope.first() == Some(&context)).collect();
        if entries.is_empty() {
            continue;
        }
        write!(
            page,
            "\n## In `{}`\n\n| keys | command | what it does |\n| --- | --- | --- |\n",
            context.name()
        )
        .unwrap();
        for entry in entries {
            let mut keys: Vec<String> = Vec::new();
            for scope in Context::ALL {
                keys.extend(keymap.keys_of(&[scope], entry.command));
            }
            keys.sort_by_key(|key| (key.len(), key.clone()));
            keys.dedup();
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let mut names = vec![format!("`{}`", entry.id)];
            names.extend(entry.aliases.iter().map(|alias| format!("`{alias}`")));
            let weight = match entry.weight {
                Weight::Light => "",
                Weight::LeadsToChange => " Leads to a change: no bare small letter runs it.",
            };
            let doc = entry.doc.replace('|', "\\|");
            writeln!(page, "| {} | {} | {doc}{weight} |", keys.join(" "), names.join(" ")).unwrap();
        }
    }
    page
}

/// The tables of docs/keys.md: the contexts, and what each preset does otherwise than the default.
fn tables() -> String {
    let ids = |entries: Vec<&Entry>| {
        let ids: Vec<String> = entries.iter().map(|entry| format!("`{}`", entry.id)).collect();
        ids.join(" ")
    };
    let mut text = String::from("| context | commands of its own |\n| --- | --- |\n");
    for context in Context::ALL {
        let own = COMMANDS.iter().filter(|entry| entry.scope.contains(&context)).collect();
        writeln!(text, "| `{}` | {} |", context.name(), ids(own)).unwrap();
    }
    let default = Keymap::built_in().unwrap();
    for preset in Preset::ALL.into_iter().filter(|preset| *preset != Preset::Default) {
        let (keymap, _) = Keymap::preset(preset);
        let name = preset.name();
        write!(text, "\n### {name}\n\n| context | key | command |\n| --- | --- | --- |\n").unwrap();
        for context in Context::ALL {
            let (ours, theirs) = (default.bindings(context), keymap.bindings(context));
            for (sequence, binding) in theirs {
                let same = |(other, at): &(Vec<Chord>, Binding)| {
                    other == sequence && at.tries == binding.tries
                };
                if !ours.iter().any(same) {
                    let tries = binding.tries.iter().map(|bound| bound.command.entry()).collect();
                    row(&mut text, context, sequence, &ids(tries));
                }
            }
            for (sequence, _) in ours {
                if theirs.iter().all(|(other, _)| other != sequence) {
                    row(&mut text, context, sequence, "");
                }
            }
        }
    }
    text
}

fn row(text: &mut String, context: Context, sequence: &[Chord], commands: &str) {
    let keys = written(sequence);
    writeln!(text, "| `{}` | `{keys}` | {commands} |", context.name()).unwrap();
}

#[test]
fn the_page_of_keys_lists_the_contexts_and_the_presets() {
    const MARK: &str = "<!-- generated from here on: do not edit -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/keys.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let (written_by_hand, _) = found.split_once(MARK).unwrap();
    let wanted = format!("{written_by_hand}{MARK}\n{}", tables());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(found == wanted, "docs/keys.md is old: run `UPDATE=1 cargo test -p watchdeck docs`");
}

#[test]
fn the_page_of_commands_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands.md");
    let wanted = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/commands.md is old: run `UPDATE=1 cargo test -p watchdeck docs`"
    );
}

#[test]
fn the_schema_of_the_settings_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/config.schema.json");
    let wanted = schema();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/schema/config.schema.json is old: run `UPDATE=1 cargo test -p watchdeck docs`"
    );
}

#[test]
fn the_schema_of_the_contexts_is_what_the_reader_knows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/contexts.schema.json");
    let wanted = crate::contexts::schema();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/schema/contexts.schema.json is old: run `UPDATE=1 cargo test -p watchdeck docs`"
    );
}

#[test]
fn the_page_of_the_configuration_names_every_setting_with_its_variables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let page = std::fs::read_to_string(&path).unwrap();
    for setting in Setting::ALL {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", setting.name())));
        let row = row.unwrap_or_else(|| panic!("no row for `{}`", setting.name()));
        for variable in setting.variables() {
            assert!(row.contains(&format!("`{variable}`")), "{variable} is missing: {row}");
        }
    }
}
