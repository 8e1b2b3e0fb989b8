//! The driver of a tail: performs what [`signal::tail`](watchdeck_signal::tail) asks of the account, and reports back.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{LogPageAnswer, TailFrame};
use watchdeck_domain::{Clock, ReadError, Source, ask};
use watchdeck_signal::News;
use watchdeck_signal::tail::{Pane, SessionId, SweepId, TailAction};

/// Reports that may wait for the driver. A live tail that finds the queue full lets its lines go, and says so.
const REPORTS: usize = 64;

/// What the tasks of a driver report to it.
enum Report {
    Frame(SessionId, Result<TailFrame, ReadError>),
    Page(SweepId, Result<LogPageAnswer, ReadError>),
}

/// A pane, and the tasks that ask the account for it. Dropping it ends them, with their sessions.
///
/// Whoever holds it repeats: [`Driver::act`], take what there is with [`Driver::drain`], [`Driver::wait`].
pub(crate) struct Driver {
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    pane: Pane,
    work: JoinSet<()>,
    sessions: BTreeMap<SessionId, AbortHandle>,
    reports: mpsc::Sender<Report>,
    heard: mpsc::Receiver<Report>,
    dropped: Arc<AtomicU64>,
}

impl Driver {
    /// A driver for a pane, which has asked for nothing yet.
    pub(crate) fn new(source: Arc<dyn Source>, clock: Arc<dyn Clock>, pane: Pane) -> Self {
        let (reports, heard) = mpsc::channel(REPORTS);
        Self {
            source,
            clock,
            pane,
            work: JoinSet::new(),
            sessions: BTreeMap::new(),
            reports,
            heard,
            dropped: Arc::default(),
        }
    }

    /// The pane as it stands.
    pub(crate) fn pane(&self) -> &Pane {
        &self.pane
    }

    /// What was found out since last asked.
    pub(crate) fn drain(&mut self) -> News {
        self.pane.drain()
    }

    /// Lines of live tails that could not be taken in; sweeps fetch them.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Begins what is due.
    pub(crate) fn act(&mut self) {
        for action in self.pane.next_actions(self.clock.now()) {
            self.perform(action);
        }
    }

    /// Waits until something was reported, or something is due. Safe to drop half-way.
    pub(crate) async fn wait(&mut self) {
        let clock = Arc::clone(&self.clock);
        let now = clock.now();
        let rest = clock.sleep(self.pane.next_wake(now).since(now));
        tokio::select! {
            report = self.heard.recv() => {
                let mut next = report;
                while let Some(report) = next {
                    self.hear(report);
                    next = self.heard.try_recv().ok();
                }
            }
            () = rest => {}
            Some(ended) = self.work.join_next() => {
                if let Err(error) = ended && error.is_panic() {
                    tracing::error!(%error, "a task of the tail died");
                }
            }
        }
    }

    fn hear(&mut self, report: Report) {
        let now = self.clock.now();
        match report {
            Report::Frame(session, said) => self.pane.live(now, session, said),
            Report::Page(sweep, answer) => self.pane.page(now, sweep, answer),
        }
    }

    fn perform(&mut self, action: TailAction) {
        let (source, reports) = (Arc::clone(&self.source), self.reports.clone());
        match action {
            TailAction::OpenLive { session, groups, pattern } => {
                let dropped = Arc::clone(&self.dropped);
                let handle = self.work.spawn(async move {
                    listen(source.as_ref(), session, groups, pattern, &reports, &dropped).await;
                });
                self.sessions.insert(session, handle);
            }
            TailAction::CloseLive { session } => {
                if let Some(handle) = self.sessions.remove(&session) {
                    handle.abort();
                }
            }
            TailAction::Sweep { sweep, page } => {
                self.work.spawn(async move {
                    let answer = ask(source.as_ref(), page).await;
                    drop(reports.send(Report::Page(sweep, answer)).await);
                });
            }
        }
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("dropped", &self.dropped).finish_non_exhaustive()
    }
}

/// Opens a live tail and reports what it says. Lines that the driver cannot take in time are let go: the next frame says
/// that some are missing, and a sweep fetches them.
async fn listen(
    source: &dyn Source,
    session: SessionId,
    groups: Vec<LogGroup>,
    pattern: Option<String>,
    reports: &mpsc::Sender<Report>,
    dropped: &AtomicU64,
) {
    let mut frames = match source.live_tail(groups, pattern).await {
        Ok(frames) => frames,
        Err(error) => return drop(reports.send(Report::Frame(session, Err(error))).await),
    };
    let mut missing = false;
    while let Some(said) = frames.next().await {
        let said = match said {
            Ok(TailFrame::Update { events, sampled }) => {
                Ok(TailFrame::Update { events, sampled: sampled || missing })
            }
            other => other,
        };
        let counted = match &said {
            Ok(TailFrame::Update { events, .. }) => Some(events.len() as u64),
            Ok(TailFrame::Opened { .. } | TailFrame::Ended { .. }) | Err(_) => None,
        };
        let report = Report::Frame(session, said);
        let Some(count) = counted else {
            drop(reports.send(report).await);
            continue;
        };
        missing = match reports.try_send(report) {
            Ok(()) => false,
            Err(mpsc::error::TrySendError::Full(_)) => {
                dropped.fetch_add(count, Ordering::Relaxed);
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::sync::Mutex;
    use watchdeck_domain::log::LogEvent;
    use watchdeck_domain::reading::{LiveTail, ReadFailure};
    use watchdeck_domain::{Answer, LogGroupName, Query, Task, Timestamp};

    use super::*;

    /// A source whose live tail says what the test sends.
    struct Told(Mutex<Option<mpsc::Receiver<TailFrame>>>);

    impl Source for Told {
        fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
            let error = ReadError::new(ReadFailure::Unsupported, query.name(), "only a live tail");
            Box::pin(async move { Err(error) })
        }

        fn live_tail(
            &self,
            _: Vec<LogGroup>,
            _: Option<String>,
        ) -> Task<'_, Result<LiveTail, ReadError>> {
            Box::pin(async move {
                let mut frames = self.0.lock().await.take().unwrap();
                let frames = stream::poll_fn(move |cx| frames.poll_recv(cx));
                let said: LiveTail = Box::pin(frames.map(Ok));
                Ok(said)
            })
        }
    }

    fn update(lines: usize) -> TailFrame {
        let line = LogEvent {
            group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
            stream: "s".into(),
            timestamp: Timestamp::default(),
            ingested: Timestamp::default(),
            message: "x".into(),
            event_id: None,
        };
        TailFrame::Update { events: vec![line; lines], sampled: false }
    }

    fn heard(report: Option<Report>) -> (usize, bool) {
        match report {
            Some(Report::Frame(_, Ok(TailFrame::Update { events, sampled }))) => {
                (events.len(), sampled)
            }
            _ => panic!("no frame came"),
        }
    }

    #[tokio::test]
    async fn lines_that_cannot_be_taken_in_are_counted_and_the_next_frame_says_that_some_are_missing()
     {
        let (say, said) = mpsc::channel(8);
        let (reports, mut hear) = mpsc::channel(1);
        let dropped = Arc::new(AtomicU64::new(0));
        let counting = Arc::clone(&dropped);
        tokio::spawn(async move {
            let source = Told(Mutex::new(Some(said)));
            listen(&source, SessionId(1), Vec::new(), None, &reports, &counting).await;
        });
        for lines in [3, 2] {
            say.send(update(lines)).await.unwrap();
        }
        while dropped.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(dropped.load(Ordering::Relaxed), 2, "the second frame found the queue full");
        assert_eq!(heard(hear.recv().await), (3, false));
        say.send(update(1)).await.unwrap();
        assert_eq!(heard(hear.recv().await), (1, true));
        say.send(update(4)).await.unwrap();
        assert_eq!(heard(hear.recv().await), (4, false));
    }
}
