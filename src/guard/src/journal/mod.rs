//! The journal: what is about to be done is durable before it is done.

mod record;

pub use record::{Begun, Fate, Record, Row};
