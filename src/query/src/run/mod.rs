//! A query, run: records are fed in portions, rows wait in bounded memory, a table comes out.

mod evaluate;
mod extract; // `parse`
mod gather; // one aggregate
mod group; // `stats`
mod held; // `sort`

use std::collections::HashSet;

use crate::grammar::Command;
use crate::query::Query;
use crate::record::{Origin, Record};
use crate::value::{Cell, Value};

use self::evaluate::Scope;
use self::group::Groups;
use self::held::Held;

/// The rows a query gives unless its `limit` says otherwise, as on AWS.
pub const MAX_ROWS: usize = 10_000;
/// The most rows that wait to be sorted; of more, the last in the order are left out, and that is marked.
pub const MAX_HELD: usize = 100_000;
/// The most groups of a `stats`; lines of others are left out, and that is marked.
pub const MAX_GROUPS: usize = 10_000;
/// The most bytes of text that wait to be sorted, or stand in the keys of groups.
const MAX_BYTES: usize = 64 << 20;

/// A query that is being run.
#[derive(Clone, Debug)]
pub struct Run {
    query: Query,
    now: i64,
    states: Vec<State>,
    rows: Vec<Vec<Cell>>,
    statistics: Statistics,
}

/// What came of a query.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outcome {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// The rows, each with a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// What was scanned, and what had to be cut.
    pub statistics: Statistics,
}

/// What was scanned, and what had to be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Lines that were looked at.
    pub scanned: u64,
    /// Lines that passed the filters.
    pub matched: u64,
    /// Bytes of text in the lines that were looked at.
    pub bytes: u64,
    /// Lines of which a part lay too deep to be looked at.
    pub too_deep: u64,
    /// Whether rows are missing because too many waited to be sorted.
    pub rows_cut: bool,
    /// Whether groups are missing because there were too many.
    pub groups_cut: bool,
    /// Whether a percentile or a count of distinct values is near, and no longer exact.
    pub approximate: bool,
}

/// What a command remembers.
#[derive(Clone, Debug)]
enum State {
    Nothing,
    Held(Held),
    Seen(HashSet<Vec<String>>),
    Left(usize),
    Groups(Groups),
}

/// A row on its way.
struct Row<'r> {
    slots: Vec<Value<'r>>,
    /// The line it comes from; after `stats`, none.
    record: Option<Record<'r>>,
    looked_inside: bool,
}

impl Run {
    pub(crate) fn new(query: Query, now: i64) -> Self {
        let state = |command: &Command, keep| match command {
            Command::Sort(_) => State::Held(Held::new(keep)),
            Command::Dedup(_) => State::Seen(HashSet::new()),
            Command::Limit(rows) => State::Left(*rows),
            Command::Stats(stats) => State::Groups(Groups::new(stats)),
            Command::Compute(_) | Command::Filter(_) | Command::Parse(_) => State::Nothing,
        };
        let states =
            query.plan().steps.iter().map(|step| state(&step.command, step.keep)).collect();
        Self { query, now, states, rows: Vec::new(), statistics: Statistics::default() }
    }

    /// Takes one line in.
    pub fn feed(&mut self, record: &Record<'_>) {
        self.statistics.scanned += 1;
        self.statistics.bytes += u64::try_from(record.message.len()).unwrap_or(0);
        let slots = self
            .query
            .plan()
            .names
            .iter()
            .map(|name| match name.origin {
                Origin::System(field) => record.system(field),
                Origin::Lambda(_) | Origin::Member | Origin::Computed => Value::Null,
            })
            .collect();
        self.push(Row { slots, record: Some(*record), looked_inside: false }, 0);
    }

    /// Takes a portion of lines in.
    pub fn feed_all<'r>(&mut self, records: impl IntoIterator<Item = Record<'r>>) {
        for record in records {
            self.feed(&record);
        }
    }

    /// What was scanned so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// What came of the lines so far; the run can go on.
    pub fn snapshot(&self) -> Outcome {
        self.clone().finish()
    }

    /// What came of all lines.
    pub fn finish(mut self) -> Outcome {
        for at in 0..self.states.len() {
            let waiting = match self.states.get_mut(at) {
                Some(State::Held(held)) => held.drain(&mut self.statistics),
                Some(State::Groups(groups)) => groups.drain(self.query.plan(), at, self.now),
                Some(State::Nothing | State::Seen(_) | State::Left(_)) | None => Vec::new(),
            };
            for slots in waiting {
                self.push(Row { slots, record: None, looked_inside: true }, at + 1);
            }
        }
        Outcome { columns: self.query.columns(), rows: self.rows, statistics: self.statistics }
    }

    /// Sends a row through the commands from this one on, until one holds or drops it.
    fn push(&mut self, mut row: Row<'_>, from: usize) {
        let plan = self.query.plan();
        let now = self.now;
        let steps = plan.steps.iter().zip(&mut self.states).skip(from);
        for (step, state) in steps {
            if step.looks_inside && !row.looked_inside {
                row.look_inside(&plan.members, &plan.lambda, &mut self.statistics);
            }
            match (&step.command, state) {
                (Command::Compute(items), _) => {
                    for item in items {
                        row.compute(item.slot, &item.expression, now);
                    }
                }
                (Command::Filter(condition), _) => {
                    if condition.evaluate(&Scope::of(&row.slots, now)).holds() != Some(true) {
                        return;
                    }
                }
                (Command::Parse(parse), _) => extract::extract(parse, &mut row.slots, now),
                (Command::Sort(keys), State::Held(held)) => {
                    self.statistics.matched += u64::from(row.record.is_some());
                    held.take(keys, &step.live, &row.slots, now, &mut self.statistics);
                    return;
                }
                (Command::Stats(stats), State::Groups(groups)) => {
                    self.statistics.matched += u64::from(row.record.is_some());
                    groups.take(stats, &row.slots, plan.time, now, &mut self.statistics);
                    return;
                }
                (Command::Dedup(slots), State::Seen(seen)) => {
                    if !row.is_new(slots, seen) {
                        return;
                    }
                }
                (Command::Limit(_), State::Left(left)) => {
                    if *left == 0 {
                        return;
                    }
                    *left -= 1;
                }
                (
                    Command::Sort(_) | Command::Stats(_) | Command::Dedup(_) | Command::Limit(_),
                    _,
                ) => {}
            }
        }
        let cell = |slot: &usize| row.slots.get(*slot).cloned().unwrap_or_default().into_owned();
        self.rows.push(plan.columns.iter().map(cell).collect());
    }
}

impl<'r> Row<'r> {
    /// Fills the slots whose values stand inside of the line.
    fn look_inside(
        &mut self,
        members: &[(usize, String)],
        lambda: &[(usize, crate::record::Lambda)],
        statistics: &mut Statistics,
    ) {
        self.looked_inside = true;
        let Some(record) = self.record else { return };
        if !members.is_empty() {
            let deep = record.members(members, &mut self.slots);
            statistics.too_deep += u64::from(deep);
        }
        for (slot, field) in lambda {
            if let Some(place) = self.slots.get_mut(*slot) {
                *place = record.lambda(*field);
            }
        }
    }

    fn compute(&mut self, slot: usize, expression: &crate::grammar::Expression, now: i64) {
        if let crate::grammar::Expression::Name(from) = expression {
            if *from != slot {
                let value = self.slots.get(*from).cloned().unwrap_or_default();
                self.set(slot, value);
            }
            return;
        }
        let value = expression.evaluate(&Scope::of(&self.slots, now)).into_owned();
        self.set(slot, value);
    }

    fn set(&mut self, slot: usize, value: Value<'r>) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Whether no row before had these values; one that lacks a value is always new.
    fn is_new(&self, slots: &[usize], seen: &mut HashSet<Vec<String>>) -> bool {
        let mut key = Vec::with_capacity(slots.len());
        for slot in slots {
            match self.slots.get(*slot) {
                Some(value) if !value.is_null() => key.push(value.text().into_owned()),
                Some(_) | None => return true,
            }
        }
        seen.insert(key)
    }
}
