//! Records of the web application firewall, in JSON.

use std::borrow::Cow;

use watchdeck_domain::log::LogLevel;
use watchdeck_query::json::Scalar;

use super::sheet::Sheet;
use super::{Reading, Verdict, moment};

/// Whether a JSON record is one of the firewall.
pub(super) fn is_record(sheet: &Sheet<'_>) -> bool {
    sheet.has_all(&["webaclId", "action"])
        && sheet.has_any(&["httpRequest.clientIp", "terminatingRuleId"])
}

/// Reads a record.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sheet: &Sheet<'a>) {
    let action = sheet.text("action").unwrap_or_default();
    let stopped = matches!(action.as_ref(), "BLOCK" | "CAPTCHA" | "CHALLENGE");
    reading.level = Some(if stopped { LogLevel::Warn } else { LogLevel::Info });
    reading.time = moment::first(sheet, &["timestamp"]);
    reading.status = sheet.status(&["responseCodeSent"]);
    // Behind a load balancer the request's id is the trace; behind an API it is the API's own.
    if let Some(id) = sheet.text("httpRequest.requestId") {
        if id.starts_with("1-") {
            reading.trace(Some(id));
        } else {
            reading.request(Some(id));
        }
    }
    reading.trace(header(sheet, "x-amzn-trace-id"));
    let method = sheet.text("httpRequest.httpMethod").unwrap_or_default();
    let uri = sheet.text("httpRequest.uri").unwrap_or_default();
    let mut said = format!("{action} {method} {uri}");
    if stopped {
        let rule = rule(sheet);
        said.push_str(" by ");
        said.push_str(&rule);
        reading.verdicts.push(Verdict::Blocked { rule });
    }
    reading.message = Cow::Owned(said);
}

/// The rule that ended it: that within the group, if a group did.
fn rule(sheet: &Sheet<'_>) -> String {
    let within = sheet.cells.iter().find(|(name, _)| {
        name.starts_with("ruleGroupList.") && name.ends_with(".terminatingRule.ruleId")
    });
    let within = within.map(|(_, value)| value.text().to_owned());
    let outer = sheet.text("terminatingRuleId").map(Cow::into_owned);
    match (outer, within) {
        (Some(outer), Some(within)) => format!("{outer}/{within}"),
        (Some(rule), None) | (None, Some(rule)) => rule,
        (None, None) => "a rule".to_owned(),
    }
}

/// The value of a header of the request.
fn header<'a>(sheet: &Sheet<'a>, wanted: &str) -> Option<Cow<'a, str>> {
    let (name, _) = sheet.cells.iter().find(|(name, value)| {
        name.starts_with("httpRequest.headers.")
            && name.ends_with(".name")
            && matches!(value, Scalar::Text(text) if text.eq_ignore_ascii_case(wanted))
    })?;
    let value = format!("{}.value", name.strip_suffix(".name")?);
    sheet.text(&value)
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Reading, Verdict};

    fn record(action: &str, source: &str, id: &str, rule: &str) -> String {
        format!(
            r#"{{"timestamp":1795316645678,"formatVersion":1,"webaclId":"arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shop/1",{rule}"action":"{action}","httpSourceName":"{source}","httpRequest":{{"clientIp":"198.51.100.7","country":"NL","headers":[{{"name":"Host","value":"www.shop.example"}},{{"name":"X-Amzn-Trace-Id","value":"Root=1-69212345-0123456789abcdef01234567"}}],"uri":"/search","args":"q=1","httpMethod":"GET","requestId":"{id}"}}}}"#
        )
    }

    #[test]
    fn the_rule_that_blocked_is_told() {
        let rule = r#""terminatingRuleId":"AWS#AWSManagedRulesSQLiRuleSet","ruleGroupList":[{"ruleGroupId":"g","terminatingRule":{"ruleId":"SQLi_QUERYARGUMENTS","action":"BLOCK"}}],"#;
        let line = record("BLOCK", "ALB", "1-69212345-0123456789abcdef01234567", rule);
        let reading = Reading::of(&line, "");
        assert_eq!(reading.kind, Kind::Firewall);
        let rule = "AWS#AWSManagedRulesSQLiRuleSet/SQLi_QUERYARGUMENTS".to_owned();
        assert_eq!(reading.message, format!("BLOCK GET /search by {rule}"));
        assert_eq!(reading.verdicts, [Verdict::Blocked { rule }]);
        assert_eq!((reading.traces.len(), reading.requests.len()), (1, 0));
    }

    #[test]
    fn the_id_of_an_api_is_a_request_and_its_header_the_trace() {
        let line = record("ALLOW", "APIGW", "0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11", "");
        let reading = Reading::of(&line, "");
        assert_eq!(reading.requests, ["0b7c3f3e-2f63-4d4c-9a0f-6f2f6a6c1b11"]);
        assert_eq!(reading.traces, ["1-69212345-0123456789abcdef01234567"]);
        assert!(reading.verdicts.is_empty());
    }
}
