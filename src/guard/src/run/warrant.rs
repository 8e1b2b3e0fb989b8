//! The permission for one change: used up by being answered.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Change, Printable, RequestId, RevisionId, RunId, Scope};

use crate::realm::Realm;
use crate::stop::KillSwitch;

/// Permits exactly the change that it contains, once.
///
/// Made in one place, [`Run<Recorded>::act`](crate::Run), after the intent is durable; goes nowhere but into
/// [`Writer::serve`](crate::Writer::serve). Neither `Clone` nor `Deserialize`.
#[must_use = "a warrant is answered: landed, refused or unsettled"]
#[derive(Debug)]
pub struct Warrant<R: Realm> {
    home: Scope,
    scope: Scope,
    change: Change,
    run: RunId,
    step: String,
    called: AtomicBool,
    switch: KillSwitch,
    realm: PhantomData<R>,
}

impl<R: Realm> Warrant<R> {
    /// INVARIANT: called once in the program, in `run::act`.
    pub(super) fn new(
        home: Scope,
        change: Change,
        run: RunId,
        step: String,
        switch: KillSwitch,
    ) -> Self {
        let called = AtomicBool::new(false);
        let (_, scope) = change.at(&home);
        Self { home, scope, change, run, step, called, switch, realm: PhantomData }
    }

    /// The account and region that the run works in.
    pub fn home(&self) -> &Scope {
        &self.home
    }

    /// The account and region to act in: another region than that of the run where the change is made elsewhere.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The change that may be made.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// The one API call that the warrant permits, by service and operation. The first asking takes it; there is no second.
    /// Once the kill switch is pulled there is none either: it stops what is on its way to the wire.
    pub fn take_call(&self) -> Option<(&'static str, &'static str)> {
        let taken = self.called.swap(true, Ordering::Relaxed);
        (!taken && !self.switch.is_pulled()).then(|| self.change.call())
    }

    /// The run; goes into the app name and the role session name.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The step of the run.
    pub fn step(&self) -> &str {
        &self.step
    }

    /// Trades the warrant for its receipt: AWS answered that the change was made.
    pub fn landed(self, request_id: Option<RequestId>, revision: Option<RevisionId>) -> Receipt {
        let left = Vec::new();
        Receipt { run: self.run, step: self.step, change: self.change, request_id, revision, left }
    }

    /// Trades the warrant for a receipt of a part: AWS answered that it was made, but for these, each with its reason.
    pub fn landed_but_for(self, left: Vec<String>, request_id: Option<RequestId>) -> Receipt {
        let left = left.into_iter().map(|line| Printable::new(line).into()).collect();
        Receipt { left, ..self.landed(request_id, None) }
    }

    /// Trades the warrant for a definite no: AWS answered that nothing was done.
    pub fn refused(
        self,
        code: impl Into<String>,
        message: impl Into<String>,
        request_id: Option<RequestId>,
    ) -> Unserved {
        Unserved::Refused(Rejection {
            run: self.run,
            step: self.step,
            code: Printable::new(code).into(),
            message: Printable::new(message).into(),
            request_id,
        })
    }

    /// Trades the warrant for an open question: it may or may not have been done.
    pub fn unsettled(self, why: Doubt) -> Unserved {
        Unserved::Unsettled(Unsettled { run: self.run, step: self.step, why })
    }
}

/// Proof that a warrant was served: AWS said yes. Made only out of a warrant.
#[must_use]
#[derive(Debug, Serialize)]
pub struct Receipt {
    pub(super) run: RunId,
    pub(super) step: String,
    pub(super) change: Change,
    pub(super) request_id: Option<RequestId>,
    pub(super) revision: Option<RevisionId>,
    pub(super) left: Vec<String>,
}

impl Receipt {
    /// The change that was made.
    pub fn change(&self) -> &Change {
        &self.change
    }
    /// AWS's request id, by which CloudTrail is the witness.
    pub fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }
    /// The lock after the change; the lock of its reversal.
    pub fn revision(&self) -> Option<&RevisionId> {
        self.revision.as_ref()
    }
}

/// A warrant that did not end in a receipt.
#[derive(Debug)]
pub enum Unserved {
    /// A definite no: nothing happened.
    Refused(Rejection),
    /// Nobody knows.
    Unsettled(Unsettled),
}

/// A definite no from AWS. Made only out of a warrant.
#[derive(Debug, Serialize)]
pub struct Rejection {
    pub(super) run: RunId,
    pub(super) step: String,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) request_id: Option<RequestId>,
}

impl Rejection {
    /// AWS's error code, such as `PreconditionFailedException`.
    pub fn code(&self) -> &str {
        &self.code
    }
    /// AWS's message, printable.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// An outcome nobody knows. Made only out of a warrant.
#[derive(Debug)]
pub struct Unsettled {
    pub(super) run: RunId,
    pub(super) step: String,
    pub(super) why: Doubt,
}

impl Unsettled {
    /// Why nobody knows.
    pub fn why(&self) -> &Doubt {
        &self.why
    }
}

/// Why the outcome of a call is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "doubt", content = "said", rename_all = "kebab-case")]
pub enum Doubt {
    /// No answer in time.
    TimedOut(String),
    /// The connection was lost, or never made.
    Connection(String),
    /// The service failed (5xx): it may have acted before it did.
    Fault(String),
    /// Something answered, but not in a way that can be understood.
    Garbled(String),
    /// The process ended between intent and outcome.
    Interrupted,
    /// AWS answered, but the journal could not take the answer down.
    Unrecorded(String),
}

impl Doubt {
    /// The same doubt in other words.
    pub(super) fn said_by(self, word: impl Fn(String) -> String) -> Self {
        match self {
            Self::TimedOut(said) => Self::TimedOut(word(said)),
            Self::Connection(said) => Self::Connection(word(said)),
            Self::Fault(said) => Self::Fault(word(said)),
            Self::Garbled(said) => Self::Garbled(word(said)),
            Self::Interrupted => Self::Interrupted,
            Self::Unrecorded(said) => Self::Unrecorded(word(said)),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(said) => write!(f, "no answer in time: {said}"),
            Self::Connection(said) => write!(f, "connection lost: {said}"),
            Self::Fault(said) => write!(f, "the service failed: {said}"),
            Self::Garbled(said) => write!(f, "the answer was not understood: {said}"),
            Self::Interrupted => f.write_str("the console ended before the answer"),
            Self::Unrecorded(said) => {
                write!(f, "the answer could not be written to the journal: {said}")
            }
        }
    }
}

/// Whether AWS says by this code that the credentials have run out: nothing was done, and with fresh ones it can be.
pub(crate) fn is_expiry(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired"
    )
}
