//! EventBridge: switches rules.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_eventbridge::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::SwitchRule;
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::send::{send, silent};

pub(super) async fn switch<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    switch: SwitchRule,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let (bus, rule) = (switch.bus.as_str(), switch.rule.as_str());
    if switch.enabled {
        let call = client.enable_rule().event_bus_name(bus).name(rule);
        let answer = send!(aws_sdk_eventbridge, call, session, warrant);
        return silent(warrant, answer.request_id());
    }
    let call = client.disable_rule().event_bus_name(bus).name(rule);
    let answer = send!(aws_sdk_eventbridge, call, session, warrant);
    silent(warrant, answer.request_id())
}
