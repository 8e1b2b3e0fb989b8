//! The journal: what is about to be done is durable before it is done.
//!
//! Rows are JSON, chained by hash, counted by signed checkpoints, kept by a [`Storage`], and written by one console.

mod audit;
mod book;
mod chain;
mod checkpoint;
mod error;
mod glance;
mod ledger;
mod proof;
mod record;
mod shipped;
mod sqlite;
mod storage;
mod view;
mod witness;

use std::path::Path;
use std::time::Duration;

use watchdeck_domain::{RunId, Timestamp};

use audit::examine;
pub use audit::{Flaw, Report, Shipment, verify};
pub use book::Book;
pub use chain::{BEGINNING, Frontier, Hash, link};
pub(crate) use checkpoint::private;
pub use checkpoint::{Checkpoint, Signer};
pub use error::{Fault, JournalError};
pub(crate) use ledger::{Ledger, Past};
pub use proof::{Proof, Tree, extends, includes};
pub use record::{Begun, Fate, Record, Row, TakenUp};
pub use shipped::{Shipped, Witness, signing_key, witness};
pub use sqlite::Sqlite;
pub use storage::{Line, Storage};
pub use view::View;
pub use witness::{Comparison, Foreign, Sent, Unwitnessed, compare};

use crate::canonical;
use crate::shipping::Parcel;

/// How a journal begins where there was one before, and nobody knows what it said.
pub(crate) const GAP: &str = "a journal was here and is gone: only the key that signed it is left";

/// At most so many rows stand without a signature; more of them are an alteration.
const ROWS_A_CHECKPOINT: u64 = 64;

/// Or rows older than this, once another one comes.
const CHECKPOINT_AFTER: Duration = Duration::from_mins(1);

/// At most so many checkpoints are shipped at once.
const MOST_AT_ONCE: usize = 50;

/// An idle journal says every so often that it is still here.
pub(crate) const HEARTBEAT: Duration = Duration::from_hours(1);

/// A journal open for writing. There is one writer at a time.
pub struct Journal {
    storage: Box<dyn Storage>,
    signer: Signer,
    origin: String,
    epoch: u64,
    tip: Hash,
    tree: Frontier,
    signed: (u64, Timestamp),
    rows: Vec<Row>,
    ledger: Ledger,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Journal({}, epoch {}, {} rows)", self.origin, self.epoch, self.tree.size())
    }
}

impl Journal {
    /// Opens the journal file at `path`, or makes it: private to its owner, its signing key beside it.
    ///
    /// # Errors
    /// When another console has it, it cannot be written, a newer build wrote it, or it was altered.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, JournalError> {
        let storage = Sqlite::open(path)?;
        let fresh = storage.lines()?.is_empty();
        // A key is made after its journal's file and signs its first row: where it is there before, a journal is gone.
        let gone = fresh && storage.is_new() && Signer::public_beside(path)?.is_some();
        let signer = Signer::beside(path, fresh)?;
        let why = if gone { GAP } else { "no journal was there" };
        Self::begin(Box::new(storage), signer, now, why)
    }

    /// Opens a journal over any storage: checks its chain and its newest signature, replays it, and begins a new epoch.
    ///
    /// # Errors
    /// When its rows are not what was written, or cannot be understood.
    pub fn over(
        storage: Box<dyn Storage>,
        signer: Signer,
        now: Timestamp,
    ) -> Result<Self, JournalError> {
        Self::begin(storage, signer, now, "no journal was there")
    }

    fn begin(
        mut storage: Box<dyn Storage>,
        signer: Signer,
        now: Timestamp,
        why: &str,
    ) -> Result<Self, JournalError> {
        let lines = storage.lines()?;
        let checkpoints = storage.checkpoints()?;
        let newest = checkpoints.last();
        let last = newest.map(std::slice::from_ref).unwrap_or_default();
        // Signing on would vouch for everything before: so that is examined first, by the rules of the audit.
        if !(lines.is_empty() && newest.is_none()) {
            let report = examine(&lines, last, Some(&signer.public()));
            if let Some(flaw) = report.flaws.first() {
                let what = format!("row {}: {}", flaw.seq, flaw.what);
                return Err(JournalError::new(Fault::Altered, what));
            }
        }
        let epoch = storage.begin_epoch()?;
        let mut journal = Self {
            storage,
            signer,
            origin: String::new(),
            epoch,
            tip: BEGINNING,
            tree: Frontier::default(),
            signed: (0, now),
            rows: Vec::with_capacity(lines.len() + 16),
            ledger: Ledger::default(),
        };
        for line in &lines {
            journal.replay(line)?;
        }
        if let Some(newest) = newest {
            journal.signed = (newest.size, newest.at);
        }
        let mut first = Vec::new();
        if journal.rows.is_empty() {
            let mut bits = [0; 8];
            getrandom::fill(&mut bits).map_err(|error| {
                JournalError::new(
                    Fault::Io,
                    format!("no randomness for the journal's name: {error}"),
                )
            })?;
            journal.origin = format!("watchdeck-{}", canonical::hex(&bits));
            first.push(Record::Genesis {
                origin: journal.origin.clone(),
                previous: None,
                reason: why.into(),
            });
        }
        first.push(Record::Opened { build: env!("CARGO_PKG_VERSION").into() });
        journal.write(now, None, first, true)?;
        Ok(journal)
    }

    /// Says who writes it and since when, for a console that finds it taken. That nobody could be told is no reason to stop.
    pub(crate) fn held_by(&mut self, name: &str, now: Timestamp) {
        let holder = format!("{name} (process {}) since {now}", std::process::id());
        if let Err(error) = self.storage.held_by(&holder) {
            tracing::warn!(%error, "who holds the journal could not be written down");
        }
    }

    fn replay(&mut self, line: &Line) -> Result<(), JournalError> {
        let altered = |what: String| JournalError::new(Fault::Altered, what);
        if line.seq != self.tree.size() {
            return Err(altered(format!(
                "row {} stands where row {} should",
                line.seq,
                self.tree.size()
            )));
        }
        let hash = link(&self.tip, line.body.as_bytes());
        if hash != line.hash {
            return Err(altered(format!(
                "row {} is not what was written: the chain breaks there",
                line.seq
            )));
        }
        let row: Row = serde_json::from_str(&line.body).map_err(|error| {
            JournalError::new(
                Fault::Newer,
                format!("row {} cannot be understood by this build: {error}", line.seq),
            )
        })?;
        if let Record::Genesis { origin, .. } = &row.record {
            self.origin.clone_from(origin);
        }
        self.tip = hash;
        self.tree.push(line.body.as_bytes());
        self.ledger.apply(&row);
        self.rows.push(row);
        Ok(())
    }

    /// Writes records down, all or none. They are durable when this returns.
    ///
    /// # Errors
    /// When they are not: then nothing that depends on them may be done.
    pub fn append(
        &mut self,
        at: Timestamp,
        run: Option<&RunId>,
        records: Vec<Record>,
    ) -> Result<Vec<Row>, JournalError> {
        let grave = |record: &Record| {
            matches!(
                record,
                Record::Intent { .. }
                    | Record::Outcome { .. }
                    | Record::Late { .. }
                    | Record::RunEnd { .. }
            )
        };
        let sign = records.iter().any(grave);
        self.write(at, run, records, sign)
    }

    fn write(
        &mut self,
        at: Timestamp,
        run: Option<&RunId>,
        records: Vec<Record>,
        sign: bool,
    ) -> Result<Vec<Row>, JournalError> {
        let (mut tip, mut tree) = (self.tip, self.tree.clone());
        let mut lines = Vec::with_capacity(records.len());
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            let row = Row { seq: tree.size(), epoch: self.epoch, at, run: run.cloned(), record };
            let body = serde_json::to_string(&row).map_err(|error| {
                JournalError::new(Fault::Io, format!("a row cannot be written as JSON: {error}"))
            })?;
            tip = link(&tip, body.as_bytes());
            tree.push(body.as_bytes());
            lines.push(Line { seq: row.seq, body, hash: tip });
            rows.push(row);
        }
        let unsigned = tree.size() - self.signed.0;
        let due = unsigned >= ROWS_A_CHECKPOINT || at.since(self.signed.1) >= CHECKPOINT_AFTER;
        let checkpoint = (unsigned > 0 && (sign || due))
            .then(|| self.signer.sign(&self.origin, tree.size(), &tree.root(), &tip, at));
        self.storage.append(self.epoch, &lines, checkpoint.as_ref())?;
        self.tip = tip;
        self.tree = tree;
        if let Some(checkpoint) = checkpoint {
            self.signed = (checkpoint.size, at);
        }
        for row in &rows {
            self.ledger.apply(row);
        }
        self.rows.extend(rows.iter().cloned());
        Ok(rows)
    }

    /// The newest rows, oldest first, `most` at most.
    pub fn newest(&self, most: usize) -> &[Row] {
        self.rows.get(self.rows.len().saturating_sub(most)..).unwrap_or_default()
    }

    /// The rows from `seq` on.
    pub fn since(&self, seq: u64) -> &[Row] {
        let from = usize::try_from(seq).unwrap_or(usize::MAX).min(self.rows.len());
        self.rows.get(from..).unwrap_or_default()
    }

    /// How many rows the newest checkpoint speaks about.
    pub(crate) fn signed(&self) -> u64 {
        self.signed.0
    }

    /// How many rows the newest checkpoint speaks about that was shipped to this place. From now on there is a mark that it
    /// is to be, also if it never succeeds.
    pub(crate) fn shipped(&mut self, store: &str) -> Result<u64, JournalError> {
        if let Some(size) = self.storage.shipped(store)? {
            return Ok(size);
        }
        self.storage.mark_shipped(store, 0)?;
        Ok(0)
    }

    /// Marks what stands in this place.
    pub(crate) fn mark_shipped(&mut self, store: &str, size: u64) -> Result<(), JournalError> {
        self.storage.mark_shipped(store, size)
    }

    /// The checkpoints that are to be shipped next, where those of `shipped` rows are there. The first one that ever is speaks
    /// for all before it: those are not shipped.
    pub(crate) fn parcel(&self, shipped: u64) -> Result<Option<Parcel>, JournalError> {
        let next = match shipped {
            0 => self.storage.checkpoints_over(self.signed.0.saturating_sub(1), 1)?,
            _ => self.storage.checkpoints_over(shipped, MOST_AT_ONCE)?,
        };
        let (mut after, mut pieces) = (shipped, Vec::with_capacity(next.len()));
        for checkpoint in next {
            let size = checkpoint.size;
            let sealed = Shipped::seal(checkpoint, after, &self.signer);
            let text = serde_json::to_string(&sealed)
                .map_err(|error| JournalError::new(Fault::Io, error.to_string()))?;
            pieces.push((size, text));
            after = size;
        }
        let (key, origin) = (self.signer.public(), self.origin.clone());
        Ok((!pieces.is_empty()).then(|| Parcel::of(key, origin, pieces)))
    }

    /// How many rows there are.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The public key by which its checkpoints are signed, in hex.
    pub fn public_key(&self) -> String {
        self.signer.public()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}
