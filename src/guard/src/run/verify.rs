//! Verify: just before a change, the account must still be what was approved, and we must still be who we were.

use serde_json::Value;
use watchdeck_domain::Timestamp;

use super::{Core, Ready, Run, Verified};
use crate::changes::deed;
use crate::draft::Draft;
use crate::evidence::{Evidence, Moved, Refusal, Standing, Why};
use crate::facts::{self, Facts};
use crate::judge::Judge;
use crate::plan;
use crate::ports::Reader;
use crate::probe::Hindrance;
use crate::realm::Realm;

impl<R: Realm> Run<Ready, R> {
    /// Reads the identity again, takes or renews the leases on the targets, and reads facts and the target's lock, the lock
    /// last.
    ///
    /// # Errors
    /// Hands the run back with what has moved. Nothing was sent; what it holds is still held.
    pub async fn verify(
        mut self,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        now: Timestamp,
    ) -> Result<Run<Verified, R>, (Self, Box<Refusal>)> {
        match examine(&mut self.core, reader, judge, now).await {
            Ok(()) => Ok(self.into_phase()),
            Err(refusal) => Err((self, refusal)),
        }
    }
}

async fn examine<R: Realm>(
    core: &mut Core,
    reader: &dyn Reader<R>,
    judge: &dyn Judge,
    now: Timestamp,
) -> Result<(), Box<Refusal>> {
    let (first, expires, left) = (!core.begun, core.expires(), core.left());
    let Some(pass) = core.pass.as_mut() else {
        let what = "the run was read back from the journal: its approval is void";
        return Err(Box::new(Refusal::new(Why::Absent, what, "propose what is left of it")));
    };
    if pass.is_stopped() {
        let what = "the kill switch is pulled";
        let hint = "release it when it is safe, then propose again; nothing was sent";
        return Err(Box::new(Refusal::new(Why::Stopped, what, hint)));
    }
    if let Some(asked) = unanswered(&core.draft, core.landed.len(), core.cleared.as_deref()) {
        let what = format!("the run waits for somebody: {asked}");
        return Err(Box::new(Refusal::new(
            Why::Gate,
            what,
            "say that it goes on, or take it back",
        )));
    }
    if first {
        pass.look_again(&left, &core.seen, reader, judge, now).await?;
    }
    let (draft, seen) = (&core.draft, &core.seen);
    if now > expires {
        return Err(Box::new(Refusal::new(
            Why::Expired,
            seen.expiry(expires),
            "propose it again: the checks are made anew",
        )));
    }
    let identity = plan::identify(draft, reader).await?;
    if identity != seen.identity {
        let what =
            format!("{} approved the plan, but {} would act", seen.identity.arn, identity.arn);
        return Err(Box::new(Refusal::new(
            Why::Identity,
            what,
            "go back to the credentials of the plan, or propose it again",
        )));
    }
    // Before the account is read: whoever else keeps leases there changes nothing from here on.
    pass.hold(&left, seen, &core.by).await?;
    let core = &*core;
    let draft = &core.draft;
    let params = serde_json::to_value(&draft.params).unwrap_or(Value::Null);
    let facts = facts::read(reader, &draft.facts, &params, now, now).await;
    plan::all_pins_read(draft, &facts)?;
    let moved = moved(core, &facts);
    if !moved.is_empty() {
        let names: Vec<_> = moved.iter().map(|m| m.what.clone()).collect();
        return Err(Box::new(Refusal {
            moved,
            ..Refusal::new(
                Why::Moved,
                format!("the account has moved since the plan was checked: {}", names.join(", ")),
                "propose it again: nothing was sent",
            )
        }));
    }
    // After the first step the facts show the run's own work; from then on only locks and untouched pins speak.
    let is_new = first && core.taken_up.is_none();
    let stopped = if is_new { stopped(core, &facts, judge, now) } else { Vec::new() };
    if !stopped.is_empty() {
        let names: Vec<_> = stopped.iter().map(|e| e.title.clone()).collect();
        return Err(Box::new(Refusal {
            evidence: stopped,
            ..Refusal::new(
                Why::Check,
                format!("a check that held no longer does: {}", names.join(", ")),
                "propose it again: nothing was sent",
            )
        }));
    }
    let step = core.step();
    let there = plan::look(draft, reader, &step.change).await?;
    match deed(&step.change).hindrance(&step.reversal, &there) {
        None => Ok(()),
        Some(Hindrance::Moved(what) | Hindrance::Idle(what) | Hindrance::Reversal(what)) => {
            Err(Box::new(Refusal::new(Why::Moved, what, "propose it again: nothing was sent")))
        }
    }
}

/// What somebody is asked before the next step, as long as nobody has answered.
fn unanswered<'a>(draft: &'a Draft, next: usize, cleared: Option<&str>) -> Option<&'a str> {
    let step = draft.steps().nth(next)?;
    step.pause.as_deref().filter(|_| cleared != Some(step.id.as_str()))
}

/// The pins that no longer hold, but for those that the run's own steps have moved.
fn moved(core: &Core, facts: &Facts) -> Vec<Moved> {
    let ours: Vec<_> =
        core.draft.steps().take(core.landed.len()).map(|step| deed(&step.change).query()).collect();
    let touched =
        |fact: &str| core.draft.facts.iter().any(|f| f.name == fact && ours.contains(&f.query));
    plan::pinned(&core.draft, facts)
        .into_iter()
        .filter(|now| !touched(&now.fact))
        .filter_map(|now| {
            let was = core
                .seen
                .fingerprints
                .iter()
                .find(|p| p.fact == now.fact && p.field == now.field)?;
            (was.value != now.value).then(|| Moved {
                what: format!("{}{}", now.fact, now.field),
                was: was.value.clone(),
                is: now.value,
            })
        })
        .collect()
}

/// The checks that would stop the plan now.
fn stopped(core: &Core, facts: &Facts, judge: &dyn Judge, now: Timestamp) -> Vec<Evidence> {
    core.draft
        .checks
        .iter()
        .map(|check| plan::judged(check, facts, judge, now))
        .filter(|evidence| evidence.standing == Standing::Stopped)
        .collect()
}
