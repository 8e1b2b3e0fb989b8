//! A simulated account for a scenario: nobody paces it, its time moves on only by being waited for.

use std::sync::Arc;
use std::time::Duration;

use watchdeck_aws::{Connection, Keys, Where, connect};
use watchdeck_domain::{Clock, Region, Task, Timestamp};
use watchdeck_runbook::Given;
use watchdeck_sim::{Account, Fault, Outcome, Setup};

use super::simulated::{InProcess, REGION, failed, told};
use crate::cli::arguments::StoryArguments;
use crate::cli::failure::{Failure, FailureKind};

/// Waits of so long are waits for nothing in particular, such as a heartbeat's; they do not end.
const FOR_EVER: Duration = Duration::from_hours(1);

/// The account of a scenario.
pub struct Rehearsed {
    /// The connection to it.
    pub connection: Connection,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    account: Account,
}

impl std::fmt::Debug for Rehearsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rehearsed").field("now", &self.clock.now()).finish_non_exhaustive()
    }
}

impl Rehearsed {
    #[cfg(test)]
    pub(in crate::runtime) fn account(&self) -> &Account {
        &self.account
    }

    /// How many calls of these operations, such as `lambda:UpdateAlias`, took effect.
    pub fn changes(&self, operations: &[String]) -> u32 {
        let served = self.account.served();
        let changes = served.iter().filter(|served| {
            let took = match served.outcome {
                Outcome::Answered | Outcome::ReplyLost | Outcome::ExecutedLate => true,
                Outcome::Refused(_)
                | Outcome::Postponed
                | Outcome::Unserved
                | Outcome::Unreachable => false,
            };
            let called = format!("{}:{}", served.service, served.operation);
            took && operations.contains(&called)
        });
        u32::try_from(changes.count()).unwrap_or(u32::MAX)
    }
}

/// Opens the account of a scenario and lets it live until then.
///
/// # Errors
/// There is no such story or fault, or no way to the account.
pub async fn rehearse(given: &Given, begun: Timestamp) -> Result<Rehearsed, Failure> {
    let story = StoryArguments {
        story: given.story.clone(),
        seed: given.seed,
        ..StoryArguments::default()
    };
    let mut setup = Setup::new(told(&story)?, given.seed, begun.as_millis());
    let faults = given.faults.iter().map(|fault| fault.parse::<Fault>());
    setup.faults = faults.collect::<Result<_, _>>().map_err(|error| {
        Failure::new(FailureKind::Usage, error.to_string(), "such as UpdateAlias:lost-reply")
    })?;
    let account = Account::open(setup);
    account.advance_to(begun.as_millis() + i64::from(given.after_s) * 1_000);
    let region = given.region.as_deref().unwrap_or(REGION);
    let region = Region::parse(region).map_err(|error| failed(error.to_string()))?;
    let (access_key, secret) = account.operator_credentials();
    let wire = Arc::new(InProcess(account.clone()));
    let place = Where::in_process(wire, Keys::new(access_key, secret), region);
    let connection = connect(place).await.map_err(|error| failed(error.to_string()))?;
    let clock = Arc::new(Leaping(account.clone()));
    Ok(Rehearsed { connection, clock, account })
}

/// Time that leaps to the end of each wait.
struct Leaping(Account);

impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.now_ms())
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        if span >= FOR_EVER {
            return Box::pin(std::future::pending());
        }
        Box::pin(async move {
            self.0.advance_to((self.now() + span).as_millis());
            // Lets others run: a loop of such waits must not keep the thread for itself.
            tokio::task::yield_now().await;
        })
    }
}
