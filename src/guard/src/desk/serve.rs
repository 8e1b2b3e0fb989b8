//! How the desk serves a request, and what it makes of finished reading.

use watchdeck_domain::{RevisionId, RunId};

use super::work::Work;
use super::{Desk, Ended, Event, Outcome, Request, StepEvent, StepState};
use crate::changes::deed;
use crate::draft::{Draft, PlanId};
use crate::evidence::{Refusal, Why};
use crate::journal::{Fault, JournalError, Record};
use crate::plan::{Checked, Plan};
use crate::realm::Realm;
use crate::run::{Adrift, Run, Sighted, Vigil};
use crate::undo;
use crate::watch::Watched;

impl<R: Realm> Desk<R> {
    pub(super) async fn serve(&mut self, request: Request) {
        if self.is_closing() && request.leads_to_a_change() {
            tracing::info!("a request came too late: the console was closed");
            return;
        }
        if let Err(refusal) = self.arming.permits(&request, self.clock.now()) {
            // A question that cannot be answered any more does not stand any more.
            let plan = match &request {
                Request::Answer { plan, .. } => self.asking.remove(plan).map(|_| plan.clone()),
                Request::Propose { .. }
                | Request::GiveReason { .. }
                | Request::Countersign { .. }
                | Request::BreakGlass { .. }
                | Request::CloseReview { .. }
                | Request::DeclareIncident { .. }
                | Request::EndIncident
                | Request::Stop
                | Request::Heed
                | Request::Release
                | Request::Withdraw { .. }
                | Request::Abort { .. }
                | Request::Resume { .. }
                | Request::GoOn { .. }
                | Request::Undo { .. }
                | Request::Arm
                | Request::List { .. } => None,
            };
            return self.refuse(plan, refusal);
        }
        match request {
            Request::Arm => {
                let until = self.arming.again(self.clock.now());
                self.tell(Event::Armed { until });
            }
            Request::Propose { draft } => self.propose(*draft),
            Request::Answer { plan, typed } => self.answer(plan, &typed).await,
            Request::GiveReason { plan, reason } => self.give_reason(&plan, &reason),
            Request::Countersign { plan, line } => self.countersign(&plan, &line),
            Request::BreakGlass { plan, reason } => self.break_glass(&plan, &reason),
            Request::CloseReview { plan, note } => self.close_review(&plan, &note),
            Request::DeclareIncident { id, title } => self.declare(&id, &title),
            Request::EndIncident => self.end_incident(),
            Request::Stop => self.stop(),
            Request::Heed => self.heed(),
            Request::Release => self.release(),
            Request::Withdraw { plan } => self.withdraw(plan),
            Request::Abort { run } => self.abort(&run),
            Request::Resume { run } => self.resume(&run),
            Request::GoOn { run, typed } => self.go_on(&run, &typed).await,
            Request::Undo { run } => self.undo(&run),
            Request::List { rows } => {
                self.tell_unfinished();
                self.tell_reviews();
                self.tell(Event::Journal { rows: self.journal.newest(rows).to_vec() });
            }
        }
    }

    pub(super) async fn take(&mut self, work: Work<R>) {
        match work {
            Work::Checked { plan, result } => self.checked(plan, result),
            Work::Watched { run, watched } => self.watched(&run, watched),
            Work::Staged { run, watched } => self.staged(*run, watched).await,
            Work::Sighted { run, result } => self.sighted(&run, result).await,
            Work::Drafted { run, result } => match result {
                Ok(draft) => self.propose(*draft),
                Err(refusal) => self.refuse(Some(PlanId::of(&run)), refusal),
            },
            Work::TakenUp { run, done } => self.taken_up(&run, *done),
            Work::Attested { plan, back, told } => self.attested(&plan, &back, told),
            Work::Renewed { run, lost } => self.renewed(&run, lost),
            Work::Late { vigil, revision } => self.late(&vigil, revision),
            Work::Dropped => {}
        }
    }

    fn propose(&mut self, draft: Draft) {
        let plan = draft.id.clone();
        let used = self.asking.contains_key(&plan)
            || self.checking.contains(&plan)
            || self.journal.ledger().run(plan.run()).is_some();
        if used {
            let what = format!("the plan {plan} has been proposed before");
            return self.refuse(
                None,
                Box::new(Refusal::new(
                    Why::Draft,
                    what,
                    "make the draft again: every plan has an id of its own",
                )),
            );
        }
        self.tell(Event::Proposed { plan, title: draft.title.clone() });
        self.begin_check(draft);
    }

    fn checked(&mut self, plan: PlanId, result: Result<Plan<Checked, R>, Box<Refusal>>) {
        // Withdrawn while it was being checked.
        if !self.checking.remove(&plan) {
            return;
        }
        match result {
            Ok(checked) => self.put(plan, checked),
            Err(refusal) => self.refuse(Some(plan), refusal),
        }
    }

    /// Puts a checked plan to the operator.
    pub(super) fn put(&mut self, plan: PlanId, checked: Plan<Checked, R>) {
        let challenge = checked.challenge();
        let mut question = challenge.question().clone();
        question.notes.extend(self.note_of_shipping());
        let gate = Record::Gate {
            plan: plan.clone(),
            title: question.title.clone(),
            hash: question.hash.clone(),
            evidence: question.evidence.clone(),
            passages: question.passages.clone(),
        };
        if let Err(error) = self.note(gate) {
            return self
                .tell(Event::Refused { plan: Some(plan), refusal: Box::new(unwritten(&error)) });
        }
        self.tell(Event::Asked { plan: plan.clone(), question: Box::new(question) });
        self.asking.insert(plan, challenge);
    }

    async fn answer(&mut self, plan: PlanId, typed: &str) {
        let Some(challenge) = self.asking.remove(&plan) else {
            let what = format!("no question about the plan {plan} is open");
            return self.refuse(Some(plan), absent(&what, "propose it again"));
        };
        self.end_late_incident();
        match challenge.answer(typed, &self.operator, self.clock.now()) {
            Ok(approved) => match self.note_incident(&approved) {
                Ok(()) => self.drive(Run::open(approved)).await,
                Err(refusal) => self.refuse(Some(plan), refusal),
            },
            Err((challenge, refusal)) if refusal.why == Why::Phrase => {
                self.asking.insert(plan.clone(), challenge);
                if let Err(error) = self.note(Record::Mistyped { plan: plan.clone() }) {
                    tracing::warn!(%error, "a mistyped phrase could not be noted");
                }
                self.tell(Event::Mistyped { plan, why: refusal.what });
            }
            // A gate may still be passed in the time the plan has.
            Err((challenge, refusal)) if matches!(refusal.why, Why::Gate | Why::Stopped) => {
                self.asking.insert(plan.clone(), challenge);
                let why = format!("{}: {}", refusal.what, refusal.hint);
                self.tell(Event::Held { plan: plan.clone(), why });
                self.tell_gates(&plan);
            }
            Err((_, refusal)) => self.refuse(Some(plan), refusal),
        }
    }

    fn withdraw(&mut self, plan: PlanId) {
        let known = self.checking.remove(&plan) | self.asking.remove(&plan).is_some();
        if !known {
            return self.refuse(
                None,
                absent(
                    &format!("there is no open plan {plan}"),
                    "it may have been answered or withdrawn already",
                ),
            );
        }
        if let Err(error) = self.note(Record::Withdrawn { plan: plan.clone() }) {
            tracing::warn!(%error, "a withdrawal could not be noted");
        }
        self.tell(Event::Withdrawn { plan });
    }

    async fn sighted(
        &mut self,
        run: &RunId,
        result: Result<Sighted<R>, (Adrift<R>, Box<Refusal>)>,
    ) {
        self.busy.remove(run);
        let sighted = match result {
            Ok(sighted) => sighted,
            Err((_adrift, refusal)) => {
                // The journal keeps what the token knew: the run stays unfinished, and can be resumed.
                return self.pause(run, *refusal);
            }
        };
        let (step, title, sighting) =
            (sighted.step().to_owned(), sighted.title().to_owned(), sighted.sighting().clone());
        self.tell(Event::Step(StepEvent {
            run: run.clone(),
            step: step.clone(),
            title: title.clone(),
            state: StepState::Probed { sighting },
            at: self.clock.now(),
        }));
        match sighted.conclude(&mut self.journal, self.clock.now()) {
            Ok(next) => {
                if let Some(more) = self.next(next, &step, &title) {
                    self.drive(more).await;
                }
            }
            Err(adrift) => {
                let what = format!("what was found could not be written down: {}", adrift.doubt());
                let refusal = Refusal::new(
                    Why::Journal,
                    what,
                    "make the journal writable, then resume the run",
                );
                self.pause(run, refusal);
            }
        }
    }

    /// Corrects a run whose effect came after it was told to be absent, and watches it as any that landed.
    fn late(&mut self, vigil: &Vigil, revision: Option<RevisionId>) {
        let (run, step, now) = (vigil.run(), vigil.step(), self.clock.now());
        // Without a mark, what a later run has made looks like the late effect of this one: nobody can tell them apart.
        if !deed(&step.change).bears_mark() && self.journal.ledger().is_followed(run, step) {
            return;
        }
        let record = Record::Late { step: step.id.clone(), revision };
        if let Err(error) = self.journal.append(now, Some(run), vec![record]) {
            // The next process looks again: the row that told it absent still stands alone.
            return self.refuse(None, unwritten(&error));
        }
        self.tell(Event::Late {
            run: run.clone(),
            step: step.id.clone(),
            title: step.title.clone(),
            at: now,
        });
        let Some(past) = self.journal.ledger().run(run) else { return };
        let (draft, landed) = (past.draft_as_left(), past.landed.len());
        if landed < draft.steps().count() {
            let why = "the step landed late; the steps after it need a fresh plan";
            return self.end(run, Ended::Moved, why.into());
        }
        self.begin_watch(draft, now);
    }

    fn watched(&mut self, run: &RunId, watched: Watched) {
        if self.busy.remove(run).is_none() {
            return;
        }
        let Watched { ended, why, results, .. } = watched;
        let records: Vec<_> = results
            .into_iter()
            .map(|(id, verdict, facts)| Record::Verify { id, verdict, facts })
            .collect();
        if let Err(error) = self.journal.append(self.clock.now(), Some(run), records) {
            return self.tell_paused(run, unwritten(&error));
        }
        self.end(run, ended, why);
    }

    /// Writes the end of a run down and tells it. Not written, it has not ended: it can be resumed.
    pub(super) fn end(&mut self, run: &RunId, ended: Ended, mut why: String) {
        let now = self.clock.now();
        if let Some(past) = self.journal.ledger().run(run).filter(|past| !past.passed.is_empty()) {
            let passed = past.passed.join(", ");
            why = format!("{why}; refused, and gone on without: {passed}");
        }
        let record = Record::RunEnd { ended, why: why.clone() };
        if let Err(error) = self.journal.append(now, Some(run), vec![record]) {
            return self.tell_paused(run, unwritten(&error));
        }
        let Some(past) = self.journal.ledger().run(run) else { return };
        let outcome = Outcome {
            run: run.clone(),
            title: past.begun.draft.title.clone(),
            ended,
            why,
            undoable: undo::is_possible(past) && past.pending.is_none(),
            undoes: past.begun.draft.undoes.clone(),
            at: now,
        };
        self.tell(Event::Done(outcome));
        self.give_back(run);
        if matches!(ended, Ended::Absent | Ended::Conflict) {
            self.begin_vigils();
        }
    }

    /// Tells a no, and notes it down if it is about a plan.
    pub(super) fn refuse(&mut self, plan: Option<PlanId>, refusal: impl Into<Box<Refusal>>) {
        let refusal = refusal.into();
        if let Some(plan) = &plan {
            let record = Record::Refused {
                plan: plan.clone(),
                why: refusal.why,
                what: refusal.what.clone(),
            };
            if let Err(error) = self.note(record) {
                tracing::warn!(%error, "a refusal could not be noted");
            }
        }
        self.tell(Event::Refused { plan, refusal });
    }

    pub(super) fn note(&mut self, record: Record) -> Result<(), JournalError> {
        self.journal.append(self.clock.now(), None, vec![record]).map(drop)
    }
}

pub(super) fn absent(what: &str, hint: &str) -> Refusal {
    Refusal::new(Why::Absent, what, hint)
}

pub(super) fn unwritten(error: &JournalError) -> Refusal {
    let why = match error.fault {
        Fault::Unsettled => Why::Busy,
        Fault::Repeated => Why::Draft,
        Fault::Expired => Why::Expired,
        Fault::Busy | Fault::Full | Fault::ReadOnly | Fault::Io | Fault::Newer | Fault::Altered => {
            Why::Journal
        }
    };
    Refusal::new(why, error.to_string(), error.hint())
}
