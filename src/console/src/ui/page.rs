//! A text that scrolls: its lines and where they stand, drawn or only measured.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::paint;
use super::theme::Theme;

/// The lines of a text, and the place that they have.
pub(super) struct Page {
    /// The frame around it and its title, where it lies over something.
    framed: Option<(Rect, String)>,
    /// Where the lines go.
    inner: Rect,
    lines: Vec<Line<'static>>,
}

impl Page {
    /// A text that has an area for itself.
    pub(super) fn plain(inner: Rect, lines: Vec<Line<'static>>) -> Self {
        Self { framed: None, inner, lines }
    }

    /// A text in a frame that takes all of an area; `lines` makes it for so many cells.
    pub(super) fn framed(
        outer: Rect,
        title: impl Into<String>,
        lines: impl FnOnce(usize) -> Vec<Line<'static>>,
    ) -> Self {
        let inner = paint::inside(outer);
        let lines = lines(usize::from(inner.width).saturating_sub(1));
        Self { framed: Some((outer, title.into())), inner, lines }
    }

    /// The first line of the last page: there is nothing to see beyond it.
    pub(super) fn last(&self) -> usize {
        self.lines.len().saturating_sub(usize::from(self.inner.height))
    }

    /// Draws it from the line `top` on.
    pub(super) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>, top: usize) {
        if let Some((outer, title)) = &self.framed {
            paint::clear(frame, *outer, theme);
            paint::framed(frame, *outer, title, theme);
        }
        paint::lines(frame, self.inner, &self.lines, top);
    }
}

/// The lower part of an area, or its right half where it is wide enough for two: so many of so many parts of its height.
pub(super) fn beside(area: Rect, (parts, of): (u16, u16)) -> Rect {
    if area.width >= 160 {
        return Rect { x: area.x + area.width / 2, width: area.width - area.width / 2, ..area };
    }
    let height = (area.height * parts).div_ceil(of);
    Rect { y: area.bottom() - height, height, ..area }
}
