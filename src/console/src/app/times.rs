//! Times as they are told now; one word for each place where one stands.

use watchdeck_domain::Timestamp;

use super::Model;
use super::shell::Tone;
use crate::look::times::Form;

impl Model {
    /// A time in eight cells, for a column.
    pub fn cell(&self, at: Timestamp) -> String {
        self.look.times.cell(at, self.now)
    }

    /// A time in a sentence: `03:04:00`, `3 min ago`.
    pub fn time(&self, at: Timestamp) -> String {
        self.look.times.word(at, self.now)
    }

    /// When something was done, in a sentence: `at 03:04:00`, `3 min ago`.
    pub fn at(&self, at: Timestamp) -> String {
        self.look.times.at(at, self.now)
    }

    /// All of a time, with its zone.
    pub fn whole(&self, at: Timestamp) -> String {
        self.look.times.whole(at, self.now)
    }

    /// The day and minute of a time as AWS writes it; as it is, where it is none.
    pub fn minute(&self, written: &str) -> String {
        match Timestamp::parse(written) {
            Some(at) => self.look.times.minute(at, self.now),
            None => written.replacen('T', " ", 1).chars().take(16).collect(),
        }
    }
}

/// Tells times in the form that was named, else in the next one.
pub(super) fn choose(model: &mut Model, word: &str) {
    let form = match (Form::parse(word), word) {
        (Some(form), _) => form,
        (None, "") => model.look.times.form.after(),
        (None, _) => {
            let words = Form::ALL.map(Form::word).join(", ");
            return model.shell.say(Tone::Bad, format!("times are told as {words}"));
        }
    };
    model.look.times.form = form;
    let said = model.look.times.about(model.now);
    model.shell.say(Tone::Plain, said);
}
