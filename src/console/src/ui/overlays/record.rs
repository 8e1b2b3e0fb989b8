//! A thing as data, all of it.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::line::member;
use crate::app::Model;
use crate::app::sheet::Sheet;
use crate::ui::theme::Theme;
use crate::ui::{paint, text};

/// Draws the overlay: beside the rows where there is room, else over the lower part of them.
pub(in crate::ui) fn draw(
    _: &Model,
    sheet: &Sheet,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    top: usize,
) {
    let area = if area.width >= 160 {
        Rect { x: area.x + area.width / 2, width: area.width - area.width / 2, ..area }
    } else {
        let height = (area.height * 3).div_ceil(4);
        Rect { y: area.bottom() - height, height, ..area }
    };
    let size = (area.width, area.height);
    let title = format!("{} · {}", sheet.form.word(), sheet.title);
    let inner = paint::boxed(frame, area, size, &title, theme);
    let width = usize::from(inner.width).saturating_sub(1);
    let mut lines = Vec::new();
    for written in &sheet.lines {
        let written = written.as_str();
        let indent = written.len() - written.trim_start().len();
        let pieces = text::wrap(written.trim_start(), width.saturating_sub(indent + 2));
        lines.extend(pieces.iter().map(|piece| member(&" ".repeat(indent + 1), piece, theme)));
    }
    paint::lines(frame, inner, &lines, top);
}
