//! Why the program ends without having done what it was asked: what happened, and what to do about it.

use std::process::ExitCode;

use watchdeck_domain::Printable;

use super::output;
use crate::app::Problem;

/// A failure of the whole program. Its texts are printable: they may quote servers and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it means for the caller.
    pub kind: FailureKind,
    /// What happened, and why.
    pub what: Printable,
    /// What to do; may be empty.
    pub hint: Printable,
}

/// The kinds of failure a script can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Something did not work (exit code 1).
    Failed,
    /// The command line asked for something that does not exist (exit code 2).
    Usage,
    /// The journal does not verify (exit code 3).
    Tampered,
    /// A part of what was asked for could not be read (exit code 3).
    Partly,
    /// No account could be opened: profile, credentials or network (exit code 4).
    NoAccount,
    /// A run is done, and nobody can tell whether it helped (exit code 5).
    Unverified,
    /// A gate or a check said no, and nothing was sent (exit code 6).
    Refused,
    /// The account, or the plan, is not as it was (exit code 7).
    Drifted,
    /// A run has not ended: it was stopped, it waits for somebody, or its outcome is unknown (exit code 8).
    Unsettled,
    /// A detection raised an alert, which is told already (exit code 9).
    Raised,
    /// A signal ended the program (exit code 128 + its number).
    Signalled(u8),
}

impl Failure {
    /// Something did not work.
    pub fn new(kind: FailureKind, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, what: Printable::new(what), hint: Printable::new(hint) }
    }

    /// What is wrong with several things, in one line; what to do about the first.
    pub fn all(problems: &[Problem]) -> Self {
        let told = problems.iter().map(|problem| format!("{}: {}", problem.what, problem.why));
        let told = told.collect::<Vec<_>>().join("; ");
        let hint = problems.first().map_or_else(String::new, |problem| problem.hint.to_string());
        Self::new(FailureKind::Failed, told, hint)
    }

    /// A signal ended the program, which is nothing to be told.
    pub fn signalled(number: u8) -> Self {
        Self::new(FailureKind::Signalled(number), "", "")
    }

    /// Says it on stderr and gives the exit code.
    pub fn report(&self) -> ExitCode {
        let mut text = String::new();
        if !self.what.as_str().is_empty() {
            text = format!("watchdeck: {}\n", self.what.as_str());
        }
        if !self.hint.as_str().is_empty() {
            text = format!("{text}  hint: {}\n", self.hint.as_str());
        }
        output::complain(&text);
        ExitCode::from(match self.kind {
            FailureKind::Failed => 1,
            FailureKind::Usage => 2,
            FailureKind::Tampered | FailureKind::Partly => 3,
            FailureKind::NoAccount => 4,
            FailureKind::Unverified => 5,
            FailureKind::Refused => 6,
            FailureKind::Drifted => 7,
            FailureKind::Unsettled => 8,
            FailureKind::Raised => 9,
            FailureKind::Signalled(number) => 128_u8.saturating_add(number),
        })
    }
}
