//! The metrics that requests move, with the series looked up once.

use std::collections::BTreeMap;

use super::gate::RULES;
use super::journey::{FUNCTIONS, Journey, Outcome, Route};
use crate::world::measure::float;
use crate::world::metrics::{Meter, Metrics};
use crate::world::names::{
    ALIAS, APIS, BALANCER, BALANCER_ID, HOME_REGION, STAGE, TARGET_GROUP_ID, WEB_ACL,
};

/// Every series that requests write to.
#[derive(Debug)]
pub(crate) struct Meters {
    functions: Vec<[FunctionMeters; 2]>,
    versions: BTreeMap<(usize, u32), FunctionMeters>,
    apis: Vec<[ApiMeters; 2]>,
    balancer: [BalancerMeters; 2],
    rules: Vec<[Meter; 2]>,
    allowed: Meter,
    blocked: Meter,
    blocked_by: BTreeMap<String, Meter>,
    counted_by: BTreeMap<String, Meter>,
}

#[derive(Clone, Copy, Debug)]
struct FunctionMeters {
    invocations: Meter,
    errors: Meter,
    duration: Meter,
    throttles: Meter,
    concurrency: Meter,
}

#[derive(Clone, Copy, Debug)]
struct ApiMeters {
    count: Meter,
    client_errors: Meter,
    server_errors: Meter,
    latency: Meter,
    integration: Meter,
}

#[derive(Clone, Copy, Debug)]
struct BalancerMeters {
    requests: Meter,
    good: Meter,
    client_errors: Meter,
    server_errors: Meter,
    time: Meter,
}

impl FunctionMeters {
    fn new(metrics: &mut Metrics, dimensions: &[(&str, &str)]) -> Self {
        let mut meter = |name, unit| metrics.meter("AWS/Lambda", name, unit, dimensions);
        Self {
            invocations: meter("Invocations", "Count"),
            errors: meter("Errors", "Count"),
            duration: meter("Duration", "Milliseconds"),
            throttles: meter("Throttles", "Count"),
            concurrency: meter("ConcurrentExecutions", "Count"),
        }
    }

    /// Throttled requests count neither as invocations nor as errors.
    fn record(&self, metrics: &mut Metrics, journey: &Journey, busy: f64) {
        let at = journey.execution.start;
        if matches!(journey.outcome, Outcome::Throttled) {
            metrics.record(self.throttles, at, 1.0);
            return;
        }
        metrics.record(self.invocations, at, 1.0);
        metrics.record(self.errors, at, if journey.failed() { 1.0 } else { 0.0 });
        metrics.record(self.duration, at, journey.execution.duration_ms);
        metrics.record(self.throttles, at, 0.0);
        metrics.record(self.concurrency, at, busy);
    }
}

impl ApiMeters {
    fn new(metrics: &mut Metrics, dimensions: &[(&str, &str)]) -> Self {
        let mut meter = |name, unit| metrics.meter("AWS/ApiGateway", name, unit, dimensions);
        Self {
            count: meter("Count", "Count"),
            client_errors: meter("4XXError", "Count"),
            server_errors: meter("5XXError", "Count"),
            latency: meter("Latency", "Milliseconds"),
            integration: meter("IntegrationLatency", "Milliseconds"),
        }
    }
}

impl BalancerMeters {
    fn new(metrics: &mut Metrics, dimensions: &[(&str, &str)]) -> Self {
        let mut meter = |name, unit| metrics.meter("AWS/ApplicationELB", name, unit, dimensions);
        Self {
            requests: meter("RequestCount", "Count"),
            good: meter("HTTPCode_Target_2XX_Count", "Count"),
            client_errors: meter("HTTPCode_Target_4XX_Count", "Count"),
            server_errors: meter("HTTPCode_Target_5XX_Count", "Count"),
            time: meter("TargetResponseTime", "Seconds"),
        }
    }
}

impl Meters {
    /// Looks up every series that is known beforehand.
    pub(crate) fn new(metrics: &mut Metrics) -> Self {
        let functions = FUNCTIONS
            .iter()
            .map(|name| {
                let resource = format!("{name}:{ALIAS}");
                let bound = [("FunctionName", *name), ("Resource", resource.as_str())];
                [
                    FunctionMeters::new(metrics, &[("FunctionName", name)]),
                    FunctionMeters::new(metrics, &bound),
                ]
            })
            .collect();
        let apis = APIS
            .iter()
            .map(|(name, _)| {
                [
                    ApiMeters::new(metrics, &[("ApiName", name)]),
                    ApiMeters::new(metrics, &[("ApiName", name), ("Stage", STAGE)]),
                ]
            })
            .collect();
        let load_balancer = format!("app/{BALANCER}/{BALANCER_ID}");
        let group = format!("targetgroup/{BALANCER}/{TARGET_GROUP_ID}");
        let balancer = [
            BalancerMeters::new(metrics, &[("LoadBalancer", &load_balancer)]),
            BalancerMeters::new(
                metrics,
                &[("LoadBalancer", &load_balancer), ("TargetGroup", &group)],
            ),
        ];
        let all = [("WebACL", WEB_ACL), ("Region", HOME_REGION), ("Rule", "ALL")];
        Self {
            functions,
            versions: BTreeMap::new(),
            apis,
            balancer,
            rules: RULES
                .iter()
                .map(|rule| {
                    ["TriggeredRules", "Invocations"].map(|name| {
                        metrics.meter("AWS/Events", name, "Count", &[("RuleName", rule)])
                    })
                })
                .collect(),
            allowed: metrics.meter("AWS/WAFV2", "AllowedRequests", "Count", &all),
            blocked: metrics.meter("AWS/WAFV2", "BlockedRequests", "Count", &all),
            blocked_by: BTreeMap::new(),
            counted_by: BTreeMap::new(),
        }
    }

    /// Counts a request that a rule of the firewall counts, and lets go on.
    pub(crate) fn count(&mut self, metrics: &mut Metrics, rule: &str, at: i64) {
        let meter = *self.counted_by.entry(rule.to_owned()).or_insert_with_key(|rule| {
            let by_rule = [("WebACL", WEB_ACL), ("Region", HOME_REGION), ("Rule", rule)];
            metrics.meter("AWS/WAFV2", "CountedRequests", "Count", &by_rule)
        });
        metrics.record(meter, at, 1.0);
    }

    /// Counts a request at every component it met; `busy` is the function's concurrency.
    pub(crate) fn record(&mut self, metrics: &mut Metrics, journey: &Journey, busy: f64) {
        if let Outcome::Blocked(attack, rule, _) = &journey.outcome {
            metrics.record(self.blocked, journey.at, 1.0);
            let rule = attack.rules.get(*rule).cloned().unwrap_or_default();
            let meter = *self.blocked_by.entry(rule).or_insert_with_key(|rule| {
                let by_rule = [("WebACL", WEB_ACL), ("Region", HOME_REGION), ("Rule", rule)];
                metrics.meter("AWS/WAFV2", "BlockedRequests", "Count", &by_rule)
            });
            metrics.record(meter, journey.at, 1.0);
            return;
        }
        self.at_the_edge(metrics, journey);
        if journey.refused() {
            return;
        }
        let Some(function) = journey.route.function() else { return };
        for meters in self.functions.get(function).into_iter().flatten() {
            meters.record(metrics, journey, busy);
        }
        let version = journey.execution.version;
        let meters = self.versions.entry((function, version)).or_insert_with(|| {
            let name = FUNCTIONS.get(function).copied().unwrap_or_default();
            let (resource, version) = (format!("{name}:{ALIAS}"), version.to_string());
            FunctionMeters::new(
                metrics,
                &[("FunctionName", name), ("Resource", &resource), ("ExecutedVersion", &version)],
            )
        });
        meters.record(metrics, journey, busy);
    }

    /// Counts a rule that fires.
    pub(crate) fn fire(&self, metrics: &mut Metrics, rule: usize, at: i64) {
        for meter in self.rules.get(rule).into_iter().flatten() {
            metrics.record(*meter, at, 1.0);
        }
    }

    fn at_the_edge(&self, metrics: &mut Metrics, journey: &Journey) {
        let at = journey.at;
        let status = journey.status();
        let took = float(journey.end() - at);
        let class = |class: u16| if status / 100 == class { 1.0 } else { 0.0 };
        if journey.route.api().is_some() || journey.route == Route::Page {
            metrics.record(self.allowed, at, 1.0);
        }
        for meters in journey.route.api().and_then(|api| self.apis.get(api)).into_iter().flatten() {
            metrics.record(meters.count, at, 1.0);
            metrics.record(meters.client_errors, at, class(4));
            metrics.record(meters.server_errors, at, class(5));
            metrics.record(meters.latency, at, took + 3.0);
            metrics.record(meters.integration, at, (took - 2.0).max(1.0));
        }
        if journey.route == Route::Page {
            for meters in &self.balancer {
                metrics.record(meters.requests, at, 1.0);
                metrics.record(meters.time, at, took / 1000.0);
                match status / 100 {
                    4 => metrics.record(meters.client_errors, at, 1.0),
                    5 => metrics.record(meters.server_errors, at, 1.0),
                    _ => metrics.record(meters.good, at, 1.0),
                }
            }
        }
    }
}
