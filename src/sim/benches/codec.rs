//! Requests a second through the whole codec, in process: route, signature, input, behaviour, answer.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to say")]

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt as _;
use watchdeck_sim::clock::WallClock;
use watchdeck_sim::wire::sigv4::{Keys, sign};
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Setup};

const START: i64 = 1_795_327_200_000;

fn main() {
    divan::main();
}

fn account() -> Account {
    let mut setup = Setup::new(Story::named("bad-deploy").unwrap(), 1, START);
    setup.wall = WallClock::fixed(START);
    Account::open(setup)
}

fn signed(account: &Account, mut request: Request<Bytes>, service: &str) -> Request<Bytes> {
    let (access_key, secret) = account.operator_credentials();
    sign(
        &mut request,
        &Keys { access_key: &access_key, secret: &secret, token: None },
        "eu-central-1",
        service,
        START,
    );
    request
}

fn ask(bencher: divan::Bencher<'_, '_>, account: &Account, request: &Request<Bytes>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let status = runtime.block_on(account.call(request.clone())).status();
    assert!(status.is_success(), "{status}");
    bencher.counter(divan::counter::ItemsCount::new(1_u32)).bench_local(|| {
        runtime.block_on(async {
            let answer = account.call(request.clone()).await;
            answer.into_body().collect().await.unwrap().to_bytes().len()
        })
    });
}

#[divan::bench]
fn get_caller_identity_in_query(bencher: divan::Bencher<'_, '_>) {
    let account = account();
    let request = Request::post("https://sts.eu-central-1.amazonaws.com/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"Action=GetCallerIdentity&Version=2011-06-15"))
        .unwrap();
    let request = signed(&account, request, "sts");
    ask(bencher, &account, &request);
}

#[divan::bench]
fn get_alias_in_rest_json(bencher: divan::Bencher<'_, '_>) {
    let account = account();
    let uri =
        "https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/orders-writer/aliases/live";
    let request = signed(&account, Request::get(uri).body(Bytes::new()).unwrap(), "lambda");
    ask(bencher, &account, &request);
}

/// The page AWS cuts at one megabyte: about 1,900 access records here, of the 10,000 asked for.
#[divan::bench]
fn a_page_of_a_megabyte_of_log_events_in_json(bencher: divan::Bencher<'_, '_>) {
    let account = account();
    account.advance_to(START + 600_000);
    let body = r#"{"logGroupName":"/aws/apigateway/orders-read","limit":10000}"#;
    let request = Request::post("https://logs.eu-central-1.amazonaws.com/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "Logs_20140328.FilterLogEvents")
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap();
    let request = signed(&account, request, "logs");
    ask(bencher, &account, &request);
}
