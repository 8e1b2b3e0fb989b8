//! Expressions: what they speak of, and what of it may be undefined.

use std::collections::BTreeSet;

use super::Lint;
use super::place::At;
use crate::expression;
use crate::format::Reading;

/// Questions whose answer may be null although they were answered.
const MAY_BE_NULL: [&str; 3] = ["reserved-concurrency", "provisioned", "account-alias"];

/// Members of a metric series that are null where it has no points.
const NEEDS_POINTS: [&str; 2] = ["max", "last"];

impl Lint<'_> {
    /// An expression over these facts, the parameters and the time.
    pub(super) fn expression(&mut self, at: &At, text: &str, facts: &[Reading]) {
        let program = match expression::compile(text) {
            Ok(program) => program,
            Err(error) => {
                return self.complain(at, error.to_string(), "write it as CEL has it");
            }
        };
        for name in self.runbook.all_params().into_keys() {
            if text.contains(&format!("params.{name}")) {
                if self.is_secret(&name) {
                    self.complain(
                        at,
                        format!("the secret `{name}` would be kept with the evidence"),
                        "judge something else",
                    );
                }
                self.used.insert(name);
            }
        }
        let references = program.references();
        let variables = references.variables();
        let known = |name: &str| {
            facts.iter().any(|fact| fact.name == name) || super::reading::GIVEN.contains(&name)
        };
        let mut odd: Vec<_> = variables
            .iter()
            .filter(|name| !known(name))
            // What a macro binds is a variable too: `list.all(item, ..)`.
            .filter(|name| !name.starts_with(['@', '_']) && !text.contains(&format!("({name},")))
            .map(|name| (*name).to_owned())
            .collect();
        odd.sort();
        for name in odd {
            self.complain(
                at,
                format!("the expression speaks of `{name}`, which nothing reads"),
                "read it as a fact here, or correct the name; a parameter is `params.NAME`",
            );
        }
        for name in unknown_params(text, &self.runbook.all_params().into_keys().collect()) {
            self.complain(
                at,
                format!("there is no parameter `{name}`"),
                "declare it under `[params]`, or correct the name",
            );
        }
        for fact in facts.iter().filter(|fact| variables.contains(&fact.name.as_str())) {
            self.undefined(at, text, fact);
        }
    }

    /// Complains about a fact that may be null where the expression does not say what that means.
    fn undefined(&mut self, at: &At, text: &str, fact: &Reading) {
        let Reading { name, read, .. } = fact;
        let bare: String = text.split_whitespace().collect();
        let tested = [format!("{name}==null"), format!("{name}!=null"), format!("null=={name}")];
        let asked = tested.iter().any(|test| bare.contains(test));
        // To be compared with `==` a null is a value like any other.
        if MAY_BE_NULL.contains(&read.as_str()) && !asked && needs_a_value(&bare, name) {
            self.complain(
                at,
                format!("`{name}` is null where there is none, and the expression does not ask"),
                format!("begin with `{name} == null || ..` or `{name} != null && ..`"),
            );
        }
        if read != "metrics" {
            return;
        }
        let words = |text: &str| -> Vec<String> {
            let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            text.split(|c| !inside(c)).map(str::to_owned).collect()
        };
        let spoken: BTreeSet<String> = words(text).into_iter().collect();
        for word in &spoken {
            let parts: Vec<&str> = word.split('.').collect();
            let [fact, series, member] = parts.as_slice() else { continue };
            let points = format!("{fact}.{series}.points");
            if fact == name && NEEDS_POINTS.contains(member) && !spoken.contains(&points) {
                self.complain(
                    at,
                    format!("`{word}` is null where nothing was measured"),
                    format!("begin with `{points} > 0 && ..`"),
                );
            }
        }
    }
}

/// Whether a variable stands where null has no meaning: before a member, or beside an order or a sum.
fn needs_a_value(bare: &str, name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    bare.match_indices(name).any(|(at, _)| {
        let before = bare.get(..at).unwrap_or_default().chars().next_back();
        let after = bare.get(at + name.len()..).unwrap_or_default().chars().next();
        let whole = !before.is_some_and(|c| inside(c) || c == '.') && !after.is_some_and(inside);
        whole
            && (after.is_some_and(|c| ".<>+-*/%[".contains(c))
                || before.is_some_and(|c| "<>+-*/%".contains(c)))
    })
}

/// The parameters that an expression speaks of and that there are not.
fn unknown_params(text: &str, known: &BTreeSet<String>) -> BTreeSet<String> {
    let spoken = text.match_indices("params.").filter_map(|(start, _)| {
        let name = text.get(start + "params.".len()..)?;
        let end =
            name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
        name.get(..end).map(str::to_owned)
    });
    spoken.filter(|name| !known.contains(name)).collect()
}
