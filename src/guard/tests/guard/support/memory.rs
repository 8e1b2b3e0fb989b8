//! A journal's storage in memory, which can fail or die at any line.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use watchdeck_guard::KillSwitch;
use watchdeck_guard::journal::{Checkpoint, Fault, JournalError, Line, Storage};

/// When the storage dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    Never,
    /// Instead of the append with this number, from 1.
    Before(u32),
    /// Right after that append, which is durable.
    After(u32),
    /// About the row in which a step's intent or outcome stands, the steps counted from 1.
    Around(Point, u32),
}

/// A point of a step at which a process can die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// Nothing is written down yet.
    BeforeIntent,
    /// The intent is durable, and nothing was sent.
    AfterIntent,
    /// Something has answered, or nothing in time, and that is not written down.
    AfterReply,
    /// The outcome is durable.
    AfterOutcome,
}

#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) lines: Vec<Line>,
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// What was shipped, by place.
    pub(crate) shipped: BTreeMap<String, u64>,
    epoch: u64,
    pub(crate) appends: u32,
    /// Intents written by this process.
    intents: u32,
    pub(crate) death: Option<Death>,
    pub(crate) dead: bool,
    /// A switch that is pulled while that append is on its way to the disk.
    pub(crate) pull: Option<(u32, KillSwitch)>,
    /// Full: nothing can be written, but the process lives.
    pub(crate) full: bool,
}

/// A handle on the disk; it outlives the process.
#[derive(Clone, Default)]
pub(crate) struct Memory(pub(crate) Arc<Mutex<Disk>>);

impl Memory {
    /// The process starts anew with what is on the disk.
    pub(crate) fn revive(&self, death: Death) {
        let mut disk = self.0.lock().unwrap();
        disk.dead = false;
        (disk.appends, disk.intents) = (0, 0);
        disk.death = Some(death);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.0.lock().unwrap().dead
    }
}

impl Storage for Memory {
    fn begin_epoch(&mut self) -> Result<u64, JournalError> {
        let mut disk = self.0.lock().unwrap();
        disk.epoch += 1;
        Ok(disk.epoch)
    }

    fn lines(&self) -> Result<Vec<Line>, JournalError> {
        Ok(self.0.lock().unwrap().lines.clone())
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>, JournalError> {
        Ok(self.0.lock().unwrap().checkpoints.clone())
    }

    fn shipped(&self, store: &str) -> Result<Option<u64>, JournalError> {
        Ok(self.0.lock().unwrap().shipped.get(store).copied())
    }

    fn mark_shipped(&mut self, store: &str, size: u64) -> Result<(), JournalError> {
        let mut disk = self.0.lock().unwrap();
        if disk.dead {
            return Err(JournalError::new(Fault::Io, "the process is dead"));
        }
        let there = disk.shipped.entry(store.into()).or_default();
        *there = size.max(*there);
        Ok(())
    }

    fn append(
        &mut self,
        epoch: u64,
        lines: &[Line],
        checkpoint: Option<&Checkpoint>,
    ) -> Result<(), JournalError> {
        let mut disk = self.0.lock().unwrap();
        let gone = || JournalError::new(Fault::Io, "the process is dead");
        if disk.full {
            return Err(JournalError::new(Fault::Full, "the disk is full"));
        }
        if disk.dead || epoch != disk.epoch {
            return Err(gone());
        }
        disk.appends += 1;
        let holds = |kind: &str| lines.iter().any(|line| line.body.contains(kind));
        let (intent, outcome) = (holds("\"kind\":\"intent\""), holds("\"kind\":\"outcome\""));
        disk.intents += u32::from(intent);
        let around = |disk: &Disk, point| disk.death == Some(Death::Around(point, disk.intents));
        if disk.death == Some(Death::Before(disk.appends))
            || intent && around(&disk, Point::BeforeIntent)
            || !intent && around(&disk, Point::AfterReply)
        {
            disk.dead = true;
            return Err(gone());
        }
        if let Some((at, switch)) = &disk.pull
            && *at == disk.appends
        {
            switch.pull("operator").unwrap();
        }
        disk.lines.extend_from_slice(lines);
        disk.checkpoints.extend(checkpoint.cloned());
        if disk.death == Some(Death::After(disk.appends))
            || intent && around(&disk, Point::AfterIntent)
            || outcome && around(&disk, Point::AfterOutcome)
        {
            disk.dead = true;
            return Err(gone());
        }
        Ok(())
    }
}
