//! The tail against adversarial histories: nothing lost, nothing told twice, or a gap that says so.
//!
//! A seeded server knows the truth. Its live tail samples, drops lines without a word, stalls, breaks, reorders frames
//! and refuses to open; its pages come late, short, empty, throttled, timed out, and with tokens it then forgets.
//! Set `SEED` to run one history.

#![expect(clippy::unwrap_used, reason = "a test's support fails by panicking")]

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use fastrand::Rng;
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::reading::{LogPage, LogPageAnswer, ReadError, ReadFailure, TailFrame};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::store::{Filter, Row, Store, View};
use watchdeck_signal::tail::{Mode, Pane, Policy, SessionId, SweepId, Tail, TailAction};

const STEP: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);

type Content = (LogGroupName, String, Timestamp, Timestamp, String);

fn content(event: &LogEvent) -> Content {
    let (group, stream) = (event.group.clone(), event.stream.clone());
    (group, stream, event.timestamp, event.ingested, event.message.clone())
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    *from.get(rng.usize(..from.len())).unwrap()
}

/// How a server ill-treats its clients.
#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    /// Lines in a frame before it is sampled.
    cap: usize,
    /// Of 1000 lines, those a frame leaves out without a word.
    silent: u32,
    /// Of 1000 frames, those after which the session stalls, breaks or ends.
    breaks: u32,
    /// Of 100 pages, those that fail.
    pages: u32,
    /// Of 100 attempts to open a live tail, those that fail.
    opens: u32,
    /// No live tail at all.
    unsupported: bool,
    /// No page at all, for now.
    throttled: bool,
}

struct Session {
    groups: Vec<LogGroupName>,
    told_to: usize,
    next_frame: Timestamp,
    ends: Timestamp,
    silent: bool,
}

enum Report {
    Live(SessionId, Result<TailFrame, ReadError>),
    Page(SweepId, Result<LogPageAnswer, ReadError>),
}

/// The account and the way to it.
struct Server {
    rng: Rng,
    now: Timestamp,
    faults: Faults,
    /// Everything that was ever written, in order of ingestion, and since when pages show it.
    truth: Vec<(LogEvent, Timestamp)>,
    /// How often each content was written.
    written: HashMap<Content, usize>,
    sessions: BTreeMap<SessionId, Session>,
    asked: Vec<(Timestamp, SweepId, LogPage)>,
    under_way: Vec<(Timestamp, Report)>,
}

impl Server {
    fn write(&mut self, groups: &[LogGroup]) {
        for group in groups {
            let burst = if self.rng.u32(..100) < 3 { 30 } else { 3 };
            for _ in 0..self.rng.usize(..burst) {
                let under_way = match self.rng.u32(..100) {
                    0..=1 => self.rng.i64(30_000..120_000),
                    2..=9 => self.rng.i64(2_000..12_000),
                    _ => self.rng.i64(0..2_000),
                };
                // coarse times and few words: equal lines are common
                let timestamp =
                    Timestamp::from_millis((self.now.as_millis() - under_way) / 50 * 50);
                let event = LogEvent {
                    group: group.name.clone(),
                    stream: "s".into(),
                    timestamp,
                    ingested: self.now,
                    message: pick(&mut self.rng, &["a", "b"]).into(),
                    event_id: Some(format!("id{}", self.truth.len())),
                };
                let visible = self.now + Duration::from_millis(self.rng.u64(0..4_000));
                *self.written.entry(content(&event)).or_default() += 1;
                self.truth.push((event, visible));
            }
        }
    }

    fn perform(&mut self, action: TailAction) {
        let soon = self.now + Duration::from_millis(self.rng.u64(20..1_500));
        match action {
            TailAction::OpenLive { session, groups, .. } => {
                assert!(groups.len() <= 10);
                if self.faults.unsupported {
                    let error =
                        ReadError::new(ReadFailure::Unsupported, "logs:StartLiveTail", "no");
                    self.under_way.push((soon, Report::Live(session, Err(error))));
                } else if self.rng.u32(..100) < self.faults.opens {
                    let failure =
                        pick(&mut self.rng, &[ReadFailure::Throttled, ReadFailure::Unreachable]);
                    let error = ReadError::new(failure, "logs:StartLiveTail", "not now");
                    self.under_way.push((soon, Report::Live(session, Err(error))));
                } else {
                    let open = Session {
                        groups: groups.into_iter().map(|group| group.name).collect(),
                        told_to: self.truth.len(),
                        next_frame: soon + SECOND,
                        ends: soon + Duration::from_secs(70),
                        silent: false,
                    };
                    self.sessions.insert(session, open);
                    let frame = TailFrame::Opened { session: "x".into() };
                    self.under_way.push((soon, Report::Live(session, Ok(frame))));
                }
            }
            TailAction::CloseLive { session } => {
                self.sessions.remove(&session);
            }
            TailAction::Sweep { sweep, page } => self.asked.push((soon, sweep, page)),
        }
    }

    /// Lets time pass: frames are made, pages are answered.
    fn advance(&mut self) -> Vec<Report> {
        self.now = self.now + STEP;
        let sessions: Vec<SessionId> = self.sessions.keys().copied().collect();
        for session in sessions {
            self.frame(session);
        }
        let due = self.asked.extract_if(.., |(at, ..)| *at <= self.now).collect::<Vec<_>>();
        for (_, sweep, page) in due {
            let answer = self.answer(&page);
            let arrives = self.now + Duration::from_millis(self.rng.u64(0..500));
            self.under_way.push((arrives, Report::Page(sweep, answer)));
        }
        let now = self.now;
        let mut reports: Vec<Report> =
            self.under_way.extract_if(.., |(at, _)| *at <= now).map(|(_, report)| report).collect();
        self.rng.shuffle(&mut reports);
        reports
    }

    fn frame(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.silent || self.now < session.next_frame {
            return;
        }
        session.next_frame = self.now + SECOND;
        let mut events: Vec<LogEvent> = self
            .truth
            .get(session.told_to..)
            .unwrap()
            .iter()
            .filter(|(event, _)| session.groups.contains(&event.group))
            .map(|(event, _)| LogEvent { event_id: None, ..event.clone() })
            .collect();
        session.told_to = self.truth.len();
        let (rng, faults) = (&mut self.rng, self.faults);
        events.retain(|_| rng.u32(..1000) >= faults.silent);
        rng.shuffle(&mut events);
        let sampled = events.len() > faults.cap;
        events.truncate(faults.cap);
        let arrives = self.now + Duration::from_millis(rng.u64(0..1_200));
        self.under_way.push((arrives, Report::Live(id, Ok(TailFrame::Update { events, sampled }))));
        let over = self.now >= session.ends;
        if !over && rng.u32(..1000) >= faults.breaks {
            return;
        }
        match rng.u32(..3) {
            0 if !over => session.silent = true,
            1 if !over => {
                let error = ReadError::new(ReadFailure::Unreachable, "logs:StartLiveTail", "torn");
                self.under_way.push((arrives, Report::Live(id, Err(error))));
                self.sessions.remove(&id);
            }
            _ => {
                let frame = TailFrame::Ended { why: "session timeout".into() };
                self.under_way.push((arrives, Report::Live(id, Ok(frame))));
                self.sessions.remove(&id);
            }
        }
    }

    fn answer(&mut self, page: &LogPage) -> Result<LogPageAnswer, ReadError> {
        if self.faults.throttled || self.rng.u32(..100) < self.faults.pages {
            let failure = match self.rng.u32(..3) {
                0 if page.next.is_some() && !self.faults.throttled => ReadFailure::Refused,
                1 if !self.faults.throttled => ReadFailure::TimedOut,
                _ => ReadFailure::Throttled,
            };
            return Err(ReadError::new(failure, "logs:FilterLogEvents", "a fault"));
        }
        let order = |event: &LogEvent| {
            (event.timestamp, event.ingested, event.event_id.clone().unwrap_or_default())
        };
        // a token says behind which event the page before ended
        let behind = page.next.as_deref().map(|token| {
            let mut parts = token.splitn(4, '/').skip(1);
            let mut number = || Timestamp::from_millis(parts.next().unwrap().parse().unwrap());
            (number(), number(), parts.next().unwrap().to_owned())
        });
        let now = self.now;
        let mut events: Vec<LogEvent> = self
            .truth
            .iter()
            .filter(|(event, visible)| {
                *visible <= now
                    && event.group == page.group
                    && (page.start..=page.end).contains(&event.timestamp)
                    && behind.as_ref().is_none_or(|behind| order(event) > *behind)
            })
            .map(|(event, _)| event.clone())
            .collect();
        events.sort_by_key(order);
        let size = if self.rng.u32(..10) == 0 { 0 } else { self.rng.usize(1..400) };
        let more = events.len() > size;
        events.truncate(size);
        let salt = self.rng.u32(..);
        let token = |(at, ingested, id): (Timestamp, Timestamp, String)| {
            format!("{salt}/{}/{}/{id}", at.as_millis(), ingested.as_millis())
        };
        // an empty page moves on too: to the same place under another token
        let place = events.last().map(order).or(behind).unwrap_or_default();
        let next = more.then(|| token(place));
        Ok(LogPageAnswer { events, next })
    }
}

/// What was told, and the checks.
struct Reader {
    seed: u64,
    origin: Timestamp,
    told: HashMap<Content, usize>,
    store: Store,
}

impl Reader {
    fn hear(&mut self, pane: &mut Pane, written: &HashMap<Content, usize>) {
        let news = pane.drain();
        for line in &news.lines {
            let key = content(&line.event);
            let told = self.told.entry(key.clone()).or_default();
            *told += 1;
            if *told > 1 {
                let written = written.get(&key).copied().unwrap_or(0);
                assert!(
                    *told <= written,
                    "seed {}: told {told} times of {written}: {key:?}",
                    self.seed
                );
            }
            if line.event.ingested.since(line.event.timestamp) >= Duration::from_secs(30) {
                assert!(line.late, "seed {}: not marked late: {key:?}", self.seed);
            }
        }
        self.store.apply(news);
    }

    /// Everything that was written and ingested in a span, and under way for less than `delay`, was told.
    fn complete(&self, truth: &[(LogEvent, Timestamp)], to: Timestamp, delay: Duration) {
        let mut written: HashMap<Content, usize> = HashMap::new();
        for (event, _) in truth {
            let known =
                event.timestamp <= to && event.ingested <= to && event.timestamp >= self.origin;
            if known && event.ingested.since(event.timestamp) < delay {
                *written.entry(content(event)).or_default() += 1;
            }
        }
        for (key, count) in written {
            let told = self.told.get(&key).copied().unwrap_or(0);
            assert!(
                told >= count,
                "seed {}: complete to {to}, but told {told} of {count}: {key:?}",
                self.seed
            );
        }
    }
}

fn play(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let now = Timestamp::parse("2026-11-22T03:00:00Z").unwrap();
    let groups: Vec<LogGroup> = (0..rng.usize(1..4))
        .map(|nth| LogGroup {
            name: LogGroupName::parse(format!("/g{nth}")).unwrap(),
            arn: String::new(),
            stored_bytes: 0,
        })
        .collect();
    let policy = Policy {
        since: Duration::from_mins(2),
        deep: Duration::from_mins(8),
        // longer than lines of long ago are remembered anyway
        deep_every: Duration::from_secs(150),
        session_limit: Duration::from_mins(1),
        calls_per_second: 5,
        ..Policy::default()
    };
    let faults = Faults {
        cap: pick(&mut rng, &[5, 20, 500]),
        silent: pick(&mut rng, &[0, 50]),
        breaks: pick(&mut rng, &[0, 20, 100]),
        pages: pick(&mut rng, &[0, 10, 40]),
        opens: pick(&mut rng, &[0, 30]),
        unsupported: rng.u32(..6) == 0,
        throttled: false,
    };
    let mut server = Server {
        rng,
        now,
        faults,
        truth: Vec::new(),
        written: HashMap::new(),
        sessions: BTreeMap::new(),
        asked: Vec::new(),
        under_way: Vec::new(),
    };
    for _ in 0..600 {
        server.now = server.now + STEP;
        server.write(&groups);
    }
    let origin = server.now - policy.since;
    let mut pane = Pane::new(groups.clone(), policy.clone(), server.now);
    let mut reader = Reader { seed, origin, told: HashMap::new(), store: Store::default() };
    let mut wake = server.now;
    let (busy, all) = (1_000, 2_800);
    for step in 0..all {
        if step < busy {
            server.write(&groups);
            server.faults.throttled = (400..550).contains(&step) && seed.is_multiple_of(2);
        } else if step == busy {
            let cap = usize::MAX;
            server.faults = Faults { cap, unsupported: faults.unsupported, ..Faults::default() };
        }
        let actions = pane.next_actions(server.now);
        assert!(actions.is_empty() || wake <= server.now, "seed {seed}: slept through {actions:?}");
        for action in actions {
            server.perform(action);
        }
        for report in server.advance() {
            match report {
                Report::Live(session, said) => pane.live(server.now, session, said),
                Report::Page(sweep, answer) => pane.page(server.now, sweep, answer),
            }
        }
        reader.hear(&mut pane, &server.written);
        if let Some(to) = pane.complete_to()
            && step % 50 == 0
        {
            reader.complete(&server.truth, to, Duration::from_secs(25));
            let unknown = pane.tails().flat_map(Tail::gaps).map(|gap| gap.from).min();
            assert!(unknown.is_none_or(|from| from >= to), "seed {seed}");
        }
        wake = pane.next_wake(server.now);
    }
    let state = pane.state();
    assert_eq!(state.open_gaps, 0, "seed {seed}: {:?}", reader.store.gaps());
    assert!(reader.store.gaps().is_empty(), "seed {seed}: {:?}", reader.store.gaps());
    assert_eq!(matches!(state.mode, Mode::Polling { .. }), faults.unsupported, "seed {seed}");
    assert!(matches!(state.mode, Mode::Polling { .. } | Mode::Live), "seed {seed}: {state:?}");
    let to = state.complete_to.unwrap();
    assert!(server.now.since(to) < Duration::from_secs(90), "seed {seed}: {to} at {}", server.now);
    reader.complete(&server.truth, to, Duration::from_mins(8));
    check_order(seed, &reader.store);
    assert!(state.meter.calls > 0 && (faults.unsupported || state.meter.live_minutes() >= 1));
}

fn check_order(seed: u64, store: &Store) {
    let view = View::new(Filter::default());
    let rows = view.rows(store);
    let ids: Vec<_> = rows.window(0..rows.len()).iter().map(Row::id).collect();
    assert!(ids.is_sorted(), "seed {seed}");
    assert_eq!(ids.len(), store.len(), "seed {seed}");
}

#[test]
fn every_line_is_told_once_or_a_gap_says_so() {
    let one = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seeds = one.map_or(0..12, |seed: u64| seed..seed + 1);
    println!("seeds {seeds:?}");
    for seed in seeds {
        play(seed);
    }
}
