//! Typed values as outgoing JSON and CBOR.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::time;
use super::value::Value;
use crate::model::{Kind, Location, Member, Service, ShapeId, Structure, TimeFormat};

/// A format that values can be written in.
pub(crate) trait Sink {
    fn bool(&mut self, b: bool);
    fn int(&mut self, n: i64);
    fn float(&mut self, x: f64);
    fn text(&mut self, text: &str);
    fn blob(&mut self, bytes: &[u8]);
    fn time(&mut self, ms: i64, format: TimeFormat);
    fn open_list(&mut self, len: usize);
    fn item(&mut self);
    fn close_list(&mut self);
    fn open_map(&mut self, len: usize);
    fn key(&mut self, key: &str);
    fn close_map(&mut self);
}

/// Writes a value as its shape says. Members that the shape does not know are left out.
pub(crate) fn write(
    sink: &mut impl Sink,
    service: &Service,
    id: ShapeId,
    value: &Value,
    format: Option<TimeFormat>,
) {
    let shape = service.shape(id);
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Map(_)) if structure.document => {
            write_free(sink, value);
        }
        (Kind::Structure(structure), Value::Map(_)) => {
            structure_of(sink, service, structure, value, |_| true);
        }
        (Kind::Map { value: item, .. }, Value::Map(entries)) => {
            sink.open_map(entries.len());
            for (key, value) in entries {
                sink.key(key);
                write(sink, service, *item, value, None);
            }
            sink.close_map();
        }
        (Kind::List { item, .. }, Value::List(items)) => {
            sink.open_list(items.len());
            for value in items {
                sink.item();
                write(sink, service, *item, value, None);
            }
            sink.close_list();
        }
        #[expect(clippy::cast_precision_loss, reason = "what behaviours count fits a double")]
        (Kind::Float, Value::Int(n)) => sink.float(*n as f64),
        (Kind::Blob, Value::Text(text)) => sink.blob(text.as_bytes()),
        (Kind::Integer, Value::Time(ms)) => sink.int(*ms),
        (Kind::Timestamp(own), Value::Time(ms) | Value::Int(ms)) => {
            sink.time(*ms, format.or(*own).unwrap_or(TimeFormat::Unix));
        }
        (_, value) => write_free(sink, value),
    }
}

/// Writes the body members of a structure, those that `wanted` takes.
pub(crate) fn write_body(
    sink: &mut impl Sink,
    service: &Service,
    structure: &Structure,
    value: &Value,
) {
    structure_of(sink, service, structure, value, |member| member.location == Location::Body);
}

fn structure_of(
    sink: &mut impl Sink,
    service: &Service,
    structure: &Structure,
    value: &Value,
    wanted: impl Fn(&Member) -> bool,
) {
    let present = || {
        structure
            .members
            .iter()
            .filter(|m| wanted(m))
            .filter_map(|m| Some((m, value.get(&m.name)?)))
    };
    sink.open_map(present().count());
    for (member, value) in present() {
        sink.key(member.wire_name());
        write(sink, service, member.shape, value, member.time_format);
    }
    sink.close_map();
}

/// Writes a value by its own type.
pub(crate) fn write_free(sink: &mut impl Sink, value: &Value) {
    match value {
        Value::Bool(b) => sink.bool(*b),
        Value::Int(n) => sink.int(*n),
        Value::Float(x) => sink.float(*x),
        Value::Text(text) => sink.text(text),
        Value::Blob(bytes) => sink.blob(bytes),
        Value::Time(ms) => sink.time(*ms, TimeFormat::Unix),
        Value::List(items) => {
            sink.open_list(items.len());
            for item in items {
                sink.item();
                write_free(sink, item);
            }
            sink.close_list();
        }
        Value::Map(entries) => {
            sink.open_map(entries.len());
            for (key, value) in entries {
                sink.key(key);
                write_free(sink, value);
            }
            sink.close_map();
        }
    }
}

/// JSON text.
#[derive(Debug, Default)]
pub(crate) struct Json {
    pub(crate) out: Vec<u8>,
    follows: bool,
}

impl Json {
    fn comma(&mut self) {
        if self.follows {
            self.out.push(b',');
        }
        self.follows = false;
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
        self.follows = true;
    }
}

impl Sink for Json {
    fn bool(&mut self, b: bool) {
        self.raw(if b { "true" } else { "false" });
    }
    fn int(&mut self, n: i64) {
        self.raw(&n.to_string());
    }
    fn float(&mut self, x: f64) {
        if x.is_nan() {
            self.raw("\"NaN\"");
        } else if x.is_infinite() {
            self.raw(if x > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
        } else {
            self.raw(&format!("{x:?}"));
        }
    }
    fn text(&mut self, text: &str) {
        // Writing to a Vec cannot fail.
        let _written = serde_json::to_writer(&mut self.out, text);
        self.follows = true;
    }
    fn blob(&mut self, bytes: &[u8]) {
        let text = STANDARD.encode(bytes);
        self.raw(&format!("\"{text}\""));
    }
    fn time(&mut self, ms: i64, format: TimeFormat) {
        match format {
            TimeFormat::Unix => self.raw(&time::seconds(ms)),
            TimeFormat::Iso8601 | TimeFormat::Rfc822 => self.text(&time::write(ms, format)),
        }
    }
    fn open_list(&mut self, _len: usize) {
        self.out.push(b'[');
        self.follows = false;
    }
    fn item(&mut self) {
        self.comma();
    }
    fn close_list(&mut self) {
        self.raw("]");
    }
    fn open_map(&mut self, _len: usize) {
        self.out.push(b'{');
        self.follows = false;
    }
    fn key(&mut self, key: &str) {
        self.comma();
        self.text(key);
        self.out.push(b':');
    }
    fn close_map(&mut self) {
        self.raw("}");
    }
}

/// CBOR bytes.
#[derive(Debug, Default)]
pub(crate) struct Cbor {
    pub(crate) out: Vec<u8>,
}

impl Cbor {
    fn head(&mut self, major: u8, n: u64) {
        let major = major << 5;
        let wide = n.to_be_bytes();
        match n {
            0..=23 => self.out.push(major | wide.last().copied().unwrap_or(0)),
            24..=0xff => {
                self.out.push(major | 0x18);
                self.out.extend(wide.iter().skip(7));
            }
            0x100..=0xffff => {
                self.out.push(major | 0x19);
                self.out.extend(wide.iter().skip(6));
            }
            0x1_0000..=0xffff_ffff => {
                self.out.push(major | 0x1a);
                self.out.extend(wide.iter().skip(4));
            }
            _ => {
                self.out.push(major | 0x1b);
                self.out.extend(wide);
            }
        }
    }
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

impl Sink for Cbor {
    fn bool(&mut self, b: bool) {
        self.out.push(if b { 0xf5 } else { 0xf4 });
    }
    fn int(&mut self, n: i64) {
        match u64::try_from(n) {
            Ok(n) => self.head(0, n),
            Err(_) => self.head(1, n.unsigned_abs() - 1),
        }
    }
    fn float(&mut self, x: f64) {
        self.out.push(0xfb);
        self.out.extend(x.to_be_bytes());
    }
    fn text(&mut self, text: &str) {
        self.head(3, length(text.len()));
        self.out.extend_from_slice(text.as_bytes());
    }
    fn blob(&mut self, bytes: &[u8]) {
        self.head(2, length(bytes.len()));
        self.out.extend_from_slice(bytes);
    }
    fn time(&mut self, ms: i64, _format: TimeFormat) {
        self.head(6, 1);
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of this era are exact in a double"
        )]
        self.float(ms as f64 / 1000.0);
    }
    fn open_list(&mut self, len: usize) {
        self.head(4, length(len));
    }
    fn item(&mut self) {}
    fn close_list(&mut self) {}
    fn open_map(&mut self, len: usize) {
        self.head(5, length(len));
    }
    fn key(&mut self, key: &str) {
        self.text(key);
    }
    fn close_map(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::super::doc::Doc;
    use super::*;

    fn sample() -> Value {
        Value::record([
            ("list", Value::list([1_i64, -1, 24, 300, 70_000, -5_000_000_000])),
            ("map", Value::record([("q\"\n", Value::Float(1.5))])),
            ("none", Value::List(Vec::new())),
            ("yes", Value::Bool(true)),
        ])
    }

    #[test]
    fn json_reads_back() {
        let mut json = Json::default();
        write_free(&mut json, &sample());
        let text = String::from_utf8(json.out).unwrap();
        assert_eq!(
            text,
            r#"{"list":[1,-1,24,300,70000,-5000000000],"map":{"q\"\n":1.5},"none":[],"yes":true}"#
        );
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }

    #[test]
    fn cbor_reads_back() {
        let mut cbor = Cbor::default();
        write_free(&mut cbor, &sample());
        let mut json = Json::default();
        write_free(&mut json, &sample());
        assert_eq!(Doc::from_cbor(&cbor.out).unwrap(), Doc::from_json(&json.out).unwrap());
    }
}
