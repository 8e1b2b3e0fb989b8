//! What readers tell the loop: lines in portions, how far they have come, and what went wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use tokio::sync::mpsc;
use watchdeck_domain::Clock as _;
use watchdeck_domain::log::LogEvent;
use watchdeck_signal::{News, Placed};

use crate::app::files::{Intake, Stage};
use crate::app::{Flow, Msg, Problem, TailStanding, Ticket};
use crate::runtime::clock::MachineClock;

/// Lines of one portion at most: as many as a view judges in one step.
const LINES: usize = 4_000;
/// Bytes of one portion at most, but for its last line.
const BYTES: usize = 1 << 20;
/// How often progress is told, in milliseconds.
const PROGRESS: i64 = 100;

/// The loop has ended.
#[derive(Debug)]
pub(super) struct Over;

/// Tells the loop. It waits while the loop has not taken what was told before: nothing piles up.
#[derive(Clone)]
pub(super) struct Teller {
    ticket: Ticket,
    feed: mpsc::Sender<Msg>,
    lines: Vec<Placed>,
    size: usize,
    shared: Arc<Shared>,
}

/// What the readers have read together.
struct Shared {
    bytes: AtomicU64,
    lines: AtomicU64,
    readers: AtomicUsize,
    of: Option<u64>,
    follow: bool,
    told: AtomicI64,
}

impl Teller {
    /// For so many readers, of so many bytes if that is known.
    pub(super) fn new(
        ticket: Ticket,
        feed: mpsc::Sender<Msg>,
        readers: usize,
        of: Option<u64>,
        follow: bool,
    ) -> Self {
        let shared = Shared {
            bytes: AtomicU64::new(0),
            lines: AtomicU64::new(0),
            readers: AtomicUsize::new(readers),
            of,
            follow,
            told: AtomicI64::new(0),
        };
        Self { ticket, feed, lines: Vec::new(), size: 0, shared: Arc::new(shared) }
    }

    /// So many bytes more were read.
    pub(super) fn count(&self, bytes: u64) {
        self.shared.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Tells a line, together with others.
    pub(super) fn line(&mut self, event: LogEvent) -> Result<(), Over> {
        self.size += event.message.len();
        self.lines.push(Placed::from(event));
        if self.lines.len() >= LINES || self.size >= BYTES { self.flush() } else { Ok(()) }
    }

    /// Tells what waits to be told together.
    pub(super) fn flush(&mut self) -> Result<(), Over> {
        if !self.lines.is_empty() {
            let lines = std::mem::replace(&mut self.lines, Vec::with_capacity(LINES));
            self.size = 0;
            self.shared.lines.fetch_add(lines.len() as u64, Ordering::Relaxed);
            let news = Box::new(News { lines, gaps: Vec::new() });
            self.post(Msg::Tailed { ticket: self.ticket, news })?;
        }
        let now = MachineClock.now().as_millis();
        if now - self.shared.told.load(Ordering::Relaxed) >= PROGRESS {
            self.shared.told.store(now, Ordering::Relaxed);
            self.stand()?;
        }
        Ok(())
    }

    /// A reader has read what there is.
    pub(super) fn done(&mut self) -> Result<(), Over> {
        self.flush()?;
        self.shared.readers.fetch_sub(1, Ordering::Relaxed);
        self.stand()
    }

    /// How far all is read.
    pub(super) fn stand(&self) -> Result<(), Over> {
        let shared = &*self.shared;
        let stage = match (shared.readers.load(Ordering::Relaxed), shared.follow) {
            (0, true) => Stage::Following,
            (0, false) => Stage::Whole,
            _ => Stage::Reading,
        };
        let (bytes, lines) = (&shared.bytes, &shared.lines);
        let intake = Intake {
            bytes: bytes.load(Ordering::Relaxed),
            of: shared.of,
            lines: lines.load(Ordering::Relaxed),
            stage,
        };
        let standing =
            TailStanding { flow: Flow::Read(Box::new(intake)), ..TailStanding::default() };
        self.post(Msg::TailStood { ticket: self.ticket, standing })
    }

    /// Something the operator should know.
    pub(super) fn note(&self, said: String) -> Result<(), Over> {
        self.post(Msg::Noted(said.into()))
    }

    /// Something cannot be read, or not to its end.
    pub(super) fn fail(&self, problem: Problem) -> Result<(), Over> {
        self.post(Msg::Failed(problem))
    }

    /// Whether nobody listens any more.
    pub(super) fn is_over(&self) -> bool {
        self.feed.is_closed()
    }

    fn post(&self, msg: Msg) -> Result<(), Over> {
        self.feed.blocking_send(msg).map_err(|_| Over)
    }
}
