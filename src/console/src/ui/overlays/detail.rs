//! One thing of a list, told in lines.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::line::member;
use crate::app::Model;
use crate::app::details::{Detail, Row, Subject};
use crate::ui::meaning;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Cells for the name of a value.
const NAMES: usize = 16;

/// Draws the overlay: beside the rows where there is room, else over the lower part of them.
pub(in crate::ui) fn draw(
    model: &Model,
    subject: &Subject,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    top: usize,
) {
    let area = if area.width >= 160 {
        Rect { x: area.x + area.width / 2, width: area.width - area.width / 2, ..area }
    } else {
        let height = (area.height * 5).div_ceil(6);
        Rect { y: area.bottom() - height, height, ..area }
    };
    let detail = Detail::of(model, subject);
    let title = detail.as_ref().map_or("Gone", |detail| detail.title.as_str());
    let inner = paint::boxed(frame, area, (area.width, area.height), title, theme);
    let width = usize::from(inner.width).saturating_sub(1);
    let mut lines = Vec::new();
    match &detail {
        Some(detail) => {
            for row in &detail.rows {
                written(row, width, theme, &mut lines);
            }
        }
        None => lines.push(text::line(" The newest answer no longer has it.", theme.dim)),
    }
    paint::lines(frame, inner, &lines, top);
}

/// One row, wrapped.
fn written(row: &Row, width: usize, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    match row {
        Row::Heading(title) => lines.push(text::line(format!(" {title}"), theme.faint)),
        Row::Field(name, value, look) => {
            let style = meaning::look(*look, theme);
            let pieces = text::wrap(value.as_str(), width.saturating_sub(NAMES + 3));
            for (at, piece) in pieces.into_iter().enumerate() {
                let name = if at == 0 { *name } else { "" };
                lines.push(Line::from(vec![
                    span(format!("   {} ", text::left(name, NAMES)), theme.dim),
                    span(piece, style),
                ]));
            }
        }
        Row::Text(value, look) => {
            let style = meaning::look(*look, theme);
            let value = value.as_str();
            let indent = value.len() - value.trim_start().len();
            let room = width.saturating_sub(indent + 4);
            let pieces = text::wrap(value.trim_start(), room).into_iter();
            lines.extend(pieces.map(|piece| {
                text::line(format!("   {}{piece}", " ".repeat(indent.min(width))), style)
            }));
        }
        Row::Data(value) => {
            let value = value.as_str();
            let indent = value.len() - value.trim_start().len();
            let pieces = text::wrap(value.trim_start(), width.saturating_sub(indent + 4));
            let blanks = " ".repeat(indent + 3);
            lines.extend(pieces.iter().map(|piece| member(&blanks, piece, theme)));
        }
        Row::Blank => lines.push(Line::default()),
    }
}
