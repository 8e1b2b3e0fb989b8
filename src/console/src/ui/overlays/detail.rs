//! One thing of a list, told in lines.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::line::member;
use crate::app::Model;
use crate::app::details::{Detail, Row, Subject};
use crate::ui::meaning;
use crate::ui::page::{self, Page};
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Cells for the name of a value.
const NAMES: usize = 16;

/// The overlay: beside the rows where there is room, else over the lower part of them.
pub(in crate::ui) fn page(model: &Model, subject: &Subject, theme: &Theme, area: Rect) -> Page {
    let detail = Detail::of(model, subject);
    let title = detail.as_ref().map_or("Gone", |detail| detail.title.as_str());
    Page::framed(page::beside(area, (5, 6)), title, |width| {
        let mut lines = Vec::new();
        match &detail {
            Some(detail) => {
                for row in &detail.rows {
                    written(row, width, theme, &mut lines);
                }
            }
            None => lines.push(text::line(" The newest answer no longer has it.", theme.dim)),
        }
        lines
    })
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
