//! A recording being played: the model at one moment, and how one moves through time. Pure.

use watchdeck_domain::Timestamp;

use super::read::{Moment, Recording, What};
use crate::app::{self, Model};
use crate::keymap::key::Chord;
use crate::look::Look;
use crate::ui::Playing;

/// How far one skips, in milliseconds.
const SKIP: u64 = 10_000;
/// The slowest and the fastest.
const SPEEDS: (f64, f64) = (0.125, 600.0);

/// A recording and the model at a moment of it.
#[derive(Clone, Debug)]
pub struct Playback {
    recording: Recording,
    model: Model,
    /// How many moments the model has taken in.
    taken: usize,
    position: u64,
    speed: f64,
    paused: bool,
}

/// What a key asks of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To go on showing it.
    Stay,
    /// To leave.
    Leave,
}

impl Playback {
    /// A recording at its beginning, playing.
    pub fn new(recording: Recording, speed: f64) -> Self {
        let model = recording.model.clone();
        let mut playback = Self { recording, model, taken: 0, position: 0, speed, paused: false };
        playback.rewind();
        playback.seek(0);
        playback
    }

    /// The model at this moment.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The recording.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Where the replay stands, for the line at its foot.
    pub fn playing(&self) -> Playing {
        Playing {
            position_ms: self.position,
            length_ms: self.recording.length(),
            speed: self.speed,
            paused: self.paused,
            lost: self.recording.lost(),
            torn: self.recording.torn,
        }
    }

    /// Makes it look otherwise from the beginning on, as this terminal and who sits here want it.
    pub fn dress(&mut self, change: impl FnOnce(&mut Look)) {
        let position = self.position;
        change(&mut self.recording.model.look);
        self.rewind();
        self.seek(position);
    }

    /// Takes the next moment in, whenever it is. Says whether there was one.
    pub fn step(&mut self) -> bool {
        let Some(moment) = self.recording.moments.get(self.taken) else { return false };
        self.taken += 1;
        self.position = self.position.max(moment.lived);
        take(&mut self.model, moment);
        true
    }

    /// Goes to a moment, in milliseconds as the session was lived. Backwards means from the beginning again.
    pub fn seek(&mut self, to: u64) {
        let to = to.min(self.recording.length());
        if to < self.position {
            self.rewind();
        }
        self.position = to;
        while let Some(moment) = self.recording.moments.get(self.taken)
            && moment.lived <= to
        {
            self.taken += 1;
            take(&mut self.model, moment);
        }
    }

    /// Lets real time pass.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "milliseconds between two frames, at most so many times as many"
    )]
    pub fn pass(&mut self, millis: u64) {
        if self.paused {
            return;
        }
        self.seek(self.position.saturating_add((millis as f64 * self.speed) as u64));
        self.paused = self.position >= self.recording.length();
    }

    /// Whether time passes.
    pub fn paused(&self) -> bool {
        self.paused
    }

    /// A key of whoever watches; the recorded keys are played, not pressed.
    pub fn press(&mut self, chord: Chord) -> Asked {
        match chord.to_string().as_str() {
            "q" | "ctrl-c" => return Asked::Leave,
            "space" if self.paused && self.position >= self.recording.length() => {
                self.seek(0);
                self.paused = false;
            }
            "space" => self.paused = !self.paused,
            "right" => self.seek(self.position.saturating_add(SKIP)),
            "left" => self.seek(self.position.saturating_sub(SKIP)),
            "+" | "=" => self.speed = (self.speed * 2.0).min(SPEEDS.1),
            "-" => self.speed = (self.speed / 2.0).max(SPEEDS.0),
            "g" | "home" => self.seek(0),
            "G" | "end" => self.seek(u64::MAX),
            _ => {}
        }
        Asked::Stay
    }

    fn rewind(&mut self) {
        self.model = self.recording.model.clone();
        self.taken = 0;
        self.position = 0;
        // What it asks first was asked then, and the answers are in the recording.
        drop(app::start(&mut self.model));
    }
}

/// Takes a moment in. What the model wants done is dropped: it was done then, or not.
fn take(model: &mut Model, moment: &Moment) {
    match &moment.what {
        What::Heard(msg) => {
            drop(app::update(model, (**msg).clone(), Timestamp::from_millis(moment.at)));
        }
        What::Lost(_) => {}
    }
}
