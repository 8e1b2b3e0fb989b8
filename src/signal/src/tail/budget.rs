//! One budget of calls for all groups of a place: what the account throttles there is asked for more slowly, by every group.

use std::time::Duration;

use watchdeck_domain::Timestamp;

/// The span in which calls are counted, as AWS counts them.
const SECOND: Duration = Duration::from_secs(1);
/// The longest time between calls: slower than this a tail would be none.
const SLOWEST: Duration = Duration::from_secs(5);
/// How many times as many calls as usual who is behind may make: twice two fifths leave a fifth of a quota.
const BEHIND: u32 = 2;
/// Each answer takes this part of the time between calls back.
const RECOVERY: u32 = 8;

/// How many calls may be made, and how fast.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    /// The most calls in any second.
    most: u32,
    /// The most where pages wait that follow others: who is behind may catch up.
    most_behind: u32,
    /// The calls of the last second.
    recent: Vec<Timestamp>,
    /// The least time between two calls; none while nobody throttles.
    pace: Duration,
    /// No call before.
    next: Timestamp,
}

impl Budget {
    pub(super) fn new(most: u32, now: Timestamp) -> Self {
        let most = most.max(1);
        let most_behind = most.saturating_mul(BEHIND);
        Self { most, most_behind, recent: Vec::new(), pace: Duration::ZERO, next: now }
    }

    /// Takes one call out, if there is one now. `behind` tells whether it is for a page that follows another.
    pub(super) fn take(&mut self, now: Timestamp, behind: bool) -> bool {
        self.recent.retain(|at| now.since(*at) < SECOND);
        let free = self.is_free(now, behind);
        if free {
            self.recent.push(now);
            self.next = now + self.pace;
        }
        free
    }

    /// Whether there is a call to be taken.
    pub(super) fn is_free(&self, now: Timestamp, behind: bool) -> bool {
        self.free_at(now, behind) <= now
    }

    /// When the next call may be made, were no other made before.
    pub(super) fn free_at(&self, now: Timestamp, behind: bool) -> Timestamp {
        let most = if behind { self.most_behind } else { self.most } as usize;
        let recent: Vec<Timestamp> =
            self.recent.iter().copied().filter(|at| now.since(*at) < SECOND).collect();
        // the one whose second must have passed before there is room again, from the oldest on
        let leaving = recent.len().checked_sub(most).and_then(|over| recent.get(over));
        leaving.map_or(now, |at| *at + SECOND).max(self.next)
    }

    /// A call was throttled: half as slow again from now on.
    pub(super) fn throttled(&mut self, now: Timestamp) {
        self.pace = (self.pace * 3 / 2).clamp(self.usual(), SLOWEST);
        self.next = self.next.max(now + self.pace);
    }

    /// A call was answered: a little faster again.
    pub(super) fn answered(&mut self) {
        self.pace = self.pace.saturating_sub(self.pace / RECOVERY);
        if self.pace < self.usual() / 2 {
            self.pace = Duration::ZERO;
        }
    }

    /// Whether calls are made more slowly than wished.
    pub(super) fn is_slowed(&self) -> bool {
        !self.pace.is_zero()
    }

    /// The time between calls at full speed.
    fn usual(&self) -> Duration {
        SECOND / self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many calls an account that serves one in `every` grants and refuses in ten minutes.
    fn against(every: Duration) -> (u32, u32) {
        let start = Timestamp::from_millis(1_000_000);
        let (mut budget, mut now) = (Budget::new(2, start), start);
        let (mut served, mut refused, mut free) = (0, 0, start);
        while now.since(start) < Duration::from_mins(10) {
            if budget.take(now, false) {
                if now >= free {
                    (served, free) = (served + 1, now + every);
                    budget.answered();
                } else {
                    refused += 1;
                    budget.throttled(now);
                }
            }
            now = now + Duration::from_millis(50);
        }
        (served, refused)
    }

    #[test]
    fn never_more_than_the_most_in_a_second() {
        let start = Timestamp::from_millis(0);
        let mut budget = Budget::new(2, start);
        let at = |nth: u64| start + Duration::from_millis(nth * 10);
        assert_eq!((0..99).filter(|nth| budget.take(at(*nth), false)).count(), 2);
        assert_eq!(budget.free_at(at(99), false), start + SECOND);
        assert_eq!((0..99).filter(|_| budget.take(at(99), true)).count(), 2, "behind, four in all");
        assert_eq!(budget.free_at(at(99), true), start + SECOND);
        assert_eq!(budget.free_at(at(99), false), at(99) + SECOND, "and the others wait for it");
        assert!(!budget.is_slowed());
    }

    #[test]
    fn an_account_that_throttles_is_asked_more_slowly_and_what_it_grants_is_used() {
        for (every, least) in [(1_000, 400), (2_500, 150)] {
            let (served, refused) = against(Duration::from_millis(every));
            assert!(served >= least, "{served} of {} served", 600_000 / every);
            assert!(refused < served, "{refused} refused beside {served} served");
        }
    }

    #[test]
    fn full_speed_comes_back_when_nobody_throttles_any_more() {
        let start = Timestamp::from_millis(0);
        let mut budget = Budget::new(2, start);
        for _ in 0..10 {
            budget.throttled(start);
        }
        assert!(budget.is_slowed() && budget.free_at(start, false) == start + SLOWEST);
        for _ in 0..30 {
            budget.answered();
        }
        assert!(!budget.is_slowed());
    }
}
