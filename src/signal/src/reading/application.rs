//! JSON that programs write, under the names that loggers use.

use watchdeck_domain::log::LogLevel;
use watchdeck_query::json::Scalar;

use super::sheet::Sheet;
use super::{Logger, Reading, Verdict, lambda, moment};

const LEVEL: [&str; 12] = [
    "level",
    "severity",
    "lvl",
    "levelname",
    "log.level",
    "logLevel",
    "loglevel",
    "severityText",
    "SeverityText",
    "@l",
    "@level",
    "Level",
];
const MESSAGE: [&str; 12] = [
    "message",
    "msg",
    "event",
    "fields.message",
    "body",
    "@m",
    "@mt",
    "short_message",
    "Message",
    "@message",
    "error.message",
    "errorMessage",
];
const TIME: [&str; 9] =
    ["timestamp", "time", "@timestamp", "ts", "@t", "datetime", "date", "Timestamp", "eventTime"];
const REQUEST: [&str; 12] = [
    "requestId",
    "request_id",
    "awsRequestId",
    "aws_request_id",
    "AWSRequestId",
    "function_request_id",
    "lambdaRequestId",
    "lambda_request_id",
    "aws.requestId",
    "faas.execution",
    "req.id",
    "reqId",
];
const TRACE: [&str; 13] = [
    "traceId",
    "trace_id",
    "xray_trace_id",
    "xrayTraceId",
    "xRayTraceId",
    "traceparent",
    "TraceId",
    "trace.id",
    "otelTraceID",
    "_X_AMZN_TRACE_ID",
    "x-amzn-trace-id",
    "AWS-XRAY-TRACE-ID",
    "fields.trace_id",
];
const DURATION: [&str; 15] = [
    "durationMs",
    "duration_ms",
    "tookMs",
    "took_ms",
    "elapsedMs",
    "elapsed_ms",
    "latencyMs",
    "latency_ms",
    "responseTime",
    "response_time_ms",
    "duration",
    "took",
    "elapsed",
    "latency",
    "executionTime",
];
const STATUS: [&str; 8] = [
    "statusCode",
    "status_code",
    "status",
    "res.statusCode",
    "http.status_code",
    "http.response.status_code",
    "response.status",
    "fields.status",
];
const ERROR: [&str; 13] = [
    "errorType",
    "error.type",
    "error.name",
    "err.type",
    "exception.type",
    "exception_name",
    "error_type",
    "exceptionType",
    "err.name",
    "thrown.name",
    "error.kind",
    "exception.exception_class",
    "errorCode",
];

/// The library that writes such members.
pub(super) fn logger(sheet: &Sheet<'_>) -> Logger {
    let numeric = |name| matches!(sheet.get(name), Some(Scalar::Number(_)));
    if sheet.has("service")
        && sheet.has_any(&["cold_start", "function_request_id", "sampling_rate", "xray_trace_id"])
    {
        Logger::Powertools
    } else if numeric("level") && sheet.has_all(&["hostname", "pid"]) {
        if sheet.has_all(&["v", "name"]) { Logger::Bunyan } else { Logger::Pino }
    } else if sheet.has_any(&["loggerFqcn", "instant.epochSecond", "threadId", "thrown.name"]) {
        Logger::Log4j
    } else if sheet.has_any(&["severityText", "SeverityText", "severityNumber", "SeverityNumber"]) {
        Logger::OpenTelemetry
    } else if sheet.has("level") && sheet.has_any(&["fields.message", "target"]) {
        Logger::Tracing
    } else if sheet.has_all(&["level", "msg"]) && (numeric("ts") || sheet.has("caller")) {
        Logger::Zap
    } else if sheet.has_all(&["time", "level", "msg"]) {
        Logger::Slog
    } else if sheet.has_all(&["level", "event"]) {
        Logger::Structlog
    } else if sheet.has_all(&["timestamp", "level", "message"])
        && sheet.has_any(&["requestId", "AWSRequestId"])
    {
        Logger::Lambda
    } else if sheet.has_all(&["level", "message"]) {
        Logger::Winston
    } else {
        Logger::Unknown
    }
}

/// Reads a line of a program.
pub(super) fn read<'a>(reading: &mut Reading<'a>, logger: Logger, sheet: &Sheet<'a>) {
    reading.level = LEVEL.iter().find_map(|name| sheet.get(name).and_then(level));
    reading.time = moment::first(sheet, &TIME).or_else(|| {
        let seconds = sheet.number("instant.epochSecond")?;
        let nanos = sheet.number("instant.nanoOfSecond").unwrap_or(0.0);
        moment::of_text(&format!("{:.3}", seconds + nanos / 1e9))
    });
    reading.request(sheet.first(&REQUEST));
    reading.trace(sheet.first(&TRACE));
    // zap writes durations as seconds.
    let unit_ms = if logger == Logger::Zap { 1e3 } else { 1.0 };
    reading.durations.total = DURATION.iter().find_map(|name| {
        let unit_ms = if name.to_ascii_lowercase().ends_with("ms") { 1.0 } else { unit_ms };
        sheet.get(name).and_then(|value| moment::duration(value, unit_ms))
    });
    reading.status = sheet.status(&STATUS);
    reading.error = sheet.first(&ERROR);
    if let Some(message) = sheet.first(&MESSAGE) {
        reading.message = message;
    } else if let Some(error) = &reading.error {
        reading.message = error.clone();
    }
    if let Some(error) = &reading.error {
        reading.verdicts.extend(lambda::of_error(error));
        reading.level = reading.level.or(Some(LogLevel::Error));
    }
    if sheet.has_all(&["errorMessage"])
        && let Some(said) = sheet.text("errorMessage")
        && said.contains("Task timed out after ")
        && reading.verdicts.is_empty()
    {
        reading.verdicts.push(Verdict::Timeout { limit_ms: None });
    }
}

/// A level by its name, or by the number that pino, bunyan and OpenTelemetry give it.
fn level(value: &Scalar<'_>) -> Option<LogLevel> {
    match value {
        Scalar::Number(_) => Some(match value.number()? {
            60.0.. => LogLevel::Fatal,
            50.0.. => LogLevel::Error,
            40.0.. => LogLevel::Warn,
            30.0.. => LogLevel::Info,
            20.0.. => LogLevel::Debug,
            10.0.. => LogLevel::Trace,
            _ => return None,
        }),
        Scalar::Text(text) => named(text),
        Scalar::Null | Scalar::Bool(_) => None,
    }
}

/// A level by its name, in any case.
pub(super) fn named(text: &str) -> Option<LogLevel> {
    if text.len() > 12 {
        return None;
    }
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "trace" | "finest" | "silly" | "verbose" => LogLevel::Trace,
        "debug" | "dbg" | "fine" => LogLevel::Debug,
        "info" | "information" | "informational" | "notice" | "inf" => LogLevel::Info,
        "warn" | "warning" | "wrn" => LogLevel::Warn,
        "error" | "err" | "severe" => LogLevel::Error,
        "fatal" | "critical" | "crit" | "panic" | "alert" | "emerg" | "emergency" | "dpanic" => {
            LogLevel::Fatal
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn check(line: &str, logger: Logger, level: LogLevel, message: &str) -> String {
        let reading = Reading::of(line, "");
        assert_eq!(
            (reading.kind, reading.level),
            (Kind::Application(logger), Some(level)),
            "{line}"
        );
        assert_eq!(reading.message, message, "{line}");
        reading.time.map(|time| time.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_usual_loggers_are_told_apart() {
        let at = "2026-11-22T03:04:05.678Z";
        let times = [
            check(
                r#"{"level":"INFO","location":"handler:12","message":"order received","timestamp":"2026-11-22T03:04:05.678Z","service":"orders","cold_start":true,"function_request_id":"5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b","xray_trace_id":"1-69212345-0123456789abcdef01234567"}"#,
                Logger::Powertools,
                LogLevel::Info,
                "order received",
            ),
            check(
                r#"{"level":50,"time":1795316645678,"pid":8,"hostname":"169.254.1.1","msg":"no stock"}"#,
                Logger::Pino,
                LogLevel::Error,
                "no stock",
            ),
            check(
                r#"{"name":"orders","hostname":"h","pid":8,"level":40,"msg":"slow","time":"2026-11-22T03:04:05.678Z","v":0}"#,
                Logger::Bunyan,
                LogLevel::Warn,
                "slow",
            ),
            check(
                r#"{"level":"warn","message":"slow","timestamp":"2026-11-22 03:04:05.678"}"#,
                Logger::Winston,
                LogLevel::Warn,
                "slow",
            ),
            check(
                r#"{"instant":{"epochSecond":1795316645,"nanoOfSecond":678000000},"thread":"main","level":"ERROR","loggerName":"shop","message":"broke","loggerFqcn":"x","threadId":1}"#,
                Logger::Log4j,
                LogLevel::Error,
                "broke",
            ),
            check(
                r#"{"level":"info","ts":1795316645.678,"caller":"main.go:12","msg":"served","duration":0.25}"#,
                Logger::Zap,
                LogLevel::Info,
                "served",
            ),
            check(
                r#"{"time":"2026-11-22T03:04:05.678Z","level":"DEBUG","msg":"got it"}"#,
                Logger::Slog,
                LogLevel::Debug,
                "got it",
            ),
            check(
                r#"{"timestamp":"2026-11-22T03:04:05.678Z","level":"TRACE","fields":{"message":"polled"},"target":"shop::orders"}"#,
                Logger::Tracing,
                LogLevel::Trace,
                "polled",
            ),
            check(
                r#"{"event":"order stored","level":"critical","logger":"shop","timestamp":"2026-11-22T03:04:05.678Z"}"#,
                Logger::Structlog,
                LogLevel::Fatal,
                "order stored",
            ),
            check(
                r#"{"timestamp":"2026-11-22T03:04:05.678Z","level":"ERROR","message":"TypeError: no total","requestId":"5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b","errorType":"TypeError"}"#,
                Logger::Lambda,
                LogLevel::Error,
                "TypeError: no total",
            ),
            check(
                r#"{"timestamp":"2026-11-22T03:04:05.678Z","severityText":"WARN","body":"slow","traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}"#,
                Logger::OpenTelemetry,
                LogLevel::Warn,
                "slow",
            ),
        ];
        assert!(times.iter().all(|time| time == at), "{times:?}");
    }

    #[test]
    fn ids_durations_and_errors_are_found_under_their_usual_names() {
        let reading = Reading::of(
            r#"{"level":"error","msg":"x","duration":"1.5s","res":{"statusCode":503},"aws_request_id":"5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","error":{"type":"Runtime.ImportModuleError"}}"#,
            "",
        );
        assert_eq!((reading.durations.total, reading.status), (Some(1500.0), Some(503)));
        assert_eq!(reading.requests, ["5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b"]);
        assert_eq!(reading.traces, ["4bf92f3577b34da6a3ce929d0e0e4736"]);
        assert_eq!(reading.verdicts, [Verdict::BadPackage]);
        let zap = Reading::of(
            r#"{"level":"info","ts":1795316645.678,"caller":"a","msg":"b","duration":0.25}"#,
            "",
        );
        assert_eq!(zap.durations.total, Some(250.0));
    }

    #[test]
    fn what_is_no_json_in_the_end_is_read_as_far_as_it_goes() {
        let reading = Reading::of(r#"{"level":"ERROR","message":"cut of"#, "");
        assert_eq!(reading.level, Some(LogLevel::Error));
    }
}
