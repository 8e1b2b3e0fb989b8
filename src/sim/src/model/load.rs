//! From botocore's JSON to shapes.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::shape::ErrorTrait;
use super::{
    Bounds, Kind, Location, Member, Meta, Operation, Pattern, Protocol, Service, Shape, ShapeId,
    Structure, Template, TimeFormat,
};

impl Service {
    /// Reads a model. `name` is the name of its file.
    pub fn parse(name: &'static str, source: &str) -> Result<Self, serde_json::Error> {
        let raw: RawModel = serde_json::from_str(source)?;
        let names: HashMap<String, ShapeId> = raw
            .shapes
            .keys()
            .enumerate()
            .map(|(index, name)| (name.clone(), ShapeId(index)))
            .collect();
        let nothing = ShapeId(usize::MAX);
        let id = |name: &str| names.get(name).copied().unwrap_or(nothing);
        let shapes: Vec<Shape> =
            raw.shapes.into_iter().map(|(name, shape)| shape.lower(name, id)).collect();
        let codes = shapes
            .iter()
            .enumerate()
            .filter_map(|(index, shape)| Some((shape.error()?.code.clone()?, ShapeId(index))))
            .collect();
        let operations = raw
            .operations
            .into_iter()
            .map(|(name, op)| (name.clone(), op.lower(name, id)))
            .collect();
        let nothing = Shape {
            name: "Nothing".to_owned(),
            kind: Kind::Structure(Structure::default()),
            bounds: Bounds::default(),
        };
        Ok(Self { name, meta: raw.metadata.lower(), operations, shapes, names, codes, nothing })
    }

    /// A service without operations, for a model that does not parse.
    pub(super) fn void(name: &'static str) -> Self {
        Self {
            name,
            meta: Meta::default(),
            operations: BTreeMap::new(),
            shapes: Vec::new(),
            names: HashMap::new(),
            codes: HashMap::new(),
            nothing: Shape {
                name: "Nothing".to_owned(),
                kind: Kind::Structure(Structure::default()),
                bounds: Bounds::default(),
            },
        }
    }
}

#[derive(Deserialize)]
struct RawModel {
    metadata: RawMeta,
    operations: BTreeMap<String, RawOperation>,
    shapes: BTreeMap<String, RawShape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMeta {
    api_version: String,
    endpoint_prefix: String,
    protocol: String,
    protocols: Option<Vec<String>>,
    json_version: Option<String>,
    signing_name: Option<String>,
    target_prefix: Option<String>,
    xml_namespace: Option<String>,
    aws_query_compatible: Option<serde_json::Value>,
}

impl RawMeta {
    fn lower(self) -> Meta {
        let protocols = self.protocols.unwrap_or_else(|| vec![self.protocol]);
        Meta {
            signing_name: self.signing_name.unwrap_or_else(|| self.endpoint_prefix.clone()),
            api_version: self.api_version,
            endpoint_prefix: self.endpoint_prefix,
            target_prefix: self.target_prefix.unwrap_or_default(),
            json_version: self.json_version.unwrap_or_else(|| "1.1".to_owned()),
            protocols: protocols.iter().filter_map(|name| protocol(name)).collect(),
            xml_namespace: self.xml_namespace.unwrap_or_default(),
            query_compatible: self.aws_query_compatible.is_some(),
        }
    }
}

fn protocol(name: &str) -> Option<Protocol> {
    Some(match name {
        "json" => Protocol::Json,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "smithy-rpc-v2-cbor" => Protocol::Cbor,
        _ => return None,
    })
}

#[derive(Deserialize)]
struct RawOperation {
    http: RawHttp,
    input: Option<RawRef>,
    output: Option<RawRef>,
    #[serde(default)]
    errors: Vec<RawRef>,
    authtype: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawHttp {
    method: String,
    request_uri: String,
    response_code: Option<u16>,
}

impl RawOperation {
    fn lower(self, name: String, id: impl Fn(&str) -> ShapeId) -> Operation {
        Operation {
            name,
            method: self.http.method,
            uri: Template::parse(&self.http.request_uri),
            status: self.http.response_code.unwrap_or(200),
            input: self.input.map(|input| id(&input.shape)),
            result_wrapper: self.output.as_ref().and_then(|output| output.result_wrapper.clone()),
            output: self.output.map(|output| id(&output.shape)),
            errors: self.errors.iter().map(|error| id(&error.shape)).collect(),
            open: self.authtype.as_deref() == Some("none"),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRef {
    shape: String,
    location: Option<String>,
    location_name: Option<String>,
    result_wrapper: Option<String>,
    timestamp_format: Option<String>,
    #[serde(default)]
    flattened: bool,
    #[serde(default)]
    idempotency_token: bool,
    #[serde(default)]
    streaming: bool,
}

impl RawRef {
    fn lower(self, name: String, required: bool, id: impl Fn(&str) -> ShapeId) -> Member {
        let location = match self.location.as_deref() {
            Some("uri") => Location::Uri,
            Some("querystring") => Location::Query,
            Some("header") => Location::Header,
            Some("headers") => Location::Headers,
            Some("statusCode") => Location::Status,
            Some(_) | None => Location::Body,
        };
        Member {
            name,
            location_name: self.location_name,
            shape: id(&self.shape),
            location,
            required,
            flattened: self.flattened,
            idempotency_token: self.idempotency_token,
            streaming: self.streaming,
            time_format: self.timestamp_format.as_deref().and_then(time_format),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are the traits of the model")]
struct RawShape {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    members: RawMembers,
    #[serde(default)]
    required: Vec<String>,
    payload: Option<String>,
    error: Option<RawError>,
    #[serde(default)]
    exception: bool,
    #[serde(default)]
    fault: bool,
    #[serde(default)]
    union: bool,
    #[serde(default)]
    eventstream: bool,
    #[serde(default)]
    document: bool,
    #[serde(default)]
    flattened: bool,
    member: Option<RawRef>,
    key: Option<RawRef>,
    value: Option<RawRef>,
    #[serde(rename = "enum", default)]
    values: Vec<String>,
    timestamp_format: Option<String>,
    min: Option<serde_json::Number>,
    max: Option<serde_json::Number>,
    pattern: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawError {
    http_status_code: Option<u16>,
    code: Option<String>,
}

impl RawShape {
    fn lower(self, name: String, id: impl Fn(&str) -> ShapeId + Copy) -> Shape {
        let item =
            |raw: &Option<RawRef>| raw.as_ref().map_or(ShapeId(usize::MAX), |raw| id(&raw.shape));
        let wire = |raw: &Option<RawRef>| raw.as_ref().and_then(|raw| raw.location_name.clone());
        let kind = match self.kind.as_str() {
            "list" => Kind::List {
                item: item(&self.member),
                item_name: wire(&self.member),
                flattened: self.flattened,
            },
            "map" => Kind::Map {
                key: item(&self.key),
                value: item(&self.value),
                key_name: wire(&self.key).unwrap_or_else(|| "key".to_owned()),
                value_name: wire(&self.value).unwrap_or_else(|| "value".to_owned()),
                flattened: self.flattened,
            },
            "integer" | "long" => Kind::Integer,
            "float" | "double" => Kind::Float,
            "boolean" => Kind::Boolean,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp(self.timestamp_format.as_deref().and_then(time_format)),
            "structure" => {
                let (error, exception, fault) = (self.error, self.exception, self.fault);
                let error = (exception || error.is_some()).then(|| ErrorTrait {
                    status: error.as_ref().and_then(|error| error.http_status_code),
                    code: error.and_then(|error| error.code),
                    fault,
                });
                let required = self.required;
                let members = self.members.0.into_iter().map(|(name, raw)| {
                    let must = required.contains(&name);
                    raw.lower(name, must, id)
                });
                Kind::Structure(Structure {
                    members: members.collect(),
                    payload: self.payload,
                    error,
                    union: self.union,
                    event_stream: self.eventstream,
                    document: self.document,
                })
            }
            _ => Kind::Text { values: self.values },
        };
        let pattern = self.pattern.map(Pattern::new);
        Shape { name, kind, bounds: Bounds { min: self.min, max: self.max, pattern } }
    }
}

fn time_format(name: &str) -> Option<TimeFormat> {
    Some(match name {
        "iso8601" => TimeFormat::Iso8601,
        "rfc822" => TimeFormat::Rfc822,
        "unixTimestamp" => TimeFormat::Unix,
        _ => return None,
    })
}

/// The members of a structure; the trimmed models keep them in the order of their names.
#[derive(Default)]
struct RawMembers(Vec<(String, RawRef)>);

impl<'de> Deserialize<'de> for RawMembers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<String, RawRef>::deserialize(deserializer)
            .map(|members| Self(members.into_iter().collect()))
    }
}
