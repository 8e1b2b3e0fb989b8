//! The model: everything the console knows. The screen is a function of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::Question;
use watchdeck_domain::{AccountId, Printable, Query, Timestamp};
use watchdeck_guard::Incident;
use watchdeck_pattern::PatternError;

use super::arming::Arming;
use super::destinations::Destinations;
use super::effect::Effect;
use super::mining;
use super::neighbours::Neighbours;
use super::place::{Link, Place};
use super::problem::Problems;
use super::screens::alarms::Alarms;
use super::screens::databases::Databases;
use super::screens::findings::Findings;
use super::screens::functions::Functions;
use super::screens::identities::Identities;
use super::screens::journal::Journal;
use super::screens::list::{List, Sought};
use super::screens::logs::Logs;
use super::screens::logs::labels::{Labels, Watched};
use super::screens::overview::Overview;
use super::screens::pipelines::Pipelines;
use super::screens::plan::Plan;
use super::screens::query::History;
use super::screens::recovery::Recovery;
use super::screens::reports::Reports;
use super::screens::request;
use super::screens::request::Request;
use super::screens::run::Runs;
use super::screens::runbooks::Runbooks;
use super::screens::stock::Stock;
use super::screens::templates::Templates;
use super::screens::trail::Trail;
use super::shell::{Overlay, Screen, Shell, Tone};
use super::signin::SignIn;
use super::switching::{Looking, Switching};
use super::ticket::{Pane, Questions};
use super::wishes::Wishes;
use crate::keymap::Keymap;
use crate::look::Look;

/// What the runtime knows before the first message.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where we stand.
    pub place: Place,
    /// The keys.
    pub keymap: Keymap,
    /// How it looks.
    pub look: Look,
    /// Log groups to watch from the start, by name; none: the simulated account shows its own, a real one asks.
    pub groups: Vec<String>,
    /// Where one can switch to.
    pub destinations: Destinations,
    /// The most bytes of log lines to hold.
    pub store_bytes: usize,
    /// The screen to begin with.
    pub start: Screen,
    /// What the operator set in advance.
    pub wishes: Wishes,
}

/// Everything the console knows. No value in it could authorise a change.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// The instant of the newest message.
    pub now: Timestamp,
    /// Where we stand.
    pub place: Place,
    /// How long changes can still be proposed.
    pub arming: Arming,
    /// The incident that is declared.
    pub incident: Option<Incident>,
    /// Who stopped all changes, while they are stopped.
    pub stopped: Option<Printable>,
    /// Which view is in front, and what lies over it.
    pub shell: Shell,
    /// The architecture.
    pub overview: Overview,
    /// The live lines.
    pub logs: Logs,
    /// What they have in common.
    pub templates: Templates,
    /// The request that is followed.
    pub request: Request,
    /// The query that was run.
    pub history: History,
    /// CloudTrail.
    pub trail: Trail,
    /// The security findings.
    pub findings: Findings,
    /// The alarms.
    pub alarms: Alarms,
    /// The databases.
    pub databases: Databases,
    /// The reporting copies of databases.
    pub reports: Reports,
    /// Two regions side by side.
    pub recovery: Recovery,
    /// The runbooks.
    pub runbooks: Runbooks,
    /// The functions.
    pub functions: Functions,
    /// What the fields of a form are chosen from.
    pub stock: Stock,
    /// The users, roles and keys.
    pub identities: Identities,
    /// The stages and executions of pipelines, as far as a form has asked.
    pub pipelines: Pipelines,
    /// The plan in front of the operator.
    pub plan: Plan,
    /// The runs.
    pub runs: Runs,
    /// The journal.
    pub journal: Journal,
    /// What went wrong.
    pub problems: Problems,
    /// Where one can switch to.
    pub destinations: Destinations,
    /// The switch that is under way.
    pub switching: Option<Switching>,
    /// Places beside this one, whose logs are tailed too.
    pub neighbours: Neighbours,
    /// What waits for the files to be read again.
    pub looking: Option<Looking>,
    /// The code that waits to be approved.
    pub signing: Option<SignIn>,
    /// Questions under way.
    pub questions: Questions,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// How it looks.
    pub look: Look,
    /// Log groups to watch from the start, by name.
    pub groups: Vec<String>,
    /// Filters with a name.
    pub filters: BTreeMap<String, String>,
    /// What the operator set in advance.
    pub wishes: Wishes,
    /// The keys.
    #[serde(skip)]
    pub keymap: Arc<Keymap>,
    /// Where the text in front begins its last page.
    #[serde(skip)]
    pub last_page: LastPage,
}

/// Says where the last page of the text in front begins; nothing where no text scrolls. Whoever draws the model says it, as
/// a text is only as long as it is when it is drawn: of the same model always the same.
pub type LastPage = fn(&Model) -> Option<usize>;

/// Rows that are not the screen's: header, tabs, message, hints.
pub const FRAME_ROWS: u16 = 4;

impl Model {
    /// The model before the first message.
    pub fn new(setup: Setup, now: Timestamp) -> Self {
        Self {
            now,
            place: setup.place,
            arming: Arming::default(),
            incident: None,
            stopped: None,
            shell: Shell { screen: setup.start, ..Shell::default() },
            overview: Overview::default(),
            logs: Logs::new(setup.store_bytes),
            templates: Templates::default(),
            request: Request::default(),
            history: History::default(),
            trail: Trail::default(),
            findings: Findings::default(),
            alarms: Alarms::default(),
            databases: Databases::default(),
            reports: Reports::default(),
            recovery: Recovery::default(),
            runbooks: Runbooks::built_in(),
            functions: Functions::default(),
            stock: Stock::default(),
            identities: Identities::default(),
            pipelines: Pipelines::default(),
            plan: Plan::default(),
            runs: Runs::default(),
            journal: Journal::default(),
            problems: Problems::default(),
            destinations: setup.destinations,
            switching: None,
            neighbours: Neighbours::default(),
            looking: None,
            signing: None,
            questions: Questions::default(),
            size: (80, 24),
            look: setup.look,
            groups: setup.groups,
            filters: BTreeMap::new(),
            wishes: setup.wishes,
            keymap: Arc::new(setup.keymap),
            last_page: |_| None,
        }
    }

    /// Begins anew in another place: nothing of the old account stays. The operator's own things do: keys, colours, the
    /// texts typed before, what is wrong with their files. Tickets go on, so that no answer of the old place fits here.
    pub(super) fn renew(&mut self, place: Place) {
        let first = self.place.link == Link::Absent;
        // What one starts with is for the first place.
        let start = if first { self.wishes.start.clone() } else { String::new() };
        let setup = Setup {
            place,
            keymap: Keymap::default(),
            look: self.look.clone(),
            wishes: Wishes { start, ..self.wishes.clone() },
            groups: if first { std::mem::take(&mut self.groups) } else { Vec::new() },
            destinations: std::mem::take(&mut self.destinations),
            store_bytes: self.logs.store().limit(),
            start: self.shell.screen.beyond_accounts(),
        };
        let old = std::mem::replace(self, Self::new(setup, self.now));
        self.keymap = old.keymap;
        self.last_page = old.last_page;
        self.size = old.size;
        self.shell.commands = old.shell.commands;
        self.shell.filters = old.shell.filters;
        self.filters = old.filters;
        self.runbooks = old.runbooks;
        self.questions = old.questions.renewed();
        self.problems = old.problems.of_the_console();
    }

    /// Asks the account on behalf of a pane. An older question of the pane is forgotten.
    pub fn ask(&mut self, pane: Pane, question: impl Question) -> Effect {
        self.put(pane, question.into_query())
    }

    /// Asks a question that is data already.
    pub(super) fn put(&mut self, pane: Pane, query: Query) -> Effect {
        let ticket = self.questions.ask(pane, self.now);
        Effect::Read { ticket, query }
    }

    /// Watches these log groups and no others.
    pub fn watch(&mut self, groups: Vec<LogGroup>) -> Vec<Effect> {
        if self.logs.tail.is_some() && !groups.is_empty() && same(&groups, &self.logs.watched) {
            return Vec::new();
        }
        self.watch_anew(groups, None)
    }

    /// Watches the same groups, but fetches only what matches a pattern of the account's language, or all again.
    pub fn watch_narrowed(&mut self, pattern: Option<String>) -> Vec<Effect> {
        self.watch_anew(self.logs.watched.clone(), pattern)
    }

    fn watch_anew(&mut self, groups: Vec<LogGroup>, pattern: Option<String>) -> Vec<Effect> {
        let ticket = self.questions.draw();
        let gone = self.logs.store().len();
        let labels = self.labels(&groups);
        self.logs.watch(groups.clone(), labels, ticket);
        self.logs.narrowed.clone_from(&pattern);
        if gone > 0 {
            let (lines, were) = if gone == 1 { ("line", "was") } else { ("lines", "were") };
            let said = format!("{gone} {lines} {were} let go: the choice of groups begins anew");
            self.shell.say(Tone::Plain, said);
        }
        let mut effects = vec![Effect::WatchLogs { ticket, groups, pattern }];
        effects.extend(mining::watch(self, ticket));
        effects
    }

    /// The log groups to choose from: those here, then those of each place beside.
    pub fn log_groups(&self) -> Vec<&LogGroup> {
        let beside = self.neighbours.open.iter().flat_map(|neighbour| &neighbour.groups);
        self.logs.groups.rows().iter().chain(beside).collect()
    }

    /// What the places of these groups are called. The one in front counts among them, as the header shows it.
    fn labels(&self, groups: &[LogGroup]) -> Labels {
        let account = self.place.link.identity().map(|identity| &identity.account);
        let name = [self.place.mark.name.as_str(), self.place.alias.as_str()];
        let name = name.into_iter().find(|name| !name.is_empty());
        let name = name.or(account.map(AccountId::tail)).unwrap_or("here").to_owned();
        let region = self.place.region.clone();
        let mut places = vec![Watched { scope: None, account: name.clone(), region }];
        for neighbour in &self.neighbours.open {
            let scope = &neighbour.scope;
            let of = |group: &LogGroup| group.name.place().is_some_and(|place| **place == *scope);
            if !groups.iter().any(of) {
                continue;
            }
            let own = || neighbour.asked.context.as_deref().unwrap_or(scope.account.tail());
            let here = account == Some(&scope.account);
            let account = if here { name.clone() } else { own().to_owned() };
            let region = scope.region.clone();
            places.push(Watched { scope: Some(scope.clone()), account, region });
        }
        Labels::of(&places)
    }

    /// The screen in front, if it is a list.
    pub fn list(&self) -> Option<&dyn List> {
        match &self.shell.screen {
            Screen::Templates => Some(&self.templates),
            Screen::Request => Some(&self.request),
            Screen::Query => Some(&self.history),
            Screen::Trail => Some(&self.trail),
            Screen::Findings => Some(&self.findings),
            Screen::Alarms => Some(&self.alarms),
            Screen::Functions => Some(&self.functions),
            Screen::Databases => Some(&self.databases),
            Screen::Reports => Some(&self.reports),
            Screen::Recovery => Some(&self.recovery),
            Screen::Runbooks => Some(&self.runbooks),
            Screen::Journal => Some(&self.journal),
            Screen::Overview
            | Screen::Component(_)
            | Screen::Logs
            | Screen::Function(_)
            | Screen::Plan
            | Screen::Run
            | Screen::Problems => None,
        }
    }

    /// The same, to be changed.
    pub fn list_mut(&mut self) -> Option<&mut dyn List> {
        match &self.shell.screen {
            Screen::Templates => Some(&mut self.templates),
            Screen::Request => Some(&mut self.request),
            Screen::Query => Some(&mut self.history),
            Screen::Trail => Some(&mut self.trail),
            Screen::Findings => Some(&mut self.findings),
            Screen::Alarms => Some(&mut self.alarms),
            Screen::Functions => Some(&mut self.functions),
            Screen::Databases => Some(&mut self.databases),
            Screen::Reports => Some(&mut self.reports),
            Screen::Recovery => Some(&mut self.recovery),
            Screen::Runbooks => Some(&mut self.runbooks),
            Screen::Journal => Some(&mut self.journal),
            Screen::Overview
            | Screen::Component(_)
            | Screen::Logs
            | Screen::Function(_)
            | Screen::Plan
            | Screen::Run
            | Screen::Problems => None,
        }
    }

    /// The filter in force in the view in front.
    pub fn filter(&self) -> &str {
        match (&self.shell.overlay, &self.shell.screen) {
            (Some(Overlay::Groups(picker)), _) => &picker.filter,
            (_, Screen::Logs) => &self.logs.filter,
            _ => self.list().map_or("", |list| list.listing().filter()),
        }
    }

    /// What was filtered by last in the screen in front.
    pub fn sought(&self) -> &str {
        if self.shell.screen == Screen::Logs {
            return &self.logs.sought;
        }
        self.list().map_or("", |list| list.listing().sought())
    }

    /// The one thing that the view in front is narrowed to.
    pub fn narrowed(&self) -> Option<&str> {
        if self.shell.screen == Screen::Logs {
            return self.logs.template.as_ref().map(Printable::as_str);
        }
        self.trail.about.as_deref().filter(|_| self.shell.screen == Screen::Trail)
    }

    /// Filters the list in front, if it is one; log lines wait until the text is whole.
    pub fn filter_lists(&mut self, text: &str) {
        if let Some(Overlay::Groups(picker)) = &mut self.shell.overlay {
            text.clone_into(&mut picker.filter);
        } else if let Some(list) = self.list_mut() {
            list.set_filter(text);
        }
    }

    /// Filters the view in front.
    ///
    /// # Errors
    /// Says what is wrong with the text, and at which character.
    pub fn filter_view(&mut self, text: &str) -> Result<Vec<Effect>, PatternError> {
        let lines = self.shell.screen == Screen::Logs
            && !matches!(self.shell.overlay, Some(Overlay::Groups(_)));
        if lines {
            let more = self.logs.set_filter(text)?;
            return Ok(go_on(more));
        }
        self.filter_lists(text.trim());
        if self.shell.overlay.is_none()
            && let Some(list) = self.list_mut()
        {
            list.listing_mut().remember(text.trim());
        }
        Ok(Vec::new())
    }

    /// Takes the filter of the view in front away; one that has none shows all things again, and not one alone.
    pub fn clear_filter(&mut self) -> Vec<Effect> {
        if self.filter().is_empty() && self.narrowed().is_some() {
            if self.shell.screen == Screen::Logs {
                return mining::close(self);
            }
            self.trail.narrow(None);
            return Vec::new();
        }
        // An empty text is no wrong one.
        self.filter_view("").unwrap_or_default()
    }

    /// Takes the filter of the view in front away, or puts the last one back.
    pub fn toggle_filter(&mut self) -> Vec<Effect> {
        let last = if self.filter().is_empty() { self.sought().to_owned() } else { String::new() };
        // What was accepted once is accepted again.
        self.filter_view(&last).unwrap_or_default()
    }

    /// Goes to the next or previous error or match of the logs, or to the next match of a list, and says when there is none.
    pub fn seek(&mut self, matches: bool, forward: bool) {
        let (lines, rows) = (self.line_rows(), self.list_rows());
        if let Some(list) = self.list_mut() {
            let came = list.seek(forward, rows.saturating_sub(1));
            return self.say_of(came, forward);
        }
        if self.logs.seek(matches, forward, lines) {
            // What an earlier search did not find is no longer true of this line.
            self.shell.flash.take_if(|flash| flash.tone == Tone::Plain);
            return;
        }
        let what = if matches { "match" } else { "error" };
        let way = if forward { "after" } else { "before" };
        let rest = self.logs.filtering().map_or("", |_| " yet: lines are still being judged");
        self.shell.say(Tone::Plain, format!("no {what} {way} this line{rest}"));
    }

    /// Says what came of looking through a list, where that is more than the cursor shows.
    fn say_of(&mut self, came: Sought, forward: bool) {
        let (past, other) = if forward { ("last", "first") } else { ("first", "last") };
        let said = match came {
            Sought::Found => {
                self.shell.flash.take_if(|flash| flash.tone == Tone::Plain);
                return;
            }
            Sought::Beyond => format!("past the {past} match: on from the {other} one"),
            Sought::Nowhere => {
                let sought = self.list().map_or("", |list| list.listing().sought());
                format!("no other row matches `{sought}`")
            }
        };
        self.shell.say(Tone::Plain, said);
    }

    /// Rows that the log screen has for lines.
    pub fn line_rows(&self) -> usize {
        self.body_rows().saturating_sub(self.logs.above(self.size))
    }

    /// Rows of the list in front, its titles among them.
    pub fn list_rows(&self) -> usize {
        let (above, below) = self.around_list();
        self.body_rows().saturating_sub(above + below)
    }

    /// Rows of the screen in front that stand above its list and below it.
    pub fn around_list(&self) -> (usize, usize) {
        if self.shell.screen == Screen::Request {
            let height = self.size.1.saturating_sub(FRAME_ROWS);
            return (usize::from(request::HEAD), usize::from(request::foot(height)));
        }
        (0, 0)
    }

    /// Rows that a screen has for itself.
    pub fn body_rows(&self) -> usize {
        usize::from(self.size.1.saturating_sub(FRAME_ROWS))
    }
}

/// Whether two choices of groups are the same, in whatever order.
fn same(some: &[LogGroup], others: &[LogGroup]) -> bool {
    some.len() == others.len()
        && some.iter().all(|group| others.iter().any(|other| other.name == group.name))
}

/// The effect by which work goes on, if there is any left.
pub fn go_on(more: bool) -> Vec<Effect> {
    if more { vec![Effect::Continue] } else { Vec::new() }
}
