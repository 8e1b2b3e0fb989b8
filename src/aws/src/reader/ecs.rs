//! ECS: services, their rollouts, and what task definitions run; ECR tells whether an image is still there.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{
    Deployment, DeploymentCircuitBreaker, DeploymentController, DeploymentControllerType,
    DeploymentRolloutState, SortOrder, TaskDefinitionStatus,
};
use watchdeck_domain::reading::{ReadFailure, ServiceOf, TaskDefinitions};
use watchdeck_domain::service::{Image, Rollout, Service, TaskDefinition};
use watchdeck_domain::{ClusterName, IdError, ReadError, ServiceName, TaskDefinitionName};

use super::{Pages, count, instant, plain};
use crate::rejection::{malformed, read_error};

const CLUSTERS: &str = "ecs:ListClusters";
const SERVICES: &str = "ecs:ListServices";
const SERVICE: &str = "ecs:DescribeServices";
const DEFINITIONS: &str = "ecs:ListTaskDefinitions";
const DEFINITION: &str = "ecs:DescribeTaskDefinition";
const IMAGES: &str = "ecr:DescribeImages";

pub(super) async fn clusters(client: &Client) -> Result<Vec<ClusterName>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_clusters().set_next_token(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(CLUSTERS, &e))?;
        let names = page.cluster_arns().iter();
        found.extend(names.filter_map(|arn| ClusterName::parse(last(arn)).ok()));
        if !pages.turn(CLUSTERS, page.next_token())? {
            found.sort();
            return Ok(found);
        }
    }
}

pub(super) async fn services(
    client: &Client,
    cluster: &ClusterName,
) -> Result<Vec<ServiceName>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_services().cluster(cluster.as_str()).max_results(100);
        let page = page.set_next_token(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(SERVICES, &e))?;
        let names = page.service_arns().iter();
        found.extend(names.filter_map(|arn| ServiceName::parse(last(arn)).ok()));
        if !pages.turn(SERVICES, page.next_token())? {
            found.sort();
            return Ok(found);
        }
    }
}

pub(super) async fn service(client: &Client, ask: &ServiceOf) -> Result<Service, ReadError> {
    let call = client.describe_services().cluster(ask.cluster.as_str());
    let answer = call.services(ask.service.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(SERVICE, &e))?;
    let service = answer.services().first().ok_or_else(|| {
        let why = answer.failures().first().and_then(|failure| failure.reason());
        let why = why.unwrap_or("nobody says why");
        let what = format!("there is no service {} in {}: {why}", ask.service, ask.cluster);
        ReadError::new(ReadFailure::Missing, SERVICE, what)
    })?;
    let odd = |error: IdError| malformed(SERVICE, error.to_string());
    let settings = service.deployment_configuration();
    let breaker = settings.and_then(|settings| settings.deployment_circuit_breaker());
    let controller = service.deployment_controller().map(DeploymentController::r#type);
    let mut rollouts =
        service.deployments().iter().map(rollout).collect::<Result<Vec<_>, _>>().map_err(odd)?;
    rollouts.sort_by_key(|rollout| (rollout.status != "PRIMARY", std::cmp::Reverse(rollout.began)));
    let newest = rollouts.iter().find(|rollout| rollout.status == "PRIMARY");
    let definition = TaskDefinitionName::of_arn(service.task_definition().unwrap_or_default());
    let definition = definition.map_err(odd)?;
    Ok(Service {
        name: ask.service.clone(),
        cluster: ask.cluster.clone(),
        arn: plain(service.service_arn()),
        status: plain(service.status()),
        revision: definition.revision(),
        definition,
        // Without a word on it, ECS itself rolls the service.
        controller: controller.map_or("ECS", DeploymentControllerType::as_str).to_owned(),
        breaker: breaker.is_some_and(DeploymentCircuitBreaker::enable),
        reverts: breaker.is_some_and(DeploymentCircuitBreaker::rollback),
        desired: count(Some(service.desired_count())),
        running: count(Some(service.running_count())),
        pending: count(Some(service.pending_count())),
        rollout: newest.map(|newest| newest.id.clone()).unwrap_or_default(),
        said: plain(service.events().first().and_then(|event| event.message())),
        rollouts,
    })
}

fn rollout(of: &Deployment) -> Result<Rollout, IdError> {
    Ok(Rollout {
        id: plain(of.id()),
        definition: TaskDefinitionName::of_arn(of.task_definition().unwrap_or_default())?,
        status: plain(of.status()),
        state: plain(of.rollout_state().map(DeploymentRolloutState::as_str)),
        reason: plain(of.rollout_state_reason()),
        running: count(Some(of.running_count())),
        failed: count(Some(of.failed_tasks())),
        began: instant(of.created_at()),
    })
}

/// The active task definitions of the family that a service runs, the newest first: one page of them.
pub(super) async fn definitions(
    client: &Client,
    ask: &TaskDefinitions,
) -> Result<Vec<TaskDefinitionName>, ReadError> {
    let of = ServiceOf { cluster: ask.cluster.clone(), service: ask.service.clone() };
    let family = service(client, &of).await?.definition;
    let call = client.list_task_definitions().family_prefix(family.family());
    let call = call.status(TaskDefinitionStatus::Active).sort(SortOrder::Desc);
    let page = call.send().await.map_err(|e| read_error(DEFINITIONS, &e))?;
    let names = page.task_definition_arns().iter();
    Ok(names.filter_map(|arn| TaskDefinitionName::of_arn(arn).ok()).collect())
}

pub(super) async fn definition(
    client: &Client,
    ecr: &aws_sdk_ecr::Client,
    name: &TaskDefinitionName,
) -> Result<TaskDefinition, ReadError> {
    let answer = client.describe_task_definition().task_definition(name.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(DEFINITION, &e))?;
    let there =
        answer.task_definition().ok_or_else(|| malformed(DEFINITION, "an answer without one"))?;
    let mut images = Vec::new();
    for container in there.container_definitions() {
        let image = plain(container.image());
        let (is_there, why) = look_for(ecr, &image).await;
        let container = plain(container.name());
        images.push(Image { container, image, there: is_there, why });
    }
    Ok(TaskDefinition {
        name: name.clone(),
        family: plain(there.family()),
        revision: count(Some(there.revision())),
        status: plain(there.status().map(TaskDefinitionStatus::as_str)),
        role: plain(there.task_role_arn()),
        registered: instant(there.registered_at()),
        images,
    })
}

/// Whether ECR has an image. What is no image of ECR, and what may not be read, is not told.
async fn look_for(ecr: &aws_sdk_ecr::Client, image: &str) -> (Option<bool>, String) {
    let Some(place) = Place::of(image) else {
        return (None, "it is in no repository of ECR".into());
    };
    let id = match place.tag {
        Tag::Digest(digest) => aws_sdk_ecr::types::ImageIdentifier::builder().image_digest(digest),
        Tag::Name(tag) => aws_sdk_ecr::types::ImageIdentifier::builder().image_tag(tag),
    };
    let call = ecr.describe_images().registry_id(place.registry).repository_name(place.repository);
    match call.image_ids(id.build()).send().await {
        Ok(answer) => (Some(!answer.image_details().is_empty()), String::new()),
        Err(error) => {
            let error = read_error(IMAGES, &error);
            let gone = ["ImageNotFoundException", "RepositoryNotFoundException"];
            if gone.contains(&error.code.as_str()) {
                (Some(false), String::new())
            } else {
                (None, error.to_string())
            }
        }
    }
}

/// Where an image of ECR lies: `123456784021.dkr.ecr.eu-central-1.amazonaws.com/shop/web:7.4.0`.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    registry: &'a str,
    repository: &'a str,
    tag: Tag<'a>,
}

#[derive(Debug, PartialEq, Eq)]
enum Tag<'a> {
    Digest(&'a str),
    Name(&'a str),
}

impl<'a> Place<'a> {
    fn of(image: &'a str) -> Option<Self> {
        let (host, path) = image.split_once('/')?;
        let registry = host.split_once(".dkr.ecr.")?.0;
        let (repository, tag) = match path.split_once('@') {
            Some((name, digest)) => {
                // A tag beside a digest says nothing.
                (name.split_once(':').map_or(name, |(name, _)| name), Tag::Digest(digest))
            }
            None => match path.split_once(':') {
                Some((name, tag)) => (name, Tag::Name(tag)),
                None => (path, Tag::Name("latest")),
            },
        };
        Some(Self { registry, repository, tag })
    }
}

/// The last part of an ARN.
fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_ecr_is_told_by_its_tag_or_its_digest() {
        let host = "123456784021.dkr.ecr.eu-central-1.amazonaws.com";
        let check = |path: &str, repository: &str, tag: Tag<'_>| {
            let image = format!("{host}/{path}");
            let place = Place { registry: "123456784021", repository, tag };
            assert_eq!(Place::of(&image), Some(place), "{path}");
        };
        check("shop/web:7.4.0", "shop/web", Tag::Name("7.4.0"));
        check("shop/web", "shop/web", Tag::Name("latest"));
        check("shop/web@sha256:ab", "shop/web", Tag::Digest("sha256:ab"));
        check("shop/web:7.4.0@sha256:ab", "shop/web", Tag::Digest("sha256:ab"));
        for other in ["nginx:1", "public.ecr.aws/nginx/nginx:1", "ghcr.io/x/y"] {
            assert_eq!(Place::of(other), None, "{other}");
        }
    }
}
