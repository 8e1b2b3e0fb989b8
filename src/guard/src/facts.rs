//! Facts for the judge: answers to questions, as JSON under the names that expressions use.

use std::borrow::Cow;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Answer, Change, Query, ReadError, Source, Timestamp};

use crate::changes::deed;
use crate::draft::{Fact, Window};

/// What was read: one JSON object, and what could not be read.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// The variables of the expressions.
    pub(crate) values: Value,
    /// The facts that could not be read, and why.
    pub(crate) missing: Vec<(String, ReadError)>,
}

/// What a check or a verification speaks of, by its id. One of a called runbook, whose id is `CALL/ID`, speaks of that
/// runbook's own facts and parameters, by the names that it gave them.
impl Facts {
    /// The facts as what has this id sees them.
    pub(crate) fn seen_by(&self, id: &str) -> Cow<'_, Self> {
        let Some((call, _)) = id.rsplit_once('/') else { return Cow::Borrowed(self) };
        let of = format!("{call}/");
        let mut values = Map::new();
        for (name, value) in self.values.as_object().into_iter().flatten() {
            if let Some(own) = name.strip_prefix(&of) {
                values.insert(own.to_owned(), value.clone());
            } else if name == "params" {
                values.insert(name.clone(), params_of(value, id).clone());
            } else if GIVEN.contains(&name.as_str()) {
                values.insert(name.clone(), value.clone());
            }
        }
        let missing = self
            .missing
            .iter()
            .filter_map(|(name, error)| Some((name.strip_prefix(&of)?.to_owned(), error.clone())));
        Cow::Owned(Self { values: Value::Object(values), missing: missing.collect() })
    }

    /// Why the facts that `expression` speaks of are missing, if some are.
    pub(crate) fn excuse(&self, expression: &str) -> Option<String> {
        let mut words = expression.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.find_map(|word| {
            let (name, error) = self.missing.iter().find(|(name, _)| name == word)?;
            Some(format!("`{name}` could not be read: {error}"))
        })
    }

    /// The part of a fact at a JSON pointer; null when there is none.
    pub(crate) fn part(&self, fact: &str, field: &str) -> Value {
        self.values.get(fact).and_then(|value| value.pointer(field)).cloned().unwrap_or(Value::Null)
    }
}

/// The times that every expression has.
const GIVEN: [&str; 2] = ["now_ms", "since_ms"];

/// The parameters of the runbook that what has this id belongs to.
pub(crate) fn params_of<'a>(params: &'a Value, id: &str) -> &'a Value {
    let calls = id.rsplit_once('/').map_or("", |(call, _)| call);
    let names = calls.split('/').filter(|name| !name.is_empty());
    names.fold(params, |params, name| params.get(name).unwrap_or(&Value::Null))
}

/// Reads `facts`, all at once, beside the given `params`.
///
/// What is not there is `null`: an expression says what that means. What cannot be read is left out.
pub(crate) async fn read(
    source: &dyn Source,
    facts: &[Fact],
    params: &Value,
    now: Timestamp,
    since: Timestamp,
) -> Facts {
    let asked = facts.iter().map(|fact| source.read(windowed(fact, now, since)));
    let answers = join_all(asked).await;
    let mut values = Map::new();
    let mut missing = Vec::new();
    for (fact, answer) in facts.iter().zip(answers) {
        match answer {
            Ok(answer) => {
                values.insert(fact.name.clone(), to_value(answer));
            }
            Err(error) => {
                // What is not there is null. What could not be read is no variable at all: nothing can be said of it,
                // least of all that it is null.
                if error.failure == ReadFailure::Missing {
                    values.insert(fact.name.clone(), Value::Null);
                }
                missing.push((fact.name.clone(), error));
            }
        }
    }
    values.insert("params".into(), params.clone());
    values.insert("now_ms".into(), json!(now.as_millis()));
    values.insert("since_ms".into(), json!(since.as_millis()));
    Facts { values: Value::Object(values), missing }
}

/// What is there where a change would act, as expressions see it.
///
/// # Errors
/// It could not be read.
pub async fn what_is_there(change: &Change, source: &dyn Source) -> Result<Value, ReadError> {
    source.read(deed(change).query()).await.map(to_value)
}

/// The fact's question, its time span moved to where its window lies.
fn windowed(fact: &Fact, now: Timestamp, since: Timestamp) -> Query {
    let Some(window) = fact.window else { return fact.query.clone() };
    within(fact.query.clone(), window, now, since)
}

/// The question, about the span of a window; also where it is put to another region.
fn within(mut query: Query, window: Window, now: Timestamp, since: Timestamp) -> Query {
    if let Query::Elsewhere(there) = query {
        return within(*there.query, window, now, since).put_to(&there.region);
    }
    let minute = std::time::Duration::from_mins(1);
    let start = match window {
        Window::LastSeconds(span) => now - std::time::Duration::from_secs(span.into()),
        // Up to a whole minute: what was called before the change says nothing about it.
        Window::SinceChange => (since + minute - std::time::Duration::from_millis(1)).floor(minute),
    };
    if let Query::Metrics(metrics) = &mut query {
        metrics.start = start;
        metrics.end = (now + minute).floor(minute).max(start + minute);
    } else if let Query::LagOf(lag) = &mut query {
        lag.start = start;
        lag.end = (now + minute).floor(minute).max(start + minute);
    } else if let Query::Trail(trail) = &mut query {
        trail.start = start;
        trail.end = now;
    } else if let Query::LogPage(page) = &mut query {
        page.start = start;
        page.end = now;
    } else if let Query::AlarmHistory(history) = &mut query {
        history.start = start;
        history.end = now;
    }
    query
}

/// An answer as expressions see it. Metric series become `{id: {sum, max, last, points, partial}}`.
fn to_value(answer: Answer) -> Value {
    if let Answer::Metrics(series) = answer {
        let mut out = Map::new();
        for series in series {
            let values = || series.points.iter().map(|(_, value)| *value);
            out.insert(
                series.id.clone(),
                json!({
                    "sum": series.sum(),
                    "max": values().reduce(f64::max),
                    "last": values().next_back(),
                    "points": series.points.len(),
                    "partial": series.partial,
                }),
            );
        }
        return Value::Object(out);
    }
    match serde_json::to_value(answer) {
        Ok(Value::Object(mut members)) => members.remove("value").unwrap_or(Value::Null),
        Ok(_) | Err(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::reading::{AlarmHistory, LogPage, Question as _, Trail};
    use watchdeck_domain::{LogGroupName, Timestamp};

    use super::*;

    #[test]
    fn every_question_of_a_span_takes_the_window() {
        let at = Timestamp::from_millis;
        let group = LogGroupName::parse("shop").unwrap();
        let queries = |start: Timestamp, end: Timestamp| {
            let (group, pattern, next) = (group.clone(), None, None);
            [
                Trail { filter: None, start, end, next: None }.into_query(),
                LogPage { group, start, end, pattern, next }.into_query(),
                AlarmHistory { alarm: "errors".into(), start, end }.into_query(),
            ]
        };
        let window = Some(Window::LastSeconds(300));
        for (query, wanted) in
            queries(at(0), at(0)).into_iter().zip(queries(at(100_000), at(400_000)))
        {
            let fact = Fact { name: "fact".into(), query, window };
            assert_eq!(windowed(&fact, at(400_000), at(0)), wanted);
        }
    }
}
