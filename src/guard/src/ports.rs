//! The two ports to an account: a reader for plans and probes, and a writer that only warrants can move. And the one to the
//! runbooks, which know what a call by its name is.

use watchdeck_domain::{Arn, Change, OwnCall, RunId, Scope, Source, Task, Timestamp};

use crate::evidence::Refusal;
use crate::realm::Realm;
use crate::run::{Receipt, Unserved, Warrant};

/// Reads an account of realm `R`. Its answers are evidence in that realm and in no other.
pub trait Reader<R: Realm>: Source {
    /// The account and region that it reads. The identity itself is asked for, by `WhoAmI`.
    fn scope(&self) -> Scope;

    /// The role in whose sessions changes are made, where that is not who reads.
    fn acts_as(&self) -> Option<Arn> {
        None
    }
}

/// Carries out changes in realm `R`. It has one method, and that takes a warrant.
pub trait Writer<R: Realm>: Send + Sync {
    /// Sends the one call that the warrant permits, once, without retries, and trades the warrant for what came of it:
    ///
    /// - [`Warrant::landed`] when AWS answered that it was done;
    /// - [`Warrant::refused`] when AWS answered a definite error (400, 403, 404, 409, 412, throttled): nothing happened;
    /// - [`Warrant::unsettled`] for everything else (time-out, lost connection, 5xx, an answer not understood).
    ///
    /// # Errors
    /// [`Unserved`], made from the warrant.
    fn serve(&self, warrant: Warrant<R>) -> Task<'_, Result<Receipt, Unserved>>;
}

/// Where and when a change is made of a named call, and for which run.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The run that will carry it out.
    pub run: &'a RunId,
    /// Where.
    pub scope: &'a Scope,
    /// When.
    pub now: Timestamp,
    /// Whom to ask what is there.
    pub source: &'a dyn Source,
}

impl std::fmt::Debug for Ground<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ground({} in {} at {})", self.run, self.scope, self.now)
    }
}

/// Makes a change of a call that a runbook names, and the one that leads back from it, on what is there. The runbook room
/// implements it; like a draft, what comes of it permits nothing.
pub trait Maker: Send + Sync {
    /// Reads what the call is about, and makes the change.
    ///
    /// # Errors
    /// Says why it cannot be made on what is there.
    fn make<'a>(
        &'a self,
        call: &'a OwnCall,
        ground: Ground<'a>,
    ) -> Task<'a, Result<(Change, Change), Box<Refusal>>>;
}
