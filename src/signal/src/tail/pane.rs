//! Several groups, of one place or of several, as one stream with one watermark.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{LogPageAnswer, ReadError, TailFrame};
use watchdeck_domain::{LogGroupName, Timestamp};

use super::action::{SessionId, SweepId, TailAction};
use super::live::{Heard, Live};
use super::pass::Means;
use super::place::Place;
use super::policy::Policy;
use super::state::{Meter, Mode, PaneState, PlaceState};
use super::sweeper::Tail;
use crate::placed::{News, Placed};

/// The most groups of one live session.
const GROUPS_A_SESSION: usize = 10;

/// The tail of several groups.
///
/// A driver repeats: perform [`Pane::next_actions`]; report each frame with [`Pane::live`] and each page with
/// [`Pane::page`]; hand [`Pane::drain`] to the store; sleep until [`Pane::next_wake`] or the next report.
#[derive(Clone, Debug)]
pub struct Pane {
    policy: Policy,
    lives: Vec<Live>,
    tails: BTreeMap<LogGroupName, Tail>,
    /// Lines of groups nobody asked for.
    strays: Vec<Placed>,
    /// Where the groups are: each place has calls of its own, and none waits for another.
    places: Vec<Place>,
}

impl Pane {
    /// A pane over `groups`, from [`Policy::since`] before now on.
    pub fn new(mut groups: Vec<LogGroup>, policy: Policy, now: Timestamp) -> Self {
        groups.sort_by(|left, right| left.name.cmp(&right.name));
        groups.dedup_by(|left, right| left.name == right.name);
        let tails = groups
            .iter()
            .zip(0_u64..)
            .map(|(group, nth)| {
                let tail = Tail::new(group.name.clone(), policy.clone(), nth << 32, now);
                (group.name.clone(), tail)
            })
            .collect();
        let places = Place::all(&groups, policy.calls_per_second, now);
        // a session is of one place
        let mut listened = if policy.live { groups } else { Vec::new() };
        listened.sort_by(|left, right| left.name.place().cmp(&right.name.place()));
        let lives = listened
            .chunk_by(|left, right| left.name.place() == right.name.place())
            .flat_map(|of_a_place| of_a_place.chunks(GROUPS_A_SESSION))
            .zip(0_u64..)
            .map(|(chunk, nth)| Live::new(chunk.to_vec(), nth << 32, now))
            .collect();
        Self { policy, lives, tails, strays: Vec::new(), places }
    }

    /// What the driver should do now.
    pub fn next_actions(&mut self, now: Timestamp) -> Vec<TailAction> {
        let mut out = Vec::new();
        for live in &mut self.lives {
            live.avoid(|group| self.tails.get(group).is_some_and(Tail::is_unreadable), now);
            let heard = live.tick(now, &self.policy, &mut out);
            tell_groups(&mut self.tails, live, &heard, now, false);
        }
        let (tails, lives) = (&mut self.tails, &self.lives);
        for place in &mut self.places {
            let is_behind = |tails: &BTreeMap<LogGroupName, Tail>, group: &LogGroupName| {
                tails.get(group).is_some_and(Tail::is_behind)
            };
            place.turns(now, tails, is_behind, |tails, group, slowed| {
                let means = Means { live: is_open(lives, group), slowed };
                let action = tails.get_mut(group).and_then(|tail| tail.ask(now, means));
                let asks = action.is_some();
                out.extend(action);
                asks
            });
        }
        out
    }

    /// When [`Pane::next_actions`] will next have something to ask for, if nothing is reported before.
    pub fn next_wake(&self, now: Timestamp) -> Timestamp {
        let lives = self.lives.iter().filter_map(|live| live.wake(&self.policy));
        let tails = self.tails.values().filter_map(|tail| {
            let place = self.place(tail.group());
            let due = tail.due(means(&self.lives, place, tail.group()))?;
            Some(place.map_or(due, |place| due.max(place.free_at(now, tail.is_behind()))))
        });
        lives.chain(tails).min().unwrap_or(now + Duration::from_mins(1)).max(now)
    }

    /// Takes what a live session said.
    pub fn live(&mut self, now: Timestamp, session: SessionId, said: Result<TailFrame, ReadError>) {
        let Some(live) = self.lives.iter_mut().find(|live| live.has(session)) else { return };
        let heard = match &said {
            Ok(frame) => live.frame(now, session, frame, &self.policy),
            Err(error) => live.failed(now, session, error, &self.policy),
        };
        let Ok(TailFrame::Update { events, sampled }) = said else {
            tell_groups(&mut self.tails, live, &heard, now, false);
            return;
        };
        // lines first: a gap opened below must not make them late
        for event in events {
            match self.tails.get_mut(&event.group) {
                Some(tail) => tail.live_line(session, event, now),
                None => self.strays.push(event.into()),
            }
        }
        tell_groups(&mut self.tails, live, &heard, now, sampled);
    }

    /// Takes the answer to a [`TailAction::Sweep`].
    pub fn page(
        &mut self,
        now: Timestamp,
        sweep: SweepId,
        answer: Result<LogPageAnswer, ReadError>,
    ) {
        let index = usize::try_from(sweep.0 >> 32).unwrap_or(usize::MAX);
        let Some(tail) = self.tails.values_mut().nth(index) else { return };
        let group = tail.group();
        let place = self.places.iter_mut().find(|place| place.holds(group)).map(|place| {
            place.answered(now, answer.as_ref().err());
            &*place
        });
        let means = means(&self.lives, place, group);
        tail.page(now, sweep, answer, means);
    }

    /// What was found out since last asked, of all groups.
    pub fn drain(&mut self) -> News {
        let mut news = News { lines: std::mem::take(&mut self.strays), gaps: Vec::new() };
        for tail in self.tails.values_mut() {
            let part = tail.drain();
            news.lines.extend(part.lines);
            news.gaps.extend(part.gaps);
        }
        news
    }

    /// Up to when every line of every group is known.
    pub fn complete_to(&self) -> Option<Timestamp> {
        let known: Option<Vec<Timestamp>> = self.tails.values().map(Tail::complete_to).collect();
        known?.into_iter().min()
    }

    /// The tails of the groups, by name.
    pub fn tails(&self) -> impl Iterator<Item = &Tail> {
        self.tails.values()
    }

    /// What a header says.
    pub fn state(&self) -> PaneState {
        let mode = self.lives.iter().map(Live::mode).max_by_key(rank).unwrap_or(Mode::Opening);
        PaneState {
            mode,
            complete_to: self.complete_to(),
            open_gaps: self.tails.values().map(|tail| tail.gaps().len()).sum(),
            failed: self.failed(),
            slowed: self.places.iter().any(Place::is_slowed),
            places: self.places.iter().map(|place| self.state_of(place)).collect(),
            meter: self.meter(),
        }
    }

    /// The same of one place.
    fn state_of(&self, place: &Place) -> PlaceState {
        let tails = || self.tails.values().filter(|tail| place.holds(tail.group()));
        let lives = self
            .lives
            .iter()
            .filter(|live| live.groups().first().is_some_and(|group| place.holds(&group.name)));
        let known: Option<Vec<Timestamp>> = tails().map(Tail::complete_to).collect();
        PlaceState {
            place: place.scope().cloned(),
            mode: lives.map(Live::mode).max_by_key(rank).unwrap_or(Mode::Opening),
            complete_to: known.and_then(|known| known.into_iter().min()),
            failed: tails().filter(|tail| tail.failure().is_some()).count(),
            slowed: place.is_slowed(),
        }
    }

    fn place(&self, group: &LogGroupName) -> Option<&Place> {
        self.places.iter().find(|place| place.holds(group))
    }

    fn failed(&self) -> Vec<(LogGroupName, ReadError)> {
        let tails = self.tails.iter();
        tails.filter_map(|(group, tail)| Some((group.clone(), tail.failure()?.clone()))).collect()
    }

    /// What it has cost.
    pub fn meter(&self) -> Meter {
        let mut sum = Meter::default();
        for meter in self.tails.values().map(Tail::meter) {
            sum.calls += meter.calls;
            sum.throttled += meter.throttled;
            sum.live_lines += meter.live_lines;
            sum.swept_lines += meter.swept_lines;
            sum.repeats += meter.repeats;
        }
        for (open_ms, sessions) in self.lives.iter().map(Live::cost) {
            sum.live_ms += open_ms;
            sum.sessions += sessions;
        }
        sum
    }

    /// Ends the pane: closes its sessions and asks for nothing more live.
    pub fn close(&mut self, now: Timestamp) -> Vec<TailAction> {
        let mut out = Vec::new();
        for live in &mut self.lives {
            live.close(now, &mut out);
        }
        out
    }
}

/// What a group's lines can be got with.
fn means(lives: &[Live], place: Option<&Place>, group: &LogGroupName) -> Means {
    Means { live: is_open(lives, group), slowed: place.is_some_and(Place::is_slowed) }
}

fn is_open(lives: &[Live], group: &LogGroupName) -> bool {
    lives.iter().any(|live| live.is_open() && live.groups().iter().any(|held| held.name == *group))
}

/// Tells the groups of a session what became of it.
fn tell_groups(
    tails: &mut BTreeMap<LogGroupName, Tail>,
    live: &Live,
    heard: &Heard,
    now: Timestamp,
    sampled: bool,
) {
    for group in live.groups() {
        let Some(tail) = tails.get_mut(&group.name) else { continue };
        match heard {
            Heard::Nothing if sampled => tail.sampled(now - Duration::from_secs(1), now),
            Heard::Restored => {
                tail.restored(now, live.is_open());
                if sampled {
                    tail.sampled(now - Duration::from_secs(1), now);
                }
            }
            Heard::Frame(since) if sampled => tail.sampled(*since, now),
            Heard::Frame(_) => tail.heard(now),
            Heard::Nothing => {}
            Heard::Lost(since) => tail.lost(*since),
        }
    }
}

/// How badly a mode fares.
fn rank(mode: &Mode) -> u8 {
    match mode {
        Mode::Live => 0,
        Mode::Opening => 1,
        Mode::Reconnecting => 2,
        Mode::Polling { .. } => 3,
    }
}
