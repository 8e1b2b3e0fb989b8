//! `ThrottleStage`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::change::ThrottleStage;
use watchdeck_domain::gateway::Throttle;
use watchdeck_domain::reading::ApiStageOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for ThrottleStage {
    type Value = Option<Throttle>;

    const WHAT: &'static str = "a stage of an API";
    const FIELD: &'static str = "throttle";
    const POINTER: &'static str = "/throttle";

    fn params(&self, _: &Scope) -> Value {
        let patches = match self.throttle {
            Some(Throttle { rate, burst, .. }) => json!([
                { "op": "replace", "path": "/*/*/throttling/rateLimit", "value": rate.to_string() },
                { "op": "replace", "path": "/*/*/throttling/burstLimit", "value": burst.to_string() },
            ]),
            None => json!([{ "op": "remove", "path": "/*/*" }]),
        };
        json!({ "restApiId": self.id, "stageName": self.stage, "patchOperations": patches })
    }

    /// `throttle:orders-write/prod`.
    fn target(&self) -> String {
        format!("throttle:{}/{}", self.api, self.stage)
    }

    fn fault(&self) -> Option<String> {
        let rate = self.throttle.map(|throttle| throttle.rate);
        let odd = rate.is_some_and(|rate| !rate.is_finite() || rate < 0.0);
        odd.then(|| "a stage lets through a number of requests a second, from 0".into())
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let after = match self.throttle {
            Some(Throttle { rate, burst, .. }) => format!(
                "whoever calls a method of it more than {rate} times a second, after {burst} at once, is answered 429: everybody together, whoever they are"
            ),
            None => {
                "only the account's own limit holds for it then, which all its APIs share".into()
            }
        };
        vec![format!("1 stage: {}", self.stage_arn(scope)), after]
    }

    fn query(&self) -> Query {
        ApiStageOf { api: self.api.clone(), stage: self.stage.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<Throttle>> {
        if let Answer::ApiStageOf(stage) = answer { Some(stage.throttle) } else { None }
    }

    fn wanted(&self) -> Option<Throttle> {
        self.throttle
    }

    fn before(&self) -> Option<Throttle> {
        self.before
    }

    fn after(self, before: Option<Throttle>) -> Self {
        Self { before, ..self }
    }

    /// `20/s+40`, or `none`, which is not 0.
    fn said(value: &Option<Throttle>) -> String {
        value.map_or_else(|| "none".into(), |throttle| throttle.to_string())
    }
}
