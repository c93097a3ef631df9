mod crowds;
mod heads;
mod slowness;

use std::sync::Arc;

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};

use super::*;
use crate::fault::refuse;

/// A running server, how to stop it, and the end of it.
async fn start(
    router: Router,
    grace: Duration,
) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    start_with(router, Bounds { grace, ..BOUNDS }).await
}

/// The same with bounds of the test's.
async fn start_with(
    router: Router,
    bounds: Bounds,
) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let mut server = Server::bind("127.0.0.1", 0)
        .await
        .unwrap()
        .refusing(refuse::<Error>);
    server.bounds = bounds;
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    let end = tokio::spawn(server.serve(router, async {
        let _ = stopped.await;
    }));
    (address, stop, end)
}

/// A contract's error shape.
#[derive(serde::Serialize)]
struct Error {
    message: String,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self {
            message: fault.message.into_owned(),
        }
    }
}

async fn send(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

const GET: &str = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn requests_carry_the_address_of_their_client() {
    let router = Router::new().route(
        "/",
        get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
    );
    let (address, _stop, _) = start(router, BOUNDS.grace).await;
    let stream = send(address, GET).await;
    let peer = stream.local_addr().unwrap().to_string();
    let answer = read(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(&peer), "{answer}");
}

#[tokio::test]
async fn one_connection_serves_several_requests() {
    let router = Router::new().route("/", get(|| async { "here" }));
    let (address, _stop, _) = start(router, BOUNDS.grace).await;
    let twice = format!("GET / HTTP/1.1\r\nHost: here\r\n\r\n{GET}");
    let answer = read(send(address, &twice).await).await;
    assert_eq!(answer.matches("200 OK").count(), 2, "{answer}");
}

/// A router whose `/` begins, says so, and goes on when told to.
fn slow() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, goes_on) = (begun.clone(), go_on.clone());
    let router = Router::new().route(
        "/",
        get(move || async move {
            begins.notify_one();
            goes_on.notified().await;
            "finished"
        }),
    );
    (router, begun, go_on)
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_no_new_one_taken() {
    let (router, begun, go_on) = slow();
    let (address, stop, end) = start(router, BOUNDS.grace).await;
    let request = tokio::spawn(async move { read(send(address, GET).await).await });
    begun.notified().await;
    stop.send(()).unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!end.is_finished());
    go_on.notify_one();
    let answer = request.await.unwrap();
    assert!(answer.ends_with("finished"), "{answer}");
    end.await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_finish_is_cut_off() {
    let (router, begun, _go_on) = slow();
    let (address, stop, end) = start(router, Duration::from_millis(50)).await;
    let stream = send(address, GET).await;
    begun.notified().await;
    stop.send(()).unwrap();
    end.await.unwrap();
    assert_eq!(read(stream).await, "");
}

#[tokio::test]
async fn an_idle_connection_does_not_keep_the_server() {
    let router = Router::new().route("/", get(|| async { "here" }));
    let (address, stop, end) = start(router, Duration::from_secs(60)).await;
    let mut idle = send(address, "GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    stop.send(()).unwrap();
    end.await.unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let router = Router::new().route("/", get(|| async { "here" }));
    let (address, _stop, _) = start(router, BOUNDS.grace).await;
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    let request = format!("GET / HTTP/1.1\r\nHost: here\r\n{many}\r\n");
    let answer = read(send(address, &request).await).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn an_address_that_cannot_be_had_is_reported() {
    let first = Server::bind("127.0.0.1", 0).await.unwrap();
    let port = first.address().port();
    let error = Server::bind("127.0.0.1", port).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("127.0.0.1:{port} is in use by another process")
    );
    for host in ["192.0.2.1", "no such host", ""] {
        let error = Server::bind(host, 0).await.unwrap_err();
        assert!(matches!(error, BindError::BadHost(..)), "{host}: {error:?}");
    }
}

#[tokio::test]
async fn ipv6_addresses_may_have_brackets() {
    for host in ["[::1]", "::1"] {
        let server = Server::bind(host, 0).await;
        assert!(
            server.is_ok_and(|server| server.address().ip().is_loopback()),
            "{host}"
        );
    }
}
