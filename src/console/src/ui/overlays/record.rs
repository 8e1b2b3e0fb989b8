//! A thing as data, all of it.

use ratatui::layout::Rect;

use super::line::member;
use crate::app::sheet::Sheet;
use crate::ui::page::{self, Page};
use crate::ui::text;
use crate::ui::theme::Theme;

/// The overlay: beside the rows where there is room, else over the lower part of them.
pub(in crate::ui) fn page(sheet: &Sheet, theme: &Theme, area: Rect) -> Page {
    let title = format!("{} · {}", sheet.form.word(), sheet.title);
    Page::framed(page::beside(area, (3, 4)), title, |width| {
        let mut lines = Vec::new();
        for written in &sheet.lines {
            let written = written.as_str();
            let indent = written.len() - written.trim_start().len();
            let pieces = text::wrap(written.trim_start(), width.saturating_sub(indent + 2));
            lines.extend(pieces.iter().map(|piece| member(&" ".repeat(indent + 1), piece, theme)));
        }
        lines
    })
}
