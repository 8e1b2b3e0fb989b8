//! From an opened account to what a desk is made of: hands, journal, ceremony, and who sits at it.

use std::sync::Arc;
use std::time::Duration;

use watchdeck_aws::{Armed, Hands};
use watchdeck_domain::Clock;
use watchdeck_guard::{Ceremony, Journal, Live, Operator, Parts, Realm, Sim};
use watchdeck_runbook::{Actions, Cel};

use super::accounts::Opened;
use super::ceremony;
use super::desk::DeskHost;
use super::events::Mailbox;
use super::proposal::for_people;
use super::state::StateFolder;
use crate::cli::failure::{Failure, FailureKind};
use crate::config::Settings;

/// What a desk is made of, of the realm that the account belongs to.
#[derive(Debug)]
pub(super) enum Equipped {
    /// Of the simulated account in this process.
    Sim(Parts<Sim>),
    /// Of AWS, or of what answers at an endpoint.
    Live(Parts<Live>),
}

/// Opens the desk of the realm that the account belongs to, with its journal.
pub(super) fn arm(
    opened: &Opened,
    state: &StateFolder,
    armed_for: Duration,
    mailbox: Mailbox,
) -> Result<DeskHost, Failure> {
    Ok(match equip(opened, state, armed_for)? {
        Equipped::Sim(parts) => DeskHost::open(parts, mailbox),
        Equipped::Live(parts) => DeskHost::open(parts, mailbox),
    })
}

/// Opens the journal, and lays beside it what else a desk needs.
pub(super) fn equip(
    opened: &Opened,
    state: &StateFolder,
    armed_for: Duration,
) -> Result<Equipped, Failure> {
    state.prepare(&opened.keeper)?;
    let clock = Arc::clone(&opened.clock);
    let journal = Journal::open(&state.journal(&opened.keeper), clock.now()).map_err(|error| {
        Failure::new(
            FailureKind::Failed,
            format!("the journal cannot be kept, and without it nothing may be changed: {error}"),
            format!("{}; or start without --write, to look only", error.hint()),
        )
    })?;
    let span = Duration::from_secs(for_people(armed_for.as_secs(), opened.people_speed()));
    let ceremony = Arc::new(ceremony::of(opened, state, opened.people_speed()));
    Ok(match opened.connection.arm() {
        Armed::Sim(hands) => Equipped::Sim(parts(hands, journal, ceremony, clock, span)),
        Armed::Live(hands) => Equipped::Live(parts(hands, journal, ceremony, clock, span)),
    })
}

/// How long `--write` arms for, in time of people.
pub(super) fn armed_for(settings: &Settings) -> Duration {
    Duration::from_mins(settings.armed_min.value.0.into())
}

fn parts<R: Realm>(
    hands: Hands<R>,
    journal: Journal,
    ceremony: Arc<Ceremony>,
    clock: Arc<dyn Clock>,
    armed_for: Duration,
) -> Parts<R> {
    let Hands { reader, writer } = hands;
    let (judge, maker, operator) = (Arc::new(Cel), Arc::new(Actions), operator());
    Parts { reader, writer, journal, judge, maker, ceremony, clock, operator, armed_for }
}

/// Who sits here, as this machine calls them; the principal at AWS is the plan's.
fn operator() -> Operator {
    let named = ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    Operator { name: named.unwrap_or_else(|| "unnamed".to_owned()) }
}
