//! Instances by their identifiers, and what is refused about a name before anything is looked at.

use super::super::standing::{shelf, shelf_mut};
use crate::wire::call::{ApiError, Call};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::Due;

/// The longest identifier.
const LONGEST: usize = 63;

/// Instances that an account may have in a region.
pub(super) const MOST_INSTANCES: i64 = 40;

/// Snapshots by hand that an account may have in a region.
pub(super) const MOST_SNAPSHOTS: i64 = 100;

/// What the service says to inputs that do not go together.
pub(super) fn unfit(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterCombination", message)
}

/// What it says to an input that it does not take.
pub(super) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

pub(super) fn no_instance(id: &str) -> ApiError {
    ApiError::new("DBInstanceNotFoundFault", format!("DBInstance {id} not found."))
}

/// What it says where the status of an instance is in the way.
pub(super) fn in_state(id: &str, why: &str) -> ApiError {
    ApiError::new("InvalidDBInstanceStateFault", format!("Instance {id} {why}"))
}

/// Identifiers are kept in small letters, and compared so.
pub(super) fn is_named(record: &Value, id: &str) -> bool {
    record.text("DBInstanceIdentifier").is_some_and(|name| name.eq_ignore_ascii_case(id))
}

pub(super) fn instance<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Value, ApiError> {
    let mut all = shelf(world, call, "instances").iter();
    all.find(|record| is_named(record, id)).ok_or_else(|| no_instance(id))
}

pub(super) fn instance_mut<'a>(
    world: &'a mut World,
    call: &Call,
    id: &str,
) -> Result<&'a mut Value, ApiError> {
    let mut all = shelf_mut(world, call, "instances").iter_mut();
    all.find(|record| is_named(record, id)).ok_or_else(|| no_instance(id))
}

/// A new identifier, in small letters.
pub(super) fn identifier(text: &str, member: &str) -> Result<String, ApiError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let sound = (1..=LONGEST).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(plain)
        && !text.contains("--")
        && !text.ends_with('-');
    if sound {
        return Ok(text.to_ascii_lowercase());
    }
    Err(invalid(format!(
        "The parameter {member} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )))
}

/// The parameters family of an engine and its version: `postgres16`, `mysql8.0`.
pub(super) fn family(engine: &str, version: &str) -> String {
    let mut parts = version.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match engine {
        "mysql" | "mariadb" | "aurora-mysql" => format!("{engine}{major}.{minor}"),
        _ => format!("{engine}{major}"),
    }
}

/// Some members of an instance, from a moment on.
pub(super) fn later(
    world: &mut World,
    call: &Call,
    id: &str,
    at_ms: i64,
    changes: Vec<(&'static str, Value)>,
) {
    world.fixture.later(Due {
        at_ms,
        shelf: (call.region.clone(), "rds", "instances"),
        record: ("DBInstanceIdentifier", id.to_owned()),
        changes,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_the_engine_with_its_major_version() {
        assert_eq!(family("postgres", "16.4"), "postgres16");
        assert_eq!(family("mysql", "8.0.39"), "mysql8.0");
    }

    #[test]
    fn pw11_identifiers_are_short_plain_and_kept_in_small_letters() {
        let long = "a".repeat(63);
        for good in ["a", "rpt-orders", &long] {
            assert_eq!(identifier(good, "x").as_deref(), Ok(good));
        }
        assert_eq!(identifier("RPT-1", "x").as_deref(), Ok("rpt-1"));
        let longer = "a".repeat(64);
        for bad in ["", "1a", "a--b", "a-", "a_b", &longer] {
            assert_eq!(identifier(bad, "x").unwrap_err().code, "InvalidParameterValue", "{bad}");
        }
    }
}
