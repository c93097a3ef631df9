//! Operations that share a method stay operations of their own.

use contract_runtime::serde_json::json;

use crate::client::{request, send};
use crate::services::shared;

#[tokio::test]
async fn the_shared_method_is_told_which_operation_was_asked_for() {
    let router = shared::router();
    let admin = ["authorization: Bearer admin", "accept: application/json"];
    for (line, name) in [
        ("GET /v1/books?limit=1", "listBooks /v1/books"),
        ("GET /v1/maps?limit=1", "listMaps /v1/maps"),
    ] {
        let answer = send(&router, request(line, &admin)).await;
        assert_eq!((answer.status, &answer.body), (200, &json!([name])));
        assert_eq!(answer.header("x-total"), "2");
    }
    assert_eq!(
        send(&router, request("PUT /v1/door", &[])).await.status,
        204
    );
}

#[tokio::test]
async fn each_keeps_its_own_limits_and_roles() {
    let router = shared::router();
    let good = ["authorization: Bearer good"];
    for (line, status) in [
        ("GET /v1/books", 200),
        ("GET /v1/maps", 403),
        ("GET /v1/maps?limit=10", 403),
    ] {
        assert_eq!(
            send(&router, request(line, &good)).await.status,
            status,
            "{line}"
        );
    }
    let answer = send(&router, request("GET /v1/books?limit=10", &good)).await;
    assert_eq!(answer.status, 400);
}
