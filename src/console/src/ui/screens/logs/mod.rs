//! The log lines: aligned, coloured by level, honest about what is missing.

mod places; // how each of several places stands
mod row; // one line
mod standing; // how the lines stand
mod strip; // the histogram above them
mod table; // the lines as a table

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use watchdeck_domain::log::LogGroup;
use watchdeck_signal::Gap;
use watchdeck_signal::store::{LineRef, Row};

use crate::app::command::Command;
use crate::app::screens::logs::Logs;
use crate::app::screens::logs::context::Around;
use crate::app::screens::logs::zoom::ROWS;
use crate::app::{Model, files};
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
use crate::ui::{chrome, paint};
use row::Lead;
use table::Table;

pub(in crate::ui) use row::level_word;
pub(in crate::ui) use standing::standing;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let logs = &model.logs;
    if logs.is_empty() && logs.store().gaps().is_empty() {
        return empty(model, theme, frame, area);
    }
    let mut area = area;
    if logs.draws_histogram(model.size) {
        strip::draw(model, theme, frame, area);
        area = paint::below(area, u16::try_from(ROWS).unwrap_or(0));
    }
    let lead = Lead::new(logs, usize::from(area.width));
    let page = usize::from(area.height).saturating_sub(usize::from(logs.table.on));
    let shown = logs.shown(page);
    let rows = shown.rows.window(shown.window.clone());
    let table = logs.table.on.then(|| Table::new(logs, &rows, lead.room()));
    if let Some(table) = &table {
        paint::row(frame, area, &table.heading(&lead, theme));
        area = paint::below(area, 1);
    }
    let block = |number: usize| {
        let row = rows.get(number.checked_sub(shown.window.start)?)?;
        Some(match row {
            Row::Line(line) => {
                let around = logs.around(&shown.rows, number, page);
                let draw = |line: &LineRef<'_>, context: bool| match &table {
                    Some(table) => vec![table.row(model, &lead, line, context, theme)],
                    None => lead.line(model, line, context, theme),
                };
                Block::of(&around, line, lead.width, draw, theme)
            }
            Row::Gap(gap) => Block { lines: vec![gap_row(gap, logs, theme, lead.width)], at: 0..1 },
        })
    };
    // What takes several rows may not all fit: the chosen one must. So it comes first, then those above it as far as there
    // is room, then those below.
    let mut drawn: Vec<Block> = block(shown.at).into_iter().collect();
    let mut used: usize = drawn.iter().map(|block| block.lines.len()).sum();
    let mut above = 0;
    for number in (shown.window.start..shown.at).rev() {
        let Some(block) = block(number) else { break };
        used += block.lines.len();
        if used > page {
            break;
        }
        drawn.push(block);
        above += 1;
    }
    drawn.reverse();
    let mut offset = 0;
    let below = shown.at + 1..shown.window.end;
    let all = drawn.into_iter().map(Some).chain(below.map(block));
    for (nth, block) in all.map_while(|block| block).enumerate() {
        if offset >= page {
            break;
        }
        for (at, line) in block.lines.iter().enumerate() {
            let row = paint::nth(area, offset);
            let chosen = nth == above && block.at.contains(&at);
            if chosen {
                paint::choose(frame, row, theme);
            }
            paint::row(frame, row, line);
            if chosen && at == block.at.start {
                paint::row(frame, Rect { width: 1, ..row }, &row::cursor(line, theme));
            }
            offset += 1;
        }
    }
}

/// A row of the view with what stands around it.
struct Block {
    lines: Vec<Line<'static>>,
    /// Which of them are the row itself.
    at: Range<usize>,
}

impl Block {
    fn of<'a>(
        around: &Around<'a>,
        line: &LineRef<'a>,
        width: usize,
        draw: impl Fn(&LineRef<'a>, bool) -> Vec<Line<'static>>,
        theme: &Theme,
    ) -> Self {
        let mut lines = Vec::new();
        if around.apart {
            lines
                .push(text::line(format!(" {}", "─".repeat(width.saturating_sub(2))), theme.faint));
        }
        let context = |lines: &mut Vec<Line<'static>>, around: &[LineRef<'a>]| {
            lines.extend(around.iter().filter_map(|line| draw(line, true).into_iter().next()));
        };
        context(&mut lines, &around.front);
        let start = lines.len();
        lines.extend(draw(line, false));
        let at = start..lines.len();
        context(&mut lines, &around.behind);
        Self { lines, at }
    }
}

fn gap_row(gap: &Gap, logs: &Logs, theme: &Theme, width: usize) -> Line<'static> {
    let name = logs.name_of(&gap.group);
    let said = format!(" {name} {gap}; lines may be missing ");
    let said = text::cut(&said, width.saturating_sub(6));
    let rule = "┄".repeat(width.saturating_sub(text::width(&said) + 4));
    Line::from(vec![span(" ┄┄", theme.faint), span(said, theme.warn), span(rule, theme.faint)])
}

/// What is said while there are no lines.
fn empty(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let logs = &model.logs;
    if files::open(model) {
        let said = crate::ui::files::empty(model, theme);
        return paint::lines(frame, paint::inset(paint::below(area, 1)), &said, 0);
    }
    let key = chrome::key(model, Command::PickGroups);
    let said = match (&logs.groups.failed, logs.groups.value.as_deref()) {
        (Some(problem), None) => vec![
            text::line(format!("The log groups could not be listed: {}", problem.why), theme.bad),
            text::line(problem.hint.to_string(), theme.dim),
        ],
        (_, None) => vec![text::line("Asking for the log groups …", theme.dim)],
        (_, Some([])) => vec![text::line("This account has no log groups here.", theme.dim)],
        (_, Some(_)) if logs.watched.is_empty() => vec![
            text::line("No log group is watched.", theme.text),
            text::line(
                format!(
                    "{key} chooses some. A live tail of a real account costs money by the minute."
                ),
                theme.dim,
            ),
        ],
        (_, Some(_)) => {
            let labels = logs.labels();
            let whole = |group: &LogGroup| match labels.group(&group.name) {
                "" => group.name.to_string(),
                place => format!("{place} {}", group.name.as_str()),
            };
            let names: Vec<String> = logs.watched.iter().map(whole).collect();
            vec![
                text::line(
                    format!(
                        "Watching {}; no line yet.",
                        text::things(names.len() as u64, "log group")
                    ),
                    theme.text,
                ),
                text::line(names.join("  "), theme.dim),
            ]
        }
    };
    paint::lines(frame, paint::inset(paint::below(area, 1)), &said, 0);
}
