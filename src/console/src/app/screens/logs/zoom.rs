//! When the lines were written: the histogram above them, and the spans that they are narrowed to.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use watchdeck_signal::store::{Histogram, LineId, Rows, Span};

use super::Logs;
use super::said::Drawn;

/// Rows that the histogram takes: its words, the lines, the errors.
pub const ROWS: usize = 3;
/// Cells before its first bar and behind its last one.
pub const MARGINS: (u16, u16) = (9, 1);
/// The smallest terminal that has room for it.
const LEAST: (u16, u16) = (80, 30);

/// So many times as long as the time of most lines all of it must be, for the rest not to be drawn.
const FAR: u32 = 100;

/// Which time is looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Zoom {
    /// Whether the histogram is wanted.
    pub wanted: bool,
    /// What the lines are narrowed to, the widest first.
    spans: Vec<Span>,
}

impl Default for Zoom {
    fn default() -> Self {
        Self { wanted: true, spans: Vec::new() }
    }
}

impl Logs {
    /// What the lines are narrowed to; nothing for all that is held.
    pub fn span(&self) -> Option<Span> {
        self.zoom.spans.last().copied()
    }

    /// The rows of the view, as far as they are of the span.
    pub(super) fn rows(&self) -> Rows<'_> {
        self.view.rows(&self.store).within(self.span())
    }

    /// Whether a terminal of that size shows the histogram.
    pub fn draws_histogram(&self, (width, height): (u16, u16)) -> bool {
        self.zoom.wanted && width >= LEAST.0 && height >= LEAST.1 && !self.store.is_empty()
    }

    /// Rows of the screen above the lines.
    pub fn above(&self, size: (u16, u16)) -> usize {
        let histogram = if self.draws_histogram(size) { ROWS } else { 0 };
        histogram + usize::from(self.table.on)
    }

    /// The lines by time, as many bars as a terminal of that width has room for. Costs two searches a bar and view,
    /// however many lines are held, and nothing while they stay the same.
    pub fn histogram(&self, width: u16) -> Option<Arc<Histogram>> {
        let span = self.span().or_else(|| self.drawn_span())?;
        let room = usize::from(width.saturating_sub(MARGINS.0 + MARGINS.1));
        let [all, warnings, errors] =
            [&self.view, &self.warnings, &self.errors].map(|view| view.rows(&self.store));
        let newest = self.paused.map(|id| id.timestamp + Duration::from_millis(1));
        let lines = [&all, &warnings, &errors].map(Rows::lines);
        let from = Drawn { version: self.store.version(), lines, span, newest, room };
        let draw = || Histogram::of([&all, &warnings, &errors], span, newest, room);
        Some(self.memory.histogram(from, draw))
    }

    /// What the histogram shows of all that is held: all of it, but for lines so far from the most that these would share
    /// a bar, as those of a clock that is wrong by years.
    fn drawn_span(&self) -> Option<Span> {
        let (first, last) = self.store.ends()?;
        let whole = Span { from: first.timestamp, to: last.timestamp + Duration::from_millis(1) };
        let rows = self.view.rows(&self.store);
        let tenth = rows.len() / 10;
        let at = |nth: usize| rows.row(nth).map(|row| row.id().timestamp);
        let most = at(tenth).zip(at(rows.len().saturating_sub(tenth + 1)));
        let Some((from, to)) = most.filter(|_| tenth > 0) else { return Some(whole) };
        let length = to.since(from).max(Duration::from_secs(1));
        if whole.to.since(whole.from) < length.saturating_mul(FAR) {
            return Some(whole);
        }
        let from = (from - length).max(whole.from);
        Some(Span { from, to: (to + length).min(whole.to) })
    }

    /// How many lines lie before and behind what the histogram shows of all that is held.
    pub fn undrawn(&self) -> usize {
        let Some(span) = self.drawn_span().filter(|_| self.span().is_none()) else { return 0 };
        let rows = self.view.rows(&self.store);
        let held = rows.lines();
        let drawn = rows.lines_before(span.to).saturating_sub(rows.lines_before(span.from));
        held.saturating_sub(drawn)
    }

    /// The id of the chosen row.
    pub fn here(&self) -> Option<LineId> {
        let shown = self.shown(1);
        shown.rows.row(shown.at).map(|row| row.id())
    }

    /// Goes to the first line of the next or previous bar that has lines. Says whether there is one.
    pub fn step(&mut self, forward: bool, width: u16, page: usize) -> bool {
        let Some((histogram, here)) = self.histogram(width).zip(self.here()) else { return false };
        let bar = histogram.bar_of(here.timestamp).unwrap_or(0);
        let Some(to) = histogram.neighbour(bar, forward) else { return false };
        let at = self.rows().position(LineId::before(histogram.span_of(to).from));
        self.put(at, page);
        true
    }

    /// Narrows the lines to a bar: the one under the cursor, or another.
    ///
    /// # Errors
    /// Says why that makes no sense.
    pub fn narrow(
        &mut self,
        bar: Option<usize>,
        width: u16,
        page: usize,
    ) -> Result<(), &'static str> {
        let there = self.histogram(width).zip(self.here());
        let Some((histogram, here)) = there else { return Err("there are no lines here") };
        let at = bar.or_else(|| histogram.bar_of(here.timestamp)).unwrap_or(0);
        if histogram.bars.get(at).is_none_or(|bar| bar.lines == 0) {
            return Err("no line that is shown was written then");
        }
        if histogram.width <= Duration::from_millis(1) {
            return Err("a millisecond cannot be narrowed");
        }
        let within = self.span();
        let of = histogram.span_of(at);
        let from = within.map_or(of.from, |outer| outer.from.max(of.from));
        let to = within.map_or(of.to, |outer| outer.to.min(of.to));
        let span = Span { from, to };
        if within == Some(span) {
            return Err("the lines are narrowed to this already");
        }
        self.zoom.spans.push(span);
        let at = if span.holds(here.timestamp) { self.rows().position(here) } else { 0 };
        self.put(at, page);
        Ok(())
    }

    /// Takes the last narrowing back; the cursor stays on its line.
    pub fn widen(&mut self, page: usize) {
        let here = self.here();
        self.zoom.spans.pop();
        if let Some(id) = here {
            self.put(self.rows().position(id), page);
        }
    }

    /// Shows all times again.
    pub(super) fn widen_all(&mut self) {
        self.zoom.spans.clear();
    }
}
