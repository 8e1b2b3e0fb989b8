//! What a parameter stands for: instants in a zone, restorable windows, names derived from a run, prices. Pure functions;
//! now is an argument, and what can be meant in two ways is asked, never guessed.
//!
//! Suggested reading order:

mod moment; // a text and now to an instant
mod zone; // time zones, as they are bundled

mod name; // names derived from a run
mod price; // what it may cost
mod window; // whether a database can be put back to an instant

pub use moment::{Moment, MomentError, first_instant, last_midnight, local, moment, month_end};
pub(crate) use name::identifier_fault;
pub use name::{NameError, derived};
pub use price::{Estimate, metric_reads};
pub use window::{Restorable, RestoreWindow, restorable};
pub use zone::{Zone, ZoneError, staleness, zone};
