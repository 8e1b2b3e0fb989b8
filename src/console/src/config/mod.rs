//! The settings: what can be set, where each value came from, and which one counts.
//!
//! Pure: texts in, settings and mistakes out. [`runtime::settings`](crate::runtime::settings) reads files and variables.
//! Suggested reading order:

pub mod origin; // where a value came from
pub mod settings; // the table of settings, and the layers they come from
pub mod value; // what a value may be

pub mod file; // config.toml, every mistake with its line and column
pub mod mistake; // what is wrong, where, and what to write instead

pub use mistake::Mistake;
pub use origin::{Origin, Sourced};
pub use settings::{Layer, Setting, Settings};
