//! One request, followed: its lines out of all log groups, in order, and what became of the groups that were asked.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::json;
use watchdeck_domain::reading::{LogPage, LogPageAnswer};
use watchdeck_domain::{LogGroupName, Printable, Timestamp};
use watchdeck_signal::store::{LineId, Store};
use watchdeck_signal::trace::{Hop, Id, IdKind, Summary, Window};

use super::gathering::{self, Trace};
use super::list::{Item, Listed, Record, Rows};
use crate::app::listing::Listing;
use crate::app::problem::Problem;

/// Groups asked at most: the likeliest first.
const GROUPS: usize = 20;
/// Pages of one group, at most.
const PAGES: u32 = 10;
/// Times that a throttled group is asked again.
const TRIES: u32 = 5;
/// Times that a group is asked anew because more ids are known.
const ROUNDS: u32 = 2;
/// Questions under way at once. They are begun with the second: no account allows fewer than five in one.
const AT_ONCE: usize = 3;

/// Rows above the lines: the request in a few words.
pub const HEAD: u16 = 4;

/// Rows below the lines, for the chosen one as a whole; none where there is no room.
pub fn foot(height: u16) -> u16 {
    if height >= 18 { 6 } else { 0 }
}

/// The request that is followed, or was last.
#[derive(Clone, Default, Serialize)]
pub struct Request {
    /// Each group that is asked, and how that stands.
    pub asked: BTreeMap<LogGroupName, Asked>,
    /// Groups that were not asked because there are too many.
    pub left_out: usize,
    listing: Listing,
    #[serde(skip)]
    trace: Option<Trace>,
    #[serde(skip)]
    steps: Vec<Step>,
    #[serde(skip)]
    summary: Summary,
    #[serde(skip)]
    cut: bool,
}

/// How a group that was asked stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// How.
    pub stage: Stage,
    /// Its lines that were found by asking.
    pub found: usize,
    pages: u32,
    tries: u32,
    rounds: u32,
    /// How many ids were asked for.
    ids: usize,
    next: Option<String>,
}

/// How the asking stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Stage {
    /// It waits for its turn.
    Waiting,
    /// The question is under way.
    Asking,
    /// All was read.
    Read,
    /// There is more than was read.
    Cut,
    /// Nobody waits for it any more.
    Stopped,
    /// It was not answered.
    Failed(Problem),
}

/// A line of the request.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it says.
    pub hop: Hop,
    /// Its group, where that is of another place than the one in front.
    pub beside: Option<LogGroupName>,
    /// Its place among the lines held, if it is one of them.
    pub held: Option<LineId>,
    /// The whole line, if it is not held here.
    text: Option<String>,
    key: String,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id().map(ToString::to_string))
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

/// The id by which the request of a line is followed best: a trace leads the farthest.
pub fn id_of(line: &str) -> Option<Id> {
    let ids = Id::all_in(line).map(|found| found.id);
    ids.filter(|id| id.kind() != IdKind::AccessKey).min_by_key(Id::kind)
}

/// Whether lines of requests stand in a group of that name, and how early in their way: those of firewalls, APIs, load
/// balancers and functions.
fn station(group: &str) -> Option<u8> {
    let lower = group.to_lowercase();
    let named = |names: &[&str]| names.iter().any(|name| lower.contains(name));
    if named(&["aws-waf-logs", "/waf"]) {
        Some(0)
    } else if named(&["apigateway", "api-gateway"]) {
        Some(1)
    } else if named(&["/alb", "-alb", "alb-", "elasticloadbalancing", "/elb", "loadbalancer"]) {
        Some(2)
    } else if named(&["/aws/lambda/"]) {
        Some(3)
    } else {
        None
    }
}

impl Request {
    /// Begins to follow an id, seen in a line of that time or not at all. Of the groups there are, those are asked in
    /// which lines of requests stand: of the watched ones only where what is held does not reach back far enough.
    pub fn follow<'a>(
        &mut self,
        id: Id,
        seen: Option<Timestamp>,
        now: Timestamp,
        store: &Store,
        groups: impl Iterator<Item = (&'a LogGroupName, bool)>,
    ) {
        let window = Window::of(&id, seen.or(Some(now)));
        let Some(window) = window else { return };
        let reaches = store.oldest().is_some_and(|oldest| oldest.timestamp() <= window.from);
        let wanted = groups.filter(|(_, watched)| !watched || !reaches);
        let mut wanted: Vec<(u8, &LogGroupName)> =
            wanted.filter_map(|(name, _)| Some((station(name.as_str())?, name))).collect();
        wanted.sort();
        let asked = wanted.iter().take(GROUPS).map(|(_, name)| ((*name).clone(), Asked::new()));
        *self = Self {
            asked: asked.collect(),
            left_out: wanted.len().saturating_sub(GROUPS),
            ..Self::default()
        };
        self.trace = Some(Trace::of(id, window));
        self.arrange();
    }

    /// The id that is followed.
    pub fn id(&self) -> Option<&Id> {
        self.trace.as_ref().map(|trace| &trace.id)
    }

    /// When it is looked for.
    pub fn window(&self) -> Option<Window> {
        self.trace.as_ref().map(|trace| trace.window)
    }

    /// The request in a few words.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Whether lines or ids were left out because there were too many.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether lines held are still looked through.
    pub fn is_passing(&self) -> bool {
        self.trace.as_ref().is_some_and(|trace| trace.passing)
    }

    /// Whether groups are still asked.
    pub fn is_asking(&self) -> bool {
        self.asked.values().any(|asked| matches!(asked.stage, Stage::Waiting | Stage::Asking))
    }

    /// Looks through some more of the lines held. Says whether there are more.
    pub fn advance(&mut self, store: &Store) -> bool {
        let Some(trace) = self.trace.as_mut().filter(|trace| trace.passing) else { return false };
        if trace.look(store) {
            return true;
        }
        trace.passing = trace.following.wants_more();
        trace.behind = None;
        if trace.passing {
            return true;
        }
        trace.version = store.version();
        self.tell();
        false
    }

    /// A second has passed: what arrived since is looked through as well, while the request may still be under way.
    /// Says whether there is something.
    pub fn tick(&mut self, store: &Store, now: Timestamp) -> bool {
        let Some(trace) = &mut self.trace else { return false };
        let open = trace.window.until >= now && trace.version != store.version();
        trace.passing |= open;
        open && self.advance(store)
    }

    /// The questions to be asked now, each for its group.
    pub fn questions(&mut self, now: Timestamp) -> Vec<(LogGroupName, LogPage)> {
        // What is held may tell under which other ids the request went.
        let Some(trace) = self.trace.as_ref().filter(|trace| !trace.passing) else {
            return Vec::new();
        };
        let ids = trace.following.ids();
        let (start, end) = (trace.window.from, trace.window.until.min(now));
        let pattern = gathering::pattern(ids);
        let under_way = self.asked.values().filter(|asked| asked.stage == Stage::Asking).count();
        let waiting = self.asked.iter_mut().filter(|(_, asked)| asked.stage == Stage::Waiting);
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_by_key(|(group, _)| station(group.as_str()));
        let next = waiting.into_iter().take(AT_ONCE.saturating_sub(under_way));
        next.map(|(group, asked)| {
            asked.stage = Stage::Asking;
            if asked.next.is_none() {
                asked.ids = ids.len();
            }
            let pattern = Some(pattern.clone());
            let next = asked.next.take();
            (group.clone(), LogPage { group: group.clone(), start, end, pattern, next })
        })
        .collect()
    }

    /// Takes in what a group answered. Says whether lines are to be looked through again.
    pub fn take(
        &mut self,
        group: &LogGroupName,
        answer: Result<LogPageAnswer, Problem>,
        store: &Store,
    ) -> bool {
        let (Some(trace), Some(asked)) = (&mut self.trace, self.asked.get_mut(group)) else {
            return false;
        };
        if asked.stage != Stage::Asking {
            return false;
        }
        let page = match answer {
            Ok(page) => page,
            Err(problem) if problem.code == "read.throttled" && asked.tries < TRIES => {
                asked.tries += 1;
                asked.stage = Stage::Waiting;
                return false;
            }
            Err(problem) => {
                asked.stage = Stage::Failed(problem);
                return false;
            }
        };
        asked.pages += 1;
        for event in page.events {
            asked.found += usize::from(trace.offer(event, store));
        }
        asked.stage = match page.next {
            Some(next) if asked.pages < PAGES => {
                asked.next = Some(next);
                Stage::Waiting
            }
            Some(_) => Stage::Cut,
            None => Stage::Read,
        };
        // What was learned may be carried by lines that were passed over.
        trace.passing = true;
        let known = trace.following.ids().len();
        for other in self.asked.values_mut() {
            let anew = other.stage == Stage::Read && other.ids < known && other.rounds < ROUNDS;
            if anew {
                other.rounds += 1;
                other.stage = Stage::Waiting;
            }
        }
        true
    }

    /// Waits no longer for groups that were not read.
    pub fn stop(&mut self) {
        for asked in self.asked.values_mut() {
            if matches!(asked.stage, Stage::Waiting | Stage::Asking) {
                asked.stage = Stage::Stopped;
            }
        }
    }

    /// All of it as text, to be copied: the request in a few words, then its lines.
    pub fn lines(&self, store: &Store) -> Vec<Printable> {
        let mut lines: Vec<Printable> = Vec::new();
        let Some(trace) = &self.trace else { return lines };
        lines.push(Printable::new(format!("request {}", trace.id)));
        let summary = &self.summary;
        let told = [&summary.asked, &summary.error].into_iter().flatten();
        lines.extend(told.map(|said| Printable::new(said.as_str())));
        for (share, ms) in &summary.spent {
            lines.push(Printable::new(format!("{ms:.0} ms {}", share.title())));
        }
        for step in &self.steps {
            let (at, station) = (step.hop.at, step.hop.station.title());
            let text = step.message(store);
            lines.push(Printable::new(format!("{at} {station} {} {text}", step.group())));
        }
        for (group, asked) in &self.asked {
            if let Some(why) = asked.stage.lack() {
                lines.push(Printable::new(format!("not read to the end: {group}: {why}")));
            }
        }
        lines
    }

    /// Puts what was found into rows.
    fn tell(&mut self) {
        let Some(trace) = &self.trace else { return };
        let path = trace.following.clone().path();
        self.summary = path.summary();
        self.cut = path.cut;
        let steps = path.hops.into_iter().map(|hop| {
            let event = trace.fetched(hop.number);
            Step {
                beside: trace.beside.get(&hop.number).cloned(),
                held: trace.held.get(&hop.number).copied(),
                text: event.map(|event| event.message.clone()),
                key: hop.number.to_string(),
                hop,
            }
        });
        let steps = steps.collect();
        self.renew(|request| request.steps = steps);
    }
}

impl Asked {
    fn new() -> Self {
        Self { stage: Stage::Waiting, found: 0, pages: 0, tries: 0, rounds: 0, ids: 0, next: None }
    }
}

impl Stage {
    /// Why not everything was read; nothing if it was, or is being read.
    pub fn lack(&self) -> Option<String> {
        match self {
            Self::Waiting | Self::Asking | Self::Read => None,
            Self::Cut => Some("there is more than was read".to_owned()),
            Self::Stopped => Some("you stopped waiting".to_owned()),
            Self::Failed(problem) => {
                let code = problem.code.trim_start_matches("read.");
                Some(format!("{code}: {}", problem.why))
            }
        }
    }
}

impl Step {
    /// Its group, with its place where that is another than the one in front.
    pub fn group(&self) -> String {
        self.beside.as_ref().map_or_else(|| self.hop.group.clone(), ToString::to_string)
    }

    /// The whole line.
    pub fn message<'a>(&'a self, store: &'a Store) -> &'a str {
        let held = self.held.and_then(|id| store.find(id)).map(|line| line.message);
        held.or(self.text.as_deref()).unwrap_or(&self.hop.said).trim_end()
    }
}

impl Listed for Request {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Request {
    type Item<'a> = &'a Step;

    fn all(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter()
    }
}

impl Item for &Step {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.key)
    }

    fn text(&self) -> String {
        let Hop { station, said, .. } = &self.hop;
        format!("{} {} {said}", station.title(), self.group())
    }

    fn copied(&self) -> String {
        let Hop { at, said, .. } = &self.hop;
        format!("{at} {} {}", self.group(), self.text.as_deref().unwrap_or(said))
    }

    fn record(&self) -> Option<Record> {
        let hop = &self.hop;
        let title = format!("{} {}", hop.station.title(), self.group());
        if let Some(text) = &self.text {
            return Some(Record::parse(title, text));
        }
        let value = json!({
            "station": hop.station.title(),
            "group": self.group(),
            "began": hop.began.to_string(),
            "at": hop.at.to_string(),
            "said": hop.said,
            "status": hop.status,
            "duration_ms": hop.durations.total,
            "version": hop.version,
            "error": hop.error,
        });
        Some(Record { title: Printable::new(title), value })
    }
}
