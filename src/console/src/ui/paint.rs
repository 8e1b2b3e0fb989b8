//! Lines onto the buffer: one below the other, scrolled, chosen, boxed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear};

use super::text;
use super::theme::Theme;

/// Draws one line into the first row of an area.
pub(super) fn row(frame: &mut Frame<'_>, area: Rect, line: &Line<'_>) {
    if area.height > 0 && area.width > 0 {
        frame.buffer_mut().set_line(area.x, area.y, line, area.width);
    }
}

/// Draws lines one below the other, from the line `top` on; never past the last page.
pub(super) fn lines(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'_>], top: usize) {
    let height = usize::from(area.height);
    let top = top.min(lines.len().saturating_sub(height));
    for (line, offset) in lines.iter().skip(top).take(height).zip(0u16..) {
        row(frame, Rect { y: area.y + offset, height: 1, ..area }, line);
    }
}

/// Marks a row as the chosen one.
pub(super) fn choose(frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    frame.buffer_mut().set_style(Rect { height: area.height.min(1), ..area }, theme.chosen);
}

/// The area without one column at each side.
pub(super) fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// The area without its first `rows` rows.
pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// The row at `offset` of an area; empty when it lies outside.
pub(super) fn nth(area: Rect, offset: usize) -> Rect {
    let below = below(area, u16::try_from(offset).unwrap_or(u16::MAX));
    Rect { height: below.height.min(1), ..below }
}

/// Clears an area down to the ground.
pub(super) fn clear(frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    frame.render_widget(Clear, area);
    frame.buffer_mut().set_style(area, theme.ground);
}

/// Clears a box in the middle of an area and draws its frame. Returns the inside.
pub(super) fn boxed(
    frame: &mut Frame<'_>,
    area: Rect,
    (width, height): (u16, u16),
    title: &str,
    theme: &Theme,
) -> Rect {
    let outer = middle(area, (width, height));
    clear(frame, outer, theme);
    framed(frame, outer, title, theme)
}

/// A box in the middle of an area, no larger than it.
pub(super) fn middle(area: Rect, (width, height): (u16, u16)) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// What is inside a frame.
pub(super) fn inside(outer: Rect) -> Rect {
    Block::bordered().inner(outer)
}

/// Draws a frame with a title. Returns the inside.
pub(super) fn framed(frame: &mut Frame<'_>, outer: Rect, title: &str, theme: &Theme) -> Rect {
    let title = text::cut(title, usize::from(outer.width).saturating_sub(4));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.faint)
        .title(text::line(format!(" {title} "), theme.accent));
    let inner = block.inner(outer);
    frame.render_widget(block, outer);
    inner
}
