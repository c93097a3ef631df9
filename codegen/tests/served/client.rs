//! Requests in process, and what comes back.

use contract_runtime::axum::Router;
use contract_runtime::axum::body::Body;
use contract_runtime::http::{HeaderMap, Request, Response};
use contract_runtime::serde_json::{self, Value};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// An answer, its body as JSON (null if there is none).
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// A header's text; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The violations, each as `where pointer message`, in their order.
    pub(crate) fn violations(&self) -> Vec<String> {
        let violations = self.body["violations"].as_array().unwrap().iter();
        violations
            .map(|found| {
                let text = |name: &str| found[name].as_str().unwrap().to_owned();
                format!("{} {} {}", text("where"), text("pointer"), text("message"))
            })
            .collect()
    }
}

/// Sends a request.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response: Response<Body> = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        assert_eq!(parts.headers["content-type"], "application/json");
        serde_json::from_slice(&bytes).unwrap()
    };
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

/// A request with headers such as `name: value` and without a body.
pub(crate) fn request(line: &str, headers: &[&str]) -> Request<Body> {
    let (method, uri) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(uri);
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(Body::empty()).unwrap()
}

/// A request with a JSON body.
pub(crate) fn json(line: &str, headers: &[&str], body: impl Into<String>) -> Request<Body> {
    let mut request = request(line, headers);
    let value = "application/json".parse().unwrap();
    request.headers_mut().insert("content-type", value);
    *request.body_mut() = Body::from(body.into());
    request
}
