//! One run: its steps as they happen, the numbers that prove it, and how it ended.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use watchdeck_guard::desk::StepState;
use watchdeck_guard::run::Pause;
use watchdeck_guard::{Sighting, Verdict};

use crate::app::Model;
use crate::app::command::Command;
use crate::app::screens::journal::{sighted, words};
use crate::app::screens::run::{Run, Step, Watch, calls, ending, is_good};
use crate::ui::page::Page;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
use crate::ui::{chrome, paint};

/// The screen.
pub(in crate::ui) fn page(model: &Model, theme: &Theme, area: Rect) -> Page {
    let area = paint::inset(area);
    let Some((id, run)) = model.runs.shown() else {
        let said = vec![
            text::line("No run.", theme.strong),
            text::line("A plan becomes a run when its phrase is typed.", theme.dim),
        ];
        return Page::plain(area, said);
    };
    let width = usize::from(area.width);
    let mut lines = vec![
        text::line(run.title.to_string(), theme.accent),
        text::line(
            format!("{id}   began {}", model.look.times.zoned(run.began, model.now)),
            theme.dim,
        ),
        state(model, run, theme),
    ];
    head(&mut lines, "STEPS", theme);
    for step in &run.steps {
        lines.extend(step_lines(model, step, theme));
    }
    lines.extend(planned(run, theme));
    if let Some(adrift) = &run.adrift {
        let looked = match &run.stopped {
            None => format!("in {}", text::clock(adrift.probe_at.since(model.now))),
            Some(_) => "when the run is resumed".to_owned(),
        };
        let said = format!(
            "{}: {}. It is looked for {looked}; it is not sent again.",
            adrift.step, adrift.doubt
        );
        for piece in text::wrap(&text::safe(said), width.saturating_sub(4)) {
            lines.push(text::line(format!("    {piece}"), theme.warn));
        }
    }
    if !run.watches.is_empty() {
        head(&mut lines, "WATCHED", theme);
        for watch in &run.watches {
            lines.extend(watch_lines(model, watch, width, theme));
        }
    }
    if let Some(pause) = &run.pause {
        lines.extend(waiting(model, pause, width, theme));
    }
    if let Some(stopped) = &run.stopped {
        head(&mut lines, if stopped.sent { "WHY IT WAITS" } else { "WHY NOT" }, theme);
        for (said, style) in [(&stopped.why, theme.text), (&stopped.hint, theme.dim)] {
            for piece in text::wrap(said.as_str(), width.saturating_sub(2)) {
                lines.push(text::line(format!("  {piece}"), style));
            }
        }
    }
    if let Some(paused) = run.paused().filter(|_| run.stopped.is_none()) {
        head(&mut lines, "WHY IT PAUSED", theme);
        for piece in text::wrap(&text::safe(paused.why.clone()), width.saturating_sub(2)) {
            lines.push(text::line(format!("  {piece}"), theme.text));
        }
        let (number, of, next) = (paused.number, paused.of, &paused.next);
        let back = if paused.undoable {
            "all that was done so far can be taken back"
        } else {
            "what was done so far is not taken back"
        };
        let said = format!("next: step {number} of {of}, {next}; {back}");
        for piece in text::wrap(&text::safe(said), width.saturating_sub(2)) {
            lines.push(text::line(format!("  {piece}"), theme.dim));
        }
    }
    if let Some(outcome) = &run.outcome {
        head(&mut lines, "OUTCOME", theme);
        for piece in text::wrap(&text::safe(outcome.why.clone()), width.saturating_sub(2)) {
            lines.push(text::line(format!("  {piece}"), theme.text));
        }
        if let Some(undone) = &outcome.undoes {
            lines.push(text::line(format!("  It took {undone} back."), theme.dim));
        }
    }
    lines.extend(next(model, theme));
    let rows = model.journal.rows.values().filter(|row| row.run.as_ref() == Some(id));
    let rows: Vec<Line<'static>> = rows
        .map(|row| {
            let (what, detail, tone) = words(row);
            Line::from(vec![
                span(format!("  {}  ", model.cell(row.at)), theme.faint),
                span(text::left(what, 12), theme.tone(tone)),
                span(
                    format!(" {}", text::cut(detail.as_str(), width.saturating_sub(26))),
                    theme.dim,
                ),
            ])
        })
        .collect();
    if !rows.is_empty() {
        head(&mut lines, "IN THE JOURNAL", theme);
        lines.extend(rows);
    }
    Page::plain(area, lines)
}

/// What the run waits for, and what lets it go on.
fn waiting(model: &Model, pause: &Pause, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    head(&mut lines, "IT WAITS FOR YOUR WORD", theme);
    let call = format!("{} {}", pause.call.service, pause.call.operation);
    let next = format!("step {} of {}: {} ({call})", pause.number, pause.of, pause.next);
    let back = match (pause.no_return, pause.undoable) {
        (true, true) => {
            "the point of no return: until now all can be taken back, from then on nothing before it"
        }
        (true, false) => "the point of no return",
        (false, true) => "all that was done so far can be taken back from here",
        (false, false) => "what was done so far is not taken back",
    };
    let until = model.look.times.zoned(pause.until, model.now);
    for (said, style) in [
        (pause.question.clone(), theme.strong),
        (next, theme.text),
        (back.to_owned(), if pause.no_return { theme.bad } else { theme.dim }),
        (format!("type `:go-on {}`, until {until}", pause.phrase), theme.accent),
    ] {
        for piece in text::wrap(&text::safe(said), width.saturating_sub(2)) {
            lines.push(text::line(format!("  {piece}"), style));
        }
    }
    lines
}

fn head(lines: &mut Vec<Line<'static>>, title: &str, theme: &Theme) {
    lines.push(Line::default());
    lines.push(text::line(title.to_owned(), theme.faint));
}

fn state(model: &Model, run: &Run, theme: &Theme) -> Line<'static> {
    if let Some(outcome) = &run.outcome {
        let (mark, style) = match is_good(outcome.ended) {
            Some(true) => ("✔", theme.good),
            Some(false) => ("✘", theme.bad),
            None => ("■", theme.warn),
        };
        let took = text::clock(outcome.at.since(run.began));
        return Line::from(vec![
            span(format!("{mark} {}", ending(outcome.ended)), style),
            span(format!("   after {took}"), theme.dim),
        ]);
    }
    if run.stopped.as_ref().is_some_and(|stopped| !stopped.sent) {
        return text::line("✘ not sent: nothing of it has left the console", theme.bad);
    }
    if run.adrift.is_some() {
        return text::line("? sent, and nobody knows yet what came of it", theme.warn);
    }
    if run.pause.is_some() {
        return text::line("■ waits for your word before its next step", theme.warn);
    }
    if let Some(paused) = run.paused() {
        let said = format!("■ paused before step {} of {}", paused.number, paused.of);
        return text::line(said, theme.warn);
    }
    if run.live {
        let running = text::clock(model.now.since(run.began));
        return text::line(format!("● running   {running}"), theme.good);
    }
    text::line("■ not ended, and nobody is at work on it", theme.warn)
}

/// The steps that have not begun, while the question is known.
fn planned(run: &Run, theme: &Theme) -> Vec<Line<'static>> {
    let Some(question) = &run.question else { return Vec::new() };
    let begun = |id: &str| run.steps.iter().any(|step| step.id == id);
    let waiting = question.calls.iter().filter(|call| !begun(&call.step));
    waiting
        .map(|call| {
            let said = format!(
                "  ○ {} {}",
                text::safe(call.service.clone()),
                text::safe(call.operation.clone())
            );
            text::line(said, theme.dim)
        })
        .collect()
}

fn step_lines(model: &Model, step: &Step, theme: &Theme) -> Vec<Line<'static>> {
    let (mark, style) = match step.states.last().map(|(_, state)| state) {
        None => ("○", theme.dim),
        Some(StepState::Verified | StepState::Recorded) => ("◔", theme.warn),
        Some(StepState::Landed { left, .. }) if !left.is_empty() => ("◐", theme.warn),
        Some(StepState::Landed { .. }) => ("✔", theme.good),
        Some(StepState::Rejected { .. }) => ("✘", theme.bad),
        Some(StepState::Probed { sighting }) => match sighting {
            Sighting::Landed { .. } => ("✔", theme.good),
            Sighting::Absent => ("○", theme.warn),
            Sighting::Conflict { .. } => ("✘", theme.bad),
        },
    };
    let mut lines = vec![Line::from(vec![
        span(format!("  {mark} "), style),
        span(step.title.to_string(), theme.strong),
    ])];
    for (at, state) in &step.states {
        let (said, style) = step_words(state, theme);
        lines.push(Line::from(vec![
            span(format!("      {}  ", model.cell(*at)), theme.faint),
            span(text::safe(said), style),
        ]));
    }
    lines
}

fn step_words(state: &StepState, theme: &Theme) -> (String, Style) {
    match state {
        StepState::Verified => ("the account is still as it was approved".into(), theme.dim),
        StepState::Recorded => ("the intent is on disk".into(), theme.dim),
        StepState::Landed { left, .. } if !left.is_empty() => {
            (format!("done, but for {}: {}", left.len(), left.join("; ")), theme.warn)
        }
        StepState::Landed { request_id: Some(id), .. } => {
            (format!("done, AWS says: request {id}"), theme.good)
        }
        StepState::Landed { request_id: None, .. } => ("done".into(), theme.good),
        StepState::Rejected { code, message } => {
            (format!("AWS refused: {code}: {message}"), theme.bad)
        }
        StepState::Probed { sighting } => {
            (format!("looked for: {}", sighted(sighting)), theme.warn)
        }
    }
}

fn watch_lines(model: &Model, watch: &Watch, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (mark, style, said) = match &watch.newest.verdict {
        Verdict::True => ("✔", theme.good, "seen".to_owned()),
        Verdict::False => ("◔", theme.warn, "not yet".to_owned()),
        Verdict::Unknown(why) => ("◔", theme.warn, format!("cannot be told yet: {why}")),
    };
    let mut lines = vec![
        Line::from(vec![
            span(format!("  {mark} "), style),
            span(watch.title.to_string(), theme.strong),
        ]),
        text::line(
            format!("      {}", text::cut(&text::safe(said), width.saturating_sub(6))),
            style,
        ),
    ];
    let calls = calls(&watch.newest.facts);
    if calls.is_some_and(|calls| calls.error_rate().is_none()) {
        lines.push(text::line("      no data yet", theme.dim));
    } else if let Some(calls) = calls {
        let rates: Vec<Option<f64>> = watch.numbers.iter().copied().map(Some).collect();
        let peak = watch.numbers.iter().copied().fold(0.05, f64::max);
        let room = width.saturating_sub(56).min(40);
        let (sum, failed) = (text::amount(calls.invocations), text::amount(calls.errors));
        lines.push(Line::from(vec![
            span(format!("      {sum} calls, {failed} failed, "), theme.text),
            span(text::percent(calls.error_rate()), style),
            span(format!("   {}", text::bars(&rates, peak, room)), style),
        ]));
    }
    let looks = watch.looks;
    let last = model.at(watch.newest.at);
    let mut said = format!("      looked {}, last {last}", text::things(looks, "time"));
    let left = watch.newest.until.since(model.now);
    if !watch.newest.verdict.holds() && !left.is_zero() {
        said = format!("{said}, gives up in {}", text::clock(left));
    }
    lines.push(text::line(said, theme.dim));
    lines
}

/// The keys that are of use now, with what they do.
fn next(model: &Model, theme: &Theme) -> Vec<Line<'static>> {
    let commands = [Command::GoOn, Command::ResumeRun, Command::UndoRun, Command::AbortRun];
    let ready = commands.into_iter().filter(|command| command.entry().available(model).is_ok());
    let mut lines: Vec<Line<'static>> = ready
        .map(|command| {
            let key = chrome::key(model, command);
            Line::from(vec![
                span(format!("  {key}  "), theme.key),
                span(command.entry().doc, theme.text),
            ])
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, Line::default());
    }
    lines
}
