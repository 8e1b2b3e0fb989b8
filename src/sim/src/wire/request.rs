//! A routed request as the typed input of its operation.

use std::collections::BTreeMap;
use std::io::Read as _;

use bytes::Bytes;

use super::doc::{Doc, Malformed};
use super::form::{Dialect, Form};
use super::route::{Incoming, Route};
use super::value::Value;
use super::xml::{Node, scalar};
use crate::model::{Kind, Location, Member, Operation, Protocol, Service, Structure};

/// Bodies greater than this after decompression are refused.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// Reads the input that a request carries. What its shape does not know is passed over, and noted in `strays`.
pub(crate) fn decode(
    incoming: &Incoming,
    route: &Route,
    operation: &Operation,
    strays: &mut Vec<String>,
) -> Result<Value, Malformed> {
    let service = route.entry.service();
    let Some(id) = operation.input else { return Ok(Value::empty()) };
    match route.protocol {
        Protocol::Json => Doc::from_json(&plain(incoming)?)?.typed(service, id, strays),
        Protocol::Cbor => Doc::from_cbor(&plain(incoming)?)?.typed(service, id, strays),
        Protocol::Query | Protocol::Ec2 => {
            let dialect =
                if route.protocol == Protocol::Ec2 { Dialect::Ec2 } else { Dialect::Query };
            let pairs: Vec<(String, String)> =
                incoming.query.iter().chain(&form(incoming)?).cloned().collect();
            let form = Form::of(&pairs);
            let stray = form.unknown(service, id, dialect).filter(|name| !is_protocol(name));
            strays.extend(stray.map(|name| format!("{}.{name}", operation.name)));
            form.typed(service, id, dialect)
        }
        Protocol::RestJson | Protocol::RestXml => match service.shape(id).structure() {
            Some(structure) => {
                let known = |name: &str| {
                    let mut members = structure.members.iter();
                    members.any(|m| m.location == Location::Query && m.wire_name() == name)
                        || operation.uri.fixes(name)
                };
                let query = incoming.query.iter().map(|(name, _)| name);
                let stray = query.filter(|name| !known(name) && !is_protocol(name));
                strays.extend(stray.map(|name| format!("{}?{name}", operation.name)));
                bound(incoming, route, (service, structure), strays)
            }
            None => Ok(Value::empty()),
        },
    }
}

/// Parameters that belong to the protocol, not to an operation.
fn is_protocol(name: &str) -> bool {
    matches!(name, "Action" | "Version" | "x-id") || name.starts_with("X-Amz-")
}

fn form(incoming: &Incoming) -> Result<Vec<(String, String)>, Malformed> {
    if incoming.header("content-encoding").is_empty() {
        return Ok(incoming.form.clone());
    }
    let body = plain(incoming)?;
    Ok(crate::model::uri::pairs(&String::from_utf8_lossy(&body), true))
}

/// The body without its content codings: gzip, and S3's chunks with checksums behind.
fn plain(incoming: &Incoming) -> Result<Bytes, Malformed> {
    let mut body = incoming.body.clone();
    for coding in incoming.header("content-encoding").rsplit(',') {
        match coding.trim() {
            "gzip" => {
                let mut plain = Vec::new();
                flate2::read::GzDecoder::new(body.as_ref())
                    .take(MAX_BODY)
                    .read_to_end(&mut plain)
                    .map_err(|error| Malformed(format!("the body is no gzip: {error}")))?;
                body = plain.into();
            }
            "aws-chunked" => body = unchunk(&body)?,
            _ => {}
        }
    }
    Ok(body)
}

/// Takes `size[;chunk-signature=..]\r\n data \r\n` apart, up to the chunk of size 0; trailers follow it.
fn unchunk(body: &Bytes) -> Result<Bytes, Malformed> {
    let broken = || Malformed("the aws-chunked body is broken".to_owned());
    let mut rest = body.as_ref();
    let mut out = Vec::new();
    loop {
        let line = memchr_line(rest).ok_or_else(broken)?;
        let head =
            std::str::from_utf8(rest.get(..line).ok_or_else(broken)?).map_err(|_| broken())?;
        let size = usize::from_str_radix(head.split(';').next().unwrap_or_default().trim(), 16)
            .map_err(|_| broken())?;
        if size == 0 {
            return Ok(out.into());
        }
        let start = line + 2;
        let end = start.checked_add(size).ok_or_else(broken)?;
        out.extend_from_slice(rest.get(start..end).ok_or_else(broken)?);
        rest = rest.get(end + 2..).ok_or_else(broken)?;
    }
}

fn memchr_line(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\r\n")
}

/// The input of a REST request: labels, query, headers and body, each member from its place.
fn bound(
    incoming: &Incoming,
    route: &Route,
    (service, structure): (&Service, &Structure),
    strays: &mut Vec<String>,
) -> Result<Value, Malformed> {
    let mut value = BTreeMap::new();
    for member in &structure.members {
        let kind = &service.shape(member.shape).kind;
        let found = match member.location {
            Location::Uri => match route.labels.get(member.wire_name()) {
                Some(text) => Some(scalar(kind, text)?),
                None => None,
            },
            Location::Query => from_query(incoming, service, member, kind)?,
            Location::Header => {
                match incoming.headers.get(member.wire_name()).map(|v| v.to_str()) {
                    Some(Ok(text)) => Some(from_header(service, kind, text)?),
                    Some(Err(_)) => {
                        return Err(Malformed(format!(
                            "header `{}` is no text",
                            member.wire_name()
                        )));
                    }
                    None => None,
                }
            }
            Location::Headers => {
                let entries = incoming.headers.iter().filter_map(|(name, value)| {
                    let key =
                        name.as_str().strip_prefix(&member.wire_name().to_ascii_lowercase())?;
                    Some((key.to_owned(), Value::from(value.to_str().ok()?)))
                });
                let entries: BTreeMap<String, Value> = entries.collect();
                (!entries.is_empty()).then_some(Value::Map(entries))
            }
            Location::Status | Location::Body => None,
        };
        if let Some(found) = found {
            value.insert(member.name.clone(), found);
        }
    }
    let body = plain(incoming)?;
    if let Some(payload) = structure.payload.as_deref().and_then(|name| structure.member(name)) {
        if let Some(found) = whole_body(&body, route.protocol, service, payload, strays)? {
            value.insert(payload.name.clone(), found);
        }
    } else if structure.members.iter().any(|m| m.location == Location::Body) && !body.is_empty() {
        let members = match route.protocol {
            Protocol::RestXml => xml(&body)?.typed(service, input_of(route))?,
            Protocol::Json
            | Protocol::RestJson
            | Protocol::Query
            | Protocol::Ec2
            | Protocol::Cbor => Doc::from_json(&body)?.typed(service, input_of(route), strays)?,
        };
        if let Value::Map(members) = members {
            let in_body = |name: &String| {
                structure.member(name).is_some_and(|m| m.location == Location::Body)
            };
            value.extend(members.into_iter().filter(|(name, _)| in_body(name)));
        }
    }
    Ok(Value::Map(value))
}

fn input_of(route: &Route) -> crate::model::ShapeId {
    route.operation.and_then(|operation| operation.input).unwrap_or_default()
}

fn xml(body: &[u8]) -> Result<Node, Malformed> {
    let text =
        std::str::from_utf8(body).map_err(|_| Malformed("the XML is no UTF-8".to_owned()))?;
    Node::parse(text)
}

fn whole_body(
    body: &Bytes,
    protocol: Protocol,
    service: &Service,
    payload: &Member,
    strays: &mut Vec<String>,
) -> Result<Option<Value>, Malformed> {
    match &service.shape(payload.shape).kind {
        Kind::Blob => Ok((!body.is_empty()).then(|| Value::Blob(body.clone()))),
        Kind::Text { .. } => {
            Ok((!body.is_empty()).then(|| Value::Text(String::from_utf8_lossy(body).into_owned())))
        }
        Kind::Structure(_)
        | Kind::List { .. }
        | Kind::Map { .. }
        | Kind::Integer
        | Kind::Float
        | Kind::Boolean
        | Kind::Timestamp(_) => {
            if body.is_empty() {
                return Ok(None);
            }
            let value = match protocol {
                Protocol::RestXml => xml(body)?.typed(service, payload.shape)?,
                Protocol::Json
                | Protocol::RestJson
                | Protocol::Query
                | Protocol::Ec2
                | Protocol::Cbor => Doc::from_json(body)?.typed(service, payload.shape, strays)?,
            };
            Ok(Some(value))
        }
    }
}

fn from_query(
    incoming: &Incoming,
    service: &Service,
    member: &Member,
    kind: &Kind,
) -> Result<Option<Value>, Malformed> {
    let given = || {
        incoming.query.iter().filter(|(name, _)| name == member.wire_name()).map(|(_, text)| text)
    };
    match kind {
        Kind::List { item, .. } => {
            let item = &service.shape(*item).kind;
            let items = given().map(|text| scalar(item, text)).collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::List(items)))
        }
        Kind::Map { value, .. } => {
            // Every parameter that no other member claims is an entry.
            let item = &service.shape(*value).kind;
            let entries =
                incoming.query.iter().map(|(name, text)| Ok((name.clone(), scalar(item, text)?)));
            Ok(Some(Value::Map(entries.collect::<Result<_, Malformed>>()?)))
        }
        Kind::Structure(_)
        | Kind::Text { .. }
        | Kind::Integer
        | Kind::Float
        | Kind::Boolean
        | Kind::Blob
        | Kind::Timestamp(_) => given().next().map(|text| scalar(kind, text)).transpose(),
    }
}

fn from_header(service: &Service, kind: &Kind, text: &str) -> Result<Value, Malformed> {
    match kind {
        Kind::List { item, .. } => {
            let item = &service.shape(*item).kind;
            let items = text.split(',').map(|part| scalar(item, part.trim()));
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        Kind::Structure(_)
        | Kind::Map { .. }
        | Kind::Text { .. }
        | Kind::Integer
        | Kind::Float
        | Kind::Boolean
        | Kind::Blob
        | Kind::Timestamp(_) => scalar(kind, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_trailers_dropped() {
        let body = Bytes::from_static(
            b"5;chunk-signature=x\r\nhello\r\n3\r\n yo\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n",
        );
        assert_eq!(unchunk(&body).unwrap(), "hello yo");
        assert!(unchunk(&Bytes::from_static(b"ff\r\nshort")).is_err());
    }
}
