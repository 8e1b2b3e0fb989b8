//! SSM: whether a change calendar is open.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::CalendarState;
use watchdeck_domain::calendar::CalendarStanding;
use watchdeck_domain::reading::CalendarAt;
use watchdeck_domain::{ReadError, Timestamp};

use crate::rejection::{malformed, read_error};

const CALL: &str = "ssm:GetCalendarState";

pub(super) async fn calendar(
    client: &Client,
    ask: CalendarAt,
) -> Result<CalendarStanding, ReadError> {
    let answer = client
        .get_calendar_state()
        .calendar_names(ask.calendar.name())
        .at_time(seconds(ask.at))
        .send()
        .await
        .map_err(|error| read_error(CALL, &error))?;
    let is_open = match answer.state() {
        Some(CalendarState::Open) => true,
        Some(CalendarState::Closed) => false,
        // A state that nobody knows yet is no permission.
        other => return Err(malformed(CALL, format!("a calendar that is neither: {other:?}"))),
    };
    Ok(CalendarStanding { is_open, next: answer.next_transition_time().and_then(Timestamp::parse) })
}

/// `2026-11-22T03:00:00Z`: SSM knows no parts of a second.
fn seconds(at: Timestamp) -> String {
    at.to_string().split('.').next().map_or_else(String::new, |whole| format!("{whole}Z"))
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::{ChangeCalendar, ask};

    use super::*;
    use crate::fake::{self, Fake};

    async fn answered(body: &'static str) -> (Result<CalendarStanding, ReadError>, String) {
        let fake = Fake::new(move |_| fake::json(200, body));
        let connection = fake::connection(&fake).await;
        let at = Timestamp::parse("2026-11-22T03:00:00.750Z").unwrap();
        let calendar = ChangeCalendar::parse("ssm:shop-changes").unwrap();
        let found = ask(connection.source().as_ref(), CalendarAt { calendar, at }).await;
        (found, fake.seen().pop().unwrap().text())
    }

    #[tokio::test]
    async fn a_calendar_is_asked_by_its_name_at_a_whole_second() {
        let body = r#"{"State":"CLOSED","AtTime":"x","NextTransitionTime":"2026-11-22T05:00:00Z"}"#;
        let (found, sent) = answered(body).await;
        let next = Timestamp::parse("2026-11-22T05:00:00Z");
        assert_eq!(found.unwrap(), CalendarStanding { is_open: false, next });
        assert!(sent.contains(r#""CalendarNames":["shop-changes"]"#), "{sent}");
        assert!(sent.contains(r#""AtTime":"2026-11-22T03:00:00Z""#), "{sent}");
        let (found, _) = answered(r#"{"State":"OPEN"}"#).await;
        assert_eq!(found.unwrap(), CalendarStanding { is_open: true, next: None });
    }

    #[tokio::test]
    async fn what_is_neither_open_nor_closed_is_no_answer() {
        for body in [r#"{"State":"AJAR"}"#, "{}"] {
            assert!(answered(body).await.0.is_err(), "{body}");
        }
    }
}
