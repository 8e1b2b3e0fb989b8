//! Runbooks as files: the TOML format, its expressions, its linter, and compilation to a draft.
//!
//! Suggested reading order:

mod expression; // CEL, judging the guard's expressions

mod behaviour; // scope, failing, undoing, calling, waiting by a status
mod format; // runbook/1, as serde reads it
mod param; // typed parameters
mod scenario; // what a runbook must come to on the simulated account

pub mod resolve; // instants in a zone, restorable windows, derived names, prices

mod contract; // what AWS asks of each call, as data
mod given; // what is given for the parameters, made whole
mod parse; // text to runbook, with line, column and hint
mod template; // places in braces

mod composed; // runbooks that call others, put together
mod values; // what their places come to

mod action; // what a step may do: the changes, by name
mod compile; // runbook and parameters to draft
mod lint;
mod reversal; // how a step is taken back // what is wrong with a runbook, before anybody needs it

mod catalogue; // what is built in, and the operator's own over it
mod schema; // the format for editors
mod several; // parameters of several ids
mod sketch; // calls, policy, time, cost and reversal, before there are parameters

mod rollback; // the built-in lambda.rollback, ready to propose
mod survey; // which version was good: the evidence, all of it

pub use behaviour::{Failing, Undo};
pub use catalogue::{BUILT_IN, Catalogue, Entry, Unsound, built_in, edited_since};
pub use compile::{CompileError, Place};
pub use expression::Cel;
pub use format::Runbook;
pub use lint::{Complaint, sound};
pub use param::{Param, ParamType, Params};
pub use parse::{ParseError, parse};
pub use reversal::Actions;
pub use rollback::{LAMBDA_ROLLBACK, Rollback, SURVEYING, lambda_rollback, propose_rollback};
pub use scenario::{Ending, Expect, Given, Scenario};
pub use schema::schema;
pub use sketch::{Sketch, SketchedCall};
pub use survey::{Candidate, Rules, Standing, Survey, survey};
