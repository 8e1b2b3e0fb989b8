//! The gates: what is asked of a change before it may leave, by its risk and by the place.
//!
//! Suggested reading order:

mod table; // which gates are asked

use std::fmt;

use serde::{Deserialize, Serialize};

pub use table::{demand, level};

/// One thing that is asked of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// The console is armed.
    Armed,
    /// We are who the plan was made by, and where.
    Identity,
    /// The policy permits it.
    Policy,
    /// AWS would let us.
    Preflight,
    /// The checks hold.
    Checks,
    /// The exact calls are known, and hashed.
    Preview,
    /// It touches no more than its risk allows.
    Radius,
    /// No freeze is on.
    Calendar,
    /// A reason was given.
    Reason,
    /// The phrase was typed.
    Phrase,
    /// Somebody else has approved it.
    SecondPerson,
    /// The kill switch is not pulled.
    Switch,
    /// Nobody else holds the target.
    Lease,
    /// It is known how its success is seen.
    Verification,
    /// The journal takes it down.
    Journal,
}

impl Gate {
    /// All of them, in order.
    pub const ALL: [Self; 15] = [
        Self::Armed,
        Self::Identity,
        Self::Policy,
        Self::Preflight,
        Self::Checks,
        Self::Preview,
        Self::Radius,
        Self::Calendar,
        Self::Reason,
        Self::Phrase,
        Self::SecondPerson,
        Self::Switch,
        Self::Lease,
        Self::Verification,
        Self::Journal,
    ];

    /// What it asks, in a word or two.
    pub fn title(self) -> &'static str {
        match self {
            Self::Armed => "armed",
            Self::Identity => "identity",
            Self::Policy => "policy",
            Self::Preflight => "permission tried",
            Self::Checks => "checks",
            Self::Preview => "exact calls",
            Self::Radius => "blast radius",
            Self::Calendar => "calendar",
            Self::Reason => "reason",
            Self::Phrase => "phrase",
            Self::SecondPerson => "second person",
            Self::Switch => "kill switch",
            Self::Lease => "lock on the target",
            Self::Verification => "verification",
            Self::Journal => "journal",
        }
    }

    /// Whether one person may answer for it alone, loudly, by breaking the glass: it depends on somebody or something
    /// that may be out of reach in an emergency.
    pub fn is_behind_glass(self) -> bool {
        match self {
            Self::Preflight | Self::Calendar | Self::SecondPerson | Self::Lease => true,
            Self::Armed
            | Self::Identity
            | Self::Policy
            | Self::Checks
            | Self::Preview
            | Self::Radius
            | Self::Reason
            | Self::Phrase
            | Self::Switch
            | Self::Verification
            | Self::Journal => false,
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// How much is asked of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    /// Nothing.
    Nothing,
    /// To be told.
    Advice,
    /// To be passed.
    Passage,
}

/// How a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Passed.
    Passed,
    /// It waits for somebody.
    Waits,
    /// It says no.
    Closed,
    /// It cannot be told. Where it must be passed, it is closed.
    Unable,
    /// Somebody answers for it alone: the glass was broken.
    Broken,
}

/// One gate of one plan, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The gate.
    pub gate: Gate,
    /// How much is asked of it.
    pub demand: Demand,
    /// How it stands.
    pub way: Way,
    /// Why, in words.
    pub why: String,
}

impl Passage {
    /// Whether it keeps the plan from being carried out.
    pub fn bars(&self) -> bool {
        match self.way {
            Way::Passed | Way::Broken => false,
            Way::Waits | Way::Closed | Way::Unable => self.demand == Demand::Passage,
        }
    }

    /// How it stands, in words.
    pub fn state(&self) -> &'static str {
        match (self.way, self.demand) {
            (Way::Passed, _) => "passed",
            (Way::Broken, _) => "glass broken",
            (_, Demand::Nothing) => "not asked",
            (Way::Waits, _) => "open",
            (Way::Closed | Way::Unable, Demand::Passage) => "closed",
            (Way::Closed, Demand::Advice) => "closed, as advice",
            (Way::Unable, Demand::Advice) => "cannot be told",
        }
    }
}
