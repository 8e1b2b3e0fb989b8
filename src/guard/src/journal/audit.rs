//! Verifies a journal: that nothing in it was edited, deleted, inserted, swapped, or cut off before a checkpoint.

use std::path::Path;

use serde::Serialize;
use watchdeck_domain::{Printable, Timestamp};

use super::chain::{BEGINNING, Frontier, link_digest};
use super::checkpoint::{Checkpoint, Signer};
use super::error::JournalError;
use super::glance::{Kind, glances, signed};
use super::record::{Record, Row};
use super::sqlite::Sqlite;
use super::storage::{Line, Storage};
use super::{GAP, ROWS_A_CHECKPOINT};
use crate::canonical::hex;

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The journal's name.
    pub origin: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many checkpoints.
    pub checkpoints: usize,
    /// How many rows stand behind the last good checkpoint: a cut there would not show.
    pub unsigned: u64,
    /// The chain's last hash, in hex. Note it down elsewhere, and a rewrite shows too.
    pub tip: String,
    /// The Merkle root over all rows, in hex.
    pub root: String,
    /// The public key that signed, in hex.
    pub key: String,
    /// Whether that key is the one that lies beside the journal.
    pub key_is_ours: bool,
    /// Rows that this build does not understand; they are chained all the same.
    pub unknown: u64,
    /// Intents without an outcome.
    pub open: u64,
    /// How it begins, where a journal before it is gone.
    pub gap: Option<String>,
    /// Where its checkpoints are shipped to.
    pub shipments: Vec<Shipment>,
    /// What is wrong. Empty is good.
    pub flaws: Vec<Flaw>,
}

/// What the journal knows of its checkpoints in a place that they are shipped to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shipment {
    /// The place, as a context names it.
    pub store: String,
    /// How many rows the newest one speaks about that was shipped; zero: none was.
    pub shipped: u64,
    /// How many checkpoints wait.
    pub waiting: usize,
    /// When the oldest of those was made.
    pub since: Option<Timestamp>,
}

impl std::fmt::Display for Shipment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows to {}", self.shipped, self.store)?;
        match self.since {
            None => Ok(()),
            Some(since) => write!(f, "; {} checkpoints wait SINCE {since}", self.waiting),
        }
    }
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.flaws.is_empty()
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The row where it shows.
    pub seq: u64,
    /// What.
    pub what: String,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = if self.is_sound() { "sound" } else { "ALTERED" };
        writeln!(f, "journal {}: {verdict}", self.origin)?;
        writeln!(f, "  rows         {} ({} behind the last checkpoint)", self.rows, self.unsigned)?;
        writeln!(
            f,
            "  checkpoints  {}, signed by {}{}",
            self.checkpoints,
            self.key,
            if self.key_is_ours { "" } else { " (no key lies beside the journal to compare with)" }
        )?;
        writeln!(f, "  tip          {}", self.tip)?;
        writeln!(f, "  merkle root  {}", self.root)?;
        if let Some(gap) = &self.gap {
            writeln!(f, "  gap          {gap}")?;
        }
        if self.open > 0 {
            writeln!(
                f,
                "  open         {} intents without an outcome: resume their runs",
                self.open
            )?;
        }
        if self.unknown > 0 {
            writeln!(f, "  unknown      {} rows of a newer build", self.unknown)?;
        }
        for shipment in &self.shipments {
            writeln!(f, "  shipped      {shipment}")?;
        }
        for flaw in &self.flaws {
            writeln!(f, "  row {:>8}  {}", flaw.seq, flaw.what)?;
        }
        Ok(())
    }
}

/// Verifies the journal at `path` without writing to it, also while a console is writing.
///
/// # Errors
/// When it cannot be read at all; everything wrong inside it is in the report.
pub fn verify(path: &Path) -> Result<Report, JournalError> {
    let storage = Sqlite::view(path)?;
    // Checkpoints first: rows may be added while we read, never taken away.
    let checkpoints = storage.checkpoints()?;
    let lines = storage.lines()?;
    let mut report = examine(&lines, &checkpoints, Signer::public_beside(path)?.as_deref());
    let marks = storage.shipments()?.into_iter();
    report.shipments =
        marks.map(|(store, shipped)| shipment(store, shipped, &checkpoints)).collect();
    Ok(report)
}

fn shipment(store: String, shipped: u64, checkpoints: &[Checkpoint]) -> Shipment {
    // The first one that is shipped speaks for all before it: nothing but that waits.
    let newest = checkpoints.len().saturating_sub(1);
    let from =
        if shipped == 0 { newest } else { checkpoints.partition_point(|it| it.size <= shipped) };
    let waiting = checkpoints.get(from..).unwrap_or_default();
    Shipment {
        store: Printable::new(store).into(),
        shipped,
        waiting: waiting.len(),
        since: waiting.first().map(|checkpoint| checkpoint.at),
    }
}

/// Examines lines and checkpoints against each other and against `ours`, the key that should have signed.
pub(crate) fn examine(lines: &[Line], checkpoints: &[Checkpoint], ours: Option<&str>) -> Report {
    let mut flaws = Vec::new();
    // What comes out of the file may be hostile to a terminal: it is told printable.
    let mut flaw =
        |seq: u64, what: String| flaws.push(Flaw { seq, what: Printable::new(what).into() });
    let (mut tip, mut tree, mut origin) = (BEGINNING, Frontier::default(), String::new());
    let (mut unknown, mut intents, mut outcomes, mut unsigned_from) = (0_u64, 0_u64, 0_u64, 0);
    let mut waiting = checkpoints.iter().zip(signed(checkpoints)).peekable();
    let key = ours.or_else(|| checkpoints.last().map(|c| c.key.as_str())).unwrap_or_default();
    for (line, glance) in lines.iter().zip(glances(lines)) {
        if line.seq != tree.size() {
            flaw(
                line.seq,
                format!(
                    "row {} stands where row {} should: rows are missing or were put in",
                    line.seq,
                    tree.size()
                ),
            );
            break;
        }
        tip = link_digest(&tip, &glance.digest);
        tree.push_leaf(glance.leaf);
        if tip != line.hash {
            flaw(
                line.seq,
                "the chain breaks here: this row or one before it is not what was written".into(),
            );
            break;
        }
        unknown += u64::from(glance.said.is_none());
        if let Some(said) = glance.said {
            if said.seq != line.seq {
                flaw(line.seq, format!("the row calls itself {}", said.seq));
            }
            match said.kind {
                Kind::Genesis(name) if line.seq == 0 => origin = name,
                Kind::Genesis(_) => flaw(line.seq, "a second beginning".into()),
                Kind::Intent => intents += 1,
                Kind::Outcome => outcomes += 1,
                Kind::Other => {}
            }
        }
        while let Some((checkpoint, signed)) = waiting.next_if(|(c, _)| c.size <= tree.size()) {
            if let Some(what) = fault(checkpoint, signed, &tree, &tip, &origin, key) {
                flaw(line.seq, what);
            } else {
                unsigned_from = checkpoint.size;
            }
        }
    }
    for (checkpoint, _) in waiting {
        if tree.size() == lines.len() as u64 {
            flaw(
                tree.size(),
                format!(
                    "a checkpoint speaks of {} rows, {} are here: the end was cut off",
                    checkpoint.size,
                    tree.size()
                ),
            );
        }
    }
    let unsigned = tree.size().saturating_sub(unsigned_from);
    for what in lacking(lines.is_empty(), &origin, checkpoints.is_empty(), unsigned, ours) {
        flaw(0, what.into());
    }
    Report {
        origin: Printable::new(origin).into(),
        rows: lines.len() as u64,
        checkpoints: checkpoints.len(),
        unsigned,
        tip: hex(&tip),
        root: hex(&tree.root()),
        key: Printable::new(key).into(),
        key_is_ours: ours.is_some(),
        unknown,
        open: intents.saturating_sub(outcomes),
        gap: gap(lines),
        shipments: Vec::new(),
        flaws,
    }
}

/// How it begins, where a journal before it is gone.
fn gap(lines: &[Line]) -> Option<String> {
    let row: Row = serde_json::from_str(&lines.first()?.body).ok()?;
    let Record::Genesis { reason, .. } = row.record else { return None };
    (reason == GAP).then_some(reason)
}

/// What every journal has and this one lacks.
fn lacking(
    is_empty: bool,
    origin: &str,
    nothing_is_signed: bool,
    unsigned: u64,
    ours: Option<&str>,
) -> Vec<&'static str> {
    let lacks = [
        (is_empty, "the journal is empty: it has not even a beginning"),
        (!is_empty && origin.is_empty(), "the first row is not a beginning"),
        (nothing_is_signed, "nothing is signed"),
        (
            !nothing_is_signed && unsigned > ROWS_A_CHECKPOINT,
            "more rows at the end are not signed than ever stand so",
        ),
        (
            ours.is_none(),
            "no key lies beside the journal: nobody can tell whose signatures these are",
        ),
    ];
    lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, what)| what).collect()
}

fn fault(
    checkpoint: &Checkpoint,
    signed: bool,
    tree: &Frontier,
    tip: &[u8],
    origin: &str,
    key: &str,
) -> Option<String> {
    let size = checkpoint.size;
    if checkpoint.key != key {
        Some(format!("the checkpoint at {size} rows is signed by another key, {}", checkpoint.key))
    } else if !signed {
        Some(format!("the checkpoint at {size} rows has a bad signature"))
    } else if checkpoint.origin != origin {
        Some(format!("the checkpoint at {size} rows belongs to the journal {}", checkpoint.origin))
    } else if size != tree.size()
        || checkpoint.root != hex(&tree.root())
        || checkpoint.tip != hex(tip)
    {
        Some(format!("the checkpoint at {size} rows was made over other rows"))
    } else {
        None
    }
}
