//! One aggregate of one group: what it remembers, and what it comes to.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::grammar::Aggregate;
use crate::number;
use crate::value::{Cell, Value};

/// Samples and distinct values that all groups together remember exactly.
const EXACT: usize = 2_000_000;
/// The longest text an aggregate keeps, in bytes.
const MAX_TEXT: usize = 8 << 10;

/// What all groups together may remember.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget {
    used: usize,
    /// Whether something was left out for want of room.
    pub(super) spent: bool,
}

impl Budget {
    fn allows(&mut self) -> bool {
        if self.used >= EXACT {
            self.spent = true;
            return false;
        }
        self.used += 1;
        true
    }
}

/// An aggregate at work.
#[derive(Clone, Debug)]
pub(super) enum Gatherer {
    Count(u64),
    Distinct(HashSet<u64>),
    Sum(Sum),
    Average(Sum),
    /// The least and the greatest, by number before text.
    Extreme {
        greatest: bool,
        found: Cell,
    },
    /// The first and the last in the order of `sort`.
    Sorted {
        last: bool,
        found: Cell,
    },
    Timed {
        latest: bool,
        at: Option<i64>,
        found: Cell,
    },
    Percentile(f64, Samples),
    Deviation {
        count: u64,
        mean: f64,
        squares: f64,
    },
}

/// A sum that does not lose the small beside the large (Neumaier).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    count: u64,
    total: f64,
    lost: f64,
}

/// Numbers of which a percentile is wanted: all of them, or beyond the budget how many lie within 1 % of each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    exact: Vec<f64>,
    near: BTreeMap<i64, u64>,
}

impl Gatherer {
    pub(super) fn new(aggregate: Aggregate) -> Self {
        match aggregate {
            Aggregate::Count => Self::Count(0),
            Aggregate::CountDistinct => Self::Distinct(HashSet::new()),
            Aggregate::Sum => Self::Sum(Sum::default()),
            Aggregate::Average => Self::Average(Sum::default()),
            Aggregate::Least => Self::Extreme { greatest: false, found: Value::Null },
            Aggregate::Greatest => Self::Extreme { greatest: true, found: Value::Null },
            Aggregate::SortsFirst => Self::Sorted { last: false, found: Value::Null },
            Aggregate::SortsLast => Self::Sorted { last: true, found: Value::Null },
            Aggregate::Earliest => Self::Timed { latest: false, at: None, found: Value::Null },
            Aggregate::Latest => Self::Timed { latest: true, at: None, found: Value::Null },
            Aggregate::Percentile(rank) => Self::Percentile(rank, Samples::default()),
            Aggregate::Deviation => Self::Deviation { count: 0, mean: 0.0, squares: 0.0 },
        }
    }

    /// One more line, whatever it holds.
    pub(super) fn count(&mut self) {
        if let Self::Count(count) = self {
            *count += 1;
        }
    }

    /// One more value; what is not there does not count.
    pub(super) fn take(&mut self, value: &Value<'_>, time: Option<i64>, budget: &mut Budget) {
        if value.is_null() {
            return;
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Distinct(seen) => {
                let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&*value.text());
                if !seen.contains(&hash) && budget.allows() {
                    seen.insert(hash);
                }
            }
            Self::Sum(sum) | Self::Average(sum) => {
                if let Some(number) = value.number() {
                    sum.add(number);
                }
            }
            Self::Extreme { greatest, found } => {
                if found.is_null() || beats(value, found, *greatest) {
                    *found = kept(value);
                }
            }
            Self::Sorted { last, found } => {
                let order = value.order(found);
                if found.is_null() || if *last { order.is_gt() } else { order.is_lt() } {
                    *found = kept(value);
                }
            }
            Self::Timed { latest, at, found } => {
                let newer = match (time, *at) {
                    (Some(time), Some(at)) => {
                        if *latest {
                            time >= at
                        } else {
                            time < at
                        }
                    }
                    (Some(_) | None, _) => found.is_null() || *latest,
                };
                if newer {
                    *at = time;
                    *found = kept(value);
                }
            }
            Self::Percentile(_, samples) => {
                if let Some(number) = value.number() {
                    samples.add(number, budget);
                }
            }
            Self::Deviation { count, mean, squares } => {
                if let Some(number) = value.number() {
                    *count += 1;
                    let off = number - *mean;
                    *mean += off / number::of_count(*count);
                    *squares += off * (number - *mean);
                }
            }
        }
    }

    /// What it comes to.
    pub(super) fn result(self) -> Cell {
        let number = |count: u64, number: f64| {
            if count == 0 || !number.is_finite() { Value::Null } else { Value::Number(number) }
        };
        match self {
            Self::Count(count) => Value::Number(number::of_count(count)),
            Self::Distinct(seen) => {
                Value::Number(number::of_count(u64::try_from(seen.len()).unwrap_or(u64::MAX)))
            }
            Self::Sum(sum) => number(sum.count, sum.total()),
            Self::Average(sum) => number(sum.count, sum.total() / number::of_count(sum.count)),
            Self::Extreme { found, .. }
            | Self::Sorted { found, .. }
            | Self::Timed { found, .. } => found,
            Self::Percentile(rank, samples) => {
                samples.percentile(rank).map_or(Value::Null, Value::Number)
            }
            Self::Deviation { count, squares, .. } => {
                number(count, (squares / number::of_count(count)).sqrt())
            }
        }
    }
}

/// A number beats a text; of two of a kind the order says.
fn beats(value: &Value<'_>, found: &Value<'_>, greatest: bool) -> bool {
    match (value.number().is_some(), found.number().is_some()) {
        (true, false) => true,
        (false, true) => false,
        (true, true) | (false, false) => {
            let order = value.order(found);
            if greatest { order.is_gt() } else { order.is_lt() }
        }
    }
}

fn kept(value: &Value<'_>) -> Cell {
    match value {
        Value::Text(text) if text.len() > MAX_TEXT => {
            let end = text.floor_char_boundary(MAX_TEXT);
            Value::Text(text.get(..end).unwrap_or_default().to_owned().into())
        }
        Value::Null | Value::Number(_) | Value::Text(_) | Value::Time(_) => {
            value.clone().into_owned()
        }
    }
}

impl Sum {
    fn add(&mut self, number: f64) {
        self.count += 1;
        let total = self.total + number;
        self.lost += if self.total.abs() >= number.abs() {
            (self.total - total) + number
        } else {
            (number - total) + self.total
        };
        self.total = total;
    }

    fn total(self) -> f64 {
        self.total + self.lost
    }
}

/// Neighbouring buckets lie this factor apart.
const STEP: f64 = 1.02;
/// The most buckets; beyond, the least are put together.
const MAX_BUCKETS: usize = 512;

impl Samples {
    fn add(&mut self, number: f64, budget: &mut Budget) {
        if budget.allows() {
            self.exact.push(number);
            return;
        }
        *self.near.entry(bucket(number)).or_default() += 1;
        if self.near.len() > MAX_BUCKETS
            && let Some((_, count)) = self.near.pop_first()
            && let Some(mut first) = self.near.first_entry()
        {
            *first.get_mut() += count;
        }
    }

    /// The value of which that many percent are not greater.
    fn percentile(mut self, rank: f64) -> Option<f64> {
        if !self.near.is_empty() {
            for number in std::mem::take(&mut self.exact) {
                *self.near.entry(bucket(number)).or_default() += 1;
            }
            return self.of_near(rank);
        }
        self.exact.sort_by(f64::total_cmp);
        let count = number::of_count(u64::try_from(self.exact.len()).unwrap_or(u64::MAX));
        let place = number::length((rank / 100.0 * count).ceil()).saturating_sub(1);
        self.exact.get(place).copied()
    }

    fn of_near(&self, rank: f64) -> Option<f64> {
        let total: u64 = self.near.values().sum();
        let wanted = (rank / 100.0 * number::of_count(total)).ceil().max(1.0);
        let mut passed = 0;
        for (bucket, count) in &self.near {
            passed += count;
            if number::of_count(passed) >= wanted {
                return Some(middle(*bucket));
            }
        }
        None
    }
}

/// The bucket of a number: logarithms apart, below zero mirrored.
fn bucket(number: f64) -> i64 {
    let size = number.abs();
    if size < 1e-9 {
        return 0;
    }
    let step = number::whole((size / 1e-9).ln() / STEP.ln()) + 1;
    if number < 0.0 { -step } else { step }
}

fn middle(bucket: i64) -> f64 {
    if bucket == 0 {
        return 0.0;
    }
    let size = 1e-9 * ((number::of_millis(bucket.abs()) - 0.5) * STEP.ln()).exp();
    if bucket < 0 { -size } else { size }
}
