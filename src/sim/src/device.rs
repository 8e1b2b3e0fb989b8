//! The page on which a person approves the code of a device: that of a company's portal, as far as a test needs one.

use http::Response;
use http_body_util::{BodyExt as _, Full};

use crate::account::{Account, Body};
use crate::model::uri;
use crate::world::signin::Verdict;

/// Its path. No AWS path begins so.
pub(crate) const PAGE: &str = "/_watchdeck/device";

/// Answers a look at the page, and a form that was sent from it: `user_code=..&verdict=approve` or `deny`.
pub(crate) fn page(account: &Account, query: &str, form: &[u8]) -> Response<Body> {
    let form = uri::pairs(&String::from_utf8_lossy(form), true);
    let asked = uri::pairs(query, true);
    let said = |pairs: &[(String, String)], name: &str| {
        pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let verdict = match said(&form, "verdict").as_deref() {
        Some("approve") => Some(Verdict::Approved),
        Some("deny") => Some(Verdict::Denied),
        Some(_) | None => None,
    };
    let code = said(&form, "user_code").or_else(|| said(&asked, "user_code")).unwrap_or_default();
    let Some(verdict) = verdict else { return html(200, &question(&code)) };
    match (account.judge(&code, verdict), verdict) {
        (true, Verdict::Approved) => html(200, "<p>Approved. Go back to the console.</p>"),
        (true, Verdict::Denied) => html(200, "<p>Denied.</p>"),
        (false, _) => html(404, "<p>No such code waits; it may have expired.</p>"),
    }
}

fn question(code: &str) -> String {
    // Whatever stands in the address is not HTML: codes are capitals and digits.
    let code: String =
        code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(16).collect();
    let button = |verdict: &str, word: &str| {
        format!("<button name=\"verdict\" value=\"{verdict}\">{word}</button> ")
    };
    format!(
        "<p>A program shows this code and wants to sign in as you. Is it yours?</p>\
         <form method=\"post\" action=\"{PAGE}\"><input name=\"user_code\" value=\"{code}\"> {}{}</form>",
        button("approve", "Approve"),
        button("deny", "Deny")
    )
}

fn html(status: u16, text: &str) -> Response<Body> {
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>The simulated account</title>\
         <h1>The simulated account</h1>{text}\n"
    );
    let body = Full::new(bytes::Bytes::from(page)).map_err(|never| match never {}).boxed();
    let mut answer = Response::new(body);
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let kind = http::HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(http::header::CONTENT_TYPE, kind);
    answer
}
