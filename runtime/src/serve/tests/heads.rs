//! Heads that two servers may understand in two ways, and such as cost too much.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::any;

use super::*;

/// What the request that is to be smuggled asks for.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n";

/// A server that reads each request's body, and how often `/smuggled` was asked for.
async fn start_counting() -> (SocketAddr, oneshot::Sender<()>, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let smuggled = move || async move {
        counted.fetch_add(1, Ordering::SeqCst);
    };
    let read = |body: Body| async move {
        let read = crate::body::read(&json(), body, 1_000).await;
        read.map_or_else(refuse::<Error>, |body| Response::new(body.into()))
    };
    let router = Router::new()
        .route("/smuggled", get(smuggled))
        .route("/", any(read));
    let (address, stop, _) = start(router, BOUNDS.grace).await;
    (address, stop, count)
}

fn json() -> http::HeaderMap {
    let json = http::HeaderValue::from_static("application/json");
    [(http::header::CONTENT_TYPE, json)].into_iter().collect()
}

/// Everything that is answered until the server closes the connection.
async fn answers(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has refused may close the connection before all is sent.
    let _ = stream.write_all(sent).await;
    let answer = tokio::time::timeout(Duration::from_secs(20), read(stream)).await;
    answer.expect("the server closes the connection")
}

/// Asserts that there is one answer, of this status and in the contract's shape, and gives it.
fn one_refusal(answer: &str, status: u16, sent: &[u8]) {
    let sent = String::from_utf8_lossy(&sent[..sent.len().min(120)]).into_owned();
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{sent}\n{answer}");
    let start = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&start), "{sent}\n{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    for line in [
        "connection: close",
        "content-type: application/json",
        &format!("content-length: {}", body.len()),
        "x-content-type-options: nosniff",
    ] {
        assert!(head.lines().any(|known| known == line), "{line}: {answer}");
    }
    for name in ["x-request-id", "date"] {
        let prefix = format!("{name}: ");
        let lines = head.lines().filter(|line| line.starts_with(&prefix));
        assert_eq!(lines.count(), 1, "{name}: {answer}");
    }
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert!(body["message"].is_string(), "{answer}");
}

#[tokio::test]
async fn what_two_servers_may_understand_in_two_ways_is_refused_and_ends_the_connection() {
    let (address, _stop, smuggled) = start_counting().await;
    let heads: &[&[u8]] = &[
        // RFC 9112, section 3.2: Host.
        b"GET / HTTP/1.1",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: a",
        b"GET / HTTP/1.1\r\nHost: a b",
        b"GET / HTTP/1.1\r\nHost: a/b",
        b"GET / HTTP/1.1\r\nHost: you@a",
        b"GET / HTTP/1.1\r\nHost: a:b",
        b"GET http://a/ HTTP/1.1",
        // Sections 6.1 and 6.3: the body's length.
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , chunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999",
        // Sections 2.2 and 5: lines and fields.
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c",
        b"GET / HTTP/1.1\r\n X: b\r\nHost: a",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\0c",
        b"GET / HTTP/1.1\r\nHost: a\r\nX y: b",
        b"GET / HTTP/1.1\r\nHost: a\r\n: b",
        b"GET / HTTP/1.1\r\nHost: a\r\nx",
        // Section 3: the request line.
        b"GET /\0 HTTP/1.1\r\nHost: a",
        b"GET /a b HTTP/1.1\r\nHost: a",
        b"GET http:///a HTTP/1.1\r\nHost: a",
        b"G@T / HTTP/1.1\r\nHost: a",
        b"GET / HTTP/1.2\r\nHost: a",
        b"GET / HTTP/2.0\r\nHost: a",
        b"GET /\r\nHost: a",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ];
    for head in heads {
        let sent = [head, &b"\r\n\r\n"[..], b"0\r\n\r\n", SMUGGLED.as_bytes()].concat();
        one_refusal(&answers(address, &sent).await, 400, &sent);
    }
    assert_eq!(smuggled.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_framed_twice_hides_no_request() {
    let (address, _stop, smuggled) = start_counting().await;
    // Transfer-Encoding counts, and the connection ends with the answer (RFC 9112, section 6.3).
    for framing in [
        "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 6",
    ] {
        let sent = format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n0\r\n\r\n{SMUGGLED}");
        let answer = answers(address, sent.as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
    assert_eq!(smuggled.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_chunk_that_is_none_hides_no_request() {
    let (address, _stop, smuggled) = start_counting().await;
    for chunks in [
        "0x2\r\n{}\r\n0\r\n\r\n",
        "+2\r\n{}\r\n0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r{}\r\n0\r\n\r\n",
        "2;a=b\n{}\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\n{}",
        &format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "a".repeat(20_000)),
    ] {
        let sent = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{SMUGGLED}"
        );
        let answer = answers(address, sent.as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{chunks}\n{answer}");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{chunks}\n{answer}");
    }
    assert_eq!(smuggled.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn well_framed_bodies_are_read_to_their_ends_and_no_further() {
    let (address, _stop, smuggled) = start_counting().await;
    let bodies = [
        "Content-Length: 2\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1 \r\n}\r\n00\r\n\r\n",
        // Trailers are dropped: they are no headers.
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 50\r\nHost: b\r\n\r\n",
    ];
    let mut sent: String = bodies
        .map(|body| format!("POST / HTTP/1.1\r\nHost: a\r\n{body}"))
        .concat();
    sent += SMUGGLED;
    sent += GET;
    let answer = answers(address, sent.as_bytes()).await;
    assert_eq!(
        answer.matches("HTTP/1.1 200 ").count(),
        bodies.len() + 2,
        "{answer}"
    );
    assert_eq!(answer.matches("{}").count(), bodies.len(), "{answer}");
    // Here it was no part of another request.
    assert_eq!(smuggled.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn targets_may_be_absolute_and_clients_old() {
    let (address, _stop, _) = start_counting().await;
    for head in [
        "GET http://elsewhere.example/ HTTP/1.1\r\nHost: here\r\nConnection: close",
        "GET / HTTP/1.1\r\nHost:\r\nConnection: close",
        "GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close",
        "GET / HTTP/1.0",
        "\r\nGET / HTTP/1.0\r\nHost: here",
    ] {
        let sent = format!("{head}\r\n\r\n");
        let answer = answers(address, sent.as_bytes()).await;
        assert_eq!(answer.get(8..12), Some(" 200"), "{head}\n{answer}");
    }
}

#[tokio::test]
async fn a_head_just_over_the_limit_is_refused() {
    let (address, _stop, _) = start_counting().await;
    let with = |bytes: usize| {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \r\n\r\n";
        let padding = "x".repeat(bytes - head.len());
        head.replace("X: ", &format!("X: {padding}")).into_bytes()
    };
    let answer = answers(address, &with(MAX_HEAD)).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    for bytes in [MAX_HEAD + 1, 70_000, 10 * MAX_HEAD] {
        let sent = with(bytes);
        one_refusal(&answers(address, &sent).await, 431, &sent);
    }
    let many = "x: 1\r\n".repeat(MAX_HEADERS + 1);
    let sent = format!("GET / HTTP/1.1\r\n{many}\r\n").into_bytes();
    one_refusal(&answers(address, &sent).await, 431, &sent);
    let long = "x".repeat(65_535 - 200);
    let sent = format!("GET /{long} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = answers(address, sent.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn without_an_error_shape_refusals_have_no_body() {
    let server = Server::bind("127.0.0.1", 0).await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(Router::new(), std::future::pending()));
    for sent in ["GET / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n"] {
        let answer = answers(address, sent.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
}
