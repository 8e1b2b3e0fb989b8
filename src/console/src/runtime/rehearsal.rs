//! Scenarios of runbooks, played on simulated accounts: the whole road, in time that moves on only by being waited for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use watchdeck_aws::Armed;
use watchdeck_domain::{Environment, RunId, Secret, Timestamp};
use watchdeck_guard::desk::StepState;
use watchdeck_guard::journal::{Checkpoint, Journal, JournalError, Line, Signer, Storage};
use watchdeck_guard::{
    Ceremony, Desk, Draft, Ended, Event, Gate, Operator, Outcome, Parts, Question, Realm, Request,
    Why,
};
use watchdeck_runbook::{Actions, Catalogue, Cel, Ending, ParamType, Params, Place, Scenario};

use super::accounts::{Rehearsed, rehearse};

/// Scenarios begin at this instant: the same one every time gives the same history.
const BEGINNING: &str = "2026-11-22T03:00:00Z";

/// Somebody else comes so much later.
const BREATH: Duration = Duration::from_secs(10);

/// No scenario takes longer of the machine's own time.
const PATIENCE: Duration = Duration::from_mins(2);

/// How a scenario came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// How it ended.
    pub ended: Ending,
    /// How many changes reached the account.
    pub changes: u32,
    /// How long it took, in seconds of the account.
    pub seconds: u64,
    /// In words.
    pub why: String,
}

/// Plays a scenario.
///
/// # Errors
/// There is no such story or fault, or the account cannot be opened.
pub async fn play(
    catalogue: &Catalogue,
    id: &str,
    scenario: &Scenario,
) -> Result<Played, crate::cli::failure::Failure> {
    let begun = Timestamp::parse(BEGINNING).unwrap_or_default();
    let account = rehearse(&scenario.given, begun).await?;
    let begun = account.clock.now();
    let calls = catalogue.find(id).map(|entry| entry.runbook.sketch().calls).unwrap_or_default();
    let mut operations: Vec<String> = calls.into_iter().map(|call| call.operation).collect();
    let playing = carried_out(catalogue, id, scenario, &account, &mut operations);
    let playing = tokio::time::timeout(PATIENCE, playing);
    let (ended, why) = playing.await.unwrap_or_else(|_| {
        (Ending::Failed, format!("it did not end within {} s", PATIENCE.as_secs()))
    });
    let seconds = account.clock.now().since(begun).as_secs();
    Ok(Played { ended, changes: account.changes(&operations), seconds, why })
}

async fn carried_out(
    catalogue: &Catalogue,
    id: &str,
    scenario: &Scenario,
    account: &Rehearsed,
    operations: &mut Vec<String>,
) -> (Ending, String) {
    let connection = &account.connection;
    let place = Place { scope: connection.scope(), now: account.clock.now() };
    let source = connection.source();
    let params = match veiled(catalogue, id, scenario, account) {
        Ok(params) => params,
        Err(why) => return (Ending::Refused, why),
    };
    let drafting = || catalogue.propose(id, params.clone(), &place, source.as_ref());
    let draft = match drafting().await {
        Ok(draft) => draft,
        Err(error) => return (Ending::Refused, error.what),
    };
    let mut sitting = match Sitting::open(account, "operator") {
        Ok(sitting) => sitting,
        Err(error) => return (Ending::Failed, error.to_string()),
    };
    let question = match sitting.propose(draft).await {
        Ok(question) => question,
        Err(cut) => return cut,
    };
    if scenario.given.meddling {
        // They look at the same evidence, and CloudTrail allows two calls a second.
        account.clock.sleep(BREATH).await;
        let another = match drafting().await {
            Ok(draft) => draft,
            Err(error) => return (Ending::Failed, error.what),
        };
        if let Err((_, why)) = meddle(account, another).await {
            return (Ending::Failed, why);
        }
        account.clock.sleep(Duration::from_secs(scenario.given.meddling_s.into())).await;
    }
    let outcome = match sitting.carry_out(&question).await {
        Ok(outcome) => outcome,
        Err(cut) => return cut,
    };
    if !scenario.given.undo {
        return (ending(outcome.ended), outcome.why);
    }
    let question = match sitting.ask_back(outcome.run).await {
        Ok(question) => question,
        Err(cut) => return cut,
    };
    // The way back may be another operation than the way there.
    operations.extend(question.calls.iter().map(|call| {
        let service = match call.service.as_str() {
            // The account calls it as IAM does.
            "EventBridge" => "events".to_owned(),
            "ARC Zonal Shift" => "arc-zonal-shift".to_owned(),
            service => service.to_lowercase().replace(' ', ""),
        };
        format!("{service}:{}", call.operation)
    }));
    match sitting.carry_out(&question).await {
        Ok(Outcome { ended: Ended::Succeeded | Ended::Unverified, why, .. }) => {
            (Ending::Undone, why)
        }
        Ok(outcome) => (ending(outcome.ended), outcome.why),
        Err(cut) => cut,
    }
}

/// The parameters of a scenario, its secrets behind words: what stands in a file is a secret in name only.
fn veiled(
    catalogue: &Catalogue,
    id: &str,
    scenario: &Scenario,
    account: &Rehearsed,
) -> Result<Params, String> {
    let known = catalogue.find(id).map(|entry| entry.runbook.all_params()).unwrap_or_default();
    let mut params = scenario.params.clone();
    for (name, value) in &mut params {
        let is_secret = known.get(name).is_some_and(|it| it.kind == ParamType::Secret);
        if let Some(text) = value.as_str().filter(|_| is_secret) {
            let secret = Secret::new(text.to_owned());
            *value = account.connection.veil().keep(name, secret)?.into();
        }
    }
    Ok(params)
}

/// Somebody else carries the same out first, at a desk of their own, and leaves.
async fn meddle(account: &Rehearsed, draft: Draft) -> Result<(), Cut> {
    let mut other = Sitting::open(account, "somebody else")
        .map_err(|error| (Ending::Failed, error.to_string()))?;
    let question = other.propose(draft).await?;
    other.answer(&question);
    other
        .until(|event| {
            if let Event::Step(step) = event
                && matches!(step.state, StepState::Landed { .. })
            {
                return Some(Ok(()));
            }
            refused(event).map(Err)
        })
        .await?
}

fn ending(ended: Ended) -> Ending {
    match ended {
        Ended::Succeeded => Ending::Succeeded,
        Ended::Unverified => Ending::Unverified,
        Ended::Failed | Ended::Abandoned | Ended::Halted => Ending::Failed,
        Ended::Rejected => Ending::Rejected,
        Ended::Absent => Ending::Absent,
        Ended::Conflict => Ending::Conflict,
        Ended::Moved => Ending::Moved,
    }
}

/// How a scenario ends before its time, and why.
type Cut = (Ending, String);

/// What a desk says when it will not.
fn refused(event: &Event) -> Option<Cut> {
    let Event::Refused { refusal, .. } = event else { return None };
    let ending = if refusal.why == Why::Moved { Ending::Moved } else { Ending::Refused };
    Some((ending, refusal.what.clone()))
}

/// Somebody at a desk. When they leave, the desk is taken away as it stands.
struct Sitting {
    requests: UnboundedSender<Request>,
    events: UnboundedReceiver<Event>,
    task: JoinHandle<()>,
}

impl Drop for Sitting {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sitting {
    fn open(account: &Rehearsed, name: &str) -> Result<Self, JournalError> {
        match account.connection.arm() {
            Armed::Sim(hands) => Self::at(account, hands, name),
            Armed::Live(hands) => Self::at(account, hands, name),
        }
    }

    fn at<R: Realm>(
        account: &Rehearsed,
        hands: watchdeck_aws::Hands<R>,
        name: &str,
    ) -> Result<Self, JournalError> {
        let signer = Signer::from_seed(&[7; 32]);
        let storage = Box::new(Memory::default());
        let parts = Parts {
            reader: hands.reader,
            writer: hands.writer,
            journal: Journal::over(storage, signer, account.clock.now())?,
            judge: Arc::new(Cel),
            maker: Arc::new(Actions),
            ceremony: Arc::new(Ceremony {
                veil: account.connection.veil(),
                ..Ceremony::bare(Environment::Sandbox)
            }),
            clock: Arc::clone(&account.clock),
            operator: Operator { name: name.to_owned() },
            armed_for: Duration::from_hours(24),
        };
        let (told, events) = unbounded_channel();
        let (requests, asked) = unbounded_channel();
        let task = tokio::spawn(Desk::new(parts, told).run(asked));
        Ok(Self { requests, events, task })
    }

    async fn propose(&mut self, draft: Draft) -> Result<Question, Cut> {
        self.send(Request::Propose { draft: Box::new(draft) });
        self.asked().await
    }

    async fn asked(&mut self) -> Result<Question, Cut> {
        self.until(|event| {
            if let Event::Asked { question, .. } = event {
                return Some(Ok((**question).clone()));
            }
            refused(event).map(Err)
        })
        .await?
    }

    fn answer(&self, question: &Question) {
        self.stand_in(question);
        self.send(Request::Answer { plan: question.plan.clone(), typed: question.phrase.clone() });
    }

    /// Gives a reason, and answers alone for what no ceremony of a scenario could ask: a second person, a lease, a trial. What
    /// is played is the runbook; that its gates hold is for the guard's own tests.
    fn stand_in(&self, question: &Question) {
        let plan = || question.plan.clone();
        let reason = || "a scenario".to_owned();
        let barred = |wanted: fn(Gate) -> bool| {
            question.passages.iter().any(|one| one.bars() && wanted(one.gate))
        };
        if barred(|gate| gate == Gate::Reason) {
            self.send(Request::GiveReason { plan: plan(), reason: reason() });
        }
        if barred(Gate::is_behind_glass) {
            self.send(Request::BreakGlass { plan: plan(), reason: reason() });
        }
    }

    async fn carry_out(&mut self, question: &Question) -> Result<Outcome, Cut> {
        self.answer(question);
        let run = question.plan.run().clone();
        loop {
            let heard = self.until(|event| {
                if let Event::Done(outcome) = event
                    && outcome.run == run
                {
                    return Some(Ok(Ok(outcome.clone())));
                }
                // Whatever it waits for on its way, somebody says that it goes on.
                if let Event::Waits { pause } = event {
                    return Some(Ok(Err(pause.phrase.clone())));
                }
                refused(event).map(Err)
            });
            match heard.await?? {
                Ok(outcome) => return Ok(outcome),
                Err(typed) => self.send(Request::GoOn { run: run.clone(), typed }),
            }
        }
    }

    async fn ask_back(&mut self, run: RunId) -> Result<Question, Cut> {
        self.send(Request::Undo { run });
        self.asked().await
    }

    fn send(&self, request: Request) {
        // A desk that is gone tells nothing any more, which is what is waited for next.
        drop(self.requests.send(request));
    }

    /// What `wanted` takes from the first event that it takes something from.
    async fn until<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> Result<T, Cut> {
        while let Some(event) = self.events.recv().await {
            if let Some(found) = wanted(&event) {
                return Ok(found);
            }
        }
        Err((Ending::Failed, "the desk has gone".into()))
    }
}

/// A journal of a scenario, which nobody reads afterwards.
#[derive(Debug, Default)]
struct Memory {
    epoch: u64,
    lines: Vec<Line>,
    checkpoints: Vec<Checkpoint>,
}

impl Storage for Memory {
    fn begin_epoch(&mut self) -> Result<u64, JournalError> {
        self.epoch += 1;
        Ok(self.epoch)
    }

    fn lines(&self) -> Result<Vec<Line>, JournalError> {
        Ok(self.lines.clone())
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>, JournalError> {
        Ok(self.checkpoints.clone())
    }

    /// Nobody is to witness what nobody reads.
    fn shipped(&self, _store: &str) -> Result<Option<u64>, JournalError> {
        Ok(None)
    }

    fn mark_shipped(&mut self, _store: &str, _size: u64) -> Result<(), JournalError> {
        Ok(())
    }

    fn append(
        &mut self,
        _epoch: u64,
        lines: &[Line],
        checkpoint: Option<&Checkpoint>,
    ) -> Result<(), JournalError> {
        self.lines.extend_from_slice(lines);
        self.checkpoints.extend(checkpoint.cloned());
        Ok(())
    }
}

#[cfg(test)]
mod tests; // the least that a role must be allowed
#[cfg(test)]
mod veiled; // secrets in plans
