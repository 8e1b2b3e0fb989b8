//! The credentials of a profile, asked anew each time: the SDK's own provider keeps a token in memory, and would not see
//! the one that somebody has signed in for since.

use std::fmt;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_runtime::env_config::file::EnvConfigFiles;

/// What a profile of these files gives.
pub(crate) struct OfProfile {
    name: String,
    config: ProviderConfig,
    files: EnvConfigFiles,
}

impl OfProfile {
    /// The profile of this name.
    pub(crate) fn new(name: &str, config: ProviderConfig, files: EnvConfigFiles) -> Self {
        Self { name: name.to_owned(), config, files }
    }

    async fn ask(&self) -> Provided {
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&self.config)
            .profile_files(self.files.clone())
            .profile_name(&self.name)
            .build();
        provider.provide_credentials().await
    }
}

impl ProvideCredentials for OfProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.ask())
    }
}

impl fmt::Debug for OfProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfProfile").field("name", &self.name).finish_non_exhaustive()
    }
}
