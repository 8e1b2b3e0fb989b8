//! The stages and executions of pipelines that a form is filled from. They have no screen of their own.

use std::collections::BTreeMap;

use serde::Serialize;
use watchdeck_domain::delivery::{Execution, Stage};
use watchdeck_domain::{PipelineName, Timestamp};

use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// What is known of the pipelines that were chosen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pipelines {
    /// Their stages, in order.
    pub stages: BTreeMap<PipelineName, Loaded<Vec<Stage>>>,
    /// Their executions, the newest first.
    pub executions: BTreeMap<PipelineName, Loaded<Vec<Execution>>>,
}

impl Pipelines {
    /// Takes an answer on the stages of a pipeline in, or the lack of one.
    pub fn learn_stages(
        &mut self,
        of: PipelineName,
        stages: Result<Vec<Stage>, Problem>,
        now: Timestamp,
    ) {
        self.stages.entry(of).or_default().take(stages, now);
    }

    /// Takes an answer on the executions of a pipeline in, or the lack of one.
    pub fn learn_executions(
        &mut self,
        of: PipelineName,
        runs: Result<Vec<Execution>, Problem>,
        now: Timestamp,
    ) {
        self.executions.entry(of).or_default().take(runs, now);
    }

    /// The stages of a pipeline, as far as they were asked for, with how each stands.
    pub fn stages_of(&self, pipeline: &str) -> Vec<(String, String)> {
        let found = self.stages.iter().find(|(name, _)| name.as_str() == pipeline);
        let stages = found.map(|(_, stages)| stages.rows()).unwrap_or_default().iter();
        stages.map(|stage| (stage.name.to_string(), standing(stage))).collect()
    }

    /// The executions of a pipeline that bring something of their own, with what it is.
    pub fn executions_of(&self, pipeline: &str) -> Vec<(String, String)> {
        let found = self.executions.iter().find(|(name, _)| name.as_str() == pipeline);
        let runs = found.map(|(_, runs)| runs.rows()).unwrap_or_default().iter();
        let own = runs.filter(|run| !run.rolls_back());
        own.map(|run| (run.id.to_string(), format!("{}, {}", run.status, run.revision))).collect()
    }
}

fn standing(stage: &Stage) -> String {
    if stage.closed.is_some() { format!("{}, closed", stage.status) } else { stage.status.clone() }
}
