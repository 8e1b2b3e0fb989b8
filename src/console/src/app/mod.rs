//! What the console knows and decides: pure and deterministic.
//!
//! Suggested reading order:

pub mod message; // what happens
pub mod model; // what is known
pub mod update; // what follows

pub mod effect; // what is to be done

pub mod available; // when a command would do something
pub mod command; // the command table

mod answers; // answers, taken in
mod arming; // how long changes can still be proposed
mod asking; // queries, over the lines held or in the account
mod ceremony; // reasons, second persons, broken glass, the kill switch
pub mod choices; // what a form's fields can be chosen from
mod copy; // what is copied from each view
mod following; // from a line to its request
mod hearing; // what the desk tells
mod input; // texts being typed
mod inquiring; // queries that the account runs
mod keeping; // filters with a name
mod keys; // keys, to a command or into a text
mod lines; // commands on log lines
mod looks; // another theme, the mouse
mod mining; // templates of lines
mod motion; // moving
mod narrowing; // what is fetched
mod perform; // commands, carried out
pub mod proposing; // from a runbook to a proposal
mod recorded; // what a recording keeps of a message
mod recovering; // asks two regions at once
mod refresh; // asking again
mod reporting; // from copies of databases to what is done about them
mod rollback; // from a function to a proposal
mod secrets; // asked for hidden, and known by words that stand for them
mod steering; // a run gone on with, given up, taken back
mod subject; // from anything to its logs and its changes
mod waiting; // what is waited for

pub mod destinations; // where one can go
pub mod details; // one thing, told in lines
pub mod export; // lines on their way into a file
pub mod files; // files in place of an account
pub mod screens; // what each screen knows
pub mod shell; // which view is in front
pub mod statement;
mod typing; // what is being typed // what a CloudTrail record states

pub mod aws_cli; // what is asked, for a shell
pub mod bill; // what a query scans and costs
pub mod cursor; // a chosen row and its window
pub mod filter; // the filter of lists
pub mod lease; // credentials that end
pub mod line; // one line of text being typed
pub mod listing; // how a list is looked at
pub mod loaded; // a value that was asked for
pub mod neighbours; // places beside the one in front
pub mod notes; // bookmarks and columns, for the next session
pub mod palette; // everything that can be gone to
pub mod place; // where we stand
pub mod problem; // what went wrong
pub mod sections; // rows under headings that fold
pub mod sheet; // a record as text
pub mod signin; // a code that waits to be approved
pub mod switching; // from one account to another
pub mod tail; // how the tail stands
pub mod ticket; // which answers still count
pub mod times; // times as they are told now
mod triaging; // from findings to what is done about them
pub mod wishes; // what the operator set in advance

pub use effect::Effect;
pub use input::completions;
pub use message::{Meter, Mouse, MouseDeed, Msg, Switched};
pub use model::{Model, Setup};
pub use perform::first_key;
pub use place::{Arms, Lease, Link, Mark, Place, RealmName};
pub use problem::Problem;
pub use recorded::recorded;
pub use tail::{Flow, TailStanding};
pub use ticket::Ticket;
pub use update::{farewell, start, update};
pub use wishes::Wishes;
