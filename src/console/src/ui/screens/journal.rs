//! The journal: unfinished runs on top, then everything that was done here, the newest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::app::screens::journal::{Entry, words};
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let journal = &model.journal;
    let width = usize::from(area.width);
    let title = format!(
        "  {}  {}  {}  {}",
        text::right("ROW", 6),
        text::left("TIME", 19),
        text::left("WHAT", 13),
        "DETAIL"
    );
    paint::row(frame, area, &text::line(title, theme.faint));
    let body = paint::below(area, 1);
    let entries = journal.entries();
    if entries.is_empty() {
        let said = if journal.told.is_some() {
            "  Nothing yet: what is proposed, approved, sent and seen is written here first."
        } else {
            "  Asking for the journal …"
        };
        return paint::row(frame, body, &text::line(said, theme.dim));
    }
    let chosen = journal.cursor.at(entries.len());
    for (offset, at) in journal.cursor.window(entries.len(), usize::from(body.height)).enumerate() {
        let Some(entry) = entries.get(at) else { break };
        let row = paint::nth(body, offset);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        paint::row(frame, row, &line(entry, at == chosen, width, theme));
    }
}

fn line(entry: &Entry<'_>, chosen: bool, width: usize, theme: &Theme) -> Line<'static> {
    let mark = span(if chosen { "▌ " } else { "  " }, theme.accent);
    match entry {
        Entry::Unfinished(run) => {
            let how = match (&run.adrift, run.ours) {
                (_, false) => format!("belongs to {} ({})", run.scope, run.realm),
                (Some(step), true) => format!("nobody knows how `{step}` ended"),
                (None, true) => "not ended".to_owned(),
            };
            let said = text::safe(format!("{}: {how}", run.title));
            Line::from(vec![
                mark,
                span(text::right("!", 6), theme.bad),
                span(format!("  {}  ", moment(run.began)), theme.dim),
                span(text::left("unfinished", 13), theme.bad),
                span(format!("  {}", text::cut(&said, width.saturating_sub(46))), theme.strong),
            ])
        }
        Entry::Row(row) => {
            let (what, detail, tone) = words(row);
            Line::from(vec![
                mark,
                span(text::right(&row.seq.to_string(), 6), theme.faint),
                span(format!("  {}  ", moment(row.at)), theme.dim),
                span(text::left(what, 13), theme.tone(tone)),
                span(
                    format!("  {}", text::cut(detail.as_str(), width.saturating_sub(46))),
                    theme.text,
                ),
            ])
        }
    }
}

fn moment(at: watchdeck_domain::Timestamp) -> String {
    let whole = at.to_string();
    let (date, _) = whole.split_once('T').unwrap_or((&whole, ""));
    text::left(&format!("{date} {}", at.clock()), 19)
}
