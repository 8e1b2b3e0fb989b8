//! The guard, tried: its road over a small account that can fail in every way, its journal, its attackers.
#![cfg(test)]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one kind among many")]

mod support;

mod arming;
mod attacks;
mod attested;
mod audit; // proofs, and journals that are gone
mod ceremony;
mod closing;
mod conflicts; // throttles, failures, credentials, networks
mod controls;
mod deliveries;
mod edge; // stages, rules, services
mod elsewhere;
mod findings; // what is set on many at once
mod incidents;
mod journal;
mod lambda;
mod leases;
mod paused; // runs that are gone on with
mod pauses;
mod phrase;
mod plan;
mod preflight;
mod random;
mod recovery; // databases that are failed over
mod resumed; // processes that come back
mod road;
mod setting;
mod shipping;
mod stages;
mod steps;
mod stopping;
mod stores;
mod vectors;
mod waits;
mod worlds;
