//! What the operations do: one table a service, and nothing but behaviour behind it.

use crate::wire::call::{ApiError, Call, Reply};
use crate::world::World;

mod cloudtrail; // who did what
mod cloudwatch; // metrics and alarms
mod lambda; // functions, versions, aliases
mod logs; // groups, streams, filters, live tail
mod sts; // who am I, and who may I become

#[cfg(test)]
pub(crate) mod testing; // calls built by hand

/// What one operation does to the world, and what it answers.
pub type Behaviour = fn(&mut World, &Call) -> Result<Reply, ApiError>;

/// The operations of one service.
type Table = &'static [(&'static str, Behaviour)];

/// Every service, by the name of its model.
const SERVICES: &[(&str, Table)] = &[
    ("cloudtrail", cloudtrail::OPERATIONS),
    ("cloudwatch", cloudwatch::OPERATIONS),
    ("lambda", lambda::OPERATIONS),
    ("logs", logs::OPERATIONS),
    ("sts", sts::OPERATIONS),
];

/// The services whose records stand in the fixture.
const STANDING: &[(&str, Table)] = &[("securityhub", securityhub::OPERATIONS)];

/// The behaviour of an operation, if it is served.
pub fn behaviour(service: &str, operation: &str) -> Option<Behaviour> {
    let (_, table) = SERVICES.iter().chain(STANDING).find(|(name, _)| *name == service)?;
    table.iter().find(|(name, _)| *name == operation).map(|(_, behaviour)| *behaviour)
}

/// Every served operation, as service and operation.
pub fn served() -> impl Iterator<Item = (&'static str, &'static str)> {
    SERVICES
        .iter()
        .chain(STANDING)
        .flat_map(|(service, table)| table.iter().map(|(operation, _)| (*service, *operation)))
}

// What stands: answered from the fixture.
mod pages; // lists, a page at a time
#[cfg(test)]
mod rehearsal; // calls made in tests
mod securityhub; // findings, controls, insights
