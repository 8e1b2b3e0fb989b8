//! What a plan has passed of the ceremony: policy, trial, calendars, reason, second person, lease, glass.

use std::sync::Arc;

use watchdeck_domain::{Identity, Timestamp};

use super::hold::Held;
use super::{Ceremony, refusal};
use crate::approval::{
    Approval, Approver, Asker, Countersignature, Handover, Inquiry, Panel, Presigned, Roster,
};
use crate::canonical::hex;
use crate::draft::{Draft, Risk};
use crate::evidence::{Refusal, Why};
use crate::gate::{Demand, Gate, Passage, Way, demand};
use crate::incident::Incident;
use crate::judge::Judge;
use crate::lease::Lease;
use crate::plan::Seen;
use crate::policy::{Decision, Wish};
use crate::ports::Reader;
use crate::preflight;
use crate::preview;
use crate::question::Operator;
use crate::realm::Realm;

/// What a plan has passed of the ceremony. It travels inside the plan, and is spent with it.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) ceremony: Arc<Ceremony>,
    policy: Decision,
    weather: (Way, String),
    /// What IAM would say.
    pub(super) preflight: (Way, String),
    /// Who holds the targets.
    pub(super) lease: (Way, String),
    /// The leases of ours, once the run begins.
    pub(super) held: Vec<Held>,
    /// Those that are ours no longer.
    pub(super) lost: Vec<Lease>,
    reason: Option<String>,
    approvals: Vec<Approval>,
    /// Why one person answers alone, and for which gates: those that stood in the way when the glass was broken.
    glass: Option<(String, Vec<Gate>)>,
    /// Drawn for this one question.
    nonce: String,
    /// The last instant at which an approval counts.
    until: Timestamp,
}

const UNASKED: &str = "no second person is asked for here";

/// What a plan passed, for the journal.
pub(crate) struct Passed {
    pub(crate) reason: Option<String>,
    pub(crate) approvals: Vec<Approval>,
    pub(crate) glass: Option<String>,
}

impl Pass {
    /// Looks at policy and calendars, when the plan is checked.
    pub(crate) async fn survey(
        ceremony: &Arc<Ceremony>,
        draft: &Draft,
        identity: &Identity,
        judge: &dyn Judge,
        now: Timestamp,
    ) -> Result<Self, Box<Refusal>> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|error| {
            let what = format!("there is no randomness for the question: {error}");
            Box::new(Refusal::new(Why::Gate, what, "try again; report it if it stays so"))
        })?;
        Ok(Self {
            policy: ceremony.policy.decide(&wish(ceremony, draft, identity, now), judge),
            weather: ceremony.weather(draft, now).await,
            preflight: (Way::Unable, "it was not tried".into()),
            lease: (Way::Unable, "nobody was asked who holds it".into()),
            held: Vec::new(),
            lost: Vec::new(),
            reason: None,
            approvals: Vec::new(),
            glass: None,
            nonce: hex(&bits),
            until: now + ceremony.approval_stands,
            ceremony: Arc::clone(ceremony),
        })
    }

    /// Asks what lies outside: whether IAM would allow it, and who holds the targets. Nothing is taken.
    pub(crate) async fn look_ahead<R: Realm>(
        &mut self,
        draft: &Draft,
        identity: &Identity,
        reader: &dyn Reader<R>,
    ) {
        self.try_beforehand(draft, identity, reader).await;
        self.look_at_leases(draft).await;
    }

    async fn try_beforehand<R: Realm>(
        &mut self,
        draft: &Draft,
        identity: &Identity,
        reader: &dyn Reader<R>,
    ) {
        let asked = demand(Gate::Preflight, draft.risk, self.ceremony.environment);
        if asked != Demand::Nothing {
            self.preflight = preflight::foresee(draft, identity, reader).await;
        }
    }

    /// Looks again, just before the first change. What has begun is seen to its end: later only the kill switch and the
    /// lease are asked. The lease is not taken here.
    pub(crate) async fn look_again<R: Realm>(
        &mut self,
        draft: &Draft,
        seen: &Seen,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        now: Timestamp,
    ) -> Result<(), Box<Refusal>> {
        let ceremony = Arc::clone(&self.ceremony);
        self.policy = ceremony.policy.decide(&wish(&ceremony, draft, &seen.identity, now), judge);
        self.weather = ceremony.weather(draft, now).await;
        self.try_beforehand(draft, &seen.identity, reader).await;
        if !self.approvals.is_empty() {
            let roster = ceremony.roster.current().unwrap_or_default();
            let until = self.until;
            self.approvals.retain(|one| now <= until && one.counts(&roster));
        }
        let bar = self.bars(draft).find(|bar| bar.gate != Gate::Lease);
        bar.map_or(Ok(()), |bar| Err(Box::new(refusal(&bar))))
    }

    /// Whether the kill switch lets a step through.
    pub(crate) fn is_stopped(&self) -> bool {
        self.ceremony.switch.is_pulled()
    }

    /// All gates as they stand, the phrase untyped.
    pub(crate) fn passages(&self, draft: &Draft) -> Vec<Passage> {
        Gate::ALL
            .into_iter()
            .map(|gate| {
                let demand = self.asked(gate, draft);
                let (way, why) = self.stand(gate, draft, demand);
                let answered = self.glass.as_ref().is_some_and(|(_, gates)| gates.contains(&gate));
                let broken = answered && demand == Demand::Passage && way != Way::Passed;
                Passage { gate, demand, way: if broken { Way::Broken } else { way }, why }
            })
            .collect()
    }

    /// The first gate that keeps the plan from being carried out, but for the phrase.
    pub(crate) fn bar(&self, draft: &Draft) -> Option<Passage> {
        self.bars(draft).next()
    }

    fn bars(&self, draft: &Draft) -> impl Iterator<Item = Passage> {
        self.passages(draft).into_iter().filter(|one| one.bars() && one.gate != Gate::Phrase)
    }

    /// The first gate that says no, and that nobody can open for this plan any more.
    pub(crate) fn shut(&self, draft: &Draft) -> Option<Passage> {
        self.passages(draft).into_iter().find(|one| {
            one.bars()
                && one.way == Way::Closed
                && !one.gate.is_behind_glass()
                && one.gate != Gate::Switch
        })
    }

    fn stand(&self, gate: Gate, draft: &Draft, asked: Demand) -> (Way, String) {
        let passed = |why: &str| (Way::Passed, why.to_owned());
        match gate {
            Gate::Armed => passed("the console is armed"),
            Gate::Identity => passed("read when it was checked, and again before each change"),
            Gate::Policy => match &self.policy {
                Decision::Permitted(why) => (Way::Passed, why.clone()),
                Decision::Denied(why) => (Way::Closed, why.clone()),
            },
            Gate::Preflight => self.preflight.clone(),
            Gate::Checks => passed("they hold, and are made again before the first change"),
            Gate::Preview => passed("every call is told, and hashed"),
            Gate::Radius => (
                Way::Passed,
                format!("{} of at most {}", draft.steps().count(), draft.most_steps()),
            ),
            Gate::Calendar => self.weather.clone(),
            Gate::Reason => match self.reason() {
                Some(reason) => (Way::Passed, reason),
                None => (Way::Waits, "say why, with the incident or the ticket".into()),
            },
            Gate::Phrase => (Way::Waits, "typed by hand, exactly".into()),
            Gate::SecondPerson => self.second(draft, asked),
            Gate::Switch if self.is_stopped() => {
                let by = self.ceremony.switch.by();
                let by = by.map_or_else(String::new, |by| format!(" by {by}"));
                (Way::Closed, format!("all changes were stopped{by}"))
            }
            Gate::Switch => passed("not pulled"),
            Gate::Lease => self.lease.clone(),
            Gate::Verification if draft.undoes.is_some() => passed("it comes to rest where it was"),
            Gate::Verification if draft.verifications.is_empty() => {
                (Way::Closed, "the runbook does not say how its success is seen".into())
            }
            Gate::Verification => passed("what must be seen afterwards is known"),
            Gate::Journal => passed("the plan was written down"),
        }
    }

    /// Why it is done: in somebody's words, else by the incident that is declared.
    fn reason(&self) -> Option<String> {
        let incident = || self.ceremony.incidents.current().map(|incident| incident.told());
        self.reason.clone().or_else(incident)
    }

    /// The incident that stands in for the second person of this plan. It does so up to R3: what cannot be taken back needs
    /// one always.
    pub(crate) fn by_incident(&self, draft: &Draft) -> Option<Incident> {
        // One that the runbook itself asks for is not an incident's to give.
        let by_risk = draft.others.is_none();
        let asked = by_risk && self.asked(Gate::SecondPerson, draft) == Demand::Passage;
        let broken =
            self.glass.as_ref().is_some_and(|(_, gates)| gates.contains(&Gate::SecondPerson));
        let lacking = self.approvals.len() < self.quorum(draft);
        let wanted = asked && lacking && !broken && draft.risk != Risk::R4;
        self.ceremony.incidents.current().filter(|_| wanted)
    }

    /// What a gate asks of this plan: by its risk and the place, and by its runbook where that asks for others.
    fn asked(&self, gate: Gate, draft: &Draft) -> Demand {
        if gate == Gate::SecondPerson && draft.others.is_some() {
            return Demand::Passage;
        }
        demand(gate, draft.risk, self.ceremony.environment)
    }

    /// How many others must say yes to this plan.
    fn quorum(&self, draft: &Draft) -> usize {
        self.ceremony.approvals.max(draft.others.map_or(0, |others| others.count))
    }

    fn second(&self, draft: &Draft, asked: Demand) -> (Way, String) {
        let names: Vec<_> =
            self.approvals.iter().map(|one| format!("{} ({})", one.by, one.team)).collect();
        let (there, wanted) = (names.len(), self.quorum(draft));
        if there >= wanted {
            return (Way::Passed, format!("approved by {}", names.join(", ")));
        }
        if let Some(incident) = self.by_incident(draft) {
            let (told, until) = (incident.told(), incident.until);
            let why =
                format!("the incident {told} is declared until {until}: it is reviewed afterwards");
            return (Way::Passed, why);
        }
        if self.ceremony.roster == Roster::None && asked != Demand::Nothing {
            return (Way::Waits, "no file of approvers is named: nobody could approve".into());
        }
        let had = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        (Way::Waits, format!("{there} of {wanted} have approved{had}"))
    }

    /// What is handed over to a second person, where one is asked for.
    pub(crate) fn handover<R: Realm>(&self, draft: &Draft, seen: &Seen) -> Option<Handover> {
        let asked = self.asked(Gate::SecondPerson, draft);
        (asked != Demand::Nothing).then(|| Handover {
            plan: draft.id.clone(),
            hash: seen.hash.clone(),
            nonce: self.nonce.clone(),
            title: draft.title.clone(),
            calls: draft
                .steps()
                .map(|step| preview::call(&step.id, &step.change, &draft.scope))
                .map(|call| format!("{} {} {}", call.service, call.operation, call.params))
                .collect(),
            risk: draft.risk,
            realm: R::NAME.into(),
            scope: draft.scope.clone(),
            environment: self.ceremony.environment,
            asks: seen.identity.arn.as_str().into(),
            until: self.until,
        })
    }

    /// Takes in what a second person handed back.
    pub(crate) fn countersign<R: Realm>(
        &mut self,
        draft: &Draft,
        seen: &Seen,
        back: &Countersignature,
        operator: &Operator,
        now: Timestamp,
    ) -> Result<Approval, String> {
        let handover = self.handover::<R>(draft, seen).ok_or(UNASKED)?;
        let roster = self.ceremony.roster.current()?;
        let panel = self.panel(&roster, draft, seen, operator);
        let approval = handover.accept(back, &panel, now)?;
        self.approvals.push(approval.clone());
        Ok(approval)
    }

    /// Examines a request to STS that a second person handed back.
    pub(crate) fn inspect<R: Realm>(
        &self,
        draft: &Draft,
        seen: &Seen,
        back: &Presigned,
        now: Timestamp,
    ) -> Result<Inquiry, String> {
        let handover = self.handover::<R>(draft, seen).ok_or(UNASKED)?;
        let attester = self.ceremony.attester.as_ref();
        let attester = attester.ok_or("there is no STS that could be asked who signed it")?;
        handover.inspect(back, attester.endpoint(), now, attester.now())
    }

    /// Takes in who STS says has signed it.
    pub(crate) fn admit<R: Realm>(
        &mut self,
        draft: &Draft,
        seen: &Seen,
        attested: (&Presigned, &Identity),
        operator: &Operator,
        now: Timestamp,
    ) -> Result<Approval, String> {
        let (back, principal) = attested;
        let handover = self.handover::<R>(draft, seen).ok_or(UNASKED)?;
        let roster = self.ceremony.roster.current()?;
        let panel = self.panel(&roster, draft, seen, operator);
        let approval = handover.admit(back, principal, &panel, now)?;
        self.approvals.push(approval.clone());
        Ok(approval)
    }

    fn panel<'a>(
        &'a self,
        roster: &'a [Approver],
        draft: &Draft,
        seen: &'a Seen,
        operator: &'a Operator,
    ) -> Panel<'a> {
        let by_runbook = draft.others.is_some_and(|others| others.distinct_teams);
        Panel {
            roster,
            distinct_teams: self.ceremony.distinct_teams || by_runbook,
            before: &self.approvals,
            asker: Asker { identity: &seen.identity, operator: &operator.name },
        }
    }

    pub(crate) fn give_reason(&mut self, reason: &str) {
        self.reason = Some(reason.to_owned());
    }

    /// Breaks the glass: for what stands in the way now, and for nothing that comes later. The gates that somebody now
    /// answers for alone; none when none needs it.
    pub(crate) fn break_glass(&mut self, draft: &Draft, reason: &str) -> Vec<Gate> {
        let barred = self.passages(draft).into_iter().filter(Passage::bars);
        let gates: Vec<_> =
            barred.map(|one| one.gate).filter(|gate| gate.is_behind_glass()).collect();
        if !gates.is_empty() {
            let (_, broken) = self.glass.get_or_insert_with(Default::default);
            broken.extend(&gates);
            let broken = std::mem::take(broken);
            self.glass = Some((reason.to_owned(), broken));
        }
        gates
    }

    pub(crate) fn passed(&self) -> Passed {
        Passed {
            reason: self.reason(),
            approvals: self.approvals.clone(),
            glass: self.glass.as_ref().map(|(reason, _)| reason.clone()),
        }
    }
}

fn wish<'a>(
    ceremony: &Ceremony,
    draft: &'a Draft,
    identity: &'a Identity,
    at: Timestamp,
) -> Wish<'a> {
    Wish {
        identity,
        runbook: &draft.runbook.id,
        risk: draft.risk,
        environment: ceremony.environment,
        scope: &draft.scope,
        at,
    }
}
