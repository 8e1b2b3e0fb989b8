//! StartLiveTail: a session that gets an update each virtual second.

use tokio::sync::mpsc;

use super::{filter, group_name, invalid, no_group};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::logs::tail::{Tail, session_start};
use crate::world::names::arn;

/// Sessions of an account at once.
const SESSIONS: usize = 15;
/// Messages on their way to a reader.
const IN_FLIGHT: usize = 16;

pub(super) fn start(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let identifiers: Vec<&str> =
        input.items("logGroupIdentifiers").iter().filter_map(Value::as_text).collect();
    let texts = |member: &str| -> Vec<String> {
        input.items(member).iter().filter_map(Value::as_text).map(str::to_owned).collect()
    };
    let (streams, prefixes) = (texts("logStreamNames"), texts("logStreamNamePrefixes"));
    if !streams.is_empty() && !prefixes.is_empty() {
        return Err(invalid("LogStreamNames and LogStreamNamePrefixes are mutually exclusive."));
    }
    if identifiers.len() != 1 && !(streams.is_empty() && prefixes.is_empty()) {
        return Err(invalid(
            "LogStreamNames or LogStreamNamePrefixes can be given only with exactly one log group.",
        ));
    }
    let pattern = filter::parse(input.text("logEventFilterPattern").unwrap_or_default())?;
    let (now, session) = (world.now(), world.fresh_id());
    let logs = &mut world.region(&call.region).logs;
    let mut groups = Vec::new();
    let mut shown = Vec::new();
    for identifier in identifiers {
        if !identifier.starts_with("arn:") || identifier.ends_with('*') {
            return Err(invalid(format!(
                "The log group identifier '{identifier}' must be an ARN without a trailing *."
            )));
        }
        let name = group_name(identifier);
        let here = arn("logs", &call.region, &format!("log-group:{name}")) == identifier;
        groups.push(logs.index_of(name).filter(|_| here).ok_or_else(no_group)?);
        shown.push(Value::from(identifier));
    }
    if logs.listeners() >= SESSIONS {
        return Err(ApiError::new(
            "LimitExceededException",
            format!(
                "The account has reached its limit of {SESSIONS} concurrent live tail sessions."
            ),
        ));
    }
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    let begun = session_start(input, &call.request_id, &session, shown);
    if sender.try_send(begun).is_ok() {
        logs.listen(Tail::new(sender, groups, (streams, prefixes), pattern, now));
    }
    Ok(Reply::Stream(receiver))
}
