//! Keys as files: chords, sequences, contexts.

pub mod key; // one press
