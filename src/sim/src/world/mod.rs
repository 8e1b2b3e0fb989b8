//! The living world behind the endpoint: one seed, one history.

pub mod fixture; // what stands rather than flows
pub mod names; // the proper names of the account
pub mod policy; // IAM policies, evaluated simply
pub mod principal; // who may call
pub mod signin; // who signs in: devices, codes, tokens
pub mod story; // what happens, as TOML

pub(crate) mod action; // what IAM and CloudTrail call an operation
pub(crate) mod alarm; // M of N periods against a threshold
pub(crate) mod composite; // alarms over alarms
pub(crate) mod database; // regions that are lost, writers that sicken, roles on the move
pub(crate) mod identity; // which keys sign
pub(crate) mod ids; // ids that one seed always gives again
pub(crate) mod lambda; // functions, versions, aliases
pub(crate) mod logs; // groups, streams, events, listeners
pub(crate) mod measure; // numbers and times as text
pub(crate) mod metrics; // one bucket a minute a series
pub(crate) mod permission; // what an identity may do
pub(crate) mod trail; // who did what, delivered late

mod delivery; // releases and deployments of the story
mod history; // what was before the world opened
mod plot; // the story as cues
pub(crate) mod rollout; // services of ECS on their way to other tasks
pub(crate) mod traffic; // each second's requests
mod west; // those of the second region

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use alarm::Alarms;
use database::Databases;
use fixture::Fixture;
use lambda::Functions;
use logs::{Body, Logs};
use metrics::{MINUTE, Metrics};
use names::{ACCOUNT, HOME_REGION, SECOND_REGION};
use plot::Plot;
use principal::{Principal, Principals};
use serde_json::Value as Json;
use signin::SignIns;
use story::Story;
use traffic::Traffic;
use trail::{Deed, Trail};

use crate::faults::Turn;
use crate::services;
use crate::wire::call::{ApiError, Call, Reply};

/// How a world opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What will happen.
    pub story: Story,
    /// The seed of everything random.
    pub seed: u64,
    /// The virtual time at which it opens, in milliseconds since 1970-01-01.
    pub start_ms: i64,
    /// How long CloudTrail takes to deliver an event, in milliseconds: at least and at most.
    pub trail_delay_ms: (i64, i64),
    /// How many minutes of logs lie before the start; metrics reach back three times as far.
    pub history_minutes: i64,
}

impl Opening {
    /// The ordinary opening of a story.
    pub fn new(story: Story, seed: u64, start_ms: i64) -> Self {
        Self { story, seed, start_ms, trail_delay_ms: (60_000, 120_000), history_minutes: 60 }
    }
}

/// The world: everything the account is and does.
#[derive(Debug)]
pub struct World {
    /// The standing part.
    pub fixture: Fixture,
    /// Who may call.
    pub principals: Principals,
    /// Who signs in, and who has.
    pub signins: SignIns,
    pub(crate) home: Region,
    pub(crate) trail: Trail,
    /// Which way that goes which the next call begins, where a fault says so.
    pub(crate) turn: Option<Turn>,
    pub(crate) databases: Databases,
    elsewhere: BTreeMap<String, Region>,
    traffic: Traffic,
    plot: Plot,
    now_ms: i64,
    seed: u64,
    drawn: u64,
}

/// What lives in one region.
#[derive(Debug, Default)]
pub(crate) struct Region {
    pub(crate) logs: Logs,
    pub(crate) lambda: Functions,
    pub(crate) metrics: Metrics,
    pub(crate) alarms: Alarms,
}

impl World {
    /// Opens the world of a story at a moment.
    pub fn open(story: &Story, seed: u64, start_ms: i64) -> Self {
        Self::open_with(&Opening::new(story.clone(), seed, start_ms))
    }

    /// Opens the world with everything chosen.
    pub fn open_with(opening: &Opening) -> Self {
        let Opening { ref story, seed, start_ms, trail_delay_ms, history_minutes } = *opening;
        let mut home = Region {
            lambda: Functions::shop(seed, start_ms),
            alarms: Alarms::shop(start_ms),
            ..Region::default()
        };
        home.logs.create_group("aws-cloudtrail-logs", start_ms - 300 * 86_400_000);
        let mut traffic = Traffic::new(seed, &mut home, start_ms - history_minutes * MINUTE);
        let mut databases = Databases::default();
        let plot = Plot::of(story, seed, start_ms, (&mut traffic, &mut databases));
        let mut world = Self {
            fixture: Fixture::open(seed, start_ms),
            principals: Principals::open(seed, start_ms),
            signins: SignIns::new(seed),
            home,
            trail: Trail::new(seed, trail_delay_ms, start_ms),
            turn: None,
            databases,
            elsewhere: BTreeMap::new(),
            traffic,
            plot,
            now_ms: start_ms,
            seed,
            drawn: 0,
        };
        world.remember(history_minutes);
        // What is there from the beginning.
        world.play();
        world
    }

    /// The virtual time, in milliseconds since 1970-01-01.
    pub fn now(&self) -> i64 {
        self.now_ms
    }

    /// The seed of this history.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The queue between `orders-async` and `orders-worker`, as the traffic fills and empties it.
    pub(crate) fn queue(&mut self) -> &mut traffic::queue::Queue {
        self.traffic.queue()
    }

    /// Lets the world live until a moment, second by second. Time never goes back.
    pub fn advance_to(&mut self, ms: i64) {
        while self.now_ms < ms {
            let second = (self.now_ms.div_euclid(1000) + 1) * 1000;
            self.now_ms = second.min(ms);
            if self.now_ms == second {
                self.second();
            }
        }
        for region in std::iter::once(&mut self.home).chain(self.elsewhere.values_mut()) {
            region.logs.flush();
        }
    }

    /// Lives through the second that ends now.
    fn second(&mut self) {
        let now = self.now_ms;
        self.play();
        self.fixture.advance(now);
        self.home.lambda.advance(self.seed, now);
        self.traffic.firewall.list(self.listed(), now);
        self.traffic.firewall.hold(self.held(), now);
        self.roll(now);
        self.traffic.set(self.before_the_code(), now);
        self.tend_databases();
        if !self.lost(HOME_REGION) {
            self.traffic.writing(self.writing());
            self.traffic.step(&mut self.home, now, true);
        }
        if !self.lost(SECOND_REGION) {
            self.step_west(now);
        }
        for (at, record) in self.trail.deliver(now) {
            let stream = format!("{ACCOUNT}_CloudTrail_{HOME_REGION}");
            let place = self.home.logs.place("aws-cloudtrail-logs", &stream, now);
            self.home.logs.put(place, at, now, Body::Text(record.into()));
        }
        for region in std::iter::once(&mut self.home).chain(self.elsewhere.values_mut()) {
            region.logs.close_second(now, &mut region.metrics);
            region.logs.flush();
            if now.rem_euclid(MINUTE) == 10_000 {
                region.alarms.evaluate(&region.metrics, now);
            }
        }
    }

    /// What the IP set of blocked addresses holds.
    fn listed(&self) -> Vec<String> {
        let sets = self.fixture.shelf(HOME_REGION, "wafv2", "ipsets").iter();
        let blocked = sets.filter(|set| set.text("Name") == Some("blocked"));
        let held = blocked.flat_map(|set| set.items("Addresses"));
        held.filter_map(|range| range.as_text().map(str::to_owned)).collect()
    }

    /// The rate-based rules before the shop.
    fn held(&self) -> Vec<traffic::limits::RateRule> {
        let mut acls = self.fixture.shelf(HOME_REGION, "wafv2", "acls").iter();
        let acl = acls.find(|acl| acl.text("Name") == Some(names::WEB_ACL));
        traffic::limits::RateRule::among(acl.map_or(&[], |acl| acl.items("Rules")))
    }

    /// The addresses that the rate-based rule of that name in metrics limits now.
    pub(crate) fn limited(&self, metric: &str) -> Vec<String> {
        self.traffic.firewall.limited(metric, self.now_ms)
    }

    /// Lives through a second of the second region.
    fn step_west(&mut self, end: i64) {
        let seed = self.seed;
        west::step(self.region(SECOND_REGION), seed, end);
    }

    /// What lives in the region of a call.
    pub(crate) fn region(&mut self, name: &str) -> &mut Region {
        if name == HOME_REGION {
            return &mut self.home;
        }
        self.elsewhere.entry(name.to_owned()).or_default()
    }

    /// Performs a call that has passed signature and validation: judges it, executes it, and leaves its trace in
    /// CloudTrail. `None` if the operation is not served.
    pub fn perform(&mut self, call: &Call) -> Option<Result<Reply, ApiError>> {
        let behaviour = services::behaviour(&call.service, &call.operation)?;
        if !self.signs(&call.caller.access_key) {
            // Nobody is behind such a key, and CloudTrail writes nothing of it.
            let why = "The security token included in the request is invalid.";
            return Some(Err(ApiError::new("InvalidClientTokenId", why)));
        }
        let outcome = self.authorize(call).and_then(|()| behaviour(self, call));
        self.record_call(call, &outcome);
        Some(outcome)
    }

    /// Leaves the trace of a call in CloudTrail, to be delivered after its delay.
    pub fn record_call(&mut self, call: &Call, outcome: &Result<Reply, ApiError>) {
        if !action::is_management(&call.service, &call.operation) {
            return;
        }
        let Some(principal) = self.principals.get(&call.caller.access_key).cloned() else { return };
        let (response, error) = match outcome {
            Err(error) => (Json::Null, Some((error.code.clone(), error.message.clone()))),
            Ok(Reply::Output(output)) if !action::is_read(&call.operation) => {
                (trail::shown(output), None)
            }
            Ok(Reply::Output(_) | Reply::Stream(_)) => (Json::Null, None),
        };
        self.trail.record(&Deed {
            at: self.now_ms,
            service: &call.service,
            operation: &call.operation,
            region: &call.region,
            source_ip: &principal.source_ip,
            principal: &principal,
            user_agent: &call.user_agent,
            request_id: &call.request_id,
            request: trail::shown(&call.input),
            response,
            error,
        });
    }

    /// The principal of an access key that signs, with its secret and expiry.
    pub fn secret_of(&self, access_key: &str) -> Option<Principal> {
        self.principals.get(access_key).filter(|_| self.signs(access_key)).cloned()
    }
}
