//! The guard: nothing changes AWS but what was planned, checked, approved, recorded and verified.
//!
//! Suggested reading order:

mod canonical; // one value, one text, one hash
mod realm; // Sim and Live, sealed

mod draft; // what somebody would like done, as plain data
mod judge; // the port that judges expressions over facts
mod ports; // the reader, the writer that only warrants can move, and who makes a change of a named call

mod approval; // the second person
mod calendar; // when nothing is changed
pub mod gate; // what is asked of a change, by its risk and place
pub mod policy; // who may what
mod stop; // the kill switch
mod veil; // secrets, and the words that stand for them

mod incident; // declared by somebody, over by itself
mod lease; // who may change a target for a while
mod shipping; // checkpoints, where the journal's writer cannot rewrite them

mod ceremony; // all of that, for one place and for one plan

mod changes; // the changes, one file each
mod command; // a call as a command of the AWS CLI
mod content; // what a plan comes to, whenever it is made
mod evidence; // what was seen, and the reasons for a no
mod facts; // answers as variables of expressions
mod preflight; // what IAM would say beforehand
mod preview; // what a change means, before it is made
mod probe; // looking for a change
mod question; // what the operator is asked
mod radius; // how much a plan may change, and where it is not taken back any more
mod stages; // steps on one target, each with the lock that the one before leaves

mod challenge; // the question that owns its plan
mod plan; // proposed, checked, approved
pub mod run; // from approval to receipt
mod undo; // taking a run back
mod watch; // coming to rest, and being seen

pub mod desk; // the road behind plain data
pub mod journal; // intents, durable before they are carried out

pub use approval::{
    Approval, Approver, ApproverKey, Attester, Countersignature, Handback, Handover, Inquiry,
    KeyError, LineError, Presigned, Roster,
};
pub use calendar::{AskedCalendar, Calendar, CalendarFile, Freeze};
pub use canonical::sha256;
pub use ceremony::{APPROVAL_STANDS, Ceremony};
pub use challenge::Challenge;
pub use command::{aws_command, kebab, quoted};
pub use desk::{Desk, Ended, Event, Outcome, Parts, Request};
pub use draft::{
    Check, Draft, Fact, Note, OnError, OnFail, Origin, Others, Pin, PlanId, Probe, Risk, Step,
    Verification, Wait, Window,
};
pub use evidence::{Evidence, Fingerprint, Moved, Refusal, Standing, Why};
pub use facts::what_is_there;
pub use gate::{Demand, Gate, Passage, Way};
pub use incident::{Incident, IncidentRules, Incidents};
pub use journal::{Journal, verify as audit};
pub use judge::{Judge, JudgeError, Verdict};
pub use lease::{Claim, LEASE_STANDS, Lease, Leases, Lender, Lent, Tenure};
pub use plan::{Approved, Checked, Plan, Proposed, Stage};
pub use policy::{House, Policy, PolicyError};
pub use ports::{Ground, Maker, Reader, Writer};
pub use preview::mark;
pub use probe::Sighting;
pub use question::{Call, Difference, Operator, Question};
pub use radius::MOST_STAGED;
pub use realm::{Live, Realm, Sim};
pub use run::{Adrift, Doubt, Next, Receipt, Rejection, Run, Stop, Unserved, Unsettled, Warrant};
pub use shipping::{Found, Parcel, Piece, Shipper, Unshipped};
pub use stages::left_by;
pub use stop::KillSwitch;
pub use veil::{SHORTEST_SECRET, Veil, is_veiled};
