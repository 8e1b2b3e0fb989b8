//! Rules that mute alarms.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::error::ProvideErrorMetadata as _;
use aws_sdk_cloudwatch::types::AlarmMuteRuleStatus;
use watchdeck_domain::alarm::{Mute, MuteStanding};
use watchdeck_domain::reading::MuteOf;
use watchdeck_domain::{ReadError, Timestamp};

use super::super::{instant, plain};
use crate::rejection::read_error;

const CALL: &str = "cloudwatch:GetAlarmMuteRule";

pub(in super::super) async fn mute(
    client: &Client,
    ask: MuteOf,
) -> Result<Option<MuteStanding>, ReadError> {
    let answer = client.get_alarm_mute_rule().alarm_mute_rule_name(&ask.rule).send().await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.code() == Some("ResourceNotFoundException") => return Ok(None),
        Err(error) => return Err(read_error(CALL, &error)),
    };
    let schedule = answer.rule().and_then(|rule| rule.schedule());
    let begins = schedule.and_then(|schedule| begins(schedule.expression()?));
    let alarms = answer.mute_targets().map(|targets| targets.alarm_names().to_vec());
    let mut alarms = alarms.unwrap_or_default();
    alarms.sort();
    Ok(Some(MuteStanding {
        mute: Mute {
            alarms,
            from: begins.unwrap_or_default(),
            until: instant(answer.expire_date()).unwrap_or_default(),
        },
        status: plain(answer.status().map(AlarmMuteRuleStatus::as_str)),
    }))
}

/// When a rule that mutes once begins to: `at(2026-11-22T03:00)`.
fn begins(expression: &str) -> Option<Timestamp> {
    let minute = expression.strip_prefix("at(")?.strip_suffix(')')?;
    Timestamp::parse(&format!("{minute}:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_mutes_once_says_when_it_begins() {
        let at = begins("at(2026-11-22T03:07)").unwrap();
        assert_eq!(at.to_string(), "2026-11-22T03:07:00.000Z");
        assert_eq!(begins("cron(0 2 * * *)"), None);
    }
}
