//! Two places in one pane: equal names are two sources, each place keeps to its own quota, and one that throttles, fails or
//! has no live tail changes nothing for the other: not a call, not an instant.
//!
//! Set `SEED` to run one history.

#![expect(clippy::unwrap_used, reason = "a test's support fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::reading::{LogPage, LogPageAnswer, ReadError, ReadFailure, TailFrame};
use watchdeck_domain::{AccountId, LogGroupName, Region, Scope, Timestamp};
use watchdeck_signal::tail::{
    Mode, Pane, Policy, SessionId, SweepId, TailAction, calls_per_second,
};

const STEP: Duration = Duration::from_millis(50);
const SECOND: Duration = Duration::from_secs(1);

/// How the other place ill-treats its clients.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// Every page is throttled.
    Throttles,
    /// Every page fails.
    Fails,
    /// No page is ever answered.
    Hangs,
    /// All is well.
    Serves,
}

/// What is asked of one place, and when.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    pages: Vec<(Timestamp, LogPage)>,
    sessions: Vec<(Timestamp, usize)>,
}

enum Report {
    Live(SessionId, Result<TailFrame, ReadError>),
    Page(SweepId, Result<LogPageAnswer, ReadError>),
}

/// One place: its lines are drawn from a seed of its own, so that they are the same whoever else is there.
struct Place {
    rng: Rng,
    fate: Fate,
    groups: Vec<LogGroup>,
    truth: Vec<LogEvent>,
    sessions: BTreeMap<SessionId, (Timestamp, usize)>,
    under_way: Vec<(Timestamp, Report)>,
    asked: Asked,
}

impl Place {
    fn new(seed: u64, scope: Option<Scope>, fate: Fate) -> Self {
        let scope = scope.map(Arc::new);
        let group = |nth: usize| LogGroup {
            name: LogGroupName::parse(format!("/g{nth}")).unwrap().at(scope.as_ref()),
            arn: String::new(),
            stored_bytes: 0,
        };
        let mut rng = Rng::with_seed(seed);
        let groups = (0..rng.usize(1..13)).map(group).collect();
        let (truth, sessions, under_way) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { rng, fate, groups, truth, sessions, under_way, asked: Asked::default() }
    }

    fn owns(&self, group: &LogGroupName) -> bool {
        self.groups.iter().any(|own| own.name == *group)
    }

    fn write(&mut self, now: Timestamp) {
        for group in &self.groups {
            if self.rng.u32(..10) == 0 {
                let event = LogEvent {
                    group: group.name.clone(),
                    stream: "s".into(),
                    timestamp: now - Duration::from_millis(self.rng.u64(0..3_000)),
                    ingested: now,
                    message: if self.rng.bool() { "a" } else { "b" }.into(),
                    event_id: Some(format!("id{}", self.truth.len())),
                };
                self.truth.push(event);
            }
        }
    }

    fn page(&mut self, now: Timestamp, sweep: SweepId, page: LogPage) {
        let failed = |failure| Err(ReadError::new(failure, "logs:FilterLogEvents", "a fault"));
        let answer = match self.fate {
            Fate::Hangs => None,
            Fate::Throttles => Some(failed(ReadFailure::Throttled)),
            Fate::Fails => Some(failed(ReadFailure::Denied)),
            Fate::Serves => {
                let in_page = |event: &&LogEvent| {
                    event.group == page.group && (page.start..=page.end).contains(&event.timestamp)
                };
                let events = self.truth.iter().filter(in_page).cloned().collect();
                Some(Ok(LogPageAnswer { events, next: None }))
            }
        };
        self.asked.pages.push((now, page));
        let at = now + Duration::from_millis(self.rng.u64(20..400));
        self.under_way.extend(answer.map(|answer| (at, Report::Page(sweep, answer))));
    }

    fn open(&mut self, now: Timestamp, session: SessionId, groups: &[LogGroup]) {
        self.asked.sessions.push((now, groups.len()));
        let said = match self.fate {
            Fate::Hangs => return,
            Fate::Throttles | Fate::Fails => {
                // as where the account has its fifteen sessions already
                Err(ReadError::new(ReadFailure::Refused, "logs:StartLiveTail", "too many"))
            }
            Fate::Serves => {
                self.sessions.insert(session, (now + SECOND, self.truth.len()));
                Ok(TailFrame::Opened { session: "x".into() })
            }
        };
        self.under_way.push((now + Duration::from_millis(200), Report::Live(session, said)));
    }

    /// What has arrived by now.
    fn reports(
        &mut self,
        now: Timestamp,
        lives: &BTreeMap<SessionId, Vec<LogGroupName>>,
    ) -> Vec<Report> {
        for (session, (next, told)) in &mut self.sessions {
            if now < *next {
                continue;
            }
            *next = now + SECOND;
            let heard = lives.get(session).map(Vec::as_slice).unwrap_or_default();
            let fresh = self.truth.get(*told..).unwrap().iter();
            let events = fresh.filter(|event| heard.contains(&event.group)).cloned();
            let events = events.map(|event| LogEvent { event_id: None, ..event }).collect();
            *told = self.truth.len();
            let frame = TailFrame::Update { events, sampled: false };
            self.under_way.push((now, Report::Live(*session, Ok(frame))));
        }
        self.under_way.extract_if(.., |(at, _)| *at <= now).map(|(_, report)| report).collect()
    }
}

/// What came of a minute and a half.
struct Came {
    pane: Pane,
    now: Timestamp,
    places: Vec<Place>,
    told: BTreeMap<(LogGroupName, Timestamp, Timestamp, String), usize>,
}

fn play(seed: u64, mut places: Vec<Place>) -> Came {
    let mut now = Timestamp::parse("2026-11-22T03:00:00Z").unwrap();
    let groups = places.iter().flat_map(|place| place.groups.clone()).collect();
    let policy = Policy {
        since: Duration::from_mins(1),
        live: seed.is_multiple_of(2),
        calls_per_second: 2,
        ..Policy::default()
    };
    let mut pane = Pane::new(groups, policy, now);
    let (mut told, mut lives) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..1_800 {
        now = now + STEP;
        for place in &mut places {
            place.write(now);
        }
        for action in pane.next_actions(now) {
            match action {
                TailAction::Sweep { sweep, page } => {
                    let of = places.iter_mut().find(|place| place.owns(&page.group));
                    of.unwrap().page(now, sweep, page);
                }
                TailAction::OpenLive { session, groups, .. } => {
                    let names: Vec<_> = groups.iter().map(|group| group.name.clone()).collect();
                    let of = places.iter_mut().find(|place| place.owns(names.first().unwrap()));
                    let of = of.unwrap();
                    assert!(names.iter().all(|name| of.owns(name)), "a session is of one place");
                    lives.insert(session, names);
                    of.open(now, session, &groups);
                }
                TailAction::CloseLive { .. } => {}
            }
        }
        for place in &mut places {
            for report in place.reports(now, &lives) {
                match report {
                    Report::Live(session, said) => pane.live(now, session, said),
                    Report::Page(sweep, answer) => pane.page(now, sweep, answer),
                }
            }
        }
        for line in pane.drain().lines {
            let LogEvent { group, timestamp, ingested, message, .. } = line.event;
            *told.entry((group, timestamp, ingested, message)).or_default() += 1;
        }
    }
    Came { pane, now, places, told }
}

impl Came {
    /// Everything of a place that is old enough was told, and as often as it was written.
    fn whole(&self, place: &Place, seed: u64) {
        let mut written = BTreeMap::new();
        for event in &place.truth {
            let LogEvent { group, timestamp, ingested, message, .. } = event.clone();
            *written.entry((group, timestamp, ingested, message)).or_default() += 1_usize;
        }
        for (line, count) in written {
            let told = self.told.get(&line).copied().unwrap_or(0);
            assert!(told <= count, "seed {seed}: {line:?} told {told} times of {count}");
            let old = self.now.since(line.2) > Duration::from_secs(40);
            assert!(!old || told == count, "seed {seed}: {line:?} told {told} times of {count}");
        }
    }
}

fn east() -> Scope {
    Scope {
        account: AccountId::parse("123456784021").unwrap(),
        region: Region::parse("us-east-1").unwrap(),
    }
}

/// The most calls in any second.
fn most(asked: &Asked) -> usize {
    let times: Vec<Timestamp> = asked.pages.iter().map(|(at, _)| *at).collect();
    let within =
        |from: Timestamp| times.iter().filter(|at| **at >= from && at.since(from) < SECOND).count();
    times.iter().map(|at| within(*at)).max().unwrap_or(0)
}

#[test]
fn a_place_that_throttles_fails_or_hangs_changes_nothing_for_the_other() {
    let one = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seeds = one.map_or(0..8, |seed: u64| seed..seed + 1);
    println!("seeds {seeds:?}");
    for seed in seeds {
        let here = || Place::new(seed, None, Fate::Serves);
        let alone = play(seed, vec![here()]);
        let alone = alone.places.first().unwrap();
        for fate in [Fate::Throttles, Fate::Fails, Fate::Hangs, Fate::Serves] {
            let there = Place::new(seed + 100, Some(east()), fate);
            let both = play(seed, vec![here(), there]);
            let (first, second) = (both.places.first().unwrap(), both.places.last().unwrap());
            assert_eq!(first.asked, alone.asked, "seed {seed}, the other {fate:?}");
            both.whole(first, seed);
            both.whole_if_served(second, fate, seed);
            assert!(most(&first.asked) <= 2, "seed {seed}");
            let quota = usize::try_from(calls_per_second(&east().region)).unwrap();
            assert!(most(&second.asked) <= quota, "seed {seed}");
            both.stands(fate, seed);
        }
    }
}

impl Came {
    fn whole_if_served(&self, place: &Place, fate: Fate, seed: u64) {
        match fate {
            Fate::Serves => self.whole(place, seed),
            Fate::Throttles | Fate::Fails | Fate::Hangs => {
                assert!(!self.told.keys().any(|(group, ..)| place.owns(group)), "seed {seed}");
            }
        }
    }

    /// The state names the place that fares badly, and its watermark is the one of all.
    fn stands(&self, fate: Fate, seed: u64) {
        let state = self.pane.state();
        let here = state.places.iter().find(|place| place.place.is_none()).unwrap();
        let there = state.places.iter().find(|place| place.place.is_some()).unwrap();
        let least = here.complete_to.zip(there.complete_to).map(|(here, there)| here.min(there));
        assert_eq!(state.complete_to, least, "seed {seed}");
        assert!(here.complete_to.is_some() && here.failed == 0 && !here.slowed, "seed {seed}");
        match fate {
            Fate::Throttles => {
                assert!(there.slowed && state.slowed && there.failed > 0, "seed {seed}: {there:?}");
            }
            Fate::Fails => assert!(there.failed > 0 && !there.slowed, "seed {seed}: {there:?}"),
            Fate::Hangs => assert_eq!(there.complete_to, None, "seed {seed}"),
            Fate::Serves => assert!(there.complete_to.is_some(), "seed {seed}"),
        }
        let live = seed.is_multiple_of(2);
        if live && matches!(fate, Fate::Throttles | Fate::Fails) {
            assert!(matches!(there.mode, Mode::Polling { .. }), "seed {seed}: {there:?}");
            assert_eq!(here.mode, Mode::Live, "seed {seed}");
        }
    }
}
