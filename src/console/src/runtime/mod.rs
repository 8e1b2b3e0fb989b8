//! The event loop, the terminal, the clock, and who carries the effects out.
//!
//! Suggested reading order:

mod arming; // from an opened account to what a desk is made of
mod start; // from an opened account to a running console

pub mod effects;
pub mod events; // what can happen, in one queue
pub mod session; // the loop // who carries out what `update` wants

pub mod ceremony; // what is asked of changes here, from the operator's files
pub mod desk; // who hosts the guard's desk
pub mod detections; // the operator's own detections
pub mod export; // who writes lines to a file
pub mod neighbours; // places beside the account in front
pub mod places; // who answers for which place
pub mod proposal; // from a runbook to a draft
pub mod rehearsal; // scenarios of runbooks, played on simulated accounts
pub mod runbooks; // the operator's own runbooks
pub mod sitting; // a desk without a screen
pub mod tail; // who performs what the honest tail asks

pub mod files; // files in place of an account

pub mod filters; // filters with a name
pub mod memory; // templates, from one session to the next
pub mod notes; // bookmarks and columns, from one session to the next

pub mod contexts; // where one can go
pub mod hidden; // what is typed and must not be seen
pub mod lease; // credentials that end
pub mod recording; // sessions written down and played again
pub mod switching; // from one account to another

mod signin; // a code that a person approves in a browser

pub mod accounts; // which account, and how it is reached
pub mod beacon; // the clock of a simulated account in another process
pub mod meter; // how much is asked of the account

pub mod keys; // the operator's own keys
pub mod looks; // the operator's own themes, and what the environment says about the terminal
pub mod settings; // the operator's own settings

mod forgotten; // what nobody has looked at for long
mod kept; // files written as a whole

pub mod clock; // the only place that asks for the time
pub mod logging; // diagnostics, to a file
pub mod signals; // what the system wants
pub mod state; // where journals live
pub mod terminal; // the screen and the keyboard

pub use start::{Front, groups, start};
