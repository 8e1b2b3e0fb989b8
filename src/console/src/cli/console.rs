//! The console itself: on AWS, at an endpoint, or on the simulated account.

use std::path::Path;

use super::arguments::{DemoArguments, FileArguments, LookArguments, PlaceArguments};
use super::failure::Failure;
use crate::config::Settings;
use crate::runtime::accounts::{self, Opened};
use crate::runtime::contexts::Contexts;
use crate::runtime::keys::Keys;
use crate::runtime::state::StateFolder;
use crate::runtime::{self, looks, settings};

/// `watchdeck [--profile P] ...`
pub(super) fn open(
    place: &PlaceArguments,
    files: &FileArguments,
    look: &LookArguments,
) -> Result<(), Failure> {
    let settings = settings::load(files, place).sound()?;
    super::tasks()?.block_on(async {
        let contexts = Contexts::load().await;
        let write = settings.write.value.0;
        let opened = if let Some(name) = &place.context {
            let mut route = contexts.route(name, write)?;
            route.place.region = place.region.clone().or(route.place.region);
            accounts::travel(route, None).await.map_err(|error| accounts::refused(&error))?
        } else {
            let opened = accounts::open(place, &settings).await?;
            let mut route = opened.route.clone();
            contexts.forbid(&mut route);
            opened.by(route)
        };
        Box::pin(run(opened, &settings, place.record.as_deref(), files, look, contexts)).await
    })
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
        let opened = accounts::demo(&demo.story).await?;
        let contexts = Contexts::load().await;
        Box::pin(run(opened, &settings, demo.record.as_deref(), files, look, contexts)).await
    })
}

/// Runs the console on an account until it ends, then says on stderr what the screen said first: that screen is gone.
async fn run(
    opened: Opened,
    settings: &Settings,
    record: Option<&Path>,
    files: &FileArguments,
    look: &LookArguments,
    contexts: Contexts,
) -> Result<(), Failure> {
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let notice = opened.notice.clone();
    let keys = Keys::load(settings::keymap(settings))?;
    let looks = looks::load(&looks::flags(look), &settings::looks(settings))?;
    let start = runtime::start(opened, settings, record, &state, keys, looks, contexts);
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
