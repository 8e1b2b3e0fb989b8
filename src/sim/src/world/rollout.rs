//! Services of ECS on their way to other tasks: one after the other, and given up where they do not start.

use super::World;
use super::fixture::record::{at, set};
use super::names::HOME_REGION;
use crate::wire::value::Value;

/// How long a task takes to start and pass its health check, and how long one takes that does not start.
const START_MS: i64 = 15_000;

/// How long a rollout that was given up is still told of, while its last tasks go.
const LINGERS_MS: i64 = 60_000;

impl World {
    /// Lets every service move on to a moment.
    pub(super) fn roll(&mut self, now: i64) {
        let definitions = self.fixture.shelf(HOME_REGION, "ecs", "definitions");
        let failing: Vec<String> = definitions
            .iter()
            .filter(|known| known.bool("_fails") == Some(true))
            .filter_map(|known| known.text("taskDefinitionArn").map(str::to_owned))
            .collect();
        let mut fresh = Vec::new();
        for service in self.fixture.shelf_mut(HOME_REGION, "ecs", "services") {
            let under_way = service.time("_next").is_some_and(|next| next <= now);
            if under_way && step(service, &failing, now) {
                fresh.push(service.text("serviceName").unwrap_or_default().to_owned());
            }
        }
        for name in fresh {
            let id = rollout_id(&self.fixture.next_id());
            let services = self.fixture.shelf_mut(HOME_REGION, "ecs", "services");
            let ours = |service: &&mut Value| service.text("serviceName") == Some(&name);
            if let Some(service) = services.iter_mut().find(ours) {
                go_back(service, &id, now);
            }
        }
    }
}

/// The id of a rollout, as ECS writes it.
pub(crate) fn rollout_id(id: &str) -> String {
    let digits = id.bytes().filter(u8::is_ascii_hexdigit).map(|b| char::from(b'0' + b % 10));
    format!("ecs-svc/{}", digits.take(19).collect::<String>())
}

/// Begins a rollout of a service to a task definition.
pub(crate) fn begin(service: &mut Value, id: &str, definition: &str, reason: &str, now: i64) {
    let desired = service.int("desiredCount").unwrap_or_default();
    let mut all: Vec<Value> = at(service, "deployments").into_iter().cloned().collect();
    let mut newest = all.first().cloned().unwrap_or_else(Value::empty);
    for held in &mut all {
        set(held, "status", "ACTIVE");
        set(held, "desiredCount", 0);
    }
    for (member, value) in [
        ("id", Value::from(id)),
        ("status", "PRIMARY".into()),
        ("taskDefinition", definition.into()),
        ("desiredCount", desired.into()),
        ("pendingCount", 1.into()),
        ("runningCount", 0.into()),
        ("failedTasks", 0.into()),
        ("createdAt", Value::Time(now)),
        ("updatedAt", Value::Time(now)),
        ("rolloutState", "IN_PROGRESS".into()),
        ("rolloutStateReason", reason.replace("ID", id).into()),
    ] {
        set(&mut newest, member, value);
    }
    all.insert(0, newest);
    set(service, "taskDefinition", definition);
    set(service, "deployments", Value::List(all));
    set(service, "pendingCount", 1);
    set(service, "_next", Value::Time(now + START_MS));
}

/// One task more, or one that did not start. True where ECS gives the rollout up and goes back.
fn step(service: &mut Value, failing: &[String], now: i64) -> bool {
    let mut all: Vec<Value> = at(service, "deployments").into_iter().cloned().collect();
    let desired = service.int("desiredCount").unwrap_or_default();
    let breaker = service.get("deploymentConfiguration");
    let breaker = breaker.and_then(|settings| settings.get("deploymentCircuitBreaker"));
    let (enabled, reverts) = (
        breaker.and_then(|it| it.bool("enable")) == Some(true),
        breaker.and_then(|it| it.bool("rollback")) == Some(true),
    );
    let mut goes_back = false;
    let mut next = Some(now + START_MS);
    let Some((newest, older)) = all.split_first_mut() else { return false };
    let state = newest.text("rolloutState").unwrap_or_default().to_owned();
    let fails = failing.iter().any(|arn| newest.text("taskDefinition") == Some(arn));
    if state != "IN_PROGRESS" {
        // What was given up has gone by now.
        all.truncate(1);
        next = None;
    } else if fails {
        let failed = newest.int("failedTasks").unwrap_or_default() + 1;
        set(newest, "failedTasks", failed);
        // AWS: half of what is wanted, 3 at least.
        if enabled && failed >= 3.max(desired / 2) {
            set(newest, "rolloutState", "FAILED");
            set(
                newest,
                "rolloutStateReason",
                "ECS deployment circuit breaker: tasks failed to start.",
            );
            set(newest, "pendingCount", 0);
            goes_back = reverts && !older.is_empty();
            next = Some(now + LINGERS_MS);
        }
    } else {
        let running = newest.int("runningCount").unwrap_or_default() + 1;
        set(newest, "runningCount", running.min(desired));
        let gone = older.iter_mut().rev().find(|held| held.int("runningCount") > Some(0));
        if let Some(held) = gone {
            let left = held.int("runningCount").unwrap_or_default() - 1;
            set(held, "runningCount", left);
        }
        let others = older.iter().any(|held| held.int("runningCount") > Some(0));
        if running >= desired && !others {
            let id = newest.text("id").unwrap_or_default().to_owned();
            set(newest, "rolloutState", "COMPLETED");
            set(newest, "rolloutStateReason", format!("ECS deployment {id} completed."));
            set(newest, "pendingCount", 0);
            let lingers = older.iter().any(|held| held.text("rolloutState") == Some("FAILED"));
            if lingers {
                next = Some(now + LINGERS_MS);
            } else {
                all.truncate(1);
                next = None;
            }
            say(service, now);
        }
    }
    let total = |member: &str| all.iter().filter_map(|held| held.int(member)).sum::<i64>();
    let (running, pending) = (total("runningCount"), total("pendingCount"));
    if let Some(newest) = all.first_mut() {
        set(newest, "updatedAt", Value::Time(now));
    }
    set(service, "runningCount", running);
    set(service, "pendingCount", pending);
    set(service, "deployments", Value::List(all));
    set(service, "_next", next.map_or(Value::Bool(false), Value::Time));
    goes_back
}

/// ECS goes back to the last rollout that was complete.
fn go_back(service: &mut Value, id: &str, now: i64) {
    let complete = at(service, "deployments")
        .into_iter()
        .find(|held| held.text("rolloutState") == Some("COMPLETED"))
        .and_then(|held| {
            Some((held.text("taskDefinition")?.to_owned(), held.text("id")?.to_owned()))
        });
    let Some((definition, to)) = complete else { return };
    let reason = format!("ECS deployment circuit breaker: rolling back to deploymentId {to}.");
    begin(service, id, &definition, &reason, now);
}

fn say(service: &mut Value, now: i64) {
    let name = service.text("serviceName").unwrap_or_default().to_owned();
    let mut events: Vec<Value> = at(service, "events").into_iter().cloned().collect();
    let id = super::fixture::record::uuid_of(&format!("{name}/{now}"));
    let message = format!("(service {name}) has reached a steady state.");
    let event =
        Value::empty().with("id", id).with("createdAt", Value::Time(now)).with("message", message);
    events.insert(0, event);
    set(service, "events", Value::List(events));
}
