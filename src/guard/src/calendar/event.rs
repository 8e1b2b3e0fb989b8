//! One event of a calendar: when it begins, how long it is, how it repeats, and whether it is on.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};
use watchdeck_domain::{Printable, Timestamp};

use super::Freeze;
use super::recurrence::Recurrence;
use super::text::Property;

/// Nobody writes a freeze that repeats more often before it is asked about.
const MOST: usize = 20_000;

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    title: String,
    start: DateTime,
    zone: TimeZone,
    length: Length,
    recurrence: Option<Recurrence>,
    /// Local starts that are left out.
    except: Vec<DateTime>,
}

/// How long an event is.
#[derive(Clone, Copy, Debug)]
enum Length {
    /// So much by the clock on the wall: days, which may have 23 or 25 hours.
    Days(i64),
    /// So much exactly.
    Exact(SignedDuration),
    /// From this civil time to that one, in the zone of the event.
    Until(Span),
}

impl Event {
    /// Makes an event of the properties between its BEGIN and END.
    pub(super) fn of(properties: &[Property]) -> Result<Option<Self>, String> {
        let one = |name: &str| properties.iter().find(|property| property.name == name);
        if one("STATUS").is_some_and(|status| status.value == "CANCELLED") {
            return Ok(None);
        }
        let known = [
            "DTSTART",
            "DTEND",
            "DURATION",
            "RRULE",
            "EXDATE",
            "SUMMARY",
            "STATUS",
            "UID",
            "DTSTAMP",
            "CREATED",
            "LAST-MODIFIED",
            "SEQUENCE",
            "DESCRIPTION",
            "LOCATION",
            "CATEGORIES",
            "CLASS",
            "TRANSP",
            "PRIORITY",
            "ORGANIZER",
            "ATTENDEE",
            "URL",
            "COMMENT",
            "GEO",
            "CONTACT",
        ];
        // RDATE, RECURRENCE-ID and whatever else moves an event: not read, so not passed over either.
        let odd = |p: &&Property| !known.contains(&p.name.as_str()) && !p.name.starts_with("X-");
        if let Some(odd) = properties.iter().find(odd) {
            return Err(format!("line {}: `{}` is not understood", odd.line, odd.name));
        }
        let begin = one("DTSTART").ok_or("an event has no DTSTART")?;
        let (start, zone, whole_days) = moment(begin)?;
        let length = match (one("DTEND"), one("DURATION")) {
            (Some(_), Some(end)) => {
                return Err(format!("line {}: an event has DTEND or DURATION, not both", end.line));
            }
            (Some(end), None) => {
                let (until, until_zone, days) = moment(end)?;
                if until <= start || days != whole_days || until_zone != zone {
                    return Err(format!(
                        "line {}: DTEND must come after DTSTART, and be written as it is",
                        end.line
                    ));
                }
                Length::Until(start.until(until).map_err(|error| error.to_string())?)
            }
            (None, Some(length)) => duration(length)?,
            (None, None) if whole_days => Length::Days(1),
            (None, None) => {
                return Err(format!(
                    "line {}: an event without an end freezes nothing",
                    begin.line
                ));
            }
        };
        let recurrence = one("RRULE").map(|rule| Recurrence::read(rule, &zone)).transpose()?;
        let mut except = Vec::new();
        for property in properties.iter().filter(|property| property.name == "EXDATE") {
            for value in property.value.split(',') {
                let (at, of, _) = moment(&Property { value: value.into(), ..property.clone() })?;
                let at = of.to_zoned(at).map_err(|error| error.to_string())?;
                except.push(at.with_time_zone(zone.clone()).datetime());
            }
        }
        let title = one("SUMMARY").map_or_else(|| "a freeze".to_owned(), Property::text);
        let title = Printable::new(title).as_str().to_owned();
        Ok(Some(Self { title, start, zone, length, recurrence, except }))
    }

    /// Its first occurrence that touches the span, both ends included. Itself it is half-open.
    pub(super) fn freeze(&self, from: Timestamp, to: Timestamp) -> Result<Option<Freeze>, String> {
        let occurrences: Box<dyn Iterator<Item = DateTime>> = match &self.recurrence {
            Some(recurrence) => Box::new(recurrence.starts(self.start)),
            None => Box::new(std::iter::once(self.start)),
        };
        for (turn, start) in occurrences.enumerate() {
            if turn > MOST {
                return Err(format!("`{}` repeats more than {MOST} times", self.title));
            }
            let (begins, ends) = self.span(start)?;
            if begins > to {
                break;
            }
            if ends > from && !self.except.contains(&start) {
                return Ok(Some(Freeze { title: self.title.clone(), from: begins, until: ends }));
            }
        }
        Ok(None)
    }

    fn span(&self, start: DateTime) -> Result<(Timestamp, Timestamp), String> {
        let wrong = |error: jiff::Error| format!("`{}` at {start}: {error}", self.title);
        let begins = self.zone.to_zoned(start).map_err(wrong)?;
        let ends = match self.length {
            Length::Days(days) => begins.checked_add(Span::new().days(days)).map_err(wrong)?,
            Length::Exact(length) => begins.checked_add(length).map_err(wrong)?,
            Length::Until(span) => {
                let local = start.checked_add(span).map_err(wrong)?;
                self.zone.to_zoned(local).map_err(wrong)?
            }
        };
        let stamp = |at: &jiff::Zoned| Timestamp::from_millis(at.timestamp().as_millisecond());
        Ok((stamp(&begins), stamp(&ends)))
    }
}

/// A date or a time with its zone, and whether it is a whole day.
fn moment(property: &Property) -> Result<(DateTime, TimeZone, bool), String> {
    let wrong = |why: String| format!("line {}: `{}` {why}", property.line, property.value);
    let value = property.value.as_str();
    let (text, utc) = value.strip_suffix('Z').map_or((value, false), |text| (text, true));
    let zone = match (utc, property.parameter("TZID")) {
        (false, Some(name)) => {
            TimeZone::get(name).map_err(|_| wrong(format!("is in the unknown zone `{name}`")))?
        }
        // Days and times without a zone mean another instant to everybody. UTC is what all can agree on.
        (true, _) | (false, None) => TimeZone::UTC,
    };
    let at = civil(text).ok_or_else(|| wrong("is no date and no time".into()))?;
    Ok((at, zone, !text.contains('T')))
}

/// `20261127` or `20261127T180000`.
pub(super) fn civil(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once('T').unwrap_or((text, "000000"));
    let digits = |text: &str, at: std::ops::Range<usize>| -> Option<i16> {
        let piece = text.get(at)?;
        piece.bytes().all(|byte| byte.is_ascii_digit()).then(|| piece.parse().ok())?
    };
    let small = |text: &str, at| digits(text, at).and_then(|number| i8::try_from(number).ok());
    if date.len() != 8 || time.len() != 6 {
        return None;
    }
    let date = Date::new(digits(date, 0..4)?, small(date, 4..6)?, small(date, 6..8)?).ok()?;
    let time = Time::new(small(time, 0..2)?, small(time, 2..4)?, small(time, 4..6)?, 0).ok()?;
    Some(date.to_datetime(time))
}

/// `P1D`, `PT8H30M`, `P2W`.
fn duration(property: &Property) -> Result<Length, String> {
    let wrong = || format!("line {}: `{}` is no duration", property.line, property.value);
    let text = property.value.strip_prefix('+').unwrap_or(&property.value);
    let text = text.strip_prefix('P').ok_or_else(wrong)?;
    let (mut days, mut seconds, mut timed, mut number) = (0_i64, 0_i64, false, String::new());
    for c in text.chars() {
        if c == 'T' {
            timed = true;
            continue;
        }
        if c.is_ascii_digit() && number.len() < 6 {
            number.push(c);
            continue;
        }
        let count: i64 = number.parse().map_err(|_| wrong())?;
        number.clear();
        match (c, timed) {
            ('W', false) => days += 7 * count,
            ('D', false) => days += count,
            ('H', true) => seconds += 3_600 * count,
            ('M', true) => seconds += 60 * count,
            ('S', true) => seconds += count,
            _ => return Err(wrong()),
        }
    }
    match (days, seconds) {
        _ if !number.is_empty() => Err(wrong()),
        (0, 0) => Err(wrong()),
        (days, 0) => Ok(Length::Days(days)),
        (0, seconds) => Ok(Length::Exact(SignedDuration::from_secs(seconds))),
        (days, seconds) => Ok(Length::Until(Span::new().days(days).seconds(seconds))),
    }
}
