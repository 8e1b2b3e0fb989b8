//! The palette: what matches the few letters that were typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::palette::Palette;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the overlay. Only the visible hits cost anything.
pub(in crate::ui) fn draw(palette: &Palette, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let (passing, all) = palette.counts();
    let title = format!("{}: {passing} of {all}", palette.title);
    let height = area.height.saturating_sub(2).min(24);
    let inner = paint::boxed(frame, area, (100, height), &title, theme);
    if passing == 0 {
        return paint::row(frame, inner, &text::line(" Nothing matches.", theme.dim));
    }
    let rows = usize::from(inner.height);
    let top = palette.at().saturating_add(1).saturating_sub(rows);
    let width = usize::from(inner.width);
    let name = (width / 2).min(48);
    for (offset, item) in palette.hits().skip(top).take(rows).enumerate() {
        let row = paint::nth(inner, offset);
        let chosen = top + offset == palette.at();
        if chosen {
            paint::choose(frame, row, theme);
        }
        let about = text::cut(item.about.as_str(), width.saturating_sub(name + 4));
        let line = Line::from(vec![
            span(if chosen { "▌ " } else { "  " }, theme.accent),
            span(text::left(item.name.as_str(), name), theme.strong),
            span(format!("  {about}"), theme.dim),
        ]);
        paint::row(frame, row, &line);
    }
}
