//! Live tails through the whole account: sound, torn and silent.

use bytes::Bytes;
use http_body_util::BodyExt as _;

use super::client::{Client, WALL};
use super::value::Value;
use crate::account::Body;
use crate::model::Protocol;

const GROUP: &str = "arn:aws:logs:eu-central-1:123456784021:log-group:/aws/apigateway/orders-read";

/// Opens a live tail, with a fault if one is named.
async fn tail(client: &Client, fault: Option<&str>) -> Body {
    if let Some(fault) = fault {
        client.account.faults().arm(format!("StartLiveTail:{fault}").parse().unwrap());
    }
    let input = Value::record([("logGroupIdentifiers", Value::list([GROUP]))]);
    let request = client.signed(Protocol::Json, "logs", "StartLiveTail", &input);
    let answer = client.account.call(request).await;
    assert_eq!(answer.headers()["content-type"], "application/vnd.amazon.eventstream");
    answer.into_body()
}

/// The next frame of a body, or nothing if none is ready.
async fn next(body: &mut Body) -> Option<Result<Bytes, String>> {
    let ready = std::time::Duration::from_millis(20);
    let frame = tokio::time::timeout(ready, body.frame()).await.ok()??;
    Some(frame.map(|frame| frame.into_data().unwrap()).map_err(|error| error.to_string()))
}

/// Headers as text and payload as JSON of a whole frame.
fn read(frame: &[u8]) -> (String, serde_json::Value) {
    let word = |at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(word(0), frame.len());
    let payload = 12 + word(4);
    let headers = String::from_utf8_lossy(&frame[12..payload]).into_owned();
    (headers, serde_json::from_slice(&frame[payload..frame.len() - 4]).unwrap())
}

#[tokio::test]
async fn a_sound_tail_begins_tells_and_goes_on() {
    let client = Client::of("quiet-day", 1);
    let mut body = tail(&client, None).await;
    let (headers, payload) = read(&next(&mut body).await.unwrap().unwrap());
    assert!(headers.contains("initial-response"));
    assert_eq!(payload, serde_json::json!({}));
    let (headers, payload) = read(&next(&mut body).await.unwrap().unwrap());
    assert!(headers.contains("sessionStart"));
    assert_eq!(payload["logGroupIdentifiers"], serde_json::json!([GROUP]));
    let mut told = 0;
    for second in 1..=20 {
        client.account.advance_to(WALL + second * 1000);
        while let Some(frame) = next(&mut body).await {
            let (headers, payload) = read(&frame.unwrap());
            assert!(headers.contains("sessionUpdate"), "{headers}");
            told += payload["sessionResults"].as_array().unwrap().len();
        }
    }
    assert!(told > 0, "twenty seconds of traffic leave a line");
}

#[tokio::test]
async fn a_torn_tail_breaks_within_a_frame() {
    let client = Client::of("quiet-day", 1);
    let mut body = tail(&client, Some("torn-stream")).await;
    for _ in 0..2 {
        read(&next(&mut body).await.unwrap().unwrap());
    }
    client.account.advance_to(WALL + 3000);
    let torn = next(&mut body).await.unwrap().unwrap();
    let promised = u32::from_be_bytes(torn[..4].try_into().unwrap()) as usize;
    assert!(torn.len() < promised, "{} of {promised} bytes", torn.len());
    assert!(next(&mut body).await.unwrap().unwrap_err().contains("in the middle of a frame"));
    assert!(next(&mut body).await.is_none());
}

#[tokio::test]
async fn a_silent_tail_stays_open_and_says_nothing() {
    let client = Client::of("quiet-day", 1);
    let mut body = tail(&client, Some("silent-stream")).await;
    for _ in 0..2 {
        read(&next(&mut body).await.unwrap().unwrap());
    }
    for second in 1..=5 {
        client.account.advance_to(WALL + second * 1000);
        assert!(next(&mut body).await.is_none());
    }
}
