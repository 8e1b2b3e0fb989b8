//! An account behind an endpoint: AWS, or a server that speaks its protocols.

use std::sync::Arc;

use watchdeck_aws::{CLOCK_REFUSED_S, ConnectError, Endpoint, Where, bare, connect};
use watchdeck_domain::{Clock, Secret};

use super::{Opened, Route, silence_clock};
use crate::app::{Problem, RealmName};
use crate::cli::arguments::PlaceArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::runtime::beacon::{self, Beacon};
use crate::runtime::clock::{AccountClock, MachineClock, RightedClock};
use crate::runtime::state::Keeper;

/// The way to an account, before anything is asked there but the time.
pub(super) struct Way {
    /// Where to connect to.
    pub(super) place: Where,
    /// What a simulated account in another process says about itself.
    pub(super) beacon: Option<Beacon>,
    /// The account's time.
    pub(super) clock: Arc<dyn Clock>,
}

/// Finds the way.
pub(super) async fn way(place: &PlaceArguments) -> Way {
    let mut endpoint = place
        .endpoint_url
        .clone()
        .or_else(|| std::env::var("AWS_ENDPOINT_URL").ok().filter(|url| !url.is_empty()));
    // Asked here already, because what is there may have a clock of its own.
    if let (None, Some(profile)) = (&endpoint, &place.profile) {
        endpoint = watchdeck_aws::profiles::endpoint_of(profile).await;
    }
    let beacon = match &endpoint {
        Some(url) => beacon::look(url).await,
        None => None,
    };
    let clock: Option<Arc<dyn Clock>> = beacon.as_ref().map(|beacon| {
        Arc::new(AccountClock::reckoned(beacon.now(), beacon.speed)) as Arc<dyn Clock>
    });
    let where_to = Where {
        endpoint: endpoint.map_or(Endpoint::Aws, Endpoint::Url),
        profile: place.profile.clone(),
        region: place.region.clone(),
        write_role: place.write_role.clone(),
        read_role: place.read_role.clone(),
        clock: clock.as_ref().and_then(|clock| silence_clock(clock, beacon.as_ref()?.speed)),
        // Signatures are held against real time everywhere, whatever the account's clock shows.
        ..Where::aws()
    };
    Way { place: where_to, beacon, clock: clock.unwrap_or_else(|| Arc::new(MachineClock)) }
}

/// Connects, and reads back who we are; with the one-time code that the profile wants, if it does.
pub(super) async fn connect_to(
    place: &PlaceArguments,
    code: Option<Secret>,
) -> Result<Opened, ConnectError> {
    let Way { place: where_to, beacon, clock } = way(place).await;
    let connection = connect(Where { code, ..where_to }).await?;
    let clock: Arc<dyn Clock> = match beacon {
        Some(_) => clock,
        None => Arc::new(RightedClock::by(connection.server_time())),
    };
    let unconfined = place.write && beacon.is_none() && !connection.writes_are_confined();
    let ahead_s = if beacon.is_some() { 0 } else { connection.server_time().ahead_s() };
    // The profile may name an endpoint as well.
    let endpoint = match connection.endpoint() {
        Endpoint::Url(url) => Some(url.clone()),
        Endpoint::Aws | Endpoint::InProcess(_) => None,
    };
    Ok(Opened {
        speed: beacon.as_ref().map_or(1.0, |beacon| beacon.speed),
        keeper: Keeper::Account(connection.identity().account.clone()),
        connection,
        clock,
        realm: if beacon.is_some() { RealmName::Served } else { RealmName::Live },
        alias: String::new(),
        context: context(place, endpoint.as_deref(), beacon.as_ref()),
        route: Route::by(place.clone()),
        watch: Vec::new(),
        notice: unconfined.then(unconfined_writes).or_else(|| clock_is_off(ahead_s)),
    })
}

fn unconfined_writes() -> Problem {
    Problem::new(
        "write.unconfined",
        "AWS does not confine the changes of this session to what was approved",
        "no --write-role is given, so a change is sent with these credentials as they are",
        "give --write-role ARN: each change then runs in a session that allows nothing else",
    )
}

fn clock_is_off(ahead_s: i64) -> Option<Problem> {
    let way = if ahead_s > 0 { "ahead of" } else { "behind" };
    (ahead_s != 0).then(|| {
        Problem::new(
            "clock.off",
            format!("this machine's clock is {} s {way} AWS's", ahead_s.unsigned_abs()),
            "times here are AWS's, so that ages, windows and plans are right all the same",
            format!(
                "set the clock by the network: at {CLOCK_REFUSED_S} s AWS refuses what is signed here"
            ),
        )
    })
}

/// How we came here, for the header.
fn context(place: &PlaceArguments, endpoint: Option<&str>, beacon: Option<&Beacon>) -> String {
    match (endpoint, beacon, &place.profile) {
        (Some(url), Some(beacon), _) => format!("{}, simulated: {}", bare(url), beacon.story),
        (Some(url), None, _) => bare(url),
        (None, _, Some(profile)) => profile.clone(),
        (None, _, None) => std::env::var("AWS_PROFILE").unwrap_or_default(),
    }
}

/// A failed connection in the words of the command line.
pub fn refused(error: &ConnectError) -> Failure {
    Failure::new(FailureKind::NoAccount, format!("{}: {}", error.what(), error.why()), error.next())
}
