//! Matching a line: plain terms, JSON that is skipped by its needle, JSON that is parsed, columns.

#![expect(clippy::panic, reason = "a benchmark of a wrong pattern must not run")]

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use watchdeck_pattern::Pattern;

const JSON: &str = r#"{"time":"2026-11-22T03:00:00.123Z","level":"ERROR","requestId":"5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b","message":"Cannot read properties of undefined (reading 'total')","order":{"id":81231,"total":null},"status":500}"#;
const ACCESS: &str =
    r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;

fn main() {
    divan::main();
}

fn run(bencher: Bencher<'_, '_>, pattern: &str, line: &str) {
    let pattern = Pattern::parse(pattern).unwrap_or_else(|e| panic!("{e}"));
    bencher.counter(ItemsCount::new(1usize)).bench(|| pattern.matches(black_box(line)));
}

#[divan::bench]
fn plain_hit(bencher: Bencher<'_, '_>) {
    run(bencher, "ERROR", JSON);
}

#[divan::bench]
fn plain_miss(bencher: Bencher<'_, '_>) {
    run(bencher, "TimeoutError", JSON);
}

#[divan::bench]
fn json_skipped_by_its_needle(bencher: Bencher<'_, '_>) {
    run(bencher, "{ $.errorType = \"Sandbox.Timedout\" }", JSON);
}

#[divan::bench]
fn json_parsed(bencher: Bencher<'_, '_>) {
    run(bencher, "{ $.level = \"ERROR\" && $.status >= 500 }", JSON);
}

#[divan::bench]
fn columns(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        "[ip, user, username, timestamp, request = *.html*, status_code = 4*, bytes]",
        ACCESS,
    );
}

#[divan::bench]
fn columns_from_the_end(bencher: Bencher<'_, '_>) {
    run(bencher, "[..., status_code = 404 || status_code = 410, bytes]", ACCESS);
}
