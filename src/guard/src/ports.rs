//! The two ports to an account: a reader for plans and probes, and a writer that only warrants can move.

use watchdeck_domain::{Arn, Scope, Source, Task};

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
