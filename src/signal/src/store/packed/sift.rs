//! Which messages of a packed block hold what a search demands, told without unpacking them.

use watchdeck_pattern::Demand;

use super::mould::{Holders, Mould};
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
    /// For each mould.
    holders: Vec<Holders>,
    /// Whether messages without a mould may hold it.
    rest: bool,
    /// For each mould, the row of the next message that has it; last, that of the next without one.
    rows: Vec<usize>,
    next: usize,
    /// Whether the messages without a mould stand in the room.
    unpacked: bool,
}

impl Packed {
    /// Asks what the messages hold.
    pub(in super::super) fn sift(&self, demand: &Demand) -> Sifted<'_> {
        let holders = self.moulds.iter().map(|mould| all(mould, demand)).collect();
        let may = |texts: &Vec<Vec<u8>>| texts.iter().any(|text| self.rest.sketch.may_hold(text));
        let rest = self.rest.len > 0 && demand.groups().iter().all(may);
        let rows = vec![0; self.moulds.len() + 1];
        Sifted { packed: self, holders, rest, rows, next: 0, unpacked: false }
    }
}

impl Sifted<'_> {
    /// Whether no message holds it.
    pub(in super::super) fn is_empty(&self) -> bool {
        !self.rest && self.holders.iter().all(|holders| *holders == Holders::None)
    }

    /// What is known of a message that stands behind those asked for before, and where it is read.
    pub(in super::super) fn ask(&mut self, nth: usize) -> (Verdict, Place) {
        let last = self.holders.len();
        let mut place = Place { mould: last, row: 0 };
        while self.next <= nth {
            let Some(which) = self.packed.which.get(self.next) else { break };
            let mould = usize::from(*which).min(last);
            if let Some(row) = self.rows.get_mut(mould) {
                place = Place { mould, row: *row };
                *row += 1;
            }
            self.next += 1;
        }
        let verdict = match self.holders.get(place.mould) {
            Some(Holders::None) => Verdict::Lacks,
            Some(Holders::All) => Verdict::Holds,
            Some(Holders::Marked { marks, sure }) => match (marks.get(place.row), sure) {
                (Some(true), true) => Verdict::Holds,
                (Some(true), false) => Verdict::Open,
                (Some(false) | None, _) => Verdict::Lacks,
            },
            None if self.rest => Verdict::Open,
            None => Verdict::Lacks,
        };
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
                if marks.iter().any(|mark| *mark) {
                    Self::Marked { marks, sure: sure && other_sure }
                } else {
                    Self::None
                }
            }
        }
    }
}
