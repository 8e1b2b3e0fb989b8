//! The plan of each built-in runbook on an account in memory: from its parameters to the question, checks and hash and all.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a benchmark reads the clock, prints its figures, and fails by panicking"
)]

#[path = "../tests/runbook/catalogue.rs"]
#[expect(dead_code, reason = "what is remembered between worlds is not measured")]
mod catalogue;
#[path = "../../guard/tests/guard/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the guard's own tests use the rest of it")]
mod support;

use std::time::{Duration, Instant};

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Plan, Sim};
use watchdeck_runbook::{Cel, Place};

use catalogue::{bench, cases, catalogue};
use support::clock::run;
use support::hands::Hands;

/// How often each is measured.
const TIMES: usize = 200;

fn main() {
    for case in cases() {
        let bench = bench();
        let hands = Hands(bench.account.clone());
        let (now, scope) = (bench.clock.now(), bench.account.state().scope.clone());
        let place = Place { scope, now };
        let once = |_| {
            let begun = Instant::now();
            let proposed = catalogue().propose(case.id, case.params.clone(), &place, &hands);
            let plan = Plan::<_, Sim>::propose(run(&bench.clock, proposed).unwrap());
            let checked = plan.check(&hands, &Cel, &bench.ceremony, now);
            let challenge = run(&bench.clock, checked).unwrap().challenge();
            assert!(!challenge.question().phrase.is_empty());
            begun.elapsed()
        };
        told(case.id, &mut (0..TIMES).map(once).collect::<Vec<_>>());
    }
}

fn told(what: &str, spans: &mut [Duration]) {
    spans.sort();
    let at = |share: usize| spans[(spans.len() - 1) * share / 100];
    println!("{what}: p50 {:.1?}, p99 {:.1?}, max {:.1?}", at(50), at(99), at(100));
}
