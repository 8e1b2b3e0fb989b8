//! A role assumed for reading, with a one-time code where it wants one. Its session is kept in memory and nowhere else.
#![expect(clippy::disallowed_types, reason = "a session to read with, stamped for it alone")]

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use watchdeck_domain::Secret;

use crate::gate::{Stamp, Stamper};

/// What is said where a one-time code is wanted and there is none: connecting looks for it.
pub(crate) const CODE_WANTED: &str = "a one-time code is wanted";

/// A role, and what assuming it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    /// The role.
    pub(crate) arn: String,
    /// The name of the session, as CloudTrail shows it.
    pub(crate) session: Option<String>,
    /// What the role's owner agreed on with those it trusts.
    pub(crate) external_id: Option<String>,
    /// How long a session may last, in seconds.
    pub(crate) duration_s: Option<i32>,
    /// The device whose code is wanted.
    pub(crate) device: Option<String>,
}

/// Assumes a role whenever it is asked for credentials.
pub(crate) struct Assumed {
    client: aws_sdk_sts::Client,
    role: Role,
    /// The code for the next time. It is used once: STS takes none twice.
    code: Mutex<Option<Secret>>,
}

impl Assumed {
    /// Assumes the role with the credentials of this client.
    pub(crate) fn new(client: aws_sdk_sts::Client, role: Role, code: Option<Secret>) -> Self {
        Self { client, role, code: Mutex::new(code) }
    }

    /// The device whose code is wanted.
    pub(crate) fn device(&self) -> Option<&str> {
        self.role.device.as_deref()
    }

    /// Takes a code for the next time.
    pub(crate) fn give(&self, code: Secret) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = Some(code);
    }

    async fn assume(&self) -> Provided {
        let Role { arn, session, external_id, duration_s, device } = &self.role;
        let code = self.code.lock().unwrap_or_else(PoisonError::into_inner).take();
        let code = match (device, code) {
            (Some(device), None) => {
                let why = format!("{CODE_WANTED}: {device}");
                return Err(CredentialsError::not_loaded(why));
            }
            (_, code) => code.map(|code| code.reveal_to(str::to_owned)),
        };
        let answer = self
            .client
            .assume_role()
            .role_arn(arn)
            .role_session_name(session.as_deref().unwrap_or("watchdeck"))
            .set_external_id(external_id.clone())
            .set_duration_seconds(*duration_s)
            .set_serial_number(device.clone())
            .set_token_code(code)
            .customize()
            .interceptor(Stamper(Stamp::for_reading_as(&self.role)))
            .send()
            .await
            .map_err(CredentialsError::provider_error)?;
        let keys = answer.credentials().ok_or_else(|| {
            CredentialsError::unhandled(format!("{arn} was assumed, but no keys came back"))
        })?;
        let ends = SystemTime::try_from(*keys.expiration()).ok();
        let token = Some(keys.session_token().to_owned());
        Ok(Credentials::new(
            keys.access_key_id(),
            keys.secret_access_key(),
            token,
            ends,
            "watchdeck",
        ))
    }
}

impl ProvideCredentials for Assumed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

impl fmt::Debug for Assumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assumed").field("role", &self.role.arn).finish_non_exhaustive()
    }
}
