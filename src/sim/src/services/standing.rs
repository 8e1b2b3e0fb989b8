//! Reading standing records: finding one, listing many.

use super::pages::{Paging, page};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::shown;

/// The records of a shelf of the call's own service and region.
pub(super) fn shelf<'a>(world: &'a World, call: &Call, kind: &str) -> &'a [Value] {
    world.fixture.shelf(&call.region, &call.service, kind)
}

/// The same, to be changed.
pub(super) fn shelf_mut<'a>(world: &'a mut World, call: &Call, kind: &str) -> &'a mut Vec<Value> {
    world.fixture.shelf_mut(&call.region, &call.service, kind)
}

/// The record whose member has this text.
pub(super) fn one<'a>(
    world: &'a World,
    call: &Call,
    kind: &str,
    member: &str,
    text: &str,
) -> Option<&'a Value> {
    shelf(world, call, kind).iter().find(|record| record.text(member) == Some(text))
}

/// The same, to be changed.
pub(super) fn one_mut<'a>(
    world: &'a mut World,
    call: &Call,
    kind: &str,
    member: &str,
    text: &str,
) -> Option<&'a mut Value> {
    shelf_mut(world, call, kind).iter_mut().find(|record| record.text(member) == Some(text))
}

/// The texts of a list in the input.
pub(super) fn asked<'a>(call: &'a Call, member: &str) -> Vec<&'a str> {
    call.input.items(member).iter().filter_map(Value::as_text).collect()
}

/// A text of the input; empty when absent.
pub(super) fn input<'a>(call: &'a Call, member: &str) -> &'a str {
    call.input.text(member).unwrap_or_default()
}

/// Records as the caller sees them.
pub(super) fn seen<'a>(records: impl IntoIterator<Item = &'a Value>) -> Vec<Value> {
    records.into_iter().map(shown).collect()
}

/// A page of a list as an output of two members: the list and the token that goes on.
pub(super) fn listing(
    call: &Call,
    items: Vec<Value>,
    list: &str,
    next: &str,
    paging: &Paging,
) -> Result<Reply, ApiError> {
    let page = page(call, items, paging)?;
    let output = Value::empty().with(list, Value::List(page.items)).with_some(next, page.next);
    Ok(output.into())
}

/// The events that the call asks for: of the last hour unless it names a window or a duration in minutes.
pub(super) fn recent(events: &[Value], call: &Call, now: i64) -> Vec<Value> {
    let minutes = call.input.int("Duration");
    let end = call.input.time("EndTime").unwrap_or(now);
    let start = call.input.time("StartTime").unwrap_or(end - minutes.unwrap_or(60) * 60_000);
    let categories = asked(call, "EventCategories");
    let mut found = seen(events.iter().filter(|event| {
        let is = |member: &str, input: &str| {
            call.input.text(input).is_none_or(|wanted| event.text(member) == Some(wanted))
        };
        event.time("Date").is_some_and(|at| (start..=end).contains(&at))
            && is("SourceIdentifier", "SourceIdentifier")
            && is("SourceType", "SourceType")
            && (categories.is_empty()
                || event
                    .items("EventCategories")
                    .iter()
                    .filter_map(Value::as_text)
                    .any(|category| categories.contains(&category)))
    }));
    found.sort_by_key(|event| event.time("Date"));
    found
}

/// Whether a text matches a pattern in which `*` stands for any characters and `?` for one.
pub(super) fn wild(pattern: &str, text: &str) -> bool {
    fn rest(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', after)), None) => rest(after, text),
            (Some(('*', after)), Some((_, left))) => rest(after, text) || rest(pattern, left),
            (Some(('?', after)), Some((_, left))) => rest(after, left),
            (Some((a, after)), Some((b, left))) => a == b && rest(after, left),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
    rest(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_other_characters() {
        for (pattern, text, expected) in [
            ("shop-*", "shop-web", true),
            ("s?op", "shop", true),
            ("shop", "shops", false),
            ("*", "", true),
        ] {
            assert_eq!(wild(pattern, text), expected, "{pattern} {text}");
        }
    }
}
