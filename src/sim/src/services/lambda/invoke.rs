//! Invoking a function by hand.

use super::{function, number};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::ids::{mix_text, unit};
use crate::world::lambda::Version;
use crate::world::logs::Body;
use crate::world::metrics::Key;

/// The payload of a synchronous invocation, at most.
const PAYLOAD: usize = 6 * 1_048_576;

pub(super) fn invoke(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, id) = (world.now(), world.fresh_id());
    let drawn = mix_text(world.seed(), &id);
    let payload = match call.input.get("Payload") {
        Some(Value::Blob(bytes)) => bytes.clone(),
        _ => bytes::Bytes::new(),
    };
    if payload.len() > PAYLOAD {
        return Err(ApiError::new(
            "RequestTooLargeException",
            format!(
                "{} byte payload is too large for the RequestResponse invocation type (limit {PAYLOAD} bytes)",
                number(payload.len())
            ),
        ));
    }
    if !payload.is_empty() && serde_json::from_slice::<serde_json::Value>(&payload).is_err() {
        return Err(ApiError::new(
            "InvalidRequestContentException",
            "Could not parse request body into json: Could not parse payload into json",
        )
        .with("Type", "User"));
    }
    let (function, named) = function(world, call)?;
    let picked = match named.qualifier.as_deref().and_then(|name| function.aliases.get(name)) {
        Some(alias) => Some(alias.pick(unit(drawn), now)),
        None => named.qualifier.clone(),
    };
    let version = function
        .qualified(picked.as_deref())
        .cloned()
        .ok_or_else(|| named.missing(&call.region))?;
    let status = match call.input.text("InvocationType") {
        Some("DryRun") => return Ok(Value::empty().with("StatusCode", 204_i64).into()),
        Some("Event") => 202_i64,
        _ => 200,
    };
    if version.number.is_some() && version.is_settling(now) {
        return Err(ApiError::new(
            "ResourceConflictException",
            format!(
                "The operation cannot be performed at this time. The function is currently in the following state: Pending: {}",
                named.arn(&call.region)
            ),
        ));
    }
    if function.reserved == Some(0) {
        return Err(ApiError::new("TooManyRequestsException", "Rate Exceeded.")
            .with("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded")
            .with("Type", "User"));
    }
    let name = function.name.clone();
    let failed = unit(drawn ^ 0xFA11) < version.character.error_rate;
    let report = trace(world, call, &name, &version, &id, failed);
    let answer = if failed {
        serde_json::json!({
            "errorType": version.character.error_type,
            "errorMessage": version.character.error_message,
            "trace": [],
        })
    } else {
        serde_json::json!({ "statusCode": 200, "body": "{}" })
    };
    let output = Value::empty().with("StatusCode", status);
    if status == 202 {
        return Ok(output.into());
    }
    let tail = (call.input.text("LogType") == Some("Tail")).then(|| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(report)
    });
    Ok(output
        .with("ExecutedVersion", version.label())
        .with("Payload", Value::Blob(answer.to_string().into_bytes().into()))
        .with_some("FunctionError", failed.then_some("Unhandled"))
        .with_some("LogResult", tail)
        .into())
}

/// Leaves the lines and metrics of the invocation; gives back the lines.
fn trace(
    world: &mut World,
    call: &Call,
    name: &str,
    version: &Version,
    id: &str,
    failed: bool,
) -> String {
    let now = world.now();
    let label = version.label();
    let region = world.region(&call.region);
    let stream = format!(
        "{}/[{label}]{}",
        crate::world::measure::timestamp(now, "%Y/%m/%d"),
        crate::world::ids::hex(mix_text(1, id), 32)
    );
    let place = region.logs.place(&format!("/aws/lambda/{name}"), &stream, now);
    let character = &version.character;
    let mut lines = vec![format!("START RequestId: {id} Version: {label}")];
    if failed {
        lines.push(
            serde_json::json!({
                "timestamp": crate::world::measure::iso_millis(now),
                "level": "ERROR",
                "message": format!("{}: {}", character.error_type, character.error_message),
                "requestId": id,
                "errorType": character.error_type,
                "errorMessage": character.error_message,
            })
            .to_string(),
        );
    }
    let (took, memory) = (character.duration_ms, version.memory);
    lines.push(format!("END RequestId: {id}"));
    lines.push(format!(
        "REPORT RequestId: {id}\tDuration: {took:.2} ms\tBilled Duration: {:.0} ms\tMemory Size: {memory} MB\tMax Memory Used: {} MB",
        took.ceil(),
        memory / 4
    ));
    for line in &lines {
        region.logs.put(place, now, now, Body::Text(line.as_str().into()));
    }
    let values = [
        ("Invocations", "Count", 1.0),
        ("Errors", "Count", if failed { 1.0 } else { 0.0 }),
        ("Duration", "Milliseconds", took),
    ];
    for (metric, unit, value) in values {
        let key = Key::new("AWS/Lambda", metric, [("FunctionName", name)]);
        let meter = region.metrics.meter_of(key, unit);
        region.metrics.record(meter, now, value);
    }
    lines.join("\n")
}
