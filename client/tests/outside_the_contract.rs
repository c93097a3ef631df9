//! A server that answers what the contract does not have: typed errors that keep all there is, and no panic.

#![allow(clippy::unwrap_used)]

mod support;

use portfolio_client::{Error, Problem, Retries};
use serde_json::json;
use support::{Liar, Reply, client};

/// Calls getCurrentUser of a server that answers this.
async fn answered(reply: Reply) -> Error {
    let (liar, address) = Liar::start().await;
    liar.says([reply]);
    let client = client(&address).0.retries(Retries::none()).build().unwrap();
    client.get_current_user().send().await.unwrap_err()
}

/// The problem, after the checks that every such error stands.
fn problem(error: Error, status: u16, body: &[u8]) -> Problem {
    assert_eq!(
        error.operation().map(|operation| operation.id),
        Some("getCurrentUser")
    );
    assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
    let text = error.to_string();
    assert!(
        text.contains("getCurrentUser") && text.contains(&status.to_string()),
        "{text}"
    );
    let Error::UnexpectedResponse(answer) = error else {
        panic!("{text}");
    };
    assert_eq!(&answer.body()[..], body);
    answer.problem().clone()
}

#[tokio::test]
async fn an_undeclared_status() {
    let error = answered(Reply::raw(418, Some("text/plain"), "short and stout")).await;
    assert_eq!(problem(error, 418, b"short and stout"), Problem::Status);
}

#[tokio::test]
async fn a_gateway_page() {
    let page = "<html><body>Bad Gateway</body></html>";
    let error = answered(Reply::raw(502, Some("text/html"), page)).await;
    assert!(error.to_string().contains("Bad Gateway"), "{error}");
    assert_eq!(problem(error, 502, page.as_bytes()), Problem::Status);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let error = answered(Reply::raw(302, None, "").with("location", "/elsewhere")).await;
    assert_eq!(problem(error, 302, b""), Problem::Status);
}

#[tokio::test]
async fn an_undeclared_304() {
    let error = answered(Reply::raw(304, None, "")).await;
    assert_eq!(problem(error, 304, b""), Problem::Status);
}

#[tokio::test]
async fn another_content_type() {
    for (status, content_type) in [
        (200, "text/html; charset=utf-8"),
        (503, "text/html"),
        (401, "application/problem+json"),
    ] {
        let error = answered(Reply::raw(status, Some(content_type), "{}")).await;
        assert_eq!(
            problem(error, status, b"{}"),
            Problem::ContentType(Some(content_type.to_owned()))
        );
    }
    let error = answered(Reply::raw(200, None, "{}")).await;
    assert_eq!(problem(error, 200, b"{}"), Problem::ContentType(None));
}

#[tokio::test]
async fn an_empty_body() {
    for status in [200, 401] {
        let error = answered(Reply::raw(status, Some("application/json"), "")).await;
        assert_eq!(problem(error, status, b""), Problem::Empty);
    }
}

#[tokio::test]
async fn a_malformed_body() {
    let user = json!({ "id": "019b8d2b-8c00-7f42-a3d6-58b90c17e2f4", "email": "a@b.c", "name": "A", "role": "owner" });
    let broken = |member: &str, value| {
        let mut user = user.clone();
        user[member] = value;
        user.to_string()
    };
    for (body, place, message) in [
        ("{\"id\": ".to_owned(), "id", "EOF"),
        (user.to_string() + "}", ".", "trailing"),
        ("null".to_owned(), ".", "null"),
        ("[]".to_owned(), ".", "invalid length"),
        (broken("role", json!("king")), "role", "king"),
        (broken("name", json!(null)), "name", "null"),
        (broken("id", json!("7")), "id", "UUID"),
        ("{}".to_owned(), ".", "missing field"),
    ] {
        let error = answered(Reply::raw(200, Some("application/json"), body.clone())).await;
        let Problem::Payload {
            path,
            message: said,
        } = problem(error, 200, body.as_bytes())
        else {
            panic!("{body}");
        };
        assert_eq!(path, place, "{body}: {said}");
        assert!(said.contains(message), "{body}: {said}");
    }
}

#[tokio::test]
async fn an_error_without_its_shape() {
    let body = json!({ "message": "Forbidden" }).to_string();
    let error = answered(Reply::raw(401, Some("application/json"), body.clone())).await;
    assert!(matches!(
        problem(error, 401, body.as_bytes()),
        Problem::Payload { .. }
    ));
}

#[tokio::test]
async fn a_body_that_is_not_text() {
    let error = answered(Reply::raw(
        200,
        Some("application/json"),
        [0xff, 0x00, 0xfe],
    ))
    .await;
    assert!(matches!(
        problem(error, 200, &[0xff, 0x00, 0xfe]),
        Problem::Payload { .. }
    ));
}

#[tokio::test]
async fn a_parameter_in_the_content_type_is_fine() {
    let error = answered(Reply::raw(
        401,
        Some("Application/JSON; charset=utf-8"),
        r#"{"error":"No","message":"No.","statusCode":401}"#,
    ))
    .await;
    assert!(matches!(&error, Error::ErrorResponse(_)), "{error}");
}

#[tokio::test]
async fn nobody_there() {
    let client = client("http://127.0.0.1:1/v1")
        .0
        .retries(Retries::none())
        .build()
        .unwrap();
    let error = client.get_visitor_count().send().await.unwrap_err();
    assert!(
        matches!(&error, Error::Communication { operation, cause } if cause.is_connect() && operation.id == "getVisitorCount")
    );
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn what_cannot_be_sent() {
    let (liar, address) = Liar::start().await;
    let client = client(&address).0.token("line\nbreak").build().unwrap();
    let error = client.get_blog_post().send().await.unwrap_err();
    assert!(error.to_string().contains("post_id"), "{error}");
    let error = client
        .list_blog_posts()
        .status("secret")
        .send()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("status"), "{error}");
    let error = client.get_current_user().send().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert!(liar.seen().is_empty());
}
