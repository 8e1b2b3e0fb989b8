//! The vocabulary of watchdeck and its reading port. Pure: no I/O, no clock.
//!
//! Suggested reading order:

pub mod id; // parsed identifiers: accounts, regions, functions, versions, log groups
pub mod printable; // remote text, made safe to show
pub mod secret;
pub mod time; // timestamps as arguments, and the clock port // values that never print

pub mod delivery;
pub mod function; // Lambda functions, versions, aliases
pub mod identity; // who we are at AWS
pub mod log; // log groups, events, levels
pub mod metric; // metric series
pub mod trail; // CloudTrail events // deployments in flight

pub mod change; // every mutation as data, with its reversal and its permission
pub mod reading; // questions and answers, as data, and the port that answers them

pub use change::{Change, MutationClass, Permission, Reversal};
pub use id::{
    AccountId, AliasName, Arn, FunctionName, IdError, LogGroupName, Region, RequestId, RevisionId,
    RunId, Version,
};
pub use identity::{Identity, Scope};
pub use printable::Printable;
pub use reading::{Answer, Query, Question, ReadError, Source, Task, ask};
pub use secret::Secret;
pub use time::{Clock, Timestamp};
