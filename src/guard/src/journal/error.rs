//! Why the journal could not take something down. Nothing is sent that was not written first.

use std::io::ErrorKind;
use std::path::Path;

use watchdeck_domain::Printable;

/// What went wrong with the journal, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct JournalError {
    /// The kind.
    pub fault: Fault,
    /// What happened.
    pub what: String,
}

/// The kinds of trouble that call for different conduct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another console holds the journal.
    Busy,
    /// The disk is full.
    Full,
    /// The journal cannot be written.
    ReadOnly,
    /// The file, the disk or the file system failed.
    Io,
    /// A newer build wrote it.
    Newer,
    /// It is not what was written.
    Altered,
    /// The plan has run already.
    Repeated,
    /// Another run on the same target is not settled.
    Unsettled,
    /// The approval has run out.
    Expired,
}

impl JournalError {
    /// An error of this kind. Its text may quote the file, and is made printable.
    pub fn new(fault: Fault, what: impl Into<String>) -> Self {
        Self { fault, what: Printable::new(what).into() }
    }

    pub(crate) fn io(deed: &str, path: &Path, error: &std::io::Error) -> Self {
        let kind = error.kind();
        let fault = if matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
            Fault::Full
        } else if matches!(kind, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
            Fault::ReadOnly
        } else {
            Fault::Io
        };
        Self::new(fault, format!("could not {deed} at {}: {error}", path.display()))
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> &'static str {
        match self.fault {
            Fault::Busy => "close the other console, or choose another journal",
            Fault::Full => {
                "make room on the disk; nothing is sent before the journal can be written"
            }
            Fault::ReadOnly => {
                "make the file and its folder writable for you, or choose another journal"
            }
            Fault::Io => "check the disk and the path; the journal needs a local file system",
            Fault::Newer => {
                "use the newer build; this one only shows such a journal and resumes nothing"
            }
            Fault::Altered => {
                "run `watchdeck audit verify`; keep the file as evidence and begin a new journal"
            }
            Fault::Repeated => "propose again: a plan runs once",
            Fault::Expired => "propose it again: the checks are made anew",
            Fault::Unsettled => "resume that run, or wait until its call can no longer take effect",
        }
    }
}
