//! How an event repeats: the part of RRULE that freezes are written with. What is not in it makes the calendar unreadable.
//!
//! FREQ daily, weekly, monthly or yearly; INTERVAL; COUNT or UNTIL; BYDAY, with `1FR` and `-1FR` by the month; BYMONTHDAY;
//! BYMONTH; WKST=MO. Everything happens in the zone of the event, by the clock on the wall.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

use super::event::civil;
use super::text::Property;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recurrence {
    every: Every,
    interval: i32,
    count: Option<usize>,
    until: Option<DateTime>,
    days: Vec<(Option<i8>, Weekday)>,
    month_days: Vec<i8>,
    months: Vec<i8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

impl Recurrence {
    /// Reads the value of an RRULE.
    pub(super) fn read(property: &Property, zone: &TimeZone) -> Result<Self, String> {
        let wrong = |what: &str| format!("line {}: `{what}` is not understood", property.line);
        let mut every = None;
        let mut rule = Self {
            every: Every::Day,
            interval: 1,
            count: None,
            until: None,
            days: Vec::new(),
            month_days: Vec::new(),
            months: Vec::new(),
        };
        for part in property.value.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| wrong(part))?;
            let odd = || wrong(part);
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => {
                    every = Some(match value {
                        "DAILY" => Every::Day,
                        "WEEKLY" => Every::Week,
                        "MONTHLY" => Every::Month,
                        "YEARLY" => Every::Year,
                        _ => return Err(odd()),
                    });
                }
                "INTERVAL" => {
                    rule.interval =
                        value.parse().ok().filter(|n| (1..=1_000).contains(n)).ok_or_else(odd)?;
                }
                "COUNT" => {
                    rule.count = Some(value.parse().ok().filter(|n| *n > 0).ok_or_else(odd)?);
                }
                "UNTIL" => rule.until = Some(until(value, zone).ok_or_else(odd)?),
                "BYDAY" => {
                    rule.days = value.split(',').map(day).collect::<Option<_>>().ok_or_else(odd)?;
                }
                "BYMONTHDAY" => rule.month_days = numbers(value, 31, true).ok_or_else(odd)?,
                "BYMONTH" => rule.months = numbers(value, 12, false).ok_or_else(odd)?,
                "WKST" if value == "MO" => {}
                _ => return Err(odd()),
            }
        }
        rule.every = every.ok_or_else(|| wrong("an RRULE without FREQ"))?;
        let by_month =
            rule.every == Every::Month || (rule.every == Every::Year && rule.months.len() == 1);
        let ordinal = rule.days.iter().any(|(nth, _)| nth.is_some());
        if (ordinal && !by_month) || (rule.count.is_some() && rule.until.is_some()) {
            return Err(wrong(&property.value));
        }
        if rule.every == Every::Year
            && rule.months.is_empty()
            && !(rule.days.is_empty() && rule.month_days.is_empty())
        {
            return Err(wrong(&property.value));
        }
        Ok(rule)
    }

    /// The local starts, in order. The first is the start of the event itself.
    pub(super) fn starts(&self, first: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        let time = first.time();
        let turns = (0..).map_while(move |turn| self.turn(first.date(), turn)).flatten();
        let later = turns.map(move |date| date.to_datetime(time)).filter(move |at| *at > first);
        std::iter::once(first)
            .chain(later)
            .take_while(|start| self.until.is_none_or(|until| *start <= until))
            .take(self.count.unwrap_or(usize::MAX))
    }

    /// The dates of one day, week, month or year of the rule. Nothing past the end of the calendar.
    fn turn(&self, first: Date, turn: i32) -> Option<Vec<Date>> {
        let by = i64::from(turn.checked_mul(self.interval)?);
        let step: Span = match self.every {
            Every::Day => by.days(),
            Every::Week => by.weeks(),
            Every::Month => by.months(),
            Every::Year => by.years(),
        };
        let mut dates = match self.every {
            Every::Day => vec![first.checked_add(step).ok()?],
            Every::Week => {
                let monday = first
                    .checked_sub(i64::from(first.weekday().to_monday_zero_offset()).days())
                    .ok()?
                    .checked_add(step)
                    .ok()?;
                let week = (0..7).filter_map(|day| monday.checked_add(day.days()).ok());
                let wanted = |date: &Date| {
                    (self.days.is_empty() && date.weekday() == first.weekday())
                        || self.days.iter().any(|(_, day)| *day == date.weekday())
                };
                week.filter(wanted).collect()
            }
            Every::Month => self.month(first.first_of_month().checked_add(step).ok()?, first.day()),
            Every::Year => {
                let year = first.first_of_year().checked_add(step).ok()?;
                let months =
                    if self.months.is_empty() { vec![first.month()] } else { self.months.clone() };
                let months = months.into_iter().filter_map(|m| Date::new(year.year(), m, 1).ok());
                months.flat_map(|month| self.month(month, first.day())).collect()
            }
        };
        let month = |date: &Date| self.months.is_empty() || self.months.contains(&date.month());
        dates.retain(month);
        if self.every == Every::Day {
            dates.retain(|date| {
                self.days.is_empty() || self.days.iter().any(|(_, day)| *day == date.weekday())
            });
        }
        if self.every == Every::Day || self.every == Every::Week {
            dates.retain(|date| self.month_days.is_empty() || self.on_month_day(*date));
        }
        dates.sort_unstable();
        dates.dedup();
        Some(dates)
    }

    /// The dates of one month.
    fn month(&self, month: Date, day: i8) -> Vec<Date> {
        let dates = (1..=month.days_in_month())
            .filter_map(|day| Date::new(month.year(), month.month(), day).ok());
        dates
            .filter(|date| {
                let by_month_day = self.month_days.is_empty() || self.on_month_day(*date);
                let by_day = self.days.is_empty() || self.on_day(*date);
                let plain = self.days.is_empty() && self.month_days.is_empty();
                if plain { date.day() == day } else { by_month_day && by_day }
            })
            .collect()
    }

    fn on_month_day(&self, date: Date) -> bool {
        let back = date.day() - date.days_in_month() - 1;
        self.month_days.contains(&date.day()) || self.month_days.contains(&back)
    }

    fn on_day(&self, date: Date) -> bool {
        let nth = (date.day() - 1) / 7 + 1;
        let last = -((date.days_in_month() - date.day()) / 7 + 1);
        self.days.iter().any(|(wanted, day)| {
            *day == date.weekday() && wanted.is_none_or(|wanted| wanted == nth || wanted == last)
        })
    }
}

/// The last local start that still counts.
fn until(value: &str, zone: &TimeZone) -> Option<DateTime> {
    if let Some(utc) = value.strip_suffix('Z') {
        let at = TimeZone::UTC.to_zoned(civil(utc)?).ok()?;
        return Some(at.with_time_zone(zone.clone()).datetime());
    }
    let at = civil(value)?;
    // A date alone means its whole day.
    if value.contains('T') {
        Some(at)
    } else {
        at.checked_add(1.day()).ok()?.checked_sub(1.second()).ok()
    }
}

/// `FR`, `1FR`, `-1FR`.
fn day(text: &str) -> Option<(Option<i8>, Weekday)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = match name {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    if nth.is_empty() {
        return Some((None, day));
    }
    let nth: i8 = nth.parse().ok()?;
    (nth != 0 && (-5..=5).contains(&nth)).then_some((Some(nth), day))
}

fn numbers(text: &str, most: i8, back: bool) -> Option<Vec<i8>> {
    let fits = |n: &i8| (1..=most).contains(n) || (back && (-most..=-1).contains(n));
    text.split(',').map(|n| n.parse().ok().filter(fits)).collect()
}
