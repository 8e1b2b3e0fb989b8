//! A client of our own, for tests: typed inputs as signed requests, in every protocol.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;

use super::sigv4::{Keys, sign};
use super::sink::{Cbor, Json, write, write_body};
use super::value::Value;
use super::xml::{Xml, text_of};
use crate::account::{Account, Setup};
use crate::clock::WallClock;
use crate::model::{
    Kind, Location, Operation, Protocol, Service, ShapeId, Structure, TimeFormat, catalog, uri,
};
use crate::world::story::Story;

/// The real time of these tests: 2026-11-22T06:00:00Z.
pub(crate) const WALL: i64 = 1_795_327_200_000;

/// A client with an account of its own.
pub(crate) struct Client {
    pub(crate) account: Account,
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) wall: i64,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, String>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.body.as_ref().unwrap()).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(self.body.as_ref().unwrap()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    /// The operator of an account in which nothing happens by itself.
    pub(crate) fn of(story: &str, seed: u64) -> Self {
        let mut setup = Setup::new(Story::named(story).unwrap(), seed, WALL);
        setup.opening.history_minutes = 2;
        setup.wall = WallClock::fixed(WALL);
        let account = Account::open(setup);
        let (access_key, secret) = account.operator_credentials();
        Self { account, access_key, secret, token: None, wall: WALL }
    }

    /// Asks in the preferred protocol of the service.
    pub(crate) async fn ask(&self, service: &str, operation: &str, input: &Value) -> Answer {
        let protocol = catalog::find(service).unwrap().service().protocol();
        self.ask_in(protocol, service, operation, input).await
    }

    /// Asks in a protocol.
    pub(crate) async fn ask_in(
        &self,
        protocol: Protocol,
        service: &str,
        operation: &str,
        input: &Value,
    ) -> Answer {
        self.send(self.signed(protocol, service, operation, input)).await
    }

    /// The signed request of a call.
    pub(crate) fn signed(
        &self,
        protocol: Protocol,
        service: &str,
        operation: &str,
        input: &Value,
    ) -> Request<Bytes> {
        let service = catalog::find(service).unwrap().service();
        let mut request = request(service, protocol, &service.operations[operation], input);
        self.sign(&mut request, &service.meta.signing_name);
        request
    }

    pub(crate) fn sign(&self, request: &mut Request<Bytes>, signing_name: &str) {
        let keys = Keys {
            access_key: &self.access_key,
            secret: &self.secret,
            token: self.token.as_deref(),
        };
        sign(request, &keys, "eu-central-1", signing_name, self.wall);
    }

    /// Sends a request as it is and reads the whole answer.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Answer {
        let (parts, body) = self.account.call(request).await.into_parts();
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .map_err(|error| error.to_string());
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// Writes the request of a call as an SDK would.
pub(crate) fn request(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    input: &Value,
) -> Request<Bytes> {
    let host = format!("{}.eu-central-1.amazonaws.com", service.meta.endpoint_prefix);
    let post = |path: &str, content_type: &str, body: Vec<u8>| {
        Request::post(format!("https://{host}{path}"))
            .header("content-type", content_type)
            .body(Bytes::from(body))
            .unwrap()
    };
    let id = operation.input.unwrap_or_default();
    match protocol {
        Protocol::Json => {
            let mut json = Json::default();
            write(&mut json, service, id, input, None);
            let mut request = post(
                "/",
                &format!("application/x-amz-json-{}", service.meta.json_version),
                json.out,
            );
            let target =
                format!("{}.{}", service.meta.target_prefix, operation.name).parse().unwrap();
            request.headers_mut().insert("x-amz-target", target);
            request
        }
        Protocol::Cbor => {
            let mut cbor = Cbor::default();
            write(&mut cbor, service, id, input, None);
            let path =
                format!("/service/{}/operation/{}", service.meta.target_prefix, operation.name);
            let mut request = post(&path, "application/cbor", cbor.out);
            request.headers_mut().insert("smithy-protocol", "rpc-v2-cbor".parse().unwrap());
            request
        }
        Protocol::Query | Protocol::Ec2 => {
            let mut form =
                format!("Action={}&Version={}", operation.name, service.meta.api_version);
            flatten(&mut form, service, id, input, "", protocol == Protocol::Ec2);
            post("/", "application/x-www-form-urlencoded; charset=utf-8", form.into_bytes())
        }
        Protocol::RestJson | Protocol::RestXml => {
            let empty = Structure::default();
            let structure = service.shape(id).structure().unwrap_or(&empty);
            rest(service, protocol, operation, (structure, input), &host)
        }
    }
}

fn flatten(
    form: &mut String,
    service: &Service,
    id: ShapeId,
    value: &Value,
    path: &str,
    ec2: bool,
) {
    let join =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), _) => {
            for member in &structure.members {
                let Some(value) = value.get(&member.name) else { continue };
                let mut name = member.wire_name().to_owned();
                if ec2 {
                    name = super::form::capitalised(&name);
                }
                flatten(form, service, member.shape, value, &join(&name), ec2);
            }
        }
        (Kind::List { item, item_name, flattened }, Value::List(items)) => {
            for (index, value) in items.iter().enumerate() {
                let path = if ec2 || *flattened {
                    format!("{path}.{}", index + 1)
                } else {
                    format!("{path}.{}.{}", item_name.as_deref().unwrap_or("member"), index + 1)
                };
                flatten(form, service, *item, value, &path, ec2);
            }
        }
        (Kind::Map { value: item, key_name, value_name, .. }, Value::Map(entries)) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                let entry = format!("{path}.entry.{}", index + 1);
                write!(form, "&{entry}.{key_name}={}", uri::encode(key, "")).unwrap();
                flatten(form, service, *item, value, &format!("{entry}.{value_name}"), ec2);
            }
        }
        (kind, value) => {
            let text = text_of(kind, value, None, TimeFormat::Iso8601);
            write!(form, "&{path}={}", uri::encode(&text, "")).unwrap();
        }
    }
}

fn rest(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    (structure, input): (&Structure, &Value),
    host: &str,
) -> Request<Bytes> {
    let text = |member: &crate::model::Member, value: &Value, default: TimeFormat| {
        text_of(&service.shape(member.shape).kind, value, member.time_format, default)
    };
    let at = |place: Location| {
        let members = structure.members.iter().filter(move |member| member.location == place);
        members.filter_map(|member| Some((member, input.get(&member.name)?)))
    };
    let mut path = operation.uri.fill(|label| {
        let found = at(Location::Uri).find(|(member, _)| member.wire_name() == label);
        found.map_or_else(String::new, |(member, value)| text(member, value, TimeFormat::Iso8601))
    });
    for (member, value) in at(Location::Query) {
        let items =
            if let Value::List(items) = value { items.iter().collect() } else { vec![value] };
        let values = items.into_iter().map(|item| text(member, item, TimeFormat::Iso8601));
        for value in values {
            path.push(if path.contains('?') { '&' } else { '?' });
            write!(path, "{}={}", member.wire_name(), uri::encode(&value, "")).unwrap();
        }
    }
    let mut request =
        Request::builder().method(operation.method.as_str()).uri(format!("https://{host}{path}"));
    for (member, value) in at(Location::Header) {
        let text = text(member, value, TimeFormat::Rfc822)
            .replace(|c: char| !c.is_ascii() || c.is_control(), "");
        request = request.header(member.wire_name(), text);
    }
    let payload = structure.payload.as_deref().and_then(|name| structure.member(name));
    let body: Vec<u8> = match (payload, protocol) {
        (Some(member), _) => match (input.get(&member.name), protocol) {
            (None, _) => Vec::new(),
            (Some(Value::Blob(bytes)), _) => bytes.to_vec(),
            (Some(Value::Text(text)), _) => text.clone().into_bytes(),
            (Some(value), Protocol::RestXml) => {
                let mut xml = Xml::new("member");
                xml.element(member.wire_name(), service, member.shape, value, None);
                xml.out.into_bytes()
            }
            (Some(value), _) => {
                let mut json = Json::default();
                write(&mut json, service, member.shape, value, None);
                json.out
            }
        },
        (None, _) if at(Location::Body).next().is_none() => Vec::new(),
        (None, Protocol::RestXml) => {
            let mut xml = Xml::new("member");
            xml.open("Request");
            xml.members(service, structure, input);
            xml.close("Request");
            xml.out.into_bytes()
        }
        (None, _) => {
            let mut json = Json::default();
            write_body(&mut json, service, structure, input);
            json.out
        }
    };
    request.body(body.into()).unwrap()
}
