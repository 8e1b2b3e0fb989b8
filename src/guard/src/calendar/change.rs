//! A calendar of SSM Change Calendar: asked anew each time, at both ends of the span.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::reading::CalendarAt;
use watchdeck_domain::{ChangeCalendar, Source, Task, Timestamp, ask};

use super::{Calendar, Freeze};

/// A calendar that a service keeps: CLOSED is a freeze.
pub struct AskedCalendar {
    calendar: ChangeCalendar,
    source: Arc<dyn Source>,
}

impl fmt::Debug for AskedCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AskedCalendar({})", self.calendar)
    }
}

impl AskedCalendar {
    /// The calendar, asked of the account that it is kept in or shared with.
    pub fn of(calendar: ChangeCalendar, source: Arc<dyn Source>) -> Self {
        Self { calendar, source }
    }

    /// The first freeze in the span. A calendar that is open at both ends may close and open in between: the next change
    /// of its state tells.
    async fn closed(&self, from: Timestamp, to: Timestamp) -> Result<Option<Freeze>, String> {
        let at = async |at| {
            let asked = CalendarAt { calendar: self.calendar.clone(), at };
            ask(self.source.as_ref(), asked).await.map_err(|error| error.to_string())
        };
        let freeze = |from, until: Option<Timestamp>| {
            let until = until.filter(|until| *until > from).unwrap_or(to);
            Some(Freeze { title: "CLOSED".into(), from, until })
        };
        let now = at(from).await?;
        if !now.is_open {
            return Ok(freeze(from, now.next));
        }
        // A second is the least that it knows: what begins within the last one is seen.
        let then = at(to + Duration::from_millis(999)).await?;
        if !then.is_open {
            return Ok(freeze(now.next.filter(|next| *next > from).unwrap_or(to), then.next));
        }
        let between = now.next.filter(|next| (from..=to).contains(next));
        Ok(between.and_then(|next| freeze(next, None)))
    }
}

impl Calendar for AskedCalendar {
    fn name(&self) -> String {
        format!("the change calendar {}", self.calendar.name())
    }

    fn freeze(&self, from: Timestamp, to: Timestamp) -> Task<'_, Result<Option<Freeze>, String>> {
        Box::pin(self.closed(from, to))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use watchdeck_domain::calendar::CalendarStanding;
    use watchdeck_domain::log::LogGroup;
    use watchdeck_domain::reading::{LiveTail, ReadFailure};
    use watchdeck_domain::{Answer, Query, ReadError};

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-11-22T{text}Z")).unwrap()
    }

    /// An SSM whose calendar is closed in these spans, or that does not answer.
    struct Ssm {
        closed: Vec<(Timestamp, Timestamp)>,
        answers: bool,
        tells_next: bool,
    }

    impl Source for Ssm {
        fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
            let Query::CalendarAt(CalendarAt { at, .. }) = query else { panic!("{query:?}") };
            let is_open = !self.closed.iter().any(|(from, until)| (*from..*until).contains(&at));
            let edges = self.closed.iter().flat_map(|(from, until)| [*from, *until]);
            let next = edges.filter(|edge| *edge > at).min().filter(|_| self.tells_next);
            let answer = if self.answers {
                Ok(Answer::CalendarAt(CalendarStanding { is_open, next }))
            } else {
                Err(ReadError::new(ReadFailure::Unreachable, "ssm:GetCalendarState", "no route"))
            };
            Box::pin(std::future::ready(answer))
        }

        fn live_tail(
            &self,
            _: Vec<LogGroup>,
            _: Option<String>,
        ) -> Task<'_, Result<LiveTail, ReadError>> {
            unreachable!("a calendar has no tail")
        }
    }

    fn freeze(ssm: Ssm, from: &str, to: &str) -> Result<Option<(Timestamp, Timestamp)>, String> {
        let calendar = AskedCalendar::of(ChangeCalendar::built_in(), Arc::new(ssm));
        let mut found = pin!(calendar.freeze(at(from), at(to)));
        match found.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => Ok(found?.map(|freeze| (freeze.from, freeze.until))),
            Poll::Pending => panic!("nothing is waited for here"),
        }
    }

    fn ssm(from: &str, until: &str) -> Ssm {
        Ssm { closed: vec![(at(from), at(until))], answers: true, tells_next: true }
    }

    #[test]
    fn gd05_a_calendar_that_is_closed_now_or_before_the_end_is_a_freeze() {
        let check = |from: &str, to: &str, wanted: Option<(&str, &str)>| {
            let wanted = wanted.map(|(from, until)| (at(from), at(until)));
            assert_eq!(freeze(ssm("03:00:00", "05:00:00"), from, to), Ok(wanted), "{from} {to}");
        };
        check("02:00:00", "02:59:58", None);
        check("02:00:00", "03:00:00", Some(("03:00:00", "05:00:00")));
        check("02:00:00", "04:00:00", Some(("03:00:00", "05:00:00")));
        check("04:00:00", "04:10:00", Some(("04:00:00", "05:00:00")));
        check("04:59:59", "05:10:00", Some(("04:59:59", "05:00:00")));
        // Half-open: it is over at its end.
        check("05:00:00", "05:10:00", None);
    }

    #[test]
    fn gd05_one_that_closes_and_opens_again_before_the_end_is_seen_by_its_next_change() {
        let found = freeze(ssm("03:00:00", "03:05:00"), "02:00:00", "04:00:00");
        assert_eq!(found, Ok(Some((at("03:00:00"), at("04:00:00")))));
    }

    #[test]
    fn gd05_without_a_next_change_the_ends_of_the_span_are_told() {
        let untold = |from, to| Ssm { tells_next: false, ..ssm(from, to) };
        let found = freeze(untold("03:00:00", "05:00:00"), "04:00:00", "04:10:00");
        assert_eq!(found, Ok(Some((at("04:00:00"), at("04:10:00")))));
    }

    #[test]
    fn gd05_a_calendar_that_does_not_answer_cannot_tell() {
        let silent = Ssm { answers: false, ..ssm("03:00:00", "05:00:00") };
        assert!(freeze(silent, "01:00:00", "02:00:00").unwrap_err().contains("no route"));
    }
}
