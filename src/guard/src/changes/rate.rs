//! `LimitRate`: what it means, whether it may be made, whether it was made, and how it is taken back.
//!
//! AWS replaces the whole web ACL under a lock. What it told of it is sent back as it came, with one rule of ours more or less;
//! whoever changes it meanwhile moves the lock, and the next plan begins with what they left.

use serde_json::{Value, json};
use watchdeck_domain::change::{Kind as _, LimitRate};
use watchdeck_domain::firewall::WebAcl;
use watchdeck_domain::reading::WebAclOf;
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a web ACL";

/// The limits and windows that AWS takes.
const LIMITS: std::ops::RangeInclusive<u32> = 10..=2_000_000_000;
const WINDOWS: [u32; 4] = [60, 120, 300, 600];

/// What one rule by address takes of a web ACL's capacity, and what there is of it in all.
const TAKES: u32 = 2;
const CAPACITY: u32 = 5_000;

impl Deed for LimitRate {
    fn params(&self, _: &Scope) -> Value {
        self.body()
    }

    /// `rate@shop-edge`: one at a time is put into a web ACL.
    fn target(&self) -> String {
        format!("rate@{}", self.name)
    }

    /// `count-above-100-in-60s`, or `no-limit`.
    fn destination(&self) -> String {
        word(self, self.limited)
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        let rule = &self.rule;
        if !LIMITS.contains(&rule.rate.limit) {
            let (least, most) = (LIMITS.start(), LIMITS.end());
            return Some(format!("a limit is {least} to {most} requests, not {}", rule.rate.limit));
        }
        if !WINDOWS.contains(&rule.rate.window_s) {
            return Some(format!(
                "requests are counted over 60, 120, 300 or 600 s, not over {}",
                rule.rate.window_s
            ));
        }
        if let Some(member) = self.unsendable() {
            return Some(format!(
                "the web ACL has a part `{member}` that this program cannot send back, and would lose"
            ));
        }
        (self.limited && self.capacity.saturating_add(TAKES) > CAPACITY).then(|| {
            format!("the web ACL takes {} of {CAPACITY} units of capacity already", self.capacity)
        })
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(acl) = seen(before) else { return Vec::new() };
        let stands =
            |limited: bool, rules: usize| format!("{}, among {rules} rules", word(self, limited));
        vec![Difference {
            field: self.target(),
            before: stands(self.is_in(acl), acl.rules.len()),
            after: stands(self.limited, self.rules().len()),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let after = match (self.limited, self.rule.blocks) {
            (false, _) => "no address is held to this limit any more",
            (true, false) => "nobody is blocked: whoever goes over the limit is counted",
            (true, true) => {
                "whoever goes over the limit is blocked until they slow down: all behind one address count as one"
            }
        };
        vec![
            format!("1 web ACL, with all behind it: {}", self.arn),
            format!("1 rule of {} in {}: {}", self.rules().len(), scope.region, self.rule.name),
            after.into(),
        ]
    }

    fn query(&self) -> Query {
        WebAclOf { acl: self.arn.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(acl) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if self.is_in(acl) == self.limited {
            let there = word(self, self.limited);
            return Some(Hindrance::Idle(format!("{} is {there} already", self.target())));
        }
        // Another rule that does the same would only take its room.
        if let Some(same) = acl.rules.iter().find(|held| self.limited && self.rule.is_like(held)) {
            let there = Printable::new(same.name.clone());
            return Some(Hindrance::Idle(format!(
                "{} is {} already, by the rule {there}",
                self.target(),
                self.destination()
            )));
        }
        if acl.lock != self.lock || acl.id != self.id {
            return Some(Hindrance::Moved(format!(
                "somebody has changed the web ACL {} since the draft was made: a new plan keeps what they did",
                self.name
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        let restores = back.id == self.id && back.rule == self.rule && back.limited != self.limited;
        (!restores).then(|| {
            let what = format!("the reversal is about another rule than {}", self.rule.name);
            Hindrance::Reversal(what)
        })
    }

    /// The name of the rule bears the run: nobody else's rule is taken for it.
    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(acl) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        if self.is_in(acl) == self.limited {
            return Sighting::Landed { revision: Some(acl.lock.clone()) };
        }
        if acl.lock == self.lock {
            return Sighting::Absent;
        }
        let there = word(self, !self.limited);
        let seen = format!("the web ACL {} was changed, and the rule is {there}", self.name);
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(acl) if self.limited && self.is_whole_in(acl) => Verdict::True,
            Some(acl) if !self.limited && !self.is_in(acl) => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/lock", seen(there).map_or(Value::Null, |acl| json!(acl.lock)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |acl| json!({ "rate": word(self, self.is_in(acl)), "rules": acl.rules.len() }),
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
        let again = Self::on(there, &self.rule, self.limited);
        Some((Self::on(there, &back.rule, back.limited).into(), again.into()))
    }
}

/// The web ACL in an answer to a probe.
fn seen(answer: &Answer) -> Option<&WebAcl> {
    if let Answer::WebAclOf(acl) = answer { Some(acl) } else { None }
}

/// What there is for an address: `count-above-100-in-60s`, or `no-limit`.
fn word(of: &LimitRate, limited: bool) -> String {
    if limited { of.rule.to_string() } else { "no-limit".into() }
}
