//! One place: the groups of an account and region take turns within the calls that may be made there.

use std::sync::Arc;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{ReadError, ReadFailure};
use watchdeck_domain::{LogGroupName, Region, Scope, Timestamp};

use super::budget::Budget;

/// Regions in which `FilterLogEvents` allows other than [`USUAL`] calls in a second, by the quotas of CloudWatch Logs.
const QUOTAS: [(&str, u32); 6] = [
    ("us-east-1", 25),
    ("eu-central-1", 5),
    ("ap-northeast-3", 5),
    ("ap-southeast-3", 5),
    ("ca-west-1", 5),
    ("il-central-1", 5),
];
/// What all other regions allow.
const USUAL: u32 = 10;
/// The fewest calls in a second: with fewer a tail would be none.
const FEWEST: u32 = 2;

/// How many calls of `FilterLogEvents` a tail makes in a second in a region: two fifths of what an account may, so that
/// others in it can go on with their work.
pub fn calls_per_second(region: &Region) -> u32 {
    let known = QUOTAS.iter().find(|(name, _)| *name == region.as_str());
    (known.map_or(USUAL, |(_, quota)| *quota) * 2 / 5).max(FEWEST)
}

/// The groups of a place, and the calls they share.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Which; none is the one in front.
    scope: Option<Arc<Scope>>,
    groups: Vec<LogGroupName>,
    budget: Budget,
    /// Whose turn it is to ask first.
    turn: usize,
}

impl Place {
    /// The places of these groups, the one in front first. In the one in front `calls` may be made in a second.
    pub(super) fn all(groups: &[LogGroup], calls: u32, now: Timestamp) -> Vec<Self> {
        let mut places: Vec<Self> = Vec::new();
        for group in groups {
            let name = group.name.clone();
            if let Some(place) = places.iter_mut().find(|place| place.holds(&name)) {
                place.groups.push(name);
                continue;
            }
            let scope = name.place().cloned();
            let calls = scope.as_ref().map_or(calls, |scope| calls_per_second(&scope.region));
            let budget = Budget::new(calls, now);
            places.push(Self { scope, groups: vec![name], budget, turn: 0 });
        }
        places.sort_by(|left, right| left.scope.cmp(&right.scope));
        places
    }

    /// Which place; none is the one in front.
    pub(super) fn scope(&self) -> Option<&Arc<Scope>> {
        self.scope.as_ref()
    }

    /// Whether a group is of it.
    pub(super) fn holds(&self, group: &LogGroupName) -> bool {
        self.scope.as_ref() == group.place()
    }

    /// Lets the groups ask in turn, as long as there is a call to be made. Every group gets its turn, also when the quota
    /// allows fewer calls than there are groups. Each is told whether the place is slowed, and
    /// says whether it made a call. `is_behind` tells of which groups pages wait that follow others.
    pub(super) fn turns<T>(
        &mut self,
        now: Timestamp,
        tails: &mut T,
        is_behind: impl Fn(&T, &LogGroupName) -> bool,
        mut ask: impl FnMut(&mut T, &LogGroupName, bool) -> bool,
    ) {
        let (first, count) = (self.turn, self.groups.len().max(1));
        for nth in 0..count {
            let index = (first + nth) % count;
            let Some(group) = self.groups.get(index) else { return };
            let behind = is_behind(tails, group);
            if self.budget.is_free(now, behind) && ask(tails, group, self.budget.is_slowed()) {
                self.budget.take(now, behind);
                self.turn = (index + 1) % count;
            }
        }
    }

    /// A call was answered, or failed so.
    pub(super) fn answered(&mut self, now: Timestamp, error: Option<&ReadError>) {
        match error {
            None => self.budget.answered(),
            Some(error) if error.failure == ReadFailure::Throttled => self.budget.throttled(now),
            Some(_) => {}
        }
    }

    /// When the next call may be made, were no other made before.
    pub(super) fn free_at(&self, now: Timestamp, behind: bool) -> Timestamp {
        self.budget.free_at(now, behind)
    }

    /// Whether calls are made more slowly than wished.
    pub(super) fn is_slowed(&self) -> bool {
        self.budget.is_slowed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_each_regions_quota_is_used() {
        let check = |region: &str, wanted: u32| {
            assert_eq!(calls_per_second(&Region::parse(region).unwrap()), wanted, "{region}");
        };
        check("us-east-1", 10);
        check("eu-central-1", 2);
        check("il-central-1", 2);
        check("eu-west-1", 4);
        check("us-west-2", 4);
    }
}
