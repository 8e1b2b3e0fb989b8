//! What each screen knows, and how it changes.
//!
//! The same stem names a screen in `app/screens` and in `ui/screens`.

pub mod functions; // the functions, and what is known about each
pub mod groups; // which log groups to watch
pub mod journal;
pub mod logs; // the live lines, their filter, their cursor
pub mod moves; // alias moves, read from CloudTrail
pub mod plan; // the question, and how its answer stands
pub mod run; // runs, live or from the journal
pub mod targets; // which version to roll back to // records and unfinished runs
