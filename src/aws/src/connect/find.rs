//! The configuration of a connection: from given keys alone, or found in environment and files.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_types::retry::RetryConfig;
use watchdeck_domain::Region;

use super::{app_name, behavior, read_limits};
use crate::credentials::profile::OfProfile;
use crate::place::Keys;
use crate::problem::ConnectError;
use crate::profiles;
use crate::wire::{Endpoint, InProcess};

/// A configuration from given keys: nothing of the machine's environment or files enters it.
pub(super) fn fixed(endpoint: &Endpoint, keys: Keys, region: &Region) -> SdkConfig {
    let Keys { access_key_id, secret, session_token } = keys;
    let token = session_token.map(|token| token.reveal_to(str::to_owned));
    let credentials = secret
        .reveal_to(|secret| Credentials::new(access_key_id, secret, token, None, "watchdeck"));
    let mut builder = SdkConfig::builder()
        .behavior_version(behavior())
        .region(aws_config::Region::new(region.as_str().to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(aws_smithy_async::time::SystemTimeSource::new())
        .retry_config(RetryConfig::standard())
        .timeout_config(read_limits());
    builder.set_app_name(app_name());
    match endpoint {
        Endpoint::Aws => {}
        Endpoint::Url(url) => builder = builder.endpoint_url(url.as_str()),
        Endpoint::InProcess(wire) => builder = builder.http_client(InProcess(Arc::clone(wire))),
    }
    builder.build()
}

/// A configuration found in environment and files.
pub(super) async fn found(
    endpoint: &Endpoint,
    profile: Option<&str>,
    signing: Option<&str>,
    region: Option<Region>,
    files: Option<&crate::ConfigFiles>,
) -> Result<SdkConfig, ConnectError> {
    let region = find_region(region, profile, files).await.ok_or(ConnectError::NoRegion)?;
    let mut loader = aws_config::defaults(behavior())
        .region(region.clone())
        .profile_files(profiles::sdk_files(files))
        .retry_config(RetryConfig::standard())
        .timeout_config(read_limits());
    if let Some(name) = app_name() {
        loader = loader.app_name(name);
    }
    let mut provider = ProviderConfig::without_region().with_region(Some(region));
    match endpoint {
        Endpoint::Aws => {}
        Endpoint::Url(url) => loader = loader.endpoint_url(url.as_str()),
        Endpoint::InProcess(wire) => {
            loader = loader.http_client(InProcess(Arc::clone(wire)));
            provider = provider.with_http_client(InProcess(Arc::clone(wire)));
        }
    }
    if let Some(name) = profile {
        loader = loader.profile_name(name);
    }
    if let Some(name) = signing.or(profile) {
        // A profile that was named wins: left to the default chain, keys in the environment would be used
        // instead, and the console would watch another account than the one asked for.
        let files = profiles::sdk_files(files);
        loader = loader.credentials_provider(OfProfile::new(name, provider, files));
    }
    Ok(loader.load().await)
}

/// The region that a profile leads to, found as connecting finds it.
pub async fn region_of(profile: Option<&str>) -> Option<Region> {
    let region = find_region(None, profile, None).await?;
    Region::parse(region.as_ref()).ok()
}

async fn find_region(
    region: Option<Region>,
    profile: Option<&str>,
    files: Option<&crate::ConfigFiles>,
) -> Option<aws_config::Region> {
    if let Some(region) = region {
        return Some(aws_config::Region::new(region.as_str().to_owned()));
    }
    if let Some(region) = EnvironmentVariableRegionProvider::new().region().await {
        return Some(region).filter(|region| !region.as_ref().is_empty());
    }
    let mut builder =
        ProfileFileRegionProvider::builder().profile_files(profiles::sdk_files(files));
    if let Some(name) = profile {
        builder = builder.profile_name(name);
    }
    builder.build().region().await
}
