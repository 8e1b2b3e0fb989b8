//! Runbooks as files: the TOML format, its expressions, its linter, and compilation to a draft.
//!
//! Suggested reading order:

mod expression; // CEL, judging the guard's expressions
mod format; // runbook/1, as serde reads it
mod param; // typed parameters
mod parse; // text to runbook, with line, column and hint
mod template; // places in braces

mod action; // what a step may do: the changes, by name
mod compile; // runbook and parameters to draft
mod lint; // what is wrong with a runbook, before anybody needs it

mod catalogue; // the runbooks that are built in
mod rollback; // the built-in lambda.rollback, ready to propose
mod survey; // which version was good: the evidence, all of it

pub use catalogue::built_in;
pub use compile::{CompileError, Place};
pub use expression::Cel;
pub use format::Runbook;
pub use lint::Complaint;
pub use param::{ParamType, Params};
pub use parse::{ParseError, parse};
pub use rollback::{LAMBDA_ROLLBACK, Rollback, lambda_rollback, propose_rollback};
pub use survey::{Candidate, Rules, Standing, Survey, survey};
