//! Sessions written down and played again: the same screens, and nothing that could act.
//!
//! A replay has a model and a file. It has no source, no desk and no effects: what `update` wants done is dropped.
//!
//! Suggested reading order:

pub mod format; // the lines of the file
pub mod playback; // a recording and the model at a moment of it
pub mod read; // a file, taken in
pub mod recorder; // who writes, beside the loop
pub mod replay; // the recording on the terminal

pub use format::{FORMAT, Header, Writer};
pub use playback::Playback;
pub use read::{Damage, Recording};
pub use recorder::Recorder;
