//! The account as others meet it: in process and on its loopback port, with faults, time and its ledger.

#![expect(clippy::unwrap_used, reason = "a test may fail so")]

use std::fmt::Write as _;

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use watchdeck_sim::account::ReplyLost;
use watchdeck_sim::clock::WallClock;
use watchdeck_sim::serve::{environment, serve};
use watchdeck_sim::wire::sigv4::{Keys, sign};
use watchdeck_sim::wire::value::Value;
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Outcome, Setup};

/// 2026-11-22T06:00:00Z
const START: i64 = 1_795_327_200_000;

fn account() -> Account {
    let mut setup = Setup::new(Story::named("quiet-day").unwrap(), 1, START);
    setup.opening.history_minutes = 1;
    setup.wall = WallClock::fixed(START);
    Account::open(setup)
}

fn identity(account: &Account, host: &str) -> Request<Bytes> {
    let (access_key, secret) = account.operator_credentials();
    let mut request = Request::post(format!("http://{host}/"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"Action=GetCallerIdentity&Version=2011-06-15"))
        .unwrap();
    let keys = Keys { access_key: &access_key, secret: &secret, token: None };
    sign(&mut request, &keys, "eu-central-1", "sts", START);
    request
}

/// The status and body of a call; the error if its connection broke.
async fn call(account: &Account) -> Result<(u16, String), String> {
    let answer = account.call(identity(account, "sts.eu-central-1.amazonaws.com")).await;
    let status = answer.status().as_u16();
    let lost = answer.extensions().get::<ReplyLost>().is_some();
    match answer.into_body().collect().await {
        Ok(body) => Ok((status, String::from_utf8(body.to_bytes().to_vec()).unwrap())),
        Err(error) => Err(format!("{}{error}", if lost { "lost: " } else { "" })),
    }
}

fn outcomes(account: &Account) -> Vec<Outcome> {
    account.served_of("GetCallerIdentity").into_iter().map(|served| served.outcome).collect()
}

#[tokio::test]
async fn faults_before_execution_refuse_and_strike_once() {
    let account = account();
    for (fault, status, code) in [
        ("throttle", 400, "Throttling"),
        ("deny", 403, "AccessDenied"),
        ("expired-token", 403, "ExpiredToken"),
        ("error-before", 500, "InternalFailure"),
        ("error-after", 500, "InternalFailure"),
    ] {
        account.faults().arm(format!("sts:GetCallerIdentity:{fault}").parse().unwrap());
        let (found, body) = call(&account).await.unwrap();
        assert_eq!(found, status, "{fault}");
        assert!(body.contains(&format!("<Code>{code}</Code>")), "{fault}: {body}");
        assert_eq!(call(&account).await.unwrap().0, 200, "{fault} strikes once");
    }
    assert!(account.faults().armed().is_empty());
}

#[tokio::test]
async fn nothing_answers_in_a_region_that_is_lost_and_other_regions_do() {
    let account = account();
    account.faults().arm("region:us-east-1:lost".parse().unwrap());
    assert_eq!(call(&account).await.unwrap().0, 200);
    account.faults().arm("region:eu-central-1:lost".parse().unwrap());
    assert!(call(&account).await.unwrap_err().starts_with("lost: nothing answers"));
    account.faults().clear();
    assert_eq!(call(&account).await.unwrap().0, 200);
    let unreachable = |served: &watchdeck_sim::Served| served.outcome == Outcome::Unreachable;
    assert_eq!(account.served().iter().filter(|it| unreachable(it)).count(), 1);
}

#[tokio::test]
async fn a_lost_reply_was_executed_and_a_late_call_is_executed_when_its_time_comes() {
    let account = account();
    account.faults().arm("GetCallerIdentity:lost-reply".parse().unwrap());
    account.faults().arm("GetCallerIdentity:late-execution=30".parse().unwrap());
    assert!(call(&account).await.unwrap_err().starts_with("lost: "));
    assert!(call(&account).await.unwrap_err().starts_with("lost: "));
    assert_eq!(outcomes(&account), [Outcome::ReplyLost, Outcome::Postponed]);
    account.advance_to(START + 29_000);
    assert_eq!(outcomes(&account).len(), 2);
    account.advance_to(START + 60_000);
    assert_eq!(outcomes(&account).pop(), Some(Outcome::ExecutedLate));
    assert_eq!(account.served().pop().unwrap().at_ms, START + 30_000);
    assert_eq!(account.now_ms(), START + 60_000);
}

#[tokio::test]
async fn a_slow_reply_waits_for_virtual_time_and_a_stalled_one_for_real_time() {
    let account = account();
    account.faults().arm("GetCallerIdentity:slow=20".parse().unwrap());
    let slow = tokio::spawn({
        let account = account.clone();
        async move { call(&account).await }
    });
    while outcomes(&account).is_empty() {
        tokio::task::yield_now().await;
    }
    account.advance_to(START + 19_999);
    tokio::task::yield_now().await;
    assert!(!slow.is_finished());
    account.advance_to(START + 20_000);
    assert_eq!(slow.await.unwrap().unwrap().0, 200);

    account.faults().arm("GetCallerIdentity:stall=3600".parse().unwrap());
    let stalled = std::time::Duration::from_millis(20);
    assert!(tokio::time::timeout(stalled, call(&account)).await.is_err());
}

#[tokio::test]
async fn a_torn_body_breaks_in_the_middle() {
    let account = account();
    account.faults().arm("*:torn-stream".parse().unwrap());
    let answer = account.call(identity(&account, "sts.amazonaws.com")).await;
    let mut body = answer.into_body();
    assert!(body.frame().await.unwrap().unwrap().into_data().unwrap().starts_with(b"<?xml"));
    assert!(body.frame().await.unwrap().is_err());
}

#[tokio::test]
async fn the_ledger_tells_who_asked_what() {
    let account = account();
    call(&account).await.unwrap();
    let served = account.served().pop().unwrap();
    assert_eq!((served.number, served.at_ms, served.status), (1, START, 200));
    assert_eq!((served.service.as_str(), served.operation.as_str()), ("sts", "GetCallerIdentity"));
    assert_eq!((served.input, served.region.as_str()), (Value::empty(), "eu-central-1"));
    assert_eq!(served.access_key, account.operator_credentials().0);
    assert_eq!(served.violations, Vec::<String>::new());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers() {
    let (one, other) = (account(), account());
    for _ in 0..3 {
        assert_eq!(call(&one).await, call(&other).await);
    }
}

/// One request over a socket; what came back until the server closed.
async fn over_the_wire(request: Request<Bytes>, addr: std::net::SocketAddr) -> String {
    let mut text =
        format!("{} / HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    write!(text, "content-length: {}\r\n\r\n", request.body().len()).unwrap();
    let mut stream = tokio::net::TcpStream::connect(addr).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.write_all(request.body()).await.unwrap();
    let mut back = Vec::new();
    if let Err(error) = stream.read_to_end(&mut back).await {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    String::from_utf8(back).unwrap()
}

#[tokio::test]
async fn the_loopback_server_answers_breaks_and_stops() {
    let account = account();
    let server = serve(account.clone(), 0).await.unwrap();
    let (addr, host) = (server.addr, server.addr.to_string());
    assert!(addr.ip().is_loopback());
    let variables = environment(&account, &server, "eu-central-1");
    assert_eq!(variables[0], ("AWS_ENDPOINT_URL", format!("http://{addr}")));

    let back = over_the_wire(identity(&account, &host), addr).await;
    assert!(
        back.starts_with("HTTP/1.1 200 OK") && back.contains("assumed-role/oncall-write/operator"),
        "{back}"
    );
    account.faults().arm("GetCallerIdentity:lost-reply".parse().unwrap());
    assert_eq!(over_the_wire(identity(&account, &host), addr).await, "");
    assert_eq!(outcomes(&account), [Outcome::Answered, Outcome::ReplyLost]);

    server.stop().await;
    assert!(tokio::net::TcpStream::connect(addr).await.is_err());
}
