//! Parameters of a runbook, parsed at the border like any other id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchdeck_domain::{AliasName, FunctionName, Version};

use crate::compile::CompileError;
use crate::format::Runbook;

/// The values given for a runbook's parameters.
pub type Params = BTreeMap<String, Value>;

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParamType {
    /// A Lambda function name.
    #[serde(rename = "lambda.function")]
    Function,
    /// A Lambda alias name.
    #[serde(rename = "lambda.alias")]
    Alias,
    /// A published Lambda version.
    #[serde(rename = "lambda.version")]
    Version,
    /// A Lambda version, or `$LATEST`.
    #[serde(rename = "lambda.qualifier")]
    Qualifier,
    /// The id of an event source mapping.
    #[serde(rename = "lambda.event-source")]
    EventSource,
    /// The name of the queue or stream of an event source mapping, as in its ARN.
    #[serde(rename = "lambda.source-name")]
    SourceName,
    /// A number.
    #[serde(rename = "number")]
    Number,
    /// Yes or no.
    #[serde(rename = "flag")]
    Flag,
    /// A line of text, 200 characters at most, without control characters.
    #[serde(rename = "text")]
    Text,
}

impl ParamType {
    /// A typed text as a value of this type, where it is one; otherwise the text, at which the type finds fault.
    pub fn read(self, text: &str) -> Value {
        let plain = match self {
            Self::Number => serde_json::from_str(text).ok().filter(Value::is_number),
            Self::Flag => serde_json::from_str(text).ok().filter(Value::is_boolean),
            Self::Function
            | Self::Alias
            | Self::Version
            | Self::Qualifier
            | Self::EventSource
            | Self::SourceName
            | Self::Text => None,
        };
        plain.unwrap_or_else(|| Value::String(text.to_owned()))
    }

    /// In which order people think of parameters: what it is about, then what of it, then the rest.
    pub fn rank(self) -> u8 {
        match self {
            Self::Function => 0,
            Self::Alias | Self::EventSource => 1,
            Self::Version | Self::Qualifier | Self::SourceName => 2,
            Self::Number | Self::Flag | Self::Text => 3,
        }
    }

    /// Why `value` is not of this type; nothing when it is.
    pub fn fault(self, value: &Value) -> Option<String> {
        let text = value.as_str();
        match self {
            Self::Function => check(text, |t| FunctionName::parse(t).map(drop)),
            Self::Alias => check(text, |t| AliasName::parse(t).map(drop)),
            Self::Version => check(text, |t| Version::parse(t).map(drop)).or_else(|| {
                (text == Some("$LATEST")).then(|| {
                    "`$LATEST` is not a published version: it changes under the alias".into()
                })
            }),
            Self::Qualifier => check(text, |t| Version::parse(t).map(drop)),
            Self::EventSource => match text {
                Some(id) if is_uuid(id) => None,
                Some(_) | None => {
                    Some(format!("{value} is not the id of an event source mapping, a UUID"))
                }
            },
            Self::Number => (!value.as_f64().is_some_and(f64::is_finite))
                .then(|| format!("{value} is not a number")),
            Self::Flag => {
                (!value.is_boolean()).then(|| format!("{value} is neither true nor false"))
            }
            Self::SourceName => match text {
                Some("") | None => Some("it is not the name of a queue or stream".into()),
                Some(name)
                    if name
                        .contains(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))) =>
                {
                    Some("a queue or stream is named in letters, digits, `-`, `_` and `.`".into())
                }
                Some(_) => None,
            },
            Self::Text => match text {
                None => Some(format!("{value} is not a text")),
                Some(t) if t.chars().count() > 200 => {
                    Some("it is longer than 200 characters".into())
                }
                Some(t) if t.chars().any(char::is_control) => {
                    Some("it holds a control character".into())
                }
                Some(_) => None,
            },
        }
    }
}

/// `5f7a2c1e-8d34-4b0a-9c55-1f2e3d4c5b6a`, as Lambda names mappings.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn check(
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<(), watchdeck_domain::IdError>,
) -> Option<String> {
    match text {
        None => Some("it is not a text".into()),
        Some(text) => parse(text).err().map(|error| error.to_string()),
    }
}

/// The given values with the defaults filled in, each of its type; nothing missing, nothing too much.
pub(crate) fn complete(runbook: &Runbook, given: Params) -> Result<Params, CompileError> {
    let mut out = Params::new();
    let mut given = given;
    for (name, param) in &runbook.params {
        let value = given.remove(name).or_else(|| param.default.clone()).ok_or_else(|| {
            CompileError::new(
                format!("runbook `{}` needs the parameter `{name}`", runbook.id),
                format!("give it: {}", param.help),
            )
        })?;
        if let Some(fault) = param.kind.fault(&value) {
            return Err(CompileError::new(
                format!("parameter `{name}`: {fault}"),
                param.help.clone(),
            ));
        }
        out.insert(name.clone(), value);
    }
    match given.into_keys().next() {
        Some(name) => Err(CompileError::new(
            format!("runbook `{}` has no parameter `{name}`", runbook.id),
            format!("it has: {}", runbook.params.keys().cloned().collect::<Vec<_>>().join(", ")),
        )),
        None => Ok(out),
    }
}
