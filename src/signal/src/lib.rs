//! The engine of what we know: the honest tail, the log store, what lines mean and have in common. No I/O, no clock: time is an argument.
//!
//! [`tail`] merges two imperfect sources into one stream that says how complete it is; [`store`] holds that
//! stream in bounded memory and shows any window of it at a cost that does not depend on how much is held; [`template`]
//! says what its lines have in common, and what of it is new.
//!
//! [`reading`] says what a line means; [`trace`] finds the lines of one request and puts them in order.
//!
//! A driver wires them: it performs what [`tail::Pane::next_actions`] asks, feeds frames and pages back, and
//! hands the [`News`] to [`store::Store::apply`].

pub mod leaf; // lines of a file, handed over together
pub mod placed; // a line with what is known about how it came
pub mod reading; // what a line means
pub mod store; // lines held, views over them, rows of a screen
pub mod tail; // live tail and sweeps, merged
pub mod template; // what lines have in common, and what of it is new
pub mod trace; // the lines of one request
pub mod transcript; // the lines of a file

pub mod gap; // what is not known, as a row

pub use gap::{Gap, GapCause, GapChange, GapId};
pub use leaf::Leaf;
pub use placed::{News, Placed};
