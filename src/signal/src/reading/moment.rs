//! Times and durations as lines write them.

use watchdeck_domain::Timestamp;
use watchdeck_query::json::Scalar;

use super::sheet::Sheet;

/// The longest text that is taken for a time.
const LONGEST: usize = 40;

/// A time: RFC 3339, with a blank for the `T` or without a zone, or a count since 1970 in whichever unit fits.
pub(super) fn parse(value: &Scalar<'_>) -> Option<Timestamp> {
    match value {
        Scalar::Number(_) => value.number().and_then(since_epoch),
        Scalar::Text(text) => of_text(text),
        Scalar::Null | Scalar::Bool(_) => None,
    }
}

/// The first of these names that holds a time.
pub(super) fn first(sheet: &Sheet<'_>, names: &[&str]) -> Option<Timestamp> {
    names.iter().find_map(|name| sheet.get(name).and_then(parse))
}

/// A time in text.
pub(super) fn of_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST || !text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return text.parse().ok().and_then(since_epoch);
    }
    if text.as_bytes().get(4) != Some(&b'-') {
        return common(text);
    }
    let text = text.replacen(' ', "T", 1).replace(',', ".").replace(" UTC", "Z");
    let zoned =
        text.contains('Z') || text.get(10..).is_some_and(|clock| clock.contains(['+', '-']));
    Timestamp::parse(&if zoned { text } else { text + "Z" })
}

/// `22/Nov/2026:03:00:00 +0000`
fn common(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (date, zone) = text.split_once(' ').unwrap_or((text, "+0000"));
    let (date, clock) = date.split_once(':')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let (hours, minutes) = zone.split_at_checked(3)?;
    Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{clock}{hours}:{minutes}"))
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
fn since_epoch(count: f64) -> Option<Timestamp> {
    let millis = match count {
        1e8..1e11 => count * 1e3,
        1e11..1e14 => count,
        1e14..1e17 => count / 1e3,
        1e17..1e20 => count / 1e6,
        _ => return None,
    };
    Some(Timestamp::from_millis(millis.round() as i64))
}

/// A duration in milliseconds: a number, or a text with a unit such as `1.5s`, `12ms`, `300µs`.
pub(super) fn duration(value: &Scalar<'_>, unit_ms: f64) -> Option<f64> {
    if let Some(number) = value.number() {
        return Some(number * unit_ms);
    }
    let Scalar::Text(text) = value else { return None };
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end <= 20)?;
    let number: f64 = text.get(..end)?.parse().ok()?;
    Some(match text.get(end..)?.trim() {
        "ns" => number / 1e6,
        "us" | "µs" | "μs" => number / 1e3,
        "ms" | "msec" => number,
        "s" | "sec" => number * 1e3,
        "m" | "min" => number * 60e3,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_that_lines_have() {
        let wanted = Timestamp::parse("2026-11-22T03:04:05.678Z");
        for text in [
            "2026-11-22T03:04:05.678Z",
            "2026-11-22 03:04:05,678",
            "2026-11-22T04:04:05.678+01:00",
            "2026-11-22 03:04:05.678 UTC",
            "1795316645678",
            "1795316645.678",
        ] {
            assert_eq!(of_text(text), wanted, "{text}");
        }
        assert_eq!(of_text("22/Nov/2026:03:04:05 +0000"), Timestamp::parse("2026-11-22T03:04:05Z"));
        assert_eq!(parse(&Scalar::Number("1795316645678000000")), wanted);
        for text in ["", "x", "12", "2026", "99/Nov/2026:1", "2026-99-99T00:00:00Z", "2026-ä"] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        let check = |text: &'static str, wanted| {
            assert_eq!(duration(&Scalar::Text(text.into()), 1.0), wanted, "{text}");
        };
        check("1.5s", Some(1500.0));
        check("12ms", Some(12.0));
        check("12", Some(12.0));
        check("250µs", Some(0.25));
        check("soon", None);
        assert_eq!(duration(&Scalar::Number("0.25"), 1e3), Some(250.0));
    }
}
