//! `watchdeck replay`: a recorded session, played again on the terminal or printed.

use super::arguments::{LookArguments, ReplayArguments};
use super::failure::{Failure, FailureKind};
use super::output;
use crate::look::choice::{COLOURLESS, Preferences};
use crate::runtime::looks;
use crate::runtime::recording::{Playback, Recording, replay};
use crate::ui;

/// Plays the file that was asked for, or prints one screen of it.
pub(super) fn play(asked: &ReplayArguments, look: &LookArguments) -> Result<(), Failure> {
    let shown = asked.file.display();
    let bytes = std::fs::read(&asked.file).map_err(|error| {
        let what = format!("the recording `{shown}` cannot be read: {error}");
        Failure::new(FailureKind::Failed, what, "name a file that --record has written")
    })?;
    let recording = Recording::read(&bytes).map_err(|damage| {
        Failure::new(FailureKind::Failed, format!("`{shown}`, {damage}"), damage.hint)
    })?;
    drop(bytes);
    let torn = recording.torn;
    let mut playback = Playback::new(recording, asked.speed);
    let flags = looks::flags(look);
    let (own, _) = looks::load(&flags, &Preferences::default())?;
    playback.dress(|look| {
        look.times.zone = own.times.zone.clone();
        look.ascii |= flags.ascii == Some(true);
        if !asked.print {
            look.depth = own.depth;
            look.ascii |= own.ascii;
        }
        if flags.theme.is_some() || (!asked.print && own.theme_name() == COLOURLESS) {
            look.choose(own.theme_name());
        }
    });
    let moment = asked.at.or(asked.print.then_some(f64::INFINITY));
    playback.seek(moment.map_or(0, millis));
    if asked.print {
        let size = asked.size.unwrap_or(playback.model().size);
        output::say(&ui::print(playback.model(), size, asked.ansi))?;
    } else {
        super::tasks()?.block_on(replay::run(playback))?;
    }
    if torn {
        output::complain(&format!(
            "watchdeck: the last line of `{shown}` is torn and was left out\n"
        ));
    }
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates: later than the end is the end"
)]
fn millis(seconds: f64) -> u64 {
    (seconds * 1000.0) as u64
}
