//! A pass over a span: its pages, asked for one after the other.

use watchdeck_domain::reading::LogPage;
use watchdeck_domain::{LogGroupName, Timestamp};

use super::action::{SweepId, TailAction};

/// So many times in a row a server may give back the token it was given; then it has no more to say.
const MOST_STUCK: u32 = 3;

/// What a pass is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// The newest lines only, soon. It vouches for nothing.
    Tip,
    /// All that is not known, and an overlap.
    Near,
    /// Also what is known, long ago: for lines that came very late.
    Deep,
    /// A part of what a deep one would read, where a live tail is believed to have told of it. It vouches for nothing.
    Audit,
}

/// Pages of one span, under way.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub(super) depth: Depth,
    /// Names this pass; one that is begun anew has another name.
    pub(super) number: u64,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// When it was begun.
    pub(super) asked: Timestamp,
    /// Up to when all is known once it has ended.
    pub(super) to: Timestamp,
    /// Whether it looks for late lines as far back as the policy says.
    pub(super) whole: bool,
    pub(super) in_flight: Option<SweepId>,
    /// Lines that were not known before, of the span of which all is known then.
    pub(super) found: u64,
    /// Pages that came, and lines in them.
    pub(super) pages: u32,
    pub(super) lines: u64,
    next: Option<String>,
    /// How many times in a row the server gave back the token it was given.
    stuck: u32,
}

impl Pass {
    /// A pass over all from `start` up to now.
    pub(super) fn new(depth: Depth, number: u64, start: Timestamp, asked: Timestamp) -> Self {
        Self {
            depth,
            number,
            start,
            end: asked,
            asked,
            to: asked,
            whole: false,
            in_flight: None,
            found: 0,
            pages: 0,
            lines: 0,
            next: None,
            stuck: 0,
        }
    }

    /// The same pass over another span.
    pub(super) fn over(self, start: Timestamp, end: Timestamp) -> Self {
        Self { start, end, ..self }
    }

    /// The same pass, of which all is known up to an instant once it has ended.
    pub(super) fn vouching(self, to: Timestamp) -> Self {
        Self { to, ..self }
    }

    /// Asks for the next page, under this name.
    pub(super) fn ask(
        &mut self,
        sweep: SweepId,
        group: &LogGroupName,
        pattern: Option<&String>,
    ) -> TailAction {
        self.in_flight = Some(sweep);
        let page = LogPage {
            group: group.clone(),
            start: self.start,
            end: self.end,
            pattern: pattern.cloned(),
            next: self.next.clone(),
        };
        TailAction::Sweep { sweep, page }
    }

    /// Goes on behind the page that came. Says whether there are more.
    pub(super) fn goes_on(&mut self, next: Option<String>) -> bool {
        self.stuck = if next == self.next { self.stuck + 1 } else { 0 };
        let more = next.is_some() && self.stuck < MOST_STUCK;
        if more {
            self.next = next;
        }
        more
    }

    /// Lines a second, where the span is long enough to tell.
    pub(super) fn density(&self) -> Option<f64> {
        let span = self.end.since(self.start).as_secs_f64();
        (span >= 1.0).then(|| f64::from(u32::try_from(self.lines).unwrap_or(u32::MAX)) / span)
    }

    /// Whether pages came before, so that a token may be to blame for a refusal.
    pub(super) fn has_token(&self) -> bool {
        self.next.is_some()
    }

    /// Begins anew, under another name.
    pub(super) fn begin_again(&mut self, number: u64) {
        (self.next, self.number) = (None, number);
    }
}

/// What lines can be got with at the moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means {
    /// Whether a live tail brings lines.
    pub(super) live: bool,
    /// Whether the account throttles.
    pub(super) slowed: bool,
}
