//! What each screen knows, and how it changes.
//!
//! The same stem names a screen in `app/screens` and in `ui/screens`.

pub mod list; // what every list answers to the shell

pub mod overview; // the architecture as a map, and how each part does

pub mod alarms; // CloudWatch alarms
pub mod databases; // global databases, clusters, instances
pub mod findings; // security findings
pub mod functions; // the functions, and what is known about each
mod gathering; // the lines of one request, from wherever they come
pub mod groups; // which log groups to watch
pub mod identities; // the users, roles and keys that a form is filled from
pub mod logs; // the live lines: filter, cursor, time, table, bookmarks
pub mod moves; // alias moves, read from CloudTrail
pub mod pipelines; // the stages and executions that a form is filled from
pub mod query; // what came of a query over the lines
pub mod recovery;
pub mod reports; // reporting copies of databases
pub mod request; // one request, followed through all groups
pub mod templates; // what the lines have in common, and what of it is new
pub mod trail; // CloudTrail, live

pub mod form; // what a runbook wants to know
pub mod journal; // records and unfinished runs
pub mod plan; // the question, and how its answer stands
pub mod run; // runs, live or from the journal
pub mod runbooks; // what can be done from here
pub mod stock; // what the fields of a form are chosen from
pub mod targets; // which version to roll back to
