//! The stack around a router.

mod cors;
mod metrics;

use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::routing::get;
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::call::Audit;
use crate::client::ClientAddress;
use crate::log::captured::Captured;

/// The error shape of a service.
#[derive(Serialize)]
struct Error {
    code: u16,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self {
            code: fault.status.as_u16(),
        }
    }
}

fn router() -> Router {
    Router::new()
        .route("/here", get(|| async { "here" }))
        .route(
            "/panics",
            get(|| async {
                if true {
                    panic!("out of {}", "order");
                }
            }),
        )
        .route(
            "/sleeps",
            get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }),
        )
        .route(
            "/id",
            get(|Extension(id): Extension<RequestId>| async move { id.as_str().to_owned() }),
        )
        .route(
            "/client",
            get(|Extension(client): Extension<ClientAddress>| async move { client.to_string() }),
        )
        .route(
            "/own",
            get(|| async {
                [
                    (header::CONTENT_SECURITY_POLICY, "default-src 'self'"),
                    (header::CACHE_CONTROL, "no-cache"),
                ]
            }),
        )
        .route(
            "/audited",
            get(|| async {
                tracing::warn!("something is odd");
                let audit = Audit {
                    operation: "getThing",
                    subject: Some("subject-1".to_owned()),
                };
                Extension(audit)
            }),
        )
        .route("/large", get(|| async { "large ".repeat(1_000) }))
        .route(
            "/tagged",
            get(|| async { ([(header::ETAG, "\"7\"")], "large ".repeat(1_000)) }),
        )
        .route(
            "/weak",
            get(|| async { ([(header::ETAG, "W/\"7\"")], "large ".repeat(1_000)) }),
        )
        .fallback(|| async { refuse::<Error>(Fault::unknown_path()) })
}

fn stack() -> Stack {
    Stack {
        origins: "https://app.example".parse().unwrap(),
        timeout: Duration::from_millis(50),
        ..Stack::default()
    }
}

fn request(path: &str) -> Request {
    Request::get(path).body(Body::empty()).unwrap()
}

fn with(mut request: Request, headers: &[(&'static str, &'static str)]) -> Request {
    for (name, value) in headers {
        request
            .headers_mut()
            .append(*name, HeaderValue::from_static(value));
    }
    request
}

async fn send(stack: &Stack, request: Request) -> Response {
    let router = wrap::<Error>(router(), stack);
    router.oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn json(response: Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    for path in ["/here", "/panics", "/sleeps", "/nowhere"] {
        let response = send(&stack(), request(path)).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(header(&response, name), Some(value), "{path}");
        }
        assert_eq!(header(&response, "strict-transport-security"), None);
    }
    let hsts = Stack {
        hsts: true,
        ..stack()
    };
    let response = send(&hsts, request("/here")).await;
    assert_eq!(
        header(&response, "strict-transport-security"),
        Some("max-age=31536000")
    );
}

#[tokio::test]
async fn a_response_may_have_its_own_policies() {
    let response = send(&stack(), request("/own")).await;
    assert_eq!(
        header(&response, "content-security-policy"),
        Some("default-src 'self'")
    );
    assert_eq!(header(&response, "cache-control"), Some("no-cache"));
}

#[tokio::test]
async fn a_panic_is_answered_and_logged_with_the_requests_id() {
    let log = Captured::start();
    let response = send(
        &stack(),
        with(request("/panics"), &[("x-request-id", "r-1")]),
    )
    .await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(header(&response, "x-request-id"), Some("r-1"));
    assert_eq!(json(response).await, json!({"code": 500}));
    let lines = log.lines();
    assert_eq!(lines[0]["level"], "error");
    assert_eq!(lines[0]["requestId"], "r-1");
    assert_eq!(lines[0]["cause"], "out of order");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let response = send(&stack(), request("/sleeps")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&response, "retry-after"), Some("5"));
    assert_eq!(json(response).await, json!({"code": 503}));
}

#[tokio::test]
async fn request_ids_go_in_and_out() {
    let response = send(
        &stack(),
        with(request("/id"), &[("x-request-id", "mine-1")]),
    )
    .await;
    assert_eq!(header(&response, "x-request-id"), Some("mine-1"));
    assert_eq!(text(response).await, "mine-1");

    let response = send(
        &stack(),
        with(request("/id"), &[("x-request-id", "not mine")]),
    )
    .await;
    let id = header(&response, "x-request-id").unwrap().to_owned();
    assert_eq!(id.len(), 36);
    assert_eq!(text(response).await, id);
}

#[tokio::test]
async fn a_request_is_one_line_in_the_log() {
    let log = Captured::start();
    let headers = [
        ("x-request-id", "r-1"),
        (
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ),
        ("authorization", "Bearer secret"),
    ];
    send(&stack(), with(request("/audited?token=secret"), &headers)).await;
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["message"], "something is odd");
    assert_eq!(lines[0]["requestId"], "r-1");
    let mut line = lines[1].as_object().unwrap().clone();
    assert!(line.remove("time").unwrap().is_string());
    assert!(line.remove("durationMs").unwrap().is_f64());
    assert_eq!(
        Value::Object(line),
        json!({
            "level": "info", "message": "request", "operation": "getThing", "method": "GET",
            "path": "/audited", "status": 200, "subject": "subject-1", "requestId": "r-1",
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        })
    );
    assert!(!format!("{lines:?}").contains("secret"));
}

#[tokio::test]
async fn the_client_comes_from_the_connection_a_proxy_or_a_front_end() {
    let from = |peer: &str, headers: &[(&'static str, &'static str)]| {
        let mut request = with(request("/client"), headers);
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    let stack = Stack {
        proxies: TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]),
        ..stack()
    };
    let forwarded = [("x-forwarded-for", "198.51.100.7")];
    for (request, client) in [
        (from("203.0.113.9:4711", &forwarded), "203.0.113.9"),
        (from("10.0.0.1:4711", &forwarded), "198.51.100.7"),
        (with(request("/client"), &forwarded), "0.0.0.0"),
    ] {
        assert_eq!(text(send(&stack, request).await).await, client);
    }
    let mut request = from("203.0.113.9:4711", &[]);
    let known = ClientAddress("192.0.2.44".parse().unwrap());
    request.extensions_mut().insert(known);
    assert_eq!(text(send(&stack, request).await).await, "192.0.2.44");
}

#[tokio::test]
async fn large_responses_are_compressed_unless_strongly_tagged() {
    for (path, compression, encoding, vary) in [
        (
            "/large",
            true,
            Some("gzip"),
            &["accept-encoding", "origin"][..],
        ),
        ("/weak", true, Some("gzip"), &["accept-encoding", "origin"]),
        ("/tagged", true, None, &["origin"]),
        ("/here", true, None, &["origin"]),
        ("/large", false, None, &["origin"]),
    ] {
        let stack = Stack {
            compression,
            ..stack()
        };
        let response = send(
            &stack,
            with(request(path), &[("accept-encoding", "gzip, br")]),
        )
        .await;
        assert_eq!(header(&response, "content-encoding"), encoding, "{path}");
        let varies: Vec<_> = response.headers().get_all(header::VARY).iter().collect();
        assert_eq!(varies, vary, "{path}");
        let size = response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .len();
        assert_eq!(
            size < 1_000,
            path == "/here" || encoding.is_some(),
            "{path}"
        );
    }
    let plain = send(&stack(), request("/large")).await;
    assert_eq!(header(&plain, "content-encoding"), None);
}

#[tokio::test]
async fn health_is_ok_and_read_only() {
    let router = wrap::<Error>(crate::health::router::<Error>(), &stack());
    for method in [Method::GET, Method::HEAD] {
        let mut request = request("/health");
        *request.method_mut() = method.clone();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), Some("application/json"));
        let body = if method == Method::GET {
            r#"{"status":"ok"}"#
        } else {
            ""
        };
        assert_eq!(text(response).await, body);
    }
    let mut request = request("/health");
    *request.method_mut() = Method::POST;
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, "allow"), Some("GET, HEAD"));
    assert_eq!(json(response).await, json!({"code": 405}));
}
