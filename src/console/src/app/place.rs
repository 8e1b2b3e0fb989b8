//! Where the console stands: account, region, role, realm, and whether it may change anything.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Identity, Printable, Region};

use super::message::Meter;
use super::problem::Problem;
use crate::contexts::{Colour, Environment};

/// What the header shows, always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// A name people know the account by, such as `shop-prod`; may be empty.
    pub alias: Printable,
    /// The profile, story or endpoint that leads here, for people.
    pub context: Printable,
    /// The operator's own name for it, and how much a slip costs here.
    pub mark: Mark,
    /// The region.
    pub region: Region,
    /// Simulated or real.
    pub realm: RealmName,
    /// Whether a writer exists behind the desk.
    pub arms: Arms,
    /// The state of the connection, as the last question found it.
    pub link: Link,
    /// How long the credentials are good for.
    pub lease: Lease,
    /// How much is asked of the account.
    pub meter: Meter,
}

/// What the operator's contexts say of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The name of the context; empty where one came by another way.
    pub name: Printable,
    /// How much a slip costs; none for a simulated account that no context names.
    pub environment: Option<Environment>,
    /// The colour of the badge, where a context chose one.
    pub colour: Option<Colour>,
}

impl Mark {
    /// Of a place that no context names: production, unless it is simulated.
    pub fn unnamed(realm: RealmName) -> Self {
        let environment = match realm {
            RealmName::Simulated | RealmName::Served | RealmName::Files => None,
            RealmName::Live => Some(Environment::Production),
        };
        Self { environment, ..Self::default() }
    }
}

/// How long the credentials are good for, by the machine's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lease {
    /// Nobody has said that they end.
    #[default]
    Lasting,
    /// They end in so many seconds.
    Ends(u64),
    /// They have ended, and no new ones could be had.
    Expired,
}

/// Whether the account is a simulated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RealmName {
    /// The simulated account, living inside this process.
    Simulated,
    /// A simulated account in another process of this machine, which said so itself.
    Served,
    /// An account behind a real endpoint.
    Live,
    /// No account: files.
    Files,
}

/// Whether changes can be made. A label for the eyes: the absence of a writer is what protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arms {
    /// No writer was made.
    ReadOnly,
    /// Started with `--write`: changes can be proposed.
    Armed,
    /// Armed, and AWS does not confine a change to what was approved: no writing role was given.
    Unconfined,
}

/// The connection to the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// There is no account in front: the one that was asked for wants a person to sign in first.
    Absent,
    /// There is none, and none is meant: files are open.
    Offline,
    /// Nothing was answered yet.
    Connecting,
    /// STS told who we are.
    Connected(Identity),
    /// STS told who we are, but the newest question met a problem that concerns every question.
    Troubled(Option<Identity>, Problem),
}

impl Link {
    /// Who we are, if STS ever told.
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Absent | Self::Offline | Self::Connecting => None,
            Self::Connected(identity) => Some(identity),
            Self::Troubled(identity, _) => identity.as_ref(),
        }
    }
}
