//! What a CloudTrail record states: who, what, on what, from where. Total: a record is written by others, and any member
//! may be missing, null, or of another type than the documentation says.

use serde_json::Value;

/// A record, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// Who called.
    pub who: Who,
    /// What the call was about, as names or ARNs; best effort.
    pub resources: Vec<String>,
    /// Where the call came from: an address, or a service.
    pub from: String,
    /// The program that called.
    pub agent: String,
    /// The region.
    pub region: String,
    /// The error code; empty when the call went through.
    pub error: String,
    /// What was said about the error.
    pub message: String,
    /// The parameters; null where there are none.
    pub request: Value,
    /// The answer, as far as it is recorded; null where it is not.
    pub response: Value,
}

/// Who called, as the record has it. Everything may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The type of identity, such as `AssumedRole`, `IAMUser`, `AWSService`.
    pub kind: String,
    /// The ARN of the caller, else its principal id.
    pub principal: String,
    /// The account it belongs to.
    pub account: String,
    /// The access key's id.
    pub key: String,
    /// The role that the session is of, or the name of the user.
    pub name: String,
    /// The name of the session.
    pub session: String,
    /// Whether a second factor was shown, in the record's words.
    pub second_factor: String,
    /// Since when the session exists.
    pub since: String,
    /// Who stands behind the session, where the company says so.
    pub source_identity: String,
    /// The service that called in somebody's name.
    pub invoked_by: String,
}

/// The most resources read out of a record.
const MOST: usize = 20;

impl Statement {
    /// Reads a record. A text that is none states nothing.
    pub fn parse(record: &str) -> Self {
        let record: Value = serde_json::from_str(record).unwrap_or_default();
        let text = |name: &str| words(record.get(name));
        let request = record.get("requestParameters").cloned().unwrap_or_default();
        Self {
            who: Who::read(record.get("userIdentity").unwrap_or(&Value::Null)),
            resources: resources(&record, &request),
            from: text("sourceIPAddress"),
            agent: text("userAgent"),
            region: text("awsRegion"),
            error: text("errorCode"),
            message: text("errorMessage"),
            response: record.get("responseElements").cloned().unwrap_or_default(),
            request,
        }
    }
}

impl Who {
    fn read(identity: &Value) -> Self {
        let text = |name: &str| words(identity.get(name));
        let session = identity.get("sessionContext").unwrap_or(&Value::Null);
        let attribute = |name: &str| words(session.pointer(&format!("/attributes/{name}")));
        let arn = text("arn");
        let issuer = words(session.pointer("/sessionIssuer/userName"));
        let of_session = arn.contains(":assumed-role/") || arn.contains(":federated-user/");
        let last = arn.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            kind: text("type"),
            principal: if arn.is_empty() { text("principalId") } else { arn },
            account: text("accountId"),
            key: text("accessKeyId"),
            name: if issuer.is_empty() { text("userName") } else { issuer },
            session: if of_session { last } else { String::new() },
            second_factor: attribute("mfaAuthenticated"),
            since: attribute("creationDate"),
            source_identity: words(session.get("sourceIdentity")),
            invoked_by: text("invokedBy"),
        }
    }

    /// Who it was, short: `role/session`, a user's name, or a service; empty where nothing is told.
    pub fn short(&self) -> String {
        let parts = [&self.name, &self.session];
        let named: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if !named.is_empty() {
            return named.join("/");
        }
        [&self.invoked_by, &self.principal, &self.kind]
            .into_iter()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_default()
    }
}

/// A value as text: a text as it is, nothing for null, else its JSON.
fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Members of requests that name what a call is about, the most telling first.
const NAMING: [&str; 22] = [
    "functionName",
    "tableName",
    "bucketName",
    "queueUrl",
    "queueName",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "globalClusterIdentifier",
    "secretId",
    "roleName",
    "userName",
    "groupName",
    "alarmName",
    "pipelineName",
    "repositoryName",
    "loadBalancerArn",
    "logGroupName",
    "roleArn",
    "policyArn",
    "keyId",
    "resourceArn",
    "name",
];

/// Endings of members that name something, where none of [`NAMING`] is there.
const ENDINGS: [&str; 5] = ["name", "identifier", "arn", "id", "url"];

/// What a call was about: the resources that the record lists, else what its parameters name.
fn resources(record: &Value, request: &Value) -> Vec<String> {
    let listed = record.get("resources").and_then(Value::as_array).into_iter().flatten();
    let named = NAMING.iter().filter_map(|name| request.get(name)).map(|value| words(Some(value)));
    let mut found: Vec<String> = Vec::new();
    let all = named.chain(listed.map(|resource| {
        words(resource.get("ARN").or_else(|| resource.get("arn")).or(Some(resource)))
    }));
    for text in all.filter(|text| !text.is_empty()) {
        if !found.contains(&text) && found.len() < MOST {
            found.push(text);
        }
    }
    if found.is_empty() {
        let members = request.as_object().into_iter().flatten();
        let tells = |name: &str| {
            let name = name.to_lowercase();
            ENDINGS.iter().any(|ending| name.ends_with(ending))
        };
        let first = members
            .filter(|(name, value)| value.is_string() && tells(name))
            .map(|(_, value)| words(Some(value)));
        found.extend(first.filter(|text| !text.is_empty()).take(1));
    }
    found
}

/// The name of a resource without what surrounds it: of an ARN or URL its last part, of a function without its qualifier.
pub fn name_of(resource: &str) -> &str {
    let Some(rest) = resource.strip_prefix("arn:") else {
        return match resource.strip_prefix("https://") {
            Some(path) => path.rsplit('/').next().unwrap_or(path),
            // As Security Hub names the account itself.
            None => resource.strip_prefix("AWS::::Account:").unwrap_or(resource),
        };
    };
    let parts: Vec<&str> = rest.split(':').collect();
    if let Some(at) = parts.iter().position(|part| *part == "function")
        && let Some(name) = parts.get(at + 1)
    {
        return name;
    }
    rest.rsplit([':', '/']).find(|part| !part.is_empty() && *part != "*").unwrap_or(resource)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_says_who_what_and_from_where() {
        let record = json!({
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": "AROA:ci",
                "arn": "arn:aws:sts::1:assumed-role/deploy/ci",
                "accountId": "1",
                "accessKeyId": "ASIA1",
                "sessionContext": {
                    "sessionIssuer": {"userName": "deploy"},
                    "attributes": {"mfaAuthenticated": "false", "creationDate": "2026-11-22T03:00:00Z"},
                    "sourceIdentity": "jo",
                },
            },
            "sourceIPAddress": "203.0.113.7",
            "userAgent": "aws-cli",
            "awsRegion": "eu-central-1",
            "requestParameters": {"functionName": "orders-writer", "name": "live"},
            "responseElements": null,
        });
        let statement = Statement::parse(&record.to_string());
        assert_eq!(statement.who.short(), "deploy/ci");
        assert_eq!(statement.who.second_factor, "false");
        assert_eq!(statement.who.source_identity, "jo");
        assert_eq!(statement.resources, ["orders-writer", "live"]);
        assert_eq!(statement.from, "203.0.113.7");
        assert!(statement.error.is_empty() && statement.response.is_null());
    }

    #[test]
    fn a_record_may_lack_everything_or_hold_something_else() {
        for record in ["", "null", "[]", "{", r#"{"userIdentity": null}"#] {
            assert_eq!(Statement::parse(record).who.short(), "", "{record}");
        }
        let record = json!({
            "userIdentity": {"type": 7, "arn": ["x"], "sessionContext": "none"},
            "requestParameters": {"functionName": 12, "name": null},
            "resources": "many",
            "sourceIPAddress": false,
        });
        let statement = Statement::parse(&record.to_string());
        assert_eq!(statement.who.kind, "7");
        assert_eq!(statement.resources, ["12"]);
        assert_eq!(statement.from, "false");
        let service = json!({"userIdentity": {"invokedBy": "rds.amazonaws.com"}});
        assert_eq!(Statement::parse(&service.to_string()).who.short(), "rds.amazonaws.com");
    }

    #[test]
    fn what_no_list_knows_is_found_by_the_end_of_its_name() {
        let record = json!({"requestParameters": {"force": true, "distributionId": "E2Q"}});
        assert_eq!(Statement::parse(&record.to_string()).resources, ["E2Q"]);
        let record = json!({"resources": [{"ARN": "arn:aws:s3:::shop-pages"}, {"type": "x"}]});
        let found = Statement::parse(&record.to_string()).resources;
        assert_eq!(found, ["arn:aws:s3:::shop-pages", r#"{"type":"x"}"#]);
    }

    #[test]
    fn names_are_what_is_left_of_arns_and_urls() {
        let check = |resource: &str, wanted: &str| assert_eq!(name_of(resource), wanted);
        check("arn:aws:lambda:eu-central-1:1:function:orders-writer:live", "orders-writer");
        check("arn:aws:iam::1:user/ci-deploy", "ci-deploy");
        check("arn:aws:s3:::shop-pages", "shop-pages");
        check("arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/x:*", "x");
        check("https://sqs.eu-central-1.amazonaws.com/1/orders", "orders");
        check("AWS::::Account:123456784021", "123456784021");
        check("/aws/lambda/orders", "/aws/lambda/orders");
        check("", "");
        check("arn:", "arn:");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".{0,200}", arn in "arn:[a-z:/*]{0,30}") {
            let statement = Statement::parse(&text);
            prop_assert!(statement.resources.len() <= MOST);
            name_of(&arn);
        }
    }
}
