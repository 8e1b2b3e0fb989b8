//! What operations take and give, whatever the protocol wrote it as.

use std::collections::BTreeMap;

use bytes::Bytes;

/// A value of an API model: structures and maps are both [`Value::Map`], absent members are absent.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// Any integer type.
    Int(i64),
    /// `float` and `double`.
    Float(f64),
    /// A string or an enum.
    Text(String),
    /// A blob, decoded.
    Blob(Bytes),
    /// A timestamp in milliseconds since 1970-01-01, whatever its wire format.
    Time(i64),
    /// A list.
    List(Vec<Value>),
    /// A structure, union or map.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// An empty structure.
    pub fn empty() -> Self {
        Self::Map(BTreeMap::new())
    }

    /// A structure of these members.
    pub fn record<K: Into<String>>(members: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(members.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// Adds a member to a structure; on anything else it does nothing.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        if let Self::Map(members) = &mut self {
            members.insert(member.to_owned(), value.into());
        }
        self
    }

    /// Adds a member if there is one.
    #[must_use]
    pub fn with_some(self, member: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(member, value),
            None => self,
        }
    }

    /// A member of a structure or map.
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.as_map()?.get(member)
    }

    /// A text member.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.get(member)?.as_text()
    }

    /// An integer member.
    pub fn int(&self, member: &str) -> Option<i64> {
        match self.get(member)? {
            Self::Int(n) => Some(*n),
            Self::Bool(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Blob(_)
            | Self::Time(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// A floating-point or integer member as a float.
    pub fn float(&self, member: &str) -> Option<f64> {
        match self.get(member)? {
            Self::Float(x) => Some(*x),
            #[expect(
                clippy::cast_precision_loss,
                reason = "model integers read as floats are small"
            )]
            Self::Int(n) => Some(*n as f64),
            Self::Bool(_)
            | Self::Text(_)
            | Self::Blob(_)
            | Self::Time(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// A boolean member.
    pub fn bool(&self, member: &str) -> Option<bool> {
        match self.get(member)? {
            Self::Bool(b) => Some(*b),
            Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Blob(_)
            | Self::Time(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// A timestamp member, in milliseconds.
    pub fn time(&self, member: &str) -> Option<i64> {
        match self.get(member)? {
            Self::Time(ms) => Some(*ms),
            Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Blob(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// A list member; empty when absent.
    pub fn items(&self, member: &str) -> &[Value] {
        match self.get(member) {
            Some(Self::List(items)) => items,
            _ => &[],
        }
    }

    /// The text itself.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Blob(_)
            | Self::Time(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// The members of a structure or map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Map(members) => Some(members),
            Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Blob(_)
            | Self::Time(_)
            | Self::List(_) => None,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}
impl From<i32> for Value {
    fn from(n: i32) -> Self {
        Self::Int(n.into())
    }
}
impl From<u32> for Value {
    fn from(n: u32) -> Self {
        Self::Int(n.into())
    }
}
impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Self::Float(x)
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(items)
    }
}
