//! Canonical JSON and the hash over it: one value, one text.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The SHA-256 of the canonical JSON of `value`, in lower-case hex.
pub(crate) fn hash(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let text = text(&serde_json::to_value(value)?);
    Ok(hex(&Sha256::digest(text.as_bytes())))
}

/// The SHA-256 of bytes, in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// JSON without white space, members in order of their names' bytes.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.iter().collect();
            names.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
            out.push('{');
            for (at, (name, member)) in names.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
    }
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Bytes out of hex of exactly `N` bytes.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.trim();
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    let mut out = [0; N];
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_does_not_matter_and_their_values_do() {
        let check = |left: &str, right: &str, same: bool| {
            let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(hash(&parse(left)).unwrap() == hash(&parse(right)).unwrap(), same);
        };
        check(r#"{"b":1,"a":[{"d":2,"c":3}]}"#, r#"{"a":[{"c":3,"d":2}],"b":1}"#, true);
        check(r#"{"a":1}"#, r#"{"a":2}"#, false);
        check("[1,2]", "[2,1]", false);
    }

    #[test]
    fn hex_comes_back() {
        assert_eq!(unhex::<2>(&hex(&[0x0f, 0xa0])), Some([0x0f, 0xa0]));
        assert_eq!(unhex::<2>("0f"), None);
        assert_eq!(unhex::<1>("zz"), None);
    }
}
