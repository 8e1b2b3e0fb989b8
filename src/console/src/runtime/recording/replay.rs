//! A recording on the terminal: frames at their time, and the few keys of a replay.

use std::time::Duration;

use watchdeck_domain::Clock as _;

use super::playback::{Asked, Playback};
use crate::app::Msg;
use crate::cli::failure::{Failure, FailureKind};
use crate::runtime::clock::MachineClock;
use crate::runtime::signals::{self, Signal, Signals};
use crate::runtime::terminal::Screen;
use crate::runtime::terminal::input::Inputs;
use crate::ui;

/// Frames are so far apart.
const FRAME: Duration = Duration::from_millis(33);

/// Shows a recording until whoever watches leaves.
///
/// # Errors
/// There is no terminal, it was lost, or a signal ended the replay.
pub async fn run(mut playback: Playback) -> Result<(), Failure> {
    let failed = |what: String| Failure::new(FailureKind::Failed, what, "");
    let lost = |error: std::io::Error| failed(format!("the terminal was lost: {error}"));
    let mut signals =
        Signals::listen().map_err(|error| failed(format!("signals cannot be heard: {error}")))?;
    // The mouse stays the terminal's: nothing here listens to it.
    let mut look = playback.model().look.clone();
    look.mouse = false;
    let mut screen = Screen::open(&look)?;
    let mut inputs = Inputs::new();
    let mut frames = tokio::time::interval(FRAME);
    let mut shown = MachineClock.now();
    loop {
        let now = MachineClock.now();
        playback.pass(u64::try_from(now.since(shown).as_millis()).unwrap_or(u64::MAX));
        shown = now;
        let playing = playback.playing();
        screen.draw(|frame| ui::replay(playback.model(), &playing, frame)).map_err(lost)?;
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::End(number) => {
                    return Err(Failure::new(FailureKind::Signalled(number), "", ""));
                }
                Signal::Stop => {
                    drop(inputs);
                    screen.leave();
                    signals::stop_here().map_err(lost)?;
                    screen.come_back().map_err(lost)?;
                    inputs = Inputs::new();
                    shown = MachineClock.now();
                }
            },
            input = inputs.next() => match input {
                Some(Ok(Msg::Key(chord))) => {
                    if playback.press(chord) == Asked::Leave {
                        return Ok(());
                    }
                }
                Some(Ok(Msg::Resized { .. })) => screen.forget().map_err(lost)?,
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(lost(error)),
                None => return Err(failed("the terminal was closed".to_owned())),
            },
            _ = frames.tick(), if !playback.paused() => {}
        }
    }
}
