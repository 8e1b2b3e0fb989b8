//! The official AWS SDK and nothing else: connect, identity, gate, readers, writers, live tail.
//!
//! No other crate names an SDK type, and no `pub fn` here returns one. Suggested reading order:

mod connect; // from a place to a connection, or a plain reason why not
mod credentials; // kept until they end, renewed by one at a time
mod place; // where to connect to: profile, region, endpoint, keys
mod problem; // why a connection could not be made, for people
pub mod profiles; // is anything configured? Looks at files and variables, never at the network
mod realm; // the hands lent to the guard
mod signin; // signing in: a code that a person approves, and the token that comes of it
mod wire; // an AWS endpoint inside the process

mod clients; // one client a service, all with the same belts
mod gate; // the interceptor that sends reads and stamped changes only
mod legible; // one bad byte costs one character, not the page
mod rejection; // SDK errors as reading errors
mod skew; // how far the clock is from the server's
mod timing; // waiting by the account's clock, where it has one of its own

mod attester; // who signed a request, as STS says; and signing one
mod lender; // leases on targets, which only the guard's claims move
mod reader; // every question, one file a service
mod shipper; // checkpoints, which only the guard's parcels move
mod writer; // serves warrants, one call each

#[cfg(test)]
mod fake; // servers for the tests, inside the process

pub use attester::PresignError;
pub use connect::{Connection, Examination, Step, connect, examine, region_of};
pub use credentials::Validity;
pub use gate::READING;
pub use place::{ConfigFiles, Keys, Where};
pub use problem::ConnectError;
pub use profiles::{Configured, configured};
pub use realm::{Armed, Eyes, Hands};
pub use signin::{Authorization, Shown, SignIn, SignInError};
pub use skew::{CLOCK_REFUSED_S, ClockSkew, ServerTime};
pub use wire::{Endpoint, Wire, WireBody, bare};
