//! The first line, chosen before there is one: of files that are read from their beginning.

use super::{FIRST, Logs};

impl Logs {
    /// Stays at the first line, whichever will be, while others come behind it.
    pub fn rest_at_first(&mut self) {
        (self.chosen, self.top) = (Some(FIRST), Some(FIRST));
        self.follow = false;
    }
}
