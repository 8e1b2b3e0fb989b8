//! Structures, lists, bounds: the types of a model.

use super::Pattern;

/// The place of a shape in its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShapeId(pub(super) usize);

impl Default for ShapeId {
    /// A place outside of every model.
    fn default() -> Self {
        Self(usize::MAX)
    }
}

impl ShapeId {
    pub(super) fn index(self) -> usize {
        self.0
    }
}

/// A type of a model.
#[derive(Debug)]
pub struct Shape {
    /// Its name in the model.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What its values must keep to.
    pub bounds: Bounds,
}

impl Shape {
    /// The structure it is, if it is one.
    pub fn structure(&self) -> Option<&Structure> {
        match &self.kind {
            Kind::Structure(structure) => Some(structure),
            Kind::List { .. }
            | Kind::Map { .. }
            | Kind::Text { .. }
            | Kind::Integer
            | Kind::Float
            | Kind::Boolean
            | Kind::Blob
            | Kind::Timestamp(_) => None,
        }
    }

    /// What an exception says about itself.
    pub fn error(&self) -> Option<&ErrorTrait> {
        self.structure()?.error.as_ref()
    }

    /// It holds no other shapes.
    pub fn is_scalar(&self) -> bool {
        !matches!(self.kind, Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. })
    }
}

/// What a shape is.
#[derive(Debug)]
pub enum Kind {
    /// A structure or a union.
    Structure(Structure),
    /// A list of one shape.
    List {
        /// The shape of its items.
        item: ShapeId,
        /// The element name of an item in XML and query; `member` when absent.
        item_name: Option<String>,
        /// Items stand where the list would stand.
        flattened: bool,
    },
    /// A map from text to one shape.
    Map {
        /// The shape of its keys.
        key: ShapeId,
        /// The shape of its values.
        value: ShapeId,
        /// The element name of a key in XML.
        key_name: String,
        /// The element name of a value in XML.
        value_name: String,
        /// Entries stand where the map would stand.
        flattened: bool,
    },
    /// Text; with values when it is an enum.
    Text {
        /// The allowed values; empty when any text goes.
        values: Vec<String>,
    },
    /// `integer` and `long`.
    Integer,
    /// `float` and `double`.
    Float,
    /// `boolean`.
    Boolean,
    /// `blob`.
    Blob,
    /// `timestamp`, with its own format if it has one.
    Timestamp(Option<TimeFormat>),
}

/// How a timestamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// `2026-11-22T06:00:00Z`.
    Iso8601,
    /// `Sun, 22 Nov 2026 06:00:00 GMT`.
    Rfc822,
    /// Seconds since 1970, with a fraction.
    Unix,
}

/// A structure, union, exception or event stream.
#[derive(Debug, Default)]
pub struct Structure {
    /// The members, in the model's order.
    pub members: Vec<Member>,
    /// The member that is the whole HTTP body.
    pub payload: Option<String>,
    /// It is an exception, and this is what it says about itself.
    pub error: Option<ErrorTrait>,
    /// At most one member may stand.
    pub union: bool,
    /// Its members are the messages of an event stream.
    pub event_stream: bool,
    /// Any JSON goes.
    pub document: bool,
}

impl Structure {
    /// A member by name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// What an exception says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorTrait {
    /// The HTTP status, where the model names one.
    pub status: Option<u16>,
    /// The code on the wire, where it is not the shape's name.
    pub code: Option<String>,
    /// The service is at fault.
    pub fault: bool,
}

/// A member of a structure.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are the traits of the model")]
pub struct Member {
    /// Its name in the model.
    pub name: String,
    /// Its name on the wire, where it has another one.
    pub location_name: Option<String>,
    /// Its type.
    pub shape: ShapeId,
    /// Where in the HTTP message it stands.
    pub location: Location,
    /// It must be there.
    pub required: bool,
    /// Items stand where the list would stand.
    pub flattened: bool,
    /// The SDK fills it when the caller did not.
    pub idempotency_token: bool,
    /// Its bytes are streamed.
    pub streaming: bool,
    /// Its own timestamp format.
    pub time_format: Option<TimeFormat>,
}

impl Member {
    /// Its name on the wire.
    pub fn wire_name(&self) -> &str {
        self.location_name.as_deref().unwrap_or(&self.name)
    }
}

/// Where in the HTTP message a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the body.
    Body,
    /// In the path.
    Uri,
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In all headers of a prefix.
    Headers,
    /// The status itself.
    Status,
}

/// What values of a shape must keep to.
#[derive(Debug, Default)]
pub struct Bounds {
    /// The least value or length.
    pub min: Option<serde_json::Number>,
    /// The greatest value or length.
    pub max: Option<serde_json::Number>,
    /// The pattern of a text.
    pub pattern: Option<Pattern>,
}
