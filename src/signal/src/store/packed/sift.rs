//! Which messages of a packed block hold what a search demands, told without unpacking them.

use watchdeck_pattern::{Demand, Search};

use super::mould::{Holders, Mould};
use super::plans::Plans;
use super::reaches::Reaches;
use super::{Packed, Room};

/// What is known of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Verdict {
    /// It does not hold what is demanded.
    Lacks,
    /// It holds all of it.
    Holds,
    /// It must be read.
    Open,
}

/// A packed block of which is known what its messages hold. They are asked for in order.
#[derive(Debug)]
pub(in super::super) struct Sifted<'p> {
    packed: &'p Packed,
    /// Whether a message that holds what is demanded matches, without being read.
    decides: bool,
    /// For each mould, and last for what has none.
    known: Vec<Known>,
    next: usize,
    /// Whether all messages are of one mould.
    alone: bool,
    /// Whether the messages without a mould stand in the room.
    unpacked: bool,
}

/// What is known of the lines of a mould.
#[derive(Debug)]
struct Known {
    /// Which lines may hold it; empty when all or none do.
    marks: Vec<bool>,
    /// What is known of a line that is marked, or of all of them.
    verdict: Verdict,
    /// The row of the next line.
    row: usize,
}

impl Packed {
    /// Asks which messages an expression matches of which nothing can be demanded.
    pub(in super::super) fn sift_by(&self, reaches: &mut Reaches) -> Sifted<'_> {
        let holders = self.moulds.iter().map(|mould| Known::of(reaches.holders(mould)));
        self.sifted(holders.collect(), !self.rest.ends.is_empty(), true)
    }

    /// Asks what the messages hold. A JSON pattern that looks at some members only is decided by them where it can be.
    pub(in super::super) fn sift(
        &self,
        demand: Option<&Demand>,
        members: Option<(&Search, &[&str])>,
        plans: &mut Plans,
    ) -> Sifted<'_> {
        let known = self.moulds.iter().map(|mould| {
            let holders = || demand.map_or_else(|| mould.open(), |demand| all(mould, demand));
            Known::of(match members {
                Some((search, names)) => plans.judged(mould, search, names, holders),
                None => holders(),
            })
        });
        let known: Vec<Known> = known.collect();
        let may = |texts: &Vec<Vec<u8>>| texts.iter().any(|text| self.rest.sketch.may_hold(text));
        let rest = demand.is_none_or(|demand| demand.groups().iter().all(may));
        let decides = members.is_some() || demand.is_some_and(Demand::decides);
        self.sifted(known, rest && self.rest.len > 0, decides)
    }

    /// What is known of the moulds, and whether what has none may hold it.
    fn sifted(&self, mut known: Vec<Known>, rest: bool, decides: bool) -> Sifted<'_> {
        let verdict = if rest { Verdict::Open } else { Verdict::Lacks };
        known.push(Known { marks: Vec::new(), verdict, row: 0 });
        let alone = self.moulds.len() == 1 && self.rest.ends.is_empty();
        Sifted { packed: self, decides, known, next: 0, alone, unpacked: false }
    }
}

impl Sifted<'_> {
    /// Whether a message that holds what is demanded matches, without being read.
    pub(in super::super) fn decides(&self) -> bool {
        self.decides
    }

    /// Whether no message holds it.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.known.iter().all(|known| known.verdict == Verdict::Lacks)
    }

    /// How many messages must be read.
    pub(in super::super) fn reads(&self) -> usize {
        let rows = self.packed.moulds.iter().map(Mould::rows);
        let rows = rows.chain([self.packed.rest.ends.len()]);
        let reads = self.known.iter().zip(rows).map(|(known, rows)| match known.verdict {
            Verdict::Lacks => 0,
            Verdict::Holds if self.decides => 0,
            Verdict::Holds | Verdict::Open if known.marks.is_empty() => rows,
            Verdict::Holds | Verdict::Open => known.marks.iter().filter(|mark| **mark).count(),
        });
        reads.sum()
    }

    /// Which messages match, where that is known of all, and all are of one mould.
    pub(in super::super) fn marked(&self) -> Option<&[bool]> {
        let only = self.known.first().filter(|_| self.alone && self.decides)?;
        let sure = only.verdict == Verdict::Holds && !only.marks.is_empty();
        sure.then_some(&*only.marks)
    }

    /// The next message from a number on of which is known more than that it lacks something; where all are of one mould.
    pub(in super::super) fn skip(&self, nth: usize) -> Option<usize> {
        let only = self.known.first().filter(|only| self.alone && !only.marks.is_empty())?;
        let mut at = nth;
        for few in only.marks.get(nth..)?.chunks(32) {
            // most often none is: that is told for all of them at once
            let mut any = false;
            for mark in few {
                any |= *mark;
            }
            if any {
                return Some(at + few.iter().position(|mark| *mark).unwrap_or_default());
            }
            at += few.len();
        }
        Some(at)
    }

    /// What is known of a message that stands behind those asked for before, and where it is read.
    pub(in super::super) fn ask(&mut self, nth: usize) -> (Verdict, Place) {
        let last = self.known.len().saturating_sub(1);
        let mut place = Place { mould: last, row: 0 };
        let many = if self.alone { 0 } else { (nth + 1).saturating_sub(self.next) };
        if self.alone {
            place = Place { mould: 0, row: nth };
        }
        for which in self.packed.which.iter().skip(self.next).take(many) {
            let mould = usize::from(*which).min(last);
            if let Some(known) = self.known.get_mut(mould) {
                place = Place { mould, row: known.row };
                known.row += 1;
            }
        }
        self.next = nth + 1;
        let verdict = self.known.get(place.mould).map_or(Verdict::Open, |known| {
            match known.marks.get(place.row) {
                Some(false) => Verdict::Lacks,
                Some(true) | None => known.verdict,
            }
        });
        (verdict, place)
    }

    /// A message.
    pub(in super::super) fn read<'r>(&mut self, place: Place, room: &'r mut Room) -> &'r [u8] {
        if let Some(mould) = self.packed.moulds.get(place.mould) {
            room.text.clear();
            mould.write(place.row, &mut room.text);
            return &room.text;
        }
        if !self.unpacked {
            self.packed.rest.unpack(&mut room.rest);
            self.unpacked = true;
        }
        self.packed.rest.get(place.row, &room.rest)
    }
}

/// Where a message is read: its mould, and its row there.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Place {
    mould: usize,
    row: usize,
}

impl Known {
    fn of(holders: Holders) -> Self {
        let (marks, verdict) = match holders {
            Holders::None => (Vec::new(), Verdict::Lacks),
            Holders::All => (Vec::new(), Verdict::Holds),
            Holders::Marked { marks, sure: true } => (marks, Verdict::Holds),
            Holders::Marked { marks, sure: false } => (marks, Verdict::Open),
        };
        Self { marks, verdict, row: 0 }
    }
}

/// Which lines of a mould hold one text of each group.
fn all(mould: &Mould, demand: &Demand) -> Holders {
    let mut all = Holders::All;
    for texts in demand.groups() {
        let mut any = Holders::None;
        for text in texts {
            any = any.or(mould.holders(text));
            if any == Holders::All {
                break;
            }
        }
        all = all.and(any);
        if all == Holders::None {
            break;
        }
    }
    all
}

impl Holders {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, other) | (other, Self::None) => other,
            (Self::All, _) | (_, Self::All) => Self::All,
            (
                Self::Marked { mut marks, sure },
                Self::Marked { marks: others, sure: other_sure },
            ) => {
                marks.iter_mut().zip(others).for_each(|(mark, other)| *mark |= other);
                Self::Marked { marks, sure: sure && other_sure }
            }
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::All, other) | (other, Self::All) => other,
            (
                Self::Marked { mut marks, sure },
                Self::Marked { marks: others, sure: other_sure },
            ) => {
                marks.iter_mut().zip(others).for_each(|(mark, other)| *mark &= other);
                if marks.contains(&true) {
                    Self::Marked { marks, sure: sure && other_sure }
                } else {
                    Self::None
                }
            }
        }
    }
}
