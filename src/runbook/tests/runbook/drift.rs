//! Drift: whatever a plan depends on and is another thing at the time of the call stops it; whatever it does not depend on
//! stops nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::LiveTail;
use watchdeck_domain::{Answer, Clock as _, Query, ReadError, Scope, Source, Task};
use watchdeck_guard::{Draft, Fact, Operator, Plan, Reader, Run, Sim, Why};

use crate::catalogue::{Remembering, bench, cases};
use crate::support::bench::Bench;
use crate::support::clock::run;
use crate::support::hands::Hands;

/// How many cases are tried.
const CASES: usize = 10_000;

/// A place in what a plan reads.
#[derive(Clone, Debug)]
struct Field {
    fact: String,
    query: Query,
    /// A JSON pointer into the answer.
    at: String,
    /// What may stand there instead.
    instead: Vec<Answer>,
    pinned: bool,
}

/// The account, one answer of which is another one.
struct Drifted<'a> {
    hands: Hands,
    query: &'a Query,
    answer: &'a Answer,
}

impl Source for Drifted<'_> {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        if query == *self.query {
            return Box::pin(async { Ok(self.answer.clone()) });
        }
        self.hands.read(query)
    }

    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        self.hands.live_tail(groups, pattern)
    }
}

impl Reader<Sim> for Drifted<'_> {
    fn scope(&self) -> Scope {
        Reader::<Sim>::scope(&self.hands)
    }
}

/// Every place in a value, itself included.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    if let Value::Object(members) = value {
        for (name, member) in members {
            places(member, &format!("{at}/{name}"), found);
        }
    }
}

/// What else could stand in a place.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => {
            let kept = json!({
                "block_acls": true, "ignore_acls": false, "block_policy": false, "restrict": false,
            });
            vec![json!(7), json!("x"), json!(true), json!(1_800_000_000_000_i64), kept]
        }
        Value::Bool(truth) => vec![json!(!truth)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or_default();
            vec![json!(number + 1), json!(number + 1_000), Value::Null]
        }
        // A version stays one, and anything else may be any text.
        Value::String(text) => {
            vec![json!(format!("{text}1")), json!(format!("{text}x")), json!("Failed")]
        }
        Value::Object(_) => vec![json!({"40": 0.1}), json!({"41": 0.5})],
        Value::Array(_) => vec![json!([]), json!(["x"])],
    }
}

/// The fields of all that the plan reads but metrics, which are new at every look, and who we are, which every plan is bound
/// to whether it pins that or not.
fn fields(bench: &Bench, draft: &Draft) -> Vec<Field> {
    let hands = Hands(bench.account.clone());
    let mut fields = Vec::new();
    let is_tried = |fact: &&Fact| fact.window.is_none() && !matches!(fact.query, Query::WhoAmI(_));
    for fact in draft.facts.iter().filter(is_tried) {
        let answer = run(&bench.clock, hands.read(fact.query.clone())).unwrap();
        let whole = serde_json::to_value(&answer).unwrap();
        let mut found = Vec::new();
        places(&whole["value"], "", &mut found);
        for at in found {
            let there = whole["value"].pointer(&at).unwrap();
            let instead = others(there).into_iter().filter_map(|other| {
                let mut changed = whole.clone();
                *changed["value"].pointer_mut(&at).unwrap() = other;
                serde_json::from_value::<Answer>(changed).ok().filter(|other| *other != answer)
            });
            let instead: Vec<_> = instead.collect();
            // Two facts may ask the same.
            let same =
                |name: &str| draft.facts.iter().any(|f| f.name == name && f.query == fact.query);
            let covers = |field: &str| at == field || at.starts_with(&format!("{field}/"));
            let pinned = draft.pins.iter().any(|pin| same(&pin.fact) && covers(&pin.field));
            if !instead.is_empty() && (pinned || is_unrelated(draft, &fact.name, &at)) {
                let (fact, query) = (fact.name.clone(), fact.query.clone());
                fields.push(Field { fact, query, at, instead, pinned });
            }
        }
    }
    fields
}

/// Whether nothing in the plan speaks of it: no check names it, and it does not hold what a pin or a check names.
fn is_unrelated(draft: &Draft, fact: &str, at: &str) -> bool {
    // The id of what is changed is no state of it: an answer about something else is an answer to another question.
    let Some(first) = at.split('/').nth(1).filter(|first| !matches!(*first, "uuid" | "id")) else {
        return false;
    };
    draft.checks.iter().all(|check| {
        // A check of a called runbook speaks of that one's facts, by the names that it gave them.
        let of = check.id.rsplit_once('/').map_or(String::new(), |(call, _)| format!("{call}/"));
        let Some(fact) = fact.strip_prefix(&of).filter(|fact| !fact.contains('/')) else {
            return true;
        };
        let mut words =
            check.expression.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
        words.all(|word| {
            let mut parts = word.split('.');
            parts.next() != Some(fact) || parts.next().is_some_and(|part| part != first)
        })
    })
}

/// Plans, changes one answer, and says how the look before the call ends.
fn drifted(bench: &Bench, draft: &Draft, query: &Query, answer: &Answer) -> Result<(), Why> {
    let (hands, now) = (Hands(bench.account.clone()), bench.clock.now());
    let plan = Plan::<_, Sim>::propose(draft.clone());
    let checked = plan.check(&hands, &Remembering, &bench.ceremony, now);
    let mut challenge = run(&bench.clock, checked).unwrap().challenge();
    challenge.give_reason("INC-7");
    challenge.break_glass("INC-7");
    let phrase = challenge.question().phrase.clone();
    let by = Operator { name: "operator".into() };
    let approved = challenge.answer(&phrase, &by, now).map_err(|(_, refusal)| refusal).unwrap();
    let drifted = Drifted { hands, query, answer };
    // Only what was verified can be recorded, and only what was recorded can be sent.
    let verified = run(&bench.clock, Run::open(approved).verify(&drifted, &Remembering, now));
    verified.map(|run| drop(run.end())).map_err(|(run, refusal)| {
        drop(run.end());
        refusal.why
    })
}

#[test]
fn t4_whatever_is_pinned_and_drifts_is_caught_and_nothing_else_is() {
    let seed = fastrand::u64(..);
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let caught = AtomicUsize::new(0);
    let work = || {
        let plans = cases().into_iter().map(|case| {
            let bench = bench();
            let draft = case.draft(&bench).unwrap();
            let fields = fields(&bench, &draft);
            assert!(fields.iter().any(|field| field.pinned), "{}", case.id);
            (case.id, bench, draft, fields)
        });
        let plans: Vec<_> = plans.collect();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= CASES {
                return;
            }
            let mut chance = fastrand::Rng::with_seed(seed.wrapping_add(number as u64));
            let (id, bench, draft, fields) = &plans[number % plans.len()];
            let pinned = !(number / plans.len()).is_multiple_of(4);
            let of: Vec<_> = fields.iter().filter(|field| field.pinned == pinned).collect();
            let Some(field) = chance.choice(&of) else { continue };
            let instead = chance.choice(&field.instead).unwrap();
            let name = format!("seed {seed}: {id} {}{} {instead:?}", field.fact, field.at);
            let end = drifted(bench, draft, &field.query, instead);
            if pinned {
                assert!(matches!(end, Err(Why::Moved | Why::Check)), "{name}: {end:?}");
                caught.fetch_add(1, Ordering::Relaxed);
            } else {
                assert_eq!(end, Ok(()), "{name}");
            }
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().unwrap_or_else(|_| panic!("seed {seed}"));
        }
    });
    let caught = caught.into_inner();
    println!("seed {seed}: {caught} drifts of {CASES} cases caught, no false alarm");
    assert!(caught > CASES / 2);
}
