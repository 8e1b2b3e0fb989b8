//! `CloseStage`: a setting. The reason bears the run, so that nobody else's closing is taken for ours.

use serde_json::{Value, json};
use watchdeck_domain::change::CloseStage;
use watchdeck_domain::reading::StageOf;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for CloseStage {
    /// Why it is closed; nothing while it is open.
    type Value = Option<String>;

    const WHAT: &'static str = "a stage of a pipeline";
    const FIELD: &'static str = "entry";
    const POINTER: &'static str = "/closed";

    fn params(&self, _: &Scope) -> Value {
        let mut params = json!({
            "pipelineName": self.pipeline,
            "stageName": self.stage,
            "transitionType": "Inbound",
        });
        if let (Some(reason), Some(members)) = (&self.closed, params.as_object_mut()) {
            members.insert("reason".into(), json!(reason));
        }
        params
    }

    /// `Deploy@orders-deploy`.
    fn target(&self) -> String {
        format!("{}@{}", self.stage, self.pipeline)
    }

    /// `closed`: the reason is shown, and not typed.
    fn destination(&self) -> String {
        if self.closed.is_some() { "closed" } else { "open" }.into()
    }

    fn fault(&self) -> Option<String> {
        let reason = self.closed.as_deref()?;
        if reason.trim().is_empty() || reason.chars().count() > Self::LONGEST {
            return Some(format!("a reason has 1 to {} characters", Self::LONGEST));
        }
        let odd = reason.chars().find(|c| !Self::takes(*c))?;
        Some(format!("CodePipeline takes no `{}` in a reason", odd.escape_debug()))
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let (pipeline, stage) = (&self.pipeline, &self.stage);
        let after = if self.closed.is_some() {
            format!(
                "no execution of {pipeline} enters {stage} any more: they wait before it, and each newer one takes the place of the one that waits; one that is in it goes on"
            )
        } else {
            format!(
                "the execution of {pipeline} that waits, the newest, enters {stage} at once, unless it has waited for more than 30 days"
            )
        };
        vec![format!("1 stage: {}", self.stage_arn(scope)), after]
    }

    fn query(&self) -> Query {
        StageOf { pipeline: self.pipeline.clone(), stage: self.stage.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<String>> {
        if let Answer::StageOf(stage) = answer { Some(stage.closed.clone()) } else { None }
    }

    fn wanted(&self) -> Option<String> {
        self.closed.clone()
    }

    fn before(&self) -> Option<String> {
        self.before.clone()
    }

    fn after(self, before: Option<String>) -> Self {
        Self { before, ..self }
    }

    /// `open`, or `closed` and why.
    fn said(value: &Option<String>) -> String {
        match value {
            None => "open".into(),
            Some(why) => format!("closed ({})", String::from(Printable::new(why.clone()))),
        }
    }
}
