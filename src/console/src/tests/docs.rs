//! Pages generated from the tables of the program: `UPDATE=1 cargo test -p watchdeck docs` writes them anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::app::command::{COMMANDS, Context, Weight};
use crate::keymap::Keymap;

fn page() -> String {
    let keymap = Keymap::built_in().unwrap();
    let mut page = String::from(
        "# Commands\n\n\
         Generated from the command table by a test; do not edit. Every command can be typed after `:`, bound in a keymap\n\
         (see `keymaps/default.toml`), and is shown by `?` where it means something.\n",
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
