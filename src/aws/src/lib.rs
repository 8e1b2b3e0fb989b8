//! The official AWS SDK and nothing else: connect, identity, gate, readers, writers, live tail.
//!
//! No other crate names an SDK type, and no `pub fn` here returns one. Suggested reading order:

pub mod connect; // from a place to a connection, or a plain reason why not
pub mod place; // where to connect to: profile, region, endpoint, keys
pub mod problem; // why a connection could not be made, for people
pub mod profiles; // is anything configured? Looks at files and variables, never at the network
pub mod wire; // an AWS endpoint inside the process

mod clients; // one client a service, all with the same belts
mod gate; // the interceptor that sends reads and stamped changes only
mod rejection; // SDK errors as reading errors
mod timing; // the SDK's clock, where the account has one of its own

pub mod reader; // every question, one file a service

pub use connect::{Connection, connect};
pub use gate::READING;
pub use place::{ConfigFiles, Keys, Where};
pub use problem::ConnectError;
pub use profiles::{Configured, configured};
pub use wire::{Endpoint, Wire, WireBody};
