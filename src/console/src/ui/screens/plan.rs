//! The plan: exactly what would be sent, what differs, what was checked, how it is taken back, and the phrase.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use watchdeck_domain::MutationClass;
use watchdeck_guard::{
    Demand, Difference, Evidence, Gate, Passage, Question, Refusal, Standing, Verdict, Way,
};

use crate::app::Model;
use crate::app::command::Command;
use crate::app::screens::plan::Stage;
use crate::ui::page::Page;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
use crate::ui::{chrome, paint};

/// Rows at the foot of a question: a rule, the phrase and how long it may be typed.
const FOOT: u16 = 3;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let page = page(model, theme, area);
    let top = model.plan.top;
    page.draw(theme, frame, top);
    let Stage::Asking { question, mistyped, answered, .. } = &model.plan.stage else { return };
    let area = paint::inset(area);
    let wrong = mistyped.as_ref().map(ToString::to_string);
    let below = page.last().saturating_sub(top);
    let mut lines = vec![rule(below, usize::from(area.width), theme)];
    lines.extend(phrase(model, question, wrong, *answered, theme));
    let foot = FOOT.min(area.height);
    paint::lines(frame, Rect { y: area.bottom() - foot, height: foot, ..area }, &lines, 0);
}

/// What scrolls of the screen.
pub(in crate::ui) fn page(model: &Model, theme: &Theme, area: Rect) -> Page {
    let area = paint::inset(area);
    let width = usize::from(area.width);
    let said = match &model.plan.stage {
        Stage::Empty => nothing(model, theme),
        Stage::Compiling { wish, since, .. } => vec![
            text::line(wish.to_string(), theme.strong),
            text::line(format!("Gathering the evidence … {}", waited(model, *since)), theme.dim),
        ],
        Stage::Checking { title, since, .. } => vec![
            text::line(title.to_string(), theme.strong),
            text::line(format!("Checking the account … {}", waited(model, *since)), theme.dim),
        ],
        Stage::Refused { title, refusal } => refused(title.as_str(), refusal, width, theme),
        Stage::Unproposed { title, problem } => {
            let mut lines = vec![
                text::line(title.to_string(), theme.strong),
                text::line("No plan was made. Nothing was sent.", theme.warn),
                Line::default(),
            ];
            for part in [&problem.what, &problem.why, &problem.hint] {
                lines.extend(paragraph(part.as_str(), width, theme.text));
            }
            lines
        }
        Stage::Withdrawn { title } => vec![
            text::line(title.to_string(), theme.strong),
            text::line("Withdrawn. Nothing was sent.", theme.dim),
        ],
        Stage::Asking { question, .. } => {
            let body = Rect { height: area.height - FOOT.min(area.height), ..area };
            return Page::plain(body, asked(model, question, width, theme));
        }
    };
    Page::plain(area, said)
}

fn waited(model: &Model, since: watchdeck_domain::Timestamp) -> String {
    text::clock(model.now.since(since))
}

fn nothing(model: &Model, theme: &Theme) -> Vec<Line<'static>> {
    let armed = crate::app::available::armed(model);
    let mut lines = vec![
        text::line("No plan.", theme.strong),
        Line::default(),
        text::line(
            "A change begins as a plan: what would be sent, what it would touch, how it is taken back.",
            theme.text,
        ),
        text::line("Open a function, choose an alias, and propose a rollback; or type", theme.text),
        text::line(":rollback FUNCTION ALIAS [VERSION]", theme.key),
    ];
    if let Err(why) = armed {
        lines.extend([Line::default(), text::line(why, theme.warn)]);
    }
    lines
}

fn asked(model: &Model, question: &Question, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![
        text::line(text::safe(question.title.clone()), theme.accent),
        Line::from(vec![
            span(format!("in {} {}", question.scope.account, question.scope.region), theme.strong),
            span(format!(" ({})", text::safe(question.realm.clone())), theme.dim),
            span(format!("   as {}", text::safe(question.identity.role())), theme.text),
            span(format!("   risk {}", question.risk), theme.warn),
        ]),
        text::line(format!("by {}", text::safe(question.runbook.clone())), theme.dim),
    ];
    if let Some(run) = &question.undoes {
        lines.push(text::line(format!("takes back {run}"), theme.warn));
    }
    head(&mut lines, "WHAT WILL BE SENT, AND NOTHING ELSE", theme);
    for call in &question.calls {
        let class = match call.class {
            MutationClass::Token => "a repeat is recognised by its token",
            MutationClass::Named => "a repeat is recognised by its name",
            MutationClass::Cas => "refused by AWS if anyone else was faster",
            MutationClass::Absolute => "the same again is harmless",
            MutationClass::Trigger => "never repeated",
        };
        let (service, operation) =
            (text::safe(call.service.clone()), text::safe(call.operation.clone()));
        lines.push(Line::from(vec![
            span(format!("  {service} {operation}"), theme.strong),
            span(format!("   {class}"), theme.dim),
        ]));
        for (name, value) in call.params.as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // Exactly, so never cut.
            let pieces = text::wrap(&text::exact(value, theme), width.saturating_sub(24));
            for (at, piece) in pieces.into_iter().enumerate() {
                let name = if at == 0 { text::safe(name.clone()) } else { String::new() };
                lines.push(Line::from(vec![
                    span(format!("    {} ", text::left(&name, 18)), theme.dim),
                    span(piece, theme.text),
                ]));
            }
        }
    }
    head(&mut lines, "WHAT CHANGES", theme);
    for difference in &question.differences {
        lines.extend(differs(difference, width, theme));
    }
    if !question.evidence.is_empty() {
        head(&mut lines, "WHAT WAS CHECKED", theme);
        lines.extend(evidence(&question.evidence, width, theme));
    }
    gates(&mut lines, question, width, theme);
    list(&mut lines, "WHAT ELSE IT TOUCHES", &question.blast_radius, width, theme);
    list(&mut lines, "HOW IT IS TAKEN BACK", &question.reversals, width, theme);
    list(&mut lines, "WHAT IS WATCHED AFTERWARDS", &question.afterwards, width, theme);
    for note in &question.notes {
        let title = text::safe(note.title.clone()).to_uppercase();
        list(&mut lines, &title, &note.lines, width, theme);
    }
    let permissions = question.permissions.iter().map(|permission| {
        format!("{} on {}", permission.actions.join(", "), permission.resources.join(", "))
    });
    list(&mut lines, "WHAT IAM MUST ALLOW", &permissions.collect::<Vec<_>>(), width, theme);
    head(&mut lines, "PLAN", theme);
    lines.push(text::line(
        format!("  {}  checked {}", question.plan, model.time(question.checked)),
        theme.dim,
    ));
    lines.push(text::line(format!("  sha256 {}", text::safe(question.hash.clone())), theme.dim));
    lines
}

/// The gates: those that stand in the way, then what is advice, then the rest in a line each.
fn gates(lines: &mut Vec<Line<'static>>, question: &Question, width: usize, theme: &Theme) {
    if question.passages.is_empty() {
        return;
    }
    head(lines, "GATES", theme);
    for one in &question.passages {
        let (mark, style) = match (one.way, one.demand) {
            // The phrase stands at the foot.
            _ if one.gate == Gate::Phrase => continue,
            (Way::Passed, _) | (_, Demand::Nothing) => continue,
            (Way::Broken, _) => ("!", theme.bad),
            (Way::Waits, _) => ("·", theme.warn),
            (Way::Closed | Way::Unable, Demand::Advice) => ("!", theme.warn),
            (Way::Closed | Way::Unable, Demand::Passage) => ("✘", theme.bad),
        };
        lines.push(Line::from(vec![
            span(format!("  {mark} "), style),
            span(format!("{}: {}", one.gate, one.state()), style),
        ]));
        lines.extend(indented(&one.why, width, theme));
    }
    let named = |wanted: fn(&Passage) -> bool| {
        let names = question.passages.iter().filter(|one| wanted(one));
        names.map(|one| one.gate.title()).collect::<Vec<_>>().join(", ")
    };
    let passed = named(|one| one.way == Way::Passed && one.demand != Demand::Nothing);
    let unasked = named(|one| one.way != Way::Broken && one.demand == Demand::Nothing);
    for (word, names, style) in
        [("passed", passed, theme.good), ("not asked here", unasked, theme.dim)]
    {
        if !names.is_empty() {
            let said = format!("{word}: {names}");
            for (at, piece) in text::wrap(&said, width.saturating_sub(4)).into_iter().enumerate() {
                let lead = if at == 0 { "  " } else { "    " };
                lines.push(text::line(format!("{lead}{piece}"), style));
            }
        }
    }
    // Which rule permits it, and what a trial is worth: both are told also where they are passed.
    for gate in [Gate::Policy, Gate::Preflight] {
        let passed = |one: &&Passage| one.gate == gate && one.way == Way::Passed;
        if let Some(passage) = question.passages.iter().find(passed) {
            lines.extend(indented(&passage.why, width, theme));
        }
    }
    if let Some(handover) = &question.handover {
        lines.push(text::line("  for the second person, who runs `watchdeck approve`:", theme.dim));
        let pieces = text::wrap(&text::safe(handover.clone()), width.saturating_sub(6));
        lines
            .extend(pieces.into_iter().map(|piece| text::line(format!("    {piece}"), theme.text)));
    }
}

/// One field, before and after: beside each other where they fit, else one below the other.
fn differs(difference: &Difference, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let field = text::safe(difference.field.clone());
    let before = text::exact(difference.before.clone(), theme);
    let after = text::exact(difference.after.clone(), theme);
    let lead = text::width(&field).max(30) + 4;
    if lead + text::width(&before) + text::width(&after) + 5 <= width {
        return vec![Line::from(vec![
            span(format!("  {}  ", text::left(&field, 30.max(text::width(&field)))), theme.dim),
            span(before, theme.bad),
            span("  →  ", theme.dim),
            span(after, theme.good),
        ])];
    }
    let mut lines = vec![text::line(format!("  {field}"), theme.dim)];
    for (mark, value, style) in [("-", before, theme.bad), ("+", after, theme.good)] {
        for (at, piece) in text::wrap(&value, width.saturating_sub(8)).into_iter().enumerate() {
            let mark = if at == 0 { mark } else { " " };
            lines.push(text::line(format!("    {mark} {piece}"), style));
        }
    }
    lines
}

fn head(lines: &mut Vec<Line<'static>>, title: &str, theme: &Theme) {
    lines.push(Line::default());
    lines.push(text::line(title.to_owned(), theme.faint));
}

fn list(
    lines: &mut Vec<Line<'static>>,
    title: &str,
    items: &[String],
    width: usize,
    theme: &Theme,
) {
    if items.is_empty() {
        return;
    }
    head(lines, title, theme);
    for item in items {
        for (at, piece) in
            text::wrap(&text::safe(item.clone()), width.saturating_sub(4)).iter().enumerate()
        {
            let lead = if at == 0 { "  · " } else { "    " };
            lines.push(text::line(format!("{lead}{piece}"), theme.text));
        }
    }
}

fn paragraph(words: &str, width: usize, style: ratatui::style::Style) -> Vec<Line<'static>> {
    text::wrap(words, width).into_iter().map(|piece| text::line(piece, style)).collect()
}

fn evidence(all: &[Evidence], width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for one in all {
        let (mark, style) = match one.standing {
            Standing::Passed => ("✔", theme.good),
            Standing::Warned => ("!", theme.warn),
            Standing::Stopped => ("✘", theme.bad),
        };
        lines.push(Line::from(vec![
            span(format!("  {mark} "), style),
            span(
                text::safe(one.title.clone()),
                if one.standing == Standing::Passed { theme.text } else { style },
            ),
        ]));
        if one.standing == Standing::Passed {
            continue;
        }
        if let Verdict::Unknown(why) = &one.verdict {
            lines.extend(indented(&format!("cannot be told: {why}"), width, theme));
        }
        lines.extend(indented(&one.message, width, theme));
    }
    lines
}

fn indented(words: &str, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let pieces = text::wrap(&text::safe(words), width.saturating_sub(6));
    pieces.into_iter().map(|piece| text::line(format!("      {piece}"), theme.dim)).collect()
}

fn refused(title: &str, refusal: &Refusal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![
        text::line(text::safe(title), theme.strong),
        text::line("Refused. Nothing was sent.", theme.bad),
        Line::default(),
    ];
    lines.extend(paragraph(&text::safe(refusal.what.clone()), width, theme.text));
    lines.extend(paragraph(&text::safe(refusal.hint.clone()), width, theme.dim));
    if !refusal.moved.is_empty() {
        head(&mut lines, "WHAT HAS MOVED", theme);
        for moved in &refusal.moved {
            let said = format!("  {}: was {}, is {}", moved.what, moved.was, moved.is);
            lines.push(text::line(text::safe(said), theme.warn));
        }
    }
    if !refusal.evidence.is_empty() {
        head(&mut lines, "WHAT WAS CHECKED", theme);
        lines.extend(evidence(&refusal.evidence, width, theme));
    }
    lines
}

/// The line above the phrase; says how much of the plan is still below it.
fn rule(below: usize, width: usize, theme: &Theme) -> Line<'static> {
    if below == 0 {
        return text::line("─".repeat(width), theme.faint);
    }
    let said = format!(" {} below ", text::things(below as u64, "more line"));
    let rest = width.saturating_sub(text::width(&said) + 2);
    Line::from(vec![
        span("──", theme.faint),
        span(said, theme.warn),
        span("─".repeat(rest), theme.faint),
    ])
}

/// The phrase, how long it may still be typed, and the key that begins.
fn phrase(
    model: &Model,
    question: &Question,
    mistyped: Option<String>,
    answered: bool,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let left = question.expires.since(model.now);
    if answered {
        return vec![text::line(
            "Your answer is with the guard; the account is verified once more …",
            theme.warn,
        )];
    }
    if left.is_zero() {
        let said = "It is too late for an answer: the evidence is old. Withdraw the plan and propose it again.";
        return vec![text::line(said, theme.bad)];
    }
    let key = chrome::key(model, Command::AnswerQuestion);
    let typed = Line::from(vec![
        span("type  ", theme.dim),
        span(text::safe(question.phrase.clone()), theme.accent),
    ]);
    let expires = span(format!("   expires in {}", text::clock(left)), theme.warn);
    // A phrase is not typed only to hear that something else is lacking.
    let barring = question.passages.iter().find(|one| one.bars() && one.gate != Gate::Phrase);
    if let Some(one) = barring {
        let said = format!("not yet: {}: {}", one.gate, text::safe(one.why.clone()));
        return vec![typed, Line::from(vec![span(said, theme.bad), expires])];
    }
    let said = mistyped.map_or_else(String::new, |why| format!("{why}  "));
    let begins = span(format!("{key} begins"), theme.key);
    vec![typed, Line::from(vec![span(said, theme.bad), begins, expires])]
}
