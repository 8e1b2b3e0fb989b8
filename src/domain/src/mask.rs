//! Secrets that a text may hold, masked in place: for what outlives the screen, such as a recording.
//!
//! It knows access key ids, web tokens, private keys, approvals that were handed back, the password of a URL, and values
//! that follow a telling name. What looks like nothing in particular it cannot know: a bare secret without a name comes
//! through.

use std::borrow::Cow;
use std::ops::Range;

/// Names whose values are masked, and any longer name that ends so; without case, `-` and `_`.
const NAMES: [&str; 20] = [
    "secret",
    "secretkey",
    "secretaccesskey",
    "secretstring",
    "secretbinary",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "mfacode",
    "pwd",
    "token",
    "authorization",
    "apikey",
    "privatekey",
    "cookie",
    "credential",
    "credentials",
    "signature",
    "bearer",
];

/// The last letters of [`NAMES`].
const LAST: &[u8] = b"tygdensrl";

/// Words between a name and its value that belong to neither.
const SCHEMES: [&str; 8] =
    ["bearer", "basic", "digest", "negotiate", "token", "apikey", "aws4-hmac-sha256", "is"];

/// The fewest characters of a value that has only a blank before it.
const SHORTEST: usize = 6;

/// Masks what looks like a secret, a character for a character: `x`, or `1` where a bare number stood, so that JSON stays
/// JSON. Text without any comes through uncopied.
pub fn mask(text: &str) -> Cow<'_, str> {
    let found = spans(text.as_bytes());
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut spans = found.into_iter().peekable();
    let masked = text.char_indices().map(|(at, c)| {
        while spans.next_if(|span| span.at.end <= at).is_some() {}
        let span = spans.peek().filter(|span| span.at.start <= at && !c.is_whitespace());
        span.map_or(c, |span| span.by)
    });
    Cow::Owned(masked.collect())
}

/// A span that is masked.
struct Span {
    at: Range<usize>,
    by: char,
}

fn span(at: Range<usize>) -> Option<Span> {
    (!at.is_empty()).then_some(Span { at, by: 'x' })
}

/// Every span to mask, in order. Each begins and ends beside an ASCII character or an end of the text.
fn spans(text: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let word = run(text, at, is_name);
        if word == at {
            let password = if byte(text, at) == b':' { url_password(text, at) } else { None };
            at = password.as_ref().map_or(at + 1, |span| span.at.end);
            found.extend(password);
            continue;
        }
        let hit = private_key(text, at)
            .or_else(|| handed_back(text, at))
            .or_else(|| access_key(text, at, word))
            .or_else(|| web_token(text, at))
            .or_else(|| named(text, at, word));
        at = hit.as_ref().map_or(word, |span| span.at.end);
        found.extend(hit);
    }
    found
}

/// `AKIA` or `ASIA` and what follows: the kind of the key stays readable.
fn access_key(text: &[u8], from: usize, to: usize) -> Option<Span> {
    let word = text.get(from..to).filter(|word| word.len() >= 16)?;
    let begins = |at: usize| {
        let after = word.get(at..).unwrap_or_default();
        let whole = at == 0 || !byte(word, at - 1).is_ascii_alphanumeric();
        let known = after.starts_with(b"AKIA") || after.starts_with(b"ASIA");
        whole && known && run(after, 0, is_key) >= 16
    };
    let at = (0..word.len()).find(|at| begins(*at))?;
    span(from + at + 4..from + at + run(word.get(at..)?, 0, is_key))
}

/// A JSON web token: its parts begin with an encoded brace.
fn web_token(text: &[u8], from: usize) -> Option<Span> {
    let rest = text.get(from..).filter(|rest| rest.starts_with(b"eyJ"))?;
    let first = run(rest, 0, is_name);
    let second = run(rest, first + 1, is_name);
    let is_one = first >= 10 && byte(rest, first) == b'.' && second > first + 1;
    let end = run(rest, 0, |b| is_name(b) || b == b'.' || b == b'=');
    if is_one { span(from..from + end) } else { None }
}

/// What a second person hands back: it may hold a request that they have signed.
fn handed_back(text: &[u8], from: usize) -> Option<Span> {
    const BEGINS: &[u8] = b"watchdeck-yes.";
    let body = from + BEGINS.len();
    let is_one = text.get(from..body) == Some(BEGINS);
    span(body..run(text, body, is_name)).filter(|_| is_one)
}

/// The body of a private key in PEM form, to its end or that of the text.
fn private_key(text: &[u8], from: usize) -> Option<Span> {
    const KEY: &[u8] = b"PRIVATE KEY-----";
    let rest = text.get(from..)?;
    if !rest.starts_with(b"-----BEGIN") {
        return None;
    }
    let head = rest.get(..80).unwrap_or(rest);
    let body = find(head, KEY)? + KEY.len();
    let end = find(rest.get(body..)?, b"-----END").map_or(rest.len(), |at| body + at);
    span(from + body..from + end)
}

/// The password in `scheme://user:password@host`.
fn url_password(text: &[u8], colon: usize) -> Option<Span> {
    let from = colon + 3;
    if text.get(colon..from)? != b"://" {
        return None;
    }
    let inside = |b: u8| !b.is_ascii_whitespace() && !b"/?#\"'<>\\@".contains(&b);
    let end = run(text, from, inside);
    let user = run(text, from, |b| inside(b) && b != b':');
    if byte(text, end) == b'@' && user < end { span(user + 1..end) } else { None }
}

/// The value of a telling name: `password=..`, `"token": ".."`, `Authorization: Bearer ..`, `secret 8f1e..`.
fn named(text: &[u8], from: usize, to: usize) -> Option<Span> {
    if !is_telling(text.get(from..to)?) {
        return None;
    }
    let closed = quote(text, to).map_or(to, |quote| quote.end);
    let blank = run(text, closed, is_blank);
    let parted = run(text, blank, |b| b":=>".contains(&b));
    let sign = text.get(blank..parted)?;
    if sign.is_empty() {
        return if blank > to && closed == to { told(text, blank) } else { None };
    }
    if sign.len() > 2 || sign == b"::" || (sign == b":" && in_arn(text, from)) {
        return None;
    }
    let value = run(text, parted, is_blank);
    if let Some(opened) = quote(text, value) {
        return span(opened.end..quote_end(text, &opened));
    }
    let (value, _) = past_schemes(text, value);
    let end = run(text, value, is_value);
    let words: [&[u8]; 5] = [b"true", b"false", b"null", b"None", b"undefined"];
    let bare = text.get(value..end)?;
    if bare.is_empty() || words.contains(&bare) {
        return None;
    }
    let number = bare.iter().all(u8::is_ascii_digit);
    Some(Span { at: value..end, by: if number { '1' } else { 'x' } })
}

/// The value after a name and a blank, if it looks like one: prose has such words too.
fn told(text: &[u8], from: usize) -> Option<Span> {
    let (value, scheme) = past_schemes(text, from);
    let end = run(text, value, is_value);
    let bare = text.get(value..end)?;
    let mixed = bare.iter().any(u8::is_ascii_digit) && bare.iter().any(u8::is_ascii_alphabetic);
    let looks = bare.len() >= SHORTEST && mixed;
    if looks || (scheme && bare.len() >= SHORTEST) { span(value..end) } else { None }
}

/// Where the value begins behind words such as `Bearer`, and whether one of them names a scheme.
fn past_schemes(text: &[u8], mut from: usize) -> (usize, bool) {
    let mut scheme = false;
    loop {
        let word = run(text, from, is_name);
        let known = |word: &[u8]| SCHEMES.iter().find(|s| word.eq_ignore_ascii_case(s.as_bytes()));
        let next = run(text, word, is_blank);
        match text.get(from..word).and_then(known) {
            Some(name) if next > word => (from, scheme) = (next, scheme || *name != "is"),
            Some(_) | None => return (from, scheme),
        }
    }
}

/// Whether a name ends in one that announces a secret.
fn is_telling(name: &[u8]) -> bool {
    let plain = || name.iter().rev().filter(|b| b.is_ascii_alphanumeric());
    // Most words are none, and their last letter says so.
    let last = plain().next().map_or(0, u8::to_ascii_lowercase);
    if !LAST.contains(&last) {
        return false;
    }
    let ends =
        |known: &str| plain().map(u8::to_ascii_lowercase).take(known.len()).eq(known.bytes().rev());
    NAMES.into_iter().any(ends)
}

/// Whether the word at `at` is a part of an ARN: `arn:aws:secretsmanager:..:secret:name` names a secret and is none.
fn in_arn(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let part = |b: &u8| b.is_ascii_alphanumeric() || b":-_/$*.".contains(b);
    let start = before.iter().rev().take(256).take_while(|b| part(b)).count();
    before.get(at - start..).is_some_and(|part| part.starts_with(b"arn:"))
}

/// A quotation mark with the backslashes before it, as in JSON within JSON.
fn quote(text: &[u8], from: usize) -> Option<Range<usize>> {
    let mark = run(text, from, |b| b == b'\\');
    matches!(byte(text, mark), b'"' | b'\'').then_some(from..mark + 1)
}

/// Where a quoted value ends: before the mark that is escaped as the opening one is, or at the end of the text.
fn quote_end(text: &[u8], opened: &Range<usize>) -> usize {
    let (mark, depth) = (byte(text, opened.end - 1), opened.len() - 1);
    let mut at = opened.end;
    while at < text.len() {
        let slashes = run(text, at, |b| b == b'\\');
        if byte(text, slashes) == mark && (slashes - at) % (2 * (depth + 1)) == depth {
            return at.max(slashes - depth);
        }
        at = slashes + 1;
    }
    text.len()
}

fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// Where the run of such bytes from `from` on ends.
fn run(text: &[u8], from: usize, such: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|b| such(**b)).count()
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

fn is_key(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit()
}

fn is_blank(b: u8) -> bool {
    b == b' ' || b == b'\t'
}

fn is_value(b: u8) -> bool {
    !b.is_ascii_whitespace() && b != 0 && !b",;&()[]{}\"'<>|\\".contains(&b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_masked_in_place() {
        let check = |given: &str, wanted: &str| assert_eq!(mask(given), wanted);
        check("key AKIAIOSFODNN7EXAMPLE used", "key AKIAxxxxxxxxxxxxxxxx used");
        check("ASIAIOSFODNN7EXAMPLE/20261122", "ASIAxxxxxxxxxxxxxxxx/20261122");
        check(":countersign watchdeck-yes.eyJ-_9 ok", ":countersign watchdeck-yes.xxxxxx ok");
        check("password=hunter2&user=ann", "password=xxxxxxx&user=ann");
        check("DB_PASSWORD = hunter2; next", "DB_PASSWORD = xxxxxxx; next");
        check(r#"{"password":"hun ter\"2","n":1}"#, r#"{"password":"xxx xxxxxx","n":1}"#);
        check(r#"{"pin_token": 12345, "a": 2}"#, r#"{"pin_token": 11111, "a": 2}"#);
        check(r#"{\"secret\":\"a\\\"b\",\"n\":1}"#, r#"{\"secret\":\"xxxxxx\",\"n\":1}"#);
        check("{'clientSecret': 'ab c'}", "{'clientSecret': 'xx x'}");
        check("Authorization: Bearer abc.def-1 200", "Authorization: Bearer xxxxxxxxx 200");
        check("authorization Basic dXNlcjpwYXNz", "authorization Basic xxxxxxxxxxxx");
        check("sent Bearer abcdefgh12", "sent Bearer xxxxxxxxxx");
        check(
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature=fe5f",
            "Authorization: AWS4-HMAC-SHA256 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, Signature=xxxx",
        );
        check(
            "?X-Amz-Security-Token=Fwo%2Bx&X-Amz-Date=1",
            "?X-Amz-Security-Token=xxxxxxx&X-Amz-Date=1",
        );
        check("aws_secret_access_key => wJalr/K7", "aws_secret_access_key => xxxxxxxx");
        check("the password is hunter2.", "the password is xxxxxxxx");
        check("the token 8f1e0e0cAB is old", "the token xxxxxxxxxx is old");
        check("postgres://ann:s3cret@db/orders", "postgres://ann:xxxxxx@db/orders");
        check(
            "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1 ok",
            &format!("jwt {} ok", "x".repeat(43)),
        );
        check(
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nvQ==\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nxxxx\nxxxx\n-----END RSA PRIVATE KEY-----",
        );
        check("mfa_code: 123456", "mfa_code: 111111");
        check("password=größe7 ok", "password=xxxxxx ok");
        check("secret=\"not closed", "secret=\"xxx xxxxxx");
    }

    #[test]
    fn the_last_letters_are_those_of_the_names() {
        assert!(NAMES.iter().all(|name| LAST.contains(name.as_bytes().last().unwrap())));
    }

    #[test]
    fn what_holds_no_secret_comes_through_uncopied() {
        for text in [
            "",
            "ERROR Cannot read properties of undefined (reading 'id')",
            "START RequestId: 5f3c1d2e-1111-4a4a-9c9c-0a0b0c0d0e0f Version: 42",
            "the token has expired, password reset for ann",
            "arn:aws:secretsmanager:eu-central-1:123456784021:secret:orders-db-AbCdEf",
            "arn:aws:lambda:eu-central-1:123456784021:function:refresh-token:live",
            r#"{"authenticated_token":true,"password":null,"tokens":512}"#,
            "token::parse failed",
            "secret: {",
            "https://example.com/a:b@c?x=1",
            "AKIA is a prefix, eyJ.. another",
            "größe ✓ 日本",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text} became {}", mask(text));
        }
    }

    #[test]
    fn json_stays_json() {
        for text in [
            r#"{"level":"ERROR","password":"a\\","n":[1,2],"token":7,"secret":"\u00e4\"x"}"#,
            r#"{"a":{"authorization":"Bearer x y"},"cookie":"a=b; c=d"}"#,
        ] {
            let masked: serde_json::Value = serde_json::from_str(&mask(text)).unwrap();
            let given: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(masked.as_object().unwrap().len(), given.as_object().unwrap().len());
        }
    }

    proptest! {
        #[test]
        fn a_mask_keeps_the_length_and_hides_every_key_id(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("password".to_owned()), Just("token".to_owned()), Just("AKIAIOSFODNN7EXAMPLE".to_owned()),
                    Just("eyJhbGciOiJI.eyJzdWIi.x".to_owned()), Just("://a:b@".to_owned()),
                    "[ =:\"'\\\\,{}]{1,3}", ".{0,6}",
                ],
                0..12,
            ),
        ) {
            let text = parts.concat();
            let masked = mask(&text).into_owned();
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert!(!masked.contains(" AKIAIOSFODNN7EXAMPLE"), "{masked}");
        }
    }
}
