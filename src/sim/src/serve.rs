//! The account on a loopback port.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::account::{Account, Body, ReplyLost};
use crate::device;

/// How long open answers may take to end when the server stops; live tails never end by themselves.
const GRACE: Duration = Duration::from_secs(2);
/// Requests greater than this are refused.
const MAX_REQUEST: usize = 64 * 1024 * 1024;

/// Where a client can see, unsigned, that this is a simulated account, and what its clock shows. No AWS path begins so.
const BEACON: &str = "/_watchdeck/clock";

/// An account that is being served.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// The endpoint URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Takes no more requests, lets open answers end for a moment, and stops.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server of the simulated account did not stop well");
        }
    }
}

/// Serves an account on 127.0.0.1; port 0 takes a free one.
pub async fn serve(account: Account, port: u16) -> std::io::Result<Server> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let addr = listener.local_addr()?;
    account.peek(|world| world.signins.serve_page(format!("http://{addr}{}", device::PAGE)));
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(accept(listener, account, stopped));
    Ok(Server { addr, stop, task })
}

/// The environment that points the AWS CLI and every SDK at a server, as `NAME=value` pairs.
pub fn environment(
    account: &Account,
    server: &Server,
    region: &str,
) -> Vec<(&'static str, String)> {
    let (access_key, secret) = account.operator_credentials();
    vec![
        ("AWS_ENDPOINT_URL", server.url()),
        ("AWS_ACCESS_KEY_ID", access_key),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

async fn accept(listener: TcpListener, account: Account, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(attend(stream, account.clone(), stopped.clone()));
            }
            Err(error) => {
                // Out of file handles, most likely: let others close theirs before trying again.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, ended).await.is_err() {
        tracing::debug!("open answers were cut");
    }
}

/// Serves one connection; when the server stops, the answer under way is its last.
async fn attend(stream: TcpStream, account: Account, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service = service_fn(move |request| answer(account.clone(), request));
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new());
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended badly");
                }
                return;
            }
            _ = stopped.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    account: Account,
    request: Request<Incoming>,
) -> Result<Response<Body>, ConnectionBreaks> {
    let (parts, body) = request.into_parts();
    if parts.method == http::Method::GET && parts.uri.path() == BEACON {
        return Ok(beacon(&account));
    }
    let body = match http_body_util::Limited::new(body, MAX_REQUEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            tracing::debug!(%error, "a request did not arrive whole");
            return Err(ConnectionBreaks);
        }
    };
    if parts.uri.path() == device::PAGE {
        return Ok(device::page(&account, parts.uri.query().unwrap_or_default(), &body));
    }
    let answer = account.call(Request::from_parts(parts, body)).await;
    if answer.extensions().get::<ReplyLost>().is_some() {
        return Err(ConnectionBreaks);
    }
    Ok(answer)
}

/// What the account says about itself: `{"now_ms":..,"speed":..,"story":".."}`.
fn beacon(account: &Account) -> Response<Body> {
    let text = serde_json::json!({
        "now_ms": account.now_ms(), "speed": account.speed(), "story": account.story(),
    });
    let body = http_body_util::Full::new(bytes::Bytes::from(text.to_string()));
    Response::new(body.map_err(|never| match never {}).boxed())
}

/// Makes the server close the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection breaks here on purpose")]
struct ConnectionBreaks;
