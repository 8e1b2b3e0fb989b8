//! Access records of CloudFront: words parted by tabs, or JSON with the same names.

use std::borrow::Cow;

use super::access::spoken;
use super::sheet::Sheet;
use super::{Reading, moment};

const NAMES: [&str; 33] = [
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-uri-query",
    "cs(Cookie)",
    "x-edge-result-type",
    "x-edge-request-id",
    "x-host-header",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "fle-status",
    "fle-encrypted-fields",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
];

/// The words of a record, if it is one.
pub(super) fn sheet(line: &str) -> Option<Sheet<'_>> {
    if line.as_bytes().get(10) != Some(&b'\t') {
        return None;
    }
    let words: Vec<&str> = line.split('\t').take(40).collect();
    let (date, clock) = (*words.first()?, *words.get(1)?);
    let shaped = date.len() == 10 && clock.len() == 8 && words.len() >= 19;
    (shaped && at(date, clock).is_some()).then(|| Sheet::of_words(&NAMES, words))
}

/// Whether a JSON record is one of CloudFront.
pub(super) fn is_record(sheet: &Sheet<'_>) -> bool {
    sheet.has("x-edge-request-id") && sheet.has_any(&["sc-status", "x-edge-location"])
}

fn at(date: &str, clock: &str) -> Option<watchdeck_domain::Timestamp> {
    moment::of_text(&format!("{date}T{clock}Z"))
}

/// Reads a record.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sheet: &Sheet<'a>) {
    let status = sheet.status(&["sc-status"]);
    reading.answered(status);
    let written = sheet.text("date").zip(sheet.text("time"));
    reading.time = written
        .and_then(|(date, clock)| at(&date, &clock))
        .or_else(|| moment::first(sheet, &["timestamp(ms)", "timestamp"]));
    reading.request(sheet.text("x-edge-request-id"));
    reading.durations.total = sheet.number("time-taken").map(|seconds| seconds * 1000.0);
    let result =
        sheet.text("x-edge-detailed-result-type").or_else(|| sheet.text("x-edge-result-type"));
    reading.error = result.filter(|result| result.contains("Error"));
    let method = sheet.text("cs-method").unwrap_or_default();
    let path = sheet.text("cs-uri-stem").unwrap_or_default();
    reading.message = Cow::Owned(spoken(&method, &path, status, reading.durations.total));
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::Timestamp;

    use super::super::{Kind, Reading};

    #[test]
    fn both_forms_are_read() {
        let text = "2026-11-22\t03:04:05\tFRA60-P1\t1045\t203.0.113.9\tGET\td111111abcdef8.cloudfront.net\t/view\t502\t-\tcurl/8.0\t-\t-\tError\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\twww.shop.example\thttps\t23\t0.251\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tError\tHTTP/2.0\t-\t-\t11040\t0.250\tOriginConnectError\ttext/html\t78\t-\t-";
        let json = r#"{"timestamp(ms)":"1795316645000","x-edge-location":"FRA60-P1","cs-method":"GET","cs-uri-stem":"/view","sc-status":"502","time-taken":"0.251","x-edge-request-id":"SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==","x-edge-detailed-result-type":"OriginConnectError"}"#;
        for line in [text, json] {
            let reading = Reading::of(line, "");
            assert_eq!((reading.kind, reading.status), (Kind::Distribution, Some(502)));
            assert_eq!(
                reading.requests,
                ["SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ=="]
            );
            assert_eq!(reading.error.as_deref(), Some("OriginConnectError"));
            assert_eq!(reading.message, "GET /view 502 in 251 ms");
            assert_eq!(reading.time, Timestamp::parse("2026-11-22T03:04:05Z"));
        }
    }
}
