//! The simulated account inside this process, spoken to through the SDK as any other.

use std::sync::Arc;

use bytes::Bytes;
use watchdeck_aws::{Keys, Where, Wire, WireBody, connect};
use watchdeck_domain::{Clock, Region, Task, Timestamp};
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Fault, Setup, clock};

use super::{Opened, Route};
use crate::app::RealmName;
use crate::cli::arguments::StoryArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::runtime::clock::{AccountClock, MachineClock};
use crate::runtime::state::Keeper;

/// Where the simulated shop lives.
pub const REGION: &str = "eu-central-1";

/// A name people would know it by.
const ALIAS: &str = "shop-prod";

/// The SDK's HTTP client for an account that is a value in this process.
pub(super) struct InProcess(pub(super) Account);

impl Wire for InProcess {
    fn call(&self, request: http::Request<Bytes>) -> Task<'static, http::Response<WireBody>> {
        let account = self.0.clone();
        Box::pin(async move { account.call(request).await })
    }
}

/// Opens the account of a story. Its time stands still until somebody paces it.
///
/// # Errors
/// There is no such story, or no such fault.
pub fn open_world(story: &StoryArguments) -> Result<Account, Failure> {
    let usage = |what: String, hint: &str| Failure::new(FailureKind::Usage, what, hint);
    let told = told(story)?;
    let faults = story.faults.iter().map(|fault| fault.parse::<Fault>());
    let faults = faults.collect::<Result<Vec<_>, _>>().map_err(|error| {
        usage(error.to_string(), "such as --fault UpdateAlias:lost-reply; see `--help`")
    })?;
    let mut setup = Setup::new(told, story.seed, MachineClock.now().as_millis());
    setup.faults = faults;
    Ok(Account::open(setup))
}

/// The story that was asked for.
pub(super) fn told(story: &StoryArguments) -> Result<Story, Failure> {
    Story::named(&story.story).map_err(|error| {
        Failure::new(FailureKind::Usage, error.to_string(), "such as --story bad-deploy")
    })
}

/// Opens the account, lets its time pass, and finds the way to it.
pub(super) fn way(story: &StoryArguments) -> Result<(Where, Arc<dyn Clock>), Failure> {
    let account = open_world(story)?;
    let region = match &story.region {
        Some(region) => region.clone(),
        None => Region::parse(REGION).map_err(|error| failed(error.to_string()))?,
    };
    let (access_key, secret) = account.operator_credentials();
    let wire = Arc::new(InProcess(account.clone()));
    let shown = account.clone();
    let clock: Arc<dyn Clock> =
        Arc::new(AccountClock::new(move || Timestamp::from_millis(shown.now_ms()), story.speed));
    let mut place = Where::in_process(wire, Keys::new(access_key, secret), region);
    place.clock = super::silence_clock(&clock, story.speed);
    // It lives as long as the process.
    drop(clock::pace(&account, story.speed));
    Ok((place, clock))
}

pub(super) fn failed(what: String) -> Failure {
    Failure::new(FailureKind::Failed, what, "this is a defect of watchdeck; please report it")
}

/// Opens the account and connects to it.
pub(super) async fn open(story: &StoryArguments) -> Result<Opened, Failure> {
    let (place, clock) = way(story)?;
    let connection = connect(place).await.map_err(|error| failed(error.to_string()))?;
    Ok(Opened {
        connection,
        clock,
        speed: story.speed,
        keeper: Keeper::Demo,
        realm: RealmName::Simulated,
        alias: ALIAS.to_owned(),
        context: context(story),
        route: Route::to_story(story),
        watch: told(story)?.watch,
        notice: None,
    })
}

fn context(story: &StoryArguments) -> String {
    let mut text = format!("{}, seed {}", story.story, story.seed);
    if (story.speed - 1.0).abs() > f64::EPSILON {
        text = format!("{text}, x{}", story.speed);
    }
    text
}
