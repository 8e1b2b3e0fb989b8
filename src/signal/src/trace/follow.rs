//! Following a request: lines that carry its ids are kept, and tell under which other ids it went.

use std::collections::HashSet;

use watchdeck_domain::Timestamp;

use super::{Carries, Hop, Id, IdKind, Path};
use crate::reading::Reading;

/// Ids that are followed; more are left out, and the path says so.
pub const MAX_IDS: usize = 32;
/// Lines that are kept; more are left out, and the path says so.
pub const MAX_HOPS: usize = 2_000;
/// How often the lines are gone through.
pub const MAX_PASSES: usize = 8;

/// A line, borrowed from wherever it is held.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The text as it was written.
    pub message: &'a str,
    /// When the writer says it happened.
    pub at: Timestamp,
    /// The group it was written to.
    pub group: &'a str,
    /// The stream within the group.
    pub stream: &'a str,
}

/// A request that is being followed. Offer it the lines, then offer them again while it [`wants_more`], since what a
/// later line taught may be carried by an earlier one.
///
/// [`wants_more`]: Following::wants_more
#[derive(Clone, Debug)]
pub struct Following {
    ids: Vec<Id>,
    carries: Carries,
    seen: HashSet<u64>,
    hops: Vec<Hop>,
    passes: usize,
    learned: bool,
    cut: bool,
}

impl Following {
    /// Follows an id.
    pub fn of(id: Id) -> Self {
        let carries = Carries::any_of([&id]);
        Self {
            ids: vec![id],
            carries,
            seen: HashSet::new(),
            hops: Vec::new(),
            passes: 0,
            learned: false,
            cut: false,
        }
    }

    /// Offers a line under a number of its own; says whether it is one of the request.
    pub fn offer(&mut self, number: u64, line: &Line<'_>) -> bool {
        if !self.carries.matches(line.message) {
            return false;
        }
        if self.seen.contains(&number) {
            return true;
        }
        if self.hops.len() == MAX_HOPS {
            self.cut = true;
            return false;
        }
        self.seen.insert(number);
        let reading = Reading::of(line.message, line.stream);
        self.learn(&reading);
        self.hops.push(Hop::of(number, line, &reading));
        true
    }

    /// Ends a pass over the lines; says whether another may find more.
    pub fn wants_more(&mut self) -> bool {
        self.passes += 1;
        let learned = std::mem::take(&mut self.learned);
        self.cut |= learned && self.passes == MAX_PASSES;
        learned && self.passes < MAX_PASSES
    }

    /// The ids that are followed, that of the beginning first.
    pub fn ids(&self) -> &[Id] {
        &self.ids
    }

    /// What was found, in order.
    pub fn path(self) -> Path {
        Path::of(self.ids, self.hops, self.cut)
    }

    /// Takes in the other names of the request, if the line is one of the request and does not merely mention it.
    fn learn(&mut self, reading: &Reading<'_>) {
        let named: Vec<Id> = reading
            .requests
            .iter()
            .chain(&reading.traces)
            .filter_map(|text| Id::parse(text))
            .filter(|id| id.kind() != IdKind::AccessKey)
            .collect();
        if !named.iter().any(|id| self.ids.contains(id)) {
            return;
        }
        for id in named {
            if self.ids.contains(&id) {
                continue;
            }
            if self.ids.len() == MAX_IDS {
                self.cut = true;
                return;
            }
            self.carries.add(&id);
            self.ids.push(id);
            self.learned = true;
        }
    }
}

/// Follows an id through lines that are at hand.
pub fn follow(id: Id, lines: &[Line<'_>]) -> Path {
    let mut following = Following::of(id);
    loop {
        for (number, line) in (0..).zip(lines) {
            following.offer(number, line);
        }
        if !following.wants_more() {
            return following.path();
        }
    }
}
