//! The gaps of one group: opened, lengthened, filled from the front, given up.

use std::time::Duration;

use watchdeck_domain::{LogGroupName, Timestamp};

use crate::gap::{Gap, GapCause, GapChange, GapId};

/// The spans of which lines may be missing, and what changed about them.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    open: Vec<Gap>,
    changes: Vec<GapChange>,
}

impl Gaps {
    /// All of them.
    pub(super) fn all(&self) -> &[Gap] {
        &self.open
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Where the first one begins.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.open.iter().map(|gap| gap.from).min()
    }

    /// What changed since last asked.
    pub(super) fn drain(&mut self) -> Vec<GapChange> {
        std::mem::take(&mut self.changes)
    }

    /// When the first one that has ended did; nothing where pages are what is missing, which are to be tried at once.
    pub(super) fn ended(&self) -> Option<Timestamp> {
        if self.open.iter().any(|gap| gap.to.is_none() && gap.cause.is_of_pages()) {
            return None;
        }
        self.open.iter().filter_map(|gap| gap.to).min()
    }

    /// Whether all are of a live tail that is down, which only its return will end.
    pub(super) fn are_down(&self) -> bool {
        self.open.iter().all(|gap| gap.to.is_none() && !gap.cause.is_of_pages())
    }

    /// Lengthens a gap of the same cause that this one adjoins; says whether there was one.
    pub(super) fn lengthen(
        &mut self,
        cause: GapCause,
        from: Timestamp,
        to: Option<Timestamp>,
    ) -> bool {
        let adjoining = |gap: &&mut Gap| {
            gap.cause == cause
                && gap.to.is_none_or(|end| end + Duration::from_secs(1) >= from)
                && to.is_none_or(|to| gap.from <= to)
        };
        let Some(gap) = self.open.iter_mut().find(adjoining) else { return false };
        let (old_from, old_to) = (gap.from, gap.to);
        gap.from = gap.from.min(from);
        gap.to = match (gap.to, to) {
            (Some(end), Some(to)) => Some(end.max(to)),
            (None, _) | (_, None) => None,
        };
        if (old_from, old_to) != (gap.from, gap.to) {
            self.changes.push(GapChange::Set(gap.clone()));
        }
        true
    }

    /// Opens one.
    pub(super) fn open(
        &mut self,
        id: GapId,
        group: &LogGroupName,
        cause: GapCause,
        span: (Timestamp, Option<Timestamp>),
    ) {
        let gap = Gap { id, group: group.clone(), from: span.0, to: span.1, cause };
        self.changes.push(GapChange::Set(gap.clone()));
        self.open.push(gap);
    }

    /// Those of such a cause last no longer.
    pub(super) fn end(&mut self, now: Timestamp, which: impl Fn(GapCause) -> bool) {
        for gap in self.open.iter_mut().filter(|gap| gap.to.is_none() && which(gap.cause)) {
            gap.to = Some(now.max(gap.from));
            self.changes.push(GapChange::Set(gap.clone()));
        }
    }

    /// A sweep has told all of a span: what lies in it is closed, what reaches out of it begins behind it.
    pub(super) fn fill(&mut self, start: Timestamp, to: Timestamp) {
        let changes = &mut self.changes;
        self.open.retain_mut(|gap| {
            if gap.from < start || gap.from > to {
                return true;
            }
            if gap.to.is_some_and(|end| end <= to) {
                changes.push(GapChange::Closed(gap.id));
                return false;
            }
            if gap.from < to {
                gap.from = to;
                changes.push(GapChange::Set(gap.clone()));
            }
            true
        });
    }

    /// What lies before an instant is given up; its row stays on the screen.
    pub(super) fn give_up_before(&mut self, floor: Timestamp) {
        let changes = &mut self.changes;
        self.open.retain_mut(|gap| {
            if gap.from >= floor {
                return true;
            }
            let end = gap.to.unwrap_or(floor).min(floor);
            changes.push(GapChange::Set(Gap { to: Some(end), ..gap.clone() }));
            false
        });
    }
}
