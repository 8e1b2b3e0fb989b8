//! `stats`: lines gathered under their keys, within bounds.

use std::collections::HashMap;

use super::evaluate::Scope;
use super::gather::{Budget, Gatherer};
use super::{MAX_BYTES, MAX_GROUPS, Statistics};
use crate::grammar::{Command, Stats};
use crate::plan::Plan;
use crate::value::{Cell, Value};

/// The longest text of a key that is kept, in bytes.
const MAX_KEY: usize = 4096;

/// The groups of a `stats`.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    by_key: HashMap<Vec<Option<String>>, usize>,
    list: Vec<Group>,
    bytes: usize,
    budget: Budget,
}

#[derive(Clone, Debug)]
struct Group {
    keys: Vec<Cell>,
    gatherers: Vec<Gatherer>,
}

impl Groups {
    pub(super) fn new(stats: &Stats) -> Self {
        let mut groups =
            Self { by_key: HashMap::new(), list: Vec::new(), bytes: 0, budget: Budget::default() };
        if stats.keys.is_empty() {
            groups.group(Vec::new(), stats); // without keys there is one group, even of no lines
        }
        groups
    }

    pub(super) fn take(
        &mut self,
        stats: &Stats,
        slots: &[Value<'_>],
        time: usize,
        now: i64,
        statistics: &mut Statistics,
    ) {
        let scope = Scope::of(slots, now);
        let keys = stats.keys.iter().map(|key| clipped(key.expression.evaluate(&scope))).collect();
        let at = match slots.get(time) {
            Some(Value::Time(at)) => Some(*at),
            Some(Value::Null | Value::Number(_) | Value::Text(_)) | None => None,
        };
        let Some(group) = self.group(keys, stats) else {
            statistics.groups_cut = true;
            return;
        };
        let Some(group) = self.list.get_mut(group) else { return };
        for (gatherer, gathered) in group.gatherers.iter_mut().zip(&stats.gathered) {
            match &gathered.of {
                Some(of) => gatherer.take(&of.evaluate(&scope), at, &mut self.budget),
                None => gatherer.count(),
            }
        }
        statistics.approximate |= self.budget.spent;
    }

    /// The group of these keys, made if there is room for one more.
    fn group(&mut self, keys: Vec<Cell>, stats: &Stats) -> Option<usize> {
        let key: Vec<Option<String>> =
            keys.iter().map(|key| (!key.is_null()).then(|| key.text().into_owned())).collect();
        if let Some(group) = self.by_key.get(&key) {
            return Some(*group);
        }
        let bytes: usize = key.iter().flatten().map(String::len).sum();
        if self.list.len() == MAX_GROUPS || self.bytes + bytes > MAX_BYTES {
            return None;
        }
        self.bytes += bytes;
        let group = self.list.len();
        let gatherers = stats.gathered.iter().map(|of| Gatherer::new(of.aggregate)).collect();
        self.list.push(Group { keys, gatherers });
        self.by_key.insert(key, group);
        Some(group)
    }

    /// A row a group, in the order of the keys.
    pub(super) fn drain(&mut self, plan: &Plan, at: usize, now: i64) -> Vec<Vec<Cell>> {
        self.by_key.clear();
        let Some(Command::Stats(stats)) = plan.steps.get(at).map(|step| &step.command) else {
            return Vec::new();
        };
        self.list.sort_by(|a, b| {
            let orders = a.keys.iter().zip(&b.keys).map(|(a, b)| a.order(b));
            orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let width = plan.names.len();
        self.list.drain(..).map(|group| group.row(stats, width, now)).collect()
    }
}

impl Group {
    fn row(self, stats: &Stats, width: usize, now: i64) -> Vec<Cell> {
        let gathered: Vec<Cell> = self.gatherers.into_iter().map(Gatherer::result).collect();
        let mut row = vec![Value::Null; width];
        for (item, key) in stats.keys.iter().zip(self.keys) {
            if let Some(place) = row.get_mut(item.slot) {
                *place = key;
            }
        }
        for item in &stats.items {
            let value = item.expression.evaluate(&Scope::with(&row, &gathered, now)).into_owned();
            if let Some(place) = row.get_mut(item.slot) {
                *place = value;
            }
        }
        row
    }
}

fn clipped(value: Value<'_>) -> Cell {
    match value {
        Value::Text(text) if text.len() > MAX_KEY => {
            let end = text.floor_char_boundary(MAX_KEY);
            Value::Text(text.get(..end).unwrap_or_default().to_owned().into())
        }
        Value::Null | Value::Number(_) | Value::Text(_) | Value::Time(_) => value.into_owned(),
    }
}
