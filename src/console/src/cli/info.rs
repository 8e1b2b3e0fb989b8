//! `watchdeck info`: what this program is, where its files are, and every setting with where it came from.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value, json};
use watchdeck_domain::Printable;

use super::arguments::{AccountArguments, FileArguments};
use super::failure::Failure;
use super::output;
use crate::config::Origin;
use crate::keymap::Choice;
use crate::runtime::accounts::outlook::{Outlook, Said, outlook};
use crate::runtime::settings::{self, Loaded};
use crate::runtime::state::StateFolder;
use crate::runtime::terminal::facts::Facts;
use crate::runtime::{keys, runbooks};

/// One thing that is so, and who says so; the second may be empty.
struct Row {
    name: String,
    value: String,
    from: String,
}

impl Row {
    fn new(name: &str, value: impl Into<String>, from: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: value.into(), from: from.into() }
    }
}

type Section = (&'static str, Vec<Row>);

/// Prints it. A mistake in the settings is told here, and does not stop it.
pub(super) fn print(look: &AccountArguments, files: &FileArguments) -> Result<(), Failure> {
    let place = look.place();
    let loaded = settings::load(files, &place);
    let outlook = super::tasks()?.block_on(outlook(&place, &loaded.settings));
    let sections = [
        ("program", program()),
        ("paths", paths(&loaded, files)),
        ("settings", set(&loaded)),
        ("terminal", terminal(&Facts::here())),
        ("account", account(&outlook)),
    ];
    let mistakes: Vec<String> = loaded.mistakes.iter().map(ToString::to_string).collect();
    output::say(&if look.json {
        as_json(&sections, &mistakes)
    } else {
        as_text(&sections, &mistakes)
    })
}

fn program() -> Vec<Row> {
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let machine = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let rust = format!("{} or newer", env!("CARGO_PKG_RUST_VERSION"));
    vec![
        Row::new("version", env!("CARGO_PKG_VERSION"), ""),
        Row::new("build", build, ""),
        Row::new("rust", rust, ""),
        Row::new("machine", machine, ""),
    ]
}

fn paths(loaded: &Loaded, files: &FileArguments) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(file) = &loaded.file {
        rows.push(path("config", &file.value, &file.origin));
    }
    match (&loaded.settings.keymap.value, keys::own()) {
        (Some(Choice::File(file)), _) => {
            rows.push(path("keymap", file, &loaded.settings.keymap.origin));
        }
        (Some(Choice::Preset(_)) | None, Some(file)) => {
            rows.push(path("keymap", &file, &Origin::Default));
        }
        (Some(Choice::Preset(_)) | None, None) => {}
    }
    if let Some(folder) = runbooks::folder() {
        rows.push(path("runbooks", &folder, &Origin::Default));
    }
    match StateFolder::choose(files.state_dir.as_deref()) {
        Ok(state) => {
            let origin = if files.state_dir.is_some() { Origin::Flag } else { Origin::Default };
            rows.push(path("state", state.path(), &origin));
            for journal in state.journals().unwrap_or_default() {
                rows.push(Row::new("journal", journal.display().to_string(), ""));
            }
        }
        Err(failure) => rows.push(Row::new("state", "none", failure.what.as_str())),
    }
    rows.push(match &files.log_file {
        Some(file) => path("log", file, &Origin::Flag),
        None => Row::new("log", "none", "default; --log-file names one"),
    });
    rows
}

fn path(name: &str, path: &Path, origin: &Origin) -> Row {
    let there = if path.exists() { "" } else { ", not there" };
    Row::new(name, path.display().to_string(), format!("{origin}{there}"))
}

fn set(loaded: &Loaded) -> Vec<Row> {
    let rows = loaded.settings.rows().into_iter();
    rows.map(|(setting, value, origin)| Row::new(setting.name(), value, origin.to_string()))
        .collect()
}

fn terminal(facts: &Facts) -> Vec<Row> {
    let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    let size = facts.size.map(|(columns, rows)| format!("{columns} columns, {rows} rows"));
    let (locale, from) = match &facts.locale {
        Some((name, value)) => (value.clone(), *name),
        None => ("none".to_owned(), ""),
    };
    vec![
        Row::new("interactive", if facts.interactive { "yes" } else { "no" }, ""),
        Row::new("term", or_none(&facts.term), "TERM"),
        Row::new("colorterm", or_none(&facts.colorterm), "COLORTERM"),
        Row::new("colours", facts.colours.to_string(), ""),
        Row::new("locale", locale, from),
        Row::new("size", size.unwrap_or_else(|| "none".to_owned()), ""),
    ]
}

fn account(outlook: &Outlook) -> Vec<Row> {
    let Outlook { account, profile, region, endpoint } = outlook;
    let rows =
        [("account", account), ("profile", profile), ("region", region), ("endpoint", endpoint)];
    rows.into_iter().map(|(name, Said { value, by })| Row::new(name, value, by)).collect()
}

fn as_text(sections: &[Section], mistakes: &[String]) -> String {
    let mut text = String::new();
    for (title, rows) in sections {
        let heading = if text.is_empty() { "" } else { "\n" };
        writeln!(text, "{heading}{title}").unwrap_or_default();
        let wide = rows.iter().map(|row| row.value.chars().count()).max().unwrap_or(0).min(44);
        for Row { name, value, from } in rows {
            let (value, from) = (Printable::new(value.as_str()), Printable::new(from.as_str()));
            let line = format!("  {name:<13} {:<wide$}  {}", value.as_str(), from.as_str());
            writeln!(text, "{}", line.trim_end()).unwrap_or_default();
        }
    }
    if !mistakes.is_empty() {
        text.push_str("\nmistakes\n");
    }
    for mistake in mistakes {
        writeln!(text, "  {}", Printable::new(mistake.as_str()).as_str()).unwrap_or_default();
    }
    text
}

fn as_json(sections: &[Section], mistakes: &[String]) -> String {
    let mut all = Map::new();
    for (title, rows) in sections {
        let mut section = Map::new();
        for Row { name, value, from } in rows {
            let row = if from.is_empty() {
                json!({ "value": value })
            } else {
                json!({ "value": value, "from": from })
            };
            // Several journals stand under one name.
            match section.get_mut(name) {
                Some(Value::Array(rows)) => rows.push(row),
                Some(first) => *first = Value::Array(vec![first.take(), row]),
                None => drop(section.insert(name.clone(), row)),
            }
        }
        all.insert((*title).to_owned(), Value::Object(section));
    }
    all.insert("mistakes".to_owned(), json!(mistakes));
    format!("{:#}\n", Value::Object(all))
}
