//! The simulated account: an AWS endpoint with a living world behind it. Knows nothing of the console.

pub mod account; // the handle: calls, time, faults, the ledger
pub mod clock; // real time, and virtual time paced by it
mod desk; // serving one request
mod device; // the page on which a person approves the code of a device
pub mod faults; // what goes wrong on purpose
pub mod ledger; // every request that was served
pub mod model; // the API models
pub mod serve; // the account on a loopback port
pub mod services; // what the operations do
pub mod wire; // the AWS wire
pub mod world; // the living world behind it

pub use account::{Account, Body, Setup};
pub use faults::{Fault, Faults};
pub use ledger::{Outcome, Served};
pub use serve::{Server, serve};
