//! `watchdeck tail`: the lines of log groups, each once, through the same honest tail as the console.

mod line; // one event, printed
mod order; // several groups as one stream
mod places; // groups of several accounts and regions
mod progress; // what is said beside the lines

use std::io::{IsTerminal as _, stdout};
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::{Clock, Timestamp};
use watchdeck_pattern::Pattern;
use watchdeck_signal::Placed;
use watchdeck_signal::tail::{Pane, Policy, calls_per_second};

use self::line::Style;
use self::order::Order;
use self::places::Reached;
use self::progress::Progress;
use super::arguments::FileArguments;
use super::failure::{Failure, FailureKind};
use super::reading::TailArguments;
use super::{headless, output};
use crate::app::RealmName;
use crate::runtime::signals::Signals;
use crate::runtime::tail::driver::Driver;

/// Prints the lines that were asked for.
pub(super) fn print(asked: &TailArguments, files: &FileArguments) -> Result<(), Failure> {
    if let Some(Err(error)) = asked.filter.as_deref().map(Pattern::parse) {
        return Err(headless::pointed(&error.message, error.at, &error.caret(), &error.hint));
    }
    super::tasks()?.block_on(begin(asked, files))
}

async fn begin(asked: &TailArguments, files: &FileArguments) -> Result<(), Failure> {
    let mut signals = headless::signals()?;
    let opening = Box::pin(headless::open(&asked.source, files));
    let (opened, settings) = headless::unless_ended(&mut signals, opening).await?;
    let reached = Box::pin(places::reach(&opened, &settings, &asked.groups));
    let reached = headless::unless_ended(&mut signals, reached).await?;
    let Reached { groups, source, front } = reached;
    let clock = Arc::clone(&opened.clock);
    let begun = clock.now();
    let calls_per_second = calls_per_second(&opened.connection.scope().region);
    let followed = Policy { calls_per_second, ..Policy::default() };
    let policy = Policy {
        since: asked.since,
        pattern: asked.filter.clone().filter(|pattern| !pattern.trim().is_empty()),
        live: asked.follow,
        ..if asked.follow { followed } else { once(opened.realm) }
    };
    let terminal = stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let style = Style {
        format: asked.format,
        terminal,
        colours: terminal && !plain && !asked.no_color,
        groups: groups.len() > 1,
        front,
    };
    // Once every page up to now was read, the last seconds may still grow: whoever wants them whole waits for them.
    let vouched = if asked.settle { begun } else { begun - policy.settle };
    let pane = Pane::new(groups, policy.at_speed(opened.speed), begun);
    let tail = Tailing {
        driver: Driver::new(source, Arc::clone(&clock), pane),
        clock,
        order: Order::default(),
        progress: Progress::new(asked.quiet, opened.speed),
        style,
        until: (!asked.follow).then_some(begun),
        vouched,
    };
    tail.run(&mut signals).await
}

/// The policy of what reads a span and ends: nobody waits for the newest lines, and for its moments it may ask for nearly
/// as many pages as the strictest regions allow. An account inside this process serves nobody else.
fn once(realm: RealmName) -> Policy {
    let calls_per_second = match realm {
        RealmName::Simulated => 100,
        RealmName::Served | RealmName::Live | RealmName::Files => 4,
    };
    let never = Duration::from_hours(24 * 365);
    let soon = Duration::from_secs(2);
    Policy { calls_per_second, tip_every: never, sweep_poll: soon, ..Policy::default() }
}

/// A tail that is being printed.
struct Tailing {
    driver: Driver,
    clock: Arc<dyn Clock>,
    order: Order,
    progress: Progress,
    style: Style,
    /// Where the span ends; nothing while it goes on.
    until: Option<Timestamp>,
    /// Up to when all must be known before it ends.
    vouched: Timestamp,
}

impl Tailing {
    async fn run(mut self, signals: &mut Signals) -> Result<(), Failure> {
        loop {
            self.driver.act();
            self.tell()?;
            let vouched = self.until.map(|until| until.min(self.vouched));
            if let Some(ended) = self.progress.ended(self.driver.pane(), vouched) {
                self.progress.last(self.driver.pane(), self.until);
                return ended;
            }
            tokio::select! {
                () = self.driver.wait() => {}
                number = headless::ended(signals) => {
                    self.progress.last(self.driver.pane(), None);
                    return Err(Failure::signalled(number));
                }
            }
        }
    }

    /// Prints what was found out, and says beside it what should be known.
    fn tell(&mut self) -> Result<(), Failure> {
        let news = self.driver.drain();
        let pane = self.driver.pane();
        self.progress.look(pane, self.clock.now());
        self.order.take(news.lines);
        let lines = self.order.release(pane, |group| self.progress.is_lost(group));
        self.write(&lines)?;
        self.progress.gaps(news.gaps);
        self.progress.watermark(pane, self.until.is_none());
        Ok(())
    }

    fn write(&self, lines: &[Placed]) -> Result<(), Failure> {
        let mut text = Vec::new();
        for line in lines {
            if self.until.is_none_or(|until| line.event.timestamp <= until) {
                self.style.write(line, &mut text);
            }
        }
        if text.is_empty() { Ok(()) } else { output::pour(&text) }
    }
}

/// Some groups could not be read to the end: a code of its own tells scripts.
fn partly(lost: usize, all: usize) -> Failure {
    let what = format!("{lost} of {all} log groups could not be read: their lines are missing");
    Failure::new(FailureKind::Partly, what, "")
}
