//! `watchdeck keys`: every command of the console with its keys, as this operator has bound them.

use std::fmt::Write as _;

use serde::Serialize;

use super::arguments::{FileArguments, KeysArguments, PlaceArguments};
use super::failure::Failure;
use super::output;
use crate::app::Problem;
use crate::app::command::{Context, Weight};
use crate::keymap::table::Row;
use crate::runtime::keys::Keys;
use crate::runtime::settings;

/// Prints the table, context by context; what is wrong with the operator's own file is said on stderr.
pub(super) fn print(asked: &KeysArguments, files: &FileArguments) -> Result<(), Failure> {
    let keys = if let Some(preset) = asked.preset {
        Keys::of(preset)
    } else {
        let settings = settings::load(files, &PlaceArguments::default()).sound()?;
        Keys::load(settings::keymap(&settings))?
    };
    for problem in &keys.problems {
        let Problem { what, why, hint, .. } = problem;
        output::complain(&format!("watchdeck: {what}: {why}\n  hint: {hint}\n"));
    }
    let table = keys.keymap.table();
    if asked.json { output::say(&json(&keys, &table)) } else { output::say(&text(&table)) }
}

/// The table for people. No column is wider than its widest entry.
fn text(table: &[(Context, Vec<Row>)]) -> String {
    let rows = || table.iter().flat_map(|(_, rows)| rows);
    let widest = |of: fn(&Row) -> String| {
        rows().map(|row| of(row).chars().count()).max().unwrap_or_default()
    };
    let (keys, id, aliases) =
        (widest(keys), widest(|row| row.entry.id.to_owned()), widest(aliases));
    let mut text = String::new();
    for (context, rows) in table.iter().filter(|(_, rows)| !rows.is_empty()) {
        let gap = if text.is_empty() { "" } else { "\n" };
        writeln!(text, "{gap}[{}]", context.name()).unwrap_or_default();
        for row in rows {
            let (pressed, also) = (self::keys(row), self::aliases(row));
            let entry = row.entry;
            writeln!(
                text,
                "  {pressed:<keys$}  {:<id$}  {also:<aliases$}  {}",
                entry.id, entry.doc
            )
            .unwrap_or_default();
        }
    }
    text
}

fn keys(row: &Row) -> String {
    row.keys.join(", ")
}

fn aliases(row: &Row) -> String {
    row.entry.aliases.join(", ")
}

/// The same for programs.
#[derive(Serialize)]
struct Told<'a> {
    preset: &'a str,
    file: Option<String>,
    contexts: Vec<ContextTold<'a>>,
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct ContextTold<'a> {
    context: &'a str,
    commands: Vec<CommandTold<'a>>,
}

#[derive(Serialize)]
struct CommandTold<'a> {
    command: &'a str,
    aliases: &'a [&'a str],
    keys: &'a [String],
    leads_to_change: bool,
    doc: &'a str,
}

impl<'a> CommandTold<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            command: row.entry.id,
            aliases: row.entry.aliases,
            keys: &row.keys,
            leads_to_change: row.entry.weight == Weight::LeadsToChange,
            doc: row.entry.doc,
        }
    }
}

fn json(keys: &Keys, table: &[(Context, Vec<Row>)]) -> String {
    let contexts = table.iter().map(|(context, rows)| ContextTold {
        context: context.name(),
        commands: rows.iter().map(CommandTold::of).collect(),
    });
    let told = Told {
        preset: keys.preset.name(),
        file: keys.file.as_ref().map(|file| file.display().to_string()),
        contexts: contexts.collect(),
        problems: &keys.problems,
    };
    // Texts and lists only: there is nothing in it that JSON could not hold.
    let mut text = serde_json::to_string_pretty(&told).unwrap_or_default();
    text.push('\n');
    text
}
