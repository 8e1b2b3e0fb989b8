//! The journal: unfinished runs on top, then everything that was done here, the newest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use watchdeck_domain::Timestamp;
use watchdeck_runbook::edited_since;

use crate::app::Model;
use crate::app::screens::journal::{Entry, words};
use crate::app::screens::list::Listed as _;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let journal = &model.journal;
    let width = usize::from(area.width);
    if journal.listing().is_empty() {
        let said = match (&journal.told, journal.rows.len()) {
            (None, _) => "  Asking for the journal …".to_owned(),
            (Some(_), 0) => {
                "  Nothing yet: what is proposed, approved, sent and seen is written here first."
                    .to_owned()
            }
            (Some(_), rows) => {
                let filter = text::safe(journal.listing().filter());
                format!("  None of {rows} rows matches {filter}.")
            }
        };
        return table::say(frame, area, &text::line(said, theme.dim));
    }
    let titles = format!(
        "{}  {}  {}  DETAIL",
        text::right("ROW", 6),
        text::left(model.look.times.title(), 19),
        text::left("WHAT", 13),
    );
    table::draw(frame, area, theme, &titles, journal, table::plain, |entry| {
        row(model, entry, width, theme)
    });
}

fn row(model: &Model, entry: &Entry<'_>, width: usize, theme: &Theme) -> Vec<Span<'static>> {
    let room = width.saturating_sub(46);
    match entry {
        Entry::Unfinished(run) => {
            let how = match (&run.adrift, run.ours) {
                (_, false) => format!("belongs to {} ({})", run.scope, run.realm),
                (Some(step), true) => format!("nobody knows how `{step}` ended"),
                (None, true) => match &run.paused {
                    Some(paused) => {
                        let (number, of, why) = (paused.number, paused.of, &paused.why);
                        format!("paused before step {number} of {of}: {why}")
                    }
                    None => "not ended".to_owned(),
                },
            };
            let known = model.runbooks.sound().find(|it| it.id == run.runbook);
            let edited = edited_since(&run.runbook, &run.sha256, known);
            let edited = edited.map_or_else(String::new, |it| format!("; {it}"));
            let said = text::safe(format!("{}: {how}{edited}", run.title));
            vec![
                span(text::right("!", 6), theme.bad),
                span(format!("  {}  ", moment(model, run.began)), theme.dim),
                span(text::left("unfinished", 13), theme.bad),
                span(format!("  {}", text::cut(&said, room)), theme.strong),
            ]
        }
        Entry::Review(review) => {
            let said = text::safe(format!("{}, by {}: {}", review.title, review.by, review.reason));
            vec![
                span(text::right("!", 6), theme.bad),
                span(format!("  {}  ", moment(model, review.at)), theme.dim),
                span(text::left("to review", 13), theme.bad),
                span(format!("  {}", text::cut(&said, room)), theme.strong),
            ]
        }
        Entry::Row(row) => {
            let (what, detail, tone) = words(row);
            vec![
                span(text::right(&row.seq.to_string(), 6), theme.faint),
                span(format!("  {}  ", moment(model, row.at)), theme.dim),
                span(text::left(what, 13), theme.tone(tone)),
                span(format!("  {}", text::cut(detail.as_str(), room)), theme.text),
            ]
        }
    }
}

fn moment(model: &Model, at: Timestamp) -> String {
    text::left(&model.look.times.day(at, model.now), 19)
}
