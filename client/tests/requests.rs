//! What a request looks like, and what the client knows of its operation.

#![allow(clippy::unwrap_used)]

mod support;

use portfolio_client::OPERATIONS;
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
