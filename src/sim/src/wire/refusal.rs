//! Errors as HTTP answers, in every protocol.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};

use super::answer;
use super::call::ApiError;
use super::common;
use super::sink::{Cbor, Json, Sink, write, write_free};
use super::xml::{Xml, text_of};
use crate::model::{Location, Member, Protocol, Service, Shape, TimeFormat};

/// Writes an error as its service and protocol say.
pub(crate) fn encode(
    service: &Service,
    protocol: Protocol,
    method: &Method,
    error: &ApiError,
    request_id: &str,
) -> Response<Bytes> {
    let shape = service.error(&error.code);
    let refusal = Refusal { service, shape, error, status: status(protocol, shape, &error.code) };
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer::name(&mut answer, service, protocol, request_id);
    refusal.headers(&mut answer, protocol);
    *answer.body_mut() = match protocol {
        Protocol::Json | Protocol::RestJson => {
            let mut json = Json::default();
            refusal.document(&mut json, protocol);
            json.out.into()
        }
        Protocol::Cbor => {
            let mut cbor = Cbor::default();
            refusal.document(&mut cbor, protocol);
            cbor.out.into()
        }
        Protocol::RestXml if method == Method::HEAD => Bytes::new(),
        Protocol::RestXml if service.name == "s3" => refusal.s3(request_id),
        Protocol::RestXml | Protocol::Query => refusal.xml(request_id),
        Protocol::Ec2 => refusal.ec2(request_id),
    };
    answer
}

/// An answer to a request that no service can be found for.
pub(crate) fn nobody(status: u16, code: &str, message: &str, request_id: &str) -> Response<Bytes> {
    let body = serde_json::json!({ "__type": code, "message": message }).to_string();
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = answer.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, text) in [("x-amzn-errortype", code), ("x-amzn-requestid", request_id)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
    answer
}

/// The status: the model's, else the one of a fault, else the usual one of the code.
pub(crate) fn status(protocol: Protocol, shape: Option<&Shape>, code: &str) -> u16 {
    let error = shape.and_then(Shape::error);
    match error {
        Some(error) => {
            let usual = || if error.fault { 500 } else { common::status(protocol, code) };
            error.status.unwrap_or_else(usual)
        }
        None => common::status(protocol, code),
    }
}

struct Refusal<'a> {
    service: &'a Service,
    shape: Option<&'a Shape>,
    error: &'a ApiError,
    status: u16,
}

impl Refusal<'_> {
    fn side(&self) -> &'static str {
        if self.status < 500 { "Sender" } else { "Receiver" }
    }

    /// The name in the model.
    fn name(&self) -> &str {
        self.shape.map_or(&self.error.code, |shape| &shape.name)
    }

    /// The code on the wire of the XML protocols.
    fn code(&self) -> &str {
        let code = self.shape.and_then(Shape::error).and_then(|error| error.code.as_deref());
        code.unwrap_or_else(|| self.name())
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        self.shape.and_then(Shape::structure).into_iter().flat_map(|structure| &structure.members)
    }

    fn message_key(&self) -> &str {
        let modelled = self.members().find(|member| member.name.eq_ignore_ascii_case("message"));
        modelled.map_or("message", Member::wire_name)
    }

    fn headers(&self, answer: &mut Response<Bytes>, protocol: Protocol) {
        let mut put = |name: &str, text: &str| {
            let name = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(text)) {
                answer.headers_mut().insert(name, value);
            }
        };
        if protocol == Protocol::RestJson {
            put("x-amzn-errortype", self.name());
        }
        if self.service.meta.query_compatible && matches!(protocol, Protocol::Json | Protocol::Cbor)
        {
            put("x-amzn-query-error", &format!("{};{}", self.code(), self.side()));
        }
        for member in self.members().filter(|member| member.location == Location::Header) {
            if let Some(value) = self.error.members.get(&member.name) {
                let kind = &self.service.shape(member.shape).kind;
                put(
                    member.wire_name(),
                    &text_of(kind, value, member.time_format, TimeFormat::Rfc822),
                );
            }
        }
    }

    /// The JSON or CBOR body.
    fn document(&self, sink: &mut impl Sink, protocol: Protocol) {
        let in_body: Vec<(&String, &super::value::Value)> = self
            .error
            .members
            .iter()
            .filter(|(name, _)| {
                !name.eq_ignore_ascii_case("message")
                    && !self.members().any(|m| m.name == **name && m.location == Location::Header)
            })
            .collect();
        let typed = protocol != Protocol::RestJson;
        let implied = self.implied_type();
        sink.open_map(in_body.len() + 1 + usize::from(typed) + usize::from(implied));
        if typed {
            sink.key("__type");
            if self.service.meta.query_compatible {
                sink.text(&format!("com.amazonaws.{}#{}", self.service.name, self.name()));
            } else {
                sink.text(self.name());
            }
        }
        if implied {
            sink.key("Type");
            sink.text(if self.status < 500 { "User" } else { "Service" });
        }
        sink.key(self.message_key());
        sink.text(&self.error.message);
        for (name, value) in in_body {
            if let Some(member) = self.members().find(|member| member.name == *name) {
                sink.key(member.wire_name());
                write(sink, self.service, member.shape, value, member.time_format);
            } else {
                sink.key(name);
                write_free(sink, value);
            }
        }
        sink.close_map();
    }

    /// Lambda says on whose side an error lies, in every error.
    fn implied_type(&self) -> bool {
        self.service.name == "lambda"
            && self.members().any(|member| member.name == "Type")
            && !self.error.members.contains_key("Type")
    }

    fn xml(&self, request_id: &str) -> Bytes {
        let mut xml = Xml::new("member");
        xml.open_in("ErrorResponse", &self.service.meta.xml_namespace);
        xml.open("Error");
        xml.leaf("Type", self.side());
        self.inner(&mut xml);
        xml.close("Error");
        xml.leaf("RequestId", request_id);
        xml.close("ErrorResponse");
        xml.out.into()
    }

    fn s3(&self, request_id: &str) -> Bytes {
        let mut xml = Xml::new("member");
        xml.open("Error");
        self.inner(&mut xml);
        xml.leaf("RequestId", request_id);
        xml.leaf("HostId", request_id);
        xml.close("Error");
        xml.out.into()
    }

    fn ec2(&self, request_id: &str) -> Bytes {
        let mut xml = Xml::new("item");
        xml.open("Response");
        xml.open("Errors");
        xml.open("Error");
        self.inner(&mut xml);
        xml.close("Error");
        xml.close("Errors");
        xml.leaf("RequestID", request_id);
        xml.close("Response");
        xml.out.into()
    }

    fn inner(&self, xml: &mut Xml) {
        xml.leaf("Code", self.code());
        xml.leaf("Message", &self.error.message);
        for member in self.members().filter(|member| !member.name.eq_ignore_ascii_case("message")) {
            if let Some(value) = self.error.members.get(&member.name) {
                xml.element(
                    member.wire_name(),
                    self.service,
                    member.shape,
                    value,
                    member.time_format,
                );
            }
        }
    }
}
