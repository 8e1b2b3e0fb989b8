//! The built-in runbooks, tried on a small shop: every trap they know, and what they propose.
#![cfg(test)]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one kind among many")]

mod calls; // runbooks that call others
mod catalogue; // the built-in runbooks on the guard's small account
mod compile;
mod containment;
mod contract;
mod deliveries;
mod delivery;
mod drift;
mod edge;
mod edge_shop;
mod identities;
mod lint;
mod own; // what only files of users say
mod rollback;
mod setting;
mod shop;
mod stores;
mod survey;
mod traffic;
mod traffic_shop;
mod triage;
mod trio; // repeated, failing, taken back
mod worlds;

#[path = "../../../guard/tests/guard/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the guard's own tests use the rest of it")]
mod support;
