//! How much one plan may change, and from where on it is not taken back any more.

use watchdeck_domain::{Change, Reversal};

use crate::draft::{Draft, Risk, Step};

/// The most steps of a plan of R4 whose point of no return is drawn. All but the last few of them can be taken back, and a
/// person is asked before each that cannot.
pub const MOST_STAGED: usize = 12;

impl Draft {
    /// The step from which on nothing before it is taken back any more, where one is drawn.
    pub fn point_of_no_return(&self) -> Option<&Step> {
        self.steps().find(|step| step.no_return)
    }

    /// Whether it is of the highest risk and goes there in several steps.
    pub(crate) fn is_staged(&self) -> bool {
        self.risk == Risk::R4 && !self.rest.is_empty() && self.undoes.is_none()
    }

    /// The most steps that it may have.
    pub(crate) fn most_steps(&self) -> usize {
        // A way back is as long as the way was.
        if self.is_staged() || self.undoes.is_some() {
            MOST_STAGED.max(self.risk.most_steps())
        } else {
            self.risk.most_steps()
        }
    }

    /// Why it would change more than a plan of its risk may; nothing where it does not.
    pub(crate) fn excess(&self) -> Option<String> {
        let (steps, most) = (self.steps().count(), self.most_steps());
        if steps > most {
            let risk = self.risk;
            return Some(format!(
                "the plan has {steps} steps; a plan of risk {risk} may have {most}"
            ));
        }
        if let Some(step) = Some(&self.first).filter(|step| step.pause.is_some()) {
            return Some(format!("nothing comes before step `{}`, where a pause is", step.id));
        }
        if self.is_staged() { self.undrawn() } else { None }
    }

    /// What is lacking where several steps lead to what cannot be taken back.
    fn undrawn(&self) -> Option<String> {
        let mut points = self.steps().filter(|step| step.no_return);
        let Some(point) = points.next() else {
            return Some("a plan of R4 with several steps draws its point of no return".into());
        };
        if let Some(second) = points.next() {
            let (one, other) = (&point.id, &second.id);
            return Some(format!("there is one point of no return, not `{one}` and `{other}`"));
        }
        let mut is_past = false;
        for step in self.steps() {
            is_past |= step.no_return;
            let returns = !matches!(step.reversal, Reversal::Never(_));
            if !returns && !is_past {
                return Some(format!(
                    "step `{}` cannot be taken back, and stands before the point of no return",
                    step.id
                ));
            }
            if step.no_return && returns {
                return Some(format!(
                    "step `{}` can be taken back: one can return from there",
                    step.id
                ));
            }
            if !returns && step.pause.is_none() && step.id != self.first.id {
                return Some(format!(
                    "step `{}` cannot be taken back, and nobody is asked before it",
                    step.id
                ));
            }
        }
        None
    }

    /// The change that the phrase names: the one that is not taken back any more, where several steps lead to it; else what
    /// is there in the end where the first one acts.
    pub(crate) fn named(&self) -> &Change {
        let point = self.point_of_no_return().filter(|_| self.is_staged());
        let last = || self.last_on(&self.first.target()).unwrap_or(&self.first);
        &point.unwrap_or_else(last).change
    }

    /// What a phrase ends with where not everything can be taken back: over how many steps it goes, and that.
    pub(crate) fn consequence(&self) -> String {
        match self.risk {
            Risk::R4 if self.is_staged() => {
                format!(" in {} steps irreversibly", self.steps().count())
            }
            Risk::R4 => " irreversibly".into(),
            Risk::R0 | Risk::R1 | Risk::R2 | Risk::R3 => String::new(),
        }
    }

    /// Where the point of no return stands, in words.
    pub(crate) fn told_point(&self) -> Option<String> {
        let at = self.steps().position(|step| step.no_return)?;
        let (step, of) = (self.steps().nth(at)?, self.steps().count());
        let before = match at {
            0 => "nothing comes before it".to_owned(),
            1 => "the step before it can be taken back until then, and not after".to_owned(),
            at => format!("the {at} steps before it can be taken back until then, and not after"),
        };
        Some(format!("point of no return: step {} of {of}, {}; {before}", at + 1, step.title))
    }
}
