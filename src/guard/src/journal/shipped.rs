//! Checkpoints that were shipped, read back, and the journal held against them: what somebody else keeps shows a cut and a
//! rewrite that the journal's own checkpoints were made to agree with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Printable, Timestamp};

use super::GAP;
use super::chain::{BEGINNING, Frontier, link};
use super::checkpoint::{Checkpoint, Signer};
use super::error::{Fault, JournalError};
use super::record::{Record, Row};
use super::sqlite::Sqlite;
use super::storage::Storage as _;
use crate::canonical::hex;
use crate::shipping::Found;

/// A checkpoint as it is shipped: it says which one was shipped before it, so that a missing one shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipped {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// How many rows the one that was shipped before it speaks about; zero: shipping began with it.
    pub after: u64,
    /// The Ed25519 signature over both, in hex.
    pub signature: String,
}

impl Shipped {
    pub(super) fn seal(checkpoint: Checkpoint, after: u64, signer: &Signer) -> Self {
        let signature = signer.seal(message(&checkpoint, after).as_bytes());
        Self { checkpoint, after, signature }
    }

    /// Whether the key that the checkpoint names has signed all of it.
    pub fn is_signed(&self) -> bool {
        let whole = message(&self.checkpoint, self.after);
        self.checkpoint.is_signed()
            && Checkpoint::has_signed(&self.checkpoint.key, &self.signature, whole.as_bytes())
    }
}

fn message(checkpoint: &Checkpoint, after: u64) -> String {
    format!("watchdeck-shipped-v1\n{after}\n{}\n", checkpoint.signature)
}

/// What holding a journal against the checkpoints that were shipped has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// The journal's name.
    pub origin: String,
    /// Where its checkpoints were shipped to.
    pub store: String,
    /// The key that must have signed them, in hex.
    pub key: String,
    /// How many rows the journal has.
    pub rows: u64,
    /// How many checkpoints were read back that agree with it.
    pub checkpoints: usize,
    /// How many rows the newest of them speaks about: what comes behind is witnessed by nobody yet.
    pub witnessed: u64,
    /// When that one was made.
    pub newest: Option<Timestamp>,
    /// What should be known, and is no flaw.
    pub notes: Vec<String>,
    /// What is wrong. Empty is good.
    pub flaws: Vec<String>,
}

impl Witness {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.flaws.is_empty()
    }
}

impl std::fmt::Display for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = if self.is_sound() { "agrees" } else { "DIFFERS" };
        writeln!(f, "shipped to {}: {verdict}", self.store)?;
        writeln!(f, "  journal      {}, {} rows", self.origin, self.rows)?;
        let behind = self.rows.saturating_sub(self.witnessed);
        let newest = self.newest.map(|at| format!(", made {at}")).unwrap_or_default();
        writeln!(f, "  checkpoints  {} that agree, signed by {}", self.checkpoints, self.key)?;
        writeln!(
            f,
            "  witnessed    {} rows{newest}; {behind} behind them are not",
            self.witnessed
        )?;
        for note in &self.notes {
            writeln!(f, "  note         {note}")?;
        }
        for flaw in &self.flaws {
            writeln!(f, "  FLAW         {flaw}")?;
        }
        Ok(())
    }
}

/// The public key that signs the journal at `path`, in hex: what was shipped is looked for by it.
///
/// # Errors
/// The key cannot be read, or is not there.
pub fn signing_key(path: &Path) -> Result<String, JournalError> {
    Signer::public_beside(path)?.ok_or_else(|| {
        let what =
            format!("no key lies beside {}: nobody can tell what it has shipped", path.display());
        JournalError::new(Fault::Altered, what)
    })
}

/// Holds the journal at `path` against what stands in `store`, where its checkpoints were shipped to.
///
/// # Errors
/// The journal or its key cannot be read; everything that differs is in what is found.
pub fn witness(path: &Path, store: &str, found: &[Found]) -> Result<Witness, JournalError> {
    let key = signing_key(path)?;
    let storage = Sqlite::view(path)?;
    let shipped = storage.shipped(store)?.unwrap_or_default();
    let lines = storage.lines()?;
    let (origin, tells_gap) = beginning(lines.first().map_or("", |line| line.body.as_str()));
    let mut reading = Reading::of(&origin, &key, tells_gap);
    for one in found {
        reading.take(one);
    }
    let (mut tip, mut tree) = (BEGINNING, Frontier::default());
    let mut agreeing = Vec::new();
    for line in &lines {
        tip = link(&tip, line.body.as_bytes());
        tree.push(line.body.as_bytes());
        for checkpoint in reading.at(tree.size()) {
            if checkpoint.root == hex(&tree.root()) && checkpoint.tip == hex(&tip) {
                agreeing.push(checkpoint);
            } else {
                let size = checkpoint.size;
                reading.flaws.push(format!("the first {size} rows are not those that were witnessed at {}: the journal was rewritten", checkpoint.at));
            }
        }
    }
    reading.cut(tree.size());
    reading.missing(shipped);
    let newest = agreeing.last();
    let (notes, flaws) = (printable(reading.notes), printable(reading.flaws));
    Ok(Witness {
        origin: Printable::new(origin.as_str()).into(),
        store: Printable::new(store).into(),
        key,
        rows: tree.size(),
        checkpoints: agreeing.len(),
        witnessed: newest.map_or(0, |checkpoint| checkpoint.size),
        newest: newest.map(|checkpoint| checkpoint.at),
        notes,
        flaws,
    })
}

fn printable(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().map(|text| Printable::new(text).into()).collect()
}

/// The journal's name in its first row, and whether that says that another one is gone.
fn beginning(body: &str) -> (String, bool) {
    match serde_json::from_str::<Row>(body).map(|row| row.record) {
        Ok(Record::Genesis { origin, reason, .. }) => (origin, reason == GAP),
        Ok(_) | Err(_) => (String::new(), false),
    }
}

/// What was read back, sorted.
struct Reading<'a> {
    origin: &'a str,
    key: &'a str,
    tells_gap: bool,
    /// Of this journal, by size: more than one at a size only where they differ.
    ours: BTreeMap<u64, Vec<Shipped>>,
    /// Journals of this key that are not this one.
    others: BTreeSet<String>,
    notes: Vec<String>,
    flaws: Vec<String>,
}

impl<'a> Reading<'a> {
    fn of(origin: &'a str, key: &'a str, tells_gap: bool) -> Self {
        let (ours, others) = (BTreeMap::new(), BTreeSet::new());
        Self { origin, key, tells_gap, ours, others, notes: Vec::new(), flaws: Vec::new() }
    }

    fn take(&mut self, found: &Found) {
        let Ok(shipped) = serde_json::from_str::<Shipped>(&found.text) else {
            return self.flaws.push(format!("what stands at {} is no checkpoint", found.at));
        };
        let Checkpoint { size, key, origin, .. } = &shipped.checkpoint;
        if key != self.key {
            let what =
                format!("the one of {size} rows at {} is signed by another key, {key}", found.at);
            return self.flaws.push(what);
        }
        if !shipped.is_signed() {
            let what = format!("the one of {size} rows at {} has a bad signature", found.at);
            return self.flaws.push(what);
        }
        if origin != self.origin {
            if self.others.insert(origin.clone()) {
                let what = format!("this key has signed the journal {origin}, which is not here");
                if self.tells_gap { self.notes.push(what) } else { self.flaws.push(what) }
            }
            return;
        }
        let there = self.ours.entry(*size).or_default();
        // A call whose answer was lost is made again: the same twice is one.
        if !there.contains(&shipped) {
            there.push(shipped);
        }
    }

    /// The checkpoints over so many rows, those that differ each.
    fn at(&self, size: u64) -> Vec<Checkpoint> {
        let there = self.ours.get(&size).into_iter().flatten();
        let mut all: Vec<Checkpoint> = Vec::new();
        for Shipped { checkpoint, .. } in there {
            if !all.contains(checkpoint) {
                all.push(checkpoint.clone());
            }
        }
        all
    }

    /// Tells a journal that has fewer rows than were witnessed.
    fn cut(&mut self, rows: u64) {
        if let Some((size, last)) = self.ours.last_key_value().filter(|(size, _)| **size > rows) {
            let at = last.first().map(|shipped| shipped.checkpoint.at.to_string());
            let at = at.unwrap_or_default();
            self.flaws.push(format!(
                "{size} rows were witnessed at {at}, {rows} are here: the end was cut off"
            ));
        }
    }

    /// Tells checkpoints that were shipped and do not stand there.
    fn missing(&mut self, shipped: u64) {
        let mut before = 0;
        for (size, there) in &self.ours {
            let begins = there.iter().any(|one| one.after == 0);
            if begins && before > 0 {
                let what = format!(
                    "the mark of what was shipped was lost: shipping began anew at {size} rows"
                );
                self.notes.push(what);
            }
            if !begins && !there.iter().any(|one| one.after == before) {
                let after = there.iter().map(|one| one.after).min().unwrap_or_default();
                let what = format!(
                    "the one of {after} rows was shipped before that of {size}, and is missing"
                );
                self.flaws.push(what);
            }
            before = *size;
        }
        if before < shipped {
            self.flaws.push(format!("the journal shipped a checkpoint of {shipped} rows; the newest that is there speaks of {before}"));
        }
        if before == 0 && shipped == 0 {
            self.notes.push("nothing was shipped yet".into());
        }
    }
}

#[cfg(test)]
mod tests;
