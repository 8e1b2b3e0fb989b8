//! A value that was asked for: the newest answer, when it came, and why a newer one did not.

use serde::Serialize;
use watchdeck_domain::Timestamp;

use super::problem::Problem;

/// The newest answer to a question, kept while a newer one is on its way or failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loaded<T> {
    /// The newest answer.
    pub value: Option<T>,
    /// When it came.
    pub at: Timestamp,
    /// Why the newest question was not answered, if it was not.
    pub failed: Option<Problem>,
}

impl<T> Default for Loaded<T> {
    fn default() -> Self {
        Self { value: None, at: Timestamp::default(), failed: None }
    }
}

impl<T> Loaded<T> {
    /// Takes an answer, or the lack of one, in.
    pub fn take(&mut self, answer: Result<T, Problem>, now: Timestamp) {
        match answer {
            Ok(value) => {
                self.value = Some(value);
                self.failed = None;
            }
            Err(problem) => self.failed = Some(problem),
        }
        self.at = now;
    }

    /// Whether it is older than `limit`, or was never answered.
    pub fn older_than(&self, limit: std::time::Duration, now: Timestamp) -> bool {
        (self.value.is_none() && self.failed.is_none()) || now.since(self.at) >= limit
    }
}

impl<T> Loaded<Vec<T>> {
    /// The rows of the newest answer; none before it came.
    pub fn rows(&self) -> &[T] {
        self.value.as_deref().unwrap_or_default()
    }
}
