//! The text of each trace a request leaves, written when somebody reads it.

use super::journey::{Journey, Outcome, Route};
use crate::world::ids::{hex, mix};
use crate::world::measure::{float, iso_millis, timestamp, whole};
use crate::world::names::{
    ACCOUNT, BALANCER, BALANCER_ID, HOME_REGION, STAGE, TARGET_GROUP_ID, WEB_ACL, WEB_ACL_ID, arn,
};

/// Which trace of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The firewall's record.
    Firewall,
    /// The load balancer's record.
    Balancer,
    /// The API's access record.
    Gateway,
    /// A new execution environment begins.
    Init,
    /// `START RequestId`.
    Start,
    /// The function says what it is about to do.
    Received,
    /// The function warns of something it coped with.
    Warned,
    /// The function says what it did.
    Finished,
    /// The function's error.
    Fault,
    /// `END RequestId`.
    End,
    /// `REPORT RequestId`.
    Report,
}

/// Writes a trace.
pub(crate) fn write(journey: &Journey, line: Line) -> String {
    match line {
        Line::Firewall => firewall(journey),
        Line::Balancer => balancer(journey),
        Line::Gateway => gateway(journey),
        Line::Init => format!(
            "INIT_START Runtime Version: nodejs:22.v47\tRuntime Version ARN: arn:aws:lambda:{HOME_REGION}::runtime:{}",
            hex(47, 64)
        ),
        Line::Start => {
            format!("START RequestId: {} Version: {}", journey.invocation(), version(journey))
        }
        Line::Received | Line::Warned | Line::Finished | Line::Fault => application(journey, line),
        Line::End => format!("END RequestId: {}", journey.invocation()),
        Line::Report => report(journey),
    }
}

/// When a trace was left.
pub(crate) fn time(journey: &Journey, line: Line) -> i64 {
    let begun = journey.execution.start + journey.execution.cold_ms.map_or(0, whole);
    match line {
        Line::Firewall => journey.at,
        Line::Balancer => journey.end() + 2,
        Line::Gateway => journey.end() + 3,
        Line::Init => journey.execution.start,
        Line::Start => begun,
        Line::Received => begun + 1,
        Line::Warned => begun + whole(journey.execution.duration_ms / 2.0),
        Line::Finished | Line::Fault => (journey.end() - 1).max(begun + 1),
        Line::End | Line::Report => journey.end(),
    }
}

fn version(journey: &Journey) -> String {
    match journey.execution.version {
        0 => "$LATEST".to_owned(),
        number => number.to_string(),
    }
}

fn report(journey: &Journey) -> String {
    let execution = &journey.execution;
    let billed = (execution.duration_ms + execution.cold_ms.unwrap_or(0.0)).ceil();
    let cold =
        execution.cold_ms.map(|cold| format!("Init Duration: {cold:.2} ms\t")).unwrap_or_default();
    format!(
        "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {billed:.0} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t{cold}XRAY TraceId: {}\tSegmentId: {}\tSampled: true",
        journey.invocation(),
        execution.duration_ms,
        execution.memory,
        execution.used,
        journey.trace_id(),
        hex(mix(journey.key, 31), 16)
    )
}

fn application(journey: &Journey, line: Line) -> String {
    let order = journey.order();
    let (level, message, more) = match (line, &journey.outcome) {
        (Line::Fault, Outcome::Failed(character)) => {
            let kind = &character.error_type;
            let more = format!(
                r#","errorType":{},"errorMessage":{},"stackTrace":[{},"at storeOrder (/var/task/orders.js:118:14)","at async Runtime.handler (/var/task/index.js:23:5)"],"orderId":"{order}""#,
                quoted(kind),
                quoted(&character.error_message),
                quoted(&format!("{kind}: at priceOf (/var/task/pricing.js:41:27)")),
            );
            ("ERROR", format!("{kind}: {}", character.error_message), more)
        }
        (Line::Warned, _) => (
            "WARN",
            "the database answered slowly, tried again".to_owned(),
            format!(r#","attempt":2,"orderId":"{order}""#),
        ),
        (Line::Received, _) if journey.route == Route::Report => {
            ("INFO", "report started".to_owned(), String::new())
        }
        (Line::Received, _) => {
            let items = 1 + mix(journey.trace, 32) % 5;
            let more = format!(r#","items":{items},"orderId":"{order}""#);
            ("INFO", "order received".to_owned(), more)
        }
        _ => finished(journey),
    };
    format!(
        r#"{{"timestamp":"{}","level":"{level}","message":{},"requestId":"{}","traceId":"{}"{more}}}"#,
        iso_millis(time(journey, line)),
        quoted(&message),
        journey.invocation(),
        journey.trace_id(),
    )
}

fn finished(journey: &Journey) -> (&'static str, String, String) {
    let order = journey.order();
    let cents = 900 + mix(journey.trace, 33) % 24_000;
    let took = whole(journey.execution.duration_ms);
    let (message, more) = match journey.route {
        Route::Read if matches!(journey.outcome, Outcome::NotFound) => {
            ("order not found", format!(r#","orderId":"{order}""#))
        }
        Route::Read => {
            let source = if mix(journey.key, 34) % 10 < 8 { "cache" } else { "database" };
            ("order read", format!(r#","orderId":"{order}","source":"{source}","tookMs":{took}"#))
        }
        Route::Write => {
            let total = format!("{}.{:02}", cents / 100, cents % 100);
            ("order stored", format!(r#","orderId":"{order}","total":{total},"currency":"EUR""#))
        }
        Route::Work => ("order settled", format!(r#","orderId":"{order}","tookMs":{took}"#)),
        Route::Notify => {
            ("confirmation sent", format!(r#","orderId":"{order}","channel":"email""#))
        }
        Route::Report => {
            ("report built", format!(r#","rows":{},"tookMs":{took}"#, 400 + cents % 900))
        }
        Route::Enqueue | Route::Page => ("served", String::new()),
    };
    ("INFO", message.to_owned(), more)
}

fn gateway(journey: &Journey) -> String {
    let (method, path) = journey.line();
    let took = journey.end() - journey.at + 3;
    let resource = match journey.route {
        Route::Read => "/orders/{id}",
        Route::Enqueue => "/orders/batch",
        Route::Write | Route::Work | Route::Page | Route::Notify | Route::Report => "/orders",
    };
    let integration = match &journey.outcome {
        Outcome::Throttled => {
            r#"{"status":429,"latency":4,"error":"Rate Exceeded.","requestId":"-"}"#.to_owned()
        }
        Outcome::Slipped(..) | Outcome::Blocked(..) | Outcome::Limited => {
            r#"{"status":"-","latency":0,"error":"-","requestId":"-"}"#.to_owned()
        }
        Outcome::Broken => {
            r#"{"status":"-","latency":0,"error":"Execution failed due to configuration error: Unable to transform request","requestId":"-"}"#
                .to_owned()
        }
        Outcome::Done | Outcome::NotFound | Outcome::Failed(_) => format!(
            r#"{{"status":200,"latency":{},"error":"{}","requestId":"{}"}}"#,
            (took - 5).max(1),
            if journey.failed() { "The Lambda function returned an error" } else { "-" },
            journey.invocation()
        ),
    };
    format!(
        r#"{{"requestId":"{}","extendedRequestId":"{}=","api":"{}","stage":"{STAGE}","ip":"{}","requestTime":"{}","httpMethod":"{method}","resourcePath":"{resource}","path":{},"status":{},"protocol":"HTTP/1.1","responseLength":{},"responseLatency":{took},"xrayTraceId":"{}","wafStatus":"200","integration":{integration}}}"#,
        journey.request(),
        hex(mix(journey.key, 35), 15),
        journey.api().map_or("", |(name, _)| name),
        journey.client.ip,
        timestamp(journey.at, "%d/%b/%Y:%H:%M:%S +0000"),
        quoted(&path),
        journey.status(),
        180 + mix(journey.key, 36) % 900,
        journey.trace_id(),
    )
}

fn balancer(journey: &Journey) -> String {
    let (method, path) = journey.line();
    let status = journey.status();
    let zone = mix(journey.key, 37) % 3;
    let target = format!("10.0.{}.{}:8080", 10 + zone, 20 + mix(journey.key, 38) % 4);
    let took = float(journey.end() - journey.at) / 1000.0;
    let group = arn(
        "elasticloadbalancing",
        HOME_REGION,
        &format!("targetgroup/{BALANCER}/{TARGET_GROUP_ID}"),
    );
    format!(
        r#"https {} app/{BALANCER}/{BALANCER_ID} {}:{} {target} 0.001 {took:.3} 0.000 {status} {status} {} {} "{method} https://{}:443{path} HTTP/2.0" "{}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.3 {group} "Root={}" "{}" "arn:aws:acm:{HOME_REGION}:{ACCOUNT}:certificate/7d3a9c10-55e2-4f0b-8a66-0c9d1e4b7f21" 100 {} "waf,forward" "-" "-" "{target}" "{status}" "-" "-""#,
        iso_millis(journey.end() + 2),
        journey.client.ip,
        40_000 + mix(journey.key, 39) % 20_000,
        310 + mix(journey.key, 40) % 300,
        1_200 + mix(journey.key, 41) % 30_000,
        journey.host(),
        journey.client.agent,
        journey.trace_id(),
        journey.host(),
        iso_millis(journey.at),
    )
}

fn firewall(journey: &Journey) -> String {
    // The request id is the trace id where the source is a load balancer, and the API's own elsewhere.
    let (source, source_id, request) = match journey.api() {
        Some((_, id)) => ("APIGW", format!("{ACCOUNT}:{id}:{STAGE}"), journey.request()),
        None => ("ALB", format!("{ACCOUNT}-app/{BALANCER}/{BALANCER_ID}"), journey.trace_id()),
    };
    let verdict = if let Outcome::Blocked(attack, rule, _) = &journey.outcome {
        let rule = attack.rules.get(*rule).map_or("", String::as_str);
        let group = &attack.rule_group;
        if group.is_empty() {
            return firewall_line(
                journey,
                source,
                &source_id,
                &request,
                &format!(
                    r#""terminatingRuleId":"{rule}","terminatingRuleType":"REGULAR","action":"BLOCK","responseCodeSent":403,"ruleGroupList":[],"labels":[]"#
                ),
            );
        }
        let label =
            group.replace("AWS#AWSManagedRules", "awswaf:managed:aws:").replace("RuleSet", "");
        format!(
            r#""terminatingRuleId":"{group}","terminatingRuleType":"MANAGED_RULE_GROUP","action":"BLOCK","responseCodeSent":403,"ruleGroupList":[{{"ruleGroupId":"{group}","terminatingRule":{{"ruleId":"{rule}","action":"BLOCK","ruleMatchDetails":null}},"nonTerminatingMatchingRules":[],"excludedRules":null}}],"labels":[{{"name":"{label}:{rule}"}}]"#
        )
    } else {
        r#""terminatingRuleId":"Default_Action","terminatingRuleType":"REGULAR","action":"ALLOW","responseCodeSent":null,"ruleGroupList":[],"labels":[]"#
            .to_owned()
    };
    firewall_line(journey, source, &source_id, &request, &verdict)
}

/// A record of the firewall, whatever it decided.
fn firewall_line(
    journey: &Journey,
    source: &str,
    source_id: &str,
    request: &str,
    verdict: &str,
) -> String {
    let (method, path) = journey.line();
    let (uri, args) = path.split_once('?').unwrap_or((&path, ""));
    format!(
        r#"{{"timestamp":{},"formatVersion":1,"webaclId":"{}",{verdict},"terminatingRuleMatchDetails":[],"httpSourceName":"{source}","httpSourceId":"{source_id}","rateBasedRuleList":[],"nonTerminatingMatchingRules":[],"requestHeadersInserted":null,"httpRequest":{{"clientIp":"{}","country":"{}","headers":[{{"name":"Host","value":"{}"}},{{"name":"User-Agent","value":{}}},{{"name":"X-Amzn-Trace-Id","value":"Root={}"}}],"uri":{},"args":{},"httpVersion":"HTTP/2.0","httpMethod":"{method}","requestId":"{request}"}}}}"#,
        journey.at,
        arn("wafv2", HOME_REGION, &format!("regional/webacl/{WEB_ACL}/{WEB_ACL_ID}")),
        journey.client.ip,
        journey.client.country,
        journey.host(),
        quoted(journey.client.agent),
        journey.trace_id(),
        quoted(uri),
        quoted(args),
    )
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
