//! Executions: those that the fixture remembers, and one for each version published since.

use super::super::standing::shelf;
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
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) start: i64,
    pub(super) updated: i64,
    pub(super) revision: String,
    pub(super) summary: String,
    pub(super) failed: Option<String>,
    pub(super) stopped: Option<String>,
}

/// What a run did in one stage.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) status: &'static str,
    pub(super) start: i64,
    pub(super) end: Option<i64>,
}

impl Step {
    pub(super) fn error(&self) -> Option<Value> {
        (self.status == "Failed").then(|| {
            Value::empty()
                .with("code", "JobFailed")
                .with("message", "Build terminated with state: FAILED")
        })
    }
}

impl Run {
    /// The stages that the run has reached.
    pub(super) fn steps(&self, now: i64) -> Vec<Step> {
        let mut steps = Vec::new();
        for stage in &STAGES {
            let (after, takes) = stage.window;
            let start = self.start + after;
            if start > now || (self.stopped.is_some() && start > self.updated) {
                break;
            }
            let failed = self.failed.as_deref() == Some(stage.name);
            let over = start + takes <= now;
            let status = match (failed, over) {
                (true, _) => "Failed",
                (false, true) => "Succeeded",
                (false, false) => "InProgress",
            };
            steps.push(Step { status, start, end: over.then_some(start + takes) });
            if failed {
                break;
            }
        }
        steps
    }
}

/// Every execution, the newest first.
pub(super) fn all(world: &World, call: &Call) -> Vec<Run> {
    let now = world.now();
    let mut runs: Vec<Run> = shelf(world, call, "executions")
        .iter()
        .map(|record| {
            let text = |member: &str| record.text(member).unwrap_or_default().to_owned();
            let start = record.time("startTime").unwrap_or(0);
            Run {
                id: text("pipelineExecutionId"),
                status: if record.text("status") == Some("Failed") {
                    "Failed"
                } else {
                    "Succeeded"
                },
                start,
                updated: record.time("lastUpdateTime").unwrap_or(start),
                revision: text("_revision"),
                summary: text("_summary"),
                failed: record.text("_failed").filter(|stage| !stage.is_empty()).map(str::to_owned),
                stopped: None,
            }
        })
        .collect();
    let last = runs.iter().map(|run| run.start).max().unwrap_or(0);
    runs.extend(since(world, call, last));
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

/// One execution for each version that was published after the last one we remember.
fn since(world: &World, call: &Call, last: i64) -> Vec<Run> {
    if call.region != crate::world::names::HOME_REGION {
        return Vec::new();
    }
    let now = world.now();
    let Some(function) = world.home.lambda.get("orders-writer") else { return Vec::new() };
    let mut runs = Vec::new();
    for (number, version) in &function.versions {
        let start = version.modified_ms - PUBLISHES_MS;
        if *number <= LAST_REMEMBERED || start <= last {
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
            failed: None,
            stopped: None,
        });
    }
    runs
}

/// The version that the newest execution of the fixture published.
const LAST_REMEMBERED: u32 = 41;
