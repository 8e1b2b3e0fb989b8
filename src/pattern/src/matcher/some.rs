//! An object with some of its members, the others passed over: read as strictly, but nothing is made of them.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// An object that begins with this name means something else to the reader of values.
const RAW: &str = "$serde_json::private::RawValue";

/// The object that a message is, with its members of some names only. Nothing where the message is none, or unusual.
pub(super) fn members(message: &str, names: &[String]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_str(message);
    let members = reader.deserialize_map(Kept(names)).ok()?;
    reader.end().ok()?;
    Some(Value::Object(members))
}

/// The names of the members that are kept.
struct Kept<'n>(&'n [String]);

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = members.next_key_seed(Name(self.0))? {
            match name {
                Some(name) => {
                    kept.insert(name.clone(), members.next_value()?);
                }
                None => {
                    members.next_value::<Passed>()?;
                }
            }
        }
        Ok(kept)
    }
}

/// The name of a member: which of those that are kept it is.
struct Name<'n>(&'n [String]);

impl<'de, 'n> DeserializeSeed<'de> for Name<'n> {
    type Value = Option<&'n String>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Name<'n> {
    type Value = Option<&'n String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        if name == RAW {
            return Err(E::custom("unusual"));
        }
        Ok(self.0.iter().find(|kept| *kept == name))
    }
}

/// A value that is read and not kept.
struct Passed;

impl<'de> Deserialize<'de> for Passed {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        // asked as a value is asked, so that what is no value there is none here
        value.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Passed {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_key_seed(Name(&[]))?.is_some() {
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}
