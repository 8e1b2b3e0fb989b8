//! What the Lambda service writes as text: `START`, `REPORT`, `INIT_START`, and how invocations fail.

use std::borrow::Cow;

use watchdeck_domain::log::LogLevel;

use super::sheet::{Sheet, scalar};
use super::{LambdaLine, Reading, Verdict, moment, platform, split};

/// As much of a line as is searched for the words of a failure.
const HEAD: usize = 2048;

const FAILURES: [&str; 8] = [
    "Task timed out after ",
    "Runtime exited ",
    "Runtime.ExitError",
    "Runtime.ImportModuleError",
    "Runtime.HandlerNotFound",
    "Runtime.InvalidEntrypoint",
    "Runtime.UserCodeSyntaxError",
    "signal: killed",
];

/// What the service says with a line, if it is one of its own.
pub(super) fn line(line: &str) -> Option<LambdaLine> {
    let head = head(line);
    let (word, rest) = head.split_once([' ', '\t']).unwrap_or((head, ""));
    let request = rest.starts_with("RequestId: ");
    match word {
        "START" if request => Some(LambdaLine::Start),
        "END" if request => Some(LambdaLine::End),
        "REPORT" if request => Some(LambdaLine::Report),
        "INIT_START" => Some(LambdaLine::InitStart),
        "INIT_REPORT" => Some(LambdaLine::InitReport),
        "RESTORE_START" => Some(LambdaLine::RestoreStart),
        "RESTORE_REPORT" => Some(LambdaLine::RestoreReport),
        "EXTENSION" | "TELEMETRY" | "LOGS" if rest.contains("Name: ") => {
            Some(LambdaLine::Extension)
        }
        _ => FAILURES.iter().any(|words| head.contains(words)).then_some(LambdaLine::Failure),
    }
}

fn head(line: &str) -> &str {
    split::prefix(line, HEAD)
}

/// The parts `name: value` of a line of the service, parted by tabs.
pub(super) fn sheet(line: &str, kind: LambdaLine) -> Sheet<'_> {
    if kind == LambdaLine::Failure {
        return super::text::sheet(line).1;
    }
    let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let mut cells = vec![(Cow::Borrowed("type"), scalar(word))];
    for part in rest.split('\t').take(32) {
        // `RequestId: .. Version: ..` and `Phase: init Status: timeout` stand in one part.
        let mut part = part.trim();
        while let Some((name, value)) = part.split_once(": ") {
            let next = [
                " Version: ",
                " Version ARN: ",
                " Phase: ",
                " Status: ",
                " Error Type: ",
                " SegmentId: ",
            ]
            .iter()
            .filter_map(|mark| value.find(mark))
            .min();
            let (value, after) =
                next.and_then(|at| value.split_at_checked(at)).unwrap_or((value, ""));
            let value = value.trim();
            let amount = value.strip_suffix(" ms").or_else(|| value.strip_suffix(" MB"));
            cells.push((Cow::Borrowed(name), scalar(amount.unwrap_or(value))));
            part = after.trim();
        }
    }
    Sheet { cells, too_deep: false }
}

/// Reads a line of the service.
pub(super) fn read<'a>(
    reading: &mut Reading<'a>,
    line: LambdaLine,
    message: &'a str,
    sheet: &Sheet<'a>,
) {
    if sheet.has("record.requestId") || message.trim_start().starts_with('{') {
        platform::read(reading, line, sheet);
        return;
    }
    if line == LambdaLine::Failure {
        failure(reading, message);
        return;
    }
    reading.level = Some(LogLevel::Info);
    reading.request(sheet.text("RequestId"));
    reading.trace(sheet.text("XRAY TraceId"));
    reading.version = sheet.text("Version");
    let durations = &mut reading.durations;
    durations.total = sheet.number("Duration");
    durations.billed = sheet.first_number(&["Billed Duration", "Billed Restore Duration"]);
    durations.init = sheet.first_number(&["Init Duration", "Restore Duration"]);
    let measured = Measured {
        init: durations.init,
        total: durations.total,
        size: sheet.number("Memory Size"),
        used: sheet.number("Max Memory Used"),
        status: sheet.text("Status"),
        error: sheet.text("Error Type"),
    };
    if line == LambdaLine::Report
        && let Some(took) = measured.total
    {
        let memory = measured.used.zip(measured.size);
        let memory = memory.map(|(used, size)| format!(", {used:.0} of {size:.0} MB"));
        reading.message = format!("REPORT in {took:.2} ms{}", memory.unwrap_or_default()).into();
    }
    judge(reading, line, measured);
}

/// What a report measured, in either form.
pub(super) struct Measured<'a> {
    pub(super) init: Option<f64>,
    pub(super) total: Option<f64>,
    pub(super) size: Option<f64>,
    pub(super) used: Option<f64>,
    pub(super) status: Option<Cow<'a, str>>,
    pub(super) error: Option<Cow<'a, str>>,
}

/// What follows from a report, of an invocation or of a start.
pub(super) fn judge<'a>(reading: &mut Reading<'a>, line: LambdaLine, measured: Measured<'a>) {
    let start =
        matches!(line, LambdaLine::InitReport | LambdaLine::InitDone | LambdaLine::RestoreReport);
    let full = measured.size.zip(measured.used).filter(|(size, used)| *size > 0.0 && used >= size);
    if line == LambdaLine::Report
        && let Some(init_ms) = measured.init
    {
        reading.verdicts.push(Verdict::ColdStart { init_ms });
    }
    if let Some((size, _)) = full {
        reading.verdicts.push(Verdict::OutOfMemory { memory_mb: Some(size) });
    }
    match measured.status.as_deref() {
        Some("timeout") if start => reading.verdicts.push(Verdict::InitTimeout),
        Some("timeout") => reading.verdicts.push(Verdict::Timeout { limit_ms: measured.total }),
        Some("error" | "failure") => {
            let said = measured.error.as_deref().and_then(of_error);
            let failed = said.or(start.then_some(Verdict::InitFailed));
            // A full memory says more than that the process ended.
            reading
                .verdicts
                .extend(failed.filter(|v| full.is_none() || !matches!(v, Verdict::Crash { .. })));
        }
        Some(_) | None => {}
    }
    reading.error = measured.error;
    reading.level = Some(if measured.status.is_some_and(|s| s != "success") {
        LogLevel::Error
    } else if full.is_some() {
        LogLevel::Warn
    } else {
        LogLevel::Info
    });
}

/// What the type of an error says.
pub(super) fn of_error(error: &str) -> Option<Verdict> {
    match error {
        "Runtime.ImportModuleError"
        | "Runtime.HandlerNotFound"
        | "Runtime.InvalidEntrypoint"
        | "Runtime.UserCodeSyntaxError"
        | "Runtime.InvalidWorkingDir"
        | "Runtime.NoSuchHandler"
        | "Runtime.MalformedHandlerName" => Some(Verdict::BadPackage),
        "Runtime.ExitError" | "Extension.Crash" => Some(Verdict::Crash { exit_status: None }),
        "Sandbox.Timedout" | "Lambda.Timedout" => Some(Verdict::Timeout { limit_ms: None }),
        "Lambda.OutOfMemory" => Some(Verdict::OutOfMemory { memory_mb: None }),
        _ => None,
    }
}

fn failure<'a>(reading: &mut Reading<'a>, message: &'a str) {
    let head = head(message);
    reading.level = Some(LogLevel::Fatal);
    let mut words = head.split([' ', '\t', '\n']).filter(|word| !word.is_empty()).take(8);
    reading.time = words.clone().find_map(moment::of_text);
    reading.request(words.find(|word| super::text::is_uuid(word)).map(Cow::Borrowed));
    let error = head.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let error = error.into_iter().find(|word| word.starts_with("Runtime.") && word.len() > 8);
    reading.error = error.map(Cow::Borrowed);
    if let Some((_, rest)) = head.split_once("Task timed out after ") {
        let seconds = rest.split(' ').next().and_then(|word| scalar(word).number());
        reading.verdicts.push(Verdict::Timeout { limit_ms: seconds.map(|s| s * 1000.0) });
    } else if head.contains("signal: killed") {
        reading.verdicts.push(Verdict::OutOfMemory { memory_mb: None });
    } else if let Some(verdict) = error.and_then(of_error).filter(|v| *v == Verdict::BadPackage) {
        reading.verdicts.push(verdict);
    } else {
        let status = head.split_once("exit status ").map(|(_, rest)| rest);
        let status = status.and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
        reading.verdicts.push(Verdict::Crash { exit_status: status.and_then(|s| s.parse().ok()) });
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::log::LogLevel;

    use super::super::Kind;
    use super::*;

    const ID: &str = "5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";

    fn check(line: &str, kind: LambdaLine, level: LogLevel, verdicts: &[Verdict]) {
        let line = line.replace("<id>", ID);
        let reading = Reading::of(&line, "2026/11/22/[42]0f");
        assert_eq!((reading.kind, reading.level), (Kind::Lambda(kind), Some(level)), "{line}");
        assert_eq!(reading.verdicts, verdicts, "{line}");
    }

    #[test]
    fn a_report_is_read_whole() {
        let line = format!(
            "REPORT RequestId: {ID}\tDuration: 12.34 ms\tBilled Duration: 224 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\tInit Duration: 211.50 ms\tXRAY TraceId: 1-69212345-0123456789abcdef01234567\tSegmentId: 0011223344556677\tSampled: true\t\n"
        );
        let reading = Reading::of(&line, "2026/11/22/[42]0f");
        assert_eq!(reading.requests, [ID]);
        assert_eq!(reading.traces, ["1-69212345-0123456789abcdef01234567"]);
        let durations = reading.durations;
        assert_eq!(
            (durations.total, durations.billed, durations.init),
            (Some(12.34), Some(224.0), Some(211.5))
        );
        assert_eq!(reading.verdicts, [Verdict::ColdStart { init_ms: 211.5 }]);
        assert_eq!(reading.version.as_deref(), Some("42"));
        assert_eq!(reading.message, "REPORT in 12.34 ms, 90 of 128 MB");
        assert_eq!(
            Reading::of(&format!("START RequestId: {ID} Version: $LATEST"), "").version.as_deref(),
            Some("$LATEST")
        );
    }

    #[test]
    fn what_the_service_says_is_known_and_judged() {
        use LambdaLine as L;
        check("START RequestId: <id> Version: 42", L::Start, LogLevel::Info, &[]);
        check("END RequestId: <id>", L::End, LogLevel::Info, &[]);
        check(
            "INIT_START Runtime Version: nodejs:22.v47\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:0f",
            L::InitStart,
            LogLevel::Info,
            &[],
        );
        check(
            "INIT_REPORT Init Duration: 10009.13 ms\tPhase: init\tStatus: timeout",
            L::InitReport,
            LogLevel::Error,
            &[Verdict::InitTimeout],
        );
        check(
            "INIT_REPORT Init Duration: 322.10 ms Phase: init Status: error Error Type: Runtime.ImportModuleError",
            L::InitReport,
            LogLevel::Error,
            &[Verdict::BadPackage],
        );
        check(
            "INIT_REPORT Init Duration: 322.10 ms\tPhase: invoke\tStatus: error\tError Type: Sandbox.Unknown",
            L::InitReport,
            LogLevel::Error,
            &[Verdict::InitFailed],
        );
        check("RESTORE_START Runtime Version: java:21.v9", L::RestoreStart, LogLevel::Info, &[]);
        check("RESTORE_REPORT Restore Duration: 320.10 ms", L::RestoreReport, LogLevel::Info, &[]);
        check(
            "EXTENSION\tName: insights\tState: Ready\tEvents: [INVOKE, SHUTDOWN]",
            L::Extension,
            LogLevel::Info,
            &[],
        );
        check(
            "REPORT RequestId: <id>\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\tStatus: timeout",
            L::Report,
            LogLevel::Error,
            &[Verdict::Timeout { limit_ms: Some(3000.0) }],
        );
        check(
            "REPORT RequestId: <id>\tDuration: 30.00 ms\tBilled Duration: 30 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.ExitError",
            L::Report,
            LogLevel::Error,
            &[Verdict::OutOfMemory { memory_mb: Some(128.0) }],
        );
    }

    #[test]
    fn failures_are_told_by_their_words() {
        use LambdaLine::Failure;
        check(
            "2026-11-22T03:04:05.678Z <id> Task timed out after 3.00 seconds\n\n",
            Failure,
            LogLevel::Fatal,
            &[Verdict::Timeout { limit_ms: Some(3000.0) }],
        );
        check(
            "RequestId: <id> Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
            Failure,
            LogLevel::Fatal,
            &[Verdict::OutOfMemory { memory_mb: None }],
        );
        check(
            "RequestId: <id> Error: Runtime exited with error: exit status 1\nRuntime.ExitError",
            Failure,
            LogLevel::Fatal,
            &[Verdict::Crash { exit_status: Some(1) }],
        );
        check(
            "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'",
            Failure,
            LogLevel::Fatal,
            &[Verdict::BadPackage],
        );
        check(
            "2026-11-22T03:04:05.678Z\tundefined\tERROR\tUncaught Exception\t{\"errorType\":\"Runtime.HandlerNotFound\"}",
            Failure,
            LogLevel::Fatal,
            &[Verdict::BadPackage],
        );
        let line = format!(
            "RequestId: {ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError"
        );
        let reading = Reading::of(&line, "");
        assert_eq!(reading.requests, [ID]);
        assert_eq!(reading.error.as_deref(), Some("Runtime.ExitError"));
    }
}
