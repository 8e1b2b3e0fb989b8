//! Access records of API Gateway, in JSON as their owner chose, and access logs in the common form.

use std::borrow::Cow;

use super::sheet::Sheet;
use super::text::is_uuid;
use super::{Reading, moment, split};

/// Names that owners of an API give to what `$context` holds, the usual first.
const METHOD: [&str; 4] = ["httpMethod", "method", "http.method", "requestMethod"];
const PATH: [&str; 6] = ["path", "resourcePath", "routeKey", "requestPath", "uri", "url"];
const STATUS: [&str; 5] =
    ["status", "statusCode", "responseStatus", "http.status", "integration.status"];
const LATENCY: [&str; 4] = ["responseLatency", "latency", "responseLatencyMs", "latencyMs"];
const BEHIND: [&str; 4] =
    ["integrationLatency", "integration.latency", "integrationLatencyMs", "integration_latency"];
const INVOCATION: [&str; 3] =
    ["integration.requestId", "integrationRequestId", "integration_request_id"];
const ERROR: [&str; 6] = [
    "integration.error",
    "integrationErrorMessage",
    "integrationError",
    "error.message",
    "errorMessage",
    "error",
];

const COMMON: [&str; 7] =
    ["ip", "caller", "user", "requestTime", "request", "status", "responseLength"];

/// Whether a JSON record is one of an API.
pub(super) fn is_record(sheet: &Sheet<'_>) -> bool {
    sheet.has("requestId")
        && sheet.has_any(&STATUS)
        && sheet.has_any(&METHOD)
        && sheet.has_any(&[
            "resourcePath",
            "routeKey",
            "extendedRequestId",
            "requestTime",
            "requestTimeEpoch",
            "stage",
            "apiId",
            "responseLatency",
            "integrationLatency",
            "integration.status",
            "integrationStatus",
        ])
}

/// The words of an access log in the common form, with the request ids of API Gateway behind it or the referer and
/// the browser of a web server.
pub(super) fn sheet(line: &str) -> Option<Sheet<'_>> {
    // The time in brackets comes early, and a quoted request after it.
    let bracket = split::prefix(line, 256).find(" [")?;
    if !split::prefix(line.get(bracket..)?, 64).contains("] \"") {
        return None;
    }
    let words = split::words(line);
    let (time, status) = (*words.get(3)?, *words.get(5)?);
    moment::of_text(time)?;
    if !matches!(status.parse(), Ok(100..600_u16)) {
        return None;
    }
    let id = words.get(7).is_some_and(|word| is_uuid(word));
    let behind = if id { ["requestId", "extendedRequestId"] } else { ["referer", "userAgent"] };
    let names: Vec<&'static str> = COMMON.into_iter().chain(behind).collect();
    let mut sheet = Sheet::of_words(&names, words);
    if let Some((method, rest)) = sheet.text("request").as_deref().and_then(|r| r.split_once(' ')) {
        let path = rest.split(' ').next().unwrap_or(rest).to_owned();
        let text = |text: String| watchdeck_query::json::Scalar::Text(Cow::Owned(text));
        let method = method.to_owned();
        sheet.cells.push((Cow::Borrowed("httpMethod"), text(method)));
        sheet.cells.push((Cow::Borrowed("path"), text(path)));
    }
    Some(sheet)
}

/// Reads an access record.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sheet: &Sheet<'a>) {
    let status = sheet.status(&STATUS);
    reading.answered(status);
    reading.time = moment::first(sheet, &["requestTimeEpoch", "requestTime", "time", "timestamp"]);
    reading.request(sheet.text("requestId"));
    reading.request(sheet.first(&INVOCATION));
    reading.request(sheet.text("extendedRequestId"));
    reading.trace(sheet.first(&["xrayTraceId", "xray_trace_id", "traceId"]));
    reading.durations.total = sheet.first_number(&LATENCY);
    reading.durations.behind = sheet.first_number(&BEHIND);
    reading.error = sheet.first(&ERROR);
    let method = sheet.first(&METHOD).unwrap_or_default();
    let path = sheet.first(&PATH).unwrap_or_default();
    reading.message = Cow::Owned(spoken(&method, &path, status, reading.durations.total));
}

/// `GET /orders 502 in 31 ms`
pub(super) fn spoken(
    method: &str,
    path: &str,
    status: Option<u16>,
    took_ms: Option<f64>,
) -> String {
    let status = status.map(|status| status.to_string());
    let took = took_ms.map(|took| format!("in {took:.0} ms"));
    let parts = [Some(method), Some(path), status.as_deref(), took.as_deref()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::Timestamp;

    use super::super::{Kind, Reading};

    #[test]
    fn a_json_record_joins_the_api_to_the_function_behind_it() {
        let line = r#"{"requestId":"0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11","extendedRequestId":"Ab3dEfGhIjKlMno=","stage":"prod","ip":"203.0.113.9","requestTime":"22/Nov/2026:03:04:05 +0000","httpMethod":"GET","resourcePath":"/orders/{id}","path":"/prod/orders/7","status":502,"responseLatency":311,"xrayTraceId":"1-69212345-0123456789abcdef01234567","integration":{"status":200,"latency":306,"error":"The Lambda function returned an error","requestId":"5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b"}}"#;
        let reading = Reading::of(line, "");
        assert_eq!(reading.kind, Kind::Api);
        assert_eq!(
            reading.requests,
            [
                "0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11",
                "5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b",
                "Ab3dEfGhIjKlMno="
            ]
        );
        assert_eq!(reading.traces, ["1-69212345-0123456789abcdef01234567"]);
        assert_eq!(
            (reading.status, reading.durations.total, reading.durations.behind),
            (Some(502), Some(311.0), Some(306.0))
        );
        assert_eq!(reading.error.as_deref(), Some("The Lambda function returned an error"));
        assert_eq!(reading.message, "GET /prod/orders/7 502 in 311 ms");
        assert_eq!(reading.time, Timestamp::parse("2026-11-22T03:04:05Z"));
    }

    #[test]
    fn the_common_form_is_read_with_and_without_an_api() {
        let line = r#"203.0.113.9 - - [22/Nov/2026:03:04:05 +0000] "GET /orders HTTP/1.1" 429 23 0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11"#;
        let reading = Reading::of(line, "");
        assert_eq!((reading.kind, reading.status), (Kind::Api, Some(429)));
        assert_eq!(reading.requests, ["0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11"]);
        let line = r#"203.0.113.9 - ann [22/Nov/2026:03:04:05 +0000] "POST /a b HTTP/1.1" 200 23 "-" "curl/8.0""#;
        let reading = Reading::of(line, "");
        assert_eq!((reading.kind, reading.message.as_ref()), (Kind::Access, "POST /a 200"));
        let line = "- - - [22/Nov/2026:03:04:05 +0000] \"GET / HTTP/1.1\" 200 1";
        assert_eq!(Reading::of(line, "").kind, Kind::Access);
        assert_eq!(Reading::of("took [a] \"b\" 200", "").kind, Kind::Text);
    }
}
