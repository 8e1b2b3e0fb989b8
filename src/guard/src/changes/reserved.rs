//! `ReserveConcurrency`: what it means, whether it may be made, whether it was made, and how it is taken back.

use serde_json::{Value, json};
use watchdeck_domain::change::ReserveConcurrency;
use watchdeck_domain::{Answer, Change, Reversal, Scope};

use super::amount::{Amount, said};
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// The parameters of the call, as the API names them.
pub(crate) fn params(reserve: &ReserveConcurrency, scope: &Scope) -> Value {
    let function = reserve.function_arn(scope);
    match reserve.reserved {
        Some(count) => json!({ "FunctionName": function, "ReservedConcurrentExecutions": count }),
        None => json!({ "FunctionName": function }),
    }
}

/// `concurrency@orders-worker`.
pub(crate) fn target(reserve: &ReserveConcurrency) -> String {
    format!("concurrency@{}", reserve.function)
}

/// `20`, or `none`, which is not 0.
pub(crate) fn destination(reserve: &ReserveConcurrency) -> String {
    said(reserve.reserved)
}

/// What will differ.
pub(crate) fn differences(reserve: &ReserveConcurrency, before: &Answer) -> Vec<Difference> {
    let Some(now) = seen(before) else { return Vec::new() };
    vec![Difference {
        field: format!("{} reserved", target(reserve)),
        before: said(now),
        after: said(reserve.reserved),
    }]
}

/// What is touched, one line a thing.
pub(crate) fn blast_radius(reserve: &ReserveConcurrency, scope: &Scope) -> Vec<String> {
    let function = &reserve.function;
    let after = match reserve.reserved {
        Some(0) => format!(
            "every call of `{function}`, through every alias and version: all are throttled"
        ),
        Some(count) => format!(
            "all versions of `{function}` together run {count} calls at once and no more; the account's other functions share that much less"
        ),
        None => format!(
            "`{function}` runs in the account's shared concurrency again, without a limit of its own"
        ),
    };
    vec![format!("1 function: {}", reserve.function_arn(scope)), after]
}

/// Why it may not be made on what is there.
pub(crate) fn hindrance(
    reserve: &ReserveConcurrency,
    reversal: &Reversal,
    now: &Answer,
) -> Option<Hindrance> {
    let Some(there) = seen(now) else {
        return Some(Hindrance::Moved("the answer is not a reserved concurrency".into()));
    };
    let name = target(reserve);
    let Reversal::By(back) = reversal else { return amount(reserve, &name).hindrance(there, None) };
    let Change::ReserveConcurrency(back) = back.as_ref() else {
        return Some(Hindrance::of_another_kind());
    };
    let back_name = target(back);
    amount(reserve, &name).hindrance(there, Some(amount(back, &back_name)))
}

/// Whether it was made.
pub(crate) fn sighting(reserve: &ReserveConcurrency, now: &Answer) -> Sighting {
    match seen(now) {
        Some(there) => amount(reserve, &target(reserve)).sighting(there),
        None => Sighting::Conflict { seen: "the answer is not a reserved concurrency".into() },
    }
}

/// Whether it has come to rest, which it does at once.
pub(crate) fn at_rest(reserve: &ReserveConcurrency, now: &Answer) -> Verdict {
    match seen(now) {
        None => Verdict::Unknown("the answer is not a reserved concurrency".into()),
        Some(there) if there == reserve.reserved => Verdict::True,
        Some(_) => Verdict::False,
    }
}

/// What of the target is pinned, and where it stands.
pub(crate) fn lock(there: &Answer) -> (&'static str, Value) {
    ("/reserved", seen(there).map_or(Value::Null, |reserved| json!(reserved)))
}

/// What is shown of the target while it comes to rest.
pub(crate) fn shown(there: &Answer) -> Value {
    json!({ "reserved": seen(there).map(said) })
}

/// The change that leads back, and the one that would lead here again.
pub(crate) fn undo(
    made: &ReserveConcurrency,
    back: &ReserveConcurrency,
) -> (ReserveConcurrency, ReserveConcurrency) {
    // What was made must still be there: the check compares it with what the way back begins at.
    let there = ReserveConcurrency { before: made.reserved, ..back.clone() };
    (there, ReserveConcurrency { before: back.reserved, ..made.clone() })
}

fn amount<'a>(reserve: &ReserveConcurrency, name: &'a str) -> Amount<'a> {
    Amount { name, wanted: reserve.reserved, before: reserve.before }
}

/// The reserved concurrency in an answer to a probe; within it nothing, where none is reserved.
#[expect(clippy::option_option, reason = "no answer and no reservation are two things")]
fn seen(answer: &Answer) -> Option<Option<u32>> {
    if let Answer::ReservedConcurrency(reserved) = answer { Some(*reserved) } else { None }
}
