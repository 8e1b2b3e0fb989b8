//! Adrift: a call was sent and nobody knows what came of it. It is looked for, never repeated.

use std::marker::PhantomData;

use watchdeck_domain::{Clock, Environment, MutationClass, RunId, Timestamp};

use super::act::{land, settled};
use super::remainder::landings;
use super::{Core, Doubt, Landing, Next, Stop, VIGIL};
use crate::evidence::Refusal;
use crate::journal::{Fate, Journal, Past, Record};
use crate::judge::Judge;
use crate::plan::{self, Seen};
use crate::ports::Reader;
use crate::probe::{self, Sighting};
use crate::realm::Realm;

/// A run whose last call has no known outcome. It has no `act`.
#[must_use = "what is adrift is looked for"]
#[derive(Debug)]
pub struct Adrift<R: Realm> {
    core: Box<Core>,
    doubt: Doubt,
    settles: Timestamp,
    /// Whether the run was read back from the journal: then its approval is void, and no further step is sent.
    resumed: bool,
    realm: PhantomData<R>,
}

/// A run that was adrift and has been found, one way or another.
#[must_use = "what was found is written down"]
#[derive(Debug)]
pub struct Sighted<R: Realm> {
    adrift: Adrift<R>,
    sighting: Sighting,
}

impl<R: Realm> Adrift<R> {
    pub(super) fn new(core: Box<Core>, doubt: Doubt, now: Timestamp) -> Self {
        let settles = now + std::time::Duration::from_millis(core.step().settle_ms);
        Self { core, doubt, settles, resumed: false, realm: PhantomData }
    }

    /// Takes up a run of an earlier process from its journal. Nothing if the run has no open intent.
    pub(crate) fn resume(past: &Past, now: Timestamp) -> Option<Self> {
        let pending = past.pending.as_ref()?;
        let begun = &past.begun;
        let landed = landings(past);
        let seen = Seen {
            at: past.at,
            expires: begun.expires,
            identity: begun.identity.clone(),
            environment: Environment::default(),
            phrase: String::new(),
            evidence: Vec::new(),
            fingerprints: begun.fingerprints.clone(),
            differences: Vec::new(),
            hash: begun.hash.clone(),
            content: String::new(),
        };
        let mut core = Box::new(Core {
            draft: Box::new(begun.draft.clone()),
            seen: Box::new(seen),
            pass: None,
            by: String::new(),
            landed,
            begun: true,
            taken_up: None,
            cleared: None,
            waits_since: None,
            waited: std::time::Duration::ZERO,
        });
        core.take_locks();
        // A clock that has gone back since says nothing about how long ago it was: then wait the whole time.
        let longest = now + pending.settle;
        let settles = if pending.settles > longest { longest } else { pending.settles };
        Some(Self { core, doubt: Doubt::Interrupted, settles, resumed: true, realm: PhantomData })
    }

    /// The run's id.
    pub fn id(&self) -> &RunId {
        self.core.run()
    }

    /// The step whose outcome nobody knows.
    pub fn step(&self) -> &str {
        &self.core.step().id
    }

    /// Why nobody knows.
    pub fn doubt(&self) -> &Doubt {
        &self.doubt
    }

    /// Before this it is not looked for: the call may still take effect.
    pub fn settles(&self) -> Timestamp {
        self.settles
    }

    /// Waits until nothing can arrive any more, then looks what is there.
    ///
    /// # Errors
    /// Hands the run back, adrift still, when it cannot be read.
    pub async fn reconcile(
        self,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        clock: &dyn Clock,
    ) -> Result<Sighted<R>, (Self, Box<Refusal>)> {
        while clock.now() < self.settles {
            clock.sleep(self.settles.since(clock.now())).await;
        }
        match self.look(reader, judge, clock.now()).await {
            Ok(sighting) => Ok(Sighted { adrift: self, sighting }),
            Err(refusal) => Err((self, refusal)),
        }
    }

    async fn look(
        &self,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        now: Timestamp,
    ) -> Result<Sighting, Box<Refusal>> {
        let (draft, step) = (&self.core.draft, self.core.step());
        // Another account would answer about another alias of the same name.
        plan::identify(draft, reader).await?;
        let sent = self.settles - std::time::Duration::from_millis(step.settle_ms);
        probe::sight(draft, step, (sent, now), reader, judge).await
    }
}

impl<R: Realm> Sighted<R> {
    /// What was found.
    pub fn sighting(&self) -> &Sighting {
        &self.sighting
    }

    /// The step that was looked for.
    pub fn step(&self) -> &str {
        self.adrift.step()
    }

    /// That step in one line.
    pub fn title(&self) -> &str {
        &self.adrift.core.step().title
    }

    /// Writes down what was found, and goes on accordingly.
    ///
    /// # Errors
    /// Adrift still, when the journal cannot take it.
    pub fn conclude(self, journal: &mut Journal, now: Timestamp) -> Result<Next<R>, Adrift<R>> {
        let Self { adrift, sighting } = self;
        let step = adrift.step().to_owned();
        let probe = Record::Probe { step: step.clone(), sighting: sighting.clone() };
        let (fate, ending) = match sighting {
            Sighting::Landed { revision } => {
                if journal.append(now, Some(adrift.id()), vec![probe]).is_err() {
                    return Err(adrift);
                }
                let landing =
                    Landing { step, revision, request_id: None, left: Vec::new(), at: now };
                let next = land(adrift.core, landing, journal)?;
                return Ok(match next {
                    Next::More(run) if adrift.resumed => Next::Left(run.end()),
                    next @ (Next::More(_)
                    | Next::Settled(_)
                    | Next::Passed(..)
                    | Next::Stopped(..)
                    | Next::Left(_)) => next,
                });
            }
            Sighting::Absent => (
                Fate::Absent,
                Stop::Absent(format!(
                    "no effect of step `{step}` was seen in the time it had; should it come late after all, within {} minutes, this run is corrected",
                    VIGIL.as_secs() / 60
                )),
            ),
            Sighting::Conflict { seen } => {
                let residue = match adrift.core.step().change.class() {
                    MutationClass::Absolute => {
                        "; AWS compares nothing here: should the lost call take effect after all, it overwrites what they did, and within 15 minutes this run says so"
                    }
                    MutationClass::Trigger => {
                        "; should the lost call take effect after all, this run says so within 15 minutes"
                    }
                    MutationClass::Cas | MutationClass::Token | MutationClass::Named => "",
                };
                let why = format!("somebody else has been there: {seen}{residue}");
                (Fate::Conflict { seen }, Stop::Conflict(why))
            }
        };
        let records = vec![probe, Record::Outcome { step, fate }];
        match journal.append(now, Some(adrift.id()), records) {
            Ok(_) => Ok(Next::Stopped(settled(adrift.core), ending)),
            Err(_) => Err(adrift),
        }
    }
}
