//! What a query leaves unsaid: its order, its limit, when a line must be looked into, what of a row must be kept.

use crate::grammar::{Command, Expression, Name, SortKey};
use crate::record::{Lambda, Origin, System};
use crate::run::{MAX_HELD, MAX_ROWS};

/// The commands with what is needed to run them.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) names: Vec<Name>,
    /// The slots of the columns that are shown.
    pub(crate) columns: Vec<usize>,
    /// The slot of `@timestamp`.
    pub(crate) time: usize,
    /// The JSON members that are asked for, with their slots.
    pub(crate) members: Vec<(usize, String)>,
    /// The fields of Lambda's lines that are asked for, with their slots.
    pub(crate) lambda: Vec<(usize, Lambda)>,
}

/// One command.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) command: Command,
    /// Whether it needs what stands inside of a line.
    pub(crate) looks_inside: bool,
    /// What of a row is needed once it was held back.
    pub(crate) live: Vec<usize>,
    /// How many rows are worth holding back.
    pub(crate) keep: usize,
}

impl Plan {
    pub(crate) fn of(commands: Vec<Command>, mut names: Vec<Name>, columns: Vec<usize>) -> Self {
        let time = time_slot(&mut names);
        let commands = arranged(commands, time);
        let mut members = Vec::new();
        let mut lambda = Vec::new();
        for (slot, name) in names.iter().enumerate() {
            match name.origin {
                Origin::Member => members.push((slot, name.title.clone())),
                Origin::Lambda(field) => lambda.push((slot, field)),
                Origin::System(_) | Origin::Computed => {}
            }
        }
        let inside = |slot: &usize| {
            names
                .get(*slot)
                .is_some_and(|name| matches!(name.origin, Origin::Member | Origin::Lambda(_)))
        };
        let mut steps = Vec::with_capacity(commands.len());
        for (at, command) in commands.iter().enumerate() {
            let rest = commands.get(at + 1..).unwrap_or_default();
            let live = live(rest, &columns);
            let mut reads = Vec::new();
            command.reads(&mut |slot| reads.push(slot));
            let held = matches!(command, Command::Sort(_));
            let looks_inside = reads.iter().any(inside) || held && live.iter().any(inside);
            steps.push(Step { command: command.clone(), looks_inside, live, keep: keep(rest) });
        }
        Self { steps, names, columns, time, members, lambda }
    }
}

fn time_slot(names: &mut Vec<Name>) -> usize {
    let origin = Origin::System(System::Timestamp);
    if let Some(slot) = names.iter().position(|name| name.origin == origin) {
        return slot;
    }
    names.push(Name { title: "@timestamp".to_owned(), origin });
    names.len() - 1
}

/// Without a `sort` and a `stats`, the newest line comes first; without a `limit`, there are [`MAX_ROWS`] rows.
fn arranged(commands: Vec<Command>, time: usize) -> Vec<Command> {
    let newest_first = || {
        let expression = Expression::Name(time);
        Command::Sort(vec![SortKey { expression, descending: true }])
    };
    let mut arranged = Vec::with_capacity(commands.len() + 2);
    let (mut ordered, mut limited) = (false, false);
    for command in commands {
        match &command {
            Command::Sort(_) => ordered = true,
            Command::Stats(_) => (ordered, limited) = (true, false),
            Command::Limit(_) | Command::Dedup(_) => {
                if !ordered {
                    arranged.push(newest_first());
                    ordered = true;
                }
                limited |= matches!(command, Command::Limit(_));
            }
            Command::Compute(_) | Command::Filter(_) | Command::Parse(_) => {}
        }
        arranged.push(command);
    }
    if !ordered {
        arranged.push(newest_first());
    }
    if !limited {
        arranged.push(Command::Limit(MAX_ROWS));
    }
    arranged
}

/// The slots that the commands to come read, and the columns unless a `stats` makes others.
fn live(rest: &[Command], columns: &[usize]) -> Vec<usize> {
    let mut live = Vec::new();
    let mut tell = |slot: usize| {
        if !live.contains(&slot) {
            live.push(slot);
        }
    };
    for command in rest {
        command.reads(&mut tell);
        if matches!(command, Command::Stats(_)) {
            return live;
        }
    }
    for slot in columns {
        tell(*slot);
    }
    live
}

/// How many rows of a sorted list can still be seen: as many as the limit, if nothing before it drops any.
fn keep(rest: &[Command]) -> usize {
    for command in rest {
        match command {
            Command::Limit(rows) => return *rows,
            Command::Compute(_) | Command::Parse(_) => {}
            Command::Filter(_) | Command::Dedup(_) | Command::Stats(_) | Command::Sort(_) => break,
        }
    }
    MAX_HELD
}
