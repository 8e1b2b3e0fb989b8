//! The guard: nothing changes AWS but what was planned, checked, approved, recorded and verified.
//!
//! Suggested reading order:

mod realm; // Sim and Live, sealed

mod draft; // what somebody would like done, as plain data
mod judge; // the port that judges expressions over facts
mod ports; // the reader, and the writer that only warrants can move

mod evidence; // what was seen, and the reasons for a no
mod probe; // looking for a change
mod question; // what the operator is asked

pub mod run; // from approval to receipt

pub mod desk; // the road behind plain data
pub mod journal; // intents, durable before they are carried out

pub use desk::{Event, Request};
pub use draft::{
    Check, Draft, Fact, Note, OnFail, Origin, Pin, PlanId, Risk, Step, Verification, Wait, Window,
};
pub use evidence::{Evidence, Fingerprint, Moved, Refusal, Standing, Why};
pub use judge::{Judge, JudgeError, Verdict};
pub use ports::{Reader, Writer};
pub use probe::Sighting;
pub use question::{Call, Difference, Operator, Question};
pub use realm::{Live, Realm, Sim};
pub use run::{Doubt, Receipt, Rejection, Unserved, Unsettled, Warrant};
