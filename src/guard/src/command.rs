//! A call as a command of the AWS CLI, ready for a shell: for eyes, for paper, for a day without this program.

use std::fmt::Write as _;

use serde_json::Value;
use watchdeck_domain::Region;
use watchdeck_domain::printable::{is_hostile, printable_json};

use crate::question::Call;

impl Call {
    /// The command of the AWS CLI that makes this call; in that region, unless the call is one of another.
    pub fn command(&self, region: &Region) -> String {
        let command = aws_command(&self.service, &self.operation, &self.params);
        let region = self.region.as_ref().unwrap_or(region);
        format!("{command} --region {region}")
    }
}

/// A call as a command of the AWS CLI. What the CLI would not take as it stands in an option goes in as JSON, all of it.
pub fn aws_command(service: &str, operation: &str, params: &Value) -> String {
    let mut command = format!("aws {} {}", cli_name(service), kebab(operation));
    let Value::Object(members) = params else { return command };
    if members.values().any(is_misread) {
        write!(command, " --cli-input-json {}", quoted(&json(params))).unwrap_or_default();
        return command;
    }
    for (name, value) in members {
        let option = kebab(name);
        match value {
            Value::Bool(true) => write!(command, " --{option}"),
            Value::Bool(false) => write!(command, " --no-{option}"),
            Value::String(text) => write!(command, " --{option} {}", quoted(text)),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                write!(command, " --{option} {}", quoted(&json(value)))
            }
        }
        .unwrap_or_default();
    }
    command
}

/// Whether an option of the CLI would make something else of a text: an option, a file to read, an address to fetch, or
/// characters that do not survive being shown and copied.
fn is_misread(value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    let begins = ["-", "file://", "fileb://", "http://", "https://"];
    begins.iter().any(|begin| text.starts_with(begin)) || text.chars().any(is_hostile)
}

fn json(value: &Value) -> String {
    printable_json(value.to_string())
}

/// A service as the AWS CLI calls it, by the name that the SDK or IAM has for it.
fn cli_name(service: &str) -> String {
    match service {
        // `aws s3` copies files; the operations are in `aws s3api`.
        "S3" | "s3" => "s3api".to_owned(),
        "CodeDeploy" | "codedeploy" => "deploy".to_owned(),
        "EventBridge" => "events".to_owned(),
        "ARC Zonal Shift" => "arc-zonal-shift".to_owned(),
        other => other.to_ascii_lowercase().replace(' ', ""),
    }
}

/// `UpdateAlias` is `update-alias`, `DBInstance` is `db-instance`: as the AWS CLI writes names.
pub fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|it| chars.get(it));
        let after = chars.get(index + 1);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A word as a shell takes it.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use watchdeck_domain::MutationClass;

    use super::*;

    #[test]
    fn names_are_written_as_the_aws_cli_writes_them() {
        for (name, wanted) in [
            ("UpdateAlias", "update-alias"),
            ("RestoreDBInstanceToPointInTime", "restore-db-instance-to-point-in-time"),
            ("TargetDBInstanceIdentifier", "target-db-instance-identifier"),
            ("pipelineName", "pipeline-name"),
            ("RevisionId", "revision-id"),
        ] {
            assert_eq!(kebab(name), wanted);
        }
    }

    #[test]
    fn services_are_called_as_the_aws_cli_calls_them() {
        for (service, wanted) in [
            ("Lambda", "lambda"),
            ("Secrets Manager", "secretsmanager"),
            ("S3", "s3api"),
            ("WAFV2", "wafv2"),
            ("s3", "s3api"),
            ("API Gateway", "apigateway"),
            ("EventBridge", "events"),
            ("ARC Zonal Shift", "arc-zonal-shift"),
            ("Route 53", "route53"),
            ("ECS", "ecs"),
        ] {
            assert_eq!(cli_name(service), wanted);
        }
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, wanted) in [
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
            ("", "''"),
            ("a b", "'a b'"),
            ("~", "'~'"),
            (
                "arn:aws:lambda:eu-central-1:1:function:f",
                "arn:aws:lambda:eu-central-1:1:function:f",
            ),
        ] {
            assert_eq!(quoted(word), wanted);
        }
    }

    #[test]
    fn a_call_is_a_command_in_its_region() {
        let call = Call {
            step: "point-alias".into(),
            service: "Lambda".into(),
            operation: "UpdateAlias".into(),
            params: json!({
                "FunctionName": "orders-writer", "Name": "live", "FunctionVersion": "41",
                "RoutingConfig": {"AdditionalVersionWeights": {}},
            }),
            class: MutationClass::Cas,
            region: None,
        };
        let wanted = "aws lambda update-alias --function-name orders-writer --function-version 41 --name live \
                      --routing-config '{\"AdditionalVersionWeights\":{}}' --region eu-central-1";
        assert_eq!(call.command(&Region::parse("eu-central-1").unwrap()), wanted);
        let afar = Call { region: Some(Region::parse("eu-west-1").unwrap()), ..call };
        let command = afar.command(&Region::parse("eu-central-1").unwrap());
        assert!(command.ends_with(" --region eu-west-1"), "{command}");
        let off = aws_command("Lambda", "UpdateEventSourceMapping", &json!({"Enabled": false}));
        assert_eq!(off, "aws lambda update-event-source-mapping --no-enabled");
    }

    #[test]
    fn what_the_cli_would_read_otherwise_goes_in_as_json() {
        for (text, wanted) in [
            ("-x", r#"'{"Description":"-x"}'"#),
            ("file:///etc/passwd", r#"'{"Description":"file:///etc/passwd"}'"#),
            ("a\u{202e}b\n", r#"'{"Description":"a\u202eb\n"}'"#),
            ("https://it's", r#"'{"Description":"https://it'\''s"}'"#),
        ] {
            let command = aws_command("Lambda", "UpdateAlias", &json!({ "Description": text }));
            assert_eq!(command, format!("aws lambda update-alias --cli-input-json {wanted}"));
            let words = command.split_once(" --cli-input-json ").unwrap().1;
            let plain = words.trim_matches('\'').replace(r"'\''", "'");
            let back: Value = serde_json::from_str(&plain).unwrap();
            assert_eq!(back["Description"], text, "it says what it said");
        }
    }
}
