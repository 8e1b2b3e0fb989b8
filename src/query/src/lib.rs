//! Logs Insights over lines that are held: a subset of the query language, run where the lines are.
//!
//! A [`Query`] is parsed once; what AWS would refuse is refused here with a caret under the fault, and what only AWS
//! can do is refused by name. A [`Run`] takes records in portions, in memory that is bounded whatever they are, and
//! gives an [`Outcome`]: a typed table, what was scanned, and what had to be cut.
//!
//! ```
//! # use watchdeck_query::{Query, Record};
//! let query = Query::parse("filter level = 'ERROR' | stats count(*) as errors by bin(5m)").unwrap();
//! let mut run = query.begin(1_763_780_400_000);
//! run.feed(&Record { message: r#"{"level":"ERROR"}"#, time: 1_763_780_400_000, ..Record::default() });
//! assert_eq!(run.finish().rows.len(), 1);
//! ```

mod query; // what a reader meets first
mod record;
mod run; // a pipeline, fed

mod error;
mod function; // what a row is made to say
mod grammar; // the syntax tree
mod number;
mod parse; // text to tree
mod period; // `5m`, and the calendar
mod plan; // what a query leaves unsaid
mod value; // comparisons, orders

pub mod json; // JSON flattened lazily; `signal` reads lines with it

pub use error::{QueryError, Warning};
pub use query::{MAX_CHARS, Query};
pub use record::Record;
pub use run::{MAX_GROUPS, MAX_HELD, MAX_ROWS, Outcome, Run, Statistics};
pub use value::{Cell, Value};
