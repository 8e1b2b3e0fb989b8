//! Rules over CloudTrail records: filter patterns, counts in a window, Sigma; what fires becomes an alert of a principal.
//!
//! A record is read once: one pass over its text finds the members at its top, and what lies deeper is looked for when the
//! first rule asks. Which rules can fire at all is remembered by the record's service and call.
//!
//! Suggested reading order:

mod rule; // what a rule is
mod survey; // records in, alerts out

mod alert; // alerts, and the stories they make
mod suppression; // what is kept quiet, why, until when

mod builtin; // the rules that are built in
mod complaint; // what is wrong with a file, by line
mod export; // a rule as a metric filter
mod file; // rules as TOML
mod sigma; // rules of Sigma

mod condition; // tests on slots, joined
mod envelope; // a record inside of what LookupEvents and EventBridge make of it

mod detector; // rules asked of a record
mod index; // what of a record stands in slots
mod layout; // which members have one
mod scan; // a walk over the text of a record
mod witness; // what of a record an alert keeps

pub use alert::{Alert, Story, alerts, stories};
pub use builtin::{complaints, with};
pub use complaint::Complaint;
pub use detector::{Detector, Malformed, Rules};
pub use export::metric_filter;
pub use file::{Loaded, load};
pub use rule::{LooksFor, Origin, OriginKind, Rule, Window};
pub use sigma::Tree;
pub use suppression::{Day, Suppression};
pub use survey::{Hit, Survey, Warning};
pub use witness::Witness;
