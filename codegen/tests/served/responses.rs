//! Statuses, headers and bodies as the contract declares them.

use contract_runtime::serde_json::json;

use crate::client::{request, send};
use crate::services::{everything, notes};

#[tokio::test]
async fn each_status_is_answered_as_itself() {
    for status in [200, 226, 299, 304, 418, 505, 599] {
        let line = format!("GET /api/v0/statuses?status={status}");
        let answer = send(&everything::router(), request(&line, &[])).await;
        assert_eq!(answer.status, status);
        assert!(answer.body.is_null());
    }
}

#[tokio::test]
async fn headers_are_written_in_the_form_of_their_types() {
    let answer = send(&everything::router(), request("GET /api/v0/headers", &[])).await;
    for (name, value) in [
        ("x-text", "text"),
        ("x-number", "-7"),
        ("x-id", "01890a5d-ac96-774b-bcce-b302099a8057"),
        ("last-modified-on", "2026-01-31"),
        ("x-time", "2026-01-31T10:00:00.000Z"),
        ("response", "a response"),
        ("status", "a status"),
        ("type", "a type"),
    ] {
        assert_eq!(answer.header(name), value);
    }
    assert!(!answer.headers.contains_key("x-absent"));
    assert_eq!(answer.body, json!(["a"]));
}

#[tokio::test]
async fn a_response_without_a_body_has_none() {
    let line = "DELETE /v1/notes/01890a5d-ac96-774b-bcce-b302099a8057";
    let answer = send(
        &notes::router(),
        request(line, &["authorization: Bearer good"]),
    )
    .await;
    assert_eq!(answer.status, 204);
    assert!(!answer.headers.contains_key("content-type"));
}

#[tokio::test]
async fn one_operation_answers_with_several_shapes() {
    let line = "GET /v1/notes/01890a5d-ac96-774b-bcce-b302099a8057";
    let router = notes::router();
    let answer = send(&router, request(line, &["if-none-match: \"1\""])).await;
    assert_eq!((answer.status, answer.header("etag")), (304, "\"1\""));
    let answer = send(&router, request(line, &[])).await;
    assert_eq!(
        (answer.status, &answer.body["message"]),
        (404, &json!("No such note."))
    );
    let answer = send(&router, request(line, &["authorization: Bearer good"])).await;
    assert_eq!((answer.status, answer.header("etag")), (200, "\"1\""));
    assert_eq!(answer.body["source"], json!(null));
    assert!(answer.body.as_object().unwrap().contains_key("source"));
}
