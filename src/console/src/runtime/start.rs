//! From an opened account to a running console.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::Clock;
use watchdeck_guard::Realm;
use watchdeck_signal::tail::calls_per_second;

use super::accounts::{Absent, Opened, Route};
use super::arming::{arm, armed_for};
use super::clock::MachineClock;
use super::contexts::Contexts;
use super::desk::{DeskHost, Shelf};
use super::effects::{Effects, Kept};
use super::events::{Events, Mailbox};
use super::filters::FilterFile;
use super::keys::Keys;
use super::lease::LeaseGauge;
use super::memory::Memory;
use super::meter::{Counts, Gauge, MeteredSource};
use super::neighbours::{Base, Opener};
use super::notes::NoteFile;
use super::places::Places;
use super::proposal::Proposer;
use super::recording::{Header, Recorder, recorder};
use super::session::Session;
use super::signals::Signals;
use super::state::StateFolder;
use super::switching::Switcher;
use super::tail::TailLine;
use super::terminal::input::Inputs;
use super::terminal::{self, Screen};
use crate::app::{self, Arms, Model, Msg, Problem, RealmName, Setup, Wishes};
use crate::cli::failure::{Failure, FailureKind};
use crate::config::Settings;
use crate::look::Look;
use crate::ui;

/// What the console begins with.
#[derive(Debug)]
pub enum Front {
    /// An account that has answered.
    Account(Box<Opened>),
    /// None yet: a person has to sign in first.
    Absent(Box<Absent>),
}

/// Runs the console until it ends. Only where `--write` armed it a desk exists. With `record` all that happens is written
/// to that file.
///
/// # Errors
/// There is no terminal, the journal or the recording cannot be opened, or the console was ended from outside.
pub async fn start(
    front: Front,
    settings: &Settings,
    record: Option<&Path>,
    state: &StateFolder,
    keys: Keys,
    (look, mistakes): (Look, Vec<Problem>),
    contexts: Contexts,
) -> Result<(), Failure> {
    terminal::check()?;
    let file = record.map(recorder::create).transpose()?;
    let write = settings.write.value.0;
    let (place, groups) = match &front {
        Front::Account(opened) => (opened.place(write), groups(opened, settings)),
        Front::Absent(absent) => (absent.place(), own_groups(settings)),
    };
    let setup = Setup {
        place,
        keymap: keys.keymap,
        look,
        groups,
        destinations: contexts.destinations(),
        store_bytes: settings.store_bytes(),
        start: app::shell::Screen::Overview,
        wishes: wishes(settings),
    };
    let (mailbox, queue) = Mailbox::pair();
    let armed_for = armed_for(settings);
    let Begun { effects, clock, speed, route, notice } =
        begin(front, setup.place.arms, armed_for, state, mailbox)?;
    let (switcher, arrivals) = Switcher::new(route, write, armed_for, state.clone());
    let now = clock.now();
    let begin = |size| Some(Recorder::begin(file?, Header::of(&setup, now, speed, size)));
    let signals = Signals::listen().map_err(|error| {
        Failure::new(FailureKind::Failed, format!("signals cannot be heard: {error}"), "")
    })?;
    let screen = Screen::open(&setup.look)?;
    let recorder = begin(screen.size());
    let mut model = Model::new(setup, now);
    model.last_page = ui::last_page;
    let events = Events::new(Inputs::new(), queue, arrivals, signals);
    // The newest stands in front: what the operator should know first comes last.
    let notice = notice.map(|notice| Msg::Noted(format!("{}: {}", notice.what, notice.why).into()));
    let mistakes = keys.problems.into_iter().chain(mistakes).chain(contexts.problems).rev();
    let filters = match FilterFile::of(state).read() {
        Ok(kept) if kept.is_empty() => None,
        Ok(kept) => Some(Msg::FiltersKept(kept)),
        Err(problem) => Some(Msg::Failed(problem)),
    };
    let own = super::runbooks::load();
    let own = (own != watchdeck_runbook::Catalogue::new(Vec::new()))
        .then(|| Msg::Runbooks(Box::new(own)));
    let first =
        filters.into_iter().chain(own).chain(mistakes.map(Msg::Failed)).chain(notice).collect();
    let session = Session::new(model, clock, events, effects, screen, recorder, switcher);
    // On the heap: a session holds the whole model.
    Box::pin(session.run(first)).await
}

/// What a session begins with.
struct Begun {
    effects: Option<Effects>,
    clock: Arc<dyn Clock>,
    speed: f64,
    route: Route,
    notice: Option<Problem>,
}

fn begin(
    front: Front,
    arms: Arms,
    armed_for: Duration,
    state: &StateFolder,
    mailbox: Mailbox,
) -> Result<Begun, Failure> {
    let opened = match front {
        Front::Account(opened) => opened,
        Front::Absent(absent) => {
            return Ok(Begun {
                effects: None,
                clock: Arc::new(MachineClock),
                speed: 1.0,
                route: absent.route,
                notice: None,
            });
        }
    };
    let mut effects = looking(&opened, state, mailbox.clone());
    if arms != Arms::ReadOnly {
        effects.arm(arm(&opened, state, armed_for, mailbox)?);
    }
    let Opened { clock, speed, route, notice, .. } = *opened;
    Ok(Begun { effects: Some(effects), clock, speed, route, notice })
}

/// The log groups to begin with. A story has its own: those of the file belong to another account.
pub fn groups(opened: &Opened, settings: &Settings) -> Vec<String> {
    if opened.watch.is_empty() || settings.groups.origin.is_immediate() {
        return own_groups(settings);
    }
    opened.watch.clone()
}

/// The log groups that the operator's settings name.
fn own_groups(settings: &Settings) -> Vec<String> {
    settings.groups.value.iter().map(ToString::to_string).collect()
}

/// What `update` heeds of the settings.
fn wishes(settings: &Settings) -> Wishes {
    let start = settings.start.value.as_ref().map(|line| line.as_str().to_owned());
    Wishes {
        newest: false,
        start: start.unwrap_or_default(),
        list_age: Duration::from_secs(settings.refresh_s.value.0.into()),
    }
}

/// Carries effects out on an account, without a desk: it can be looked at, and what was done there before can be read.
pub(super) fn looking(opened: &Opened, state: &StateFolder, mailbox: Mailbox) -> Effects {
    let (connection, clock) = (&opened.connection, &opened.clock);
    let realm = match opened.realm {
        RealmName::Simulated => watchdeck_guard::Sim::NAME,
        RealmName::Served | RealmName::Live | RealmName::Files => watchdeck_guard::Live::NAME,
    };
    let shelf = Shelf {
        journal: state.journal(&opened.keeper),
        state: state.clone(),
        realm,
        scope: connection.scope(),
    };
    let desk = DeskHost::Closed { shelf, mailbox: mailbox.clone() };
    let counts = Arc::new(Counts::default());
    let source = MeteredSource::new(connection.source(), Arc::clone(&counts));
    let places = Places::of(Arc::new(source));
    let base =
        Base { connection: connection.clone(), clock: Arc::clone(clock), speed: opened.speed };
    let neighbours = Opener::new(base, places.clone(), Arc::clone(&counts), mailbox.clone());
    let source: Arc<dyn watchdeck_domain::Source> = Arc::new(places);
    let proposer = Proposer {
        source: Arc::clone(&source),
        clock: Arc::clone(clock),
        scope: connection.scope(),
        speed: opened.people_speed(),
        veil: connection.veil(),
        catalogue: Arc::new(super::runbooks::load()),
    };
    let lease = LeaseGauge::new(connection.clone(), mailbox.clone());
    let calls_per_second = calls_per_second(&connection.scope().region);
    let clock = Arc::clone(clock);
    let speed = opened.speed;
    let line = TailLine { source, clock, speed, calls_per_second, mailbox, neighbours };
    let memory = Memory::new(state.clone(), opened.keeper.clone(), connection.scope().region);
    let notes = NoteFile::new(state.clone(), opened.keeper.clone(), &connection.scope().region);
    let kept = Kept { memory, notes, filters: FilterFile::of(state) };
    Effects::new(line, desk, proposer, Gauge::new(counts), lease, kept)
}
