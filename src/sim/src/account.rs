//! The handle of the simulated account: calls, time, faults, and the ledger of what was served.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use tokio::sync::watch;

use crate::clock::WallClock;
use crate::desk::{self, Late};
use crate::faults::{Fault, Faults};
use crate::ledger::{Ledger, Outcome, Served};
use crate::wire::BodyError;
use crate::wire::call::Call;
use crate::world::signin::Verdict;
use crate::world::story::Story;
use crate::world::{Opening, World};

/// The body of an answer.
pub type Body = BoxBody<Bytes, BodyError>;

/// Marks an answer whose connection breaks before a byte of it arrives; see [`Account::call`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLost;

/// How an account opens.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The world behind it: story, seed, start.
    pub opening: Opening,
    /// Faults that are armed from the start.
    pub faults: Vec<Fault>,
    /// The real time that signatures are held against.
    pub wall: WallClock,
}

impl Setup {
    /// A story from a seed, at a virtual time.
    pub fn new(story: Story, seed: u64, start_ms: i64) -> Self {
        Self {
            opening: Opening::new(story, seed, start_ms),
            faults: Vec::new(),
            wall: WallClock::system(),
        }
    }
}

/// A simulated AWS account. Cloning gives another handle to the same account.
#[derive(Clone, Debug)]
pub struct Account {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) world: Mutex<World>,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) wall: WallClock,
    pub(crate) ids: Mutex<fastrand::Rng>,
    pub(crate) late: Mutex<Vec<Late>>,
    now: watch::Sender<i64>,
    story: String,
    /// The bits of the speed at which it is paced.
    speed: AtomicU64,
}

impl Account {
    /// Opens an account.
    pub fn open(setup: Setup) -> Self {
        let world = World::open_with(&setup.opening);
        let faults = Faults::default();
        for fault in setup.faults {
            faults.arm(fault);
        }
        let now = watch::Sender::new(world.now());
        let inner = Inner {
            ids: Mutex::new(fastrand::Rng::with_seed(setup.opening.seed ^ 0x7265_7175_6573_7473)),
            world: Mutex::new(world),
            ledger: Ledger::default(),
            faults,
            wall: setup.wall,
            late: Mutex::new(Vec::new()),
            now,
            story: setup.opening.story.name,
            speed: AtomicU64::new(0.0_f64.to_bits()),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Serves one request, signed or not, as AWS would.
    ///
    /// A reply that a fault loses has the extension [`ReplyLost`] and a body that breaks at once: in process there is
    /// no connection to break, so whoever carries the answer breaks its own, or lets the body do it.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Body> {
        desk::serve(&self.inner, request).await
    }

    /// The virtual time, in milliseconds since 1970-01-01.
    pub fn now_ms(&self) -> i64 {
        *self.inner.now.borrow()
    }

    /// The name of the story that happens here.
    pub fn story(&self) -> &str {
        &self.inner.story
    }

    /// Virtual seconds a real second, as [`clock::pace`](crate::clock::pace) was told; 0 while nobody paces it.
    pub fn speed(&self) -> f64 {
        f64::from_bits(self.inner.speed.load(Ordering::Relaxed))
    }

    pub(crate) fn paced_at(&self, speed: f64) {
        self.inner.speed.store(speed.to_bits(), Ordering::Relaxed);
    }

    /// Lets the account live until a moment. Time never goes back.
    pub fn advance_to(&self, ms: i64) {
        self.inner.advance_to(ms);
    }

    /// The access key id and secret of the operator, who may do everything.
    pub fn operator_credentials(&self) -> (String, String) {
        let world = self.inner.world();
        let operator = world.principals.named("operator");
        operator
            .map(|operator| (operator.access_key.clone(), operator.secret.clone()))
            .unwrap_or_default()
    }

    /// A person approves or denies the code that somebody shows who signs in. False when no such code waits.
    pub fn judge(&self, user_code: &str, verdict: Verdict) -> bool {
        self.peek(|world| {
            let now = world.now();
            world.signins.judge(user_code, verdict, now)
        })
    }

    /// Ends every token and every minted session, as an administrator does who signs everybody out.
    pub fn sign_everybody_out(&self) {
        self.peek(|world| {
            let now = world.now();
            world.signins.end_all();
            world.principals.end_sessions(now);
        });
    }

    /// The faults, to arm and disarm at any time.
    pub fn faults(&self) -> Faults {
        self.inner.faults.clone()
    }

    /// The latest requests, the oldest first.
    pub fn served(&self) -> Vec<Served> {
        self.inner.ledger.all()
    }

    /// The latest requests of one operation, the oldest first.
    pub fn served_of(&self, operation: &str) -> Vec<Served> {
        self.inner.ledger.of(operation)
    }

    /// How many requests were served since the account opened.
    pub fn served_count(&self) -> u64 {
        self.inner.ledger.written()
    }

    /// Looks into the world, for tests and tools. Nothing is served meanwhile.
    pub fn peek<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.inner.world())
    }

    pub(crate) fn downgrade(&self) -> WeakAccount {
        WeakAccount(Arc::downgrade(&self.inner))
    }
}

/// A handle that does not keep the account alive.
#[derive(Clone, Debug)]
pub(crate) struct WeakAccount(Weak<Inner>);

impl WeakAccount {
    pub(crate) fn upgrade(&self) -> Option<Account> {
        Some(Account { inner: self.0.upgrade()? })
    }
}

impl Inner {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn advance_to(&self, ms: i64) {
        let mut world = self.world();
        world.databases.take(self.faults.lost());
        loop {
            let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
            let due = late
                .iter()
                .enumerate()
                .filter(|(_, late)| late.due_ms <= ms)
                .min_by_key(|(_, late)| late.due_ms);
            let Some((index, _)) = due else { break };
            let next = late.remove(index);
            drop(late);
            world.advance_to(next.due_ms);
            self.execute_late(&mut world, next.call);
        }
        world.advance_to(ms);
        self.now.send_replace(world.now());
    }

    fn execute_late(&self, world: &mut World, call: Call) {
        let outcome = match world.perform(&call) {
            Some(Ok(_)) => Outcome::ExecutedLate,
            Some(Err(error)) => Outcome::Refused(error.code),
            None => Outcome::Unserved,
        };
        self.ledger.write(Served {
            number: 0,
            at_ms: world.now(),
            service: call.service,
            operation: call.operation,
            protocol: None,
            input: call.input,
            access_key: call.caller.access_key,
            region: call.region,
            request_id: call.request_id,
            status: 0,
            outcome,
            violations: Vec::new(),
            strays: Vec::new(),
        });
    }

    /// Waits until the virtual time has come.
    pub(crate) async fn until(&self, due_ms: i64) {
        let mut now = self.now.subscribe();
        // The sender lives as long as the account that is waiting here.
        let _reached = now.wait_for(|now| *now >= due_ms).await.is_ok();
    }
}
