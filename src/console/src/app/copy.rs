//! What is copied from each view: printable lines.

use watchdeck_domain::Printable;

use super::details::Detail;
use super::screens::functions::Row;
use super::shell::{Overlay, Screen, Tone};
use super::{Effect, Model};

/// Copies it, as much of it as a terminal takes, and says so.
pub(super) fn perform(model: &mut Model) -> Vec<Effect> {
    let Some(lines) = lines(model) else { return Vec::new() };
    whole(model, lines)
}

/// Copies these lines, as much of them as a terminal takes, and says so.
pub(super) fn whole(model: &mut Model, lines: Vec<Printable>) -> Vec<Effect> {
    // Three bytes are four of base64.
    let most = model.look.copy_bytes / 4 * 3;
    let whole = bytes(&lines);
    if whole <= most {
        let said = copied(model, lines.len());
        model.shell.say(Tone::Plain, said);
        return vec![Effect::Copy(lines)];
    }
    let kept = start(&lines, most);
    let said =
        format!("copied the first {} of {whole} bytes: more, a terminal may drop", bytes(&kept));
    model.shell.say(Tone::Bad, said);
    vec![Effect::Copy(kept)]
}

/// What was copied, in words: of marked rows how many, and how many of them there are no more.
fn copied(model: &Model, lines: usize) -> String {
    let list = model.list().filter(|_| model.shell.overlay.is_none());
    let marked = list.map_or(0, |list| list.listing().marked().0);
    match (marked, marked.saturating_sub(lines)) {
        (0, _) => "copied".to_owned(),
        (1, _) => "copied the marked row".to_owned(),
        (all, 0) => format!("copied {all} marked rows"),
        (all, gone) => format!("copied {lines} of {all} marked rows: {gone} no longer there"),
    }
}

/// How long the lines are with the breaks between them.
fn bytes(lines: &[Printable]) -> usize {
    lines.iter().map(|line| line.as_str().len() + 1).sum::<usize>().saturating_sub(1)
}

/// The first `most` bytes of the lines; the last is cut between two characters.
fn start(lines: &[Printable], most: usize) -> Vec<Printable> {
    let mut left = most;
    let mut kept = Vec::new();
    for line in lines {
        let text = line.as_str();
        kept.push(Printable::new(text.get(..text.floor_char_boundary(left)).unwrap_or(text)));
        let Some(rest) = left.checked_sub(text.len() + 1) else { break };
        left = rest;
    }
    kept
}

/// The lines that stand for what the cursor is on.
pub(super) fn lines(model: &Model) -> Option<Vec<Printable>> {
    if let Some(signing) = &model.signing {
        return Some(vec![signing.copied()]);
    }
    if let Some(Overlay::Record { sheet, .. }) = &model.shell.overlay {
        return Some(sheet.lines.clone());
    }
    if let Some(Overlay::Detail { subject, .. }) = &model.shell.overlay {
        return Detail::of(model, subject).map(|detail| detail.lines());
    }
    if let Some(list) = model.list() {
        return Some(list.copied()).filter(|rows| !rows.is_empty());
    }
    row(model).map(|row| vec![row])
}

fn row(model: &Model) -> Option<Printable> {
    match &model.shell.screen {
        Screen::Overview => model.overview.chosen().map(|id| Printable::new(id.name)),
        Screen::Component(id) => Some(Printable::new(id.name.clone())),
        Screen::Logs => model.logs.chosen_text(),
        Screen::Function(name) => match model.functions.details.get(name)?.chosen()? {
            Row::Alias(alias) => Some(Printable::new(alias.arn.clone())),
            Row::Version(config) => Some(Printable::new(format!("{name}:{}", config.version))),
        },
        // Not the phrase: that is typed by hand.
        Screen::Plan => model.plan.standing().map(|plan| Printable::new(plan.to_string())),
        Screen::Run => model.runs.shown().map(|(id, _)| Printable::new(id.to_string())),
        Screen::Problems => model.problems.newest_first().next().map(|met| {
            let problem = &met.problem;
            Printable::new(format!("{}: {}: {}", problem.code, problem.what, problem.why))
        }),
        Screen::Templates
        | Screen::Request
        | Screen::Query
        | Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Runbooks
        | Screen::Journal => None,
    }
}
