//! What a desk is at: whoever closes it can say what they wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// What a desk is at, to be looked at from outside while it runs.
#[derive(Clone, Debug, Default)]
pub struct Errand(Arc<AtomicU8>);

/// What keeps a desk from closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Busy {
    /// Nothing that takes long.
    Nothing = 0,
    /// A call was sent, and its answer is not there.
    Call = 1,
    /// Leases are given back.
    Leases = 2,
    /// The last checkpoints of the journal are shipped.
    Checkpoints = 3,
}

impl Errand {
    /// What it is at now.
    pub fn now(&self) -> Busy {
        let all = [Busy::Call, Busy::Leases, Busy::Checkpoints];
        let now = self.0.load(Ordering::Relaxed);
        all.into_iter().find(|busy| *busy as u8 == now).unwrap_or(Busy::Nothing)
    }

    pub(super) fn set(&self, busy: Busy) {
        self.0.store(busy as u8, Ordering::Relaxed);
    }
}
