//! What the console knows and decides: pure and deterministic.
//!
//! Suggested reading order:

pub mod message; // what happens
pub mod model; // what is known
pub mod update; // what follows
// what is to be done
pub mod effect;

pub mod place; // where we stand
pub mod problem; // what went wrong
pub mod ticket; // which answers still count

pub use effect::Effect;
pub use message::{Meter, Mouse, MouseDeed, Msg};
pub use model::{Model, Setup};
pub use place::{Arms, Link, Place, RealmName};
pub use problem::Problem;
pub use ticket::Ticket;
pub use update::{start, update};
