//! The JSON schema of `contexts.toml`, for editors: the same keys and words that the file is read by.

use serde_json::{Map, Value, json};
use watchdeck_domain::RetentionMode;

use super::file::KEYS;
use super::{Colour, Environment};

/// The schema.
pub fn schema() -> String {
    let properties: Map<String, Value> =
        KEYS.iter().map(|key| ((*key).to_owned(), property(key))).collect();
    let context = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": properties,
    });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Contexts",
        "description": "The contexts of watchdeck: `contexts.toml`. A context with a key that does not stand here is left out.",
        "type": "object",
        "additionalProperties": false,
        "properties": { "context": { "type": "array", "items": context } },
    });
    format!("{schema:#}\n")
}

/// What may stand behind a key, and what it means.
fn property(key: &str) -> Value {
    let text =
        |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    let role = |description: &str| json!({ "type": "string", "pattern": "^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", "description": description });
    match key {
        "name" => json!({
            "type": "string",
            "pattern": "^\\S+$",
            "description": "Its name: one word, and no two have the same.",
        }),
        "profile" => text("The AWS profile; without it, what the AWS files and variables say."),
        "region" => text("The region; without it, the profile's."),
        "policy" => text(
            "Its policy file, in place of the `policy.toml` beside this file; relative to this file.",
        ),
        "lease" => json!({
            "type": "string",
            "pattern": "^dynamodb:[A-Za-z0-9_.-]{3,255}$",
            "description": "The table in which consoles on other machines see who is changing what; see guard.md.",
        }),
        "calendar" => {
            let one = json!({ "type": "string", "pattern": "^ssm:.{3,}$" });
            json!({
                "oneOf": [one, { "type": "array", "items": one }],
                "description": "The calendars of SSM Change Calendar that must be open, `ssm:` and name or ARN; see guard.md.",
            })
        }
        "checkpoints" => json!({
            "type": "string",
            "pattern": "^(logs:[A-Za-z0-9._/#-]{1,512}|s3:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9/_.-]*)?)$",
            "description": "Where the signed checkpoints of the journal are shipped to: a log group, or a bucket and what keys begin with; see audit.md.",
        }),
        "checkpoints_retention_days" => json!({
            "type": "integer",
            "minimum": 1,
            "maximum": u16::MAX,
            "description": "For how many days Object Lock keeps each checkpoint in the bucket; without it, the default of the bucket.",
        }),
        "checkpoints_retention_mode" => json!({
            "enum": RetentionMode::ALL.map(RetentionMode::name),
            "default": RetentionMode::default().name(),
            "description": "Whom Object Lock keeps from deleting them.",
        }),
        "endpoint_url" => text("Where to go instead of AWS."),
        "write_role" => role("The role in whose sessions changes run."),
        "role_arn" => {
            role("The role that is assumed for reading, with the credentials of the profile.")
        }
        "environment" => json!({
            "enum": Environment::ALL.map(Environment::name),
            "default": Environment::default().name(),
            "description": "How much a slip costs there.",
        }),
        "colour" => json!({
            "enum": Colour::ALL.map(Colour::name),
            "description": "The colour of its badge; without it, that of the environment.",
        }),
        "read_only" => json!({
            "type": "boolean",
            "default": false,
            "description": "Never armed, whatever the command line says.",
        }),
        // A key that is read and not told here: the test below finds it.
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_tells_every_key_that_is_read() {
        let schema: Value = serde_json::from_str(&schema()).unwrap();
        let properties = &schema["properties"]["context"]["items"]["properties"];
        for key in KEYS {
            assert!(properties[key]["description"].is_string(), "{key}");
        }
    }
}
