//! The CloudWatch Logs filter-pattern language: grammar, parser, matcher, errors that point.
//!
//! A [`Pattern`] is the language as AWS documents it, no more: what parses here can be pasted into a
//! metric filter, a live tail or `FilterLogEvents`, and what AWS rejects is rejected here with a caret
//! under the fault. A [`Search`] is the console's shorthand on top of it: plain text, `/regex/`, a
//! leading `!`, or a pattern.
//!
//! ```
//! # use watchdeck_pattern::Pattern;
//! let pattern = Pattern::parse(r#"{ $.level = "ERROR" && $.status >= 500 }"#).unwrap();
//! assert!(pattern.matches(r#"{"level":"ERROR","status":502}"#));
//! ```

mod asked; // what a JSON pattern asks of a record
mod demand; // what a message must hold
mod members; // what a JSON pattern looks at
mod pattern; // the two types a reader meets first
mod reach; // what an expression may come to, behind text of which little is known
mod scan; // candidates in much text at once
mod search;

mod error;
mod glob; // `*` wildcards
mod grammar; // the syntax tree
mod matcher; // one file a form
mod parse; // one file a form
mod regexp; // AWS's subset of regular expressions

pub use asked::{Asked, MemberTest, Scalar};
pub use demand::Demand;
pub use error::PatternError;
pub use grammar::Segment;
pub use pattern::{MAX_CHARS, MAX_REGEXES, MAX_WILDCARDS, Pattern};
pub use reach::{Reach, State, States};
pub use scan::Scan;
pub use search::Search;
