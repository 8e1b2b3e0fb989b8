//! `ListAddress`: what it means, whether it may be made, whether it was made, and how it is taken back.
//!
//! AWS replaces the whole set under a lock. What others have put there is sent along as it was read; whoever changes the set
//! meanwhile moves the lock, and the next plan begins with what they left. Taken back is one range, never the old list.

use serde_json::{Value, json};
use watchdeck_domain::change::{Kind as _, ListAddress};
use watchdeck_domain::firewall::{IpSet, Range};
use watchdeck_domain::reading::IpSetOf;
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "an IP set";

/// The widest range that one plan may list: 256 addresses, or the networks of one site.
const WIDEST_V4: u8 = 24;
const WIDEST_V6: u8 = 48;

/// AWS takes no more ranges in a set.
const MOST: usize = 10_000;

impl Deed for ListAddress {
    fn params(&self, _: &Scope) -> Value {
        let mut params = json!({
            "Name": self.set,
            "Scope": "REGIONAL",
            "Id": self.id,
            "Addresses": self.addresses,
            "LockToken": self.lock,
        });
        if let Some(members) = params.as_object_mut()
            && !self.description.is_empty()
        {
            members.insert("Description".into(), json!(self.description));
        }
        params
    }

    /// `203.0.113.7/32@blocked`.
    fn target(&self) -> String {
        format!("{}@{}", self.range, self.set)
    }

    fn destination(&self) -> String {
        word(self.listed).into()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        let Some(range) = Range::parse(&self.range) else {
            return Some(format!(
                "`{}` is no range of addresses, or has bits beyond it",
                self.range
            ));
        };
        // What stands there already may be taken out, whatever it is.
        if !self.listed {
            return None;
        }
        let widest = if range.is_v4() { WIDEST_V4 } else { WIDEST_V6 };
        if range.bits() < widest {
            return Some(format!(
                "{} is wider than the /{widest} that one plan may list",
                self.range
            ));
        }
        if self.addresses.len() > MOST {
            return Some(format!("a set holds {MOST} ranges at most"));
        }
        range.oddity().map(|why| format!("{} would block nobody from outside: {why}", self.range))
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(set) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: self.target(),
            before: format!(
                "{}, among {} ranges",
                word(set.holds(&self.range)),
                set.addresses.len()
            ),
            after: format!("{}, among {} ranges", word(self.listed), self.addresses.len()),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let whom = if self.listed {
            "whoever comes from that range, wherever a rule blocks this set: all behind one address with them"
        } else {
            "whoever comes from that range comes in again"
        };
        vec![format!("1 IP set: {}", self.set_arn(scope)), whom.into()]
    }

    fn query(&self) -> Query {
        IpSetOf { set: self.set.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(set) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if set.id == self.id && set.holds(&self.range) == self.listed {
            return Some(Hindrance::Idle(format!(
                "{} is {} already",
                self.target(),
                word(self.listed)
            )));
        }
        if set.lock != self.lock || set.id != self.id {
            return Some(Hindrance::Moved(format!(
                "somebody has changed the IP set {} since the draft was made: a new plan keeps what they did",
                self.set
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        let restores = back.id == self.id && back.range == self.range && back.listed != self.listed;
        (!restores).then(|| {
            Hindrance::Reversal(format!(
                "the reversal is about {}, not {}",
                back.target(),
                self.target()
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(set) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        if set.holds(&self.range) == self.listed {
            return Sighting::Landed { revision: Some(set.lock.clone()) };
        }
        if set.lock == self.lock {
            return Sighting::Absent;
        }
        let seen = format!(
            "the IP set {} was changed, and {} is {}",
            self.set,
            self.range,
            word(!self.listed)
        );
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(set) if set.holds(&self.range) == self.listed => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/lock", seen(there).map_or(Value::Null, |set| json!(set.lock)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |set| json!({ "listed": set.holds(&self.range), "ranges": set.addresses.len() }),
        )
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let (back, there) = (Self::of(back)?, seen(there)?);
        let again = Self::on(there, &self.range, self.listed);
        Some((Self::on(there, &back.range, back.listed).into(), again.into()))
    }
}

/// The set in an answer to a probe.
fn seen(answer: &Answer) -> Option<&IpSet> {
    if let Answer::IpSetOf(set) = answer { Some(set) } else { None }
}

fn word(listed: bool) -> &'static str {
    if listed { "listed" } else { "not-listed" }
}
