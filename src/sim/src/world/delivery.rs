//! What the story delivers: releases that get stuck in the pipeline, and deployments that shift an alias.

use super::World;
use super::fixture::record::{hex_of, set, uuid_of};
use super::names::HOME_REGION;
use super::plot::pointed;
use super::story::{Canary, Release};
use crate::wire::value::Value;

impl World {
    /// A release enters the pipeline of the orders.
    pub(super) fn release(&mut self, release: &Release) {
        let name = format!("release/{}", release.revision);
        let execution = Value::empty()
            .with("pipelineExecutionId", uuid_of(&name))
            .with("startTime", Value::Time(self.now_ms))
            .with("_pipeline", "orders-deploy")
            .with("_revision", release.revision.as_str())
            .with("_summary", release.summary.as_str())
            .with("_failed", release.fails_in.as_str())
            .with("_error", release.error.as_str())
            .with("_tries", i64::from(release.tries));
        self.fixture.shelf_mut(HOME_REGION, "codepipeline", "executions").push(execution);
    }

    /// CodeDeploy gives the newest version its first share.
    pub(super) fn shift(&mut self, canary: &Canary) {
        let (function, alias) = (&canary.deploy.function, canary.deploy.alias.as_deref());
        let Some((alias, from, to)) = alias
            .and_then(|alias| Some((alias, self.at(function, alias)?, self.newest(function)?)))
        else {
            return;
        };
        let weights = Value::empty().with(&to.to_string(), canary.share);
        let input = pointed(function, alias, from, weights);
        self.act(&canary.deploy.principal, "lambda", "UpdateAlias", input);
        let id = deployment_id(function, to);
        let content = serde_json::json!({ "version": 0.0, "Resources": [{ function: {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Name": function, "Alias": alias,
                "CurrentVersion": from.to_string(), "TargetVersion": to.to_string(),
            },
        }}]});
        let content = Value::empty().with("content", content.to_string());
        let revision =
            Value::empty().with("revisionType", "AppSpecContent").with("appSpecContent", content);
        let style = Value::empty()
            .with("deploymentType", "BLUE_GREEN")
            .with("deploymentOption", "WITH_TRAFFIC_CONTROL");
        let back = Value::empty().with("enabled", false).with("events", Vec::new());
        let deployment = Value::empty()
            .with("deploymentId", id)
            .with("applicationName", "orders")
            .with("deploymentGroupName", function.as_str())
            .with("deploymentConfigName", "CodeDeployDefault.LambdaCanary10Percent30Minutes")
            .with("computePlatform", "Lambda")
            .with("status", "InProgress")
            .with("createTime", Value::Time(self.now_ms))
            .with("startTime", Value::Time(self.now_ms))
            .with("creator", "user")
            .with("deploymentStyle", style)
            .with("autoRollbackConfiguration", back)
            .with("revision", revision)
            .with("_function", function.as_str())
            .with("_alias", alias)
            .with("_from", i64::from(from))
            .with("_to", i64::from(to));
        self.fixture.shelf_mut(HOME_REGION, "codedeploy", "deployments").push(deployment);
    }

    /// The share has lasted: the alias is at the new version, unless somebody has stopped that.
    pub(super) fn shifted(&mut self, canary: &Canary) {
        let function = &canary.deploy.function;
        let now = self.now_ms;
        let held = self.fixture.shelf_mut(HOME_REGION, "codedeploy", "deployments").iter_mut();
        let mut going = held.filter(|record| {
            record.text("_function") == Some(function)
                && record.text("status") == Some("InProgress")
        });
        let Some(record) = going.next() else { return };
        set(record, "status", "Succeeded");
        set(record, "completeTime", Value::Time(now));
        let to = record.int("_to").and_then(|to| u32::try_from(to).ok());
        if let (Some(to), Some(alias)) = (to, canary.deploy.alias.as_deref()) {
            let input = pointed(function, alias, to, Value::empty());
            self.act(&canary.deploy.principal, "lambda", "UpdateAlias", input);
        }
    }

    fn newest(&self, function: &str) -> Option<u32> {
        self.home.lambda.get(function)?.versions.keys().next_back().copied()
    }

    fn at(&self, function: &str, alias: &str) -> Option<u32> {
        self.home.lambda.get(function)?.aliases.get(alias)?.version.parse().ok()
    }
}

/// `d-` and nine characters, as CodeDeploy names deployments.
fn deployment_id(function: &str, version: u32) -> String {
    let hex = hex_of(&format!("deployment/{function}/{version}")).to_uppercase();
    format!("d-{}", hex.chars().take(9).collect::<String>())
}
