//! Signing in: a code is shown, a person approves it in a browser, and the token that comes of it is kept where the AWS CLI
//! and the SDK look for it.
#![expect(clippy::disallowed_types, reason = "the client to sign in with, stamped step by step")]

mod problem; // why it came to nothing
mod token; // the file of a token
mod way; // what a profile says of it

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_runtime::fs_util::{Os, home_dir};
use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::operation::create_token::{CreateTokenError, CreateTokenOutput};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_types::os_shim_internal::Env;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Clock, Printable, Secret, Timestamp};

use crate::clients::Clients;
use crate::gate::{Stamp, Stamper};
use crate::rejection::read_error;
use crate::wire::InProcess;

pub use problem::SignInError;
pub use way::SignIn;

/// The steps of signing in, each with a stamp of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// We become a client of the portal.
    Register,
    /// It gives a code to show.
    Begin,
    /// It is asked whether somebody has approved it.
    Ask,
}

/// How often is asked where nobody says how often.
const USUAL: Duration = Duration::from_secs(5);

/// How much longer is waited after `slow_down`, and after a question that was not answered (RFC 8628, 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// What the person is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The session of the configuration file, or the address of the portal.
    pub name: Printable,
    /// Where the code is typed.
    pub address: Printable,
    /// The same with the code in it, where the portal has such a one.
    pub direct: Option<Printable>,
    /// The code.
    pub code: Printable,
    /// Until when it can be approved.
    pub ends: Timestamp,
}

/// A code that waits to be approved.
pub struct Authorization {
    sign_in: SignIn,
    client: Client,
    clock: Arc<dyn Clock>,
    shown: Shown,
    interval: Duration,
    client_id: String,
    client_secret: Secret,
    registration_ends: Timestamp,
    device_code: Secret,
    folder: PathBuf,
}

impl SignIn {
    /// Asks the portal for a code to show. `clock` is the machine's.
    ///
    /// # Errors
    /// The portal was not reached, or refuses.
    pub async fn begin(self, clock: Arc<dyn Clock>) -> Result<Authorization, SignInError> {
        let home = home_dir(&Env::real(), Os::real()).ok_or(SignInError::Homeless)?;
        let folder = PathBuf::from(home).join(".aws/sso/cache");
        self.begin_through(None, folder, clock).await
    }

    async fn begin_through(
        self,
        wire: Option<InProcess>,
        folder: PathBuf,
        clock: Arc<dyn Clock>,
    ) -> Result<Authorization, SignInError> {
        let client = Clients::sign_in(&self.config(wire).await);
        let registered = client
            .register_client()
            .client_name("watchdeck")
            .client_type("public")
            .set_scopes((!self.scopes.is_empty()).then(|| self.scopes.clone()))
            .customize()
            .interceptor(Stamper(Stamp::for_signing_in(&self, Step::Register)))
            .send()
            .await
            .map_err(|error| refused(&self, "sso-oidc:RegisterClient", &error))?;
        let lacking = |what: &str| SignInError::Refused { why: format!("it gave no {what}") };
        let client_id = registered.client_id.ok_or_else(|| lacking("client id"))?;
        let secret = registered.client_secret.ok_or_else(|| lacking("client secret"))?;
        let client_secret = Secret::new(secret);
        let begun = client
            .start_device_authorization()
            .client_id(&client_id)
            .client_secret(client_secret.reveal_to(str::to_owned))
            .start_url(&self.start_url)
            .customize()
            .interceptor(Stamper(Stamp::for_signing_in(&self, Step::Begin)))
            .send()
            .await
            .map_err(|error| refused(&self, "sso-oidc:StartDeviceAuthorization", &error))?;
        let device_code = Secret::new(begun.device_code.ok_or_else(|| lacking("device code"))?);
        let shown = Shown {
            name: Printable::new(self.name.as_str()),
            address: Printable::new(begun.verification_uri.ok_or_else(|| lacking("address"))?),
            direct: begun.verification_uri_complete.map(Printable::new),
            code: Printable::new(begun.user_code.ok_or_else(|| lacking("code"))?),
            ends: clock.now() + seconds(begun.expires_in).unwrap_or(Duration::from_mins(10)),
        };
        Ok(Authorization {
            interval: seconds(begun.interval).unwrap_or(USUAL),
            registration_ends: Timestamp::from_millis(
                registered.client_secret_expires_at.saturating_mul(1_000),
            ),
            sign_in: self,
            client,
            clock,
            shown,
            client_id,
            client_secret,
            device_code,
            folder,
        })
    }
}

impl Authorization {
    /// What the person is shown.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// Waits until somebody has approved the code, and keeps the token. Dropped half-way, nothing is kept.
    ///
    /// # Errors
    /// It was denied, or not approved in time; or the token could not be kept.
    pub async fn settle(mut self) -> Result<(), SignInError> {
        loop {
            self.clock.sleep(self.interval).await;
            match self.ask().await {
                Ok(token) => return self.keep(token),
                Err(error) => self.weigh(&error)?,
            }
            if self.clock.now() >= self.shown.ends {
                return Err(SignInError::CodeExpired);
            }
        }
    }

    async fn ask(&self) -> Result<CreateTokenOutput, SdkError<CreateTokenError, HttpResponse>> {
        self.client
            .create_token()
            .client_id(&self.client_id)
            .client_secret(self.client_secret.reveal_to(str::to_owned))
            .grant_type("urn:ietf:params:oauth:grant-type:device_code")
            .device_code(self.device_code.reveal_to(str::to_owned))
            .customize()
            .interceptor(Stamper(Stamp::for_signing_in(&self.sign_in, Step::Ask)))
            .send()
            .await
    }

    /// Whether it goes on after this answer, and how fast; else why not.
    fn weigh(
        &mut self,
        error: &SdkError<CreateTokenError, HttpResponse>,
    ) -> Result<(), SignInError> {
        match error.as_service_error() {
            Some(CreateTokenError::AuthorizationPendingException(_)) => return Ok(()),
            Some(CreateTokenError::SlowDownException(_)) => {
                self.interval += SLOWER;
                return Ok(());
            }
            Some(CreateTokenError::ExpiredTokenException(_)) => {
                return Err(SignInError::CodeExpired);
            }
            Some(CreateTokenError::AccessDeniedException(_)) => return Err(SignInError::Denied),
            Some(_) | None => {}
        }
        let error = refused(&self.sign_in, "sso-oidc:CreateToken", error);
        if matches!(error, SignInError::Unreached { .. }) {
            // The network may come back while the code is good; whoever waits can give up.
            tracing::debug!(%error, "the portal was not reached");
            self.interval += SLOWER;
            return Ok(());
        }
        Err(error)
    }

    fn keep(&self, given: CreateTokenOutput) -> Result<(), SignInError> {
        let lacking = || SignInError::Refused { why: "it gave no token".to_owned() };
        let lasts = seconds(given.expires_in).ok_or_else(lacking)?;
        let access = Secret::new(given.access_token.ok_or_else(lacking)?);
        let refresh = given.refresh_token.map(Secret::new);
        let token = token::Token {
            name: &self.sign_in.name,
            start_url: &self.sign_in.start_url,
            region: &self.sign_in.region,
            access: &access,
            ends: self.clock.now() + lasts,
            refresh: refresh.as_ref(),
            client_id: &self.client_id,
            client_secret: &self.client_secret,
            registration_ends: self.registration_ends,
        };
        token.write(&self.folder).map_err(|(path, error)| SignInError::Unkept {
            path: path.display().to_string(),
            why: error.to_string(),
        })
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization").field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// A span that somebody named, unless it is none.
fn seconds(named: i32) -> Option<Duration> {
    u64::try_from(named).ok().filter(|named| *named > 0).map(Duration::from_secs)
}

/// Why a step came to nothing.
fn refused<E>(sign_in: &SignIn, step: &str, error: &SdkError<E, HttpResponse>) -> SignInError
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::error::Error + 'static,
{
    let read = read_error(step, error);
    let why = match read.code.as_str() {
        "" => read.message,
        code => format!("{code}: {}", read.message),
    };
    match read.failure {
        ReadFailure::Unreachable
        | ReadFailure::TimedOut
        | ReadFailure::Throttled
        | ReadFailure::Fault => SignInError::Unreached { region: sign_in.region.clone(), why },
        ReadFailure::Denied
        | ReadFailure::Expired
        | ReadFailure::NoCredentials
        | ReadFailure::Missing
        | ReadFailure::Refused
        | ReadFailure::Unsupported
        | ReadFailure::Malformed => SignInError::Refused { why },
    }
}

#[cfg(test)]
mod tests; // codes approved, denied, too old, and what is kept of them
