//! Signature Version 4: reading, verifying, and making signatures.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderValue, Request};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::common::Common;
use super::route::Incoming;
use crate::model::uri;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A signature as it stands in a request, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) token: Option<String>,
    date: String,
    signed_headers: Vec<String>,
    value: String,
    /// `20261122T060000Z`.
    at: String,
    /// Seconds a presigned URL lives; `None` for a signature in the header.
    presigned_for: Option<i64>,
}

/// What a secret is, for verifying and signing.
#[derive(Clone)]
pub struct Keys<'a> {
    /// The access key id.
    pub access_key: &'a str,
    /// The secret.
    pub secret: &'a str,
    /// The token of temporary credentials.
    pub token: Option<&'a str>,
}

impl std::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

impl Signature {
    /// Finds the signature of a request, in its header or its query.
    pub(crate) fn read(incoming: &Incoming) -> Result<Option<Self>, Common> {
        let header = incoming.header("authorization");
        if !header.is_empty() {
            return Self::from_header(incoming, header).map(Some);
        }
        let query = |name: &str| {
            incoming
                .query
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.clone())
                .filter(|v| !v.is_empty())
        };
        if query("X-Amz-Algorithm").is_none() {
            return Ok(None);
        }
        let need = |name: &str| {
            query(name).ok_or_else(|| {
                Common::Incomplete(format!("AWS query-string parameters must include '{name}'."))
            })
        };
        let scope = need("X-Amz-Credential")?;
        let expires = need("X-Amz-Expires")?;
        let expires = expires.parse::<i64>().ok().filter(|seconds| (1..=604_800).contains(seconds));
        let expires = expires.ok_or_else(|| {
            Common::Incomplete("X-Amz-Expires must be a number of seconds up to a week".to_owned())
        })?;
        Ok(Some(Self {
            value: need("X-Amz-Signature")?,
            signed_headers: need("X-Amz-SignedHeaders")?.split(';').map(str::to_owned).collect(),
            at: need("X-Amz-Date")?,
            token: query("X-Amz-Security-Token"),
            presigned_for: Some(expires),
            ..Self::scoped(&scope)?
        }))
    }

    fn from_header(incoming: &Incoming, header: &str) -> Result<Self, Common> {
        let Some(rest) = header.strip_prefix(ALGORITHM) else {
            return Err(Common::Incomplete(format!(
                "Authorization header requires '{ALGORITHM}' as its algorithm. Authorization={header}"
            )));
        };
        let parameter = |name: &str| {
            let found =
                rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            found.filter(|value| !value.is_empty()).ok_or_else(|| {
                Common::Incomplete(format!(
                    "Authorization header requires '{name}' parameter. Authorization={ALGORITHM}"
                ))
            })
        };
        let at = [incoming.header("x-amz-date"), incoming.header("date")]
            .into_iter()
            .find(|at| !at.is_empty());
        let at = at.ok_or_else(|| {
            Common::Incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned())
        })?;
        let token = incoming.header("x-amz-security-token");
        Ok(Self {
            value: parameter("Signature")?.to_owned(),
            signed_headers: parameter("SignedHeaders")?.split(';').map(str::to_owned).collect(),
            at: at.to_owned(),
            token: (!token.is_empty()).then(|| token.to_owned()),
            ..Self::scoped(parameter("Credential")?)?
        })
    }

    /// `AKID/20261122/eu-central-1/lambda/aws4_request`.
    fn scoped(credential: &str) -> Result<Self, Common> {
        let mut parts = credential.rsplitn(5, '/');
        let (end, service, region, date, key) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        match (key, date, region, service, end) {
            (Some(key), Some(date), Some(region), Some(service), Some("aws4_request"))
                if !key.is_empty() =>
            {
                Ok(Self {
                    access_key: key.to_owned(),
                    date: date.to_owned(),
                    region: region.to_owned(),
                    service: service.to_owned(),
                    token: None,
                    signed_headers: Vec::new(),
                    value: String::new(),
                    at: String::new(),
                    presigned_for: None,
                })
            }
            _ => Err(Common::Incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
            ))),
        }
    }

    /// Verifies the signature with the keys of its principal, at a real time.
    pub(crate) fn verify(
        &self,
        incoming: &Incoming,
        keys: &Keys<'_>,
        wall_ms: i64,
    ) -> Result<(), Common> {
        self.verify_time(wall_ms)?;
        if self.token.as_deref() != keys.token {
            return Err(Common::UnknownKey);
        }
        if !self.signed_headers.iter().any(|name| name == "host") {
            return Err(Common::Incomplete(
                "'Host' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
            ));
        }
        let hash = self.payload_hash(incoming)?;
        let canonical = self.canonical(incoming, &hash);
        let expected = self.make(&canonical, keys.secret);
        if constant_time_equal(expected.as_bytes(), self.value.as_bytes()) {
            return Ok(());
        }
        tracing::debug!(%canonical, "a signature does not match");
        Err(Common::Mismatch)
    }

    fn verify_time(&self, wall_ms: i64) -> Result<(), Common> {
        let at = parse_stamp(&self.at).ok_or_else(|| {
            Common::Incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{}'.",
                self.at
            ))
        })?;
        if !self.at.starts_with(&self.date) {
            return Err(Common::Signature(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{}'.",
                self.date,
                self.at.get(..8).unwrap_or_default(),
                self.at
            )));
        }
        let minutes = if self.service == "s3" { 15 } else { 5 };
        let grace = minutes * 60_000;
        // STS takes a presigned request for a quarter of an hour, whatever it says of its end.
        let lifetime = match (self.presigned_for, self.service.as_str()) {
            (None, _) => grace,
            (Some(_), "sts") => 15 * 60_000,
            (Some(seconds), _) => seconds * 1000,
        };
        let limit = |ms: i64, sign: char| {
            format!("{} ({} {sign} {minutes} min.)", stamp(ms), stamp(wall_ms))
        };
        if at + lifetime < wall_ms {
            if self.service == "s3" && self.presigned_for.is_some() {
                return Err(Common::PresignedExpired);
            }
            let message = format!(
                "Signature expired: {} is now earlier than {}",
                self.at,
                limit(wall_ms - lifetime, '-')
            );
            return Err(if self.service == "s3" {
                Common::Skewed
            } else {
                Common::Signature(message)
            });
        }
        if at > wall_ms + grace {
            let message = format!(
                "Signature not yet current: {} is still later than {}",
                self.at,
                limit(wall_ms + grace, '+')
            );
            return Err(if self.service == "s3" {
                Common::Skewed
            } else {
                Common::Signature(message)
            });
        }
        Ok(())
    }

    fn payload_hash(&self, incoming: &Incoming) -> Result<String, Common> {
        let claimed = incoming.header("x-amz-content-sha256");
        if self.presigned_for.is_some() {
            return Ok(if self.service == "s3" {
                UNSIGNED.to_owned()
            } else {
                hash(&incoming.body)
            });
        }
        if claimed.is_empty() {
            return Ok(hash(&incoming.body));
        }
        if claimed == UNSIGNED || claimed.starts_with("STREAMING-") {
            return Ok(claimed.to_owned());
        }
        let actual = hash(&incoming.body);
        if claimed == actual { Ok(actual) } else { Err(Common::PayloadMismatch) }
    }

    fn canonical(&self, incoming: &Incoming, payload: &str) -> String {
        let path = if incoming.path.is_empty() { "/" } else { &incoming.path };
        let path = if self.service == "s3" {
            uri::encode(&uri::decode(path), "/")
        } else {
            uri::encode(&normalised(path), "/")
        };
        let mut pairs: Vec<(String, String)> = uri::pairs(&incoming.raw_query, false)
            .into_iter()
            .filter(|(name, _)| self.presigned_for.is_none() || name != "X-Amz-Signature")
            .map(|(name, value)| (uri::encode(&name, ""), uri::encode(&value, "")))
            .collect();
        pairs.sort();
        let query: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = String::new();
        for name in &self.signed_headers {
            headers.push_str(name);
            headers.push(':');
            headers.push_str(&Self::header_value(incoming, name));
            headers.push('\n');
        }
        format!(
            "{}\n{path}\n{}\n{headers}\n{}\n{payload}",
            incoming.method,
            query.join("&"),
            self.signed_headers.join(";")
        )
    }

    fn header_value(incoming: &Incoming, name: &str) -> String {
        let values = incoming.headers.get_all(name).iter();
        let values: Vec<String> = values
            .map(|value| {
                String::from_utf8_lossy(value.as_bytes())
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        if values.is_empty() && name == "host" {
            incoming.authority.clone()
        } else {
            values.join(",")
        }
    }

    fn make(&self, canonical: &str, secret: &str) -> String {
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", self.at, hash(canonical.as_bytes()));
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [self.date.as_str(), &self.region, &self.service, "aws4_request"] {
            key = mac(&key, part.as_bytes());
        }
        hex(&mac(&key, to_sign.as_bytes()))
    }
}

/// Signs a request in its header, at a real time: for tests and clients of our own.
pub fn sign(
    request: &mut Request<Bytes>,
    keys: &Keys<'_>,
    region: &str,
    service: &str,
    wall_ms: i64,
) {
    let at = stamp(wall_ms);
    let headers = request.headers_mut();
    for (name, value) in [("x-amz-date", Some(at.as_str())), ("x-amz-security-token", keys.token)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    let mut names: Vec<String> =
        request.headers().keys().map(|name| name.as_str().to_owned()).collect();
    names.retain(|name| name == "host" || name == "content-type" || name.starts_with("x-amz-"));
    names.push("host".to_owned());
    names.sort();
    names.dedup();
    let mut signature = Signature {
        access_key: keys.access_key.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        token: keys.token.map(str::to_owned),
        date: at.chars().take(8).collect(),
        signed_headers: names,
        value: String::new(),
        at,
        presigned_for: None,
    };
    let (parts, body) = std::mem::take(request).into_parts();
    let incoming = Incoming::new(Request::from_parts(parts.clone(), body.clone()));
    let payload = match incoming.header("x-amz-content-sha256") {
        "" => hash(&body),
        claimed => claimed.to_owned(),
    };
    signature.value = signature.make(&signature.canonical(&incoming, &payload), keys.secret);
    *request = Request::from_parts(parts, body);
    let header = format!(
        "{ALGORITHM} Credential={}/{}/{region}/{service}/aws4_request, SignedHeaders={}, Signature={}",
        signature.access_key,
        signature.date,
        signature.signed_headers.join(";"),
        signature.value
    );
    if let Ok(header) = HeaderValue::from_str(&header) {
        request.headers_mut().insert(http::header::AUTHORIZATION, header);
    }
}

/// Dot segments and doubled slashes are taken out before signing, except for S3.
fn normalised(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _written = write!(out, "{byte:02x}");
        out
    })
}

fn constant_time_equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

/// `20261122T060000Z`.
fn stamp(ms: i64) -> String {
    Timestamp::from_millisecond(ms).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn parse_stamp(text: &str) -> Option<i64> {
    let basic = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok();
    let civil = basic.and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC).ok());
    civil.map(|zoned| zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests;
