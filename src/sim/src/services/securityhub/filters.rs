//! Whether a finding passes the filters of a question.
//!
//! Attributes are joined with AND. Within one attribute, comparisons that look for something are
//! joined with OR, comparisons that exclude something with AND.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::attributes::{self, Kind};
use super::invalid;
use crate::wire::call::ApiError;
use crate::wire::value::Value;
use crate::world::fixture::record;

/// The most attributes in one question, and the most values for one attribute.
const MOST: (usize, usize) = (10, 20);

const DAY_MS: i64 = 86_400_000;

/// Refuses filters that AWS refuses.
pub(super) fn check(filters: &Value) -> Result<(), ApiError> {
    let Some(attributes) = filters.as_map() else { return Ok(()) };
    if attributes.len() > MOST.0 {
        return Err(invalid(format!(
            "A request may filter by at most {} attributes; this one names {}.",
            MOST.0,
            attributes.len()
        )));
    }
    for name in attributes.keys() {
        let values = filters.items(name);
        if values.len() > MOST.1 {
            return Err(invalid(format!(
                "The filter {name} may have at most {} values; this one has {}.",
                MOST.1,
                values.len()
            )));
        }
        check_mix(name, values)?;
        for value in values {
            check_bounds(name, value)?;
        }
    }
    Ok(())
}

/// Comparisons that contradict each other on one attribute.
fn check_mix(name: &str, values: &[Value]) -> Result<(), ApiError> {
    let uses = |wanted: &str| values.iter().any(|v| v.text("Comparison") == Some(wanted));
    for (a, b) in [
        ("CONTAINS", "NOT_CONTAINS"),
        ("EQUALS", "NOT_EQUALS"),
        ("EQUALS", "PREFIX_NOT_EQUALS"),
        ("CONTAINS", "NOT_EQUALS"),
        ("CONTAINS", "PREFIX_NOT_EQUALS"),
    ] {
        // Maps compare a key each, so only one key may not be asked both ways.
        let map = attributes::of(name).is_some_and(|(_, kind)| kind == Kind::Map);
        if !map && uses(a) && uses(b) {
            return Err(invalid(format!("The filter {name} cannot combine {a} with {b}.")));
        }
    }
    Ok(())
}

fn check_bounds(name: &str, value: &Value) -> Result<(), ApiError> {
    for bound in ["Start", "End"] {
        if let Some(text) = value.text(bound)
            && record::parse_iso(text).is_none()
        {
            return Err(invalid(format!(
                "The filter {name} has a {bound} that is no ISO 8601 time: {text}."
            )));
        }
    }
    if let Some(cidr) = value.text("Cidr")
        && Block::parse(cidr).is_none()
    {
        return Err(invalid(format!("The filter {name} has a block that is no CIDR: {cidr}.")));
    }
    Ok(())
}

/// Whether the finding passes every attribute.
pub(super) fn pass(finding: &Value, filters: &Value, now: i64) -> bool {
    filters.as_map().is_none_or(|attributes| {
        attributes.keys().all(|name| passes_attribute(finding, name, filters.items(name), now))
    })
}

fn passes_attribute(finding: &Value, name: &str, filters: &[Value], now: i64) -> bool {
    let Some((path, kind)) = attributes::of(name) else { return false };
    if filters.is_empty() {
        return true;
    }
    let held = if path.is_empty() { vec![finding] } else { record::at(finding, path) };
    let (excluding, seeking): (Vec<_>, Vec<_>) = filters.iter().partition(|filter| {
        filter.text("Comparison").is_some_and(|comparison| comparison.contains("NOT_"))
    });
    let holds = |filter: &&Value| matches(&held, filter, kind, now);
    (seeking.is_empty() || seeking.iter().any(holds)) && excluding.iter().all(holds)
}

fn matches(held: &[&Value], filter: &Value, kind: Kind, now: i64) -> bool {
    match kind {
        Kind::String => {
            let texts: Vec<_> = held.iter().filter_map(|value| value.as_text()).collect();
            text_matches(&texts, filter)
        }
        Kind::Map => {
            let key = filter.text("Key").unwrap_or_default();
            let texts: Vec<_> = held.iter().filter_map(|value| value.text(key)).collect();
            text_matches(&texts, filter)
        }
        Kind::Number => held.iter().any(|value| number_matches(value, filter)),
        Kind::Date => held.iter().any(|value| date_matches(value, filter, now)),
        Kind::Ip => held.iter().filter_map(|value| value.as_text()).any(|address| {
            filter.text("Cidr").and_then(Block::parse).is_some_and(|block| block.holds(address))
        }),
        Kind::Keyword => {
            let word = filter.text("Value").unwrap_or_default().to_lowercase();
            held.iter().any(|value| mentions(value, &word))
        }
        Kind::Boolean => held.iter().any(|value| Some(*value) == filter.get("Value")),
    }
}

fn text_matches(texts: &[&str], filter: &Value) -> bool {
    let wanted = filter.text("Value").unwrap_or_default();
    let any = |test: &dyn Fn(&str) -> bool| texts.iter().any(|text| test(text));
    match filter.text("Comparison").unwrap_or("EQUALS") {
        "PREFIX" => any(&|text| text.starts_with(wanted)),
        "CONTAINS" => any(&|text| text.contains(wanted)),
        "CONTAINS_WORD" => any(&|text| has_word(text, wanted)),
        "NOT_EQUALS" => !any(&|text| text == wanted),
        "PREFIX_NOT_EQUALS" => !any(&|text| text.starts_with(wanted)),
        "NOT_CONTAINS" => !any(&|text| text.contains(wanted)),
        _ => any(&|text| text == wanted),
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
}

fn number_matches(value: &Value, filter: &Value) -> bool {
    let Some(number) = Value::empty().with("n", value.clone()).float("n") else { return false };
    let bound = |name| filter.float(name);
    bound("Eq").is_none_or(|x| (number - x).abs() < 1e-9)
        && bound("Gte").is_none_or(|x| number >= x)
        && bound("Gt").is_none_or(|x| number > x)
        && bound("Lte").is_none_or(|x| number <= x)
        && bound("Lt").is_none_or(|x| number < x)
}

fn date_matches(value: &Value, filter: &Value, now: i64) -> bool {
    let Some(at) = value.as_text().and_then(record::parse_iso) else { return false };
    if let Some(range) = filter.get("DateRange") {
        let edge = now - range.int("Value").unwrap_or(0) * DAY_MS;
        return match range.text("Comparison") {
            Some("OLDER_THAN") => at < edge,
            Some(_) | None => at >= edge && at <= now,
        };
    }
    let bound = |name| filter.text(name).and_then(record::parse_iso);
    bound("Start").is_none_or(|start| at >= start) && bound("End").is_none_or(|end| at <= end)
}

fn mentions(value: &Value, word: &str) -> bool {
    match value {
        Value::Text(text) => text.to_lowercase().contains(word),
        Value::List(items) => items.iter().any(|item| mentions(item, word)),
        Value::Map(members) => members.values().any(|member| mentions(member, word)),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Blob(_) | Value::Time(_) => false,
    }
}

/// A block of addresses.
struct Block {
    bits: u128,
    mask: u128,
    six: bool,
}

impl Block {
    fn parse(cidr: &str) -> Option<Self> {
        let (address, length) = cidr.split_once('/').map_or((cidr, None), |(a, l)| (a, Some(l)));
        let (bits, six) = address_bits(address)?;
        let width: u32 = if six { 128 } else { 32 };
        let length: u32 = length.map_or(Some(width), |text| text.parse().ok())?;
        if length > width {
            return None;
        }
        let mask = u128::MAX.checked_shl(width - length).unwrap_or(0);
        Some(Self { bits: bits & mask, mask, six })
    }

    fn holds(&self, address: &str) -> bool {
        address_bits(address)
            .is_some_and(|(bits, six)| six == self.six && bits & self.mask == self.bits)
    }
}

fn address_bits(text: &str) -> Option<(u128, bool)> {
    if let Ok(four) = text.parse::<Ipv4Addr>() {
        return Some((u128::from(u32::from(four)), false));
    }
    text.parse::<Ipv6Addr>().ok().map(|six| (u128::from(six), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_780_000_000_000;

    fn finding() -> Value {
        let resource = |id: &str| Value::empty().with("Id", id).with("Type", "AwsS3Bucket");
        Value::empty()
            .with("Title", "Buckets refuse public reads")
            .with("UpdatedAt", record::iso(NOW - 3 * DAY_MS))
            .with("Severity", Value::empty().with("Label", "HIGH").with("Normalized", 70))
            .with("Resources", Value::list([resource("arn:a"), resource("arn:b")]))
            .with("ProductFields", Value::empty().with("team", "shop"))
            .with("Network", Value::empty().with("SourceIpV4", "198.51.100.77"))
    }

    fn text(comparison: &str, value: &str) -> Value {
        Value::empty().with("Comparison", comparison).with("Value", value)
    }

    fn check_pass(attribute: &str, filters: impl IntoIterator<Item = Value>, expected: bool) {
        let filters = Value::empty().with(attribute, Value::list(filters));
        assert!(check(&filters).is_ok(), "{filters:?}");
        assert_eq!(pass(&finding(), &filters, NOW), expected, "{filters:?}");
    }

    #[test]
    fn text_is_compared_in_seven_ways() {
        check_pass("Title", [text("EQUALS", "Buckets refuse public reads")], true);
        check_pass("Title", [text("EQUALS", "Buckets")], false);
        check_pass("Title", [text("PREFIX", "Buckets")], true);
        check_pass("Title", [text("CONTAINS", "public")], true);
        check_pass("Title", [text("CONTAINS_WORD", "public")], true);
        check_pass("Title", [text("CONTAINS_WORD", "publi")], false);
        check_pass("Title", [text("NOT_EQUALS", "x")], true);
        check_pass("Title", [text("PREFIX_NOT_EQUALS", "Buckets")], false);
        check_pass("Title", [text("NOT_CONTAINS", "public")], false);
    }

    #[test]
    fn seeking_comparisons_are_joined_with_or_and_excluding_ones_with_and() {
        check_pass("SeverityLabel", [text("EQUALS", "LOW"), text("EQUALS", "HIGH")], true);
        check_pass("Title", [text("NOT_CONTAINS", "x"), text("NOT_CONTAINS", "public")], false);
        check_pass("Title", [text("PREFIX", "Buckets"), text("NOT_EQUALS", "Buckets x")], true);
    }

    #[test]
    fn any_resource_may_match_but_none_may_be_excluded() {
        check_pass("ResourceId", [text("EQUALS", "arn:b")], true);
        check_pass("ResourceId", [text("NOT_EQUALS", "arn:b")], false);
    }

    #[test]
    fn an_absent_value_passes_exclusions_only() {
        check_pass("NoteText", [text("NOT_CONTAINS", "x")], true);
        check_pass("NoteText", [text("EQUALS", "x")], false);
    }

    #[test]
    fn numbers_lie_within_bounds() {
        let between = |low: f64, high: f64| Value::empty().with("Gte", low).with("Lte", high);
        check_pass("SeverityNormalized", [between(40.0, 70.0)], true);
        check_pass("SeverityNormalized", [between(71.0, 90.0)], false);
        check_pass(
            "SeverityNormalized",
            [between(71.0, 90.0), Value::empty().with("Eq", 70.0)],
            true,
        );
    }

    #[test]
    fn dates_lie_within_bounds_or_days_before_now() {
        let days = |n: i64| {
            Value::empty().with("DateRange", Value::empty().with("Unit", "DAYS").with("Value", n))
        };
        check_pass("UpdatedAt", [days(7)], true);
        check_pass("UpdatedAt", [days(2)], false);
        let since = |n: i64| Value::empty().with("Start", record::iso(NOW - n * DAY_MS));
        check_pass("UpdatedAt", [since(4)], true);
        check_pass("UpdatedAt", [since(1)], false);
    }

    #[test]
    fn maps_keywords_and_addresses_are_compared() {
        check_pass("ProductFields", [text("EQUALS", "shop").with("Key", "team")], true);
        check_pass("ProductFields", [text("NOT_EQUALS", "shop").with("Key", "team")], false);
        check_pass("Keyword", [Value::empty().with("Value", "PUBLIC")], true);
        check_pass("NetworkSourceIpV4", [Value::empty().with("Cidr", "198.51.100.0/24")], true);
        check_pass("NetworkSourceIpV4", [Value::empty().with("Cidr", "203.0.113.0/24")], false);
    }

    #[test]
    fn too_many_attributes_or_values_are_refused() {
        let names = [
            "Title",
            "Id",
            "Type",
            "Region",
            "RecordState",
            "WorkflowStatus",
            "SeverityLabel",
            "ResourceId",
            "ResourceType",
            "ProductName",
            "CompanyName",
        ];
        let many = Value::record(names.map(|name| (name, Value::list([text("EQUALS", "x")]))));
        assert_eq!(check(&many).unwrap_err().code, "InvalidInputException");
        let values =
            Value::empty().with("Title", Value::list((0..21).map(|_| text("EQUALS", "x"))));
        assert_eq!(check(&values).unwrap_err().code, "InvalidInputException");
    }

    #[test]
    fn contains_and_not_contains_on_one_attribute_are_refused() {
        let both = Value::empty()
            .with("Title", Value::list([text("CONTAINS", "a"), text("NOT_CONTAINS", "b")]));
        assert_eq!(check(&both).unwrap_err().code, "InvalidInputException");
    }
}
