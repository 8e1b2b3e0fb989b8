//! `sort`: rows wait until all are there, the best of them within bounds.

use std::cmp::Ordering;

use super::evaluate::Scope;
use super::{MAX_BYTES, MAX_HELD, Statistics};
use crate::grammar::SortKey;
use crate::value::{Cell, Value};

/// Rows that wait.
#[derive(Clone, Debug)]
pub(super) struct Held {
    keep: usize,
    rows: Vec<Waiting>,
    bytes: usize,
    number: u64,
    descending: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Waiting {
    keys: Vec<Cell>,
    /// Rows of equal keys stay in the order in which they came.
    number: u64,
    slots: Vec<Cell>,
    bytes: usize,
}

impl Held {
    pub(super) fn new(keep: usize) -> Self {
        Self { keep, rows: Vec::new(), bytes: 0, number: 0, descending: Vec::new() }
    }

    pub(super) fn take(
        &mut self,
        keys: &[SortKey],
        live: &[usize],
        slots: &[Value<'_>],
        now: i64,
        statistics: &mut Statistics,
    ) {
        if self.descending.is_empty() {
            self.descending = keys.iter().map(|key| key.descending).collect();
        }
        let scope = Scope::of(slots, now);
        let keys: Vec<Cell> =
            keys.iter().map(|key| key.expression.evaluate(&scope).into_owned()).collect();
        let mut kept = vec![Value::Null; slots.len()];
        for slot in live {
            if let (Some(place), Some(value)) = (kept.get_mut(*slot), slots.get(*slot)) {
                *place = value.clone().into_owned();
            }
        }
        let bytes = keys.iter().chain(&kept).map(Value::weight).sum();
        self.bytes += bytes;
        self.number += 1;
        self.rows.push(Waiting { keys, number: self.number, slots: kept, bytes });
        if self.rows.len() >= self.keep.saturating_mul(2).max(64) || self.bytes > MAX_BYTES {
            self.trim(statistics);
        }
    }

    /// All rows in order.
    pub(super) fn drain(&mut self, statistics: &mut Statistics) -> Vec<Vec<Cell>> {
        self.trim(statistics);
        self.bytes = 0;
        self.rows.drain(..).map(|row| row.slots).collect()
    }

    /// Leaves the rows that are worth keeping, in order.
    fn trim(&mut self, statistics: &mut Statistics) {
        let Self { rows, descending, .. } = self;
        rows.sort_by(|a, b| order(a, b, descending));
        while self.rows.len() > self.keep {
            statistics.rows_cut |= self.keep == MAX_HELD;
            self.drop_last();
        }
        if self.bytes > MAX_BYTES {
            statistics.rows_cut = true;
            while self.bytes > MAX_BYTES / 2 && self.rows.len() > 1 {
                self.drop_last();
            }
        }
    }

    fn drop_last(&mut self) {
        if let Some(row) = self.rows.pop() {
            self.bytes = self.bytes.saturating_sub(row.bytes);
        }
    }
}

fn order(a: &Waiting, b: &Waiting, descending: &[bool]) -> Ordering {
    for ((a, b), descending) in a.keys.iter().zip(&b.keys).zip(descending) {
        let order = a.order(b);
        let order = if *descending { order.reverse() } else { order };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.number.cmp(&b.number)
}
