//! Lines held in bounded memory, views over them, rows of a screen.
//!
//! A [`Store`] holds lines in segments of a few thousand, in order of (event time, ingestion, arrival). Each line
//! has a [`LineId`] that never changes: a screen keeps the id of its selected line and of its top line, and asks
//! [`Rows::position`] where they stand now, whatever arrived, was placed late, or was evicted meanwhile.
//!
//! The text stands in blocks. Those that are full are packed, a few at each append, but for the newest: what lines have
//! in common is kept once, what differs in columns. A message that is looked at is unpacked with its block, and let go
//! again by a later append. A filter asks a packed block what it holds, and mostly reads none of its lines.
//!
//! A [`View`] is a filter over a store, advanced with a budget; [`View::rows`] addresses its rows by number. Reading a
//! window costs the same whether a thousand lines are held or a million.

mod filter;
mod held; // the store itself
mod histogram; // how many lines when
mod keeping; // packed, let go, evicted
mod line;
mod names; // streams, each named once
mod packed; // messages of a block, packed
mod pretty; // JSON lines, indented
mod rows;
mod segment;
mod sieve; // a filter over many lines at once
mod sketch; // what a text cannot hold
mod span;
mod taking; // lines on their way in
mod text; // blocks, packed once they are full
mod view;

#[cfg(test)]
mod sought; // filters, against asking each line
#[cfg(test)]
mod tests;

pub use filter::Filter;
pub use held::Store;
pub use histogram::{Bar, Histogram};
pub use line::{LineId, LineRef};
pub use names::StreamName;
pub use rows::{Row, Rows};
pub use span::Span;
pub use taking::{Appended, Written};
pub use view::{Progress, View};
