//! AWS Health: what AWS says is wrong or planned.

use super::Table;
use super::pages::Paging;
use super::standing::{listing, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;

pub(super) const OPERATIONS: Table = &[("DescribeEvents", events)];

const PAGING: Paging = Paging {
    size: "maxResults",
    token: "nextToken",
    usual: 100,
    refusal: "InvalidPaginationToken",
};

/// Filters by the text of a member, and by the window of a moment.
const TEXTS: [(&str, &str); 7] = [
    ("eventArns", "arn"),
    ("eventTypeCodes", "eventTypeCode"),
    ("services", "service"),
    ("regions", "region"),
    ("eventTypeCategories", "eventTypeCategory"),
    ("eventStatusCodes", "statusCode"),
    ("actionabilities", "actionability"),
];
const TIMES: [(&str, &str); 3] =
    [("startTimes", "startTime"), ("endTimes", "endTime"), ("lastUpdatedTimes", "lastUpdatedTime")];

/// What no event of ours has: filtering by it finds nothing.
const ABSENT: [&str; 5] = ["availabilityZones", "entityArns", "entityValues", "tags", "personas"];

fn events(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let none = Value::empty();
    let filter = call.input.get("filter").unwrap_or(&none);
    let found = shelf(world, call, "events").iter().filter(|event| {
        let texts = TEXTS.iter().all(|(name, member)| {
            let wanted: Vec<_> = filter.items(name).iter().filter_map(Value::as_text).collect();
            wanted.is_empty() || event.text(member).is_some_and(|text| wanted.contains(&text))
        });
        let times = TIMES.iter().all(|(name, member)| {
            let windows = filter.items(name);
            windows.is_empty()
                || event.time(member).is_some_and(|at| {
                    windows.iter().any(|window| {
                        window.time("from").is_none_or(|from| at >= from)
                            && window.time("to").is_none_or(|to| at <= to)
                    })
                })
        });
        texts && times && ABSENT.iter().all(|name| filter.items(name).is_empty())
    });
    listing(call, seen(found), "events", "nextToken", &PAGING)
}
