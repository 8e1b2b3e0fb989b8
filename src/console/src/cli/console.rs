//! The console itself: on AWS, at an endpoint, or on the simulated account.

use std::path::Path;

use super::arguments::{DemoArguments, FileArguments, LookArguments, PlaceArguments};
use super::failure::Failure;
use crate::config::Settings;
use crate::runtime::accounts::{self, Opened};
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
        let opened = accounts::open(place, &settings).await?;
        Box::pin(run(opened, &settings, place.record.as_deref(), files, look)).await
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
        Box::pin(run(opened, &settings, demo.record.as_deref(), files, look)).await
    })
}

/// Runs the console on an account until it ends, then says on stderr what the screen said first: that screen is gone.
async fn run(
    opened: Opened,
    settings: &Settings,
    record: Option<&Path>,
    files: &FileArguments,
    look: &LookArguments,
) -> Result<(), Failure> {
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let notice = opened.notice.clone();
    let keys = Keys::load(settings::keymap(settings))?;
    let looks = looks::load(&looks::flags(look), &settings::looks(settings))?;
    let ended = Box::pin(runtime::start(opened, settings, record, &state, keys, looks)).await;
    if let Some(notice) = notice {
        super::output::complain(&format!(
            "watchdeck: {}: {}\n",
            notice.what.as_str(),
            notice.why.as_str()
        ));
    }
    ended
}
