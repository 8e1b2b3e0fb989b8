//! The two realms. What was made in one cannot be used in the other.

use std::fmt::Debug;

pub(crate) mod sealed {
    /// Keeps realms, stages and phases a closed set.
    pub trait Sealed {}
}

/// Where a plan, a run and a warrant belong. Sealed: [`Sim`] and [`Live`] are all there are.
///
/// The markers derive nothing but `Debug`: a `derive(Clone)` on a generic guard type would ask `R: Clone`, and stay shut.
pub trait Realm: sealed::Sealed + Debug + Send + Sync + 'static {
    /// The realm's name in the journal and on the screen.
    const NAME: &'static str;
}

/// The simulated account, in this process.
#[derive(Debug)]
pub enum Sim {}

/// A server: AWS, or whatever answers at an endpoint.
#[derive(Debug)]
pub enum Live {}

impl sealed::Sealed for Sim {}
impl sealed::Sealed for Live {}

impl Realm for Sim {
    const NAME: &'static str = "sim";
}

impl Realm for Live {
    const NAME: &'static str = "live";
}
