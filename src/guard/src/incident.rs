//! A declared incident: while it lasts, a change of R3 in production needs no second person. It is reviewed afterwards.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;

/// An incident that somebody declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its id where incidents are kept, such as `INC-7`.
    pub id: String,
    /// What happens, in a few words.
    pub title: String,
    /// Who declared it.
    pub by: String,
    /// When.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

impl Incident {
    /// Its id and title, as a reason.
    pub fn told(&self) -> String {
        format!("{} {}", self.id, self.title)
    }
}

/// What a policy says of incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncidentRules {
    /// Whether one may be declared at all.
    pub allowed: bool,
    /// After how many hours it ends by itself.
    pub hours: u32,
}

impl Default for IncidentRules {
    fn default() -> Self {
        Self { allowed: true, hours: 4 }
    }
}

/// No incident lasts longer without being declared anew.
pub(crate) const LONGEST_HOURS: u32 = 24;

/// The incident of a place, if one is declared. Its clones are one and the same.
#[derive(Clone, Debug)]
pub struct Incidents {
    /// Whether one may be declared.
    pub allowed: bool,
    /// How long one lasts, in time of the realm.
    pub lasting: Duration,
    open: Arc<Mutex<Option<Incident>>>,
}

impl Default for Incidents {
    fn default() -> Self {
        Self::by(IncidentRules::default())
    }
}

impl Incidents {
    /// None yet, by these rules.
    pub fn by(rules: IncidentRules) -> Self {
        let lasting = Duration::from_hours(rules.hours.into());
        Self { allowed: rules.allowed, lasting, open: Arc::default() }
    }

    /// The one that is declared.
    pub fn current(&self) -> Option<Incident> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, incident: Option<Incident>) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = incident;
    }

    /// Ends the one whose time is over. At its end it is over.
    pub(crate) fn expire(&self, now: Timestamp) -> Option<Incident> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.take_if(|incident| incident.until <= now)
    }
}
