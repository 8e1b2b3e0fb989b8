//! An amount that AWS sets without comparing: what is there is what was wanted, what was there before, or another's.

use watchdeck_domain::Printable;

use crate::probe::{Hindrance, Sighting};

/// An amount that is wanted, and what the draft found.
pub(super) struct Amount<'a> {
    /// What it is of, as people name it.
    pub(super) name: &'a str,
    /// What is wanted; nothing for none at all.
    pub(super) wanted: Option<u32>,
    /// What there was when the draft was made.
    pub(super) before: Option<u32>,
}

impl Amount<'_> {
    /// Why it may not be set where `now` is set; a reversal that leads to `back` must lead to what is there.
    pub(super) fn hindrance(&self, now: Option<u32>, back: Option<Self>) -> Option<Hindrance> {
        let (name, there) = (self.name, said(now));
        if now == self.wanted {
            return Some(Hindrance::Idle(format!("{name} is {there} already")));
        }
        if now != self.before {
            return Some(Hindrance::Moved(format!(
                "{name} has been changed since the draft was made: it is {there} instead of {}",
                said(self.before)
            )));
        }
        let back = back?;
        (back.name != name || back.wanted != now).then(|| {
            Hindrance::Reversal(format!(
                "the reversal leads {} to {}, but {name} is {there}",
                back.name,
                said(back.wanted)
            ))
        })
    }

    /// Whether it was set. It carries no mark: the amount that was wanted counts as the effect.
    pub(super) fn sighting(&self, now: Option<u32>) -> Sighting {
        if now == self.wanted {
            return Sighting::Landed { revision: None };
        }
        if now == self.before {
            return Sighting::Absent;
        }
        let seen = format!(
            "{} is {}, neither {} as before nor {} as wanted",
            self.name,
            said(now),
            said(self.before),
            said(self.wanted)
        );
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }
}

/// The amount in a word: `none` is not 0.
pub(super) fn said(amount: Option<u32>) -> String {
    amount.map_or_else(|| "none".into(), |count| count.to_string())
}
