//! The console itself: on AWS, at an endpoint, or on the simulated account.

use std::path::Path;

use super::arguments::{
    DemoArguments, FileArguments, LookArguments, PlaceArguments, StoryArguments,
};
use super::failure::Failure;
use crate::config::Settings;
use crate::runtime::accounts::{self, Opened, Unopened};
use crate::runtime::contexts::Contexts;
use crate::runtime::keys::Keys;
use crate::runtime::state::StateFolder;
use crate::runtime::{self, Front, looks, settings, terminal};

/// `watchdeck [--profile P] ...`
pub(super) fn open(
    place: &PlaceArguments,
    files: &FileArguments,
    look: &LookArguments,
) -> Result<(), Failure> {
    let settings = settings::load(files, place).sound()?;
    super::tasks()?.block_on(async {
        let contexts = Contexts::load().await;
        let begun = reach(place, &settings, &contexts).await;
        let front = match begun {
            Ok(opened) => Front::Account(Box::new(opened)),
            // Where nobody could type or read anything, it is a failure like any other.
            Err(Unopened { failure, absent }) => match (terminal::check(), absent) {
                (Ok(()), Some(absent)) => Front::Absent(absent),
                _ => return Err(failure),
            },
        };
        Box::pin(run(front, &settings, place.record.as_deref(), files, look, contexts)).await
    })
}

/// Opens the account that was asked for, by its context or by its profile.
pub(super) async fn reach(
    place: &PlaceArguments,
    settings: &Settings,
    contexts: &Contexts,
) -> Result<Opened, Unopened> {
    if let Some(name) = &place.context {
        let mut route = contexts.route(name, settings.write.value.0)?;
        route.place.region = place.region.clone().or(route.place.region);
        return accounts::begin(route).await;
    }
    let opened = accounts::open(place, settings).await?;
    let mut route = opened.route.clone();
    contexts.forbid(&mut route);
    Ok(opened.by(route))
}

/// `watchdeck demo`
pub(super) fn demo(
    demo: &DemoArguments,
    files: &FileArguments,
    look: &LookArguments,
) -> Result<(), Failure> {
    let place = PlaceArguments { write: demo.write, ..PlaceArguments::default() };
    let settings = settings::load(files, &place).sound()?;
    super::tasks()?.block_on(async {
        let region = Some(demo.region.clone());
        let story = StoryArguments { region, ..demo.story.clone() };
        let opened = accounts::demo(&story).await?;
        let contexts = Contexts::load().await;
        let front = Front::Account(Box::new(opened));
        Box::pin(run(front, &settings, demo.record.as_deref(), files, look, contexts)).await
    })
}

/// Runs the console on an account until it ends, then says on stderr what the screen said first: that screen is gone.
async fn run(
    front: Front,
    settings: &Settings,
    record: Option<&Path>,
    files: &FileArguments,
    look: &LookArguments,
    contexts: Contexts,
) -> Result<(), Failure> {
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let notice = match &front {
        Front::Account(opened) => opened.notice.clone(),
        Front::Absent(_) => None,
    };
    let keys = Keys::load(settings::keymap(settings))?;
    let looks = looks::load(&looks::flags(look), &settings::looks(settings))?;
    let start = runtime::start(front, settings, record, &state, keys, looks, contexts);
    let ended = Box::pin(start).await;
    if let Some(notice) = notice {
        super::output::complain(&format!(
            "watchdeck: {}: {}\n",
            notice.what.as_str(),
            notice.why.as_str()
        ));
    }
    ended
}
