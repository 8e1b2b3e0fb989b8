//! The hands that a connection lends to the guard: a reader and a writer of the realm it belongs to.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::LiveTail;
use watchdeck_domain::{Answer, Arn, Query, ReadError, Scope, Source, Task};
use watchdeck_guard::{Live, Reader, Realm, Sim, Writer};

use crate::reader::Reading;

/// The hands of an armed connection. Which realm they are of, the endpoint decides: only an account inside
/// this process is simulated, whatever answers at a URL is treated as the real thing.
#[derive(Debug)]
pub enum Armed {
    /// Of the simulated account in this process.
    Sim(Hands<Sim>),
    /// Of AWS, or of what answers at an endpoint.
    Live(Hands<Live>),
}

/// The eyes of a connection: what a plan is checked by where nothing is to be changed. No writer was made.
pub enum Eyes {
    /// Of the simulated account in this process.
    Sim(Arc<dyn Reader<Sim>>),
    /// Of AWS, or of what answers at an endpoint.
    Live(Arc<dyn Reader<Live>>),
}

impl fmt::Debug for Eyes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sim(_) => "Eyes::Sim",
            Self::Live(_) => "Eyes::Live",
        })
    }
}

/// What a desk works with.
pub struct Hands<R: Realm> {
    /// Reads the evidence.
    pub reader: Arc<dyn Reader<R>>,
    /// Serves the warrants.
    pub writer: Arc<dyn Writer<R>>,
}

impl<R: Realm> fmt::Debug for Hands<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hands").field("realm", &R::NAME).finish_non_exhaustive()
    }
}

/// A source whose answers are evidence in realm `R`.
pub(crate) struct InRealm<R: Realm> {
    reading: Arc<Reading>,
    scope: Scope,
    acts_as: Option<Arn>,
    realm: PhantomData<fn() -> R>,
}

impl<R: Realm> InRealm<R> {
    pub(crate) fn new(reading: Arc<Reading>, scope: Scope, acts_as: Option<Arn>) -> Self {
        Self { reading, scope, acts_as, realm: PhantomData }
    }
}

impl<R: Realm> Source for InRealm<R> {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        self.reading.read(query)
    }

    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        self.reading.live_tail(groups, pattern)
    }
}

impl<R: Realm> Reader<R> for InRealm<R> {
    fn scope(&self) -> Scope {
        self.scope.clone()
    }

    fn acts_as(&self) -> Option<Arn> {
        self.acts_as.clone()
    }
}
