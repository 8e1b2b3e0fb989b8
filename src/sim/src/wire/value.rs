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
        if let Self::Int(n) = self.get(member)? { Some(*n) } else { None }
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
        if let Self::Bool(b) = self.get(member)? { Some(*b) } else { None }
    }

    /// A timestamp member, in milliseconds.
    pub fn time(&self, member: &str) -> Option<i64> {
        if let Self::Time(ms) = self.get(member)? { Some(*ms) } else { None }
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
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The members of a structure or map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        if let Self::Map(members) = self { Some(members) } else { None }
    }
}

macro_rules! from {
    ($($given:ty => $kind:ident: $make:expr;)*) => {
        $(impl From<$given> for Value {
            fn from(given: $given) -> Self {
                let make: fn($given) -> _ = $make;
                Self::$kind(make(given))
            }
        })*
    };
}

from! {
    bool => Bool: |b| b;
    i64 => Int: |n| n;
    i32 => Int: i64::from;
    u32 => Int: i64::from;
    f64 => Float: |x| x;
    &str => Text: str::to_owned;
    String => Text: |text| text;
    &String => Text: String::clone;
    Vec<Value> => List: |items| items;
}
