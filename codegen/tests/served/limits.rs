//! How large a request body may be.

use std::convert::Infallible;

use contract_runtime::axum::body::{Body, Bytes};
use contract_runtime::http::Request;

use crate::client::{request, send};
use crate::services::notes;

/// A body that fails the test when it is read.
fn unread() -> Body {
    Body::from_stream(futures())
}

fn futures() -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    futures_util::stream::poll_fn(|_| panic!("the body was read"))
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let headers = [
        "authorization: Bearer admin",
        "content-type: application/json",
    ];
    let line = "PATCH /v1/notes/01890a5d-ac96-774b-bcce-b302099a8057";
    let patch = |body: Body, length: Option<usize>| {
        let mut request: Request<Body> = request(line, &headers);
        *request.body_mut() = body;
        if let Some(length) = length {
            request
                .headers_mut()
                .insert("content-length", length.into());
        }
        request
    };
    let fitting = |size: usize| {
        let text = "x".repeat(size - r#"{"text":""}"#.len());
        format!(r#"{{"text":"{text}"}}"#)
    };
    let router = notes::router();
    let answer = send(&router, patch(Body::from(fitting(1024)), Some(1024))).await;
    assert_eq!(answer.status, 200);
    // By what it declares, before anything is read; and by what comes.
    for request in [
        patch(unread(), Some(1025)),
        patch(Body::from(fitting(1025)), None),
        patch(Body::from_stream(endless()), None),
    ] {
        let answer = send(&router, request).await;
        assert_eq!(answer.status, 413);
        assert_eq!(
            answer.body["message"],
            "The body is larger than 1024 bytes."
        );
    }
}

/// Bytes without end.
fn endless() -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    futures_util::stream::repeat_with(|| Ok(Bytes::from_static(&[b'x'; 100])))
}
