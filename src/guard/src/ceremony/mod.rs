//! The ceremony of a place: its policy, its calendars, its second person, its kill switch; and what of it a plan has passed.

mod hold; // leases on the targets of a run
mod pass; // what of it a plan has passed

use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::{Environment, Timestamp};

pub(crate) use pass::Pass;

use crate::approval::{Attester, Roster};
use crate::calendar::Calendar;
use crate::draft::Draft;
use crate::evidence::{Refusal, Why};
use crate::gate::{Gate, Passage, Way};
use crate::incident::Incidents;
use crate::lease::Leases;
use crate::policy::{House, Policy};
use crate::shipping::Shipper;
use crate::stop::KillSwitch;
use crate::veil::Veil;

/// What is asked of changes in a place, besides what the road asks of all of them.
pub struct Ceremony {
    /// How much a slip costs there.
    pub environment: Environment,
    /// Who may what.
    pub policy: Policy,
    /// When nothing is changed.
    pub calendars: Vec<Arc<dyn Calendar>>,
    /// Who may approve.
    pub roster: Roster,
    /// How many must, where a second person is asked for.
    pub approvals: usize,
    /// Whether their teams must differ.
    pub distinct_teams: bool,
    /// How long an approval counts from the question on, in time of the realm.
    pub approval_stands: Duration,
    /// Whom one asks who has signed a request, where an approval may come by STS.
    pub attester: Option<Arc<dyn Attester>>,
    /// The incident that is declared, and how long one lasts.
    pub incidents: Incidents,
    /// What stops everything.
    pub switch: KillSwitch,
    /// Where leases on targets are kept, if anywhere.
    pub leases: Option<Leases>,
    /// Where the journal's checkpoints are shipped to, if anywhere.
    pub shipper: Option<Arc<dyn Shipper>>,
    /// The secrets that plans need.
    pub veil: Arc<Veil>,
}

/// An approval counts for a quarter of an hour.
pub const APPROVAL_STANDS: Duration = Duration::from_mins(15);

impl std::fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let calendars: Vec<_> = self.calendars.iter().map(|calendar| calendar.name()).collect();
        f.debug_struct("Ceremony")
            .field("environment", &self.environment)
            .field("policy", &self.policy)
            .field("calendars", &calendars)
            .field("roster", &self.roster)
            .field("switch", &self.switch)
            .field("leases", &self.leases)
            .finish_non_exhaustive()
    }
}

impl Ceremony {
    /// The ceremony where there is no policy file.
    pub fn bare(environment: Environment) -> Self {
        Self::of(environment, &House::bare(), Vec::new(), KillSwitch::default())
    }

    /// The ceremony of a house, with its calendars opened.
    pub fn of(
        environment: Environment,
        house: &House,
        calendars: Vec<Arc<dyn Calendar>>,
        switch: KillSwitch,
    ) -> Self {
        Self {
            environment,
            policy: house.policy.clone(),
            calendars,
            roster: house.approvers.clone().map_or(Roster::None, Roster::File),
            approvals: house.approvals.max(1),
            distinct_teams: house.distinct_teams,
            approval_stands: APPROVAL_STANDS,
            attester: None,
            incidents: Incidents::by(house.incident),
            switch,
            leases: None,
            shipper: None,
            veil: Arc::default(),
        }
    }

    /// What the calendars say of the time from now until the calls and waits of a plan are over.
    async fn weather(&self, draft: &Draft, now: Timestamp) -> (Way, String) {
        if self.calendars.is_empty() {
            return (Way::Passed, "there is no calendar: no freeze is known".into());
        }
        let calls: u64 = draft.steps().map(|step| step.settle_ms).sum();
        let waits: u64 = draft.waits.iter().map(|wait| u64::from(wait.timeout_s)).sum();
        let stages: Duration = draft.steps().map(|step| draft.stage_time(&step.id)).sum();
        let until = now + Duration::from_millis(calls) + Duration::from_secs(waits) + stages;
        for calendar in &self.calendars {
            match calendar.freeze(now, until).await {
                Ok(None) => {}
                Ok(Some(freeze)) => {
                    let why = format!(
                        "`{}` of {} freezes changes from {} to {}",
                        freeze.title,
                        calendar.name(),
                        freeze.from,
                        freeze.until
                    );
                    return (Way::Closed, why);
                }
                // Whatever the others say: a freeze may stand in the one that cannot be read.
                Err(error) => {
                    let why = format!("{} cannot be read: {error}", calendar.name());
                    return (Way::Closed, why);
                }
            }
        }
        (Way::Passed, format!("no freeze until {until}"))
    }
}

/// A no by a gate.
pub(crate) fn refusal(bar: &Passage) -> Refusal {
    let (why, hint) = match bar.gate {
        Gate::Policy => (Why::Policy, "ask whoever keeps the policy file, or somebody it permits"),
        Gate::Switch => (Why::Stopped, "release the kill switch when it is safe, then ask again"),
        Gate::Reason => (Why::Gate, "write `:give-reason` and why"),
        Gate::SecondPerson => {
            (Why::Gate, "hand the line over and `:countersign` what comes back, or break the glass")
        }
        Gate::Calendar | Gate::Preflight | Gate::Lease => {
            (Why::Gate, "wait, or answer for it alone: `:break-glass` and why")
        }
        Gate::Armed
        | Gate::Identity
        | Gate::Checks
        | Gate::Preview
        | Gate::Radius
        | Gate::Phrase
        | Gate::Verification
        | Gate::Journal => (Why::Gate, "correct the runbook, then propose again"),
    };
    Refusal::new(why, format!("{}: {}", bar.gate, bar.why), hint)
}

#[cfg(test)]
mod tests;
