//! watchdeck: the on-call console for AWS.
//!
//! Keys, answers and events enter [`app::update()`] as one queue of [`app::Msg`]; what it wants done leaves as
//! [`app::Effect`]; the screen is [`ui::view`] of the [`app::Model`]. Only [`runtime`] has a clock, a terminal or tasks.
//!
//! Suggested reading order:

pub mod app; // what the console knows and decides: Model, Msg, update, Effect, the command table
pub mod config; // the settings: what can be set, and where each value came from
pub mod contexts; // the places one goes to by name: contexts.toml
pub mod keymap; // keys as files: chords, sequences, contexts
pub mod look; // themes as files, and which look it is to be
pub mod ui; // the model, drawn

pub mod cli; // the command line
pub mod runtime; // the event loop, the terminal, the clock, and who carries the effects out

#[cfg(test)]
mod tests; // keys in, screen out
