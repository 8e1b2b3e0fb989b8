//! What the Lambda service writes as JSON: records of type `platform.*`.

use std::borrow::Cow;

use watchdeck_domain::log::LogLevel;

use super::lambda::{self, Measured};
use super::sheet::Sheet;
use super::{LambdaLine, Reading, Verdict, moment};

/// What the service says with a record, if it is one of its own.
pub(super) fn line(sheet: &Sheet<'_>) -> Option<LambdaLine> {
    let kind = sheet.text("type")?;
    let kind = kind.strip_prefix("platform.")?;
    Some(match kind {
        "start" => LambdaLine::Start,
        "runtimeDone" => LambdaLine::RuntimeDone,
        "end" => LambdaLine::End,
        "report" => LambdaLine::Report,
        "initStart" => LambdaLine::InitStart,
        "initRuntimeDone" => LambdaLine::InitDone,
        "initReport" => LambdaLine::InitReport,
        "restoreStart" => LambdaLine::RestoreStart,
        "restoreReport" | "restoreRuntimeDone" => LambdaLine::RestoreReport,
        "extension" | "telemetrySubscription" | "logsSubscription" => LambdaLine::Extension,
        "logsDropped" => LambdaLine::LogsDropped,
        "fault" => LambdaLine::Failure,
        _ => LambdaLine::Other,
    })
}

/// Reads a record of the service.
pub(super) fn read<'a>(reading: &mut Reading<'a>, line: LambdaLine, sheet: &Sheet<'a>) {
    reading.time = moment::first(sheet, &["time"]);
    reading.request(sheet.text("record.requestId"));
    reading.trace(sheet.text("record.tracing.value"));
    reading.version = sheet.text("record.version");
    let durations = &mut reading.durations;
    durations.total = sheet.number("record.metrics.durationMs");
    durations.billed = sheet.number("record.metrics.billedDurationMs");
    durations.init =
        sheet.first_number(&["record.metrics.initDurationMs", "record.metrics.restoreDurationMs"]);
    if matches!(line, LambdaLine::InitReport | LambdaLine::RestoreReport) {
        durations.init = durations.init.or(durations.total.take());
    }
    if line == LambdaLine::LogsDropped {
        let records = sheet.text("record.droppedRecords").and_then(|text| text.parse().ok());
        reading.level = Some(LogLevel::Warn);
        reading.verdicts.push(Verdict::LostLogs { records });
    } else {
        let measured = Measured {
            init: durations.init,
            total: durations.total,
            size: sheet.number("record.metrics.memorySizeMB"),
            used: sheet.number("record.metrics.maxMemoryUsedMB"),
            status: sheet.text("record.status"),
            error: sheet.text("record.errorType"),
        };
        lambda::judge(reading, line, measured);
    }
    reading.message = said(sheet).map_or(reading.message.clone(), Cow::Owned);
}

/// `platform.report success`, with the reason if one is given.
fn said(sheet: &Sheet<'_>) -> Option<String> {
    let mut said = sheet.text("type")?.into_owned();
    for name in ["record.status", "record.errorType", "record.reason"] {
        if let Some(text) = sheet.text(name) {
            said.push(' ');
            said.push_str(&text);
        }
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn check(kind: &str, record: &str, wanted: LambdaLine, level: LogLevel, verdicts: &[Verdict]) {
        let line = format!(
            r#"{{"time":"2026-11-22T03:04:05.678Z","type":"platform.{kind}","record":{record}}}"#
        );
        let reading = Reading::of(&line, "");
        assert_eq!((reading.kind, reading.level), (Kind::Lambda(wanted), Some(level)), "{line}");
        assert_eq!(reading.verdicts, verdicts, "{line}");
        assert!(reading.time.is_some(), "{line}");
    }

    #[test]
    fn platform_records_say_what_their_text_forms_say() {
        use LambdaLine as L;
        check("start", r#"{"requestId":"5f","version":"42"}"#, L::Start, LogLevel::Info, &[]);
        check(
            "report",
            r#"{"requestId":"5f","metrics":{"durationMs":12.3,"billedDurationMs":13,"memorySizeMB":128,"maxMemoryUsedMB":90,"initDurationMs":211.5},"status":"success"}"#,
            L::Report,
            LogLevel::Info,
            &[Verdict::ColdStart { init_ms: 211.5 }],
        );
        check(
            "report",
            r#"{"requestId":"5f","metrics":{"durationMs":3000.0,"memorySizeMB":128,"maxMemoryUsedMB":90},"status":"timeout"}"#,
            L::Report,
            LogLevel::Error,
            &[Verdict::Timeout { limit_ms: Some(3000.0) }],
        );
        check(
            "runtimeDone",
            r#"{"requestId":"5f","status":"failure","errorType":"Runtime.ExitError"}"#,
            L::RuntimeDone,
            LogLevel::Error,
            &[Verdict::Crash { exit_status: None }],
        );
        check(
            "initStart",
            r#"{"initializationType":"on-demand","phase":"init","runtimeVersion":"nodejs:22.v47"}"#,
            L::InitStart,
            LogLevel::Info,
            &[],
        );
        check(
            "initRuntimeDone",
            r#"{"phase":"init","status":"error","errorType":"Runtime.ImportModuleError"}"#,
            L::InitDone,
            LogLevel::Error,
            &[Verdict::BadPackage],
        );
        check(
            "initReport",
            r#"{"phase":"init","status":"timeout","metrics":{"durationMs":10009.1}}"#,
            L::InitReport,
            LogLevel::Error,
            &[Verdict::InitTimeout],
        );
        check(
            "logsDropped",
            r#"{"droppedBytes":12345,"droppedRecords":123,"reason":"slow"}"#,
            L::LogsDropped,
            LogLevel::Warn,
            &[Verdict::LostLogs { records: Some(123) }],
        );
        check("sandboxSomething", "{}", L::Other, LogLevel::Info, &[]);
    }

    #[test]
    fn the_trace_of_a_record_is_found() {
        let line = r#"{"time":"2026-11-22T03:04:05.678Z","type":"platform.start","record":{"requestId":"5f1c","version":"$LATEST","tracing":{"spanId":"0a","type":"X-Amzn-Trace-Id","value":"Root=1-69212345-0123456789abcdef01234567;Parent=0a;Sampled=1"}}}"#;
        let reading = Reading::of(line, "");
        assert_eq!(reading.traces, ["1-69212345-0123456789abcdef01234567"]);
        assert_eq!(reading.version.as_deref(), Some("$LATEST"));
    }
}
