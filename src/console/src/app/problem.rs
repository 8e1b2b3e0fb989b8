//! Problems: what went wrong, why, and what to do about it, as the screen shows it.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Printable, ReadError, Timestamp};

/// One problem of the console itself. Nothing goes wrong only in a log file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable code, such as `read.denied` or `journal.full`.
    pub code: String,
    /// What happened.
    pub what: Printable,
    /// Why, as far as it is known; may be empty.
    pub why: Printable,
    /// What the operator can do; may be empty.
    pub hint: Printable,
}

impl Problem {
    /// A problem in three sentences.
    pub fn new(
        code: impl Into<String>,
        what: impl Into<String>,
        why: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            what: Printable::new(what),
            why: Printable::new(why),
            hint: Printable::new(hint),
        }
    }
}

impl From<&ReadError> for Problem {
    fn from(error: &ReadError) -> Self {
        let failure = error.failure.to_string();
        let code = if error.code.is_empty() { &failure } else { &error.code };
        Self::new(
            format!("read.{}", failure.replace(' ', "-")),
            format!("{} was not answered ({code})", error.operation),
            error.message.clone(),
            error.hint(),
        )
    }
}

/// A problem with the time it was first and last met, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// The problem.
    pub problem: Problem,
    /// First met.
    pub first: Timestamp,
    /// Last met.
    pub last: Timestamp,
    /// How often.
    pub times: u64,
}

/// The most distinct problems kept; older ones are counted, not kept.
const MOST: usize = 200;

/// All problems met, newest last. The same problem again only counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems {
    met: Vec<Met>,
    /// Distinct problems that were forgotten to bound the list.
    pub forgotten: u64,
    /// Problems met since the operator last looked.
    pub unseen: u64,
    /// The first line shown.
    pub top: usize,
}

impl Problems {
    /// Remembers a problem.
    pub fn meet(&mut self, problem: Problem, now: Timestamp) {
        self.unseen = self.unseen.saturating_add(1);
        if let Some(index) = self.met.iter().position(|met| met.problem == problem) {
            let mut met = self.met.remove(index);
            met.last = now;
            met.times = met.times.saturating_add(1);
            self.met.push(met);
            return;
        }
        if self.met.len() >= MOST {
            self.met.remove(0);
            self.forgotten = self.forgotten.saturating_add(1);
        }
        self.met.push(Met { problem, first: now, last: now, times: 1 });
    }

    /// Takes in all problems whose code begins so, as they are now: those that are no more go, and those that were met before
    /// are not met again.
    pub fn are_now(&mut self, prefix: &str, problems: Vec<Problem>, now: Timestamp) {
        self.met
            .retain(|met| !met.problem.code.starts_with(prefix) || problems.contains(&met.problem));
        for problem in problems {
            if self.met.iter().all(|met| met.problem != problem) {
                self.meet(problem, now);
            }
        }
    }

    /// What is left of them in another account: what is about the operator's own files and machine, not about answers.
    #[must_use]
    pub fn of_the_console(mut self) -> Self {
        let about_an_account = ["read.", "desk.", "runbook.", "journal.", "switch.", "write."];
        self.met
            .retain(|met| !about_an_account.iter().any(|part| met.problem.code.starts_with(part)));
        self.top = 0;
        self
    }

    /// When a problem was last met.
    pub fn last(&self) -> Option<Timestamp> {
        self.met.last().map(|met| met.last)
    }

    /// The problems, newest first.
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &Met> {
        self.met.iter().rev()
    }
}
