//! CodeDeploy: deployments in flight.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::DeploymentStatus;
use watchdeck_domain::ReadError;
use watchdeck_domain::delivery::Deployment;

use super::{Pages, plain};
use crate::rejection::read_error;

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
