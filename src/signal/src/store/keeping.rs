//! What is held, kept within its bound: text is packed, what was unpacked is let go, the oldest lines go.

use std::sync::Arc;

use watchdeck_domain::LogGroupName;

use super::held::Store;
use super::names::StreamName;

/// Names are swept when this many more than at the last sweep are known.
const NAMES_SLACK: usize = 1024;
/// The newest segments, which are not packed: they are looked at most.
const UNPACKED: usize = if cfg!(test) { 1 } else { 2 };
/// The most blocks packed by one append: about four milliseconds.
pub(super) const MAX_PACK: usize = 16;
/// The most packed blocks that stay unpacked from one append to the next: 4 MiB.
const MAX_OPENED: usize = if cfg!(test) { 2 } else { 16 };

impl Store {
    /// Goes on with what [`Store::apply`] does beside: lets go what was unpacked to be looked at, and packs a little. For a while
    /// in which nothing arrives.
    pub fn tend(&mut self) {
        self.tidy(1);
    }

    /// Packs at most so many blocks, and lets go what was unpacked to be looked at: what a clone shares stays unpacked
    /// until the clone is gone.
    pub(super) fn tidy(&mut self, blocks: usize) {
        if self.opened.count() > MAX_OPENED {
            for held in &mut self.segments {
                if let Some(segment) = Arc::get_mut(&mut held.segment) {
                    segment.text_mut().close();
                }
            }
            self.opened.reset();
        }
        let mut left = blocks;
        let old = self.segments.len().saturating_sub(UNPACKED);
        for held in self.segments.iter_mut().take(old).filter(|held| held.loose) {
            if left == 0 {
                break;
            }
            // INVARIANT: what is packed, and so what is let go, does not depend on whether there is a clone
            let segment = Arc::make_mut(&mut held.segment);
            let before = segment.bytes();
            left -= segment.pack(left);
            held.loose = !segment.text().is_packed();
            self.bytes = (self.bytes + segment.bytes()).saturating_sub(before);
        }
    }

    pub(super) fn evict(&mut self) -> usize {
        let mut gone = 0;
        while self.bytes > self.limit && self.segments.len() > 1 {
            let Some(held) = self.segments.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(held.segment.bytes());
            gone += held.segment.len();
        }
        if gone == 0 {
            return 0;
        }
        self.lines -= gone;
        self.evicted += gone as u64;
        self.recount(0);
        if let Some(oldest) = self.oldest().map(|line| line.timestamp()) {
            self.gaps.retain(|gap| gap.to.is_none_or(|to| to >= oldest));
        }
        if self.names.len() > self.names_kept + NAMES_SLACK {
            let names = Arc::make_mut(&mut self.names);
            names.forget_unused();
            self.names_kept = names.len();
        }
        gone
    }

    /// The one holder of a name.
    pub(super) fn name(&mut self, group: &LogGroupName, stream: &str) -> Arc<StreamName> {
        match self.names.known(group, stream) {
            Some(name) => name,
            None => Arc::make_mut(&mut self.names).learn(group, stream),
        }
    }
}
