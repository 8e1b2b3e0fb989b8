//! Contexts: the places an operator goes to by name, with what each of them allows. Read from a file of theirs.
//!
//! Suggested reading order:

pub mod regions; // the regions of AWS

mod colour; // how much a slip costs there, as a colour
mod file; // reading the file
mod schema; // the same for editors

use watchdeck_domain::{
    Arn, ChangeCalendar, CheckpointStore, LeaseTable, Printable, Region, Retention,
};

pub use colour::Colour;
pub use file::{ContextError, read};
pub use schema::schema;
pub use watchdeck_domain::Environment;

use crate::keymap::Origin;

/// A place by name: which account, by which way, and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountContext {
    /// Its name. No two have the same.
    pub name: String,
    /// The AWS profile; none: what the AWS files and variables say.
    pub profile: Option<String>,
    /// The region; none: the profile's.
    pub region: Option<Region>,
    /// Where to go instead of AWS.
    pub endpoint_url: Option<String>,
    /// The role in whose sessions changes run.
    pub write_role: Option<Arn>,
    /// The role that is assumed for reading, with the credentials of the profile.
    pub role_arn: Option<Arn>,
    /// How much a slip costs there.
    pub environment: Environment,
    /// The colour of its badge.
    pub colour: Colour,
    /// Whether it is never armed, whatever the command line says.
    pub read_only: bool,
    /// Its policy file, in place of the one beside the contexts.
    pub policy: Option<String>,
    /// Where leases on targets are kept.
    pub lease: Option<LeaseTable>,
    /// Where the journal's checkpoints are shipped to.
    pub checkpoints: Option<CheckpointStore>,
    /// How long Object Lock is to keep each of them there.
    pub retention: Option<Retention>,
    /// The change calendars that must be open.
    pub calendars: Vec<ChangeCalendar>,
    /// Where it is written.
    pub at: Origin,
}

impl AccountContext {
    /// What it leads to, in a line.
    pub fn summary(&self) -> Printable {
        let mut parts = vec![self.environment.name().to_owned()];
        parts.extend(self.profile.iter().map(|profile| format!("profile {profile}")));
        parts.extend(self.region.iter().map(ToString::to_string));
        parts.extend(self.endpoint_url.iter().map(|_| "an endpoint of its own".to_owned()));
        parts.extend(self.read_only.then(|| "read-only".to_owned()));
        Printable::new(parts.join(", "))
    }
}

/// The context that forbids changes with this profile, by whichever way one comes: `read_only` means never.
pub fn forbidding<'a>(
    contexts: &'a [AccountContext],
    profile: Option<&str>,
) -> Option<&'a AccountContext> {
    let profile = profile?;
    contexts.iter().find(|context| context.read_only && context.profile.as_deref() == Some(profile))
}
