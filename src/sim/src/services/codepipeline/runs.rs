//! Executions: those that the fixture remembers, those of the story, one for each version published since, and those that
//! rolled a stage back.

use super::super::standing::{one, shelf};
use crate::wire::call::Call;
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{hex_of, uuid_of};

/// A stage and its one action.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) action: &'static str,
    pub(super) provider: &'static str,
    /// When it starts and how long it takes, in milliseconds after the start of the execution.
    window: (i64, i64),
}

impl Stage {
    /// How long it takes, in milliseconds.
    pub(super) fn takes(&self) -> i64 {
        self.window.1
    }
}

pub(super) const STAGES: [Stage; 3] = [
    Stage {
        name: "Source",
        action: "Source",
        provider: "CodeStarSourceConnection",
        window: (0, 4_000),
    },
    Stage { name: "Build", action: "Build", provider: "CodeBuild", window: (4_000, 16_000) },
    Stage { name: "Deploy", action: "Deploy", provider: "Lambda", window: (20_000, 15_000) },
];

/// When the deploy stage publishes the version, after the start of the execution.
const PUBLISHES_MS: i64 = 24_000;

/// One execution of the pipeline.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) start: i64,
    pub(super) updated: i64,
    pub(super) revision: String,
    pub(super) summary: String,
    /// The pipeline's structure that it ran through.
    pub(super) structure: i64,
    /// The version that it brings, where it does.
    pub(super) version: Option<u32>,
    pub(super) failed: Option<String>,
    error: String,
    /// How often it fails there before it comes through; nothing for every time.
    tries: Option<usize>,
    pub(super) stopped: Option<String>,
    /// The place of the stage that was tried again, when the last time, and how often.
    retried: Option<(usize, i64, usize)>,
    /// The execution that it rolls back to, and the place of the one stage that it goes through.
    pub(super) rolls: Option<(String, usize)>,
}

/// What a run did in one stage.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) status: &'static str,
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    /// Which try it is, from 0.
    pub(super) attempt: usize,
    error: String,
}

impl Step {
    pub(super) fn error(&self) -> Option<Value> {
        (self.status == "Failed")
            .then(|| Value::empty().with("code", "JobFailed").with("message", self.error.as_str()))
    }
}

impl Run {
    /// The stages that the run has reached, by their places.
    pub(super) fn steps(&self, now: i64) -> Vec<(usize, Step)> {
        let mut steps = Vec::new();
        for (place, stage) in STAGES.iter().enumerate() {
            if self.rolls.as_ref().is_some_and(|(_, only)| *only != place) {
                continue;
            }
            let (start, attempt) = self.begins(place, stage);
            if start > now || (self.stopped.is_some() && start > self.updated) {
                break;
            }
            let here = self.failed.as_deref() == Some(stage.name);
            let failed = here && self.tries.is_none_or(|tries| attempt < tries);
            let over = start + stage.takes() <= now;
            let status = match (over, failed) {
                (false, _) => "InProgress",
                (true, true) => "Failed",
                (true, false) => "Succeeded",
            };
            let end = over.then_some(start + stage.takes());
            steps.push((place, Step { status, start, end, attempt, error: self.error.clone() }));
            if failed {
                break;
            }
        }
        steps
    }

    /// When it enters a stage, and how often it was there before. What was tried again moves all that follows.
    fn begins(&self, place: usize, stage: &Stage) -> (i64, usize) {
        let ordinary = self.start + stage.window.0;
        match self.retried {
            _ if self.rolls.is_some() => (self.start, 0),
            Some((at, when, times)) if at == place => (when, times),
            Some((at, when, _)) if at < place => {
                let before = STAGES.get(at).map_or(0, |stage| stage.window.0);
                (when + stage.window.0 - before, 0)
            }
            Some(_) | None => (ordinary, 0),
        }
    }

    /// What it did in a stage, if it has reached it.
    pub(super) fn step(&self, place: usize, now: i64) -> Option<Step> {
        self.steps(now).into_iter().find(|(at, _)| *at == place).map(|(_, step)| step)
    }

    /// `STANDARD` or `ROLLBACK`.
    pub(super) fn kind(&self) -> &'static str {
        if self.rolls.is_some() { "ROLLBACK" } else { "STANDARD" }
    }

    /// Which execution it rolls back to, as AWS tells it.
    pub(super) fn rollback(&self) -> Option<Value> {
        let (target, _) = self.rolls.as_ref()?;
        Some(Value::empty().with("rollbackTargetPipelineExecutionId", target.as_str()))
    }

    /// Its status by what it has done so far.
    fn settle(&mut self, now: i64) {
        let steps = self.steps(now);
        let Some((place, last)) = steps.last() else { return };
        let ends = self.rolls.is_some() || place + 1 == STAGES.len();
        self.status = match last.status {
            "Succeeded" if !ends => "InProgress",
            status => status,
        };
        self.updated = last.end.unwrap_or(now);
    }
}

/// Every execution, the newest first.
pub(super) fn all(world: &World, call: &Call) -> Vec<Run> {
    let now = world.now();
    let mut runs: Vec<Run> = shelf(world, call, "executions").iter().map(remembered).collect();
    let retries = shelf(world, call, "retries");
    for run in &mut runs {
        let own = retries.iter().filter(|retry| retry.text("id") == Some(&run.id));
        let own: Vec<_> = own.collect();
        if let Some(last) = own.last() {
            let place = STAGES.iter().position(|stage| Some(stage.name) == last.text("stage"));
            run.retried = place.map(|at| (at, last.time("at").unwrap_or(now), own.len()));
        }
        if run.tries.is_some() {
            run.settle(now);
        }
    }
    runs.extend(since(world, call));
    runs.extend(rollbacks(world, call, &runs));
    for run in &mut runs {
        let stop = shelf(world, call, "stops").iter().find(|stop| stop.text("id") == Some(&run.id));
        if let Some(stop) = stop {
            run.status = "Stopped";
            run.stopped = Some(stop.text("reason").unwrap_or_default().to_owned());
            run.updated = stop.time("at").unwrap_or(now);
        }
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.start));
    runs
}

/// An execution of the fixture, or of the story.
fn remembered(record: &Value) -> Run {
    let text = |member: &str| record.text(member).unwrap_or_default().to_owned();
    let start = record.time("startTime").unwrap_or(0);
    let error = record.text("_error").unwrap_or("Build terminated with state: FAILED");
    Run {
        id: text("pipelineExecutionId"),
        status: if record.text("status") == Some("Failed") { "Failed" } else { "Succeeded" },
        start,
        updated: record.time("lastUpdateTime").unwrap_or(start),
        revision: text("_revision"),
        version: version_in(&text("_summary")),
        summary: text("_summary"),
        structure: record.int("_structure").unwrap_or(STRUCTURE),
        failed: record.text("_failed").filter(|stage| !stage.is_empty()).map(str::to_owned),
        error: error.to_owned(),
        tries: record.int("_tries").and_then(|tries| usize::try_from(tries).ok()),
        ..Run::default()
    }
}

/// The version that a release says it brings: `orders-writer: version 41, discounts per line`.
fn version_in(summary: &str) -> Option<u32> {
    let rest = summary.split_once(": version ")?.1;
    rest.split(',').next()?.trim().parse().ok()
}

/// One execution for each version that was published after the last one we remember.
fn since(world: &World, call: &Call) -> Vec<Run> {
    if call.region != crate::world::names::HOME_REGION {
        return Vec::new();
    }
    let now = world.now();
    let Some(function) = world.home.lambda.get("orders-writer") else { return Vec::new() };
    let mut runs = Vec::new();
    for (number, version) in &function.versions {
        let start = version.modified_ms - PUBLISHES_MS;
        if *number <= LAST_REMEMBERED {
            continue;
        }
        let name = format!("orders-deploy/{number}");
        let end = STAGES
            .iter()
            .map(|stage| start + stage.window.0 + stage.window.1)
            .max()
            .unwrap_or(start);
        runs.push(Run {
            id: uuid_of(&name),
            status: if end <= now { "Succeeded" } else { "InProgress" },
            start,
            updated: end.min(now),
            revision: hex_of(&name).chars().take(6).collect(),
            summary: format!("orders-writer: version {number}, {}", version.description),
            structure: STRUCTURE,
            version: Some(*number),
            ..Run::default()
        });
    }
    runs
}

/// The executions that rolled a stage back to what another one brought.
fn rollbacks(world: &World, call: &Call, runs: &[Run]) -> Vec<Run> {
    let now = world.now();
    let found = shelf(world, call, "rollbacks").iter().filter_map(|record| {
        let text = |member: &str| record.text(member).unwrap_or_default().to_owned();
        let target = runs.iter().find(|run| run.id == text("target"))?;
        let place = STAGES.iter().position(|stage| stage.name == text("stage"))?;
        let mut run = Run {
            id: text("id"),
            start: record.time("at").unwrap_or(now),
            revision: target.revision.clone(),
            summary: target.summary.clone(),
            structure: STRUCTURE,
            version: target.version,
            rolls: Some((target.id.clone(), place)),
            ..Run::default()
        };
        run.settle(now);
        Some(run)
    });
    found.collect()
}

/// The structure of the pipeline by now.
pub(super) fn structure(world: &World, call: &Call, pipeline: &str) -> i64 {
    let held = one(world, call, "pipelines", "name", pipeline);
    held.and_then(|pipeline| pipeline.int("version")).unwrap_or(STRUCTURE)
}

/// The structure that all executions ran through that say nothing else.
const STRUCTURE: i64 = 9;

/// The version that the newest execution of the fixture published.
const LAST_REMEMBERED: u32 = 41;
