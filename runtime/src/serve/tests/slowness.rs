//! Clients that send or take next to nothing.

use axum::routing::post;

use super::*;

const SHORT: Duration = Duration::from_millis(200);

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_body_that_trickles_is_the_clients_mistake_and_not_a_503() {
    let read = |request: axum::extract::Request| async move {
        let (parts, body) = request.into_parts();
        let read = crate::body::read(&parts.headers, body, 1_000).await;
        read.map_or_else(refuse::<Error>, |body| Response::new(body.into()))
    };
    let router = Router::new().route("/", post(read));
    let bounds = Bounds {
        body: SHORT,
        ..BOUNDS
    };
    let (address, _stop, _) = start_with(router, bounds).await;
    for framing in ["Content-Length: 999", "Transfer-Encoding: chunked"] {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
        );
        let (mut answer, mut client) = send(address, &head).await.into_split();
        let trickle = tokio::spawn(async move {
            while client.write_all(b"1\r\n \r\n").await.is_ok() {
                tokio::time::sleep(SHORT / 10).await;
            }
        });
        let mut text = String::new();
        let read = answer.read_to_string(&mut text);
        // What is still sent to a closed connection may reset it, after the answer.
        let _ = tokio::time::timeout(PATIENCE, read).await.expect("an end");
        assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
        assert!(text.contains("connection: close"), "{text}");
        assert!(text.contains("The body did not arrive in time."), "{text}");
        trickle.abort();
    }
}

/// A body without end that says when it is dropped.
struct Endless(Option<oneshot::Sender<()>>);

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.0.take().unwrap().send(());
    }
}

#[tokio::test]
async fn a_client_that_does_not_take_its_answer_is_given_up() {
    let (dropped, end) = oneshot::channel();
    let dropped = Arc::new(std::sync::Mutex::new(Some(dropped)));
    let router = Router::new().route(
        "/",
        get(move || async move {
            let body = Endless(dropped.lock().unwrap().take());
            Body::from_stream(futures_util::stream::repeat_with(move || {
                let _held = &body;
                Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 65_536]))
            }))
        }),
    );
    let bounds = Bounds {
        answer: SHORT,
        ..BOUNDS
    };
    let (address, _stop, _) = start_with(router, bounds).await;
    let _client = send(address, GET).await;
    let given_up = tokio::time::timeout(PATIENCE, end).await;
    given_up.expect("the connection is given up").unwrap();
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let router = Router::new().route("/", get(|| async { "here" }));
    let bounds = Bounds {
        head: SHORT,
        ..BOUNDS
    };
    let (address, _stop, _) = start_with(router, bounds).await;
    for sent in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: here\r\n"] {
        let answer = read(send(address, sent).await);
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        assert_eq!(answer.expect("an end"), "", "{sent}");
    }
}
