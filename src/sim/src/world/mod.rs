//! The living world behind the endpoint: one seed, one history.

pub mod fixture; // what stands rather than flows
pub mod names; // the proper names of the account
pub mod policy; // IAM policies, evaluated simply
pub mod principal; // who may call
pub mod story; // what happens, as TOML

pub(crate) mod action; // what IAM and CloudTrail call an operation
pub(crate) mod ids; // ids that one seed always gives again

use fixture::Fixture;
use principal::{Principal, Principals};
use story::Story;

use crate::services;
use crate::wire::call::{ApiError, Call, Reply};

/// How a world opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What will happen.
    pub story: Story,
    /// The seed of everything random.
    pub seed: u64,
    /// The virtual time at which it opens, in milliseconds since 1970-01-01.
    pub start_ms: i64,
    /// How long CloudTrail takes to deliver an event, in milliseconds: at least and at most.
    pub trail_delay_ms: (i64, i64),
    /// How many minutes of logs lie before the start.
    pub history_minutes: i64,
}

impl Opening {
    /// The ordinary opening of a story.
    pub fn new(story: Story, seed: u64, start_ms: i64) -> Self {
        Self { story, seed, start_ms, trail_delay_ms: (60_000, 120_000), history_minutes: 60 }
    }
}

/// The world: everything the account is and does.
#[derive(Debug)]
pub struct World {
    /// The standing part.
    pub fixture: Fixture,
    /// Who may call.
    pub principals: Principals,
    now_ms: i64,
    seed: u64,
}

impl World {
    /// Opens the world of a story at a moment.
    pub fn open(story: &Story, seed: u64, start_ms: i64) -> Self {
        Self::open_with(&Opening::new(story.clone(), seed, start_ms))
    }

    /// Opens the world with everything chosen.
    pub fn open_with(opening: &Opening) -> Self {
        Self {
            fixture: Fixture::open(opening.seed, opening.start_ms),
            principals: Principals::open(opening.seed, opening.start_ms),
            now_ms: opening.start_ms,
            seed: opening.seed,
        }
    }

    /// The virtual time, in milliseconds since 1970-01-01.
    pub fn now(&self) -> i64 {
        self.now_ms
    }

    /// The seed of this history.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Lets the world live until a moment, second by second. Time never goes back.
    pub fn advance_to(&mut self, ms: i64) {
        while self.now_ms < ms {
            let second = (self.now_ms.div_euclid(1000) + 1) * 1000;
            self.now_ms = second.min(ms);
            if self.now_ms == second {
                self.fixture.advance(second);
            }
        }
    }

    /// Performs a call that has passed signature and validation: judges it, executes it, and leaves its trace in
    /// CloudTrail. `None` if the operation is not served.
    pub fn perform(&mut self, call: &Call) -> Option<Result<Reply, ApiError>> {
        let behaviour = services::behaviour(&call.service, &call.operation)?;
        let outcome = self.authorize(call).and_then(|()| behaviour(self, call));
        self.record_call(call, &outcome);
        Some(outcome)
    }

    /// Whether the caller may make this call; AWS's refusal if not.
    pub fn authorize(&self, call: &Call) -> Result<(), ApiError> {
        self.principals.authorize(call)
    }

    /// Leaves the trace of a call in CloudTrail, to be delivered after its delay.
    pub fn record_call(&mut self, call: &Call, outcome: &Result<Reply, ApiError>) {
        let _ = (call, outcome);
    }

    /// The principal of an access key, with its secret and expiry.
    pub fn secret_of(&self, access_key: &str) -> Option<Principal> {
        self.principals.get(access_key).cloned()
    }
}
