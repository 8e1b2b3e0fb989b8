//! From files that can be read to a running console, without an account.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use watchdeck_domain::{Clock, Printable, Region};

use super::named::Named;
use super::{FileEffects, together};
use crate::app::destinations::Destinations;
use crate::app::shell::Screen as View;
use crate::app::{
    Arms, Lease, Link, Mark, Meter, Model, Msg, Place, Problem, RealmName, Setup, Wishes,
};
use crate::cli::failure::{Failure, FailureKind};
use crate::look::Look;
use crate::runtime::accounts::Route;
use crate::runtime::clock::MachineClock;
use crate::runtime::events::{Events, Mailbox};
use crate::runtime::filters::FilterFile;
use crate::runtime::keys::Keys;
use crate::runtime::session::Session;
use crate::runtime::signals::Signals;
use crate::runtime::state::StateFolder;
use crate::runtime::switching::Switcher;
use crate::runtime::terminal::Screen;
use crate::runtime::terminal::input::Inputs;
use crate::ui;

/// Portions of lines that may wait for the loop: few, for each may hold a megabyte.
const WAITING: usize = 2;

/// What is opened, and how.
#[derive(Debug)]
pub struct Opening {
    /// The files.
    pub files: Vec<Named>,
    /// What is wrong with others that were named.
    pub problems: Vec<Problem>,
    /// Whether what is written to them later is read as well.
    pub follow: bool,
    /// Whether the newest line is shown first.
    pub newest: bool,
    /// The most bytes of lines to hold.
    pub store_bytes: usize,
}

/// Runs the console on files until it ends.
///
/// # Errors
/// The terminal cannot be taken, or the console was ended from outside.
pub async fn start(
    opening: Opening,
    state: &StateFolder,
    keys: Keys,
    (look, mistakes): (Look, Vec<Problem>),
) -> Result<(), Failure> {
    let Opening { files, problems, follow, newest, store_bytes } = opening;
    let setup = Setup {
        place: place(&files),
        keymap: keys.keymap,
        look,
        groups: files.iter().map(|named| named.name.clone()).collect(),
        destinations: Destinations::default(),
        store_bytes,
        start: View::Logs,
        wishes: Wishes { newest, ..Wishes::default() },
    };
    let (mailbox, queue) = Mailbox::pair();
    let (feed, lines) = mpsc::channel(WAITING);
    let filters = FilterFile::of(state);
    let kept = match filters.read() {
        Ok(kept) if kept.is_empty() => None,
        Ok(kept) => Some(Msg::FiltersKept(kept)),
        Err(problem) => Some(Msg::Failed(problem)),
    };
    let effects = FileEffects::new(files, follow, feed, mailbox, filters);
    let (switcher, arrivals) =
        Switcher::new(Route::default(), false, Duration::ZERO, state.clone());
    let signals = Signals::listen().map_err(|error| {
        Failure::new(FailureKind::Failed, format!("signals cannot be heard: {error}"), "")
    })?;
    let screen = Screen::take(&setup.look)?;
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let mut model = Model::new(setup, clock.now());
    model.last_page = ui::last_page;
    let events = Events::new(Inputs::new(), queue, arrivals, signals).fed_by(lines);
    // The newest stands in front: what the operator should know first comes last.
    let told = keys.problems.into_iter().chain(mistakes).chain(problems).rev().map(Msg::Failed);
    let first = kept.into_iter().chain(told).collect();
    let session = Session::new(model, clock, events, None, screen, None, switcher).reading(effects);
    // On the heap: a session holds the whole model.
    Box::pin(session.run(first)).await
}

/// Where the console stands: nowhere, with files.
fn place(files: &[Named]) -> Place {
    Place {
        alias: Printable::default(),
        context: together(files),
        mark: Mark::default(),
        region: Region::nowhere(),
        realm: RealmName::Files,
        arms: Arms::ReadOnly,
        link: Link::Offline,
        lease: Lease::default(),
        meter: Meter::default(),
    }
}
