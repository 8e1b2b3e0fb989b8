//! API Gateway: REST APIs, their stages and deployments.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::BTreeMap;

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::operation::get_stage::GetStageOutput;
use aws_sdk_apigateway::types::{CanarySettings, MethodSetting, Stage};
use watchdeck_domain::gateway::{ApiDeployment, ApiStage, DeploymentsCompared, RestApi, Throttle};
use watchdeck_domain::reading::{ApiStageOf, CompareDeployments, ReadFailure};
use watchdeck_domain::{ApiDeploymentId, ApiStageName, ReadError, RestApiName};

use super::{Pages, instant, plain};
use crate::rejection::{malformed, read_error};

const APIS: &str = "apigateway:GetRestApis";
const STAGE: &str = "apigateway:GetStage";
const STAGES: &str = "apigateway:GetStages";
const DEPLOYMENT: &str = "apigateway:GetDeployment";
const DEPLOYMENTS: &str = "apigateway:GetDeployments";

/// As many as a page may hold.
const PAGE: i32 = 500;

/// The settings of a stage for all methods that have none of their own.
const EVERY_METHOD: &str = "*/*";

/// All REST APIs, by name.
pub(super) async fn apis(client: &Client) -> Result<Vec<RestApi>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.get_rest_apis().limit(PAGE).set_position(pages.token.clone());
        let page = page.send().await.map_err(|e| read_error(APIS, &e))?;
        for api in page.items() {
            // One that has a name of control characters can be called nothing here.
            let Ok(name) = RestApiName::parse(plain(api.name())) else { continue };
            found.push(RestApi { name, id: plain(api.id()), about: plain(api.description()) });
        }
        if !pages.turn(APIS, page.position())? {
            found.sort_by(|a, b| a.name.cmp(&b.name));
            return Ok(found);
        }
    }
}

/// The id of the API of this name. Two of one name cannot be told apart by it.
async fn id(client: &Client, name: &RestApiName) -> Result<String, ReadError> {
    let mut of_name: Vec<_> =
        apis(client).await?.into_iter().filter(|api| api.name == *name).map(|api| api.id).collect();
    let id = of_name.pop().ok_or_else(|| {
        ReadError::new(ReadFailure::Missing, APIS, format!("there is no REST API {name}"))
    })?;
    if of_name.is_empty() {
        return Ok(id);
    }
    of_name.push(id);
    let why = format!("the REST APIs {} are all called {name}", of_name.join(", "));
    Err(ReadError::new(ReadFailure::Refused, APIS, why))
}

pub(super) async fn stages(client: &Client, api: &RestApiName) -> Result<Vec<ApiStage>, ReadError> {
    let id = id(client, api).await?;
    let answer = client.get_stages().rest_api_id(&id).send().await;
    let answer = answer.map_err(|e| read_error(STAGES, &e))?;
    answer.item().iter().map(|stage| stage_of(STAGES, api, &id, &Seen::from(stage))).collect()
}

pub(super) async fn stage(client: &Client, ask: &ApiStageOf) -> Result<ApiStage, ReadError> {
    let id = id(client, &ask.api).await?;
    let answer = get(client, &id, &ask.stage).await?;
    stage_of(STAGE, &ask.api, &id, &Seen::from(&answer))
}

async fn get(client: &Client, id: &str, stage: &ApiStageName) -> Result<GetStageOutput, ReadError> {
    let answer = client.get_stage().rest_api_id(id).stage_name(stage.as_str()).send().await;
    answer.map_err(|e| read_error(STAGE, &e))
}

/// What is taken from a stage, alone or in a list.
struct Seen<'a> {
    name: Option<&'a str>,
    deployment: Option<&'a str>,
    settings: BTreeMap<&'a str, &'a MethodSetting>,
    canary: Option<f64>,
    updated: Option<&'a aws_smithy_types::DateTime>,
}

/// The SDK has a type for a stage in a list and another one for a stage alone, with the same members.
macro_rules! seen {
    ($($stage:ty),*) => {$(
        impl<'a> From<&'a $stage> for Seen<'a> {
            fn from(stage: &'a $stage) -> Self {
                let settings = stage.method_settings().into_iter().flatten();
                let settings = settings.map(|(method, setting)| (method.as_str(), setting));
                Self {
                    name: stage.stage_name(),
                    deployment: stage.deployment_id(),
                    settings: settings.collect(),
                    canary: stage.canary_settings().map(CanarySettings::percent_traffic),
                    updated: stage.last_updated_date(),
                }
            }
        }
    )*};
}

seen!(Stage, GetStageOutput);

fn stage_of(
    call: &str,
    api: &RestApiName,
    id: &str,
    seen: &Seen<'_>,
) -> Result<ApiStage, ReadError> {
    let throttle = seen.settings.get(EVERY_METHOD).map(|setting| throttle(setting));
    let own = seen.settings.keys().filter(|method| **method != EVERY_METHOD);
    Ok(ApiStage {
        api: api.clone(),
        id: id.to_owned(),
        name: ApiStageName::parse(plain(seen.name)).map_err(|e| malformed(call, e.to_string()))?,
        deployment: deployment_id(call, seen.deployment)?,
        throttle,
        methods: own.map(|method| method.replace("~1", "/")).collect(),
        canary: seen.canary,
        updated: instant(seen.updated),
    })
}

fn throttle(setting: &MethodSetting) -> Throttle {
    let logs = setting.logging_level().is_some_and(|level| level != "OFF");
    Throttle {
        rate: setting.throttling_rate_limit(),
        // AWS writes -1 where it limits nothing.
        burst: u32::try_from(setting.throttling_burst_limit()).unwrap_or(u32::MAX),
        more: setting.metrics_enabled()
            || logs
            || setting.data_trace_enabled()
            || setting.caching_enabled(),
    }
}

fn deployment_id(call: &str, id: Option<&str>) -> Result<ApiDeploymentId, ReadError> {
    ApiDeploymentId::parse(plain(id)).map_err(|error| malformed(call, error.to_string()))
}

/// The deployments of an API, the newest first.
pub(super) async fn deployments(
    client: &Client,
    api: &RestApiName,
) -> Result<Vec<ApiDeployment>, ReadError> {
    let id = id(client, api).await?;
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.get_deployments().rest_api_id(&id).limit(PAGE);
        let page = page.set_position(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(DEPLOYMENTS, &e))?;
        for deployment in page.items() {
            found.push(ApiDeployment {
                id: deployment_id(DEPLOYMENTS, deployment.id())?,
                created: instant(deployment.created_date()),
                about: plain(deployment.description()),
            });
        }
        if !pages.turn(DEPLOYMENTS, page.position())? {
            found.sort_by_key(|deployment| std::cmp::Reverse(deployment.created));
            return Ok(found);
        }
    }
}

/// How a method is called, and what it asks of who calls it: an authorization, a key.
type Methods = BTreeMap<String, (String, bool)>;

/// A deployment with its methods.
async fn deployment(
    client: &Client,
    api: &str,
    id: &ApiDeploymentId,
) -> Result<(ApiDeployment, Methods), ReadError> {
    let call = client.get_deployment().rest_api_id(api).deployment_id(id.as_str());
    let answer = call.embed("apisummary").send().await;
    let answer = answer.map_err(|e| read_error(DEPLOYMENT, &e))?;
    let mut methods = Methods::new();
    for (path, verbs) in answer.api_summary().into_iter().flatten() {
        for (verb, method) in verbs {
            let asks = (plain(method.authorization_type()), method.api_key_required());
            methods.insert(format!("{verb} {path}"), asks);
        }
    }
    let deployment = ApiDeployment {
        id: deployment_id(DEPLOYMENT, answer.id())?,
        created: instant(answer.created_date()),
        about: plain(answer.description()),
    };
    Ok((deployment, methods))
}

pub(super) async fn compare(
    client: &Client,
    ask: &CompareDeployments,
) -> Result<DeploymentsCompared, ReadError> {
    let id = id(client, &ask.api).await?;
    let stage = get(client, &id, &ask.stage).await?;
    let now = deployment_id(STAGE, stage.deployment_id())?;
    let (current, before) = deployment(client, &id, &now).await?;
    let (other, after) = deployment(client, &id, &ask.deployment).await?;
    let lacks = |these: &Methods, those: &Methods| -> Vec<String> {
        these.keys().filter(|method| !those.contains_key(*method)).cloned().collect()
    };
    let both = || before.iter().filter_map(|(name, asks)| Some((name, asks, after.get(name)?)));
    let open = |asks: &(String, bool)| ["NONE", ""].contains(&asks.0.as_str()) && !asks.1;
    let otherwise = both().filter(|(_, now, then)| now != then);
    let opened = both().filter(|(_, now, then)| !open(now) && open(then));
    Ok(DeploymentsCompared {
        current,
        other,
        told: !before.is_empty() && !after.is_empty(),
        missing: lacks(&before, &after),
        back: lacks(&after, &before),
        authorized_otherwise: otherwise.map(|(name, ..)| name.clone()).collect(),
        opened: opened.map(|(name, ..)| name.clone()).collect(),
    })
}
