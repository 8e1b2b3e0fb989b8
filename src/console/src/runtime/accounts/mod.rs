//! Which account: the simulated one inside this process, or one behind an endpoint.

pub mod outlook; // which account would be opened, and who says so

mod absent; // an account that a person has to sign in to first
mod endpoint; // AWS, or a server that speaks its protocols
mod rehearsed; // one for a scenario, whose time leaps
mod route; // how one comes to an account
mod simulated; // the account inside this process

use std::fmt;
use std::sync::Arc;

use watchdeck_aws::{Configured, ConnectError, Connection, Examination, configured, examine};
use watchdeck_domain::{Clock, Secret, Timestamp};

use super::settings;
use super::state::Keeper;
use crate::app::{Arms, Link, Mark, Place, Problem, RealmName};
use crate::cli::arguments::{PlaceArguments, StoryArguments};
use crate::cli::failure::Failure;
use crate::config::Settings;

pub use absent::{Absent, Unopened};
pub use endpoint::refused;
pub use rehearsed::{Rehearsed, rehearse};
pub use route::Route;
pub use simulated::{REGION, open_world};

/// An account that answers.
pub struct Opened {
    /// The connection to it.
    pub connection: Connection,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// How fast that passes, as a multiple of real time.
    pub speed: f64,
    /// Whose journal is kept.
    pub keeper: Keeper,
    /// Simulated, in this process, or behind an endpoint.
    pub realm: RealmName,
    /// A name people know the account by; may be empty.
    pub alias: String,
    /// The profile, story or endpoint that led here.
    pub context: String,
    /// How one came here, and what the operator calls it.
    pub route: Route,
    /// The log groups to watch from the start; none when the account has no favourites.
    pub watch: Vec<String>,
    /// What the operator should know first.
    pub notice: Option<Problem>,
}

impl Opened {
    /// Where the console stands.
    pub fn place(&self, write: bool) -> Place {
        Place {
            alias: watchdeck_domain::Printable::new(self.alias.as_str()),
            context: watchdeck_domain::Printable::new(self.context.as_str()),
            mark: self.route.mark.clone().unwrap_or_else(|| Mark::unnamed(self.realm)),
            region: self.connection.scope().region,
            realm: self.realm,
            arms: match (write && self.route.forbidden_by.is_none(), self.realm) {
                (false, _) => Arms::ReadOnly,
                (true, RealmName::Live) if !self.connection.writes_are_confined() => {
                    Arms::Unconfined
                }
                (
                    true,
                    RealmName::Simulated | RealmName::Served | RealmName::Live | RealmName::Files,
                ) => Arms::Armed,
            },
            link: Link::Connected(self.connection.identity().clone()),
            lease: crate::app::Lease::default(),
            meter: crate::app::Meter::default(),
        }
    }
}

impl Opened {
    /// How many seconds of the account people live through in one. An account behind an endpoint is held to the time it
    /// tells, however fast: it may be the real one.
    pub fn people_speed(&self) -> f64 {
        if self.realm == RealmName::Simulated { self.speed } else { 1.0 }
    }

    /// The account as one comes to it by this route. Where the operator wanted to write and a context forbids it, they are
    /// told.
    #[must_use]
    pub fn by(mut self, route: Route) -> Self {
        if let Some(context) = route.forbidden_by.as_ref().filter(|_| route.wishes_to_write) {
            self.notice = Some(Problem::new(
                "write.forbidden",
                format!("read-only: the context {context} forbids changes"),
                "it stands in contexts.toml with `read_only = true`",
                "",
            ));
        }
        self.route = route;
        self
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("realm", &self.realm)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

/// Opens the account that the command line and the settings ask for. Where it asks for none and nothing is configured, that is the
/// simulated one, and the first thing on the screen says so.
///
/// # Errors
/// The account asked for could not be opened.
pub async fn open(asked: &PlaceArguments, settings: &Settings) -> Result<Opened, Unopened> {
    let place = settings::place(asked, settings);
    let meant = place.profile.is_some() || place.endpoint_url.is_some();
    let why = match configured(place.profile.as_deref()).await {
        Configured::Yes(_) => return begin(Route::by(place)).await,
        _ if meant => return begin(Route::by(place)).await,
        Configured::OnlyOtherProfiles(others) => {
            format!(
                "no profile was chosen, and there is no default one; there are: {}",
                others.join(", ")
            )
        }
        Configured::No => "no AWS profile or credentials were found".to_owned(),
    };
    let mut opened = simulated::open(&StoryArguments::default()).await?;
    let given =
        [("--region", asked.region.is_some()), ("--write-role", asked.write_role.is_some())];
    let unused = given.iter().filter(|(_, given)| *given);
    let why = unused.fold(why, |why, (option, _)| format!("{why}; {option} means nothing here"));
    opened.notice = Some(Problem::new(
        "account.simulated",
        "this is the simulated account, not AWS",
        why,
        "start with --profile NAME to watch a real account; `watchdeck demo --help` lists the stories",
    ));
    Ok(opened)
}

/// Opens the account at the end of a route, for a program that begins.
///
/// # Errors
/// It could not be opened; perhaps a person has to sign in first.
pub async fn begin(route: Route) -> Result<Opened, Unopened> {
    match Box::pin(travel(route.clone(), None)).await {
        Ok(opened) => Ok(opened),
        Err(error) => Err(Box::pin(Unopened::after(&error, route)).await),
    }
}

/// Opens the account at the end of a route.
///
/// # Errors
/// It could not be opened, or wants a one-time code first.
pub async fn travel(route: Route, code: Option<Secret>) -> Result<Opened, ConnectError> {
    if let Some(story) = &route.story {
        let why = |failure: Failure| ConnectError::BadConfiguration { why: failure.what.into() };
        return Ok(simulated::open(story).await.map_err(why)?.by(route));
    }
    Ok(endpoint::connect_to(&route.place, code).await?.by(route))
}

/// An account looked at step by step.
#[derive(Debug)]
pub struct Examined {
    /// How connecting went.
    pub examination: Examination,
    /// Simulated, in this process, or behind an endpoint.
    pub realm: RealmName,
    /// The account's time.
    pub now: Timestamp,
}

/// Looks at the account that [`open`] would open, and tells each step instead of ending at the first that fails.
///
/// # Errors
/// The simulated account could not be made.
pub async fn look(asked: &PlaceArguments, settings: &Settings) -> Result<Examined, Failure> {
    let place = settings::place(asked, settings);
    let meant = place.profile.is_some() || place.endpoint_url.is_some();
    let real = meant || matches!(configured(place.profile.as_deref()).await, Configured::Yes(_));
    let (place, realm, clock) = if real {
        let way = endpoint::way(&place).await;
        let realm = if way.beacon.is_some() { RealmName::Served } else { RealmName::Live };
        (way.place, realm, way.clock)
    } else {
        let (place, clock) = simulated::way(&StoryArguments::default())?;
        (place, RealmName::Simulated, clock)
    };
    let examination = examine(place).await;
    Ok(Examined { examination, realm, now: clock.now() })
}

/// The clock by which the silence of a live tail is measured: that of an account slower than real time, whose frames
/// are far apart. In a faster one the few milliseconds that a frame may take here are seconds there, and real time counts.
fn silence_clock(clock: &Arc<dyn Clock>, speed: f64) -> Option<Arc<dyn Clock>> {
    (speed < 1.0).then(|| Arc::clone(clock))
}

/// Opens the simulated account in this process, with a story.
///
/// # Errors
/// There is no such story or fault.
pub async fn demo(story: &StoryArguments) -> Result<Opened, Failure> {
    simulated::open(story).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::clock::MachineClock;

    #[test]
    fn silence_is_measured_by_the_slower_of_both_clocks() {
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        assert!(silence_clock(&clock, 0.1).is_some());
        assert!(silence_clock(&clock, 1.0).is_none());
        assert!(silence_clock(&clock, 600.0).is_none());
    }
}
