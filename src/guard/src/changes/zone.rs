//! `ShiftZone`: a setting, whose comment bears the run. No shift is without an end: AWS ends it by itself.

use serde_json::{Value, json};
use watchdeck_domain::change::{Shift, ShiftZone};
use watchdeck_domain::reading::ZonalStandingOf;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Scope};

use super::setting::{Setting, not};
use crate::judge::Verdict;

/// The longest that AWS shifts, in minutes: 72 hours.
const LONGEST: u32 = 72 * 60;

/// The longest comment that AWS takes.
const LONGEST_COMMENT: usize = 128;

impl Setting for ShiftZone {
    type Value = Option<Shift>;

    const WHAT: &'static str = "a resource in zones";
    const FIELD: &'static str = "shift";
    const POINTER: &'static str = "/shift";

    fn params(&self, _: &Scope) -> Value {
        let Some(shift) = &self.shift else { return json!({ "zonalShiftId": self.id }) };
        json!({
            "resourceIdentifier": self.resource,
            "awayFrom": shift.away,
            "expiresIn": format!("{}m", self.minutes),
            "comment": shift.comment,
        })
    }

    /// `zones:shop-web`.
    fn target(&self) -> String {
        format!("zones:{}", Printable::new(self.name.clone()))
    }

    /// `away-from-euc1-az2`, or `all-zones`.
    fn destination(&self) -> String {
        word(self.shift.as_ref())
    }

    fn fault(&self) -> Option<String> {
        let Some(shift) = &self.shift else {
            return self.id.is_empty().then(|| "a shift that is ended has an id".into());
        };
        if !(1..=LONGEST).contains(&self.minutes) {
            return Some("a shift lasts 1 minute to 72 hours".into());
        }
        (shift.comment.chars().count() > LONGEST_COMMENT)
            .then(|| format!("AWS takes a comment of {LONGEST_COMMENT} characters, with the run"))
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let after = match &self.shift {
            Some(shift) => format!(
                "new connections go to the other zones, which take the load of {} with them; AWS ends it after {}",
                shift.away,
                lasting(self.minutes)
            ),
            None => "new connections go to every zone again".into(),
        };
        vec![format!("1 resource: {}", self.resource), after]
    }

    fn query(&self) -> Query {
        ZonalStandingOf { resource: self.resource.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<Shift>> {
        let Answer::ZonalStandingOf(it) = answer else { return None };
        Some(
            it.shift
                .as_ref()
                .map(|shift| Shift { away: shift.away.clone(), comment: shift.comment.clone() }),
        )
    }

    fn wanted(&self) -> Option<Shift> {
        self.shift.clone()
    }

    fn before(&self) -> Option<Shift> {
        self.before.clone()
    }

    fn after(self, before: Option<Shift>) -> Self {
        Self { before, ..self }
    }

    fn said(value: &Option<Shift>) -> String {
        word(value.as_ref())
    }

    /// The share of the zone is 0 a little after the shift has begun.
    fn at_rest(&self, now: &Answer) -> Verdict {
        let Answer::ZonalStandingOf(it) = now else { return Verdict::Unknown(not(Self::WHAT)) };
        let led_away = |shift: &Shift| it.weights.get(&shift.away).is_some_and(|it| *it <= 0.0);
        let good =
            Self::seen(now) == Some(self.wanted()) && self.shift.as_ref().is_none_or(led_away);
        if good { Verdict::True } else { Verdict::False }
    }

    /// The id by which a shift is ended is known once it has begun.
    fn cut(self, back: Self, there: &Answer) -> (Self, Self) {
        let Answer::ZonalStandingOf(it) = there else { return (self, back) };
        let id = it.shift.as_ref().map(|shift| shift.id.clone()).unwrap_or_default();
        let back = if back.shift.is_none() { Self { id, ..back } } else { back };
        (self, back)
    }
}

fn word(shift: Option<&Shift>) -> String {
    shift.map_or_else(|| "all-zones".into(), |shift| format!("away-from-{}", shift.away))
}

/// `90 minutes`, `4 hours`.
fn lasting(minutes: u32) -> String {
    if minutes.is_multiple_of(60) && minutes > 60 {
        format!("{} hours", minutes / 60)
    } else {
        format!("{minutes} minutes")
    }
}
