//! The corners of the language, form by form, beyond the vectors.

#![expect(clippy::panic, clippy::expect_used, reason = "a table's check fails by panicking")]

use watchdeck_pattern::Pattern;

fn check(pattern: &str, message: &str, wanted: bool) {
    let parsed = Pattern::parse(pattern).unwrap_or_else(|e| panic!("{e}\n{}", e.caret()));
    assert_eq!(parsed.matches(message), wanted, "{pattern} on {message}");
}

fn refused(pattern: &str, at: usize, said: &str) {
    let error = Pattern::parse(pattern).expect_err(pattern);
    assert!(error.message.contains(said), "{pattern}: {error}");
    assert_eq!(error.at, at, "{pattern}: {error}\n{}", error.caret());
}

#[test]
fn terms() {
    check("   ", "anything", true);
    check("\"\"", "anything", true);
    check("-ERROR", "fine", true);
    check("-ERROR", "an ERROR", false);
    check("?a -b", "neither", true);
    check("-\"not found\" %GET|PUT%", "GET /x not found", false);
    check("-%[45][0-9][0-9]%", "status 200", true);
    check("\"say \\\"hi\\\"\"", "they say \"hi\" now", true);
    check("größe", "die größe", true);
    refused("?", 0, "needs a term");
    refused("a - b", 2, "needs a term");
    refused("time.out", 4, "without quotes");
    refused("\"open", 0, "never closed");
    refused("%open", 0, "never closed");
    refused("\"a\"b", 3, "without a space");
    refused("x %a(b)%", 4, "parentheses");
}

#[test]
fn json() {
    check("{$.a=1}", r#"{"a":1.0}"#, true);
    check("{ $.a = 1 }", r#"{"a":"1"}"#, true);
    check("{ $.a = \"1\" }", r#"{"a":1}"#, true);
    check("{ $.a = 4* }", r#"{"a":404}"#, true);
    check("{ $.a > -1.5e2 }", r#"{"a":-149}"#, true);
    check("{ $.a < 5 }", r#"{"a":"4"}"#, false);
    check("{ $.a != 5 }", r#"{"b":1}"#, true);
    check("{ $.a != 5 }", r#"{"a":null}"#, true);
    check("{ $.a != 5 }", r#"{"a":[5]}"#, false);
    check("{ $.a = 5 }", r#"{"a":{"b":5}}"#, false);
    check("{ $.a.b IS TRUE && $.a.c IS FALSE }", r#"{"a":{"b":true,"c":false}}"#, true);
    check("{ $.a IS TRUE }", r#"{"a":"true"}"#, false);
    check("{ $.list[*].id = 2 }", r#"{"list":[{"id":1},{"id":2}]}"#, true);
    check("{ $.list[*] NOT EXISTS }", r#"{"list":[]}"#, true);
    check("{ $.*.id = 2 }", r#"{"a":{"id":1},"b":{"id":2}}"#, true);
    check("{ $.['a.b'].c-d = \"x\" }", r#"{"a.b":{"c-d":"x"}}"#, true);
    check("{ $['a.b'] = \"x\" }", r#"{"a.b":"x"}"#, true);
    check("{ $.name = \"straße\" }", r#"{"name":"stra\u00dfe"}"#, true);
    check("{ $.name = x }", r#"{"n\u0061me":"x"}"#, true);
    check("{ $.path = \"C:\\\\x\" }", r#"{"path":"C:\\x"}"#, true);
    check("{ $.a = \"100.0\" }", r#"{"a":1e2}"#, true);
    check("{ $.id = 9007199254740993 }", r#"{"id":9007199254740992}"#, false);
    check("{ $.a NOT EXISTS }", "[1]", false);
    check("{ $.a NOT EXISTS }", "plain", false);
    check("  { $.a = 1 }  ", " {\"a\":1}\n", true);
    check("{ (($.a = 1)) || ($.b = 2) }", r#"{"b":2}"#, true);
    refused("{ }", 2, "expected a selector");
    refused("{ $.a = }", 8, "expected a value");
    refused("{ $ = 1 }", 2, "selects nothing");
    refused("{ $. = 1 }", 4, "expected a member");
    refused("{ $.a == 1 }", 6, "`==`");
    refused("{ $.a < \"1\" }", 8, "only numbers");
    refused("{ $.a = 1 } x", 13, "must end");
    refused("{ $.a = 1 $.b = 2 }", 10, "expected `&&`");
    refused("{ ($.a = 1 }", 11, "expected `)`");
    refused("{ $.a = 1 } }", 12, "follows the closing");
    refused("{ $.a NOT NULL }", 10, "expected `EXISTS`");
    refused(&format!("{{ {} }}", "(".repeat(100)), 66, "nest");
}

#[test]
fn the_cis_filters_parse_and_bind_as_written() {
    let unauthorized = r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }"#;
    check(
        unauthorized,
        r#"{"errorCode":"Client.UnauthorizedOperation","eventName":"HeadBucket"}"#,
        true,
    );
    check(unauthorized, r#"{"errorCode":"AccessDenied","eventName":"HeadBucket"}"#, false);
    check(unauthorized, r#"{"errorCode":"AccessDeniedException","eventName":"GetItem"}"#, true);
    let root = r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#;
    check(root, r#"{"userIdentity":{"type":"Root"},"eventType":"AwsApiCall"}"#, true);
    check(
        root,
        r#"{"userIdentity":{"type":"Root","invokedBy":"x"},"eventType":"AwsApiCall"}"#,
        false,
    );
    check(
        "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}",
        r#"{"eventSource":"kms.amazonaws.com","eventName":"DisableKey"}"#,
        true,
    );
}

#[test]
fn columns() {
    let line = r#"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /a b HTTP/1.0" 404 1534"#;
    check("[...]", line, true);
    check("[ip, ..., bytes > 1000]", line, true);
    check("[ip, ..., bytes > 2000]", line, false);
    check("[ip, ..., bytes != 1534]", line, false);
    check("[..., status_code = 404.0, bytes]", line, true);
    check("[ip, user, username, timestamp, request = \"GET /a b*\", ...]", line, true);
    check("[..., status >= 400 && status < 500, bytes]", line, true);
    check("[..., (status = 404 || status = 410), bytes]", line, true);
    check("[ip, user, ..., status, bytes]", "a b c", false);
    check("[a]", "", false);
    check("[...]", "", true);
    refused("[]", 1, "expected a column");
    refused("[a, , b]", 4, "expected a column");
    refused("[..., a, ...]", 9, "more than one");
    refused("[a = 1 && b = 2]", 10, "speaks of");
    refused("[a b]", 3, "operator");
    refused("[a] [b]", 4, "follows the closing");
}

#[test]
fn clones_share_and_print_their_source() {
    let pattern = Pattern::parse("ERROR").unwrap();
    let copy = pattern.clone();
    assert_eq!(pattern, copy);
    assert_eq!(copy.source().as_ptr(), pattern.source().as_ptr());
    assert_eq!(format!("{copy:?} {copy}"), "Pattern(\"ERROR\") ERROR");
}
