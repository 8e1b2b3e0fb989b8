//! `ServeDeployment`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::change::ServeDeployment;
use watchdeck_domain::reading::ApiStageOf;
use watchdeck_domain::{Answer, ApiDeploymentId, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for ServeDeployment {
    type Value = ApiDeploymentId;

    const WHAT: &'static str = "a stage of an API";
    const FIELD: &'static str = "deployment";
    const POINTER: &'static str = "/deployment";

    fn params(&self, _: &Scope) -> Value {
        let patch = json!({ "op": "replace", "path": "/deploymentId", "value": self.deployment });
        json!({ "restApiId": self.id, "stageName": self.stage, "patchOperations": [patch] })
    }

    /// `api:orders-write/prod`.
    fn target(&self) -> String {
        format!("api:{}/{}", self.api, self.stage)
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 stage: {}", self.stage_arn(scope)),
            format!(
                "every caller of stage {} meets the routes, mappings and authorizers of deployment {}",
                self.stage, self.deployment
            ),
        ]
    }

    fn query(&self) -> Query {
        ApiStageOf { api: self.api.clone(), stage: self.stage.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<ApiDeploymentId> {
        if let Answer::ApiStageOf(stage) = answer { Some(stage.deployment.clone()) } else { None }
    }

    fn wanted(&self) -> ApiDeploymentId {
        self.deployment.clone()
    }

    fn before(&self) -> ApiDeploymentId {
        self.before.clone()
    }

    fn after(self, before: ApiDeploymentId) -> Self {
        Self { before, ..self }
    }

    fn said(value: &ApiDeploymentId) -> String {
        value.to_string()
    }
}
