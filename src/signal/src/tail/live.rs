//! The sessions of one live tail: opened, watched, replaced before they expire, opened again when they break.

use std::time::Duration;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{ReadError, ReadFailure, TailFrame};
use watchdeck_domain::{LogGroupName, Timestamp};

use super::action::{SessionId, TailAction};
use super::policy::Policy;
use super::state::Mode;

/// How long a replaced session is still listened to, so that its last frame is heard.
const RETIRING: Duration = Duration::from_secs(3);
/// How long a session must have run for its failure not to count as one more in a row.
const SOUND: Duration = Duration::from_mins(1);
/// When an unavailable live tail is tried again.
const AGAIN: Duration = Duration::from_mins(5);

/// One live tail over ten groups at most.
#[derive(Clone, Debug)]
pub(super) struct Live {
    all: Vec<LogGroup>,
    /// The groups of the session that runs or was asked for last.
    groups: Vec<LogGroup>,
    /// Groups that cannot be read, for which a session with the others would be refused.
    avoided: Vec<LogGroupName>,
    state: State,
    failures: u32,
    /// Since when lines may be missing; nothing while a session runs or before the first one did.
    down_since: Option<Timestamp>,
    retiring: Option<(SessionId, Timestamp)>,
    next_session: u64,
    counted_to: Timestamp,
    open_ms: u64,
    sessions: u64,
}

#[derive(Clone, Debug)]
enum State {
    /// To be opened at an instant.
    Wanted(Timestamp),
    /// Asked for at an instant.
    Opening(SessionId, Timestamp),
    Open(Open),
    /// Not to be had; tried again at an instant, if ever.
    Off(ReadError, Option<Timestamp>),
}

#[derive(Clone, Copy, Debug)]
struct Open {
    session: SessionId,
    since: Timestamp,
    heard: Timestamp,
    /// The session that is to replace this one, and when it was asked for.
    successor: Option<(SessionId, Timestamp)>,
    replace_at: Timestamp,
}

/// What a report means for the groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing new.
    Nothing,
    /// Lines come live from now on.
    Restored,
    /// A frame that covers the time since the one before.
    Frame(Timestamp),
    /// Lines are missing since an instant.
    Lost(Timestamp),
}

impl Live {
    /// Sessions get names from `first` on.
    pub(super) fn new(groups: Vec<LogGroup>, first: u64, now: Timestamp) -> Self {
        Self {
            all: groups.clone(),
            groups,
            avoided: Vec::new(),
            state: State::Wanted(now),
            failures: 0,
            down_since: None,
            retiring: None,
            next_session: first,
            counted_to: now,
            open_ms: 0,
            sessions: 0,
        }
    }

    pub(super) fn groups(&self) -> &[LogGroup] {
        &self.groups
    }

    /// Takes note of which groups cannot be read. A live tail that was refused is tried again without them, and one that
    /// runs without a group that can be read again is replaced.
    pub(super) fn avoid(&mut self, is_failing: impl Fn(&LogGroupName) -> bool, now: Timestamp) {
        let failing = self.all.iter().map(|group| &group.name).filter(|name| is_failing(name));
        self.avoided = failing.cloned().collect();
        let wanted = self.wanted();
        match &mut self.state {
            State::Off(why, _) if is_about_a_group(why) && wanted != self.groups => {
                self.state = State::Wanted(now);
            }
            State::Open(open) if wanted.len() > self.groups.len() => open.replace_at = now,
            State::Off(..) | State::Open(_) | State::Wanted(_) | State::Opening(..) => {}
        }
    }

    /// The groups that a session should be for: those that can be read; where none can, all.
    fn wanted(&self) -> Vec<LogGroup> {
        let readable = |group: &&LogGroup| !self.avoided.contains(&group.name);
        let readable: Vec<LogGroup> = self.all.iter().filter(readable).cloned().collect();
        if readable.is_empty() { self.all.clone() } else { readable }
    }

    pub(super) fn has(&self, session: SessionId) -> bool {
        session.0 >> 32 == self.next_session >> 32
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    pub(super) fn mode(&self) -> Mode {
        match &self.state {
            State::Open(_) => Mode::Live,
            State::Off(why, _) => Mode::Polling { why: why.clone() },
            State::Wanted(_) | State::Opening(..)
                if self.down_since.is_some() || self.failures > 0 =>
            {
                Mode::Reconnecting
            }
            State::Wanted(_) | State::Opening(..) => Mode::Opening,
        }
    }

    pub(super) fn cost(&self) -> (u64, u64) {
        (self.open_ms, self.sessions)
    }

    /// What time asks for.
    pub(super) fn tick(
        &mut self,
        now: Timestamp,
        policy: &Policy,
        out: &mut Vec<TailAction>,
    ) -> Heard {
        self.count(now);
        if let Some((session, until)) = self.retiring
            && now >= until
        {
            self.retiring = None;
            out.push(TailAction::CloseLive { session });
        }
        match self.state.clone() {
            State::Wanted(at) | State::Off(_, Some(at)) if now >= at => {
                let session = self.open(policy, out);
                self.state = State::Opening(session, now);
                Heard::Nothing
            }
            State::Opening(session, asked) if now.since(asked) >= policy.open_limit => {
                out.push(TailAction::CloseLive { session });
                self.want_again(now, policy);
                Heard::Nothing
            }
            State::Open(open) if now.since(open.heard) >= policy.frame_limit => {
                out.push(TailAction::CloseLive { session: open.session });
                self.broke(open, now, policy)
            }
            State::Open(mut open) => {
                match open.successor {
                    Some((session, asked)) if now.since(asked) >= policy.open_limit => {
                        out.push(TailAction::CloseLive { session });
                        open.successor = None;
                        open.replace_at = now + policy.backoff_most;
                    }
                    None if now >= open.replace_at => {
                        open.successor = Some((self.open(policy, out), now));
                    }
                    Some(_) | None => {}
                }
                self.state = State::Open(open);
                Heard::Nothing
            }
            State::Wanted(_) | State::Opening(..) | State::Off(..) => Heard::Nothing,
        }
    }

    /// The next instant at which time asks for something.
    pub(super) fn wake(&self, policy: &Policy) -> Option<Timestamp> {
        let own = match &self.state {
            State::Wanted(at) => Some(*at),
            State::Opening(_, asked) => Some(*asked + policy.open_limit),
            State::Open(open) => {
                let replace = match open.successor {
                    Some((_, asked)) => asked + policy.open_limit,
                    None => open.replace_at,
                };
                Some(replace.min(open.heard + policy.frame_limit))
            }
            State::Off(_, again) => *again,
        };
        own.into_iter().chain(self.retiring.map(|(_, until)| until)).min()
    }

    /// A frame came.
    pub(super) fn frame(
        &mut self,
        now: Timestamp,
        session: SessionId,
        frame: &TailFrame,
        policy: &Policy,
    ) -> Heard {
        self.count(now);
        let ended = matches!(frame, TailFrame::Ended { .. });
        match self.state.clone() {
            State::Opening(current, _) if current == session => {
                if ended {
                    self.want_again(now, policy);
                    return Heard::Nothing;
                }
                self.state = State::Open(Open::new(session, now, policy));
                self.down_since = None;
                Heard::Restored
            }
            State::Open(mut open) if open.session == session => {
                if ended {
                    return self.broke(open, now, policy);
                }
                let since = open.heard;
                open.heard = now;
                self.state = State::Open(open);
                Heard::Frame(since)
            }
            State::Open(mut open) if open.successor.is_some_and(|(next, _)| next == session) => {
                open.successor = None;
                if ended {
                    open.replace_at = now + policy.backoff_most;
                    self.state = State::Open(open);
                } else {
                    self.retiring = Some((open.session, now + RETIRING));
                    self.state = State::Open(Open::new(session, now, policy));
                }
                Heard::Nothing
            }
            State::Wanted(_) | State::Opening(..) | State::Open(_) | State::Off(..) => {
                Heard::Nothing
            }
        }
    }

    /// A session could not be opened, or broke.
    pub(super) fn failed(
        &mut self,
        now: Timestamp,
        session: SessionId,
        error: &ReadError,
        policy: &Policy,
    ) -> Heard {
        self.count(now);
        match self.state.clone() {
            State::Opening(current, _) if current == session => {
                match again(error.failure) {
                    Conduct::Retry => self.want_again(now, policy),
                    Conduct::Later => self.state = State::Off(error.clone(), Some(now + AGAIN)),
                    Conduct::Never => self.state = State::Off(error.clone(), None),
                }
                // sweeps alone bring the lines: from here on nothing more is missing than they miss
                if matches!(self.state, State::Off(..)) && self.down_since.take().is_some() {
                    return Heard::Restored;
                }
                Heard::Nothing
            }
            State::Open(open) if open.session == session => self.broke(open, now, policy),
            State::Open(mut open) if open.successor.is_some_and(|(next, _)| next == session) => {
                open.successor = None;
                open.replace_at = now + policy.backoff_most;
                self.state = State::Open(open);
                Heard::Nothing
            }
            State::Wanted(_) | State::Opening(..) | State::Open(_) | State::Off(..) => {
                Heard::Nothing
            }
        }
    }

    /// Closes what is open.
    pub(super) fn close(&mut self, now: Timestamp, out: &mut Vec<TailAction>) {
        self.count(now);
        let mut sessions: Vec<SessionId> =
            self.retiring.take().map(|(session, _)| session).into_iter().collect();
        match &self.state {
            State::Opening(session, _) => sessions.push(*session),
            State::Open(open) => {
                sessions.push(open.session);
                sessions.extend(open.successor.map(|(session, _)| session));
            }
            State::Wanted(_) | State::Off(..) => {}
        }
        self.state = State::Wanted(Timestamp::from_millis(i64::MAX));
        out.extend(sessions.into_iter().map(|session| TailAction::CloseLive { session }));
    }

    fn open(&mut self, policy: &Policy, out: &mut Vec<TailAction>) -> SessionId {
        let session = SessionId(self.next_session);
        self.next_session += 1;
        self.sessions += 1;
        self.groups = self.wanted();
        let (groups, pattern) = (self.groups.clone(), policy.pattern.clone());
        out.push(TailAction::OpenLive { session, groups, pattern });
        session
    }

    fn broke(&mut self, open: Open, now: Timestamp, policy: &Policy) -> Heard {
        if now.since(open.since) >= SOUND {
            self.failures = 0;
        }
        self.down_since = Some(open.heard);
        match open.successor {
            Some((session, asked)) => self.state = State::Opening(session, asked),
            // the first attempt follows at once
            None if self.failures == 0 => {
                self.failures = 1;
                self.state = State::Wanted(now);
            }
            None => self.want_again(now, policy),
        }
        Heard::Lost(open.heard)
    }

    fn want_again(&mut self, now: Timestamp, policy: &Policy) {
        self.failures = self.failures.saturating_add(1);
        self.state = State::Wanted(now + policy.wait(self.failures));
    }

    /// Adds the time since the last count to the meter.
    fn count(&mut self, now: Timestamp) {
        let span = u64::try_from(now.since(self.counted_to).as_millis()).unwrap_or(u64::MAX);
        let open = u64::from(self.is_open()) + u64::from(self.retiring.is_some());
        self.open_ms = self.open_ms.saturating_add(span.saturating_mul(open));
        self.counted_to = self.counted_to.max(now);
    }
}

impl Open {
    fn new(session: SessionId, now: Timestamp, policy: &Policy) -> Self {
        Self {
            session,
            since: now,
            heard: now,
            successor: None,
            replace_at: now + policy.session_limit,
        }
    }
}

/// Whether a live tail was refused for what may be true of one group only.
fn is_about_a_group(why: &ReadError) -> bool {
    match why.failure {
        ReadFailure::Denied | ReadFailure::Missing | ReadFailure::Refused => true,
        // what the server says of a group whose log class has no live tail
        ReadFailure::Unsupported => why.code.as_str() == "InvalidOperationException",
        ReadFailure::Expired
        | ReadFailure::NoCredentials
        | ReadFailure::Throttled
        | ReadFailure::Unreachable
        | ReadFailure::TimedOut
        | ReadFailure::Malformed
        | ReadFailure::Fault => false,
    }
}

enum Conduct {
    Retry,
    Later,
    Never,
}

fn again(failure: ReadFailure) -> Conduct {
    match failure {
        ReadFailure::Unsupported => Conduct::Never,
        ReadFailure::Denied | ReadFailure::Refused | ReadFailure::Missing => Conduct::Later,
        ReadFailure::Expired
        | ReadFailure::NoCredentials
        | ReadFailure::Throttled
        | ReadFailure::Unreachable
        | ReadFailure::TimedOut
        | ReadFailure::Malformed
        | ReadFailure::Fault => Conduct::Retry,
    }
}
