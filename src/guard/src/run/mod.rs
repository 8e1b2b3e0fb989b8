//! A run: an approved plan on its way through verify, record and act, once a step.
//!
//! A few small files. What is proved of a run is the run's own phase, never a value beside it.

mod act;
mod adrift;
mod late;
mod pause;
mod record;
mod remainder;
mod verify;
mod warrant;

use std::marker::PhantomData;
use std::time::Duration;

use watchdeck_domain::{RevisionId, RunId, Timestamp};

pub use adrift::{Adrift, Sighted};
pub(crate) use late::{VIGIL, Vigil};
pub use pause::Pause;
pub(crate) use remainder::Remainder;
pub(crate) use warrant::is_expiry;
pub use warrant::{Doubt, Receipt, Rejection, Unserved, Unsettled, Warrant};

use crate::ceremony::Pass;
use crate::desk::Ended;
use crate::draft::{Draft, Step};
use crate::lease::{Claim, Lease};
use crate::plan::{Approved, Plan, Seen};
use crate::realm::{Realm, sealed};

/// How far a run is with its next step. Sealed.
pub trait Phase: sealed::Sealed {}

/// The next step waits to be verified.
#[derive(Debug)]
pub enum Ready {}

/// The account is still as it was approved, just now.
#[derive(Debug)]
pub enum Verified {}

/// The intent is durable.
#[derive(Debug)]
pub enum Recorded {}

impl sealed::Sealed for Ready {}
impl sealed::Sealed for Verified {}
impl sealed::Sealed for Recorded {}
impl Phase for Ready {}
impl Phase for Verified {}
impl Phase for Recorded {}

/// A run of a plan in realm `R`, its next step in phase `P`. One road, no copies.
#[must_use = "a run goes on to its end, or is ended on purpose"]
#[derive(Debug)]
pub struct Run<P: Phase, R: Realm> {
    core: Box<Core>,
    road: PhantomData<(P, R)>,
}

/// What a run carries from phase to phase.
#[derive(Debug)]
struct Core {
    draft: Box<Draft>,
    seen: Box<Seen>,
    /// None where the run was taken up from the journal: such a run sends nothing more.
    pass: Option<Box<Pass>>,
    by: String,
    landed: Vec<Landing>,
    /// Whether its first intent has been written down, since it began or was taken up.
    begun: bool,
    /// How many steps had landed when it was taken up from the journal; nothing where it begins here.
    taken_up: Option<usize>,
    /// The step before which somebody has said that it goes on.
    cleared: Option<String>,
    /// Since when it waits for somebody.
    waits_since: Option<Timestamp>,
    /// How long it has waited for somebody so far.
    waited: Duration,
}

impl Core {
    fn run(&self) -> &RunId {
        self.draft.id.run()
    }

    /// The step whose turn it is.
    fn step(&self) -> &Step {
        let next = self.landed.len();
        self.draft.steps().nth(next).unwrap_or(&self.draft.first)
    }

    /// Until when the next step may be sent: as long as the plan stands, the time that watching the steps before it may
    /// take, which the plan has told, and the time that it has waited for somebody.
    fn expires(&self) -> Timestamp {
        let here = self.landed.iter().skip(self.taken_up.unwrap_or(0));
        let watched = here.map(|landing| self.draft.stage_time(&landing.step));
        self.seen.expires + watched.sum::<Duration>() + self.waited
    }

    /// Puts the locks that were left into the steps that wait for them.
    fn take_locks(&mut self) {
        let landed = self.landed.iter().map(|it| (it.step.as_str(), it.revision.as_ref()));
        self.draft.take_locks(landed);
    }

    /// What is left of it, as a draft.
    fn left(&self) -> Draft {
        remainder::without(&self.draft, &self.landed)
    }

    fn is_through(&self) -> bool {
        self.landed.len() >= self.draft.steps().count()
    }
}

/// A step that landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The step.
    pub step: String,
    /// The lock that it left.
    pub revision: Option<RevisionId>,
    /// AWS's request id; none when a probe found it.
    pub request_id: Option<watchdeck_domain::RequestId>,
    /// What AWS has left as it was, of a change of many things: each with its reason.
    pub left: Vec<String>,
    /// When its outcome was written down.
    pub at: Timestamp,
}

/// What comes after an act.
#[derive(Debug)]
pub enum Next<R: Realm> {
    /// The step landed, and there is another one: it begins at verify again.
    More(Run<Ready, R>),
    /// The last step landed.
    Settled(Settled<R>),
    /// A definite no to a step that the rest can do without, and what is left after it.
    Passed(Rest<R>, Stop),
    /// A definite no, an effect that is not there, or somebody else's. Nothing more is sent.
    Stopped(Settled<R>, Stop),
    /// The step landed, of a run whose approval is void. The steps that are left are asked about anew.
    Left(Settled<R>),
}

/// What is left of a run after a step that was passed over.
#[derive(Debug)]
pub enum Rest<R: Realm> {
    /// Another step: it begins at verify again.
    Step(Run<Ready, R>),
    /// Nothing; all others landed.
    Nothing(Settled<R>),
}

impl<R: Realm> Rest<R> {
    /// The run's id.
    pub fn id(&self) -> &RunId {
        match self {
            Self::Step(run) => run.id(),
            Self::Nothing(settled) => settled.id(),
        }
    }
}

/// Why a run stops before its last step landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// AWS said no; nothing happened in that step.
    Refused {
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// No effect was seen in the time it had.
    Absent(String),
    /// Somebody else has been there.
    Conflict(String),
    /// The steps that are left need a fresh plan.
    Moved(String),
    /// The kill switch was pulled before the call was sent.
    Halted,
}

impl Stop {
    /// How the run ends by it.
    pub fn ended(&self) -> Ended {
        match self {
            Self::Refused { .. } => Ended::Rejected,
            Self::Absent(_) => Ended::Absent,
            Self::Conflict(_) => Ended::Conflict,
            Self::Moved(_) => Ended::Moved,
            Self::Halted => Ended::Halted,
        }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { code, message } => write!(f, "{code}: {message}"),
            Self::Absent(why) | Self::Conflict(why) | Self::Moved(why) => f.write_str(why),
            Self::Halted => f.write_str("the kill switch was pulled: nothing was sent"),
        }
    }
}

/// A run that sends nothing any more: what landed, for watching and for taking back.
#[must_use = "what was done is watched, and may be taken back"]
#[derive(Debug)]
pub struct Settled<R: Realm> {
    core: Box<Core>,
    realm: PhantomData<R>,
}

impl<R: Realm> Settled<R> {
    /// The run's id.
    pub fn id(&self) -> &RunId {
        self.core.run()
    }

    /// The draft that was carried out.
    pub fn draft(&self) -> &Draft {
        &self.core.draft
    }

    /// The steps that landed.
    pub fn landed(&self) -> &[Landing] {
        &self.core.landed
    }

    /// Whether nothing of it was written down since it was taken up or opened.
    pub(crate) fn is_untouched(&self) -> bool {
        !self.core.begun
    }

    /// The leases that were found to be somebody else's by now.
    pub(crate) fn lost(&mut self) -> Vec<Lease> {
        self.core.pass.as_mut().map(|pass| pass.lost()).unwrap_or_default()
    }

    /// The claims of a run that has not begun, to be given back.
    pub(crate) fn let_go(&mut self) -> Vec<Claim> {
        self.core.pass.as_mut().map(|pass| pass.let_go()).unwrap_or_default()
    }
}

impl<R: Realm> Run<Ready, R> {
    /// Opens a run of an approved plan, or goes on with the run whose rest was approved.
    pub fn open(plan: Plan<Approved, R>) -> Self {
        let Approved { seen, pass, by, earlier } = plan.stage;
        let pass = Some(pass);
        let (draft, landed, taken_up) = match earlier {
            None => (plan.draft, Vec::new(), None),
            Some(earlier) => {
                let Remainder { draft, landed, .. } = *earlier;
                let count = landed.len();
                (draft, landed, Some(count))
            }
        };
        let core = Box::new(Core {
            draft,
            seen,
            pass,
            by,
            landed,
            begun: false,
            taken_up,
            cleared: None,
            waits_since: None,
            waited: Duration::ZERO,
        });
        Self { core, road: PhantomData }
    }
}

impl<P: Phase, R: Realm> Run<P, R> {
    /// The run's id.
    pub fn id(&self) -> &RunId {
        self.core.run()
    }

    /// The step whose turn it is.
    pub fn step(&self) -> &Step {
        self.core.step()
    }

    /// The draft that is carried out.
    pub fn draft(&self) -> &Draft {
        &self.core.draft
    }

    /// The steps that landed so far.
    pub fn landed(&self) -> &[Landing] {
        &self.core.landed
    }

    /// Gives the rest of the run up. What landed stays.
    pub fn end(self) -> Settled<R> {
        Settled { core: self.core, realm: PhantomData }
    }

    fn into_phase<Q: Phase>(self) -> Run<Q, R> {
        Run { core: self.core, road: PhantomData }
    }
}
