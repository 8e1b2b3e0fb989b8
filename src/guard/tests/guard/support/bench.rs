//! A desk on the bench: requests in, events out, time jumping, and a process that can be killed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use watchdeck_domain::{Clock as _, Environment, RunId, Timestamp};
use watchdeck_guard::desk::Unfinished;
use watchdeck_guard::journal::{Fate, Record, Row, Signer};
use watchdeck_guard::run::Pause;
use watchdeck_guard::{
    Ceremony, Desk, Draft, Ended, Event, Journal, Judge, Maker, Operator, Outcome, Parts, PlanId,
    Question, Realm, Refusal, Request, Sim,
};

use super::account::Account;
use super::clock::{Driver, Jumping};
use super::hands::Hands;
use super::memory::{Death, Memory};
use super::{Tiny, rollback};

/// Longer than any story but that of a desk left alone.
pub(crate) const ARMED_FOR: Duration = Duration::from_hours(8);

/// Everything that outlives a process.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) clock: Jumping,
    pub(crate) account: Account,
    pub(crate) disk: Memory,
    pub(crate) ceremony: Arc<Ceremony>,
    pub(crate) judge: Arc<dyn Judge>,
    pub(crate) maker: Arc<dyn Maker>,
    /// For how long a session goes on with what was asked of it.
    pub(crate) patience: Duration,
}

/// One process.
pub(crate) struct Session {
    bench: Bench,
    desk: Option<Pin<Box<dyn Future<Output = ()>>>>,
    driver: Driver,
    requests: mpsc::UnboundedSender<Request>,
    inbox: mpsc::UnboundedReceiver<Event>,
    pub(crate) events: Vec<Event>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let clock = Jumping::at(Timestamp::parse("2026-11-22T03:00:00Z").unwrap());
        let account = Account::new(&clock);
        Self::of(clock, account, Ceremony::bare(Environment::Sandbox))
    }

    /// Another machine: the same account and the same time, and a disk and a ceremony of its own.
    pub(crate) fn beside(&self, ceremony: Ceremony) -> Self {
        Self::of(self.clock.clone(), self.account.clone(), ceremony)
    }

    /// The same account, in a place with a ceremony of its own.
    pub(crate) fn with(ceremony: Ceremony) -> Self {
        let Self { clock, account, .. } = Self::new();
        Self::of(clock, account, ceremony)
    }

    fn of(clock: Jumping, account: Account, ceremony: Ceremony) -> Self {
        let (ceremony, judge, maker) = (Arc::new(ceremony), Arc::new(Tiny), Arc::new(Tiny));
        let patience = Duration::from_mins(30);
        Self { clock, account, disk: Memory::default(), ceremony, judge, maker, patience }
    }

    pub(crate) fn session(&self) -> Session {
        self.session_of::<Sim>(Death::Never).unwrap()
    }

    /// A process that somebody by this name sits at.
    pub(crate) fn session_by(&self, name: &str) -> Session {
        self.process::<Sim>(Death::Never, name).unwrap()
    }

    /// Starts a process, which dies as `death` says. None if it died opening its journal.
    pub(crate) fn session_of<R: Realm>(&self, death: Death) -> Option<Session> {
        self.process::<R>(death, "operator")
    }

    fn process<R: Realm>(&self, death: Death, name: &str) -> Option<Session> {
        self.disk.revive(death);
        self.account.state().dead = false;
        let signer = Signer::from_seed(&[7; 32]);
        let journal = Journal::over(Box::new(self.disk.clone()), signer, self.clock.now()).ok()?;
        let (requests, mail) = mpsc::unbounded_channel();
        let (events, inbox) = mpsc::unbounded_channel();
        let parts = Parts::<R> {
            reader: Arc::new(Hands(self.account.clone())),
            writer: Arc::new(Hands(self.account.clone())),
            journal,
            judge: Arc::clone(&self.judge),
            maker: Arc::clone(&self.maker),
            ceremony: Arc::clone(&self.ceremony),
            clock: Arc::new(self.clock.clone()),
            operator: Operator { name: name.into() },
            armed_for: ARMED_FOR,
        };
        let desk = Box::pin(Desk::new(parts, events).run(mail));
        let bench = self.clone();
        Some(Session {
            bench,
            desk: Some(desk),
            driver: Driver::new(),
            requests,
            inbox,
            events: vec![],
        })
    }

    pub(crate) fn rollback(&self) -> Draft {
        rollback(&self.account, self.clock.now())
    }

    /// The rows on the disk, whoever wrote them.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let disk = self.disk.0.lock().unwrap();
        disk.lines.iter().map(|line| serde_json::from_str(&line.body).unwrap()).collect()
    }

    pub(crate) fn count(&self, wanted: impl Fn(&Record) -> bool) -> usize {
        self.rows().iter().filter(|row| wanted(&row.record)).count()
    }

    pub(crate) fn intents(&self) -> usize {
        self.count(|record| matches!(record, Record::Intent { .. }))
    }

    /// The runs that the journal says have landed.
    pub(crate) fn landed(&self) -> Vec<RunId> {
        let landed = |row: Row| match row.record {
            Record::Outcome { fate: Fate::Landed { .. }, .. } | Record::Late { .. } => row.run,

            _ => None,
        };
        self.rows().into_iter().filter_map(landed).collect()
    }
}

impl Session {
    /// Whether the process is alive.
    pub(crate) fn lives(&self) -> bool {
        self.desk.is_some()
    }

    /// Sends a request, and lets the desk go on until `done` holds of the events since, or nothing happens any more.
    pub(crate) fn ask_until(
        &mut self,
        request: Request,
        done: impl Fn(&[Event]) -> bool,
    ) -> &[Event] {
        let from = self.events.len();
        self.requests.send(request).unwrap();
        self.go(self.bench.patience, |events| done(&events[from..]));
        &self.events[from..]
    }

    /// Sends a request, and lets the desk go on until nothing happens any more before the next heartbeat.
    pub(crate) fn ask(&mut self, request: Request) -> &[Event] {
        self.ask_until(request, |_| false)
    }

    pub(crate) fn go(&mut self, span: Duration, done: impl Fn(&[Event]) -> bool) {
        let Some(mut desk) = self.desk.take() else { return };
        let (clock, account, memory) =
            (self.bench.clock.clone(), self.bench.account.clone(), self.bench.disk.clone());
        let horizon = clock.now() + span;
        let (inbox, events) = (&mut self.inbox, &mut self.events);
        let ended = self.driver.drive(desk.as_mut(), &clock, horizon, || {
            while let Ok(event) = inbox.try_recv() {
                events.push(event);
            }
            account.state().dead || memory.is_dead() || done(events)
        });
        while let Ok(event) = inbox.try_recv() {
            events.push(event);
        }
        let killed = account.state().dead || memory.is_dead();
        if ended.is_none() && !killed {
            self.desk = Some(desk);
        }
    }

    /// Proposes a draft and gives its question, or the refusal.
    pub(crate) fn propose(&mut self, draft: Draft) -> Result<Question, Option<Refusal>> {
        let events = self.ask_until(Request::Propose { draft: Box::new(draft) }, |events| {
            events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
        });
        for event in events {
            if let Event::Asked { question, .. } = event {
                return Ok((**question).clone());
            }
            if let Event::Refused { refusal, .. } = event {
                return Err(Some((**refusal).clone()));
            }
        }
        Err(None)
    }

    /// Types the phrase, and goes on until the run is over, refused, or nothing happens any more.
    pub(crate) fn answer(&mut self, plan: &PlanId, typed: &str) -> &[Event] {
        self.ask_until(Request::Answer { plan: plan.clone(), typed: typed.into() }, is_over)
    }

    /// Says that a run which waits goes on, and lets it go as far as it goes.
    pub(crate) fn go_on(&mut self, run: &RunId, typed: &str) -> &[Event] {
        self.ask_until(Request::GoOn { run: run.clone(), typed: typed.into() }, is_over)
    }

    /// Asks to take a run back. Gives the question, or why there is none.
    pub(crate) fn take_back(&mut self, run: &RunId) -> Result<Question, String> {
        let undo = Request::Undo { run: run.clone() };
        let events = self.ask_until(undo, |events| {
            events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
        });
        let asked = events.iter().find_map(|event| match event {
            Event::Asked { question, .. } => Some((**question).clone()),
            _ => None,
        });
        asked.ok_or_else(|| refusal(events).map(|no| no.what.clone()).unwrap_or_default())
    }

    /// The operator closes the console: nothing can be asked any more.
    pub(crate) fn close(&mut self) {
        self.requests = mpsc::unbounded_channel().0;
    }

    /// Puts a request into the box. The desk has not seen it yet.
    pub(crate) fn post(&self, request: Request) {
        self.requests.send(request).unwrap();
    }

    /// Sees an unfinished run to its end, or to the question about what is left of it.
    pub(crate) fn resume(&mut self, run: &RunId) -> &[Event] {
        self.ask_until(Request::Resume { run: run.clone() }, |events| {
            is_over(events) || asked(events).is_some()
        })
    }

    /// Goes on with a run that paused, as far as the question about what is left, or says why there is none.
    pub(crate) fn take_up(&mut self, run: &RunId) -> Result<Question, String> {
        let events = self.resume(run);
        let no = || refusal(events).map(|no| no.what.clone()).unwrap_or_default();
        asked(events).cloned().ok_or_else(no)
    }

    /// Says yes to a plan, alone, and goes as far as it goes.
    pub(crate) fn approve(&mut self, question: &Question) -> &[Event] {
        let (plan, reason) = (question.plan.clone(), "INC-7".to_owned());
        self.ask_until(Request::GiveReason { plan: plan.clone(), reason: reason.clone() }, |_| {
            true
        });
        self.ask_until(Request::BreakGlass { plan, reason }, |_| true);
        self.answer(&question.plan, &question.phrase)
    }

    /// Goes on with a run that paused, and says yes to what is left: also by the word, where it waits for that.
    pub(crate) fn see_through(&mut self, run: &RunId) -> Vec<Event> {
        let events = self.resume(run).to_vec();
        let Some(question) = asked(&events) else { return events };
        let question = question.clone();
        let mut events = self.approve(&question).to_vec();
        while let Some(pause) = waits(&events) {
            events = self.go_on(run, &pause.phrase.clone()).to_vec();
        }
        events
    }

    /// The runs told unfinished by the last event that tells of them.
    pub(crate) fn unfinished(&mut self) -> Vec<Unfinished> {
        let events = self.ask_until(Request::List { rows: 0 }, |events| {
            events.iter().any(|e| matches!(e, Event::Unfinished { .. }))
        });
        events
            .iter()
            .rev()
            .find_map(|event| match event {
                Event::Unfinished { runs } => Some(runs.clone()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// Lets two processes go on side by side until nothing happens any more before so long.
pub(crate) fn together(mut pair: [&mut Session; 2], span: Duration) {
    let clock = pair[0].bench.clock.clone();
    let horizon = clock.now() + span;
    let mut desks = pair.each_mut().map(|session| session.desk.take());
    let both = std::future::poll_fn(|context| {
        for desk in &mut desks {
            if let Some(one) = desk
                && one.as_mut().poll(context).is_ready()
            {
                *desk = None;
            }
        }
        std::task::Poll::<()>::Pending
    });
    let mut both = std::pin::pin!(both);
    Driver::new().drive(both.as_mut(), &clock, horizon, || false);
    for (desk, session) in desks.into_iter().zip(pair) {
        session.desk = desk;
        while let Ok(event) = session.inbox.try_recv() {
            session.events.push(event);
        }
    }
}

fn is_over(events: &[Event]) -> bool {
    events.iter().any(|e| {
        matches!(
            e,
            Event::Done(_)
                | Event::Refused { .. }
                | Event::Mistyped { .. }
                | Event::Paused { .. }
                | Event::Waits { .. }
                | Event::Held { .. }
        )
    })
}

/// Why a run waits for the operator, if one does.
pub(crate) fn paused(events: &[Event]) -> Option<&str> {
    events.iter().rev().find_map(|event| match event {
        Event::Paused { why, .. } => Some(why.as_str()),
        _ => None,
    })
}

/// The question that was put, if one was.
pub(crate) fn asked(events: &[Event]) -> Option<&Question> {
    events.iter().rev().find_map(|event| match event {
        Event::Asked { question, .. } => Some(&**question),
        _ => None,
    })
}

/// What a run waits for, if one does.
pub(crate) fn waits(events: &[Event]) -> Option<&Pause> {
    events.iter().rev().find_map(|event| match event {
        Event::Waits { pause } => Some(&**pause),
        _ => None,
    })
}

/// How the run ended, if it did.
pub(crate) fn outcome(events: &[Event]) -> Option<&Outcome> {
    events.iter().rev().find_map(|event| match event {
        Event::Done(outcome) => Some(outcome),
        _ => None,
    })
}

pub(crate) fn ended(events: &[Event]) -> Option<Ended> {
    outcome(events).map(|outcome| outcome.ended)
}

pub(crate) fn refusal(events: &[Event]) -> Option<&Refusal> {
    events.iter().rev().find_map(|event| match event {
        Event::Refused { refusal, .. } => Some(&**refusal),
        _ => None,
    })
}
