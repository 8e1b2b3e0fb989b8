//! One thing that was looked at: how it is, why, and what to do.

use serde::Serialize;
use watchdeck_domain::Printable;

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// In order.
    Ok,
    /// It works, but not as it could.
    Warn,
    /// Something will not work.
    Bad,
    /// Not looked at.
    Skipped,
}

impl Verdict {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Ok, Self::Warn, Self::Bad, Self::Skipped];

    /// Its word.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Skipped => "skipped",
        }
    }
}

/// One thing that was looked at. Its texts may quote servers and files, so they are printable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) check: String,
    /// How it is.
    pub(super) verdict: Verdict,
    /// What was found.
    pub(super) what: Printable,
    /// Why; may be empty.
    pub(super) why: Printable,
    /// What to do; may be empty.
    pub(super) next: Printable,
}

impl Finding {
    /// Something in order.
    pub(super) fn ok(check: &str, what: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, what, "", "")
    }

    /// Something that was not looked at, and why.
    pub(super) fn skipped(check: &str, why: impl Into<String>) -> Self {
        Self::new(check, Verdict::Skipped, why, "", "")
    }

    /// Anything.
    pub(super) fn new(
        check: &str,
        verdict: Verdict,
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            check: check.to_owned(),
            verdict,
            what: Printable::new(what),
            why: Printable::new(why),
            next: Printable::new(next),
        }
    }
}
