//! What readers tell the loop: lines in portions, how far they have come, and what went wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use tokio::sync::mpsc;
use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{Clock as _, LogGroupName, Timestamp};
use watchdeck_signal::transcript::Sink;
use watchdeck_signal::{Leaf, News, Placed};

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

/// Tells the loop: events that several files have, or the lines of one. It waits while the loop has not taken what was told before: nothing piles up.
#[derive(Clone)]
pub(super) struct Teller {
    ticket: Ticket,
    feed: mpsc::Sender<Msg>,
    lines: Vec<Placed>,
    size: usize,
    leaf: Option<Leaf>,
    over: bool,
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
        Self {
            ticket,
            feed,
            lines: Vec::new(),
            size: 0,
            leaf: None,
            over: false,
            shared: Arc::new(shared),
        }
    }

    /// So many bytes more were read.
    pub(super) fn count(&self, bytes: u64) {
        self.shared.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Tells an event, together with others.
    pub(super) fn tell(&mut self, event: LogEvent) -> Result<(), Over> {
        self.size += event.message.len();
        self.lines.push(Placed::from(event));
        if self.lines.len() >= LINES || self.size >= BYTES { self.flush() } else { Ok(()) }
    }

    /// Tells what waits to be told together.
    pub(super) fn flush(&mut self) -> Result<(), Over> {
        self.turn()?;
        if !self.lines.is_empty() {
            let lines = std::mem::replace(&mut self.lines, Vec::with_capacity(LINES));
            self.size = 0;
            self.shared.lines.fetch_add(lines.len() as u64, Ordering::Relaxed);
            let news = Box::new(News { lines, gaps: Vec::new() });
            self.post(Msg::Tailed { ticket: self.ticket, news })?;
        }
        if self.over {
            return Err(Over);
        }
        let now = MachineClock.now().as_millis();
        if now - self.shared.told.load(Ordering::Relaxed) >= PROGRESS {
            self.shared.told.store(now, Ordering::Relaxed);
            self.stand()?;
        }
        Ok(())
    }

    /// Tells the lines of one file that wait to be told together.
    fn turn(&mut self) -> Result<(), Over> {
        let Some(leaf) = self.leaf.take().filter(|leaf| !leaf.is_empty()) else { return Ok(()) };
        self.shared.lines.fetch_add(leaf.len() as u64, Ordering::Relaxed);
        self.post(Msg::Loaded { ticket: self.ticket, leaf: Box::new(leaf) })
    }

    /// Tells the first lines of a file at once, others when there are enough.
    pub(super) fn keep_up(&mut self) -> Result<(), Over> {
        let first = self.shared.lines.load(Ordering::Relaxed) == 0;
        if first || self.over { self.flush() } else { Ok(()) }
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

    /// Begins to tell lines of a file together.
    fn begin(&mut self, group: &LogGroupName) -> &mut Leaf {
        let full = self.leaf.as_ref().is_some_and(|leaf| {
            leaf.len() >= LINES || leaf.size() >= BYTES || leaf.group() != group
        });
        if full {
            self.over |= self.flush().is_err();
        }
        self.leaf.get_or_insert_with(|| Leaf::new(group.clone()))
    }

    fn post(&self, msg: Msg) -> Result<(), Over> {
        self.feed.blocking_send(msg).map_err(|_| Over)
    }
}

impl Sink for Teller {
    fn line(&mut self, group: &LogGroupName, time: Timestamp, text: &str) {
        self.begin(group).push(time, text);
    }

    fn event(&mut self, event: LogEvent) {
        self.over |= self.tell(event).is_err();
    }
}
