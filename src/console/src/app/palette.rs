//! The palette: every command and every resource that is known, found by a few letters.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_domain::log::LogGroup;

use super::command::{COMMANDS, Command};
use super::cursor::Motion;
use super::shell::{Overlay, Purpose, Screen};
use super::{Effect, Model, keeping, perform};

/// The most hits kept of one search: more than fit on any screen.
const HITS: usize = 200;

/// The most that are ranked exactly, which takes several times as long as ranking them roughly.
const ROUGH: usize = 1_000;

/// All that can be gone to, and what of it matches the text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Palette {
    /// What is looked for in it.
    pub title: &'static str,
    items: Vec<Item>,
    /// The text that was searched for last.
    text: String,
    /// The items that match it, in no order: a longer text need only look at these.
    passing: Vec<usize>,
    /// The best of them, the best first.
    hits: Vec<usize>,
    /// The chosen hit.
    at: usize,
}

/// One thing that can be gone to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// Its name: what is matched.
    pub name: Printable,
    /// What it is, in a word or a sentence.
    pub about: Printable,
    /// Where it leads.
    pub target: Target,
}

/// Where an item leads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Target {
    /// To what a command does.
    Command(Command),
    /// To a screen.
    Screen(Screen),
    /// To a list, filtered by this text.
    Listed(Screen, String),
    /// To the lines of a log group.
    Group(LogGroup),
    /// To the view in front, filtered by this text.
    Filter(String),
}

impl Palette {
    /// The palette over these items, nothing typed yet.
    pub fn over(title: &'static str, items: Vec<Item>) -> Self {
        let mut palette = Self { title, items, ..Self::default() };
        palette.passing = (0..palette.items.len()).collect();
        palette.hits = palette.passing.iter().copied().take(HITS).collect();
        palette
    }

    /// Searches for a text. One that only grew is looked for among what matched before.
    pub fn search(&mut self, text: &str) {
        if text == self.text {
            return;
        }
        let grown = text.starts_with(&self.text);
        let among =
            if grown { std::mem::take(&mut self.passing) } else { (0..self.items.len()).collect() };
        let mut matcher = Matcher::new(Config::DEFAULT.match_paths());
        let pattern =
            Pattern::new(text, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
        let mut buffer = Vec::new();
        let mut ranked = |items: &[Item], index: usize, judge: Judge| {
            let name = items.get(index)?.name.as_str();
            let score = judge(&pattern, Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((u32::MAX - score, name.len(), index))
        };
        let rough = among.into_iter().filter_map(|index| ranked(&self.items, index, roughly));
        let mut rough: Vec<_> = rough.collect();
        self.passing = rough.iter().map(|(_, _, index)| *index).collect();
        if rough.len() > ROUGH {
            rough.select_nth_unstable(ROUGH);
            rough.truncate(ROUGH);
        }
        let best = rough.into_iter();
        let best = best.filter_map(|(_, _, index)| ranked(&self.items, index, exactly));
        let mut best: Vec<_> = best.collect();
        best.sort_unstable();
        best.truncate(HITS);
        self.hits = best.into_iter().map(|(_, _, index)| index).collect();
        text.clone_into(&mut self.text);
        self.at = 0;
    }

    /// The hits, the best first.
    pub fn hits(&self) -> impl Iterator<Item = &Item> {
        self.hits.iter().filter_map(|index| self.items.get(*index))
    }

    /// Which hit is chosen.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many items match, and how many there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.passing.len(), self.items.len())
    }

    /// Moves the choice.
    pub fn go(&mut self, way: Motion, page: usize) {
        self.at = way.from(self.at, self.hits.len(), page);
    }

    /// Where the chosen hit leads.
    fn target(&self) -> Option<Target> {
        self.hits().nth(self.at).map(|item| item.target.clone())
    }
}

/// How well a name matches, more being better; none when it does not.
type Judge = fn(&Pattern, Utf32Str<'_>, &mut Matcher) -> Option<u32>;

/// By the first place where each letter is found: what matches is exact, the score a lower bound.
fn roughly(pattern: &Pattern, name: Utf32Str<'_>, matcher: &mut Matcher) -> Option<u32> {
    let mut sum = 0;
    for atom in &pattern.atoms {
        let needle = atom.needle_text();
        matcher.config.ignore_case = !needle.chars().any(char::is_uppercase);
        sum += u32::from(matcher.fuzzy_match_greedy(name, needle)?);
    }
    Some(sum)
}

/// By the best of all places.
fn exactly(pattern: &Pattern, name: Utf32Str<'_>, matcher: &mut Matcher) -> Option<u32> {
    pattern.score(name, matcher)
}

/// Opens the palette over what is known now.
pub(super) fn open(model: &mut Model) {
    let palette = Palette::over("Go to", items(model));
    show(model, palette);
}

/// Opens a palette, nothing typed yet.
pub(super) fn show(model: &mut Model, palette: Palette) {
    model.shell.overlay = Some(Overlay::Palette(Box::new(palette)));
    model.shell.type_in(Purpose::Palette, "");
}

/// Goes where the chosen hit leads.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Palette(palette)) = model.shell.overlay.take() else { return Vec::new() };
    match palette.target() {
        Some(Target::Command(command)) => perform::perform(model, command, ""),
        Some(Target::Screen(screen)) => perform::show(model, screen),
        Some(Target::Listed(screen, text)) => {
            let effects = perform::show(model, screen);
            model.filter_lists(&text);
            effects
        }
        Some(Target::Filter(text)) => keeping::picked(model, text),
        Some(Target::Group(group)) => {
            model.logs.offered = true;
            let mut effects = perform::show(model, Screen::Logs);
            effects.extend(model.watch(vec![group]));
            effects
        }
        None => Vec::new(),
    }
}

/// Everything there is to go to: the commands that would do something here, then what was read of the account.
fn items(model: &Model) -> Vec<Item> {
    let here = model.shell.view_contexts();
    let usable = COMMANDS.iter().filter(|entry| {
        perform::means_something(entry.command, &here) && entry.available(model).is_ok()
    });
    let named = |entry: &&super::command::Entry| !entry.doc.starts_with("Moves ");
    let commands = usable.filter(named).map(|entry| Item {
        name: Printable::new(entry.id),
        about: Printable::new(entry.doc),
        target: Target::Command(entry.command),
    });
    let functions = model.functions.list.rows().iter().map(|function| {
        item(
            function.name.as_str(),
            "Lambda function",
            Target::Screen(Screen::Function(function.name.clone())),
        )
    });
    let components = model.overview.components().iter().map(|id| {
        item(id.short(), id.kind.to_string(), Target::Screen(Screen::Component(id.clone())))
    });
    let groups = model.logs.groups.rows().iter();
    let groups =
        groups.map(|group| item(group.name.as_str(), "log group", Target::Group(group.clone())));
    let listed = |screen: Screen, name: &str, about: &str| {
        item(name, about, Target::Listed(screen, name.to_owned()))
    };
    let alarms = model.alarms.list.rows().iter();
    let alarms =
        alarms.map(|alarm| listed(Screen::Alarms, &alarm.name, &format!("alarm, {}", alarm.state)));
    let findings = model.findings.list.rows().iter().map(|finding| {
        listed(Screen::Findings, &finding.title, &format!("finding, {}", finding.severity))
    });
    let databases =
        model.databases.instances.rows().iter().map(|row| (&row.id, "database instance"));
    let clusters = model.databases.clusters.rows().iter().map(|row| (&row.id, "database cluster"));
    let databases =
        databases.chain(clusters).map(|(id, about)| listed(Screen::Databases, id, about));
    let runbooks = model.runbooks.all.iter();
    let runbooks =
        runbooks.map(|shown| listed(Screen::Runbooks, shown.name(), shown.about().as_str()));
    commands
        .chain(components)
        .chain(functions)
        .chain(groups)
        .chain(alarms)
        .chain(databases)
        .chain(runbooks)
        .chain(findings)
        .collect()
}

fn item(name: &str, about: impl Into<String>, target: Target) -> Item {
    Item { name: Printable::new(name), about: Printable::new(about), target }
}
