//! `RollBackStage`: what it means, whether it may be begun, whether it was begun, and how it is taken back.
//!
//! CodePipeline makes an execution of its own for it, which says that it rolls back and to what. One that is newer than all
//! that the draft saw counts as this one where it leads to the same execution.

use serde_json::{Value, json};
use watchdeck_domain::change::{Kind as _, RollBackStage};
use watchdeck_domain::delivery::Execution;
use watchdeck_domain::reading::Executions;
use watchdeck_domain::{
    Answer, Change, ExecutionId, Printable, Query, Question as _, Reversal, RevisionId, RunId,
    Scope, Timestamp,
};

use super::Deed;
use super::retry::goes_on;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a list of executions";

impl Deed for RollBackStage {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "pipelineName": self.pipeline,
            "stageName": self.stage,
            "targetPipelineExecutionId": self.target,
        })
    }

    /// `Deploy@orders-deploy`.
    fn target(&self) -> String {
        format!("{}@{}", self.stage, self.pipeline)
    }

    /// The beginning of the execution's id.
    fn destination(&self) -> String {
        self.target.short().to_owned()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        (self.before.as_ref() == Some(&self.target))
            .then(|| format!("{} is what the stage holds already", self.target))
    }

    fn differences(&self, _: &Answer) -> Vec<Difference> {
        let before = self.before.as_ref().map_or("what came through last", ExecutionId::short);
        vec![Difference {
            field: format!("{} holds", Deed::target(self)),
            before: before.into(),
            after: self.target.short().into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 stage: {}", self.stage_arn(scope)),
            format!("all that its actions deploy, as execution {} brought it", self.target),
            "no other stage: what was migrated, published or built elsewhere stays as it is".into(),
            "the next release goes through the stage as ever, and brings what is newer again"
                .into(),
        ]
    }

    fn query(&self) -> Query {
        Executions { pipeline: self.pipeline.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(runs) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if let Some(newer) = runs.iter().find(|run| run.started > self.seen) {
            return Some(Hindrance::Moved(format!(
                "an execution of {} has begun since the draft was made: {}",
                self.pipeline,
                said(newer)
            )));
        }
        let target = runs.iter().find(|run| run.id == self.target);
        if target.is_some_and(Execution::rolls_back) {
            return Some(Hindrance::Moved(format!(
                "{} is itself a rollback: AWS rolls back to none of those",
                self.target
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        let restores = back.stage == self.stage && Some(&back.target) == self.before.as_ref();
        (!restores).then(|| {
            Hindrance::Reversal(format!(
                "the reversal leads {} to {}, which is not what it holds",
                Deed::target(back),
                back.target
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(runs) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        if ours(self, runs).is_some() {
            return Sighting::Landed { revision: None };
        }
        let other = runs.iter().find(|run| run.started > self.seen && run.rolls_back());
        other.map_or(Sighting::Absent, |other| Sighting::Conflict {
            seen: format!("somebody else rolls {} back: {}", self.pipeline, said(other)),
        })
    }

    /// It has ended, one way or the other: which, is the runbook's to see.
    fn at_rest(&self, now: &Answer) -> Verdict {
        let Some(runs) = seen(now) else { return Verdict::Unknown(not(WHAT)) };
        match ours(self, runs) {
            Some(run) if !goes_on(&run.status) => Verdict::True,
            Some(_) | None => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/0/started", seen(there).map_or(Value::Null, |runs| json!(newest(runs))))
    }

    fn shown(&self, there: &Answer) -> Value {
        let ours = seen(there).and_then(|runs| ours(self, runs));
        ours.map_or(Value::Null, |run| json!({ "execution": run.id, "status": run.status }))
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let back = Self::of(back)?;
        let runs = seen(there)?;
        // What came after this one, a release or the way back itself, has made something else of the stage.
        let seen = ours(self, runs).map_or_else(|| newest(runs), |run| run.started);
        let back = Self { before: Some(self.target.clone()), seen, ..back.clone() };
        let again = Self { before: Some(back.target.clone()), seen, ..self.clone() };
        Some((back.into(), again.into()))
    }
}

/// The execution that was begun since the draft, and leads to where this one was to lead.
fn ours<'a>(back: &RollBackStage, runs: &'a [Execution]) -> Option<&'a Execution> {
    runs.iter().find(|run| {
        run.started > back.seen && run.rolls_back() && run.target == back.target.as_str()
    })
}

/// The executions in an answer to a probe, the newest first.
fn seen(answer: &Answer) -> Option<&[Execution]> {
    if let Answer::Executions(runs) = answer { Some(runs) } else { None }
}

fn newest(runs: &[Execution]) -> Option<Timestamp> {
    runs.iter().filter_map(|run| run.started).max()
}

/// An execution in a few words.
fn said(run: &Execution) -> String {
    let text = format!("{}, {}, {}", run.id.short(), run.status, run.revision);
    Printable::new(text).into()
}
