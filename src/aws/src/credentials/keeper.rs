//! All that is kept for a connection: the credentials of the profile, and of the roles assumed on top of them.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use watchdeck_domain::Secret;

use super::role::{Assumed, Role};
use super::{Kept, Validity};
use crate::clients::Clients;

/// Who keeps the credentials of one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keeper {
    /// The innermost first.
    levels: Vec<Arc<Kept>>,
    /// The role that wants a one-time code.
    coded: Option<Arc<Assumed>>,
}

impl Keeper {
    /// Keeps the credentials that this configuration finds.
    pub(crate) fn over(config: SdkConfig) -> (SdkConfig, Self) {
        let Some(source) = config.credentials_provider() else { return (config, Self::default()) };
        Self::default().keeping(&config, source)
    }

    /// Assumes a role with the credentials of this configuration, and keeps its session.
    pub(crate) fn assuming(
        mut self,
        config: &SdkConfig,
        role: Role,
        code: Option<Secret>,
    ) -> (SdkConfig, Self) {
        let assumed = Arc::new(Assumed::new(Clients::new(config).sts, role, code));
        if assumed.device().is_some() {
            self.coded = Some(Arc::clone(&assumed));
        }
        let source: Arc<dyn ProvideCredentials> = assumed;
        self.keeping(config, SharedCredentialsProvider::new(source))
    }

    fn keeping(
        mut self,
        config: &SdkConfig,
        source: SharedCredentialsProvider,
    ) -> (SdkConfig, Self) {
        let kept = Kept::new(source, SharedTimeSource::new(SystemTimeSource::new()));
        self.levels.push(Arc::clone(&kept));
        let source: Arc<dyn ProvideCredentials> = kept;
        let config = config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(source))
            // What is kept here needs no second cache, which could not be told to forget.
            .identity_cache(IdentityCache::no_cache())
            .build();
        (config, self)
    }

    /// How long they are good for: as long as the first of them that ends.
    pub(crate) fn validity(&self) -> Validity {
        let mut ends = None;
        for kept in &self.levels {
            match kept.validity() {
                Validity::Lasting => {}
                Validity::Lapsed => return Validity::Lapsed,
                Validity::Until(at) => ends = Some(ends.map_or(at, |known| at.min(known))),
            }
        }
        ends.map_or(Validity::Lasting, Validity::Until)
    }

    /// The device whose code is wanted when the session has ended.
    pub(crate) fn device(&self) -> Option<&str> {
        self.coded.as_ref().and_then(|coded| coded.device())
    }

    /// Asks for credentials, as the next request would.
    pub(crate) async fn ask(&self) -> Result<(), CredentialsError> {
        match self.levels.last() {
            Some(kept) => kept.provide_credentials().await.map(drop),
            None => Ok(()),
        }
    }

    /// Forgets all, and asks for new ones; with a code, where one is wanted.
    pub(crate) async fn renew(&self, code: Option<Secret>) -> Result<(), CredentialsError> {
        if let (Some(coded), Some(code)) = (&self.coded, code) {
            coded.give(code);
        }
        for kept in &self.levels {
            kept.forget().await;
        }
        self.ask().await
    }
}
