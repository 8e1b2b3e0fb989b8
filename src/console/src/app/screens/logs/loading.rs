//! Lines of files, taken in together; and the first of them, chosen before there is one.

use watchdeck_signal::Leaf;

use super::{FIRST, Logs};
use crate::app::ticket::Ticket;

impl Logs {
    /// Takes lines of a file in. Says whether work is left for a `Continued`.
    pub fn load(&mut self, tail: Ticket, leaf: &Leaf) -> bool {
        if self.tail != Some(tail) {
            return false;
        }
        if self.paused.is_some() {
            self.arrived = self.arrived.saturating_add(leaf.len() as u64);
        }
        leaf.load(&mut self.store);
        self.advance()
    }

    /// Stays at the first line, whichever will be, while others come behind it.
    pub fn rest_at_first(&mut self) {
        (self.chosen, self.top) = (Some(FIRST), Some(FIRST));
        self.follow = false;
    }
}
