//! What a request looks like, and what the client knows of its operation.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::{Arc, Mutex};

use portfolio_client::{Conditional, OPERATIONS};
use serde_json::json;
use support::{Liar, Reply, client};

#[test]
fn the_table_knows_which_operations_take_a_token() {
    assert_eq!(OPERATIONS.len(), 35);
    let without: Vec<_> = OPERATIONS
        .iter()
        .filter(|operation| !operation.token)
        .map(|operation| operation.id)
        .collect();
    let expected = [
        "login",
        "refreshSession",
        "listBlogCategories",
        "trackVisit",
        "getVisitorCount",
        "trackContentView",
        "getContentViewCount",
    ];
    assert_eq!(without, expected);
}

#[tokio::test]
async fn headers_are_the_contracts_own() {
    let (liar, address) = Liar::start().await;
    liar.says([Reply::json(200, json!({ "count": 7 }))]);
    let client = client(&address).0.build().unwrap();
    client.get_visitor_count().send().await.unwrap();
    for seen in liar.seen() {
        assert!(!seen.headers.contains_key("api-version"), "{seen:?}");
        assert_eq!(seen.headers["accept"], "application/json");
    }
}

#[tokio::test]
async fn an_observer_sees_every_exchange_as_it_was() {
    let (liar, address) = Liar::start().await;
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = seen.clone();
    let (builder, _) = client(&address);
    let client = builder.observer(move |exchange| {
        assert!(!format!("{exchange:?}").contains("secret"));
        log.lock().unwrap().push(format!(
            "{} {} {} {}",
            exchange.operation.id,
            exchange.request.url().path(),
            exchange.status.as_u16(),
            String::from_utf8_lossy(exchange.body),
        ));
    });
    // Each try is an exchange, and what is no answer of the contract is one too.
    liar.says([
        Reply::json(503, json!("secret")),
        Reply::json(418, json!(1)),
    ]);
    let refused = client.build().unwrap().get_visitor_count().send().await;
    refused.unwrap_err();
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "getVisitorCount /visitors/count 503 \"secret\"",
            "getVisitorCount /visitors/count 418 1",
        ]
    );
}

#[test]
fn what_was_found_is_written_as_itself_and_what_was_not_as_null() {
    let found = serde_json::to_value(Conditional::Found(7)).unwrap();
    let current = serde_json::to_value(Conditional::<u8>::NotModified).unwrap();
    assert_eq!((found, current), (json!(7), json!(null)));
}
