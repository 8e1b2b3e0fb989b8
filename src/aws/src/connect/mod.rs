//! Connecting: from a place to a connection with an identity read back from STS, or a plain reason why not.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::timeout::TimeoutConfig;
use watchdeck_domain::reading::{READ_LIMIT, ReadFailure};
use watchdeck_domain::{
    Arn, CheckpointStore, Clock, Identity, LeaseTable, ReadError, Region, Retention, Scope, Secret,
    Source, Timestamp,
};
use watchdeck_guard::{Attester, Handover, Lender, Presigned, Realm, Shipper, Veil};

use crate::attester::{self, Attesting, PresignError, presign};
use crate::clients::Clients;
use crate::credentials::Validity;
use crate::credentials::keeper::Keeper;
use crate::credentials::role::{CODE_WANTED, Role};
use crate::lender::Lending;
use crate::place::Where;
use crate::problem::ConnectError;
use crate::profiles;
use crate::reader::Reading;
use crate::realm::{Armed, Eyes, Hands, InRealm};
use crate::rejection::{chain, credentials_failure};
use crate::shipper;
use crate::signin::SignIn;
use crate::skew::{ServerTime, SkewWatch};
use crate::wire::{Endpoint, bare};
use crate::writer::{WRITE_LIMIT, Writing};

mod examine; // connecting, step by step
mod find; // configuration, from given keys or from the machine
mod overrides; // endpoints set in environment or profile

pub use examine::{Examination, Step, examine};
pub use find::region_of;
use find::{fixed, found};

/// How long a connection to a server may take to open.
pub(crate) const CONNECT_LIMIT: Duration = Duration::from_millis(3_100);

/// How long a read may take with its repeats.
const READ_TOTAL: Duration = Duration::from_secs(32);

/// An account that answers, and who we are there.
#[derive(Clone, Debug)]
pub struct Connection {
    identity: Identity,
    region: Region,
    endpoint: Endpoint,
    profile: Option<String>,
    /// With whose credentials one reads.
    config: Arc<SdkConfig>,
    /// With whose credentials one changes things.
    writing: SdkConfig,
    keeper: Keeper,
    write_role: Option<Arn>,
    reading: Arc<Reading>,
    /// What the answers tell of the time.
    time: SkewWatch,
    /// The secrets that plans for it need.
    veil: Arc<Veil>,
}

/// Connects: finds region and credentials, and asks STS who we are.
///
/// # Errors
/// Says what is missing or wrong, why, and what to do about it.
pub async fn connect(place: Where) -> Result<Connection, ConnectError> {
    let prepared = prepare(place).await?;
    prepared.provide().await?;
    prepared.connect(SkewWatch::default()).await
}

/// A place whose configuration was found; nothing was sent yet.
struct Prepared {
    endpoint: Endpoint,
    region: Region,
    /// With whose credentials one reads.
    config: SdkConfig,
    /// With whose credentials one changes things.
    writing: SdkConfig,
    keeper: Keeper,
    profile: Option<String>,
    write_role: Option<Arn>,
    read_role: Option<Arn>,
    clock: Option<Arc<dyn Clock>>,
}

async fn prepare(place: Where) -> Result<Prepared, ConnectError> {
    let Where { endpoint, profile, region, keys, write_role, read_role, code, clock, files } =
        place;
    if let Endpoint::Url(url) = &endpoint {
        check_url(url)?;
    }
    let (config, coded) = if let Some(keys) = keys {
        let region = region.ok_or(ConnectError::NoRegion)?;
        (fixed(&endpoint, keys, &region), None)
    } else {
        profiles::check(profile.as_deref(), files.as_ref()).await?;
        let coded = profiles::coded(profile.as_deref(), files.as_ref()).await;
        let signing = coded.as_ref().map(|coded| coded.source.as_str());
        let config = found(&endpoint, profile.as_deref(), signing, region, files.as_ref()).await?;
        (config, coded)
    };
    let endpoint = overrides::settle(endpoint, &config)?;
    if let Endpoint::Url(url) = &endpoint {
        check_url(url)?;
    }
    let region = config
        .region()
        .and_then(|region| Region::parse(region.as_ref()).ok())
        .ok_or(ConnectError::NoRegion)?;
    let (mut config, mut keeper) = Keeper::over(config);
    if let Some(coded) = coded {
        (config, keeper) = keeper.assuming(&config, coded.role, code);
    }
    // A role that reads need not be trusted by the one that writes: that is assumed with what was found.
    let found = config.clone();
    if let Some(role) = &read_role {
        let role = Role { arn: role.as_str().to_owned(), ..Role::default() };
        (config, keeper) = keeper.assuming(&config, role, None);
    }
    let writing = if write_role.is_some() { found } else { config.clone() };
    Ok(Prepared {
        endpoint,
        region,
        config,
        writing,
        keeper,
        profile,
        write_role,
        read_role,
        clock,
    })
}

impl Prepared {
    /// Asks STS who we are.
    async fn connect(self, time: SkewWatch) -> Result<Connection, ConnectError> {
        let Self {
            endpoint,
            region,
            config,
            writing,
            keeper,
            profile,
            write_role,
            read_role,
            clock,
        } = self;
        let veil = Arc::<Veil>::default();
        let reading = Arc::new(Reading::new(&config, &time, clock, Arc::clone(&veil)));
        let identity = match reading.who_am_i().await {
            Ok(identity) => identity,
            Err(error) => {
                let ahead_s = time.first().map_or(0, |skew| skew.ahead_s);
                let error = ConnectError::from_read(error, endpoint.to_string(), profile);
                return Err(error.at_a_clock_ahead(ahead_s));
            }
        };
        let elsewhere =
            |role: &&Arn| role.as_str().split(':').nth(4) != Some(identity.account.as_str());
        if let Some(role) = write_role.as_ref().filter(|_| read_role.is_some()).filter(elsewhere) {
            let why = format!("the role to write with, {role}, is not of the account that is read");
            return Err(ConnectError::BadConfiguration { why });
        }
        Ok(Connection {
            identity,
            region,
            endpoint,
            profile,
            config: Arc::new(config),
            writing,
            keeper,
            write_role,
            reading,
            time,
            veil,
        })
    }

    /// Asks the credential chain once, so that its failures are told apart from those of the first call. Tells when
    /// the credentials expire, if they do.
    async fn provide(&self) -> Result<Option<Timestamp>, ConnectError> {
        if self.config.credentials_provider().is_none() {
            return Err(ConnectError::NoCredentials {
                why: "no way to find any is configured".into(),
            });
        }
        let profile = self.profile.as_deref();
        let asked = self.keeper.ask().await;
        asked.map_err(|error| unprovided(&error, &self.keeper, &self.endpoint, profile))?;
        Ok(match self.keeper.validity() {
            Validity::Until(end) => Some(end),
            Validity::Lasting | Validity::Lapsed => None,
        })
    }
}

impl Connection {
    /// Who we are, as STS says.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The account and region.
    pub fn scope(&self) -> Scope {
        Scope { account: self.identity.account.clone(), region: self.region.clone() }
    }

    /// Where requests go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Another region of this account, to look at: with the same credentials, and asked who we are there. It has no role
    /// to write with.
    ///
    /// # Errors
    /// The region does not answer, or does not know us: an account has to be opted in to some.
    pub async fn in_region(&self, region: Region) -> Result<Self, ConnectError> {
        let config = self.config.to_builder();
        let config = config.region(aws_config::Region::new(region.as_str().to_owned())).build();
        let prepared = Prepared {
            endpoint: self.endpoint.clone(),
            region,
            writing: config.clone(),
            config,
            keeper: self.keeper.clone(),
            profile: self.profile.clone(),
            write_role: None,
            read_role: None,
            clock: self.reading.clock(),
        };
        prepared.connect(self.time.clone()).await
    }

    /// What time it is there, as far as the answers tell.
    pub fn server_time(&self) -> ServerTime {
        ServerTime(self.time.clone())
    }

    /// How one signs in anew, where this is what a renewal came to.
    pub async fn sign_in(&self, error: &ConnectError) -> Option<SignIn> {
        SignIn::after(error, self.profile.as_deref()).await
    }

    /// How long the credentials are good for.
    pub fn validity(&self) -> Validity {
        self.keeper.validity()
    }

    /// Asks for credentials as the next request would: those that have ended are renewed.
    ///
    /// # Errors
    /// There are none.
    pub async fn keep(&self) -> Result<(), ConnectError> {
        let asked = self.keeper.ask().await;
        asked.map_err(|error| self.unprovided(&error))
    }

    /// Forgets the credentials and asks their source anew; with a code, where it wants one.
    ///
    /// # Errors
    /// There are none, or a code is wanted first.
    pub async fn renew(&self, code: Option<Secret>) -> Result<(), ConnectError> {
        let renewed = self.keeper.renew(code).await;
        renewed.map_err(|error| self.unprovided(&error))
    }

    fn unprovided(&self, error: &CredentialsError) -> ConnectError {
        unprovided(error, &self.keeper, &self.endpoint, self.profile.as_deref())
    }

    /// Where the secrets are kept that plans for this account need: what is read comes covered by it, and only what changes
    /// things lifts it.
    pub fn veil(&self) -> Arc<Veil> {
        Arc::clone(&self.veil)
    }

    /// Answers every question; can change nothing.
    pub fn source(&self) -> Arc<dyn Source> {
        Arc::<Reading>::clone(&self.reading)
    }

    /// Makes the hands that change things. A console that only watches never calls this: read-only is the
    /// absence of a writer.
    pub fn arm(&self) -> Armed {
        match self.endpoint {
            Endpoint::InProcess(_) => Armed::Sim(self.hands()),
            Endpoint::Aws | Endpoint::Url(_) => Armed::Live(self.hands()),
        }
    }

    /// Lends what reads the evidence, and nothing that could change anything.
    pub fn eyes(&self) -> Eyes {
        match self.endpoint {
            Endpoint::InProcess(_) => Eyes::Sim(Arc::new(self.in_realm())),
            Endpoint::Aws | Endpoint::Url(_) => Eyes::Live(Arc::new(self.in_realm())),
        }
    }

    fn in_realm<R: Realm>(&self) -> InRealm<R> {
        InRealm::new(Arc::clone(&self.reading), self.scope(), self.write_role.clone())
    }

    #[cfg(test)]
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.writing
    }

    fn hands<R: Realm>(&self) -> Hands<R> {
        let reader = self.in_realm();
        let role = self.write_role.clone();
        let veil = Arc::clone(&self.veil);
        let writer = Writing::new(&self.writing, self.scope(), role, WRITE_LIMIT, veil);
        Hands { reader: Arc::new(reader), writer: Arc::new(writer) }
    }

    /// Where leases on targets are kept: with the credentials by which changes are made, or those that a session for a change
    /// is opened with. `clock` is the account's; where that is the machine's, the time of the table's answers counts.
    pub fn lender(
        &self,
        table: &LeaseTable,
        clock: Arc<dyn Clock>,
        is_machine_time: bool,
    ) -> Arc<dyn Lender> {
        let time = is_machine_time.then(SkewWatch::default);
        let client = Clients::leasing(&self.writing, time.clone());
        Arc::new(Lending::new(client, table, clock, time))
    }

    /// What ships checkpoints of a journal to a place, and reads them back: with the credentials by which changes are made, or
    /// those that a session for a change is opened with. `clock` is the account's.
    pub fn shipper(
        &self,
        store: &CheckpointStore,
        retention: Option<Retention>,
        clock: Arc<dyn Clock>,
    ) -> Arc<dyn Shipper> {
        shipper::shipper(&self.writing, store, retention, clock)
    }

    /// Whom one asks who has signed a request: STS as it is reached from here. `clock` is the machine's, by which requests are
    /// signed. None where no endpoint of STS is known for the region.
    pub fn attester(&self, clock: Arc<dyn Clock>) -> Option<Arc<dyn Attester>> {
        let endpoint = attester::endpoint(&self.endpoint, &self.config)?;
        let client = Clients::attesting(&self.config);
        Some(Arc::new(Attesting::new(client, endpoint, clock)))
    }

    /// Approves what was handed over: a request to STS, signed with the credentials of this connection at that time.
    ///
    /// # Errors
    /// There are no credentials, or no endpoint of STS is known for the region.
    pub async fn presign(
        &self,
        asked: &Handover,
        at: Timestamp,
    ) -> Result<Presigned, PresignError> {
        let endpoint = attester::endpoint(&self.endpoint, &self.config);
        presign::presign(asked, &self.config, endpoint, at).await
    }

    /// Whether each change runs in a session of its own that AWS confines to that change. When it does not,
    /// the header says so: the belt of IAM is missing.
    pub fn writes_are_confined(&self) -> bool {
        self.write_role.is_some()
    }
}

/// Why there are no credentials: told apart from the failures of the first call.
fn unprovided(
    error: &CredentialsError,
    keeper: &Keeper,
    endpoint: &Endpoint,
    profile: Option<&str>,
) -> ConnectError {
    let why = chain(error);
    if let Some(device) = keeper.device().map(str::to_owned) {
        if why.contains(CODE_WANTED) {
            return ConnectError::CodeWanted { device };
        }
        if why.contains("MultiFactorAuthentication") {
            return ConnectError::CodeRefused { device, why };
        }
    }
    if matches!(error, CredentialsError::InvalidConfiguration(_)) {
        return ConnectError::BadConfiguration { why };
    }
    if NOT_LOGGED_IN.iter().any(|words| why.contains(words)) {
        return ConnectError::NotLoggedIn { profile: profile.map(str::to_owned), why };
    }
    let failure = credentials_failure(error).unwrap_or(ReadFailure::NoCredentials);
    let error = ReadError::new(failure, "credentials", why);
    ConnectError::from_read(error, endpoint.to_string(), profile.map(str::to_owned))
}

/// The SDK's words when nobody has logged in: no token is there, or none that can be read; in the older form its file is
/// named. The last are the portal's, of a token that was ended before its time, or in the older form is past it.
const NOT_LOGGED_IN: [&str; 3] = ["cached SSO token", ".aws/sso/cache/", "UnauthorizedException"];

fn check_url(url: &str) -> Result<(), ConnectError> {
    let bad = |why: String| ConnectError::BadEndpoint { url: bare(url), why };
    let parsed: http::Uri = url.parse().map_err(|e: http::uri::InvalidUri| bad(e.to_string()))?;
    match (parsed.scheme_str(), parsed.host()) {
        (Some("http" | "https"), Some(_)) => Ok(()),
        _ => Err(bad("it must begin with http:// or https:// and name a host".into())),
    }
}

/// Pinned, so that an update of the SDK cannot change the retry rules of a guarded action.
pub(crate) fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

pub(crate) fn read_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(READ_LIMIT)
        .operation_timeout(READ_TOTAL)
        .build()
}

/// The name in the user agent, by which CloudTrail shows whose call it was.
pub(crate) fn app_name() -> Option<AppName> {
    AppName::new("watchdeck").ok()
}

#[cfg(test)]
mod tests; // profiles, roles, processes, and everything that can be wrong with them
