//! Every request that was served, as the server saw it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Protocol;
use crate::wire::value::Value;

/// How many requests are kept.
const KEPT: usize = 10_000;

/// A request that was served.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its number, from 1; numbers never repeat.
    pub number: u64,
    /// The virtual time it was served at.
    pub at_ms: i64,
    /// The service by the name of its model; empty where none was found.
    pub service: String,
    /// The operation asked for.
    pub operation: String,
    /// The protocol it was asked in.
    pub protocol: Option<Protocol>,
    /// The input as decoded; empty where it was refused before.
    pub input: Value,
    /// The access key of the signature.
    pub access_key: String,
    /// The region of the signature.
    pub region: String,
    /// The id the answer carries.
    pub request_id: String,
    /// The status of the answer.
    pub status: u16,
    /// What became of it.
    pub outcome: Outcome,
    /// What the request carried that its shape does not know; empty for every well-made client.
    pub strays: Vec<String>,
    /// Where our answer is not what the model says; empty if all is well.
    pub violations: Vec<String>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was executed and answered.
    Answered,
    /// It was refused with this error code.
    Refused(String),
    /// It was executed, and the reply was lost.
    ReplyLost,
    /// Its reply was lost; it will be executed later.
    Postponed,
    /// It was postponed before, and executed now.
    ExecutedLate,
    /// Nothing here serves it, though the model knows it.
    Unserved,
    /// It never reached anybody: its region is lost.
    Unreachable,
}

/// The book of all that was served; the oldest entries give way.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    entries: VecDeque<Served>,
    written: u64,
}

impl Ledger {
    pub(crate) fn write(&self, mut served: Served) {
        let mut book = self.lock();
        book.written += 1;
        served.number = book.written;
        if book.entries.len() == KEPT {
            book.entries.pop_front();
        }
        book.entries.push_back(served);
    }

    pub(crate) fn all(&self) -> Vec<Served> {
        self.lock().entries.iter().cloned().collect()
    }

    pub(crate) fn of(&self, operation: &str) -> Vec<Served> {
        self.lock().entries.iter().filter(|served| served.operation == operation).cloned().collect()
    }

    pub(crate) fn written(&self) -> u64 {
        self.lock().written
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
