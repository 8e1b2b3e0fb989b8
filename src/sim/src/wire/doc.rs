//! Incoming JSON and CBOR as one tree, and the tree as typed values.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::time;
use super::value::Value;
use crate::model::{Kind, Service, ShapeId};

/// A body that is no value of its shape, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(pub(crate) String);

/// What JSON and CBOR have in common.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Doc {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Bytes),
    Seconds(f64),
    List(Vec<Doc>),
    Map(Vec<(String, Doc)>),
}

impl Doc {
    pub(crate) fn from_json(body: &[u8]) -> Result<Self, Malformed> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::Map(Vec::new()));
        }
        serde_json::from_slice(body)
            .map_err(|error| Malformed(format!("Could not parse request body into json: {error}")))
    }

    pub(crate) fn from_cbor(body: &[u8]) -> Result<Self, Malformed> {
        if body.is_empty() {
            return Ok(Self::Map(Vec::new()));
        }
        let value: ciborium::Value = ciborium::from_reader(body).map_err(|error| {
            Malformed(format!("Could not parse request body into cbor: {error}"))
        })?;
        Ok(value.into())
    }

    fn is_a(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a string",
            Self::Bytes(_) => "a blob",
            Self::Seconds(_) => "a timestamp",
            Self::List(_) => "a list",
            Self::Map(_) => "a structure",
        }
    }

    /// The value this is, taken as a shape of the model. Unknown members are passed over, as AWS does, and noted.
    pub(crate) fn typed(
        self,
        service: &Service,
        id: ShapeId,
        strays: &mut Vec<String>,
    ) -> Result<Value, Malformed> {
        let shape = service.shape(id);
        match (&shape.kind, self) {
            (Kind::Structure(structure), doc @ Self::Map(_)) if structure.document => {
                Ok(doc.untyped())
            }
            (Kind::Structure(structure), Self::Map(entries)) => {
                let mut value = std::collections::BTreeMap::new();
                for (key, doc) in entries {
                    let member =
                        structure.members.iter().find(|m| m.wire_name() == key || m.name == key);
                    let Some(member) = member else {
                        strays.push(format!("{}.{key}", shape.name));
                        continue;
                    };
                    if doc != Self::Null {
                        value
                            .insert(member.name.clone(), doc.typed(service, member.shape, strays)?);
                    }
                }
                if structure.union && value.len() > 1 {
                    return Err(Malformed(format!("Only one member of {} may be set", shape.name)));
                }
                Ok(Value::Map(value))
            }
            (Kind::Map { value: item, .. }, Self::Map(entries)) => {
                let entries = entries.into_iter().filter(|(_, doc)| *doc != Self::Null);
                let entries =
                    entries.map(|(key, doc)| Ok((key, doc.typed(service, *item, strays)?)));
                Ok(Value::Map(entries.collect::<Result<_, Malformed>>()?))
            }
            (Kind::List { item, .. }, Self::List(docs)) => {
                let docs = docs.into_iter().filter(|doc| *doc != Self::Null);
                Ok(Value::List(
                    docs.map(|doc| doc.typed(service, *item, strays)).collect::<Result<_, _>>()?,
                ))
            }
            (Kind::Text { .. }, Self::Text(text)) => Ok(Value::Text(text)),
            (Kind::Integer, Self::Int(n)) => Ok(Value::Int(n)),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "only whole floats of a safe size are taken"
            )]
            (Kind::Integer, Self::Float(x)) if x.fract() == 0.0 && x.abs() < 9.0e15 => {
                Ok(Value::Int(x as i64))
            }
            (Kind::Float, Self::Float(x) | Self::Seconds(x)) => Ok(Value::Float(x)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "a JSON number for a double loses what a double loses"
            )]
            (Kind::Float, Self::Int(n)) => Ok(Value::Float(n as f64)),
            (Kind::Float, Self::Text(text)) => match text.as_str() {
                "NaN" => Ok(Value::Float(f64::NAN)),
                "Infinity" => Ok(Value::Float(f64::INFINITY)),
                "-Infinity" => Ok(Value::Float(f64::NEG_INFINITY)),
                _ => Err(cannot("a string", "Double")),
            },
            (Kind::Boolean, Self::Bool(b)) => Ok(Value::Bool(b)),
            (Kind::Blob, Self::Bytes(bytes)) => Ok(Value::Blob(bytes)),
            (Kind::Blob, Self::Text(text)) => STANDARD
                .decode(text.as_bytes())
                .map(|bytes| Value::Blob(bytes.into()))
                .map_err(|error| Malformed(format!("Invalid base64: {error}"))),
            (Kind::Timestamp(_), Self::Seconds(x) | Self::Float(x)) => time::from_seconds(x)
                .map(Value::Time)
                .ok_or_else(|| cannot("a number", "Timestamp")),
            #[expect(
                clippy::cast_precision_loss,
                reason = "out of range of a timestamp long before it loses"
            )]
            (Kind::Timestamp(_), Self::Int(n)) => time::from_seconds(n as f64)
                .map(Value::Time)
                .ok_or_else(|| cannot("a number", "Timestamp")),
            (Kind::Timestamp(_), Self::Text(text)) => {
                time::read(&text).map(Value::Time).ok_or_else(|| cannot("a string", "Timestamp"))
            }
            (kind, doc) => Err(cannot(doc.is_a(), expected(kind))),
        }
    }

    /// The value this is, taken as free JSON.
    fn untyped(self) -> Value {
        match self {
            Self::Null => Value::Text(String::new()),
            Self::Bool(b) => Value::Bool(b),
            Self::Int(n) => Value::Int(n),
            Self::Float(x) | Self::Seconds(x) => Value::Float(x),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Blob(bytes),
            Self::List(docs) => Value::List(docs.into_iter().map(Self::untyped).collect()),
            Self::Map(entries) => {
                Value::Map(entries.into_iter().map(|(k, doc)| (k, doc.untyped())).collect())
            }
        }
    }
}

fn cannot(found: &str, wanted: &str) -> Malformed {
    Malformed(format!("{found} can not be converted to {wanted}"))
}

fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) => "a structure",
        Kind::List { .. } => "a list",
        Kind::Map { .. } => "a map",
        Kind::Text { .. } => "a String",
        Kind::Integer => "an Integer",
        Kind::Float => "a Double",
        Kind::Boolean => "a Boolean",
        Kind::Blob => "a Blob",
        Kind::Timestamp(_) => "a Timestamp",
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "ciborium's values are not ours, and may grow")]
impl From<ciborium::Value> for Doc {
    fn from(value: ciborium::Value) -> Self {
        match value {
            ciborium::Value::Integer(n) => {
                let n = i128::from(n);
                i64::try_from(n).map_or_else(
                    |_| {
                        #[expect(
                            clippy::cast_precision_loss,
                            reason = "beyond i64 a double is all there is"
                        )]
                        Self::Float(n as f64)
                    },
                    Self::Int,
                )
            }
            ciborium::Value::Bytes(bytes) => Self::Bytes(bytes.into()),
            ciborium::Value::Float(x) => Self::Float(x),
            ciborium::Value::Text(text) => Self::Text(text),
            ciborium::Value::Bool(b) => Self::Bool(b),
            ciborium::Value::Tag(1, inner) => match Self::from(*inner) {
                #[expect(clippy::cast_precision_loss, reason = "epoch seconds are small")]
                Self::Int(n) => Self::Seconds(n as f64),
                Self::Float(x) => Self::Seconds(x),
                other @ (Self::Null
                | Self::Bool(_)
                | Self::Text(_)
                | Self::Bytes(_)
                | Self::Seconds(_)
                | Self::List(_)
                | Self::Map(_)) => other,
            },
            ciborium::Value::Tag(_, inner) => Self::from(*inner),
            ciborium::Value::Array(items) => {
                Self::List(items.into_iter().map(Self::from).collect())
            }
            ciborium::Value::Map(entries) => Self::Map(
                entries
                    .into_iter()
                    .filter_map(|(key, value)| Some((key.into_text().ok()?, Self::from(value))))
                    .collect(),
            ),
            // `null` and what CBOR may grow read as absent.
            _ => Self::Null,
        }
    }
}

impl<'de> Deserialize<'de> for Doc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocVisitor)
    }
}

struct DocVisitor;

impl<'de> Visitor<'de> for DocVisitor {
    type Value = Doc;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Doc, E> {
        Ok(Doc::Null)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Doc, E> {
        Ok(Doc::Bool(b))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Doc, E> {
        Ok(Doc::Int(n))
    }
    #[expect(clippy::cast_precision_loss, reason = "beyond i64 a double is all there is")]
    fn visit_u64<E>(self, n: u64) -> Result<Doc, E> {
        Ok(i64::try_from(n).map_or(Doc::Float(n as f64), Doc::Int))
    }
    fn visit_f64<E>(self, x: f64) -> Result<Doc, E> {
        Ok(Doc::Float(x))
    }
    fn visit_str<E>(self, text: &str) -> Result<Doc, E> {
        Ok(Doc::Text(text.to_owned()))
    }
    fn visit_string<E>(self, text: String) -> Result<Doc, E> {
        Ok(Doc::Text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Doc, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Doc::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Doc, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Doc::Map(entries))
    }
}
