//! CodeDeploy: deployments in flight, and how one stands.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{
    ComputePlatform, DeploymentCreator, DeploymentInfo, DeploymentStatus,
};
use serde_json::Value;
use watchdeck_domain::ReadError;
use watchdeck_domain::delivery::{Deployment, DeploymentStanding};
use watchdeck_domain::reading::DeploymentOf;

use super::{Pages, instant, plain};
use crate::rejection::{malformed, read_error};

const LIST: &str = "codedeploy:ListDeployments";
const GET: &str = "codedeploy:GetDeployment";

pub(super) async fn in_flight(client: &Client) -> Result<Vec<Deployment>, ReadError> {
    let mut ids = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_deployments()
            .include_only_statuses(DeploymentStatus::Created)
            .include_only_statuses(DeploymentStatus::Queued)
            .include_only_statuses(DeploymentStatus::InProgress)
            .include_only_statuses(DeploymentStatus::Baking)
            .include_only_statuses(DeploymentStatus::Ready)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(LIST, &e))?;
        ids.extend_from_slice(page.deployments());
        if !pages.turn(LIST, page.next_token())? {
            break;
        }
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let answer = client
            .get_deployment()
            .deployment_id(&id)
            .send()
            .await
            .map_err(|e| read_error(GET, &e))?;
        let info = answer.deployment_info();
        found.push(Deployment {
            application: plain(info.and_then(|info| info.application_name())),
            status: plain(info.and_then(|info| info.status()).map(DeploymentStatus::as_str)),
            id,
        });
    }
    // One may have ended between the list and the look.
    found.retain(|deployment| {
        !matches!(deployment.status.as_str(), "Succeeded" | "Failed" | "Stopped")
    });
    Ok(found)
}

pub(super) async fn deployment(
    client: &Client,
    ask: DeploymentOf,
) -> Result<DeploymentStanding, ReadError> {
    let answer = client
        .get_deployment()
        .deployment_id(ask.deployment.as_str())
        .send()
        .await
        .map_err(|e| read_error(GET, &e))?;
    let info = answer.deployment_info();
    let info = info.ok_or_else(|| malformed(GET, "an answer without a deployment"))?;
    let shift = shift(info).unwrap_or_default();
    let text = |name: &str| plain(shift.get(name).and_then(Value::as_str));
    Ok(DeploymentStanding {
        application: plain(info.application_name()),
        group: plain(info.deployment_group_name()),
        config: plain(info.deployment_config_name()),
        platform: plain(info.compute_platform().map(ComputePlatform::as_str)),
        status: plain(info.status().map(DeploymentStatus::as_str)),
        creator: plain(info.creator().map(DeploymentCreator::as_str)),
        created: instant(info.create_time()),
        completed: instant(info.complete_time()),
        function: text("Name"),
        alias: text("Alias"),
        from: text("CurrentVersion"),
        to: text("TargetVersion"),
        rolled_back_by: plain(info.rollback_info().and_then(|it| it.rollback_deployment_id())),
        id: ask.deployment,
    })
}

/// What a deployment does to the alias of a function, as its `AppSpec` says. One in YAML or in a bucket is not looked into:
/// then nobody can tell, and whatever asks has to say so.
fn shift(info: &DeploymentInfo) -> Option<Value> {
    let revision = info.revision()?;
    let content = revision.app_spec_content().and_then(|spec| spec.content());
    let spec: Value = serde_json::from_str(content?).ok()?;
    let mut resources = one_or_many(spec.get("Resources")?);
    resources.find_map(|resource| {
        let is_function = resource.get("Type")?.as_str()? == "AWS::Lambda::Function";
        is_function.then(|| resource.get("Properties").cloned())?
    })
}

/// The resources of an `AppSpec`: by their names, or a list of such.
fn one_or_many(resources: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match resources {
        Value::Array(items) => {
            Box::new(items.iter().filter_map(Value::as_object).flat_map(serde_json::Map::values))
        }
        Value::Object(named) => Box::new(named.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Box::new(std::iter::empty())
        }
    }
}
