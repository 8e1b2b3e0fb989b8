//! Filters with a name: kept, picked from a list, put in force, deleted.

use std::collections::BTreeMap;

use super::line::Line;
use super::palette::{self, Item, Palette, Target};
use super::shell::{Purpose, Tone};
use super::{Effect, Model, input, keys};
use watchdeck_domain::Printable;

/// The longest name.
const LONGEST: usize = 64;

/// What the text after `:filter` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked<'a> {
    Save(&'a str),
    Delete(&'a str),
    /// A filter: the text of the saved one of that name, or what was typed.
    Text(String),
}

/// Opens the line for a filter, or does with the filters what the text after `:filter` asks for.
pub(super) fn filter(model: &mut Model, argument: &str) -> Vec<Effect> {
    if argument.is_empty() {
        let text = model.filter().to_owned();
        open(model, text);
        return Vec::new();
    }
    match asked(&model.filters, argument) {
        Asked::Save(name) => save(model, name),
        Asked::Delete(name) => delete(model, name),
        Asked::Text(text) => apply(model, text),
    }
}

fn asked<'a>(filters: &BTreeMap<String, String>, argument: &'a str) -> Asked<'a> {
    match argument.split_once(' ') {
        Some(("save", name)) => Asked::Save(name.trim()),
        Some(("delete", name)) => Asked::Delete(name.trim()),
        Some(_) | None => {
            let saved = filters.get(argument).cloned();
            Asked::Text(saved.unwrap_or_else(|| argument.to_owned()))
        }
    }
}

fn open(model: &mut Model, text: String) {
    model.shell.type_in(Purpose::Filter, &text);
    if let Some(typing) = &mut model.shell.typing {
        typing.line = Line::selecting(text);
    }
}

fn apply(model: &mut Model, text: String) -> Vec<Effect> {
    open(model, text);
    keys::edited(model);
    input::accept(model)
}

fn save(model: &mut Model, name: &str) -> Vec<Effect> {
    let text = model.filter().to_owned();
    if text.is_empty() {
        model.shell.say(Tone::Bad, "no filter is in force here: / sets one, then save it");
        return Vec::new();
    }
    if let Err(why) = named(name) {
        model.shell.say(Tone::Bad, format!("`{name}` names no filter: {why}"));
        return Vec::new();
    }
    let was = model.filters.insert(name.to_owned(), text.clone());
    let said = match was {
        Some(was) if was != text => format!("saved as {name}, in place of {was}"),
        Some(_) | None => format!("saved as {name}: `:filter {name}` puts it in force"),
    };
    model.shell.say(Tone::Good, said);
    vec![Effect::KeepFilter { name: name.to_owned(), text: Some(text) }]
}

fn delete(model: &mut Model, name: &str) -> Vec<Effect> {
    if model.filters.remove(name).is_none() {
        model.shell.say(Tone::Bad, format!("no filter is saved as `{name}`"));
        return Vec::new();
    }
    model.shell.say(Tone::Plain, format!("deleted {name}"));
    vec![Effect::KeepFilter { name: name.to_owned(), text: None }]
}

/// Whether a filter can have that name.
fn named(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err("a name is one word");
    }
    if matches!(name, "save" | "delete") {
        return Err("that is what `:filter` itself understands");
    }
    if name.len() > LONGEST || Printable::new(name).as_str() != name {
        return Err("a name has at most 64 characters, all of which print");
    }
    Ok(())
}

/// Shows the filters that are saved, to pick one from.
pub(super) fn pick(model: &mut Model) {
    let items = model.filters.iter().map(|(name, text)| Item {
        name: Printable::new(name.as_str()),
        about: Printable::new(text.as_str()),
        target: Target::Filter(text.clone()),
    });
    let palette = Palette::over("Filters", items.collect());
    palette::show(model, palette);
}

/// Puts the filter in force that was picked.
pub(super) fn picked(model: &mut Model, text: String) -> Vec<Effect> {
    apply(model, text)
}

/// What `:filter` completes to, after these words.
pub(super) fn names(model: &Model, before: &[&str]) -> Vec<String> {
    let saved = || model.filters.keys().cloned();
    match before {
        [] => saved().chain(["save".to_owned(), "delete".to_owned()]).collect(),
        ["delete" | "save"] => saved().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_name_is_taken_for_the_filter_and_anything_else_for_a_text() {
        let filters = BTreeMap::from([("errors".to_owned(), "{ $.level = \"ERROR\" }".to_owned())]);
        let check =
            |argument: &str, wanted: Asked<'_>| assert_eq!(asked(&filters, argument), wanted);
        check("errors", Asked::Text("{ $.level = \"ERROR\" }".into()));
        check("errors 500", Asked::Text("errors 500".into()));
        check("save mine", Asked::Save("mine"));
        check("delete errors", Asked::Delete("errors"));
        check("save", Asked::Text("save".into()));
    }

    #[test]
    fn a_name_is_one_word_that_prints() {
        for name in ["", "two words", "save", "\u{1b}[2J", &"x".repeat(65)] {
            assert!(named(name).is_err(), "{name:?}");
        }
        assert!(named("orders-5xx").is_ok());
    }
}
