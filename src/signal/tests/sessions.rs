//! What a tail does about its sources, told step by step.

#![expect(clippy::unwrap_used, reason = "a test's support fails by panicking")]

use std::time::Duration;

use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::reading::{LogPage, LogPageAnswer, ReadError, ReadFailure, TailFrame};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::GapCause;
use watchdeck_signal::tail::{Mode, Pane, Policy, SessionId, SweepId, Tail, TailAction};

/// A pane with a clock, and a driver that answers at once unless told otherwise.
struct Console {
    pane: Pane,
    now: Timestamp,
    opened: Vec<SessionId>,
    closed: Vec<SessionId>,
    pages: Vec<LogPage>,
    failing: Option<ReadFailure>,
    speaking: Option<SessionId>,
    told: Vec<String>,
    /// A group that may not be read.
    unreadable: Option<&'static str>,
    /// The groups of the session asked for last.
    listened: Vec<String>,
}

fn start() -> Timestamp {
    Timestamp::parse("2026-11-22T03:00:00Z").unwrap()
}

fn groups(count: usize) -> Vec<LogGroup> {
    let name = |nth| LogGroupName::parse(format!("/g{nth}")).unwrap();
    (0..count)
        .map(|nth| LogGroup { name: name(nth), arn: String::new(), stored_bytes: 0 })
        .collect()
}

fn line(at: Timestamp, text: &str) -> LogEvent {
    LogEvent {
        group: LogGroupName::parse("/g0").unwrap(),
        stream: "s".into(),
        timestamp: at,
        ingested: at,
        message: text.into(),
        event_id: None,
    }
}

impl Console {
    fn new(count: usize) -> Self {
        Self {
            pane: Pane::new(groups(count), Policy::default(), start()),
            now: start(),
            opened: Vec::new(),
            closed: Vec::new(),
            pages: Vec::new(),
            failing: None,
            speaking: None,
            told: Vec::new(),
            unreadable: None,
            listened: Vec::new(),
        }
    }

    /// Lets seconds pass, with a frame a second of the session that speaks.
    fn pass(&mut self, seconds: u64) -> &mut Self {
        for _ in 0..seconds * 2 {
            self.now = self.now + Duration::from_millis(500);
            for action in self.pane.next_actions(self.now) {
                match action {
                    TailAction::OpenLive { session, groups, .. } => {
                        self.opened.push(session);
                        self.listened = groups.iter().map(|group| group.name.to_string()).collect();
                    }
                    TailAction::CloseLive { session } => self.closed.push(session),
                    TailAction::Sweep { sweep, page } => self.answer(sweep, page),
                }
            }
            if let Some(session) = self.speaking
                && self.now.as_millis() % 1000 == 0
            {
                self.frame(session, Vec::new(), false);
            }
            let news = self.pane.drain();
            self.told.extend(news.lines.into_iter().map(|placed| placed.event.message));
        }
        self
    }

    fn answer(&mut self, sweep: SweepId, page: LogPage) {
        let denied = self.unreadable.is_some_and(|name| page.group.as_str() == name);
        self.pages.push(page);
        let answer = match self.failing.or(denied.then_some(ReadFailure::Denied)) {
            Some(failure) => Err(ReadError::new(failure, "logs:FilterLogEvents", "no")),
            None => Ok(LogPageAnswer { events: Vec::new(), next: None }),
        };
        self.pane.page(self.now, sweep, answer);
    }

    fn frame(&mut self, session: SessionId, events: Vec<LogEvent>, sampled: bool) {
        self.pane.live(self.now, session, Ok(TailFrame::Update { events, sampled }));
    }

    fn open(&mut self, session: SessionId) {
        self.pane.live(self.now, session, Ok(TailFrame::Opened { session: "x".into() }));
        self.speaking = Some(session);
    }

    fn refuse(&mut self, session: SessionId, failure: ReadFailure) {
        let error = ReadError::new(failure, "logs:StartLiveTail", "no");
        self.pane.live(self.now, session, Err(error));
    }

    fn live() -> Self {
        let mut console = Self::new(1);
        console.pass(1);
        let session = console.opened.first().copied().unwrap();
        console.open(session);
        console.pass(20);
        assert_eq!(console.pane.state().mode, Mode::Live);
        console
    }

    fn gap_causes(&self) -> Vec<GapCause> {
        self.pane.tails().flat_map(Tail::gaps).map(|gap| gap.cause).collect()
    }
}

#[test]
fn a_sampled_second_is_a_gap_until_a_sweep_has_covered_it() {
    let mut console = Console::live();
    let session = console.speaking.unwrap();
    console.frame(session, vec![line(console.now, "a")], true);
    assert_eq!(console.gap_causes(), [GapCause::Sampled]);
    let sampled_at = console.now;
    assert!(console.pane.complete_to().unwrap() < sampled_at);
    console.pass(3);
    assert_eq!(console.gap_causes(), [GapCause::Sampled], "a page may not show it yet");
    console.pass(6);
    assert!(console.gap_causes().is_empty());
    assert!(console.pane.complete_to().unwrap() >= sampled_at);
    assert_eq!(console.told, ["a"]);
}

#[test]
fn a_silent_session_is_replaced_and_the_silence_is_a_gap() {
    let mut console = Console::live();
    let silent = console.speaking.take().unwrap();
    console.pass(4);
    assert_eq!(console.pane.state().mode, Mode::Live);
    console.pass(2);
    assert_eq!(console.closed, [silent]);
    assert_eq!(console.pane.state().mode, Mode::Reconnecting);
    assert_eq!(console.gap_causes(), [GapCause::Disconnected]);
    let next = console.opened.last().copied().unwrap();
    assert_ne!(next, silent);
    console.open(next);
    console.pass(9);
    assert_eq!(console.pane.state().mode, Mode::Live);
    assert!(console.gap_causes().is_empty());
}

#[test]
fn a_session_is_replaced_before_it_expires_without_a_gap() {
    let mut console = Console::live();
    let old = console.speaking.unwrap();
    console.pass(60 * 175 - 18);
    let next = console.opened.last().copied().unwrap();
    assert_eq!(console.opened.len(), 2, "one successor is asked for");
    assert!(console.closed.is_empty(), "the old one stays until the new one speaks");
    console.open(next);
    console.frame(old, vec![line(console.now, "x")], false);
    console.frame(next, vec![line(console.now, "x")], false);
    console.pass(5);
    assert_eq!(console.closed, [old]);
    assert_eq!(console.told, ["x"], "both told of one line");
    assert!(console.gap_causes().is_empty());
    let minutes = console.pane.meter().live_minutes();
    assert!((175..=177).contains(&minutes), "{minutes}");
}

#[test]
fn without_a_live_tail_sweeps_alone_bring_the_lines() {
    for failure in [ReadFailure::Unsupported, ReadFailure::Denied, ReadFailure::Refused] {
        let mut console = Console::new(1);
        console.pass(1);
        let session = console.opened.first().copied().unwrap();
        console.refuse(session, failure);
        console.pages.clear();
        console.pass(20);
        let Mode::Polling { why } = console.pane.state().mode else { panic!("{failure}") };
        assert_eq!(why.failure, failure);
        assert!((19..=21).contains(&console.pages.len()), "{}", console.pages.len());
        assert!(console.gap_causes().is_empty());
        assert!(console.now.since(console.pane.complete_to().unwrap()) <= Duration::from_secs(16));
        console.pass(400);
        let again = failure != ReadFailure::Unsupported;
        assert_eq!(console.opened.len() > 1, again, "what may be allowed later is tried again");
    }
}

#[test]
fn throttled_sweeps_back_off_and_show_a_gap_when_nothing_else_speaks() {
    let mut console = Console::new(1);
    console.pass(1);
    let session = console.opened.first().copied().unwrap();
    console.refuse(session, ReadFailure::Unsupported);
    console.pass(10);
    let known = console.pane.complete_to().unwrap();
    console.pages.clear();
    console.failing = Some(ReadFailure::Throttled);
    console.pass(120);
    assert!(console.pages.len() < 12, "{} calls in two minutes", console.pages.len());
    assert_eq!(console.gap_causes(), [GapCause::Throttled]);
    assert!(console.pane.complete_to().unwrap().since(known) < Duration::from_secs(5));
    assert!(console.pane.state().failed.len() == 1);
    console.failing = None;
    console.pass(60);
    assert!(console.gap_causes().is_empty());
    assert!(console.pane.state().failed.is_empty());
}

#[test]
fn beside_a_live_tail_sweeps_are_rare_and_throttling_is_no_gap() {
    let mut console = Console::live();
    console.pages.clear();
    console.pass(60);
    assert!((3..=5).contains(&console.pages.len()), "{}", console.pages.len());
    console.failing = Some(ReadFailure::Throttled);
    console.pass(40);
    assert!(console.gap_causes().is_empty());
    assert!(console.now.since(console.pane.complete_to().unwrap()) > Duration::from_secs(30));
}

/// How many calls half a minute takes while a frame a second brings a line that was under way for so long.
fn calls_beside(live_lag: Duration, failing: Option<ReadFailure>) -> usize {
    let mut console = Console::live();
    let session = console.speaking.take().unwrap();
    let second = |console: &mut Console, nth: u32| {
        let text = format!("line {nth}");
        let lines = (0..20).map(|_| line(console.now - live_lag, &text)).collect();
        console.frame(session, lines, false);
        console.pass(1);
    };
    for nth in 0..30 {
        second(&mut console, nth);
    }
    console.failing = failing;
    for nth in 30..60 {
        second(&mut console, nth);
    }
    console.pages.clear();
    for nth in 60..90 {
        second(&mut console, nth);
    }
    console.pages.len()
}

#[test]
fn a_slow_live_tail_is_the_bell_for_pages_of_the_newest_lines() {
    let quick = calls_beside(Duration::from_millis(300), None);
    assert!(quick <= 3, "{quick} calls beside a live tail that is quicker than pages");
    let slow = calls_beside(Duration::from_millis(1_500), None);
    assert!((25..=31).contains(&slow), "{slow} calls, about one a second");
    let throttled = calls_beside(Duration::from_millis(1_500), Some(ReadFailure::Throttled));
    assert!(throttled <= 6, "{throttled} calls of an account that throttles");
}

#[test]
fn where_calls_are_few_the_newest_lines_do_not_keep_the_watermark_from_its_turn() {
    let mut console = Console::new(23);
    console.pass(1);
    for session in console.opened.clone() {
        console.refuse(session, ReadFailure::Unsupported);
    }
    console.pass(120);
    let known = console.pane.complete_to().unwrap();
    assert!(console.now.since(known) < Duration::from_secs(40), "{known} at {}", console.now);
}

#[test]
fn a_group_that_cannot_be_read_does_not_take_the_live_tail_from_the_others() {
    let mut console = Console::new(3);
    console.unreadable = Some("/g1");
    console.pass(1);
    let session = console.opened.first().copied().unwrap();
    console.refuse(session, ReadFailure::Denied);
    console.pass(4);
    let next = console.opened.last().copied().unwrap();
    assert_ne!(next, session, "without the group that is denied");
    assert_eq!(console.listened, ["/g0", "/g2"]);
    console.open(next);
    console.pass(20);
    assert_eq!(console.pane.state().mode, Mode::Live);
    assert_eq!(console.gap_causes(), [GapCause::Denied]);
    assert_eq!(console.pane.state().failed.len(), 1);
    console.unreadable = None;
    for _ in 0..40 {
        if console.listened.len() < 3 {
            console.pass(1);
        }
    }
    assert_eq!(console.listened, ["/g0", "/g1", "/g2"], "it may be read again");
    console.open(console.opened.last().copied().unwrap());
    console.pass(20);
    assert!(console.gap_causes().is_empty());
    assert_eq!(console.opened.len(), 3);
}

#[test]
fn many_groups_share_sessions_and_the_quota() {
    let mut console = Console::new(23);
    console.pass(1);
    assert_eq!(console.opened.len(), 3, "ten groups a session");
    console.pages.clear();
    console.pass(20);
    assert!(console.pages.len() <= 42, "{} calls in twenty seconds", console.pages.len());
    let mut asked: Vec<_> = console.pages.iter().map(|page| page.group.clone()).collect();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 23, "every group gets its turn");
}

#[test]
fn a_closed_pane_closes_its_sessions() {
    let mut console = Console::live();
    let session = console.speaking.take().unwrap();
    assert_eq!(console.pane.close(console.now), [TailAction::CloseLive { session }]);
    console.pass(20);
    assert_eq!(console.opened.len(), 1);
}

#[test]
fn a_line_into_the_past_that_was_complete_is_marked_late() {
    let mut console = Console::live();
    let session = console.speaking.unwrap();
    let past = console.pane.complete_to().unwrap() - Duration::from_secs(1);
    console.frame(session, vec![line(past, "late"), line(console.now, "in time")], false);
    let marks: Vec<_> = console
        .pane
        .drain()
        .lines
        .into_iter()
        .map(|placed| (placed.event.message, placed.late))
        .collect();
    assert_eq!(marks, [("late".to_owned(), true), ("in time".to_owned(), false)]);
}

#[test]
fn a_span_of_the_past_opens_no_live_tail() {
    let policy = Policy { live: false, ..Policy::default() };
    let mut pane = Pane::new(groups(2), policy, start());
    let actions = pane.next_actions(start());
    assert_eq!(actions.len(), 2);
    assert!(actions.iter().all(|action| matches!(action, TailAction::Sweep { .. })), "{actions:?}");
    assert!(pane.close(start()).is_empty());
}
