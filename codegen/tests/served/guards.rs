//! Credentials, roles and rate limits.

use crate::client::{Answer, json, request, send};
use crate::services::{everything, notes};

async fn get(path: &str, headers: &[&str]) -> Answer {
    let line = format!("GET /api/v0/secrets/{path}");
    send(&everything::router(), request(&line, headers)).await
}

/// The status of each set of headers.
async fn statuses(path: &str, expected: &[(&[&str], u16)]) {
    for (headers, status) in expected {
        let answer = get(path, headers).await;
        assert_eq!(answer.status, *status, "{path} {headers:?}");
    }
}

#[tokio::test]
async fn a_credential_is_needed_and_checked() {
    statuses(
        "inherited",
        &[
            (&[], 401),
            (&["authorization: Bearer good"], 200),
            (&["authorization: bearer good"], 200),
            (&["authorization: Bearer bad"], 401),
            (&["authorization: Bearer"], 401),
            (&["authorization: Basic good"], 401),
            (&["authorization: good"], 401),
            (&["authorization: Bearer down"], 503),
            (&["authorization: Bearer broken"], 500),
            (&["X-Api-Key: good"], 401),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_refusal_says_what_is_asked_for() {
    let answer = get("inherited", &[]).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    assert_eq!(answer.body["status"], 401);
    let answer = get("inherited", &["authorization: Bearer bad"]).await;
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"invalid_token\", error_description=\"it is unknown\""
    );
    let answer = get("both", &["X-Api-Key: bad", "cookie: key=good"]).await;
    assert_eq!(
        answer.header("www-authenticate"),
        "ApiKey in=\"header\", name=\"X-Api-Key\""
    );
    let answer = get("inherited", &["authorization: Bearer down"]).await;
    assert_eq!(answer.header("retry-after"), "1");
    assert!(!answer.body.to_string().contains("the test says so"));
    let answer = get("inherited", &["authorization: Bearer broken"]).await;
    assert!(!answer.body.to_string().contains("the test says so"));
}

#[tokio::test]
async fn one_of_several_alternatives_is_enough() {
    statuses(
        "either",
        &[
            (&[], 401),
            (&["authorization: Bearer good"], 200),
            (&["authorization: Basic good"], 200),
            (&["X-Api-Key: good"], 200),
            (&["authorization: Bearer bad", "X-Api-Key: good"], 200),
            (&["authorization: Bearer bad", "X-Api-Key: bad"], 401),
            (&["authorization: Bearer down", "X-Api-Key: good"], 200),
            (&["authorization: Bearer down", "X-Api-Key: bad"], 503),
            (&["authorization: Bearer down", "X-Api-Key: broken"], 503),
            (&["authorization: Bearer broken", "X-Api-Key: good"], 200),
            (&["authorization: Bearer broken", "X-Api-Key: down"], 503),
            (&["authorization: Bearer broken", "X-Api-Key: bad"], 500),
            (&["authorization: Bearer bad", "X-Api-Key: broken"], 500),
            (&["cookie: key=good"], 401),
        ],
    )
    .await;
    let answer = get(
        "either",
        &["authorization: Bearer good", "X-Api-Key: admin"],
    )
    .await;
    assert_eq!(answer.body["subject"], "token");
}

#[tokio::test]
async fn all_schemes_of_an_alternative_are_needed() {
    statuses(
        "both",
        &[
            (&[], 401),
            (&["X-Api-Key: admin"], 401),
            (&["cookie: key=admin"], 401),
            (&["X-Api-Key: admin", "cookie: other=admin"], 401),
            (&["X-Api-Key: admin", "cookie: key=bad"], 401),
            (&["X-Api-Key: admin", "cookie: key=%67ood"], 401),
            (&["X-Api-Key: bad", "cookie: key=admin"], 401),
            (&["X-Api-Key: good", "cookie: key=good"], 403),
            (&["X-Api-Key: admin", "cookie: key=good"], 200),
            (&["X-Api-Key: editor", "cookie: key=good"], 200),
            (&["X-Api-Key: good", "cookie: a=b; key=admin"], 200),
            (&["X-Api-Key: good", "cookie: key=down"], 503),
            (&["authorization: Bearer admin"], 401),
        ],
    )
    .await;
    let answer = get("both", &["X-Api-Key: admin", "cookie: key=good"]).await;
    assert_eq!(answer.body["subject"], "header");
    let answer = get("both", &["X-Api-Key: good", "cookie: key=good"]).await;
    assert_eq!(
        answer.body["message"],
        "This operation requires the role `admin` or `editor`."
    );
}

#[tokio::test]
async fn a_bad_credential_is_refused_even_where_none_is_needed() {
    statuses(
        "optional",
        &[
            (&[], 200),
            (&["authorization: Bearer good"], 200),
            (&["authorization: Bearer bad"], 401),
            (&["authorization: Basic x"], 401),
            (&["X-Api-Key: bad", "cookie: key=bad"], 401),
            (&["X-Api-Key: bad"], 200),
        ],
    )
    .await;
    assert!(get("optional", &[]).await.body.is_null());
    let answer = get("optional", &["X-Api-Key: good", "cookie: key=good"]).await;
    assert_eq!(answer.body, "header");
}

#[tokio::test]
async fn a_limit_is_counted_before_anything_else() {
    let router = notes::router();
    for (remaining, status) in [("2", 401), ("1", 401), ("0", 401), ("0", 429)] {
        let answer = send(&router, json("POST /v1/notes", &[], "{}")).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-ratelimit-limit"), "3");
        assert_eq!(answer.header("x-ratelimit-remaining"), remaining);
        let reset: u32 = answer.header("x-ratelimit-reset").parse().unwrap();
        assert!((1..=60).contains(&reset));
        if status == 429 {
            assert_eq!(
                answer.header("retry-after"),
                answer.header("x-ratelimit-reset")
            );
        }
    }
}

#[tokio::test]
async fn a_role_is_checked_before_the_body() {
    let request = json(
        "POST /v1/notes",
        &["authorization: Bearer good"],
        "nonsense",
    );
    assert_eq!(send(&notes::router(), request).await.status, 403);
}
