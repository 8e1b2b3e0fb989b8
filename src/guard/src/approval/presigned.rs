//! The other way of approving: a request to STS that nobody but the approver could have signed, and that says what it is for.
//!
//! It asks STS who signed it, and nothing else. What is approved stands in headers that are part of its signature: a
//! digest of all that was handed over, the plan's hash, the nonce, and the last instant at which it counts. Whoever asks
//! hands the request to STS, and so hears from AWS itself who approved.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Identity, Task, Timestamp};

use super::Handover;
use crate::canonical::sha256;
use crate::draft::PlanId;

/// STS takes a request for a quarter of an hour from its date on, whatever `X-Amz-Expires` says.
const LIFE: Duration = Duration::from_mins(15);

/// As far as two clocks may differ.
const SKEW: Duration = Duration::from_mins(5);

/// The only names of a query that count. A request with any other is another request.
const NAMES: [&str; 8] = [
    "Action",
    "Version",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// The token of temporary credentials, which not all have.
const TOKEN: &str = "X-Amz-Security-Token";

/// What is handed back: a presigned request. It opens nothing, but it is the approver's, and does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presigned {
    /// The plan.
    pub plan: PlanId,
    /// Its hash.
    pub hash: String,
    /// The nonce of the question.
    pub nonce: String,
    /// The request, as a URL. Its headers are those of the question.
    pub url: String,
}

impl fmt::Debug for Presigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigned").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// A request whose shape was examined, made anew from its parts. It does not print.
pub struct Inquiry {
    query: String,
    headers: [(&'static str, String); 4],
}

impl fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inquiry")
    }
}

impl Inquiry {
    /// The query, behind `/?`.
    pub fn parameters(&self) -> &str {
        &self.query
    }

    /// The headers that are part of the signature, beside the host.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }
}

/// The port to STS, by which one hears who signed a request.
pub trait Attester: Send + Sync {
    /// The endpoint of STS that is asked: scheme and host, without a slash at its end. No other is.
    fn endpoint(&self) -> &str;

    /// The time by which requests are signed. It is the machine's also where the account has a time of its own.
    fn now(&self) -> Timestamp;

    /// Who signed it, as STS says.
    ///
    /// # Errors
    /// STS refused it, or cannot be asked.
    fn ask<'a>(&'a self, inquiry: &'a Inquiry) -> Task<'a, Result<Identity, String>>;
}

impl Handover {
    /// The headers that a request to STS carries to approve this, in the order of their names.
    pub fn headers(&self) -> [(&'static str, String); 4] {
        [
            ("x-watchdeck-asked", sha256(&self.message())),
            ("x-watchdeck-hash", self.hash.clone()),
            ("x-watchdeck-nonce", self.nonce.clone()),
            ("x-watchdeck-until", self.until.to_string()),
        ]
    }

    /// Makes the line to hand back of a request that was signed with [`Handover::headers`].
    pub fn presigned(&self, url: String) -> Presigned {
        let Self { plan, hash, nonce, .. } = self.clone();
        Presigned { plan, hash, nonce, url }
    }

    /// Examines the shape of a request. Whose signature it is, and whether it is one, only STS can say.
    ///
    /// # Errors
    /// Says what is wrong with it. Nothing is sent then.
    pub fn inspect(
        &self,
        back: &Presigned,
        endpoint: &str,
        now: Timestamp,
        signed_by: Timestamp,
    ) -> Result<Inquiry, String> {
        self.stands(&back.plan, &back.hash, &back.nonce, now)?;
        let query = back.url.strip_prefix(endpoint).and_then(|rest| rest.strip_prefix("/?"));
        let query = query.ok_or_else(|| format!("it is no request to {endpoint}"))?;
        let given = parameters(query)?;
        let part = |name: &str| given.get(name).map_or("", String::as_str);
        let must = |name: &str, wanted: &str| {
            if part(name) == wanted { Ok(()) } else { Err(format!("its {name} is not `{wanted}`")) }
        };
        must("Action", "GetCallerIdentity")?;
        must("Version", "2011-06-15")?;
        must("X-Amz-Algorithm", "AWS4-HMAC-SHA256")?;
        let headers = self.headers();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        must("X-Amz-SignedHeaders", &format!("host;{}", names.join(";")))?;
        let date = part("X-Amz-Date");
        let day = date.get(..8).unwrap_or_default();
        let credential = part("X-Amz-Credential");
        let scope = format!("/{day}/{}/sts/aws4_request", self.scope.region);
        let key = credential.strip_suffix(scope.as_str()).unwrap_or_default();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("its credential is not for STS in {}", self.scope.region));
        }
        let signature = part("X-Amz-Signature");
        if signature.len() != 64 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("its signature is none".into());
        }
        timely(date, part("X-Amz-Expires"), signed_by)?;
        let query: Vec<_> =
            given.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        Ok(Inquiry { query: query.join("&"), headers })
    }
}

/// Whether the request counts at a time of the signer's clock.
fn timely(date: &str, expires: &str, now: Timestamp) -> Result<(), String> {
    let from = instant(date).ok_or("its date is none")?;
    let seconds = expires.parse().ok().filter(|seconds| (1..=LIFE.as_secs()).contains(seconds));
    let span = Duration::from_secs(seconds.ok_or("it would count for more than 15 minutes")?);
    if from > now + SKEW {
        return Err(format!("it is dated {from}, and it is {now}"));
    }
    if now > from + span {
        return Err(format!("it was signed at {from} and counted for {} s", span.as_secs()));
    }
    Ok(())
}

/// `20261122T030000Z`, and nothing that only looks like it.
fn instant(text: &str) -> Option<Timestamp> {
    let parts = [0..4, 4..6, 6..8, 9..11, 11..13, 13..15].map(|at| text.get(at));
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)] = parts else {
        return None;
    };
    let whole = format!("{year}{month}{day}T{hour}{minute}{second}Z");
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    if whole != text || digits != 14 {
        return None;
    }
    Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

/// The parameters of a query: those that are known, each once.
fn parameters(query: &str) -> Result<BTreeMap<&'static str, String>, String> {
    let mut given = BTreeMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let known = NAMES.iter().copied().chain([TOKEN]).find(|known| *known == name);
        let known = known.ok_or("it has a parameter that no such request has")?;
        let value = unescaped(value).ok_or_else(|| format!("its {known} is not well written"))?;
        if given.insert(known, value).is_some() {
            return Err(format!("its {known} stands there twice"));
        }
    }
    match NAMES.iter().find(|name| !given.contains_key(*name)) {
        None => Ok(given),
        Some(name) => Err(format!("it has no {name}")),
    }
}

/// Letters, digits and `-._~` stand for themselves; all else is `%XX`.
fn escaped(text: &str) -> String {
    let one = |byte: u8| {
        if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
        } else if is_plain(byte) || b"/;:@!$'()*,".contains(&byte) {
            out.push(byte);
        } else {
            return None;
        }
    }
    // Printable characters of ASCII, as keys, tokens and headers are.
    let text = String::from_utf8(out).ok()?;
    text.bytes().all(|byte| byte.is_ascii_graphic()).then_some(text)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests; // tampering, field by field
