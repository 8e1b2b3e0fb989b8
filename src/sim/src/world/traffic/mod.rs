//! The traffic: each second's requests, drawn from the seed and sent through the architecture.

pub(crate) mod journey; // the facts of one request
pub(crate) mod lines; // the traces it leaves

mod entering; // what comes to the functions, and what does not
pub(crate) mod firewall; // what it blocks and counts besides attacks that it recognises
pub(crate) mod gate; // what stands before the code
mod gauges; // what databases and caches report each minute
pub(crate) mod limits; // which addresses are over the limits of the firewall
mod meters; // the metrics that requests move
pub(crate) mod queue; // between orders-async and orders-worker

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;

use self::firewall::Firewall;
use self::gate::{Gate, Met, Setting};
use self::gauges::Gauges;
use self::journey::{Client, Execution, FUNCTIONS, Journey, Outcome, Route};
use self::lines::Line;
use self::meters::Meters;
use self::queue::{Message, Queue};
use super::Region;
use super::ids::{hex, mix, unit};
use super::logs::{Body, Place};
use super::measure::{float, timestamp, whole};
use super::metrics::MINUTE;
use super::names::{ALIAS, APIS, BALANCER, BALANCER_ID, HOME_REGION, WEB_ACL};
use super::story::{Attack, Character};

/// Requests a second at the height of the day.
const RATES: [(Route, f64); 4] =
    [(Route::Read, 2.4), (Route::Write, 1.5), (Route::Enqueue, 0.6), (Route::Page, 1.1)];

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 Version/18.3 Mobile Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "shop-app/5.12 (Android 15)",
];

/// The stream of requests and what it keeps between seconds.
#[derive(Debug)]
pub(crate) struct Traffic {
    seed: u64,
    drawn: u64,
    meters: Meters,
    gauges: Gauges,
    places: Places,
    environments: BTreeMap<(usize, u32), Vec<Environment>>,
    due: BTreeMap<(i64, u64), (Place, i64, Body)>,
    queue: Queue,
    /// What the firewall blocks and counts besides attacks that it recognises.
    pub(crate) firewall: Firewall,
    gate: Gate,
    /// How what writes to the database behaves, where that is not as its code does.
    writing: Option<Arc<Character>>,
    attacks: Vec<(i64, Arc<Attack>)>,
    loads: Vec<(i64, i64, f64)>,
}

/// Where the records of each component go.
#[derive(Debug)]
struct Places {
    apis: Vec<Place>,
    balancer: Place,
    firewall: Place,
}

/// A place where one version of a function runs; one log stream.
#[derive(Debug)]
struct Environment {
    place: Place,
    free_at: i64,
    until: i64,
}

impl Traffic {
    /// Traffic that begins at a moment.
    pub(crate) fn new(seed: u64, home: &mut Region, now_ms: i64) -> Self {
        let logs = &mut home.logs;
        for name in FUNCTIONS {
            logs.create_group(&format!("/aws/lambda/{name}"), now_ms - 190 * 86_400_000);
        }
        let apis = APIS
            .iter()
            .map(|(name, id)| {
                let stream =
                    hex(mix(seed, u64::from(id.as_bytes().first().copied().unwrap_or(0))), 32);
                logs.place(&format!("/aws/apigateway/{name}"), &stream, now_ms)
            })
            .collect();
        let balancer = format!("app.{BALANCER}.{BALANCER_ID}");
        let places = Places {
            apis,
            balancer: logs.place(&format!("/aws/alb/{BALANCER}"), &balancer, now_ms),
            firewall: logs.place(
                &format!("aws-waf-logs-{WEB_ACL}"),
                &format!("{HOME_REGION}_{WEB_ACL}_0"),
                now_ms,
            ),
        };
        Self {
            seed,
            drawn: 0,
            meters: Meters::new(&mut home.metrics),
            gauges: Gauges::new(&mut home.metrics),
            places,
            environments: BTreeMap::new(),
            due: BTreeMap::new(),
            queue: Queue::default(),
            firewall: Firewall::default(),
            gate: Gate::default(),
            writing: None,
            attacks: Vec::new(),
            loads: Vec::new(),
        }
    }

    /// A wave of hostile requests from a moment on.
    pub(crate) fn attack(&mut self, from_ms: i64, attack: Attack) {
        self.attacks.push((from_ms, Arc::new(attack)));
    }

    /// The queue between `orders-async` and `orders-worker`.
    pub(crate) fn queue(&mut self) -> &mut Queue {
        &mut self.queue
    }

    /// What is set before the code.
    pub(crate) fn set(&mut self, setting: Setting, now: i64) {
        self.gate.set(setting, now);
    }

    /// What writes to the database behaves so, whatever its code does; nothing for as its code does.
    pub(crate) fn writing(&mut self, character: Option<Arc<Character>>) {
        self.writing = character;
    }

    /// Multiplies ordinary traffic for a while.
    pub(crate) fn load(&mut self, from_ms: i64, until_ms: i64, factor: f64) {
        self.loads.push((from_ms, until_ms, factor));
    }

    /// Lives through the second that ends now. Without `logged`, only metrics remain of it.
    pub(crate) fn step(&mut self, home: &mut Region, end: i64, logged: bool) {
        let begin = end - 1000;
        let mut rng = Rng::with_seed(mix(self.seed, u64::try_from(end / 1000).unwrap_or(0)));
        let level = self.level(begin);
        self.gate.fill(begin);
        for (route, rate) in RATES {
            for _ in 0..poisson(&mut rng, rate * level) {
                let at = begin + rng.i64(0..1000);
                self.enter(home, &mut rng, route, at, logged);
            }
        }
        self.assault(home, &mut rng, begin, logged);
        if begin.rem_euclid(300_000) == 0 && self.gate.fires(1) {
            self.meters.fire(&mut home.metrics, 1, begin + 100);
            self.serve(home, &mut rng, Route::Report, begin + 200, None, logged);
        }
        self.queue.throw_away(end);
        self.queue.go_on_moving(end);
        for message in self.queue.take(home, end) {
            let trace = Some((message.trace, message.trace_at));
            let at = begin + rng.i64(0..1000);
            let journey = self.serve(home, &mut rng, Route::Work, at, trace, logged);
            if journey.failed() || matches!(journey.outcome, Outcome::Throttled) {
                self.queue.hand_back(message, end);
            }
        }
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > end {
                break;
            }
            let ((ingested, _), (place, at, body)) = entry.remove_entry();
            home.logs.put(place, at, ingested, body);
        }
        if end.rem_euclid(MINUTE) == 0 {
            let (waiting, age, dead) = self.queue.state(end);
            self.gauges.record(&mut home.metrics, self.seed, end - 1, level, (waiting, age, dead));
        }
    }

    /// The day's rhythm, some noise, and what the story adds.
    fn level(&self, at: i64) -> f64 {
        let hour = float(at.rem_euclid(86_400_000)) / 3_600_000.0;
        let day = 0.82 + 0.2 * ((hour - 8.0) / 24.0 * std::f64::consts::TAU).sin();
        let minute = u64::try_from(at / MINUTE).unwrap_or(0);
        let noise = 0.93 + 0.14 * unit(mix(mix(self.seed, 41), minute));
        let story: f64 = self
            .loads
            .iter()
            .filter(|(from, until, _)| (*from..*until).contains(&at))
            .map(|(_, _, factor)| factor)
            .product();
        day * noise * story
    }

    /// A request enters at the edge.
    fn enter(&mut self, home: &mut Region, rng: &mut Rng, route: Route, at: i64, logged: bool) {
        match route {
            Route::Page => {
                let mut page = self.journey(rng, route, at, None);
                page.execution.start = at + 2;
                page.execution.duration_ms = spread(rng, 14.0);
                if rng.u32(0..100) < 2 {
                    page.outcome = Outcome::NotFound;
                }
                if self.gate.meets(route, page.key) == Met::Fault {
                    page.outcome = Outcome::Broken;
                }
                let trace = Some((page.trace, page.trace_at));
                let begun = page.at + 5;
                self.leave(home, rng, page, None, 0.0, logged);
                // Two pages in five need an order; its traces carry the page's trace id.
                if rng.u32(0..5) < 2 {
                    self.pass(home, rng, Route::Read, begun, trace, logged);
                }
            }
            Route::Enqueue => {
                let mut sent = self.journey(rng, route, at, None);
                sent.execution.start = at + 2;
                sent.execution.duration_ms = spread(rng, 11.0);
                match self.gate.meets(route, sent.key) {
                    Met::Nothing => {
                        self.queue.send(Message::new(sent.end(), (sent.trace, sent.trace_at)));
                    }
                    Met::Limit => sent.outcome = Outcome::Limited,
                    Met::Fault => sent.outcome = Outcome::Broken,
                }
                self.leave(home, rng, sent, None, 0.0, logged);
            }
            Route::Read | Route::Write | Route::Work | Route::Notify | Route::Report => {
                let journey = self.pass(home, rng, route, at, None, logged);
                if route == Route::Write
                    && matches!(journey.outcome, Outcome::Done)
                    && rng.u32(0..3) == 0
                    && self.gate.fires(0)
                {
                    self.meters.fire(&mut home.metrics, 0, journey.end() + 60);
                    let trace = Some((journey.trace, journey.trace_at));
                    self.serve(home, rng, Route::Notify, journey.end() + 140, trace, logged);
                }
            }
        }
    }

    /// A function serves a request through its alias.
    fn serve(
        &mut self,
        home: &mut Region,
        rng: &mut Rng,
        route: Route,
        at: i64,
        trace: Option<(u64, i64)>,
        logged: bool,
    ) -> Journey {
        let mut journey = self.journey(rng, route, at, trace);
        let start = at + 6;
        journey.execution.start = start;
        let index = route.function().unwrap_or(0);
        let name = FUNCTIONS.get(index).copied().unwrap_or_default();
        let Some(function) = home.lambda.get(name) else { return journey };
        let label = function.aliases.get(ALIAS).map(|alias| alias.pick(rng.f64(), at));
        let Some(version) = label.and_then(|label| function.version(&label)) else {
            return journey;
        };
        let number = version.number.unwrap_or(0);
        let busy = self.busy(index, start);
        if function.reserved.is_some_and(|reserved| busy >= reserved) {
            journey.outcome = Outcome::Throttled;
            journey.execution.version = number;
            self.leave(home, rng, journey.clone(), None, float(busy), logged);
            return journey;
        }
        let character = match (&self.writing, route) {
            (Some(character), Route::Write | Route::Work) => Arc::clone(character),
            (
                Some(_) | None,
                Route::Read
                | Route::Write
                | Route::Enqueue
                | Route::Page
                | Route::Work
                | Route::Notify
                | Route::Report,
            ) => Arc::clone(&version.character),
        };
        let mut duration_ms = spread(rng, character.duration_ms);
        if rng.f64() < character.error_rate {
            journey.outcome = Outcome::Failed(character);
            duration_ms *= 0.6;
        } else if route == Route::Read && rng.u32(0..100) < 2 {
            journey.outcome = Outcome::NotFound;
        }
        let memory = version.memory;
        let (environment, cold) = self.environment(home, rng, (index, number), name, start);
        journey.execution = Execution {
            start,
            version: number,
            duration_ms,
            cold_ms: cold.then(|| 170.0 + 240.0 * rng.f64()),
            memory,
            used: memory / 5 + rng.i64(0..memory / 10),
        };
        let place =
            self.environments.get_mut(&(index, number)).and_then(|all| all.get_mut(environment));
        let place = place.map(|environment| {
            environment.free_at = journey.end();
            environment.place
        });
        self.leave(home, rng, journey.clone(), place, float(busy + 1), logged);
        journey
    }

    /// How many environments of a function are at work.
    fn busy(&self, function: usize, at: i64) -> i64 {
        let all = self.environments.range((function, 0)..=(function, u32::MAX));
        super::measure::count(all.flat_map(|(_, all)| all).filter(|one| one.free_at > at).count())
    }

    /// A free environment of a version, or a new and cold one.
    fn environment(
        &mut self,
        home: &mut Region,
        rng: &mut Rng,
        key: (usize, u32),
        name: &str,
        at: i64,
    ) -> (usize, bool) {
        let all = self.environments.entry(key).or_default();
        all.retain(|environment| environment.until > at || environment.free_at > at);
        if let Some(free) = all.iter().position(|environment| environment.free_at <= at) {
            return (free, false);
        }
        let version = if key.1 == 0 { "$LATEST".to_owned() } else { key.1.to_string() };
        let stream = format!("{}/[{version}]{}", timestamp(at, "%Y/%m/%d"), hex(rng.u64(..), 32));
        let place = home.logs.place(&format!("/aws/lambda/{name}"), &stream, at);
        all.push(Environment { place, free_at: at, until: at + rng.i64(25..80) * MINUTE });
        (all.len() - 1, true)
    }

    fn journey(
        &mut self,
        rng: &mut Rng,
        route: Route,
        at: i64,
        trace: Option<(u64, i64)>,
    ) -> Journey {
        self.drawn += 1;
        let key = rng.u64(..);
        let (trace, trace_at) = trace.unwrap_or((mix(key, 7), at));
        // The same few hundred people, from the addresses kept for documentation.
        let person = rng.u64(0..400);
        let net = if person < 250 { "198.51.100" } else { "203.0.113" };
        let country = match person % 10 {
            0 => "AT",
            1 => "CH",
            2 => "FR",
            _ => "DE",
        };
        let agent = AGENTS.get(rng.usize(..AGENTS.len())).copied().unwrap_or_default();
        Journey {
            at,
            key,
            trace,
            trace_at,
            route,
            client: Client {
                ip: format!("{net}.{}", 1 + person % 250),
                country: country.to_owned(),
                agent,
            },
            outcome: Outcome::Done,
            execution: Execution::default(),
        }
    }

    /// A request leaves its traces.
    fn leave(
        &mut self,
        home: &mut Region,
        rng: &mut Rng,
        journey: Journey,
        place: Option<Place>,
        busy: f64,
        logged: bool,
    ) {
        self.meters.record(&mut home.metrics, &journey, busy);
        if !logged {
            return;
        }
        let mut traces: Vec<(Place, Line)> = Vec::with_capacity(8);
        if journey.api().is_some() || journey.route == Route::Page {
            traces.push((self.places.firewall, Line::Firewall));
        }
        if let Some(place) = place {
            traces.extend(function_lines(&journey).map(|line| (place, line)));
        }
        let stopped = matches!(journey.outcome, Outcome::Blocked(..));
        if let Some(&api) = journey.route.api().and_then(|api| self.places.apis.get(api))
            && !stopped
        {
            traces.push((api, Line::Gateway));
        }
        if journey.route == Route::Page && !stopped {
            traces.push((self.places.balancer, Line::Balancer));
        }
        let journey = Arc::new(journey);
        // One lag for all lines of an invocation, so that they arrive in the order they were written.
        let together = lag(rng);
        for (to, line) in traces {
            let at = lines::time(&journey, line);
            let ingested = at + if Some(to) == place { together } else { lag(rng) };
            self.drawn += 1;
            let body = Body::Trace(Arc::clone(&journey), line);
            self.due.insert((ingested, self.drawn), (to, at, body));
        }
    }
}

/// The lines a function writes for a request.
fn function_lines(journey: &Journey) -> impl Iterator<Item = Line> + use<> {
    let cold = journey.execution.cold_ms.is_some();
    let talks = journey.route != Route::Read; // readers write one line only
    let warned = mix(journey.key, 42).is_multiple_of(50);
    let last = if journey.failed() { Line::Fault } else { Line::Finished };
    [
        cold.then_some(Line::Init),
        Some(Line::Start),
        talks.then_some(Line::Received),
        warned.then_some(Line::Warned),
        Some(last),
        Some(Line::End),
        Some(Line::Report),
    ]
    .into_iter()
    .flatten()
}

/// How long an event takes until it can be read: well under a second, seldom some seconds.
fn lag(rng: &mut Rng) -> i64 {
    let late = if rng.u32(0..200) == 0 { rng.i64(2_000..9_000) } else { 0 };
    90 + rng.i64(0..500) + late
}

/// How many of something happen, when `mean` happen on average.
fn poisson(rng: &mut Rng, mean: f64) -> u32 {
    let (limit, mut product, mut n) = ((-mean).exp(), rng.f64(), 0);
    while product > limit && n < 1000 {
        product *= rng.f64();
        n += 1;
    }
    n
}

/// A duration around a median: seldom much less, sometimes much more.
fn spread(rng: &mut Rng, median: f64) -> f64 {
    let normal = rng.f64() + rng.f64() + rng.f64() - 1.5;
    let duration = median * (0.75 * normal).exp();
    float(whole(duration * 100.0)) / 100.0
}
