//! Endpoints that the environment or the profile sets: one for all services counts, one for a single service is refused.
//!
//! The header names one place. Were a single service elsewhere, the console would show one account and change another.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use crate::problem::ConnectError;
use crate::wire::Endpoint;

/// The services that we speak with, as the SDK names them.
const SERVICES: [&str; 13] = [
    "CloudFront",
    "CloudTrail",
    "CloudWatch",
    "CloudWatch Logs",
    "CodeDeploy",
    "CodePipeline",
    "GuardDuty",
    "IAM",
    "Lambda",
    "RDS",
    "SecurityHub",
    "SSM",
    "STS",
];

/// The variable that sets an endpoint; with `_` and a service behind it, that of this service.
const VARIABLE: &str = "AWS_ENDPOINT_URL";

/// Where requests go, once the SDK has read its configuration.
///
/// # Errors
/// One service is sent elsewhere than the others.
pub(super) fn settle(endpoint: Endpoint, config: &SdkConfig) -> Result<Endpoint, ConnectError> {
    match endpoint {
        // A URL that was asked for is stronger than everything configured.
        Endpoint::Url(_) => return Ok(endpoint),
        Endpoint::Aws | Endpoint::InProcess(_) => {}
    }
    let all = config.endpoint_url();
    for service in SERVICES {
        let Some(url) = configured(config, service).filter(|url| Some(url.as_str()) != all) else {
            continue;
        };
        let (variable, section) = (service.to_uppercase(), service.to_lowercase());
        return Err(ConnectError::SplitEndpoints {
            service: service.to_owned(),
            url,
            variable: format!("{VARIABLE}_{}", variable.replace(' ', "_")),
            // So this SDK looks for it; the key that the CLI knows, with `_`, it does not see.
            section: section.replace(' ', "-"),
        });
    }
    Ok(match (endpoint, all) {
        (Endpoint::Aws, Some(url)) => Endpoint::Url(url.to_owned()),
        (endpoint, _) => endpoint,
    })
}

/// The endpoint that a client of `service` would take from the configuration.
fn configured(config: &SdkConfig, service: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service)
        .env(VARIABLE)
        .profile("endpoint_url")
        .build()
        .ok()?;
    config.service_config()?.load_config(key).filter(|url| !url.is_empty())
}
