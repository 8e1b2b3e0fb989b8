//! Is anything configured? Looks at files and variables only, so that the console can start at once
//! on the simulated account where nothing is.

use std::borrow::Cow;

use aws_config::profile::{Profile, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

use crate::credentials::role::Role;
use crate::place::ConfigFiles;
use crate::problem::ConnectError;

/// Whether there is something to sign requests with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configured {
    /// Yes, and where it stands.
    Yes(Source),
    /// No, but these profiles could be chosen with `--profile`.
    OnlyOtherProfiles(Vec<String>),
    /// Nothing at all.
    No,
}

/// Where credentials are configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Keys in environment variables.
    Environment,
    /// A profile of this name.
    Profile(String),
    /// A container or web identity, named by environment variables.
    Workload,
}

/// Looks for credentials as the AWS CLI would. Sends nothing, and does not ask the machine's metadata service.
pub async fn configured(profile: Option<&str>) -> Configured {
    look(&Env::real(), &Fs::real(), profile).await
}

async fn look(env: &Env, fs: &Fs, profile: Option<&str>) -> Configured {
    let set = |name: &str| env.get(name).is_ok_and(|value| !value.is_empty());
    if profile.is_none() {
        if set("AWS_ACCESS_KEY_ID") && set("AWS_SECRET_ACCESS_KEY") {
            return Configured::Yes(Source::Environment);
        }
        let workload = [
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ];
        if workload.into_iter().any(set) {
            return Configured::Yes(Source::Workload);
        }
    }
    // Files that cannot be parsed are configuration too: connecting then says what is wrong with them.
    let Ok(profiles) = load(env, fs, profile, None).await else {
        return Configured::Yes(Source::Profile(profile.unwrap_or("default").into()));
    };
    let chosen = profiles.selected_profile().to_owned();
    let named = profile.is_some() || set("AWS_PROFILE");
    if named || profiles.get_profile(&chosen).is_some_and(signs) {
        return Configured::Yes(Source::Profile(chosen));
    }
    let others = names(&profiles, signs);
    if others.is_empty() { Configured::No } else { Configured::OnlyOtherProfiles(others) }
}

/// What the files say about one profile. No secret is among it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileFacts {
    /// Its name.
    pub name: String,
    /// Whether it stands in the files.
    pub known: bool,
    /// Its region.
    pub region: Option<String>,
    /// Its endpoint for all services.
    pub endpoint_url: Option<String>,
    /// The profiles there are.
    pub others: Vec<String>,
}

/// Reads what the files say about the profile asked for, else about the chosen or the default one. Sends nothing.
///
/// # Errors
/// The files cannot be read or parsed.
pub async fn describe(profile: Option<&str>) -> Result<ProfileFacts, String> {
    let profiles = load(&Env::real(), &Fs::real(), profile, None).await?;
    let name = profiles.selected_profile().to_owned();
    let chosen = profiles.get_profile(&name);
    let said = |key: &str| chosen.and_then(|profile| profile.get(key)).map(str::to_owned);
    Ok(ProfileFacts {
        known: chosen.is_some(),
        region: said("region"),
        endpoint_url: said("endpoint_url"),
        others: names(&profiles, |_| true),
        name,
    })
}

/// The names of all profiles that the files hold. None where the files cannot be read: connecting says what is wrong.
pub async fn all() -> Vec<String> {
    let profiles = load(&Env::real(), &Fs::real(), None, None).await;
    profiles.map(|profiles| names(&profiles, |_| true)).unwrap_or_default()
}

/// The roles that profiles assume: the profile, and the ARN as it is written. None where the files cannot be read.
pub async fn roles() -> Vec<(String, String)> {
    let Ok(profiles) = load(&Env::real(), &Fs::real(), None, None).await else { return Vec::new() };
    let role = |name: String| {
        let arn = profiles.get_profile(&name)?.get("role_arn")?.to_owned();
        Some((name, arn))
    };
    names(&profiles, |_| true).into_iter().filter_map(role).collect()
}

/// A profile whose role wants the code of a device: the SDK would assume it without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coded {
    /// The profile whose credentials assume the role.
    pub(crate) source: String,
    /// The role and its device.
    pub(crate) role: Role,
}

/// What the profile in force says of a device, if it does.
pub(crate) async fn coded(profile: Option<&str>, files: Option<&ConfigFiles>) -> Option<Coded> {
    let env = Env::real();
    // Keys in the environment go before the default profile, not before one that was named.
    if profile.is_none() && env.get("AWS_ACCESS_KEY_ID").is_ok_and(|key| !key.is_empty()) {
        return None;
    }
    let profiles = load(&env, &Fs::real(), profile, files).await.ok()?;
    let name = profiles.selected_profile();
    let chosen = profiles.get_profile(name)?;
    let said = |key: &str| chosen.get(key).map(str::to_owned);
    Some(Coded {
        source: said("source_profile")?,
        role: Role {
            arn: said("role_arn")?,
            device: Some(said("mfa_serial")?),
            session: said("role_session_name"),
            external_id: said("external_id"),
            duration_s: said("duration_seconds").and_then(|text| text.parse().ok()),
        },
    })
}

/// The endpoint that a profile names for all services.
pub async fn endpoint_of(profile: &str) -> Option<String> {
    let profiles = load(&Env::real(), &Fs::real(), Some(profile), None).await.ok()?;
    profiles.get_profile(profile)?.get("endpoint_url").map(str::to_owned)
}

/// Checks that a profile that was asked for stands in the files.
pub(crate) async fn check(
    profile: Option<&str>,
    files: Option<&ConfigFiles>,
) -> Result<(), ConnectError> {
    let env = Env::real();
    let profiles = load(&env, &Fs::real(), profile, files)
        .await
        .map_err(|why| ConnectError::BadConfiguration { why })?;
    let named = profile.map(str::to_owned).or_else(|| env.get("AWS_PROFILE").ok());
    match named.filter(|name| !name.is_empty()) {
        Some(profile) if profiles.get_profile(&profile).is_none() => {
            Err(ConnectError::UnknownProfile { profile, known: names(&profiles, |_| true) })
        }
        _ => Ok(()),
    }
}

pub(crate) async fn load(
    env: &Env,
    fs: &Fs,
    profile: Option<&str>,
    files: Option<&ConfigFiles>,
) -> Result<ProfileSet, String> {
    let chosen = profile.map(|name| Cow::Owned(name.to_owned()));
    aws_config::profile::load(fs, env, &sdk_files(files), chosen)
        .await
        .map_err(|error| crate::rejection::chain(&error))
}

/// The configuration files in the SDK's terms.
pub(crate) fn sdk_files(
    files: Option<&ConfigFiles>,
) -> aws_runtime::env_config::file::EnvConfigFiles {
    use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
    files.map_or_else(EnvConfigFiles::default, |files| {
        EnvConfigFiles::builder()
            .with_file(EnvConfigFileKind::Config, &files.config)
            .with_file(EnvConfigFileKind::Credentials, &files.credentials)
            .build()
    })
}

fn names(profiles: &ProfileSet, wanted: impl Fn(&Profile) -> bool) -> Vec<String> {
    let mut names: Vec<String> = profiles
        .profiles()
        .filter(|name| profiles.get_profile(name).is_some_and(&wanted))
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}

/// Whether a profile holds a way to sign, and not only a region.
fn signs(profile: &Profile) -> bool {
    let ways = [
        "aws_access_key_id",
        "credential_process",
        "credential_source",
        "login_session",
        "role_arn",
        "source_profile",
        "sso_session",
        "sso_start_url",
        "web_identity_token_file",
    ];
    ways.into_iter().any(|way| profile.get(way).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(env: &[(&str, &str)], config: &str, profile: Option<&str>, wanted: Configured) {
        let mut env = env.to_vec();
        env.push(("HOME", "/home"));
        let fs = Fs::from_slice(&[("/home/.aws/config", config)]);
        let found = look(&Env::from_slice(&env), &fs, profile).await;
        assert_eq!(found, wanted, "{env:?} {config}");
    }

    #[tokio::test]
    async fn nothing_configured_is_seen_without_a_network() {
        check(&[], "", None, Configured::No).await;
        check(&[("AWS_ACCESS_KEY_ID", "")], "", None, Configured::No).await;
        check(&[], "[default]\nregion = eu-central-1", None, Configured::No).await;
    }

    #[tokio::test]
    async fn credentials_are_found_where_the_cli_finds_them() {
        let keys = [("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "s")];
        check(&keys, "", None, Configured::Yes(Source::Environment)).await;
        let sso = "[default]\nsso_session = corp";
        check(&[], sso, None, Configured::Yes(Source::Profile("default".into()))).await;
        let prod = "[profile prod]\ncredential_process = /bin/keys\n[profile bare]\nregion = x";
        check(&[], prod, None, Configured::OnlyOtherProfiles(vec!["prod".into()])).await;
        check(
            &[("AWS_PROFILE", "prod")],
            prod,
            None,
            Configured::Yes(Source::Profile("prod".into())),
        )
        .await;
        let token = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")];
        check(&token, "", None, Configured::Yes(Source::Workload)).await;
    }

    #[tokio::test]
    async fn a_named_profile_counts_even_when_it_is_wrong_so_that_connecting_can_say_so() {
        check(&[], "", Some("typo"), Configured::Yes(Source::Profile("typo".into()))).await;
    }
}
