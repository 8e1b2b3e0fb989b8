//! Outputs as HTTP answers, in every protocol.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::sink::{Cbor, Json, write, write_body};
use super::value::Value;
use super::xml::{Xml, text_of};
use crate::model::{Kind, Location, Operation, Protocol, Service, Structure, TimeFormat};

/// Writes an output as its operation and protocol say.
pub(crate) fn encode(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    output: &Value,
    request_id: &str,
) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::from_u16(operation.status).unwrap_or_default();
    name(&mut answer, service, protocol, request_id);
    let shape = operation.output.map(|id| service.shape(id));
    let structure = shape.and_then(|shape| shape.structure());
    match protocol {
        Protocol::Json => {
            if let Some(id) = operation.output {
                let mut json = Json::default();
                write(&mut json, service, id, output, None);
                *answer.body_mut() = json.out.into();
            }
        }
        Protocol::Cbor => {
            let mut cbor = Cbor::default();
            match operation.output {
                Some(id) => write(&mut cbor, service, id, output, None),
                None => cbor.out.push(0xa0),
            }
            *answer.body_mut() = cbor.out.into();
        }
        Protocol::Query => {
            *answer.body_mut() = query(service, operation, structure, output, request_id);
        }
        Protocol::Ec2 => {
            *answer.body_mut() = ec2(service, operation, structure, output, request_id);
        }
        Protocol::RestJson | Protocol::RestXml => {
            if let Some(structure) = structure {
                let name = shape.map_or("", |shape| shape.name.as_str());
                bind(&mut answer, service, protocol, (operation, name, structure), output);
            } else {
                answer.headers_mut().remove(CONTENT_TYPE);
            }
        }
    }
    answer
}

/// The headers that name the answer: content type and request id.
pub(crate) fn name<B>(
    answer: &mut Response<B>,
    service: &Service,
    protocol: Protocol,
    request_id: &str,
) {
    let content_type = match protocol {
        Protocol::Json if service.meta.json_version == "1.0" => "application/x-amz-json-1.0",
        Protocol::Json => "application/x-amz-json-1.1",
        Protocol::RestJson => "application/json",
        Protocol::Cbor => "application/cbor",
        Protocol::RestXml => "application/xml",
        Protocol::Query => "text/xml",
        Protocol::Ec2 => "text/xml;charset=UTF-8",
    };
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if protocol == Protocol::Cbor {
        headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    }
    let id_header = if service.name == "s3" { "x-amz-request-id" } else { "x-amzn-requestid" };
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(id_header, id.clone());
        if service.name == "s3" {
            headers.insert("x-amz-id-2", id);
        }
    }
}

fn query(
    service: &Service,
    operation: &Operation,
    structure: Option<&Structure>,
    output: &Value,
    request_id: &str,
) -> Bytes {
    let mut xml = Xml::new("member");
    let root = format!("{}Response", operation.name);
    xml.open_in(&root, &service.meta.xml_namespace);
    if let Some(structure) = structure {
        let wrapper =
            operation.result_wrapper.clone().unwrap_or_else(|| format!("{}Result", operation.name));
        xml.open(&wrapper);
        xml.members(service, structure, output);
        xml.close(&wrapper);
    }
    xml.open("ResponseMetadata");
    xml.leaf("RequestId", request_id);
    xml.close("ResponseMetadata");
    xml.close(&root);
    xml.out.into()
}

fn ec2(
    service: &Service,
    operation: &Operation,
    structure: Option<&Structure>,
    output: &Value,
    request_id: &str,
) -> Bytes {
    let mut xml = Xml::new("item");
    let root = format!("{}Response", operation.name);
    xml.open_in(&root, &service.meta.xml_namespace);
    xml.leaf("requestId", request_id);
    match structure {
        Some(structure) => xml.members(service, structure, output),
        None => xml.leaf("return", "true"),
    }
    xml.close(&root);
    xml.out.into()
}

/// Puts each member of a REST output in its place.
fn bind(
    answer: &mut Response<Bytes>,
    service: &Service,
    protocol: Protocol,
    (operation, name, structure): (&Operation, &str, &Structure),
    output: &Value,
) {
    for member in &structure.members {
        let Some(value) = output.get(&member.name) else { continue };
        let kind = &service.shape(member.shape).kind;
        match member.location {
            Location::Status => {
                if let Value::Int(status) = value {
                    let status = u16::try_from(*status)
                        .ok()
                        .and_then(|status| StatusCode::from_u16(status).ok());
                    *answer.status_mut() = status.unwrap_or_default();
                }
            }
            Location::Header => {
                let one =
                    |value: &Value| text_of(kind, value, member.time_format, TimeFormat::Rfc822);
                let text = if let Value::List(items) = value {
                    items.iter().map(one).collect::<Vec<_>>().join(", ")
                } else {
                    one(value)
                };
                header(answer, member.wire_name(), &text);
            }
            Location::Headers => {
                for (key, value) in value.as_map().into_iter().flatten() {
                    header(
                        answer,
                        &format!("{}{key}", member.wire_name()),
                        value.as_text().unwrap_or_default(),
                    );
                }
            }
            Location::Body | Location::Uri | Location::Query => {}
        }
    }
    let payload = structure.payload.as_deref().and_then(|name| structure.member(name));
    let body: Option<Bytes> = match payload {
        Some(member) => {
            output.get(&member.name).map(|value| match (&service.shape(member.shape).kind, value) {
                (Kind::Blob, Value::Blob(bytes)) => bytes.clone(),
                (Kind::Blob | Kind::Text { .. }, Value::Text(text)) => text.clone().into(),
                (_, value) if protocol == Protocol::RestXml => {
                    let mut xml = Xml::new("member");
                    let shape = service.shape(member.shape);
                    let root = member.location_name.as_deref().unwrap_or(&shape.name);
                    xml.open_in(root, namespace(service));
                    if let Some(structure) = shape.structure() {
                        xml.members(service, structure, value);
                    }
                    xml.close(root);
                    xml.out.into()
                }
                (_, value) => {
                    let mut json = Json::default();
                    write(&mut json, service, member.shape, value, None);
                    json.out.into()
                }
            })
        }
        None if protocol == Protocol::RestXml => {
            let has_body = structure.members.iter().any(|member| member.location == Location::Body);
            has_body.then(|| {
                let mut xml = Xml::new("member");
                // S3 answers the location alone, without the structure around it.
                if operation.name == "GetBucketLocation" {
                    xml.open_in("LocationConstraint", namespace(service));
                    xml.text(output.text("LocationConstraint").unwrap_or_default());
                    xml.close("LocationConstraint");
                } else {
                    let root = root(operation.name.as_str(), name);
                    xml.open_in(root, namespace(service));
                    xml.members(service, structure, output);
                    xml.close(root);
                }
                xml.out.into()
            })
        }
        None => {
            let mut json = Json::default();
            write_body(&mut json, service, structure, output);
            Some(json.out.into())
        }
    };
    let bodiless = answer.status() == StatusCode::NO_CONTENT || operation.method == "HEAD";
    match body.filter(|_| !bodiless) {
        Some(body) => *answer.body_mut() = body,
        None => {
            if payload.is_some() || bodiless {
                answer.headers_mut().remove(CONTENT_TYPE);
            }
        }
    }
}

fn header(answer: &mut Response<Bytes>, name: &str, text: &str) {
    let name = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(text)) {
        answer.headers_mut().insert(name, value);
    }
}

/// What the body of an answer is called: S3 has a name of its own for some, which the models do not have.
fn root<'a>(operation: &str, name: &'a str) -> &'a str {
    match operation {
        "ListObjectsV2" => "ListBucketResult",
        _ => name,
    }
}

/// The namespaces that the models keep at operations, which the trimming has dropped.
fn namespace(service: &Service) -> &str {
    match service.name {
        "s3" => "http://s3.amazonaws.com/doc/2006-03-01/",
        "s3control" => "http://awss3control.amazonaws.com/doc/2018-08-20/",
        "route53" => "https://route53.amazonaws.com/doc/2013-04-01/",
        "cloudfront" => "http://cloudfront.amazonaws.com/doc/2020-05-31/",
        _ => &service.meta.xml_namespace,
    }
}
