//! One binary for all integration tests: every binary that links the SDK costs seconds to link.

mod house;
mod servers;
