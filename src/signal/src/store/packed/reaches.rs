//! Regular expressions over moulds: whether one may match any line of a mould at all.

use watchdeck_pattern::{Reach, Search};

use super::column::{Bytes, Column};
use super::mould::{Form, Holders, Mould};

/// The most moulds whose answer is kept from block to block.
const KNOWN: usize = 32;

/// What was learnt of an expression. It belongs to one search.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Reaches {
    begun: bool,
    reach: Option<Reach>,
    known: Vec<Known>,
}

/// What was learnt of moulds of a form whose values are of the same bytes.
#[derive(Clone, Debug)]
struct Known {
    form: Form,
    bytes: Vec<Bytes>,
    may_match: bool,
}

impl Reaches {
    /// Makes it ready for a search; says whether that can be followed.
    pub(in super::super) fn begin(&mut self, search: Option<&Search>) -> bool {
        if !self.begun {
            (self.begun, self.reach) = (true, search.and_then(Search::reach));
        }
        self.reach.is_some()
    }

    /// The lines of a mould that may match: none, or any.
    pub(super) fn holders(&mut self, mould: &Mould) -> Holders {
        let bytes: Vec<Bytes> = mould.columns().iter().map(Column::bytes_of).collect();
        let same = |known: &&Known| known.form == *mould.form() && known.bytes == bytes;
        let known = self.known.iter().find(same).map(|known| known.may_match);
        let may_match = known.unwrap_or_else(|| {
            let may_match = self.may_match(mould, &bytes);
            if self.known.len() >= KNOWN {
                self.known.remove(0);
            }
            self.known.push(Known { form: mould.form().clone(), bytes, may_match });
            may_match
        });
        if may_match { mould.open() } else { Holders::None }
    }

    fn may_match(&mut self, mould: &Mould, bytes: &[Bytes]) -> bool {
        let Some(reach) = &mut self.reach else { return true };
        let mut states = reach.begin();
        let mut values = bytes.iter();
        for piece in mould.pieces() {
            reach.text(&mut states, piece);
            if let Some(value) = values.next() {
                reach.any(&mut states, &value.iter());
            }
        }
        reach.may_match(&states)
    }
}
