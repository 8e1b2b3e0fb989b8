//! The console itself: on AWS, at an endpoint, or on the simulated account.

use super::arguments::{DemoArguments, FileArguments, PlaceArguments};
use super::failure::Failure;
use crate::runtime::accounts::{self, Opened};
use crate::runtime::keys::Keys;
use crate::runtime::state::StateFolder;
use crate::runtime::{self};

/// `watchdeck [--profile P] ...`
pub(super) fn open(place: &PlaceArguments, files: &FileArguments) -> Result<(), Failure> {
    super::tasks()?.block_on(async {
        let opened = accounts::open(place).await?;
        run(opened, place.write, files).await
    })
}

/// `watchdeck demo`
pub(super) fn demo(demo: &DemoArguments, files: &FileArguments) -> Result<(), Failure> {
    super::tasks()?.block_on(async {
        let opened = accounts::demo(&demo.story).await?;
        run(opened, demo.write, files).await
    })
}

/// Runs the console on an account until it ends, then says on stderr what the screen said first: that screen is gone.
async fn run(opened: Opened, write: bool, files: &FileArguments) -> Result<(), Failure> {
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let notice = opened.notice.clone();
    let keys = Keys::load(files.keymap.as_ref())?;
    let ended = runtime::start(opened, write, &state, keys).await;
    if let Some(notice) = notice {
        super::output::complain(&format!(
            "watchdeck: {}: {}\n",
            notice.what.as_str(),
            notice.why.as_str()
        ));
    }
    ended
}
