//! Where to connect to: profile, region, endpoint and, where no profile is asked for them, keys.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use watchdeck_domain::{Arn, Clock, Region, Secret};

use crate::wire::{Endpoint, Wire};

/// A place to connect to. What is left out is looked for where the AWS CLI looks.
pub struct Where {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// The profile. When named, environment keys do not override it.
    pub profile: Option<String>,
    /// The region; before environment and profile.
    pub region: Option<Region>,
    /// Credentials to use as they are. With them nothing is read from environment or files.
    pub keys: Option<Keys>,
    /// The role that writes: assumed for each change, with a policy computed from that change.
    pub write_role: Option<Arn>,
    /// The role that reads: assumed with the credentials found.
    pub read_role: Option<Arn>,
    /// The one-time code of the profile's device, where it has one.
    pub code: Option<Secret>,
    /// The clock by which the silence of a live tail is measured, where the account's is slower than the machine's. Requests are signed by the machine's.
    pub clock: Option<Arc<dyn Clock>>,
    /// Configuration files other than the usual ones.
    pub files: Option<ConfigFiles>,
}

/// An access key. The secret parts do not print.
#[derive(Debug)]
pub struct Keys {
    /// The access key id.
    pub access_key_id: String,
    /// The secret key.
    pub secret: Secret,
    /// The session token of temporary keys.
    pub session_token: Option<Secret>,
}

/// The two files of the AWS CLI, in other places than usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFiles {
    /// In place of `~/.aws/config`.
    pub config: PathBuf,
    /// In place of `~/.aws/credentials`.
    pub credentials: PathBuf,
}

impl Where {
    /// AWS itself, as environment and files configure it.
    pub fn aws() -> Self {
        Self {
            endpoint: Endpoint::Aws,
            profile: None,
            region: None,
            keys: None,
            write_role: None,
            read_role: None,
            code: None,
            clock: None,
            files: None,
        }
    }

    /// One URL for every service.
    pub fn url(url: impl Into<String>) -> Self {
        Self { endpoint: Endpoint::Url(url.into()), ..Self::aws() }
    }

    /// An account inside this process.
    pub fn in_process(wire: Arc<dyn Wire>, keys: Keys, region: Region) -> Self {
        let endpoint = Endpoint::InProcess(wire);
        Self { endpoint, keys: Some(keys), region: Some(region), ..Self::aws() }
    }
}

impl fmt::Debug for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Where")
            .field("endpoint", &self.endpoint)
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("keys", &self.keys.is_some())
            .field("write_role", &self.write_role)
            .field("read_role", &self.read_role)
            .field("code", &self.code.is_some())
            .field("clock", &self.clock.is_some())
            .field("files", &self.files)
            .finish()
    }
}

impl Keys {
    /// Long-lived keys, or those of a simulated principal.
    pub fn new(access_key_id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret: Secret::new(secret.into()),
            session_token: None,
        }
    }
}
