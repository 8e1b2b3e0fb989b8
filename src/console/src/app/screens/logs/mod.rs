//! The live lines of the watched groups: their filter, their cursor, and how honest they are.

mod binding; // bookmarks and the lines that they are on
pub mod bookmarks; // lines to be found again
pub mod context; // the lines around a match
mod hues; // the colours of the groups
pub mod labels; // what places are called beside them
mod loading; // lines of files
pub mod said; // what a line says
pub mod table; // the lines as a table
pub mod zoom; // which time is looked at

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_domain::log::{LogGroup, LogLevel};
use watchdeck_pattern::{PatternError, Search};
use watchdeck_signal::News;
use watchdeck_signal::store::{Filter, LineId, LineRef, Progress, Row, Rows, Store, View};
use watchdeck_signal::template::Shape;

use crate::app::cursor::Motion;
use crate::app::export::Exporting;
use crate::app::loaded::Loaded;
use crate::app::screens::templates::Templates;
use crate::app::tail::TailStanding;
use crate::app::ticket::Ticket;
use bookmarks::Bookmark;
use context::Context;
use hues::Hues;
use labels::Labels;
use said::{Memory, Said};
use table::Table;
use zoom::Zoom;

/// Lines judged by a filter in one step: few enough that no key waits.
const BUDGET: usize = 4_000;
/// The longest copy of a line, in characters.
const COPY: usize = 100_000;

/// The log screen.
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
#[derive(Clone, Serialize)]
pub struct Logs {
    /// The groups there are.
    pub groups: Loaded<Vec<LogGroup>>,
    /// Whether the choice of groups was offered unasked; that happens once.
    pub offered: bool,
    /// The groups watched.
    pub watched: Vec<LogGroup>,
    /// The tail that the lines come from; lines of an older one are dropped.
    pub tail: Option<Ticket>,
    /// How the tail stands.
    pub standing: TailStanding,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Cells by which lines are moved to the left.
    pub shift: usize,
    /// The filter, as typed; empty for all lines.
    pub filter: String,
    /// The pattern to which the account narrows what it gives; nothing while all lines are fetched.
    pub narrowed: Option<String>,
    /// What was searched for last, as typed: `next-match` looks for it when the filter is gone.
    pub sought: String,
    /// The words of the template whose lines alone are shown.
    pub template: Option<Printable>,
    /// What tells those lines.
    #[serde(skip)]
    shape: Option<Shape>,
    /// Lines that arrived while the view was paused.
    pub arrived: u64,
    /// Which time is looked at.
    pub zoom: Zoom,
    /// The lines as a table.
    pub table: Table,
    /// The lines around each match.
    pub context: Context,
    /// The export under way.
    pub export: Option<Exporting>,
    bookmarks: Vec<Bookmark>,
    hues: Hues,
    /// What the places of the watched groups are called.
    labels: Labels,
    #[serde(skip)]
    memory: Memory,
    #[serde(skip)]
    store: Store,
    /// What the screen shows.
    #[serde(skip)]
    view: View,
    /// The errors among it.
    #[serde(skip)]
    errors: View,
    /// The warnings among it, errors with them.
    #[serde(skip)]
    warnings: View,
    /// What was searched for last, among it.
    #[serde(skip)]
    matches: View,
    /// The chosen row, when the newest is not followed.
    #[serde(skip)]
    chosen: Option<LineId>,
    /// The top row, when the newest is not followed.
    #[serde(skip)]
    top: Option<LineId>,
    /// The newest row when the view was paused: nothing after it is shown.
    #[serde(skip)]
    paused: Option<LineId>,
    /// How far the filter has come.
    #[serde(skip)]
    progress: Progress,
    follow: bool,
    /// Whether a `Continued` is on its way.
    continuing: bool,
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logs")
            .field("watched", &self.watched)
            .field("lines", &self.store.len())
            .field("filter", &self.filter)
            .field("chosen", &self.chosen)
            .finish_non_exhaustive()
    }
}

/// The rows on the screen.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The rows of the view.
    pub rows: Rows<'a>,
    /// How many of them there are, without those that arrived during a pause.
    pub len: usize,
    /// The numbers of those in the window.
    pub window: Range<usize>,
    /// The number of the chosen one.
    pub at: usize,
}

impl Logs {
    /// An empty screen whose store holds about `bytes`.
    pub fn new(bytes: usize) -> Self {
        Self {
            groups: Loaded::default(),
            offered: false,
            watched: Vec::new(),
            tail: None,
            standing: TailStanding::default(),
            wrap: false,
            shift: 0,
            filter: String::new(),
            narrowed: None,
            sought: String::new(),
            template: None,
            shape: None,
            arrived: 0,
            zoom: Zoom::default(),
            table: Table::default(),
            context: Context::default(),
            export: None,
            bookmarks: Vec::new(),
            hues: Hues::default(),
            labels: Labels::default(),
            memory: Memory::default(),
            store: Store::new(bytes),
            view: View::default(),
            errors: View::new(loud(Filter::default(), LogLevel::Error)),
            warnings: View::new(loud(Filter::default(), LogLevel::Warn)),
            matches: View::default(),
            chosen: None,
            top: None,
            paused: None,
            progress: Progress { scanned: 0, total: 0, done: true },
            follow: true,
            continuing: false,
        }
    }

    /// The lines held.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether no line is held.
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    /// Whether the view is paused.
    pub fn paused(&self) -> bool {
        self.paused.is_some()
    }

    /// Whether the newest line is followed.
    pub fn follows(&self) -> bool {
        self.follow && self.paused.is_none()
    }

    /// How many lines the errors among the shown are.
    pub fn error_count(&self) -> usize {
        self.errors.rows(&self.store).within(self.span()).lines()
    }

    /// How many lines pass the filter, as far as they are judged.
    pub fn passing(&self) -> usize {
        self.view.rows(&self.store).lines()
    }

    /// How far the filter has come; nothing once it is done.
    pub fn filtering(&self) -> Option<(usize, usize)> {
        let progress = self.progress;
        (!progress.done).then_some((progress.scanned, progress.total))
    }

    /// Begins anew for other groups, whose places are called so.
    pub fn watch(&mut self, groups: Vec<LogGroup>, labels: Labels, tail: Ticket) {
        self.store.clear();
        self.loosen_bookmarks();
        self.hues.give(&groups);
        self.widen_all();
        self.watched = groups;
        self.labels = labels;
        self.tail = Some(tail);
        self.standing = TailStanding::default();
        (self.chosen, self.top, self.paused, self.arrived) = (None, None, None, 0);
        self.follow = true;
        (self.template, self.shape) = (None, None);
        self.reset_views();
    }

    /// A second has passed.
    pub fn tend(&mut self) {
        self.store.tend();
    }

    /// Takes in what the tail found out. Says whether work is left for a `Continued`.
    pub fn take(&mut self, tail: Ticket, news: News) -> bool {
        if self.tail != Some(tail) {
            return false;
        }
        if self.paused.is_some() {
            self.arrived = self.arrived.saturating_add(news.lines.len() as u64);
        }
        self.admit(news);
        self.advance()
    }

    /// Goes on with what was left. Says whether there is still more.
    pub fn go_on(&mut self) -> bool {
        self.continuing = false;
        self.advance()
    }

    /// Judges some more lines. Says whether a `Continued` must be asked for.
    fn advance(&mut self) -> bool {
        self.progress = self.view.advance(&self.store, BUDGET);
        let mut done = self.progress.done;
        for view in [&mut self.errors, &mut self.warnings, &mut self.matches] {
            done &= view.advance(&self.store, BUDGET).done;
        }
        let ask = !done && !self.continuing;
        self.continuing |= ask;
        ask
    }

    /// Sets the filter. Says whether work is left.
    ///
    /// # Errors
    /// Says what is wrong with the text, and at which character; the filter is as before then.
    pub fn set_filter(&mut self, text: &str) -> Result<bool, PatternError> {
        let text = text.trim();
        Search::parse(text)?;
        text.clone_into(&mut self.filter);
        if !text.is_empty() {
            text.clone_into(&mut self.sought);
        }
        self.reset_views();
        Ok(self.advance())
    }

    fn reset_views(&mut self) {
        self.memory.forget_histogram();
        // A text that was refused never gets here; were one to, it shows everything.
        let parsed = |text: &str| (!text.is_empty()).then(|| Search::parse(text).ok()).flatten();
        let template = self.shape.clone();
        let shown = Filter { search: parsed(&self.filter), template, ..Filter::default() };
        self.view = View::new(shown.clone());
        self.errors = View::new(loud(shown.clone(), LogLevel::Error));
        self.warnings = View::new(loud(shown, LogLevel::Warn));
        self.matches = View::new(Filter { search: parsed(&self.sought), ..Filter::default() });
    }

    /// Shows the lines of one template alone, the newest first in sight; or those of all again. Says whether work is left.
    pub fn show_template(&mut self, to: Option<(Shape, Printable)>) -> bool {
        (self.shape, self.template) = to.unzip();
        if self.template.is_some() {
            self.follow();
        }
        self.reset_views();
        self.advance()
    }

    /// Keeps to the template that alone is shown while it grows more general. Says whether work is left.
    pub fn follow_template(&mut self, templates: &Templates) -> bool {
        let grown = self.shape.as_ref().and_then(|shape| templates.grown(shape));
        let Some(grown) = grown else { return false };
        self.shape = Some(grown);
        self.reset_views();
        self.advance()
    }

    /// Takes every filter away. Says whether work is left.
    pub fn show_all(&mut self) -> bool {
        self.filter.clear();
        (self.template, self.shape) = (None, None);
        self.reset_views();
        self.advance()
    }

    /// What is to be highlighted: the plain words of what was searched for.
    pub fn words(&self) -> Vec<&str> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ':' | '"');
        if !self.sought.chars().all(plain) {
            return Vec::new();
        }
        self.sought
            .split_whitespace()
            .map(|word| word.trim_matches('"'))
            .filter(|word| !word.is_empty())
            .collect()
    }

    /// Holds the lines still.
    pub fn pause(&mut self) {
        let rows = self.view.rows(&self.store);
        let last = rows.len().checked_sub(1).and_then(|last| rows.row(last));
        self.paused = Some(last.map_or(FIRST, |row| row.id()));
        self.arrived = 0;
    }

    /// Lets the lines flow, from where they are looked at; one that followed follows again.
    pub fn resume(&mut self) {
        self.paused = None;
        self.arrived = 0;
    }

    /// Goes to the newest line and stays there.
    pub fn follow(&mut self) {
        self.resume();
        self.follow = true;
    }

    /// Stays at the chosen line.
    pub fn hold(&mut self) {
        let shown = self.shown(1);
        let id = shown.rows.row(shown.at).map(|row| row.id());
        self.chosen = id.or(self.chosen);
        self.follow = false;
    }

    /// The rows in a window of `page` rows.
    pub fn shown(&self, page: usize) -> Shown<'_> {
        let rows = self.rows();
        let all = rows.len();
        let len = self.paused.map_or(all, |last| rows.position(last.after()));
        let last = len.saturating_sub(1);
        let at = match self.chosen {
            Some(id) if !self.follow => rows.position(id).min(last),
            Some(_) | None => last,
        };
        let lowest = (at + 1).saturating_sub(page);
        let top = match self.top {
            Some(id) if !self.follow => rows.position(id),
            Some(_) | None => lowest,
        };
        let start = top.clamp(lowest.min(at), at).min(len.saturating_sub(page).max(lowest));
        Shown { rows, len, window: start..start.saturating_add(page).min(len), at }
    }

    /// Moves the cursor.
    pub fn go(&mut self, way: Motion, page: usize) {
        let shown = self.shown(page);
        let to = way.from(shown.at, shown.len, page);
        let onward = match way {
            Motion::Bottom => true,
            Motion::Down | Motion::PageDown => to == shown.at,
            Motion::Up | Motion::PageUp | Motion::Top => false,
        };
        if onward {
            self.follow = true;
            return;
        }
        self.put(to, page);
    }

    /// Whether a row of the view can take more than one of the screen.
    pub fn is_ragged(&self) -> bool {
        self.context_lines() > 0 || (self.wrap && !self.table.on)
    }

    /// Puts the cursor on a row of the window. What takes more than a row is not pointed at.
    pub fn point(&mut self, row: usize, page: usize) {
        let shown = self.shown(page);
        let at = shown.window.start + row;
        if !self.is_ragged() && shown.window.contains(&at) {
            self.put(at, page);
        }
    }

    fn put(&mut self, to: usize, page: usize) {
        let shown = self.shown(page);
        let top = shown.rows.row(shown.window.start).map(|row| row.id());
        let chosen = shown.rows.row(to).map(|row| row.id());
        self.top = top;
        self.chosen = chosen;
        self.follow = false;
        let shown = self.shown(page);
        let top = shown.rows.row(shown.window.start).map(|row| row.id());
        self.top = top;
    }

    /// Goes to the next or previous error or match. Says whether there was one.
    pub fn seek(&mut self, matches: bool, forward: bool, page: usize) -> bool {
        let shown = self.shown(page);
        let Some(here) = shown.rows.row(shown.at).map(|row| row.id()) else { return false };
        let view = if matches { &self.matches } else { &self.errors };
        let found = view.rows(&self.store).within(self.span());
        let start = found.position(here);
        // Gaps are rows of every view; they are no errors and match nothing.
        let gaps = self.store.gaps().len();
        let line = |at: usize| found.row(at).filter(|row| row.line().is_some()).map(|row| row.id());
        let to = if forward {
            (start..=start + gaps + 1).filter_map(line).find(|id| *id > here)
        } else {
            (start.saturating_sub(gaps + 1)..start).rev().find_map(line)
        };
        let Some(id) = to else { return false };
        let at = shown.rows.position(id);
        if at >= shown.len || shown.rows.row(at).is_none_or(|row| row.id() != id) {
            return false;
        }
        self.put(at, page);
        true
    }

    /// The chosen row.
    pub fn chosen(&self) -> Option<Row<'_>> {
        let shown = self.shown(1);
        shown.rows.row(shown.at)
    }

    /// The chosen line.
    pub fn chosen_line(&self) -> Option<LineRef<'_>> {
        self.chosen()?.line()
    }

    /// What a line says, for people.
    pub fn said(&self, line: &LineRef<'_>) -> Arc<Said> {
        self.memory.said(line)
    }

    /// What the screen shows, to be gone through elsewhere: the lines and the view of them.
    pub fn copied(&self) -> (Store, View, Option<LineId>) {
        (self.store.clone(), self.view.clone(), self.paused)
    }

    /// Lets all lines go, as if there were no more room for them.
    #[cfg(test)]
    pub(crate) fn forget_lines(&mut self) {
        self.store.clear();
        self.advance();
    }

    /// The text of the chosen row, to copy.
    pub fn chosen_text(&self) -> Option<Printable> {
        self.chosen().map(|row| match row {
            Row::Line(line) => line.printable(COPY),
            Row::Gap(gap) => Printable::new(gap.to_string()),
        })
    }
}

/// Before every line.
const FIRST: LineId = LineId {
    timestamp: watchdeck_domain::Timestamp::from_millis(i64::MIN),
    ingested: watchdeck_domain::Timestamp::from_millis(i64::MIN),
    number: 0,
};

fn loud(shown: Filter, level: LogLevel) -> Filter {
    Filter { level: Some(level), ..shown }
}
