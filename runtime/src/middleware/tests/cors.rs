//! Requests of pages of other origins.

use super::*;

fn preflight(origin: &'static str) -> Request {
    let mut request = with(
        request("/here"),
        &[
            ("origin", origin),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization,if-match"),
        ],
    );
    *request.method_mut() = Method::OPTIONS;
    request
}

#[tokio::test]
async fn a_named_origin_may_call_with_credentials() {
    let response = send(&stack(), preflight("https://app.example")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    for (name, value) in [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-credentials", "true"),
        (
            "access-control-allow-methods",
            "GET, HEAD, POST, PUT, PATCH, DELETE",
        ),
        ("access-control-allow-headers", "authorization,if-match"),
        ("access-control-max-age", "600"),
        (
            "vary",
            "origin, access-control-request-method, access-control-request-headers",
        ),
    ] {
        assert_eq!(header(&response, name), Some(value));
    }

    for path in ["/here", "/panics", "/nowhere"] {
        let call = with(request(path), &[("origin", "https://app.example")]);
        let response = send(&stack(), call).await;
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            Some("https://app.example")
        );
        assert_eq!(
            header(&response, "access-control-allow-credentials"),
            Some("true")
        );
        assert_eq!(header(&response, "vary"), Some("origin"));
        let exposed = header(&response, "access-control-expose-headers").unwrap();
        assert!(exposed.contains("ETag") && exposed.contains("X-RateLimit-Reset"));
    }
}

fn cors_headers(response: &Response) -> Vec<&str> {
    let names = response.headers().keys().map(|name| name.as_str());
    names
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

#[tokio::test]
async fn other_origins_get_no_permission() {
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "null",
    ] {
        let response = send(&stack(), preflight(origin)).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(cors_headers(&response), [""; 0], "{origin}");
        assert_eq!(header(&response, "vary"), Some("origin"));
        let response = send(&stack(), with(request("/here"), &[("origin", origin)])).await;
        assert_eq!(cors_headers(&response), [""; 0], "{origin}");
        assert_eq!(header(&response, "vary"), Some("origin"));
    }
    let response = send(&Stack::default(), preflight("https://app.example")).await;
    assert_eq!(cors_headers(&response), [""; 0]);
    assert_eq!(header(&response, "vary"), None);
}

#[tokio::test]
async fn any_origin_may_call_without_credentials() {
    let any = Stack {
        origins: Origins::Any,
        ..stack()
    };
    let call = with(request("/here"), &[("origin", "https://whoever.example")]);
    for request in [preflight("https://whoever.example"), call] {
        let response = send(&any, request).await;
        assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
        assert_eq!(header(&response, "access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn options_without_a_preflight_reaches_the_router() {
    let mut request = with(request("/here"), &[("origin", "https://app.example")]);
    *request.method_mut() = Method::OPTIONS;
    let response = send(&stack(), request).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
}
