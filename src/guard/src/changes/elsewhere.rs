//! Any change made in another region: all that it means, it means there.

use serde_json::Value;
use watchdeck_domain::change::{Elsewhere, Kind as _};
use watchdeck_domain::{Answer, Change, Query, Reversal, RevisionId, RunId, Scope};

use super::{Deed, deed};
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

impl Deed for Elsewhere {
    fn params(&self, scope: &Scope) -> Value {
        deed(&self.change).params(&scope.in_region(&self.region))
    }

    fn target(&self) -> String {
        format!("{} in {}", deed(&self.change).target(), self.region)
    }

    fn destination(&self) -> String {
        deed(&self.change).destination()
    }

    fn fault(&self, run: &RunId) -> Option<String> {
        deed(&self.change).fault(run)
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let there =
            |it: Difference| Difference { field: format!("{} in {}", it.field, self.region), ..it };
        deed(&self.change).differences(before).into_iter().map(there).collect()
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        deed(&self.change).blast_radius(&scope.in_region(&self.region))
    }

    fn query(&self) -> Query {
        deed(&self.change).query().put_to(&self.region)
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let reversal = match reversal {
            Reversal::By(back) => match there(back, self) {
                Some(back) => Reversal::By(Box::new(back.clone())),
                None => return Some(Hindrance::of_another_kind()),
            },
            Reversal::Call(call) => Reversal::Call(call.clone()),
            Reversal::Never(why) => Reversal::Never(why.clone()),
        };
        deed(&self.change).hindrance(&reversal, now)
    }

    fn sighting(&self, run: &RunId, now: &Answer) -> Sighting {
        deed(&self.change).sighting(run, now)
    }

    fn bears_mark(&self) -> bool {
        deed(&self.change).bears_mark()
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        deed(&self.change).at_rest(now)
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        deed(&self.change).defeat(now)
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        deed(&self.change).lock(there)
    }

    fn shown(&self, there: &Answer) -> Value {
        deed(&self.change).shown(there)
    }

    fn leaves(&self, before: &Answer, lock: RevisionId) -> Option<Answer> {
        deed(&self.change).leaves(before, lock)
    }

    fn locked(&self, lock: RevisionId) -> Option<Change> {
        deed(&self.change).locked(lock).map(|change| afar(change, self))
    }

    fn confusion(&self, before: &Change) -> Option<String> {
        deed(&self.change).confusion(there(before, self)?)
    }

    fn undo(
        &self,
        back: &Change,
        left: Option<&RevisionId>,
        now: &Answer,
        run: &RunId,
    ) -> Option<(Change, Change)> {
        let (change, again) = deed(&self.change).undo(there(back, self)?, left, now, run)?;
        Some((afar(change, self), afar(again, self)))
    }
}

/// What another change does in the same region, if it is made there.
fn there<'a>(other: &'a Change, here: &Elsewhere) -> Option<&'a Change> {
    let other = Elsewhere::of(other).filter(|other| other.region == here.region)?;
    Some(&other.change)
}

/// A change, made where this one is.
fn afar(change: Change, here: &Elsewhere) -> Change {
    Elsewhere { region: here.region.clone(), change: Box::new(change) }.into()
}
