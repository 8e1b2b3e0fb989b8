//! Requests followed through lines as the simulated account writes them.

use watchdeck_domain::Timestamp;

use super::*;
use crate::reading::Verdict;

const ROOT: &str = "1-6a225e25-0123456789abcdef01234567";
const API: &str = "0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11";
const CALL: &str = "5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";
const WORKER: &str = "77aa9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";
const OTHER: &str = "ffff9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";
const STREAM: &str = "2026/11/22/[42]0f1e2d3c4b5a69788796a5b4c3d2e1f0";

struct Held {
    lines: Vec<(i64, &'static str, String)>,
}

impl Held {
    fn lines(&self) -> Vec<Line<'_>> {
        self.lines
            .iter()
            .map(|(at, group, message)| Line {
                message,
                at: Timestamp::from_millis(1_780_637_221_000 + at),
                group,
                stream: if group.starts_with("/aws/lambda") { STREAM } else { "stream" },
            })
            .collect()
    }

    fn follow(&self, id: &str) -> Path {
        follow(Id::parse(id).unwrap(), &self.lines())
    }
}

fn gateway(status: u16, took: u32, integration: &str) -> String {
    format!(
        r#"{{"requestId":"{API}","extendedRequestId":"0123456789abcde=","api":"orders-write","stage":"prod","ip":"203.0.113.9","requestTime":"05/Jun/2026:05:27:01 +0000","httpMethod":"POST","resourcePath":"/orders","path":"/prod/orders","status":{status},"protocol":"HTTP/1.1","responseLength":200,"responseLatency":{took},"xrayTraceId":"{ROOT}","wafStatus":"200","integration":{integration}}}"#
    )
}

fn firewall(action: &str, rule: &str, source: &str, request: &str) -> String {
    format!(
        r#"{{"timestamp":1780637221000,"formatVersion":1,"webaclId":"arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shop/1","terminatingRuleId":"{rule}","terminatingRuleType":"REGULAR","action":"{action}","ruleGroupList":[],"labels":[],"httpSourceName":"{source}","httpRequest":{{"clientIp":"203.0.113.9","country":"DE","headers":[{{"name":"X-Amzn-Trace-Id","value":"Root={ROOT}"}}],"uri":"/prod/orders","args":"","httpVersion":"HTTP/2.0","httpMethod":"POST","requestId":"{request}"}}}}"#
    )
}

fn invocation(
    at: i64,
    group: &'static str,
    call: &str,
    took: i64,
    init: Option<i64>,
) -> Vec<(i64, &'static str, String)> {
    let cold = init.map(|ms| format!("Init Duration: {ms}.00 ms\t")).unwrap_or_default();
    vec![
        (at, group, format!("START RequestId: {call} Version: 42")),
        (
            at + 1,
            group,
            format!(
                r#"{{"timestamp":"2026-06-05T05:27:01.300Z","level":"INFO","message":"order received","requestId":"{call}","traceId":"{ROOT}","orderId":"ord-4000001"}}"#
            ),
        ),
        (at + took, group, format!("END RequestId: {call}")),
        (
            at + took,
            group,
            format!(
                "REPORT RequestId: {call}\tDuration: {took}.00 ms\tBilled Duration: {took} ms\tMemory Size: 256 MB\tMax Memory Used: 90 MB\t{cold}XRAY TraceId: {ROOT}\tSegmentId: 0011223344556677\tSampled: true"
            ),
        ),
    ]
}

/// A failed order, what it left in a queue, and the lines of others.
fn failed() -> Held {
    let group = "/aws/lambda/orders-writer";
    let mut lines = vec![
        (0, "aws-waf-logs-shop", firewall("ALLOW", "Default_Action", "APIGW", API)),
        (
            311,
            "/aws/apigateway/orders-write",
            gateway(
                502,
                311,
                &format!(
                    r#"{{"status":200,"latency":306,"error":"The Lambda function returned an error","requestId":"{CALL}"}}"#
                ),
            ),
        ),
        (
            307,
            group,
            format!(
                r#"{{"timestamp":"2026-06-05T05:27:01.307Z","level":"ERROR","message":"TypeError: no total","requestId":"{CALL}","traceId":"{ROOT}","errorType":"TypeError","errorMessage":"no total","stackTrace":["at x"]}}"#
            ),
        ),
        (10, group, format!("START RequestId: {OTHER} Version: 41")),
        (
            400,
            "/aws/lambda/admin",
            format!(r#"{{"level":"INFO","message":"looked up {CALL}","requestId":"{OTHER}"}}"#),
        ),
    ];
    lines.extend(invocation(208, group, CALL, 100, Some(200)));
    lines.extend(invocation(9_000, "/aws/lambda/orders-worker", WORKER, 50, None));
    Held { lines }
}

#[test]
fn from_any_id_the_same_request_is_found() {
    let held = failed();
    let whole: Vec<u64> = held.follow(ROOT).hops.iter().map(|hop| hop.number).collect();
    assert_eq!(whole.len(), 12);
    for id in [API, CALL, WORKER, "0123456789abcde="] {
        let path = held.follow(id);
        assert_eq!(path.hops.iter().map(|hop| hop.number).collect::<Vec<_>>(), whole, "{id}");
        assert!(!path.cut);
        assert!(
            path.ids.iter().all(|id| id.to_string() != OTHER),
            "a line that mentions an id teaches nothing"
        );
    }
}

#[test]
fn hops_stand_in_the_order_in_which_things_began() {
    let path = failed().follow(CALL);
    let told: Vec<String> = path
        .hops
        .iter()
        .map(|hop| format!("+{} {}", hop.gap.unwrap_or_default().as_millis(), hop.station.title()))
        .collect();
    assert_eq!(
        told,
        [
            "+0 firewall",
            "+0 API Gateway",
            "+208 Lambda",
            "+1 application",
            "+98 application",
            "+1 Lambda",
            "+0 Lambda",
            "+92 application",
            "+8600 Lambda",
            "+1 application",
            "+49 Lambda",
            "+0 Lambda",
        ]
    );
}

#[test]
fn the_summary_says_where_the_time_went_and_what_failed() {
    let summary = failed().follow(API).summary();
    assert_eq!(summary.entry, Some(Station::Api));
    assert_eq!(summary.asked.as_deref(), Some("POST /prod/orders 502 in 311 ms"));
    assert_eq!((summary.status, summary.total_ms, summary.afterwards), (Some(502), 311.0, 1));
    assert_eq!(
        summary.spent,
        [
            (Share::Entry, 5.0),
            (Share::Between, 6.0),
            (Share::Init, 200.0),
            (Share::Function, 100.0)
        ]
    );
    assert_eq!(summary.error.as_deref(), Some("TypeError: no total"));
    assert_eq!(summary.versions, ["42"]);
}

#[test]
fn a_blocked_request_ends_at_the_firewall() {
    let held =
        Held { lines: vec![(0, "aws-waf-logs-shop", firewall("BLOCK", "rate", "ALB", ROOT))] };
    let summary = held.follow(ROOT).summary();
    assert_eq!(summary.entry, Some(Station::Firewall));
    assert_eq!(summary.error, Some(Verdict::Blocked { rule: "rate".to_owned() }.to_string()));
    assert_eq!(held.follow(OTHER).summary(), Summary::default());
}

#[test]
fn a_page_behind_a_balancer_is_joined_by_its_trace() {
    let balancer = format!(
        r#"https 2026-06-05T05:27:01.252Z app/shop-web/50dc6c495c0c9188 203.0.113.9:46532 10.0.10.21:8080 0.001 0.250 0.000 200 200 310 4211 "GET https://www.shop.example:443/cart HTTP/2.0" "curl/8.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.3 arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/shop-web/1 "Root={ROOT}" "www.shop.example" "-" 100 2026-06-05T05:27:01.000Z "waf,forward" "-" "-" "10.0.10.21:8080" "200" "-" "-""#
    );
    let held = Held {
        lines: vec![
            (252, "/aws/alb/shop-web", balancer),
            (0, "aws-waf-logs-shop", firewall("ALLOW", "Default_Action", "ALB", ROOT)),
        ],
    };
    let path = held.follow(ROOT);
    assert_eq!(
        path.hops.iter().map(|hop| hop.station).collect::<Vec<_>>(),
        [Station::Firewall, Station::Balancer]
    );
    let summary = path.summary();
    assert_eq!(summary.asked.as_deref(), Some("GET /cart 200 in 251 ms"));
    assert_eq!(summary.spent.last(), Some(&(Share::Target, 250.0)));
    assert_eq!(summary.error, None);
}

#[test]
fn following_ends_and_says_when_it_left_something_out() {
    // Each line names the next request: a chain longer than anybody follows.
    let id = |n: usize| format!("5f1c9c1e-7d5f-4b0e-a1fb-{n:012x}");
    let lines = (0..100).rev().map(|n| {
        (0, "/aws/apigateway/x", format!(r#"{{"requestId":"{}","httpMethod":"GET","stage":"prod","status":200,"integration":{{"requestId":"{}"}}}}"#, id(n), id(n + 1)))
    });
    let path = Held { lines: lines.collect() }.follow(&id(0));
    assert!(path.cut && path.ids.len() <= MAX_IDS);
    let same = (0..3000).map(|_| (0, "g", format!("START RequestId: {CALL} Version: 1")));
    let path = Held { lines: same.collect() }.follow(CALL);
    assert!(path.cut && path.hops.len() == MAX_HOPS);
}
