//! What stands where a screen would be, while there is no account in front.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::command::Command;
use crate::app::{Model, first_key};
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws it.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let key = |command: Command| first_key(model, command);
    let way = |key: String, what: &str| {
        Line::from(vec![
            span(format!("   {}", text::left(&key, 16)), theme.key),
            span(what.to_owned(), theme.text),
        ])
    };
    let mut lines = vec![
        Line::default(),
        text::line(" No account is open.", theme.strong),
        Line::default(),
        way(key(Command::Refresh), "tries again"),
        way(key(Command::SwitchContext), "goes to a context, or to the simulated account"),
        way(":profile NAME".to_owned(), "goes to the account of another profile"),
        way(key(Command::ShowProblems), "shows what went wrong"),
        way(key(Command::Quit), "quits"),
    ];
    if model.switching.is_some() {
        // Somebody is on the way: what else could be done is said when that has ended.
        lines.truncate(2);
    }
    paint::lines(frame, area, &lines, 0);
}
