//! Which service, operation and protocol a request means.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};

use super::sigv4::Signature;
use crate::model::catalog::{self, Entry};
use crate::model::{Operation, Protocol, uri};

/// A request, read once: what every later step looks at.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// Host and port, as a client without a `Host` header signs it.
    pub(crate) authority: String,
    /// The host without its port, as far as it is known.
    pub(crate) host: String,
    /// The path as sent, still encoded.
    pub(crate) path: String,
    /// The query as sent, still encoded.
    pub(crate) raw_query: String,
    /// The query, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: bytes::Bytes,
    /// The body as a form, for the query protocols.
    pub(crate) form: Vec<(String, String)>,
}

impl Incoming {
    pub(crate) fn new(request: http::Request<bytes::Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let host = parts
            .headers
            .get(http::header::HOST)
            .and_then(|host| host.to_str().ok())
            .map(str::to_owned);
        let authority =
            host.or_else(|| parts.uri.authority().map(ToString::to_string)).unwrap_or_default();
        let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        let is_form =
            header(&parts.headers, "content-type").starts_with("application/x-www-form-urlencoded");
        let form = match std::str::from_utf8(&body) {
            Ok(text) if is_form => uri::pairs(text, true),
            _ => Vec::new(),
        };
        Self {
            method: parts.method,
            authority,
            host,
            path: parts.uri.path().to_owned(),
            query: uri::pairs(&raw_query, true),
            raw_query,
            headers: parts.headers,
            body,
            form,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        header(&self.headers, name)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let mut both = self.form.iter().chain(&self.query);
        both.find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) entry: &'static Entry,
    pub(crate) protocol: Protocol,
    /// The operation asked for, as far as the request names one.
    pub(crate) asked: String,
    pub(crate) operation: Option<&'static Operation>,
    /// The labels of the path, for the REST protocols.
    pub(crate) labels: BTreeMap<String, String>,
}

/// Finds the service by target, CBOR path, signing scope or host, in this order of trust.
pub(crate) fn route(incoming: &Incoming, signature: Option<&Signature>) -> Option<Route> {
    if let Some((prefix, operation)) = incoming.header("x-amz-target").rsplit_once('.') {
        let entry = catalog::all().iter().find(|entry| targets(entry, prefix))?;
        return Some(named(entry, Protocol::Json, operation));
    }
    if let Some((prefix, operation)) = cbor_path(&incoming.path) {
        let entry = catalog::all().iter().find(|entry| entry.target_prefix == prefix)?;
        return Some(named(entry, Protocol::Cbor, operation));
    }
    let candidates = candidates(incoming, signature);
    if let Some(action) =
        incoming.parameter("Action").filter(|_| incoming.path == "/" || incoming.path.is_empty())
    {
        let version = incoming.parameter("Version").unwrap_or_default();
        let speaks =
            |entry: &&&'static Entry| entry.service().meta.protocols.iter().any(|p| is_query(*p));
        let fits = candidates.iter().filter(speaks);
        let entry =
            fits.clone().find(|entry| entry.api_version == version).or_else(|| fits.clone().next());
        // Without a scope or a host, a version says enough when one service alone has it.
        let entry = entry.copied().or_else(|| {
            let mut all = catalog::all().iter().filter(|e| e.api_version == version && speaks(&e));
            all.next().filter(|_| all.next().is_none())
        })?;
        let protocol = entry.service().meta.protocols.iter().copied().find(|p| is_query(*p))?;
        return Some(named(entry, protocol, action));
    }
    rest(incoming, &candidates).or_else(|| open(incoming))
}

/// The services that are asked without a signature; their paths say which is meant.
const OPEN: [&str; 2] = ["sso", "sso-oidc"];

/// An operation that needs no signature, where nothing else says whose request it is.
fn open(incoming: &Incoming) -> Option<Route> {
    let candidates: Vec<_> = OPEN.iter().filter_map(|name| catalog::find(name)).collect();
    rest(incoming, &candidates).filter(|route| route.operation.is_some_and(|found| found.open))
}

/// Whether a target's prefix means a service: in full as botocore writes it, or its last part alone as other SDKs
/// do (`CloudTrail_20131101`).
fn targets(entry: &Entry, prefix: &str) -> bool {
    let full = entry.target_prefix;
    full == prefix || full.rsplit_once('.').is_some_and(|(_, last)| last == prefix)
}

fn is_query(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Query | Protocol::Ec2)
}

fn named(entry: &'static Entry, protocol: Protocol, operation: &str) -> Route {
    let found = entry.service().operations.get(operation);
    Route {
        entry,
        protocol,
        asked: operation.to_owned(),
        operation: found,
        labels: BTreeMap::new(),
    }
}

fn cbor_path(path: &str) -> Option<(&str, &str)> {
    let (_, rest) = path.split_once("/service/")?;
    let (service, operation) = rest.split_once("/operation/")?;
    // Smithy shape ids may come qualified: `com.amazonaws.cloudwatch.GraniteServiceVersion20100801`.
    Some((service.rsplit('.').next().unwrap_or(service), operation))
}

/// The services that a scope or host may mean; several share a name (`s3`, `apigateway`).
fn candidates(incoming: &Incoming, signature: Option<&Signature>) -> Vec<&'static Entry> {
    let of = |name: &str| -> Vec<&'static Entry> {
        catalog::all()
            .iter()
            .filter(|entry| entry.signing_name == name || entry.name == name)
            .collect()
    };
    if let Some(signature) = signature {
        return of(&signature.service);
    }
    let mut labels = incoming.host.split('.');
    let found = labels.find_map(|label| Some(of(label)).filter(|found| !found.is_empty()));
    found.unwrap_or_default()
}

fn rest(incoming: &Incoming, candidates: &[&'static Entry]) -> Option<Route> {
    let bucket = bucket_host(&incoming.host);
    let mut best: Option<(usize, Route)> = None;
    for entry in candidates {
        let service = entry.service();
        let Some(protocol) = service
            .meta
            .protocols
            .iter()
            .copied()
            .find(|p| matches!(p, Protocol::RestJson | Protocol::RestXml))
        else {
            continue;
        };
        let path = match bucket.filter(|_| entry.name == "s3") {
            Some(bucket) => format!("/{bucket}{}", incoming.path),
            None => incoming.path.clone(),
        };
        for operation in
            service.operations.values().filter(|op| op.method == incoming.method.as_str())
        {
            let Some(fit) = operation.uri.fit(&path, &incoming.query) else { continue };
            if entry.name == "s3" && !known_subresource(incoming, operation) {
                continue;
            }
            if best.as_ref().is_none_or(|(closeness, _)| fit.closeness > *closeness) {
                let route = Route {
                    entry,
                    protocol,
                    asked: operation.name.clone(),
                    operation: Some(operation),
                    labels: fit.labels,
                };
                best = Some((fit.closeness, route));
            }
        }
    }
    best.map(|(_, route)| route).or_else(|| {
        let entry = candidates.first()?;
        let asked = format!("{} {}", incoming.method, incoming.path);
        let protocol = entry.service().protocol();
        Some(Route { entry, protocol, asked, operation: None, labels: BTreeMap::new() })
    })
}

/// `bucket.s3.eu-central-1.amazonaws.com` names the bucket in its host.
fn bucket_host(host: &str) -> Option<&str> {
    let (before, after) = host.split_once(".s3.").or_else(|| host.split_once(".s3-"))?;
    after.ends_with("amazonaws.com").then_some(before)
}

/// A bare word in the query (`?acl`) means another operation, unless the operation itself fixes it.
fn known_subresource(incoming: &Incoming, operation: &Operation) -> bool {
    let fixed = operation.uri.fill(|_| "x".to_owned());
    let fixed = fixed.split_once('?').map_or("", |(_, query)| query);
    incoming
        .raw_query
        .split('&')
        .filter(|part| !part.is_empty() && !part.contains('='))
        .all(|word| fixed.split('&').any(|known| known == word))
}
