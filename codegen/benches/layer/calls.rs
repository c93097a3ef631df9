//! What is asked of both sides.

use std::time::Instant;

use contract_runtime::axum::Router;
use contract_runtime::axum::body::{Body, to_bytes};
use contract_runtime::http::Request;
use contract_runtime::serde_json::json;
use tower::ServiceExt;

/// A request that is made again and again.
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) body: String,
    /// The status that answers it.
    pub(crate) status: u16,
}

pub(crate) fn calls() -> [Call; 3] {
    let note = |title: &str, tag: &str, priority: i32| {
        let body = json!({
            "title": title,
            "text": "Flour, water and salt, and a night in the cold. ".repeat(19),
            "tags": ["baking", "slow-food", tag],
            "priority": priority,
            "source": "https://example.com/recipes/bread",
        });
        let body = body.to_string();
        assert!(
            (1_000..1_100).contains(&body.len()),
            "1 KB, not {}",
            body.len()
        );
        body
    };
    let preview = |name, body, status| Call {
        name,
        method: "POST",
        path: "/v1/notes/preview",
        body,
        status,
    };
    [
        Call {
            name: "GET with path and query parameters",
            method: "GET",
            path: "/v1/notes/01890a5d-ac96-774b-bcce-b302099a8057/related?limit=10&offset=20&search=sour%20dough",
            body: String::new(),
            status: 200,
        },
        preview(
            "POST with a valid 1 KB body",
            note("Bread", "bread", 2),
            200,
        ),
        preview("POST with three violations", note("", "Bread", 9), 400),
    ]
}

/// How long one call takes in process.
pub(crate) async fn nanoseconds(router: &Router, call: &Call) -> f64 {
    const CALLS: u32 = 2_000;
    let start = Instant::now();
    for _ in 0..CALLS {
        let mut request = Request::builder().method(call.method).uri(call.path);
        if !call.body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .header("content-length", call.body.len());
        }
        let request = request
            .body(Body::from(call.body.clone()))
            .expect("it is a request");
        let Ok(response) = router.clone().oneshot(request).await;
        let body = to_bytes(response.into_body(), usize::MAX).await;
        assert!(!body.expect("it has a body").is_empty());
    }
    start.elapsed().as_nanos() as f64 / f64::from(CALLS)
}
