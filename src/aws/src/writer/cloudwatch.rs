//! CloudWatch: mutes alarms for a while.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{MuteTargets, Rule, Schedule};
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::MuteAlarms;
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::send::{send, silent};

pub(super) async fn mute<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: MuteAlarms,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let Some(mute) = change.mute else {
        let call = client.delete_alarm_mute_rule().alarm_mute_rule_name(change.rule);
        let answer = send!(aws_sdk_cloudwatch, call, session, warrant);
        return silent(warrant, answer.request_id());
    };
    let schedule =
        Schedule::builder().expression(mute.expression()).duration(mute.duration()).build();
    let call = client
        .put_alarm_mute_rule()
        .name(change.rule)
        .rule(Rule::builder().schedule(schedule).build())
        .expire_date(DateTime::from_millis(mute.until.as_millis()))
        .mute_targets(MuteTargets::builder().set_alarm_names(Some(mute.alarms)).build());
    let answer = send!(aws_sdk_cloudwatch, call, session, warrant);
    silent(warrant, answer.request_id())
}
