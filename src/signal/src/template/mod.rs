//! Templates: what lines have in common, and which of them are new, surging or gone quiet.
//!
//! A [`Miner`] takes lines and gives each to a template, as Drain does: a word that holds a digit is a variable; lines
//! of one length are of one template, which grows as general as they ask, when their first two words are equal, four
//! fifths of all their words, and seven tenths of those that are no variables. It is fed message by message, without
//! the headers of the lines. Of JSON lines the template is the level, the template of the message member and the set of
//! keys; of failures, the type of the error and the first place its trace names.
//!
//! [`Miner::ranked`] tells which templates matter: those never seen before the recent window, then those whose rate
//! changed beyond chance. [`Miner::shape`] goes into a filter and shows the lines. [`Miner::save`] keeps what is known
//! for the next session. Times are those of the lines, and of the caller.

mod counts; // lines by the minute
mod header; // what stands in front of a message
mod members; // of a JSON object
mod miner; // templates, and the way lines take to them
mod ranking; // all of them judged, in portions
mod row;
mod saved;
mod shape; // a template as a condition
mod standing; // two rates, compared
mod subject; // what of a line is mined
mod tally; // one template
mod tree; // where templates are found
mod words;

#[cfg(test)]
mod tests;

pub use counts::BUCKET;
pub use miner::Miner;
pub use ranking::{Outstanding, Ranking};
pub use row::{Row, Windows};
pub use saved::{LoadError, Saved};
pub use shape::Shape;
pub use standing::{Evidence, Standing};
pub use tally::TemplateId;
