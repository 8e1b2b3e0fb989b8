//! Asks an endpoint on this machine whether it is a simulated account, and what its clock shows.
//!
//! A simulated account in another process may live faster than this one. Its signatures, time spans and waits follow its
//! own clock, so the console asks for it once, over plain HTTP, before it connects. AWS and other servers answer with an
//! error or not at all: then the machine's clock counts.

use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use watchdeck_domain::Timestamp;

/// The path under which a simulated account shows its clock.
const PATH: &str = "/_watchdeck/clock";

/// How long the endpoint may think about it. It is on this machine.
const LIMIT: Duration = Duration::from_secs(5);

/// The most of an answer that is read.
const MOST: u64 = 16 * 1024;

/// What a simulated account says about itself.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Beacon {
    /// Its time, in milliseconds since 1970-01-01.
    pub now_ms: i64,
    /// How fast its time passes.
    pub speed: f64,
    /// The story that happens there.
    pub story: String,
}

impl Beacon {
    /// Its time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_ms)
    }
}

/// The beacon of the account at `url`; nothing if it is elsewhere, or has none.
pub async fn look(url: &str) -> Option<Beacon> {
    let address: http::Uri = url.parse().ok()?;
    let host = address.host()?.trim_matches(['[', ']']);
    let here = matches!(host, "127.0.0.1" | "localhost" | "::1");
    if address.scheme_str() != Some("http") || !here {
        return None;
    }
    let port = address.port_u16().unwrap_or(80);
    let asked = tokio::time::timeout(LIMIT, ask(host, port)).await;
    let answer = asked.ok()?.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let body = body.get(body.find('{')?..=body.rfind('}')?)?;
    let beacon: Beacon = serde_json::from_str(body).ok()?;
    let sound = head.starts_with("HTTP/1.1 200") && (0.01..=10_000.0).contains(&beacon.speed);
    sound.then_some(beacon)
}

async fn ask(host: &str, port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let question =
        format!("GET {PATH} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn served(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut question = [0; 512];
            let count = stream.read(&mut question).await.unwrap();
            assert!(question[..count].starts_with(b"GET /_watchdeck/clock HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        url
    }

    #[tokio::test]
    async fn a_simulated_account_shows_its_clock() {
        let url = served(
            "HTTP/1.1 200 OK\r\n\r\n{\"now_ms\":5000,\"speed\":30.0,\"story\":\"bad-deploy\"}",
        )
        .await;
        let beacon = look(&url).await.unwrap();
        assert_eq!((beacon.now(), beacon.speed), (Timestamp::from_millis(5000), 30.0));
    }

    #[tokio::test]
    async fn other_servers_are_no_simulated_accounts() {
        assert_eq!(look(&served("HTTP/1.1 404 Not Found\r\n\r\n<html></html>").await).await, None);
        assert_eq!(
            look(&served("HTTP/1.1 200 OK\r\n\r\n{\"now_ms\":5,\"speed\":0}").await).await,
            None
        );
        assert_eq!(look("https://lambda.eu-central-1.amazonaws.com").await, None);
    }
}
