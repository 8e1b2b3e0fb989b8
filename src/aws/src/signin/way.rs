//! What a profile says of signing in: its own words of the older form, or the session that it names.

use aws_config::SdkConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_types::os_shim_internal::{Env, Fs};

use crate::ConfigFiles;
use crate::connect::{app_name, behavior, read_limits};
use crate::problem::ConnectError;
use crate::profiles;
use crate::wire::InProcess;

/// What a session asks for where the file names nothing.
const SCOPE: &str = "sso:account:access";

/// How many profiles may stand between one and that whose credentials it goes by.
const DEEPEST: usize = 8;

/// How one signs in for a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// What the token is called: the session, or in the older form the address of the portal.
    pub(super) name: String,
    /// The address of the portal.
    pub(super) start_url: String,
    /// The region of the portal.
    pub(super) region: String,
    /// What is asked for; nothing in the older form.
    pub(super) scopes: Vec<String>,
    profile: String,
    files: Option<ConfigFiles>,
}

impl SignIn {
    /// How one signs in for this profile, else for the one in force; nothing where one does not. Sends nothing.
    pub async fn of(profile: Option<&str>, files: Option<&ConfigFiles>) -> Option<Self> {
        let env = Env::real();
        // Keys in the environment go before the default profile, not before one that was named.
        if profile.is_none() && env.get("AWS_ACCESS_KEY_ID").is_ok_and(|key| !key.is_empty()) {
            return None;
        }
        let profiles = profiles::load(&env, &Fs::real(), profile, files).await.ok()?;
        let selected = profiles.selected_profile().to_owned();
        let mut name = selected.clone();
        for _ in 0..DEEPEST {
            let chosen = profiles.get_profile(&name)?;
            let said = |key: &str| chosen.get(key).map(str::to_owned);
            if let Some(session) = said("sso_session") {
                let told = profiles.sso_session(&session)?;
                let scopes = told.get("sso_registration_scopes").unwrap_or(SCOPE);
                let scopes = scopes.split(',').map(|scope| scope.trim().to_owned());
                return Some(Self {
                    start_url: told.get("sso_start_url")?.to_owned(),
                    region: told.get("sso_region")?.to_owned(),
                    scopes: scopes.filter(|scope| !scope.is_empty()).collect(),
                    name: session,
                    profile: selected,
                    files: files.cloned(),
                });
            }
            if let Some(start_url) = said("sso_start_url") {
                return Some(Self {
                    name: start_url.clone(),
                    start_url,
                    region: said("sso_region")?,
                    scopes: Vec::new(),
                    profile: selected,
                    files: files.cloned(),
                });
            }
            name = said("source_profile").filter(|source| *source != name)?;
        }
        None
    }

    /// How one signs in where this is what connecting came to: there is no token, or it has ended.
    pub async fn after(error: &ConnectError, profile: Option<&str>) -> Option<Self> {
        match error {
            ConnectError::NotLoggedIn { .. } | ConnectError::Expired { .. } => {
                Self::of(profile, None).await
            }
            ConnectError::UnknownProfile { .. }
            | ConnectError::BadConfiguration { .. }
            | ConnectError::NoRegion
            | ConnectError::BadEndpoint { .. }
            | ConnectError::SplitEndpoints { .. }
            | ConnectError::NoCredentials { .. }
            | ConnectError::CodeWanted { .. }
            | ConnectError::CodeRefused { .. }
            | ConnectError::Denied { .. }
            | ConnectError::Unreachable { .. }
            | ConnectError::TimedOut { .. }
            | ConnectError::ClockOff { .. }
            | ConnectError::NotAws { .. } => None,
        }
    }

    /// The configuration of a client of the portal: endpoints of profile and environment count, as they do for the SDK's own.
    pub(super) async fn config(&self, wire: Option<InProcess>) -> SdkConfig {
        let mut loader = aws_config::defaults(behavior())
            .no_credentials()
            .region(aws_config::Region::new(self.region.clone()))
            .profile_files(profiles::sdk_files(self.files.as_ref()))
            .profile_name(&self.profile)
            .retry_config(RetryConfig::standard())
            .timeout_config(read_limits());
        if let Some(name) = app_name() {
            loader = loader.app_name(name);
        }
        if let Some(wire) = wire {
            loader = loader.http_client(wire);
        }
        loader.load().await
    }
}
