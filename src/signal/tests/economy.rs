//! What a tail costs: how many lines are fetched for each that was written, in how many calls, and how late they are told,
//! against a service whose live tail lags by 0.8 s, as the one of `tests/python/tail` does. Nothing may be lost for it.

#![expect(clippy::unwrap_used, reason = "a test's support fails by panicking")]
#![expect(clippy::print_stdout, reason = "a table of figures")]

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::reading::{LogPage, LogPageAnswer, ReadError, ReadFailure, TailFrame};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::tail::{Pane, Policy, SessionId, TailAction};

const STEP: Duration = Duration::from_millis(10);
const ANSWER: Duration = Duration::from_millis(30);
const LIVE_LAG: Duration = Duration::from_millis(800);

/// How lines come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Steady,
    Twins,
    /// Ingested up to two seconds late.
    Jitter,
    /// One in ten is late by up to 20 s.
    Late,
    /// One stream of four comes in packets, 8 s late.
    Flushing,
}

/// How the service treats its client.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: Kind,
    live: bool,
    torn_every: Option<Duration>,
    lasts: Duration,
    lines_a_second: i64,
    /// The most lines of a page, and of a frame of the live tail.
    page: usize,
    frame: usize,
}

const CALM: Case = Case {
    kind: Kind::Steady,
    live: true,
    torn_every: None,
    lasts: Duration::from_secs(45),
    lines_a_second: 20,
    page: 10_000,
    frame: 500,
};

/// What came of it.
#[derive(Debug)]
struct Cost {
    lost: usize,
    twice: usize,
    p50: u128,
    p99: u128,
    calls_a_second: f64,
    fetched_of_sent: f64,
    /// How long ago the watermark was at the most, once it stood.
    behind: Duration,
}

struct Service {
    case: Case,
    rng: Rng,
    now: Timestamp,
    written: Vec<LogEvent>,
    session: Option<(SessionId, Timestamp, usize)>,
    next_frame: Timestamp,
    pages: Vec<(Timestamp, watchdeck_signal::tail::SweepId, LogPage)>,
    fetched: usize,
    calls: usize,
}

impl Service {
    fn write(&mut self, nth: i64) {
        let copies = if self.case.kind == Kind::Twins { 2 } else { 1 };
        let late = match self.case.kind {
            Kind::Jitter => self.rng.i64(0..2_000),
            Kind::Late if self.rng.u32(..10) == 0 => self.rng.i64(200..20_000),
            Kind::Flushing if nth % 4 == 3 => {
                (self.now.as_millis() / 8_000 + 2) * 8_000 - self.now.as_millis()
            }
            Kind::Steady | Kind::Twins | Kind::Late | Kind::Flushing => 0,
        };
        for _ in 0..copies {
            self.written.push(LogEvent {
                group: LogGroupName::parse("/g").unwrap(),
                stream: format!("s{}", nth % 4),
                timestamp: self.now,
                ingested: Timestamp::from_millis(self.now.as_millis() + late),
                message: format!("line {nth}"),
                event_id: Some(format!("id{}", self.written.len())),
            });
        }
    }

    fn act(&mut self, pane: &mut Pane) {
        for action in pane.next_actions(self.now) {
            match action {
                TailAction::OpenLive { session, .. } if self.case.live => {
                    self.session = Some((session, self.now, self.written.len()));
                    self.next_frame = self.now + Duration::from_secs(1);
                    let opened = TailFrame::Opened { session: "x".into() };
                    pane.live(self.now, session, Ok(opened));
                }
                TailAction::OpenLive { session, .. } => {
                    let error =
                        ReadError::new(ReadFailure::Unsupported, "logs:StartLiveTail", "no");
                    pane.live(self.now, session, Err(error));
                }
                TailAction::CloseLive { .. } => {}
                TailAction::Sweep { sweep, page } => {
                    self.calls += 1;
                    self.pages.push((self.now + ANSWER, sweep, page));
                }
            }
        }
    }

    fn answer(&mut self, pane: &mut Pane) {
        let now = self.now;
        for (_, sweep, page) in self.pages.extract_if(.., |(at, ..)| *at <= now).collect::<Vec<_>>()
        {
            let span = page.start..=page.end;
            let from: usize = page.next.map_or(0, |token| token.parse().unwrap());
            let shown = |(_, event): &(usize, &LogEvent)| {
                event.ingested <= now && span.contains(&event.timestamp)
            };
            let mut rest = self.written.iter().enumerate().skip(from).filter(shown);
            let events: Vec<LogEvent> =
                rest.by_ref().take(self.case.page).map(|(_, event)| event.clone()).collect();
            let next = rest.next().map(|(nth, _)| nth.to_string());
            self.fetched += events.len();
            pane.page(now, sweep, Ok(LogPageAnswer { events, next }));
        }
    }

    /// A frame a second: what was ingested in the second before the lag.
    fn frame(&mut self, pane: &mut Pane) {
        let Some((session, since, _)) = self.session else { return };
        if self.now < self.next_frame {
            return;
        }
        if self.case.torn_every.is_some_and(|every| self.now.since(since) > every) {
            self.session = None;
            let torn = ReadError::new(ReadFailure::Unreachable, "logs:StartLiveTail", "torn");
            return pane.live(self.now, session, Err(torn));
        }
        let (end, begin) = (self.now - LIVE_LAG, self.now - LIVE_LAG - Duration::from_secs(1));
        let told = |event: &&LogEvent| {
            event.ingested > begin && event.ingested <= end && event.ingested >= since
        };
        let events = self.written.iter().filter(told).cloned();
        let mut events: Vec<LogEvent> =
            events.map(|event| LogEvent { event_id: None, ..event }).collect();
        let sampled = events.len() > self.case.frame;
        if sampled {
            let every = events.len() / self.case.frame + 1;
            events = events.into_iter().step_by(every).collect();
        }
        self.next_frame = self.now + Duration::from_secs(1);
        pane.live(self.now, session, Ok(TailFrame::Update { events, sampled }));
    }
}

fn cost(case: Case) -> Cost {
    let start = Timestamp::parse("2026-11-22T03:00:00.123Z").unwrap();
    let group =
        LogGroup { name: LogGroupName::parse("/g").unwrap(), arn: String::new(), stored_bytes: 0 };
    let mut service = Service {
        case,
        rng: Rng::with_seed(1),
        now: start,
        written: Vec::new(),
        session: None,
        next_frame: start,
        pages: Vec::new(),
        fetched: 0,
        calls: 0,
    };
    let policy = Policy { since: Duration::from_mins(1), ..Policy::default() };
    let mut pane = Pane::new(vec![group], policy, start);
    let mut told: BTreeMap<(Timestamp, String), (usize, Timestamp)> = BTreeMap::new();
    let (begun, drain) = (start + Duration::from_secs(3), Duration::from_secs(24));
    let mut behind = Duration::ZERO;
    let mut nth = 0;
    while service.now < begun + case.lasts + drain {
        service.now = service.now + STEP;
        let owed = service.now.since(begun).min(case.lasts).as_millis();
        while i128::from(nth) * 1000
            < i128::try_from(owed).unwrap() * i128::from(case.lines_a_second)
        {
            service.write(nth);
            nth += 1;
        }
        service.frame(&mut pane);
        service.answer(&mut pane);
        service.act(&mut pane);
        for line in pane.drain().lines {
            let key = (line.event.timestamp, line.event.message);
            told.entry(key).or_insert((0, service.now)).0 += 1;
        }
        if let Some(to) = pane.complete_to() {
            behind = behind.max(service.now.since(to));
        }
    }
    let mut written: BTreeMap<(Timestamp, String), (usize, Timestamp)> = BTreeMap::new();
    for event in &service.written {
        let key = (event.timestamp, event.message.clone());
        written.entry(key).or_insert((0, event.ingested)).0 += 1;
    }
    let counts = |key| told.get(key).map_or(0, |(count, _)| *count);
    let mut delays: Vec<u128> = written
        .iter()
        .filter_map(|(key, (_, shown))| Some(told.get(key)?.1.since(*shown).as_millis()))
        .collect();
    delays.sort_unstable();
    let at = |part: usize| delays.get(delays.len() * part / 100).copied().unwrap_or_default();
    let sum = |figure: &dyn Fn(usize, usize) -> usize| {
        written.iter().map(|(key, (count, _))| figure(*count, counts(key))).sum()
    };
    #[expect(clippy::cast_precision_loss, reason = "figures of a few thousands")]
    Cost {
        lost: sum(&|written, told| written.saturating_sub(told)),
        twice: sum(&|written, told| told.saturating_sub(written)),
        p50: at(50),
        p99: at(99),
        calls_a_second: service.calls as f64 / (case.lasts + drain).as_secs_f64(),
        fetched_of_sent: service.fetched as f64 / service.written.len() as f64,
        behind,
    }
}

/// Nothing is lost or told twice, and no more is fetched than so many lines for each.
fn check(name: &str, case: Case, most: f64) -> Cost {
    let cost = cost(case);
    println!("{name}: {cost:?}");
    assert_eq!((cost.lost, cost.twice), (0, 0), "{name}: {cost:?}");
    assert!(cost.fetched_of_sent <= most, "{name}: {cost:?}");
    cost
}

#[test]
fn beside_a_live_tail_a_line_is_read_once_and_told_within_a_second() {
    let long = Case { lasts: Duration::from_mins(30), ..CALM };
    for (name, case) in
        [("steady", CALM), ("twins", Case { kind: Kind::Twins, ..CALM }), ("half an hour", long)]
    {
        let cost = check(name, case, 1.5);
        assert!(cost.p50 <= 600 && cost.p99 <= 1_100, "{name}: {cost:?}");
        assert!(cost.calls_a_second <= 1.1, "{name}: {cost:?}");
        assert!(cost.behind <= Duration::from_secs(22), "{name}: {cost:?}");
    }
}

#[test]
fn where_lines_come_late_what_is_disputed_is_read_again() {
    for kind in [Kind::Jitter, Kind::Late, Kind::Flushing] {
        check(&format!("{kind:?}"), Case { kind, ..CALM }, 3.0);
        let long = Case { kind, lasts: Duration::from_mins(30), ..CALM };
        check(&format!("{kind:?} for half an hour"), long, 3.0);
    }
}

#[test]
fn a_live_tail_that_tears_costs_a_sweep_each_time() {
    let cost = check("torn", Case { torn_every: Some(Duration::from_secs(10)), ..CALM }, 3.0);
    assert!(cost.p99 <= 1_100, "{cost:?}");
}

#[test]
fn without_a_live_tail_a_line_is_read_for_the_screen_and_for_the_watermark() {
    let polled = Case { live: false, ..CALM };
    let half_an_hour = Case { lasts: Duration::from_mins(30), ..polled };
    check("polled", polled, 3.6);
    let cost = check("polled for half an hour", half_an_hour, 3.9);
    #[expect(clippy::cast_precision_loss, reason = "figures of a few thousands")]
    let owed = cost.p50 as f64 / 1_000.0 * cost.calls_a_second;
    assert!(owed <= 0.55, "{owed}: sweeps are to take the place of tips: {cost:?}");
    check("polled, jitter", Case { kind: Kind::Jitter, ..polled }, 5.5);
}

/// Ten times as many lines as a live tail tells, of which four pages do not hold two seconds' worth: as 5,000 lines a second in a
/// region that allows five calls, a tenth of each.
#[test]
fn where_calls_are_too_few_for_two_witnesses_lines_are_told_soon_and_vouched_for_later() {
    let flood = Case { lines_a_second: 500, page: 229, frame: 50, ..CALM };
    let cost = check("flood", flood, 2.5);
    assert!(cost.p50 <= 1_500 && cost.p99 <= 4_000, "{cost:?}");
    let cost = check("flood for minutes", Case { lasts: Duration::from_mins(5), ..flood }, 2.5);
    assert!(cost.behind <= Duration::from_secs(90), "{cost:?}");
}
