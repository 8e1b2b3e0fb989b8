//! `watchdeck audit prove` and `watchdeck audit export`: proofs out of a journal, for whoever has none.

use watchdeck_guard::journal::{Book, Fault, JournalError, Proof};

use super::{ExportArguments, ProveArguments, chosen};
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;

/// Prints one proof.
pub(super) fn one(asked: &ProveArguments, files: &FileArguments) -> Result<(), Failure> {
    let book = open(asked.journal.as_deref(), files)?;
    let seq = asked.seq.unwrap_or_default();
    let proof = match asked.grown_from {
        Some(size) => book.growth(size).ok_or_else(|| {
            let sizes: Vec<String> = book.sizes().map(|size| size.to_string()).collect();
            let hint = format!("there are checkpoints of {} rows", sizes.join(", "));
            usage(format!("there is no checkpoint of {size} rows"), &hint)
        })?,
        None => match book.row(seq) {
            None => return Err(usage(format!("the journal has no row {seq}"), "")),
            Some(Proof::Unsigned { .. }) => {
                let what =
                    format!("row {seq} stands behind the last checkpoint: nothing proves it yet");
                let hint = "it is signed with the next change, or when a console opens the journal";
                return Err(Failure::new(FailureKind::Partly, what, hint));
            }
            Some(proof) => proof,
        },
    };
    output::say(&format!("{}\n", output::json(&proof)))
}

/// Prints every row with its proof.
pub(super) fn all(asked: &ExportArguments, files: &FileArguments) -> Result<(), Failure> {
    let book = open(asked.journal.as_deref(), files)?;
    for proof in book.rows() {
        output::pour(format!("{}\n", output::json(&proof)).as_bytes())?;
    }
    Ok(())
}

fn open(asked: Option<&std::path::Path>, files: &FileArguments) -> Result<Book, Failure> {
    let path = chosen(asked, files)?;
    Book::open(&path).map_err(|error: JournalError| {
        let kind = match error.fault {
            Fault::Altered => FailureKind::Tampered,
            Fault::Busy
            | Fault::Full
            | Fault::ReadOnly
            | Fault::Io
            | Fault::Newer
            | Fault::Repeated
            | Fault::Unsettled
            | Fault::Expired => FailureKind::Failed,
        };
        let what = format!("the journal {} proves nothing: {error}", path.display());
        Failure::new(kind, what, error.hint())
    })
}

fn usage(what: String, hint: &str) -> Failure {
    Failure::new(FailureKind::Usage, what, hint)
}
