//! Incidents at the desk: declared, ended, over by themselves; and the plans that they let through.

use std::sync::Arc;

use watchdeck_domain::Task;

use super::serve::{absent, unwritten};
use super::{Desk, Event};
use crate::evidence::{Refusal, Why};
use crate::incident::Incident;
use crate::journal::Record;
use crate::plan::{Approved, Plan};
use crate::realm::Realm;

/// The longest id, and the longest title.
const LONGEST: (usize, usize) = (64, 200);

impl<R: Realm> Desk<R> {
    /// Takes up what the journal knows of.
    pub(super) fn take_up_incident(&mut self) {
        let known = self.journal.ledger().incident().cloned();
        self.ceremony.incidents.set(known);
        self.end_late_incident();
        if self.ceremony.incidents.current().is_some() {
            self.tell_incident();
        }
    }

    pub(super) fn declare(&mut self, id: &str, title: &str) {
        let (id, title) = (id.trim(), title.trim());
        let fits = |text: &str, most| (1..=most).contains(&text.chars().count());
        let refusal = if !self.ceremony.incidents.allowed {
            let what = "the policy forbids that an incident is declared here";
            Some(Refusal::new(Why::Policy, what, "ask a second person, or break the glass"))
        } else if let Some(open) = self.ceremony.incidents.current() {
            let what = format!("the incident {} is declared already", open.id);
            Some(Refusal::new(Why::Busy, what, "end it first: `:incident end`"))
        } else if !fits(id, LONGEST.0) || !fits(title, LONGEST.1) {
            let what = "an incident has an id and a title";
            Some(Refusal::new(Why::Absent, what, "such as `:incident INC-7 orders are lost`"))
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return self.refuse(None, refusal);
        }
        let since = self.clock.now();
        let incident = Incident {
            id: id.to_owned(),
            title: title.to_owned(),
            by: self.operator.name.clone(),
            since,
            until: since + self.ceremony.incidents.lasting,
        };
        if let Err(error) = self.note(Record::Declared { incident: incident.clone() }) {
            return self.refuse(None, unwritten(&error));
        }
        self.ceremony.incidents.set(Some(incident));
        self.tell_incident();
    }

    pub(super) fn end_incident(&mut self) {
        let Some(incident) = self.ceremony.incidents.current() else {
            return self.refuse(None, absent("no incident is declared", "there is none to end"));
        };
        // It ends, whether that can be written down or not: it only ever makes things easier.
        self.ceremony.incidents.set(None);
        self.over(incident, self.operator.name.clone());
    }

    /// Ends the incident whose time is over.
    pub(super) fn end_late_incident(&mut self) {
        if let Some(incident) = self.ceremony.incidents.expire(self.clock.now()) {
            self.over(incident, "itself: its time is over".into());
        }
    }

    fn over(&mut self, incident: Incident, by: String) {
        if let Err(error) = self.note(Record::Over { id: incident.id, by }) {
            tracing::warn!(%error, "the end of an incident could not be noted");
        }
        self.tell_incident();
    }

    fn tell_incident(&self) {
        self.tell(Event::Incident { incident: self.ceremony.incidents.current() });
        self.tell_all_gates();
    }

    /// Sleeps until the incident ends by itself, if one is declared.
    pub(super) fn until_over(&self) -> Option<Task<'static, ()>> {
        let until = self.ceremony.incidents.current()?.until;
        let (clock, span) = (Arc::clone(&self.clock), until.since(self.clock.now()));
        Some(Box::pin(async move { clock.sleep(span).await }))
    }

    /// Writes down that a plan goes on without a second person, to be reviewed. Not written, it does not go on.
    pub(super) fn note_incident(&mut self, plan: &Plan<Approved, R>) -> Result<(), Refusal> {
        let Some(incident) = plan.stage.pass.by_incident(&plan.draft) else { return Ok(()) };
        let record = Record::ByIncident {
            plan: plan.draft.id.clone(),
            title: plan.draft.title.clone(),
            incident: incident.told(),
            by: self.operator.name.clone(),
        };
        self.note(record).map_err(|error| unwritten(&error))?;
        self.tell_reviews();
        Ok(())
    }
}
