//! The API models: what every operation takes and gives, read from the embedded JSON when first touched.

pub mod catalog; // which services there are, and their models
mod load; // from botocore's JSON to shapes
mod pattern;
pub mod shape; // structures, lists, bounds: the types of a model
pub mod uri; // the URI template of an operation // Java-style patterns as Rust regexes

use std::collections::{BTreeMap, HashMap};

pub use pattern::Pattern;
pub use shape::{Bounds, Kind, Location, Member, Shape, ShapeId, Structure, TimeFormat};
pub use uri::Template;

/// One service: its operations and their shapes.
#[derive(Debug)]
pub struct Service {
    /// The name of its model file: `lambda`, `logs`, `elbv2`.
    pub name: &'static str,
    /// What stands at the head of the model.
    pub meta: Meta,
    /// The operations by name.
    pub operations: BTreeMap<String, Operation>,
    shapes: Vec<Shape>,
    names: HashMap<String, ShapeId>,
    codes: HashMap<String, ShapeId>,
    nothing: Shape,
}

/// The head of a model: version, endpoint, protocols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The API version, such as `2015-03-31`.
    pub api_version: String,
    /// The first label of its host: `lambda`, `monitoring`.
    pub endpoint_prefix: String,
    /// The service in a signature's scope.
    pub signing_name: String,
    /// What stands before the operation in `X-Amz-Target`; empty for others.
    pub target_prefix: String,
    /// `1.0` or `1.1` for the JSON protocols.
    pub json_version: String,
    /// The protocols it speaks, the preferred one first.
    pub protocols: Vec<Protocol>,
    /// The XML namespace of its answers; empty when it has none.
    pub xml_namespace: String,
    /// It answers errors with their old query code in `x-amzn-query-error`.
    pub query_compatible: bool,
}

/// The protocols of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// awsJson 1.0 and 1.1.
    Json,
    /// restJson1.
    RestJson,
    /// restXml, S3 among them.
    RestXml,
    /// awsQuery.
    Query,
    /// ec2Query.
    Ec2,
    /// rpcv2Cbor.
    Cbor,
}

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// Its name, such as `UpdateAlias`.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query of the request.
    pub uri: Template,
    /// The status of a good answer.
    pub status: u16,
    /// The input structure.
    pub input: Option<ShapeId>,
    /// The output structure.
    pub output: Option<ShapeId>,
    /// The element around a query answer.
    pub result_wrapper: Option<String>,
    /// The errors it may answer.
    pub errors: Vec<ShapeId>,
    /// Whether it is asked without a signature: a token in its input says who asks.
    pub open: bool,
}

impl Service {
    /// A shape of this service.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.get(id.index()).unwrap_or(&self.nothing)
    }

    /// A shape by its name in the model.
    pub fn named(&self, name: &str) -> Option<&Shape> {
        self.names.get(name).map(|id| self.shape(*id))
    }

    /// The error shape of a code: by shape name first, then by wire code.
    pub fn error(&self, code: &str) -> Option<&Shape> {
        let by_name = self.named(code).filter(|shape| shape.error().is_some());
        by_name.or_else(|| self.codes.get(code).map(|id| self.shape(*id)))
    }

    /// The preferred protocol.
    pub fn protocol(&self) -> Protocol {
        self.meta.protocols.first().copied().unwrap_or(Protocol::Json)
    }

    /// The member of an output that is an event stream.
    pub fn event_stream(&self, operation: &Operation) -> Option<&Member> {
        let output = self.shape(operation.output?).structure()?;
        output
            .members
            .iter()
            .find(|member| self.shape(member.shape).structure().is_some_and(|s| s.event_stream))
    }

    /// Every shape of the model.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }
}
