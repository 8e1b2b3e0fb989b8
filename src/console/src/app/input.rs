//! Texts being typed: edited, completed, recalled, accepted.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use watchdeck_domain::{FunctionName, Printable};
use watchdeck_guard::{PlanId, Request};

use super::command::{COMMANDS, Command};
use super::cursor::Motion;
use super::destinations::Wanted;
use super::line::Line;
use super::screens::plan::Stage;
use super::shell::{Overlay, Purpose, Tone};
use super::{
    Effect, Model, keeping, keys, lease, neighbours, palette, perform, proposing, refresh, secrets,
    switching,
};

/// The most completions offered.
pub(super) const MOST: usize = 6;

/// Edits the text being typed.
pub(super) fn edit(model: &mut Model, change: fn(&mut Line)) {
    // What is hidden is edited where it is kept.
    let open = model.shell.typing.as_mut().filter(|typing| !typing.purpose.is_secret());
    if let Some(typing) = open {
        change(&mut typing.line);
        keys::edited(model);
    }
}

/// Shows a text typed before, or after.
pub(super) fn recall(model: &mut Model, earlier: bool) {
    if let Some(Overlay::Palette(palette)) = &mut model.shell.overlay {
        return palette.go(if earlier { Motion::Up } else { Motion::Down }, 1);
    }
    let Some(typing) = &mut model.shell.typing else { return };
    let history = match &typing.purpose {
        Purpose::Command => model.shell.commands.texts(),
        Purpose::Filter => model.shell.filters.texts(),
        Purpose::Destination(choosing) => {
            let (way, choosing) =
                (if earlier { Motion::Up } else { Motion::Down }, choosing.clone());
            return switching::move_choice(model, choosing, way);
        }
        Purpose::Palette
        | Purpose::Phrase(_)
        | Purpose::Code { .. }
        | Purpose::Secret { .. }
        | Purpose::Field(_) => return,
    };
    if earlier {
        typing.line.earlier(history);
    } else {
        typing.line.later(history);
    }
    keys::edited(model);
}

/// Takes the text.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(typing) = model.shell.typing.take() else { return Vec::new() };
    let text = typing.line.text().to_owned();
    match &typing.purpose {
        Purpose::Command => {
            model.shell.commands.remember(text.trim());
            perform::run_line(model, &text)
        }
        Purpose::Palette => palette::accept(model),
        Purpose::Filter => match model.filter_view(&text) {
            Ok(effects) => {
                model.shell.filters.remember(text.trim());
                effects
            }
            Err(error) => {
                let mut typing = typing;
                let hint =
                    if error.hint.is_empty() { String::new() } else { format!(": {}", error.hint) };
                typing.wrong = Some((Printable::new(format!("{}{hint}", error.message)), error.at));
                model.shell.typing = Some(typing);
                Vec::new()
            }
        },
        Purpose::Code { ticket, device } => lease::give(model, *ticket, device.clone(), &text),
        Purpose::Destination(choosing) => switching::accept(model, choosing, &text),
        Purpose::Phrase(plan) => answer(model, plan.clone(), text),
        Purpose::Field(name) => proposing::accept(model, name, &typing),
        Purpose::Secret { name, word } => secrets::give(model, name, word.clone(), &text),
    }
}

/// Begins to type the phrase of the plan whose question stands.
pub(super) fn begin_phrase(model: &mut Model) {
    let Some(plan) = model.plan.question().map(|question| question.plan.clone()) else { return };
    if model.plan.is_unseen() {
        model.shell.say(Tone::Plain, "that key came before the question did: read it first");
        return;
    }
    model.shell.type_in(Purpose::Phrase(plan), "");
}

/// Closes a phrase whose question is no longer the one that stands: it must not answer another.
pub(super) fn close_stray_phrase(model: &mut Model) {
    let Some(Purpose::Phrase(plan)) = model.shell.typing.as_ref().map(|typing| &typing.purpose)
    else {
        return;
    };
    let said = match model.plan.question() {
        Some(question) if question.plan == *plan => return,
        Some(_) => "another question stands here now: read it before you answer",
        None => "the question is gone, and its prompt with it",
    };
    model.shell.typing = None;
    model.shell.say(Tone::Bad, said);
}

/// Hands the typed phrase to the desk, exactly as it was typed: only the desk judges it. The prompt stays open and
/// empty, so that a phrase typed again after a miss is never taken for keys.
fn answer(model: &mut Model, plan: PlanId, typed: String) -> Vec<Effect> {
    model.shell.type_in(Purpose::Phrase(plan.clone()), "");
    let Stage::Asking { question, mistyped, answered, .. } = &mut model.plan.stage else {
        return Vec::new();
    };
    if question.plan != plan || typed.is_empty() {
        return Vec::new();
    }
    if *answered {
        model.shell.say(Tone::Plain, "an answer is with the guard already");
        return Vec::new();
    }
    *mistyped = None;
    *answered = true;
    vec![Effect::Desk(Request::Answer { plan, typed })]
}

/// What the text of the command line could become: texts with their explanations, the likeliest first.
pub fn completions(model: &Model, text: &str) -> Vec<(String, String)> {
    let mut parts: Vec<&str> = text.trim_start().split(' ').collect();
    let last = parts.pop().unwrap_or_default();
    let [name, arguments @ ..] = parts.as_slice() else {
        return command_completions(model, last);
    };
    let subjects: Vec<String> = match (Command::parse(name), arguments) {
        (Some(Command::ShowFunction | Command::ProposeRollback), []) => {
            model.functions.list.rows().iter().map(|function| function.name.to_string()).collect()
        }
        (Some(Command::OpenFilter), before) => keeping::names(model, before),
        (Some(Command::SwitchContext), []) => model.destinations.names(Wanted::Context),
        (Some(Command::OpenPlace), []) => model.destinations.names(Wanted::Place),
        (Some(Command::OpenPlace), [place, ..]) => neighbours::group_names(model, place),
        (Some(Command::LeavePlace), []) => neighbours::names(model),
        (Some(Command::SwitchProfile), []) => model.destinations.names(Wanted::Profile),
        (Some(Command::SwitchRole), []) => model.destinations.names(Wanted::Role),
        (Some(Command::SwitchRegion), []) => model.destinations.names(Wanted::Region),
        (Some(Command::ProposeRollback), [function]) => {
            let details =
                model.functions.details.iter().find(|(name, _)| name.as_str() == *function);
            let aliases = details.map(|(_, details)| details.aliases.rows()).unwrap_or_default();
            aliases.iter().map(|alias| alias.name.to_string()).collect()
        }
        (Some(Command::ProposeRunbook), []) => {
            model.runbooks.sound().map(|runbook| runbook.id.clone()).collect()
        }
        (Some(Command::ProposeRunbook), [id, ..]) => {
            let runbook = model.runbooks.sound().find(|runbook| runbook.id == *id);
            let params = runbook.map(watchdeck_runbook::Runbook::all_params).unwrap_or_default();
            let names = params.into_keys();
            names.map(|name| format!("{name}=")).collect()
        }
        (Some(Command::ChooseTheme), []) => model.look.names().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let before = parts.join(" ");
    let ranked = ranked(last, subjects.iter().map(String::as_str));
    ranked.into_iter().map(|subject| (format!("{before} {subject}"), String::new())).collect()
}

fn command_completions(model: &Model, typed: &str) -> Vec<(String, String)> {
    let here = model.shell.view_contexts();
    let entries = COMMANDS.iter().filter(|entry| perform::means_something(entry.command, &here));
    let names: Vec<&str> = entries
        .flat_map(|entry| entry.aliases.iter().copied().chain(std::iter::once(entry.id)))
        .collect();
    let doc =
        |name: &str| Command::parse(name).map_or("", |command| command.entry().doc).to_owned();
    ranked(typed, names.into_iter()).into_iter().map(|name| (name.to_owned(), doc(name))).collect()
}

/// The names that match what was typed, as many as are offered.
fn ranked<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    fuzzy(typed, names).into_iter().take(MOST).collect()
}

/// The names that match what was typed: those that begin with it first, then by how well they match.
pub(super) fn fuzzy<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut buffer = Vec::new();
    let mut found: Vec<(bool, u32, &str)> = names
        .filter_map(|name| {
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((!name.starts_with(typed), u32::MAX - score, name))
        })
        .collect();
    found.sort_by_key(|(later, score, _)| (*later, *score));
    found.into_iter().map(|(_, _, name)| name).collect()
}

/// Completes the command line; once more takes the next completion. Asks for the names it lacks.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    let Some(typing) = &model.shell.typing else { return Vec::new() };
    let (texts, at): (Vec<String>, usize) = if let Some((texts, at)) = &typing.chosen {
        (texts.clone(), (at + 1) % texts.len().max(1))
    } else {
        let found = completions(model, typing.line.text());
        (found.into_iter().map(|(text, _)| text).collect(), 0)
    };
    let Some(text) = texts.get(at).cloned() else {
        let text = typing.line.text().to_owned();
        return lacking(model, &text).into_iter().collect();
    };
    if let Some(typing) = &mut model.shell.typing {
        typing.line = Line::new(text);
        typing.chosen = Some((texts, at));
    }
    Vec::new()
}

/// The question for the names that a command line would complete to, if they were never asked for.
fn lacking(model: &mut Model, text: &str) -> Option<Effect> {
    let words: Vec<&str> = text.trim_start().split(' ').collect();
    match (Command::parse(words.first()?)?, words.as_slice()) {
        (Command::ShowFunction | Command::ProposeRollback, [_, _]) => {
            refresh::functions_once(model)
        }
        (Command::ProposeRollback, [_, function, _]) => {
            refresh::aliases_once(model, &FunctionName::parse(*function).ok()?)
        }
        _ => None,
    }
}
