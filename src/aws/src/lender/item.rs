//! A lease as an item of the table: texts, and instants in whole seconds, as the table's time to live wants them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use watchdeck_domain::{Printable, RunId, Timestamp};
use watchdeck_guard::Lease;

pub(super) const TARGET: &str = "target";
pub(super) const HOLDER: &str = "holder";
pub(super) const RUN: &str = "run";
pub(super) const NONCE: &str = "nonce";
pub(super) const SINCE: &str = "since";
pub(super) const EXPIRES: &str = "expires";

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn number(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_millis().div_euclid(1_000).to_string())
}

/// The item of a lease.
pub(super) fn of(lease: &Lease) -> HashMap<String, AttributeValue> {
    [
        (TARGET, text(&lease.target)),
        (HOLDER, text(&lease.holder)),
        (RUN, text(lease.run.as_str())),
        (NONCE, text(&lease.nonce)),
        (SINCE, number(lease.since)),
        (EXPIRES, number(lease.until)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The lease of an item. What is none holds its target all the same: nobody knows for whom.
pub(super) fn lease(item: &HashMap<String, AttributeValue>) -> Result<Lease, String> {
    let text = |name: &str| match item.get(name).map(AttributeValue::as_s) {
        Some(Ok(text)) => Ok(Printable::new(text.as_str()).into()),
        Some(Err(_)) | None => Err(unread(name)),
    };
    let instant = |name: &str| {
        let number = item.get(name).and_then(|value| value.as_n().ok());
        let seconds = number.and_then(|number| number.parse::<i64>().ok());
        let millis = seconds.and_then(|seconds| seconds.checked_mul(1_000));
        millis.map(Timestamp::from_millis).ok_or_else(|| unread(name))
    };
    Ok(Lease {
        target: text(TARGET)?,
        holder: text(HOLDER)?,
        run: RunId::parse(text(RUN)?).map_err(|_| unread(RUN))?,
        nonce: text(NONCE)?,
        since: instant(SINCE)?,
        until: instant(EXPIRES)?,
    })
}

fn unread(name: &str) -> String {
    format!("what stands there is no lease of watchdeck: its `{name}` cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_comes_back_out_of_its_item_and_what_is_none_is_told() {
        let lease = Lease {
            target: "123456784021/eu-central-1/live@orders-writer".into(),
            holder: "alice as oncall/alice".into(),
            run: RunId::from_bits(7),
            nonce: "ab".into(),
            since: Timestamp::from_millis(1_763_800_000_000),
            until: Timestamp::from_millis(1_763_800_300_000),
        };
        let item = of(&lease);
        assert_eq!(super::lease(&item), Ok(lease));
        for name in [HOLDER, RUN, NONCE, SINCE, EXPIRES] {
            let mut item = item.clone();
            item.insert(name.into(), AttributeValue::Bool(true));
            assert!(super::lease(&item).unwrap_err().contains(name));
        }
        let mut hostile = item;
        hostile.insert(HOLDER.into(), text("bob\u{1b}[2J"));
        assert_eq!(super::lease(&hostile).unwrap().holder, "bob\\u{1b}[2J");
    }
}
