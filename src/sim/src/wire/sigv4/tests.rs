//! Signatures of AWS, of botocore, and of our own.

use super::*;

const WALL: i64 = 1_795_327_200_000; // 2026-11-22T06:00:00Z
const KEYS: Keys<'_> = Keys {
    access_key: "AKIDEXAMPLE",
    secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    token: None,
};

fn signed(path: &str) -> Request<Bytes> {
    let mut request = Request::get(format!("https://lambda.eu-central-1.amazonaws.com{path}"))
        .body(Bytes::new())
        .unwrap();
    sign(&mut request, &KEYS, "eu-central-1", "lambda", WALL);
    request
}

fn verify(request: Request<Bytes>, keys: &Keys<'_>, wall_ms: i64) -> Result<(), Common> {
    let incoming = Incoming::new(request);
    Signature::read(&incoming)?.ok_or(Common::MissingToken)?.verify(&incoming, keys, wall_ms)
}

/// Requests that botocore 1.43.11 made and signed, at [`WALL`] with [`KEYS`].
#[test]
fn what_botocore_signed_is_verified() {
    let vectors = include_str!("../../../tests/vectors/signatures.jsonl");
    for line in vectors.lines() {
        let vector: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
        let mut request = Request::builder().method(text("method").as_str()).uri(text("url"));
        for (name, value) in vector["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let request = request.body(Bytes::from(text("body"))).unwrap();
        let token = vector["token"].as_str();
        assert_eq!(verify(request, &Keys { token, ..KEYS }, WALL), Ok(()), "{}", text("title"));
    }
    assert_eq!(vectors.lines().count(), 13);
}

/// The signing key of AWS's own documentation: secret, 20150830, us-east-1, iam.
#[test]
fn the_signature_of_the_documented_example_comes_out() {
    let request = Request::get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("x-amz-date", "20150830T123600Z")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        )
        .body(Bytes::new())
        .unwrap();
    assert_eq!(verify(request, &KEYS, parse_stamp("20150830T123600Z").unwrap()), Ok(()));
}

#[test]
fn what_was_signed_cannot_be_changed() {
    assert_eq!(verify(signed("/2015-03-31/functions?MaxItems=1"), &KEYS, WALL), Ok(()));
    let mut other = signed("/2015-03-31/functions");
    *other.uri_mut() =
        "https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/x".parse().unwrap();
    assert_eq!(verify(other, &KEYS, WALL), Err(Common::Mismatch));
    let mut other = signed("/");
    *other.body_mut() = Bytes::from_static(b"{}");
    assert_eq!(verify(other, &KEYS, WALL), Err(Common::Mismatch));
    assert_eq!(verify(signed("/"), &Keys { secret: "other", ..KEYS }, WALL), Err(Common::Mismatch));
    assert_eq!(
        verify(signed("/"), &Keys { token: Some("t"), ..KEYS }, WALL),
        Err(Common::UnknownKey)
    );
}

#[test]
fn the_clock_may_be_five_minutes_off() {
    assert_eq!(verify(signed("/"), &KEYS, WALL + 299_000), Ok(()));
    assert_eq!(verify(signed("/"), &KEYS, WALL - 299_000), Ok(()));
    let late = "Signature expired: 20261122T060000Z is now earlier than 20261122T060100Z (20261122T060600Z - 5 min.)";
    assert_eq!(verify(signed("/"), &KEYS, WALL + 360_000), Err(Common::Signature(late.to_owned())));
    let early = "Signature not yet current: 20261122T060000Z is still later than 20261122T055900Z (20261122T055400Z + 5 min.)";
    assert_eq!(
        verify(signed("/"), &KEYS, WALL - 360_000),
        Err(Common::Signature(early.to_owned()))
    );
}

/// A request to STS, presigned for a minute, with a header of its own in the signature.
fn presigned(plan: &str) -> Request<Bytes> {
    let at = stamp(WALL);
    let query = format!(
        "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm={ALGORITHM}\
         &X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Feu-central-1%2Fsts%2Faws4_request&X-Amz-Date={at}\
         &X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-watchdeck-hash"
    );
    let request = |query: &str, plan: &str| {
        Request::get(format!("https://sts.eu-central-1.amazonaws.com/?{query}"))
            .header("x-watchdeck-hash", plan)
            .body(Bytes::new())
            .unwrap()
    };
    let incoming = Incoming::new(request(&format!("{query}&X-Amz-Signature=x"), plan));
    let unsigned = Signature::read(&incoming).unwrap().unwrap();
    let value = unsigned.make(&unsigned.canonical(&incoming, &hash(b"")), KEYS.secret);
    request(&format!("{query}&X-Amz-Signature={value}"), plan)
}

#[test]
fn a_presigned_request_carries_what_it_is_for_in_its_signature() {
    assert_eq!(verify(presigned("aa"), &KEYS, WALL), Ok(()));
    let mut other = presigned("aa");
    other.headers_mut().insert("x-watchdeck-hash", HeaderValue::from_static("bb"));
    assert_eq!(verify(other, &KEYS, WALL), Err(Common::Mismatch));
    let mut without = presigned("aa");
    without.headers_mut().remove("x-watchdeck-hash");
    assert_eq!(verify(without, &KEYS, WALL), Err(Common::Mismatch));
    for (from, to) in [("Expires=60", "Expires=61"), ("GetCaller", "GetOther"), ("Z&", "Z&a=b&")] {
        let mut other = presigned("aa");
        let uri = other.uri().to_string().replacen(from, to, 1);
        *other.uri_mut() = uri.parse().unwrap();
        assert_eq!(verify(other, &KEYS, WALL), Err(Common::Mismatch), "{to}");
    }
}

/// As AWS does: the life of such a request is not what `X-Amz-Expires` says.
#[test]
fn sts_takes_a_presigned_request_for_a_quarter_of_an_hour() {
    assert_eq!(verify(presigned("aa"), &KEYS, WALL + 900_000), Ok(()));
    let late = verify(presigned("aa"), &KEYS, WALL + 901_000);
    assert!(matches!(late, Err(Common::Signature(_))), "{late:?}");
}

#[test]
fn a_broken_header_is_incomplete() {
    for header in ["Basic abc", "AWS4-HMAC-SHA256 Credential=a/b", "AWS4-HMAC-SHA256"] {
        let request =
            Request::get("https://x/").header("authorization", header).body(Bytes::new()).unwrap();
        assert!(matches!(verify(request, &KEYS, WALL), Err(Common::Incomplete(_))), "{header}");
    }
}
