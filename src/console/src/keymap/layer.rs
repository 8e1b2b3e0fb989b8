//! Laying one file over another: whose binding wins, and which cannot stand together.

use super::file::{KeymapError, Line};
use super::key::Chord;
use super::{Binding, Keymap, Origin, rules, written};
use crate::app::command::Context;

/// Lays lines over a keymap. A line that cannot stand is left out and told; the others are in force.
///
/// INVARIANT: of two bindings that are in force at the same time, none begins the other, so each can be reached.
/// In its own context a line displaces what it is laid over. In another context it does not: who binds `g` in one view
/// would otherwise lose `g g` in all of them.
pub(super) fn lay(keymap: &mut Keymap, mut lines: Vec<Line>) -> Vec<KeymapError> {
    let mut errors = Vec::new();
    // Each round finds one line that cannot stand, and begins again without it: what it displaced is there again.
    loop {
        let mut attempt = keymap.clone();
        match try_to_lay(&mut attempt, &lines) {
            Ok(idle) => {
                errors.extend(idle);
                *keymap = attempt;
                return errors;
            }
            Err((at, error)) => {
                errors.push(error);
                lines.remove(at);
            }
        }
    }
}

/// Lays all lines, or names the first that cannot stand. What unbinds nothing is told, but does no harm.
fn try_to_lay(
    keymap: &mut Keymap,
    lines: &[Line],
) -> Result<Vec<KeymapError>, (usize, KeymapError)> {
    against_each_other(lines)?;
    let mut idle = Vec::new();
    for line in lines.iter().filter(|line| line.tries.is_empty()) {
        idle.extend(unbind(keymap, line));
    }
    let binding = || lines.iter().enumerate().filter(|(_, line)| !line.tries.is_empty());
    for (_, line) in binding() {
        keymap.contexts.entry(line.context).or_default().clear(&line.sequence);
    }
    for (at, line) in binding() {
        for (context, trie) in &keymap.contexts {
            if *context == line.context || !rules::meet(*context, line.context) {
                continue;
            }
            let clash = trie.in_the_way(&line.sequence);
            if let Some(clash) = clash.filter(|clash| clash.sequence != line.sequence) {
                let (keys, name) = (written(&clash.sequence), context.name());
                let what = format!(
                    "`{}` stands in the way of `{keys}` of `{name}` ({})",
                    written(&line.sequence),
                    clash.bound.at
                );
                let hint =
                    format!("use another key, or drop that one: `\"{keys}\" = \"\"` in `[{name}]`");
                return Err((at, KeymapError { at: line.at.clone(), what, hint }));
            }
        }
    }
    for (at, line) in binding() {
        let binding = Binding { tries: line.tries.clone(), at: line.at.clone() };
        let trie = keymap.contexts.entry(line.context).or_default();
        trie.insert(&line.sequence, binding)
            .map_err(|clash| (at, both(line, line.context, &clash.sequence, &clash.bound.at)))?;
    }
    Ok(idle)
}

/// Names the first line that one before it stands in the way of.
fn against_each_other(lines: &[Line]) -> Result<(), (usize, KeymapError)> {
    for (at, line) in lines.iter().enumerate() {
        for before in lines.iter().take(at) {
            let (one, other) = (&line.sequence, &before.sequence);
            let same = one == other;
            let begins = one.starts_with(other) || other.starts_with(one);
            // The inner of two contexts may bind the same keys otherwise: that is what it is for.
            let inner = same && line.context != before.context;
            // Keys can be unbound with all that they begin, and one of those bound anew.
            let freed = !same && (line.tries.is_empty() || before.tries.is_empty());
            if begins && !inner && !freed && rules::meet(line.context, before.context) {
                return Err((at, both(line, before.context, other, &before.at)));
            }
        }
    }
    Ok(())
}

fn both(line: &Line, context: Context, sequence: &[Chord], bound: &Origin) -> KeymapError {
    let keys = written(&line.sequence);
    let (what, hint) = if line.sequence == sequence {
        let what = format!("`{keys}` is bound already in line {}", bound.line);
        (what, "drop one of the two lines".to_owned())
    } else {
        let what = format!(
            "`{keys}` and `{}` of `{}` (line {}) cannot both be bound",
            written(sequence),
            context.name(),
            bound.line
        );
        (what, "one begins with the other: use another key for one of them".to_owned())
    };
    KeymapError { at: line.at.clone(), what, hint }
}

fn unbind(keymap: &mut Keymap, line: &Line) -> Option<KeymapError> {
    let trie = keymap.contexts.entry(line.context).or_default();
    if trie
        .in_the_way(&line.sequence)
        .is_some_and(|clash| clash.sequence.starts_with(&line.sequence))
    {
        trie.clear(&line.sequence);
        return None;
    }
    let (keys, name) = (written(&line.sequence), line.context.name());
    let anywhere = keymap.contexts.get(&Context::Anywhere);
    let elsewhere = rules::meet(line.context, Context::Anywhere)
        && anywhere.is_some_and(|trie| trie.in_the_way(&line.sequence).is_some());
    let hint =
        if elsewhere { "it is bound in `anywhere`: unbind it there" } else { "drop the line" };
    let what = format!("nothing is bound to `{keys}` in `{name}`");
    Some(KeymapError { at: line.at.clone(), what, hint: hint.to_owned() })
}
