//! Paths and methods that are there, and those that are not.

use crate::client::{request, send};
use crate::services::{everything, faults, notes, smallest};

const NOTE: &str = "/v1/notes/01890a5d-ac96-774b-bcce-b302099a8057";

#[tokio::test]
async fn an_unknown_path_is_404_in_the_contracts_shape() {
    for path in [
        "/",
        "/notes",
        "/v1",
        "/v1/notes/",
        "/v1/notes/1/2",
        "/v1/%6Eotes",
    ] {
        let answer = send(&notes::router(), request(&format!("GET {path}"), &[])).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.body["status"], 404);
    }
}

#[tokio::test]
async fn another_method_is_405_with_allow() {
    for (line, allow) in [
        (format!("PUT {NOTE}"), "DELETE, GET, HEAD, PATCH"),
        ("OPTIONS /v1/notes".to_owned(), "GET, HEAD, POST"),
        ("BREW /v1/notes".to_owned(), "GET, HEAD, POST"),
    ] {
        let answer = send(&notes::router(), request(&line, &[])).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, allow),
            "{line}"
        );
        assert_eq!(answer.body["status"], 405);
    }
    let answer = send(&everything::router(), request("HEAD /api/v0/values", &[])).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let line = format!("HEAD {NOTE}");
    let answer = send(
        &notes::router(),
        request(&line, &["authorization: Bearer good"]),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("etag"), "\"1\"");
    assert!(answer.body.is_null());
}

#[tokio::test]
async fn the_smallest_contract_is_served() {
    let router = smallest::router();
    assert_eq!(send(&router, request("GET /", &[])).await.status, 204);
    let answer = send(&router, request("GET /else", &[])).await;
    assert_eq!(
        (answer.status, &answer.body["text"]),
        (404, &"No such path.".into())
    );
}

#[tokio::test]
async fn the_path_of_the_server_is_the_base() {
    assert_eq!(notes::contract::BASE_PATH, "/v1");
    assert_eq!(everything::contract::BASE_PATH, "/api/v0");
}

#[tokio::test]
async fn a_contract_can_say_how_errors_are_made() {
    let router = faults::router();
    let answer = send(&router, request("GET /hello?name=Ada", &[])).await;
    assert_eq!((answer.status, &answer.body), (200, &"Hello, Ada!".into()));
    let answer = send(&router, request("GET /hello?name=Grace", &[])).await;
    let broken =
        contract_runtime::serde_json::json!(["query name: must have at most 3 characters"]);
    assert_eq!((answer.status, &answer.body["broken"]), (400, &broken));
    let answer = send(&router, request("GET /nothing", &[])).await;
    let expected = contract_runtime::serde_json::json!({
        "status": 404, "title": "Not Found", "text": "No such path.",
    });
    assert_eq!((answer.status, answer.body), (404, expected));
}
