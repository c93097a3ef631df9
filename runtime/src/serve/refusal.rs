//! Refusals of what does not become a request: in the contract's error shape, though no operation is asked.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt;

use crate::fault::Fault;
use crate::middleware::{RequestId, security_headers};

/// How faults look: [`refuse`](crate::fault::refuse) for the contract's error schema.
pub(super) type Refuse = fn(Fault) -> Response;

/// Refusals without a body.
pub(super) fn bare(fault: Fault) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = fault.status;
    response.headers_mut().extend(fault.headers);
    response
}

/// The answer to a request that is not looked at: the connection ends with it, since what follows on it may be part of
/// what was refused.
pub(super) fn answer(refuse: Refuse, status: StatusCode, reason: &'static str) -> Response {
    let id = RequestId::default();
    tracing::info!(
        requestId = id.as_str(),
        status = status.as_u16(),
        reason,
        "a request was refused unread"
    );
    let mut response = refuse(Fault::new(status, reason));
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    security_headers::add(headers, false);
    id.announce(headers);
    response
}

/// What is sent in place of a refusal of hyper's own, which has no body: the same status and date, in the contract's error
/// shape. `None` if these bytes are no such refusal.
pub(super) fn in_place_of(own: &[u8], refuse: Refuse) -> Option<Bytes> {
    let head = std::str::from_utf8(own).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let reason = match status {
        StatusCode::BAD_REQUEST => "This is no request as RFC 9112 (HTTP/1.1) has them.",
        StatusCode::URI_TOO_LONG => "The request's target is too long.",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The request's head has too many lines or bytes, or announces too large a body."
        }
        _ => return None,
    };
    let (parts, body) = answer(refuse, status, reason).into_parts();
    // A refusal is made in one piece.
    let body = body.collect().now_or_never()?.ok()?.to_bytes();
    let mut sent = format!("HTTP/1.1 {status}\r\n").into_bytes();
    let is_date = |line: &&str| {
        line.get(..5)
            .is_some_and(|name| name.eq_ignore_ascii_case("date:"))
    };
    if let Some(date) = head.lines().find(is_date) {
        sent.extend_from_slice(date.as_bytes());
        sent.extend_from_slice(b"\r\n");
    }
    let mut headers = parts.headers;
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    for (name, value) in &headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            sent.extend_from_slice(part);
        }
    }
    sent.extend_from_slice(b"\r\n");
    sent.extend_from_slice(&body);
    Some(sent.into())
}
