//! One binary for all integration tests: every binary that links the SDK costs seconds to link.
#![cfg(test)]

mod clients;
mod house;
mod servers;
mod stories;
