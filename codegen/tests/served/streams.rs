//! Answers that are streams of events, and what is answered to whom.

use contract_runtime::axum::body::Body;
use contract_runtime::http::{HeaderMap, Request};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::client::{json, request};
use crate::services::streams;

const TEXT: &str = r#"{"text": "one\ntwo"}"#;

/// Status, headers and the body as text.
async fn send(request: Request<Body>) -> (u16, HeaderMap, String) {
    let response = streams::router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (parts.status.as_u16(), parts.headers, text)
}

fn lines(accept: &str, body: &str) -> Request<Body> {
    let accept = format!("accept: {accept}");
    json(
        "POST /lines",
        &["authorization: Bearer good", &accept],
        body,
    )
}

#[tokio::test]
async fn the_client_decides_between_json_and_events() {
    for (accept, kind, body) in [
        ("*/*", "application/json", r#"{"text":"one\ntwo"}"#),
        (
            "application/json",
            "application/json",
            r#"{"text":"one\ntwo"}"#,
        ),
        (
            "text/event-stream",
            "text/event-stream",
            "data: {\"line\":\"one\"}\n\ndata: {\"line\":\"two\"}\n\n",
        ),
    ] {
        let (status, headers, text) = send(lines(accept, TEXT)).await;
        assert_eq!((status, text.as_str()), (200, body), "{accept}");
        assert_eq!(headers["content-type"], kind);
        assert_eq!(headers["vary"], "accept");
    }
}

#[tokio::test]
async fn without_a_wish_the_contracts_first_media_type_is_answered() {
    let (_, headers, text) = send(request("GET /counts/2", &[])).await;
    assert_eq!(headers["x-length"], "2");
    assert_eq!(text, "data: 1\n\ndata: 2\n\n");
    let (_, headers, text) = send(request("GET /counts/2", &["accept: application/*"])).await;
    assert_eq!(headers["x-length"], "2");
    assert_eq!(text, "[1,2]");
    let (_, _, text) = send(request("GET /ticks", &[])).await;
    assert_eq!(text, "data: {\"number\":1}\n\ndata: {\"number\":2}\n\n");
}

#[tokio::test]
async fn a_client_that_accepts_neither_is_told_so_in_the_error_shape() {
    let (status, headers, text) = send(lines("text/html", TEXT)).await;
    assert_eq!(
        (status, &headers["content-type"]),
        (406, &"application/json".parse().unwrap())
    );
    let expected = r#"{"text":"This is answered as application/json or text/event-stream only."}"#;
    assert_eq!(text, expected);
    let (status, _, text) = send(request("GET /ticks", &["accept: application/json"])).await;
    assert_eq!(status, 406);
    assert_eq!(
        text,
        r#"{"text":"This is answered as text/event-stream only."}"#
    );
}

#[tokio::test]
async fn who_may_call_is_asked_before_what_is_accepted_and_that_before_the_body() {
    let (status, _, _) = send(json("POST /lines", &["accept: text/html"], "{")).await;
    assert_eq!(status, 401);
    assert_eq!(send(lines("text/html", "{")).await.0, 406);
    assert_eq!(send(lines("text/event-stream", "{")).await.0, 400);
}

#[tokio::test]
async fn a_failure_before_the_first_event_has_its_own_status() {
    let headers = ["authorization: Bearer admin", "accept: text/event-stream"];
    let (status, headers, text) = send(json("POST /lines", &headers, TEXT)).await;
    assert_eq!(
        (status, &headers["content-type"]),
        (503, &"application/json".parse().unwrap())
    );
    assert_eq!(
        text,
        r#"{"text":"nothing for those who may do everything"}"#
    );
}

#[tokio::test]
async fn a_failure_after_it_is_the_event_that_the_contract_names() {
    let (status, _, text) = send(lines("text/event-stream", r#"{"text": "a\n?\nb"}"#)).await;
    assert_eq!(status, 200);
    assert_eq!(
        text,
        "data: {\"line\":\"a\"}\n\nevent: failure\ndata: {\"text\":\"a question\"}\n\n"
    );
}

#[tokio::test]
async fn other_successes_are_answered_to_both() {
    for accept in ["application/json", "text/event-stream"] {
        let (status, _, text) = send(lines(accept, r#"{"text": ""}"#)).await;
        assert_eq!((status, text.as_str()), (204, ""), "{accept}");
    }
}
