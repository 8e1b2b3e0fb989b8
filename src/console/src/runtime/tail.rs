//! The tail's driver: performs what [`signal::tail`](watchdeck_signal::tail) asks of the account and tells what it found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{LogPageAnswer, TailFrame};
use watchdeck_domain::{Clock, Printable, ReadError, Source, ask};
use watchdeck_signal::tail::{Mode, Pane, Policy, SessionId, SweepId, TailAction};

use super::events::Mailbox;
use crate::app::tail::{Flow, TailStanding, Unread};
use crate::app::{Msg, Ticket};

/// Reports that may wait for the driver. A live tail that finds the queue full lets its lines go, and says so.
const REPORTS: usize = 64;

/// How often the standing is told while only its watermark moves, in real time.
const STANDING: Duration = Duration::from_secs(1);

/// What a tail needs of the account.
#[derive(Clone)]
pub struct TailLine {
    /// Who answers.
    pub source: Arc<dyn Source>,
    /// The account's time.
    pub clock: Arc<dyn Clock>,
    /// How fast it passes, as a multiple of real time.
    pub speed: f64,
    /// Where news go.
    pub mailbox: Mailbox,
}

/// A tail that runs. Dropping it ends it, with its sessions.
#[derive(Debug)]
pub struct TailWatch(JoinHandle<()>);

impl Drop for TailWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl TailLine {
    /// Begins to tail these groups. All that is found carries the ticket.
    pub fn watch(&self, ticket: Ticket, groups: Vec<LogGroup>) -> TailWatch {
        let (reports, heard) = mpsc::channel(REPORTS);
        let now = self.clock.now();
        let driver = Driver {
            line: self.clone(),
            ticket,
            pane: Pane::new(groups, Policy::default().at_speed(self.speed), now),
            work: JoinSet::new(),
            sessions: BTreeMap::new(),
            reports,
            dropped: Arc::default(),
            told: TailStanding::default(),
        };
        TailWatch(tokio::spawn(driver.run(heard)))
    }
}

impl std::fmt::Debug for TailLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TailLine").field("speed", &self.speed).finish_non_exhaustive()
    }
}

/// What the tasks of a driver report to it.
enum Report {
    Frame(SessionId, Result<TailFrame, ReadError>),
    Page(SweepId, Result<LogPageAnswer, ReadError>),
}

struct Driver {
    line: TailLine,
    ticket: Ticket,
    pane: Pane,
    work: JoinSet<()>,
    sessions: BTreeMap<SessionId, AbortHandle>,
    reports: mpsc::Sender<Report>,
    dropped: Arc<AtomicU64>,
    told: TailStanding,
}

impl Driver {
    async fn run(mut self, mut heard: mpsc::Receiver<Report>) {
        let clock = Arc::clone(&self.line.clock);
        let mut ticks = tokio::time::interval(STANDING);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let now = clock.now();
            for action in self.pane.next_actions(now) {
                self.perform(action);
            }
            self.tell_news().await;
            let standing = self.standing();
            if standing.flow != self.told.flow {
                self.tell_standing(standing).await;
            }
            let rest = clock.sleep(self.pane.next_wake(now).since(now));
            tokio::select! {
                report = heard.recv() => {
                    let mut next = report;
                    while let Some(report) = next {
                        self.hear(report);
                        next = heard.try_recv().ok();
                    }
                }
                () = rest => {}
                Some(ended) = self.work.join_next() => {
                    if let Err(error) = ended && error.is_panic() {
                        tracing::error!(%error, "a task of the tail died");
                    }
                }
                _ = ticks.tick() => {
                    let standing = self.standing();
                    if standing != self.told {
                        self.tell_standing(standing).await;
                    }
                }
            }
        }
    }

    fn hear(&mut self, report: Report) {
        let now = self.line.clock.now();
        match report {
            Report::Frame(session, said) => self.pane.live(now, session, said),
            Report::Page(sweep, answer) => self.pane.page(now, sweep, answer),
        }
    }

    fn perform(&mut self, action: TailAction) {
        let (source, reports) = (Arc::clone(&self.line.source), self.reports.clone());
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

    async fn tell_news(&mut self) {
        let news = self.pane.drain();
        if !news.is_empty() {
            let msg = Msg::Tailed { ticket: self.ticket, news: Box::new(news) };
            self.line.mailbox.post(msg).await;
        }
    }

    fn standing(&self) -> TailStanding {
        let state = self.pane.state();
        let flow = match state.mode {
            Mode::Opening => Flow::Opening,
            Mode::Live => Flow::Pushed,
            Mode::Reconnecting => Flow::Swept(Printable::new("the live tail is being reopened")),
            Mode::Polling { why } => Flow::Swept(Printable::new(why.to_string())),
        };
        let dropped = self.dropped.load(Ordering::Relaxed);
        let why = state.failed.first().map(|(_, error)| Printable::new(error.to_string()));
        let groups = state.failed.into_iter().map(|(group, _)| group).collect();
        let unread = why.map(|why| Unread { groups, why });
        TailStanding {
            complete_to: state.complete_to,
            flow,
            unread,
            slowed: state.slowed,
            live_minutes: state.meter.live_minutes(),
            dropped,
        }
    }

    async fn tell_standing(&mut self, standing: TailStanding) {
        self.told = standing.clone();
        self.line.mailbox.post(Msg::TailStood { ticket: self.ticket, standing }).await;
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
