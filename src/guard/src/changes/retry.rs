//! `RetryStage`: what it means, whether it may be begun, and whether it was begun. Nothing takes it back.
//!
//! The execution is the same one as before. What tells a stage that was tried again from one that was not is that it does not
//! stand as failed any more, or that it failed later than it had.

use serde_json::{Value, json};
use watchdeck_domain::change::RetryStage;
use watchdeck_domain::delivery::Stage;
use watchdeck_domain::reading::StageOf;
use watchdeck_domain::{
    Answer, Printable, Query, Question as _, Reversal, RunId, Scope, Timestamp,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
pub(super) const WHAT: &str = "a stage of a pipeline";

impl Deed for RetryStage {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "pipelineName": self.pipeline,
            "stageName": self.stage,
            "pipelineExecutionId": self.execution,
            "retryMode": self.mode(),
        })
    }

    /// `Build@orders-deploy`.
    fn target(&self) -> String {
        format!("{}@{}", self.stage, self.pipeline)
    }

    /// The beginning of the execution's id.
    fn destination(&self) -> String {
        self.execution.short().to_owned()
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(stage) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} {}", self.target(), self.execution.short()),
            before: said(stage),
            after: "InProgress".into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let what = if self.all {
            "every action of the stage is done again, also those that have succeeded"
        } else {
            "the actions that failed are done again, and those that come after them"
        };
        vec![
            format!("1 stage: {}", self.stage_arn(scope)),
            what.into(),
            "what comes through goes on into the stages after it, as it would have".into(),
        ]
    }

    fn query(&self) -> Query {
        StageOf { pipeline: self.pipeline.clone(), stage: self.stage.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(stage) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        let name = self.target();
        if stage.execution != self.execution.as_str() {
            return Some(Hindrance::Moved(format!(
                "another execution was in {name} last: {}; AWS tries only that one again",
                word(&stage.execution)
            )));
        }
        if stage.status != "Failed" {
            let what = format!("{name} is {}: only what failed is tried again", said(stage));
            return Some(Hindrance::Idle(what));
        }
        (stage.changed != self.seen).then(|| {
            let since = at(stage.changed);
            Hindrance::Moved(format!(
                "{name} has failed again, at {since}: somebody has tried it since the draft was made"
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(stage) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        if stage.execution != self.execution.as_str() {
            let seen = format!("another execution is in {}: {}", self.target(), said(stage));
            return Sighting::Conflict { seen };
        }
        if stage.status == "Failed" && stage.changed == self.seen {
            return Sighting::Absent;
        }
        Sighting::Landed { revision: None }
    }

    /// It is over, one way or the other: which, is the runbook's to see.
    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(stage) if goes_on(&stage.status) => Verdict::False,
            Some(_) => Verdict::True,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        let lock = seen(there).map(|stage| json!([stage.execution, stage.status, stage.changed]));
        ("/execution", lock.unwrap_or(Value::Null))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |stage| json!({ "execution": stage.execution, "status": stage.status }),
        )
    }
}

/// Whether an execution is still in a stage, by the stage's word.
pub(super) fn goes_on(status: &str) -> bool {
    matches!(status, "InProgress" | "Stopping")
}

/// How a stage stands, in a few words.
fn said(stage: &Stage) -> String {
    let text = format!("{}, since {}", stage.status, at(stage.changed));
    Printable::new(text).into()
}

fn at(when: Option<Timestamp>) -> String {
    when.map_or_else(|| "a time that nobody tells".into(), |at| at.to_string())
}

fn word(text: &str) -> String {
    Printable::new(if text.is_empty() { "none".to_owned() } else { text.to_owned() }).into()
}

/// The stage in an answer to a probe.
fn seen(answer: &Answer) -> Option<&Stage> {
    if let Answer::StageOf(stage) = answer { Some(stage) } else { None }
}
