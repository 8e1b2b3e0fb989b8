//! What stands before the code: throttles of stages, deployments and containers that fail, rules that fire or do not.

use super::journey::Route;
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::at;
use crate::world::ids::{mix, unit};
use crate::world::measure::float;
use crate::world::names::{APIS, HOME_REGION, STAGE};

/// The rules that call functions: when an order is stored, and every five minutes.
pub(crate) const RULES: [&str; 2] = ["order-stored", "report-every-5-minutes"];

/// How long a change of a stage or a rule takes to be so everywhere.
const SPREADS_MS: i64 = 5_000;

/// What is set before the code.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Setting {
    /// What each API lets through: requests a second, and at once. Nothing where its stage sets no limit.
    limits: [Option<(f64, f64)>; APIS.len()],
    /// The share of requests that each API's deployment answers wrongly, before any function.
    broken: [f64; APIS.len()],
    /// The share of pages that the containers answer wrongly.
    pages: f64,
    /// Rules that do not fire.
    still: [bool; RULES.len()],
}

/// What a request meets before the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// Nothing.
    Nothing,
    /// The limit of the stage.
    Limit,
    /// A deployment or a container that fails by itself.
    Fault,
}

/// The gate: what is set, what is coming, and what each API has left.
#[derive(Debug, Default)]
pub(super) struct Gate {
    now: Setting,
    to_be: (i64, Setting),
    left: [f64; APIS.len()],
    filled_ms: i64,
}

impl Gate {
    /// Takes what is set at a moment; what is new in it counts after a while.
    pub(super) fn set(&mut self, setting: Setting, now: i64) {
        if self.to_be.1 != setting {
            self.to_be = (now + SPREADS_MS, setting);
        }
        if self.to_be.0 <= now && self.now != self.to_be.1 {
            self.now.clone_from(&self.to_be.1);
        }
    }

    /// Fills what a second lets through.
    pub(super) fn fill(&mut self, now: i64) {
        let span = float((now - self.filled_ms).clamp(0, 1_000)) / 1_000.0;
        self.filled_ms = now;
        for (left, limit) in self.left.iter_mut().zip(&self.now.limits) {
            let (rate, burst) = limit.unwrap_or((0.0, 0.0));
            *left = (*left + rate * span).min(burst.max(rate.min(1.0)));
        }
    }

    /// What a request of a route meets; `draw` is its own.
    pub(super) fn meets(&mut self, route: Route, draw: u64) -> Met {
        let Some(api) = route.api() else {
            let failed = route == Route::Page && unit(mix(draw, 61)) < self.now.pages;
            return if failed { Met::Fault } else { Met::Nothing };
        };
        if self.now.limits.get(api).copied().flatten().is_some()
            && let Some(left) = self.left.get_mut(api)
        {
            if *left < 1.0 {
                return Met::Limit;
            }
            *left -= 1.0;
        }
        let broken = self.now.broken.get(api).copied().unwrap_or_default();
        if unit(mix(draw, 62)) < broken { Met::Fault } else { Met::Nothing }
    }

    /// Whether a rule fires.
    pub(super) fn fires(&self, rule: usize) -> bool {
        !self.now.still.get(rule).copied().unwrap_or_default()
    }
}

impl World {
    /// What the account sets before the code.
    pub(in crate::world) fn before_the_code(&self) -> Setting {
        let mut setting = Setting { pages: self.broken_pages(), ..Setting::default() };
        let records = |service, kind| self.fixture.shelf(HOME_REGION, service, kind);
        for (index, (_, id)) in APIS.iter().enumerate() {
            let ours = |record: &&Value| record.text("_api") == Some(id);
            let named = |record: &&Value| record.text("stageName") == Some(STAGE);
            let Some(stage) = records("apigateway", "stages").iter().filter(ours).find(named)
            else {
                continue;
            };
            let every = stage.get("methodSettings").and_then(|all| all.get("*/*"));
            let number = |member: &str| every.and_then(|settings| amount(settings, member));
            let limit = number("throttlingRateLimit").zip(number("throttlingBurstLimit"));
            if let Some(held) = setting.limits.get_mut(index) {
                *held = limit.filter(|(rate, burst)| *rate >= 0.0 && *burst >= 0.0);
            }
            let served = stage.text("deploymentId");
            let mut made = records("apigateway", "deployments").iter().filter(ours);
            let deployment = made.find(|deployment| deployment.text("id") == served);
            if let (Some(held), Some(deployment)) = (setting.broken.get_mut(index), deployment) {
                *held = deployment.float("_broken").unwrap_or_default();
            }
        }
        for (name, still) in RULES.iter().zip(&mut setting.still) {
            let mut rules = records("events", "rules").iter();
            let rule = rules.find(|rule| rule.text("Name") == Some(name));
            *still = rule.is_none_or(|rule| rule.text("State") == Some("DISABLED"));
        }
        setting
    }

    /// The share of pages that the tasks of the web service answer wrongly, by what they run.
    fn broken_pages(&self) -> f64 {
        let records = |kind| self.fixture.shelf(HOME_REGION, "ecs", kind);
        let share = |arn: &str| {
            let mut known = records("definitions").iter();
            let found = known.find(|known| known.text("taskDefinitionArn") == Some(arn));
            found.and_then(|found| found.float("_broken")).unwrap_or_default()
        };
        let (mut running, mut broken) = (0.0, 0.0);
        for rollout in records("services").iter().flat_map(|service| at(service, "deployments")) {
            let tasks = float(rollout.int("runningCount").unwrap_or_default());
            running += tasks;
            broken += tasks * rollout.text("taskDefinition").map_or(0.0, share);
        }
        if running > 0.0 { broken / running } else { 0.0 }
    }
}

/// A number, whole or not.
fn amount(record: &Value, member: &str) -> Option<f64> {
    record.float(member).or_else(|| record.int(member).map(float))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_lets_through_its_rate_and_what_may_come_at_once() {
        let mut gate = Gate::default();
        let setting = Setting { limits: [None, Some((2.0, 4.0)), None], ..Setting::default() };
        gate.set(setting.clone(), 0);
        gate.fill(1_000);
        assert_eq!(gate.meets(Route::Write, 1), Met::Nothing, "it is not everywhere yet");
        gate.set(setting, SPREADS_MS);
        let mut passed = 0;
        for second in 1..=10 {
            gate.fill(SPREADS_MS + second * 1_000);
            passed += (0..9).filter(|n| gate.meets(Route::Write, *n) == Met::Nothing).count();
        }
        assert!((18..=24).contains(&passed), "{passed}");
        assert_eq!(gate.meets(Route::Read, 1), Met::Nothing);
    }

    #[test]
    fn what_is_set_to_nothing_lets_nothing_through() {
        let mut gate = Gate::default();
        let setting = Setting { limits: [Some((0.0, 0.0)), None, None], ..Setting::default() };
        gate.set(setting.clone(), 0);
        gate.set(setting, SPREADS_MS);
        gate.fill(SPREADS_MS + 1_000);
        assert_eq!(gate.meets(Route::Read, 1), Met::Limit);
    }
}
