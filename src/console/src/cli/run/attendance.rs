//! Somebody at the desk without a screen: hears what it tells, and on a signal leaves so that nothing more is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use watchdeck_guard::{Event, PlanId, Request};

use super::progress::Progress;
use super::{RunArguments, ending};
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::{headless, output};
use crate::runtime::signals::Signals;
use crate::runtime::sitting::Sitting;
use crate::runtime::terminal::asking::{self, Pastes, Typed};

/// Who attends to one run.
pub(super) struct Attendance<'a> {
    pub(super) asked: &'a RunArguments,
    pub(super) progress: Progress,
    sitting: Sitting,
    signals: Signals,
}

impl<'a> Attendance<'a> {
    pub(super) fn new(asked: &'a RunArguments, sitting: Sitting, signals: Signals) -> Self {
        Self { asked, progress: Progress::default(), sitting, signals }
    }

    pub(super) fn ask(&self, request: Request) {
        self.sitting.ask(request);
    }

    /// The next event in which `wanted` finds something; everything on the way is told.
    pub(super) async fn until<T>(
        &mut self,
        mut wanted: impl FnMut(&Event) -> Option<T>,
    ) -> Result<T, Failure> {
        loop {
            let heard = tokio::select! {
                heard = self.sitting.hear() => heard.ok_or_else(gone),
                number = headless::ended(&mut self.signals) => Err(self.interrupted(number).await),
            };
            let event = heard?;
            self.progress.hear(&event);
            if let Some(found) = wanted(&event) {
                return Ok(found);
            }
        }
    }

    /// Does this beside the desk, unless a signal ends the program before.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            number = headless::ended(&mut self.signals) => Err(self.interrupted(number).await),
        }
    }

    /// Asks on the terminal. Who gives up there gives the plan up.
    pub(super) async fn question(
        &mut self,
        prompt: &str,
        pastes: Pastes,
    ) -> Result<Typed, Failure> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let (prompt, flag) = (prompt.to_owned(), Arc::clone(&cancelled));
        let asking = tokio::task::spawn_blocking(move || asking::ask(&prompt, pastes, &flag));
        let typed = self.beside(asking).await;
        // Read no more keys, whatever came first.
        cancelled.store(true, Ordering::SeqCst);
        match typed? {
            Ok(Ok(Typed::GivenUp | Typed::Cancelled)) => {
                // As ctrl-c does where no question is open.
                Err(self.interrupted(INTERRUPT).await)
            }
            Ok(Ok(typed @ (Typed::Line(_) | Typed::Pasted))) => Ok(typed),
            Ok(Err(error)) => Err(unasked(&error.to_string())),
            Err(error) => Err(unasked(&error.to_string())),
        }
    }

    /// Lets a plan go, and waits until that is written down.
    pub(super) async fn withdraw(&mut self, plan: &PlanId) -> Result<(), Failure> {
        self.ask(Request::Withdraw { plan: plan.clone() });
        self.until(|event| {
            matches!(event, Event::Withdrawn { .. } | Event::Refused { .. }).then_some(())
        })
        .await
    }

    /// Leaves because of a signal: what is on its way is waited for, unless a second signal comes. Then it is told how the run
    /// stands, and how it is gone on with.
    async fn interrupted(&mut self, number: u8) -> Failure {
        if let Some(plan) = self.progress.open_question() {
            self.ask(Request::Withdraw { plan });
        }
        self.sitting.leave();
        if self.progress.is_sending() {
            output::complain(
                "watchdeck: a call is on its way, its answer is awaited; once more leaves it to --resume\n",
            );
        }
        let rest = async {
            while let Some(event) = self.sitting.hear().await {
                self.progress.hear(&event);
            }
        };
        tokio::select! {
            _ = tokio::time::timeout(Sitting::grace(), rest) => {}
            _ = headless::ended(&mut self.signals) => {}
        }
        ending::interrupted(self.asked, &self.progress, number)
    }

    /// Leaves once all is done.
    pub(super) async fn end(mut self) {
        if !self.sitting.end().await {
            tracing::warn!("the desk did not come to rest");
        }
    }
}

/// The number of the signal that ctrl-c sends.
const INTERRUPT: u8 = 2;

fn gone() -> Failure {
    Failure::new(
        FailureKind::Unsettled,
        "the desk has stopped: this is a defect of watchdeck",
        "see `watchdeck run --list` for what has not ended",
    )
}

fn unasked(why: &str) -> Failure {
    let what = format!("nothing could be asked on the terminal, and nothing was sent: {why}");
    Failure::new(FailureKind::Refused, what, "give the phrase with --phrase")
}
