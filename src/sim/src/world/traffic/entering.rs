//! What comes to the functions, and what does not: attacks, and requests that the API does not let through.

use std::sync::Arc;

use fastrand::Rng;

use super::gate::Met;
use super::journey::{Client, Journey, Outcome, Route};
use super::{Traffic, poisson};
use crate::world::Region;
use crate::world::ids::mix;
use crate::world::measure::float;

impl Traffic {
    /// Lives through a second of every attack.
    pub(super) fn assault(&mut self, home: &mut Region, rng: &mut Rng, begin: i64, logged: bool) {
        for (from, attack) in self.attacks.clone() {
            let until = from + i64::from(attack.lasts_s) * 1000;
            if begin < from || begin >= until {
                continue;
            }
            // It swells and fades within a fifth of its length.
            let edge = float(until - from) / 5.0;
            let height = (float((begin - from).min(until - begin)) / edge).clamp(0.15, 1.0);
            for _ in 0..poisson(rng, attack.per_second * height) {
                let route = if rng.bool() { Route::Page } else { Route::Read };
                let at = begin + rng.i64(0..1000);
                let mut journey = self.journey(rng, route, at, None);
                let (rule, chosen) =
                    (rng.usize(..attack.rules.len()), rng.usize(..attack.tries.len()));
                journey.client = Client {
                    ip: attack
                        .sources
                        .get(rng.usize(..attack.sources.len()))
                        .cloned()
                        .unwrap_or_default(),
                    country: attack.country.clone(),
                    agent: "sqlmap/1.8.2#stable (https://sqlmap.org)",
                };
                let missed = rng.f64() < attack.missed;
                let verdict = self.firewall.judge(&attack, &journey.client.ip, at, missed, chosen);
                for rule in &verdict.counted {
                    self.meters.count(&mut home.metrics, rule, at);
                }
                journey.outcome = match verdict.blocked {
                    Some(blocked) => blocked,
                    None if missed => Outcome::Slipped(Arc::clone(&attack), chosen),
                    None => Outcome::Blocked(Arc::clone(&attack), rule, chosen),
                };
                journey.execution.start = journey.at + 2;
                journey.execution.duration_ms = 3.0;
                self.leave(home, rng, journey, None, 0.0, logged);
            }
        }
    }

    /// A request of an API comes to its function, if the API lets it through.
    pub(super) fn pass(
        &mut self,
        home: &mut Region,
        rng: &mut Rng,
        route: Route,
        at: i64,
        trace: Option<(u64, i64)>,
        logged: bool,
    ) -> Journey {
        let outcome = match self.gate.meets(route, mix(mix(self.seed, 52), self.drawn)) {
            Met::Nothing => return self.serve(home, rng, route, at, trace, logged),
            Met::Limit => Outcome::Limited,
            Met::Fault => Outcome::Broken,
        };
        let mut journey = self.journey(rng, route, at, trace);
        journey.outcome = outcome;
        journey.execution.start = at + 2;
        journey.execution.duration_ms = 2.0;
        self.leave(home, rng, journey.clone(), None, 0.0, logged);
        journey
    }
}
