//! The second region: a small copy of the shop that answers readers from its own balancer, and writes its own logs.

use fastrand::Rng;

use super::Region;
use super::ids::{hex, mix, uuid};
use super::logs::{Body, Place};
use super::measure::{float, iso_millis, timestamp};
use super::names::{ACCOUNT, SECOND_REGION};

/// The function there, which has the name of the one at home.
const FUNCTION: &str = "orders-reader";
/// The load balancer there, and the id at the end of its ARN.
const BALANCER: (&str, &str) = ("shop-web-west", "7fe01b3c4a5d6e28");
/// The version of the function.
const VERSION: u32 = 17;
/// Of a hundred seconds, how many bring a request.
const BUSY: u32 = 40;

/// Lives through the second that ends now. Its requests are drawn from the seed and the second alone, so that they are the
/// same whatever happens at home.
pub(super) fn step(west: &mut Region, seed: u64, end: i64) {
    let mut rng = Rng::with_seed(mix(mix(seed, 0x3E57), u64::try_from(end / 1000).unwrap_or(0)));
    if rng.u32(0..100) >= BUSY {
        return;
    }
    let at = end - 1000 + rng.i64(0..600);
    if rng.bool() { read(west, &mut rng, at, end) } else { page(west, &mut rng, at, end) }
}

/// Somebody reads an order.
fn read(west: &mut Region, rng: &mut Rng, at: i64, end: i64) {
    let key = rng.u64(..);
    let (request, order, took) = (uuid(key), hex(mix(key, 5), 8), 8 + rng.i64(0..60));
    // One environment lives for half an hour.
    let environment = hex(mix(u64::try_from(at / 1_800_000).unwrap_or(0), 0x3E57), 32);
    let stream = format!("{}/[{VERSION}]{environment}", timestamp(at, "%Y/%m/%d"));
    let place = west.logs.place(&format!("/aws/lambda/{FUNCTION}"), &stream, at);
    let (level, message) = match rng.u32(0..60) {
        0 => ("WARN", "the replica answered slowly, tried again"),
        _ => ("INFO", "order read"),
    };
    let time = iso_millis(at + took - 1);
    let mut write = |at: i64, text: String| put(west, place, at, end, &text);
    write(at, format!("START RequestId: {request} Version: {VERSION}"));
    write(
        at + took - 1,
        format!(
            r#"{{"timestamp":"{time}","level":"{level}","requestId":"{request}","message":"{message}","region":"{SECOND_REGION}","orderId":"{order}"}}"#
        ),
    );
    write(at + took, format!("END RequestId: {request}"));
    let billed = took + 1;
    write(
        at + took,
        format!(
            "REPORT RequestId: {request}\tDuration: {:.2} ms\tBilled Duration: {billed} ms\tMemory Size: 256 MB\tMax Memory Used: 71 MB",
            float(took)
        ),
    );
}

/// Somebody asks for a page.
fn page(west: &mut Region, rng: &mut Rng, at: i64, end: i64) {
    let (name, id) = BALANCER;
    let (client, took) = (1 + rng.u32(0..250), 4 + rng.i64(0..30));
    let stream = format!("app.{name}.{id}");
    let place = west.logs.place(&format!("/aws/alb/{name}"), &stream, at);
    let trace = format!("Root=1-{:08x}-{}", at / 1000, hex(rng.u64(..), 24));
    let spent = float(took) / 1000.0;
    let text = format!(
        r#"https {} app/{name}/{id} 198.51.100.{client}:{} 10.1.2.11:8080 0.001 {spent:.3} 0.000 200 200 412 18230 "GET https://shop.example:443/ HTTP/2.0" "Mozilla/5.0" TLS_AES_128_GCM_SHA256 TLSv1.3 arn:aws:elasticloadbalancing:{SECOND_REGION}:{ACCOUNT}:targetgroup/{name}/8ac3e7bd35e9b178 "{trace}" "shop.example" "-" 0 {} "forward" "-" "-" "10.1.2.11:8080" "200" "-" "-""#,
        iso_millis(at + took),
        32_768 + rng.u32(0..20_000),
        iso_millis(at),
    );
    put(west, place, at + took, end, &text);
}

fn put(west: &mut Region, place: Place, at: i64, ingested: i64, text: &str) {
    west.logs.put(place, at, ingested, Body::Text(text.into()));
}
