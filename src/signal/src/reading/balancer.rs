//! Access records of an application load balancer: 29 words and more, some in quotes, times of -1 where nobody answered.

use std::borrow::Cow;

use super::access::spoken;
use super::sheet::Sheet;
use super::{Reading, Verdict, moment, split};

const NAMES: [&str; 32] = [
    "type",
    "time",
    "elb",
    "client",
    "target",
    "request_processing_time",
    "target_processing_time",
    "response_processing_time",
    "elb_status_code",
    "target_status_code",
    "received_bytes",
    "sent_bytes",
    "request",
    "user_agent",
    "ssl_cipher",
    "ssl_protocol",
    "target_group_arn",
    "trace_id",
    "domain_name",
    "chosen_cert_arn",
    "matched_rule_priority",
    "request_creation_time",
    "actions_executed",
    "redirect_url",
    "error_reason",
    "target_list",
    "target_status_code_list",
    "classification",
    "classification_reason",
    "conn_trace_id",
    "transformed_host",
    "transformed_uri",
];

/// The words of a record, if it is one.
pub(super) fn sheet(line: &str) -> Option<Sheet<'_>> {
    let (kind, rest) = split::prefix(line, 64).split_once(' ')?;
    if !matches!(kind, "http" | "https" | "h2" | "ws" | "wss" | "grpcs") {
        return None;
    }
    moment::of_text(rest.split(' ').next()?)?;
    let words = split::words(line);
    (words.len() >= 18).then(|| Sheet::of_words(&NAMES, words))
}

/// Reads a record.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sheet: &Sheet<'a>) {
    let status = sheet.status(&["elb_status_code"]);
    reading.answered(status);
    reading.time = moment::first(sheet, &["request_creation_time", "time"]);
    reading.trace(sheet.text("trace_id"));
    let times = ["request_processing_time", "target_processing_time", "response_processing_time"]
        .map(|name| sheet.number(name).filter(|seconds| *seconds >= 0.0));
    if times.iter().any(Option::is_some) {
        reading.durations.total = Some(times.iter().flatten().sum::<f64>() * 1000.0);
    }
    reading.durations.behind = times.get(1).copied().flatten().map(|seconds| seconds * 1000.0);
    reading.error = sheet.text("error_reason");
    let refused = sheet.number("target_processing_time").is_some_and(|seconds| seconds < 0.0);
    if refused && sheet.text("target").is_some() {
        reading.verdicts.push(Verdict::Unanswered);
    }
    let request = sheet.text("request").unwrap_or_default();
    let (method, rest) = request.split_once(' ').unwrap_or((&request, ""));
    let url = rest.split(' ').next().unwrap_or_default();
    let path =
        url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let said = spoken(method, path.unwrap_or(url), status, reading.durations.total);
    reading.message = Cow::Owned(said);
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::Timestamp;

    use super::super::{Kind, Reading, Verdict, value};

    const LINE: &str = r#"https 2026-11-22T03:04:05.678000Z app/shop-web/50dc6c495c0c9188 203.0.113.9:46532 10.0.10.21:8080 0.001 0.250 0.002 200 200 310 4211 "GET https://www.shop.example:443/search?q=lamp HTTP/2.0" "Mozilla/5.0 (X11; \"x\")" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.3 arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/shop-web/73e2d6bc24d8a067 "Root=1-69212345-0123456789abcdef01234567" "www.shop.example" "arn:aws:acm:eu-central-1:111122223333:certificate/1" 100 2026-11-22T03:04:05.425000Z "waf,forward" "-" "-" "10.0.10.21:8080" "200" "-" "-" TID_1 "-" "-" "later""#;

    #[test]
    fn all_its_words_have_their_names() {
        let reading = Reading::of(LINE, "");
        assert_eq!((reading.kind, reading.status), (Kind::Balancer, Some(200)));
        assert_eq!(reading.traces, ["1-69212345-0123456789abcdef01234567"]);
        assert_eq!(reading.time, Timestamp::parse("2026-11-22T03:04:05.425Z"));
        assert_eq!(reading.durations.behind, Some(250.0));
        assert_eq!(reading.message, "GET /search?q=lamp 200 in 253 ms");
        assert_eq!(value(LINE, "conn_trace_id").unwrap().text(), "TID_1");
        assert_eq!(value(LINE, "user_agent").unwrap().text(), r#"Mozilla/5.0 (X11; \"x\")"#);
    }

    #[test]
    fn a_target_that_never_answered_is_told() {
        let line = LINE.replace("0.001 0.250 0.002 200 200", "-1 -1 -1 504 -");
        let reading = Reading::of(&line, "");
        assert_eq!((reading.status, reading.durations.total), (Some(504), None));
        assert_eq!(reading.verdicts, [Verdict::Unanswered]);
    }
}
