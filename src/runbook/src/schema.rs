//! The JSON schema of a runbook, for editors: made of the very types that the file is read by.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

use crate::format::Runbook;

/// The schema, as text.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Runbook);
    format!("{:#}\n", schema.as_value())
}

/// Words of other rooms, as a schema tells them.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $schema:tt;)*) => {
        $(
            $(#[$doc])*
            pub(crate) enum $name {}

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!($schema)
                }
            }
        )*
    };
}

words! {
    /// How dangerous.
    RiskWord: { "enum": ["R0", "R1", "R2", "R3", "R4"] };
    /// What makes a repeat safe.
    ClassWord: { "enum": ["token", "named", "cas", "absolute", "trigger"] };
    /// What a failed check does.
    FailingWord: { "type": "string", "pattern": "^(stop|warn|offer:.+)$" };
    /// A paragraph for the operator.
    NoteText: {
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "lines"],
        "properties": {
            "title": { "type": "string" },
            "lines": { "type": "array", "items": { "type": "string" } },
        },
    };
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use watchdeck_domain::MutationClass;
    use watchdeck_guard::Risk;

    use super::*;

    fn tree() -> Value {
        serde_json::from_str(&schema()).unwrap()
    }

    #[test]
    fn the_schema_tells_every_table_of_the_built_in_runbook_and_forbids_others() {
        let schema = tree();
        let text: toml::Table = crate::LAMBDA_ROLLBACK.parse().unwrap();
        for name in text.keys() {
            assert!(schema["properties"][name].is_object(), "{name}");
        }
        assert_eq!(schema["additionalProperties"], false);
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            if definition["type"] == "object" {
                assert_eq!(definition["additionalProperties"], false, "{name}");
                for (field, it) in definition["properties"].as_object().unwrap() {
                    let told = name == "NoteText" || it["description"].is_string();
                    assert!(told, "{name}.{field} has no description");
                }
            }
        }
    }

    #[test]
    fn the_words_of_other_rooms_are_theirs() {
        let definitions = &tree()["$defs"];
        for word in definitions["RiskWord"]["enum"].as_array().unwrap() {
            assert!(serde_json::from_value::<Risk>(word.clone()).is_ok(), "{word}");
        }
        for word in definitions["ClassWord"]["enum"].as_array().unwrap() {
            assert!(serde_json::from_value::<MutationClass>(word.clone()).is_ok(), "{word}");
        }
    }
}
